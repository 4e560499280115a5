//! Are we open, why, until when, and how long is four working hours from now.
//!
//! ```
//! use business_hours::{HolidayList, OnUnknown, Override, Provenance, Schedule, Tz, When};
//!
//! let bank_holidays = HolidayList::new(Provenance::new("GOV.UK, England and Wales"))
//!     .covering("2026-01-01".parse()?..="2026-12-31".parse()?)
//!     .holiday("2026-05-04".parse()?, "Early May bank holiday");
//! let desk = Schedule::builder(Tz::Europe__London)
//!     .week("mon-fri".parse()?, "09:00-12:30, 13:30-17:30".parse()?)
//!     .holidays(bank_holidays)
//!     .on_unknown_holiday(OnUnknown::Closed)
//!     .build()?;
//!
//! let bank_holiday = "2026-05-04T10:00:00Z".parse()?;
//! let status = desk.status(bank_holiday)?;
//! assert_eq!(status.to_string(), "closed: Early May bank holiday; opens Tue 5 May 09:00");
//!
//! // Open it after all: a new schedule, in microseconds; the old one is still what it was.
//! let launch = Override::new("launch".parse()?, "2026-05-04".parse()?, "10:00-14:00".parse()?);
//! let desk = desk.with_override(launch.because("Staffed for the launch"))?;
//! let status = desk.status(bank_holiday)?;
//! assert_eq!(status.to_string(), "open: Staffed for the launch; closes 14:00");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The main type is [`Schedule`], compiled from a [`ScheduleSpec`] (a file) or a [`ScheduleBuilder`]
//! (code). A [`Status`] explains itself. Which rule decides is told at [`Override`]; how clock changes are
//! read at [`Schedule`]. Holidays come through [`HolidayCalendar`], civil time through [`Zone`].
//!
//! What it does not do: read clocks, files or networks (`now` is always passed in), know any country's
//! holidays by itself, or treat a year that a calendar does not cover as a year without holidays.

mod arithmetic;
mod builder;
mod business_days;
mod combine;
mod compile;
#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
mod holiday;
mod hours;
mod intervals;
mod month_day;
mod overrides;
mod parse_error;
mod pieces;
mod rules;
mod schedule;
mod source;
mod spec;
mod status;
mod store;
mod text_serde;
mod tick;
mod time_range;
mod timeline;
mod validate;
mod weekdays;
mod when;
mod zone;

pub use builder::ScheduleBuilder;
pub use chrono_tz::Tz;
pub use error::{BuildError, BuildErrors, QueryError};
pub use holiday::{CalendarDay, Holiday, HolidayCalendar, HolidayList, Provenance};
pub use hours::Hours;
pub use intervals::{Intervals, OpenInterval};
pub use month_day::MonthDay;
pub use overrides::{Override, OverrideId};
pub use parse_error::ParseError;
pub use schedule::Schedule;
pub use spec::{Dates, HolidaySpec, OnUnknown, ScheduleSpec, Season, Tails, Week};
pub use status::{Rule, Status, Warning};
pub use store::{InMemoryOverrides, OverrideStore, ScheduleId, Snapshot, StoreError, Version};
pub use tick::SUPPORTED_YEARS;
pub use time_range::{TimeOfDay, TimeRange};
pub use weekdays::Weekdays;
pub use when::{Nth, When};
pub use zone::{LocalOffset, Zone, ZoneTable};
