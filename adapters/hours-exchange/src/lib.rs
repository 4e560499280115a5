//! Opening hours of [`business_hours`] in the forms that others read and write: schema.org, OpenStreetMap,
//! iCalendar, and plain words.
//!
//! ```
//! use business_hours::ScheduleSpec;
//! use hours_exchange::Description;
//! use hours_exchange::schema_org::{HolidaySource, PlaceHours};
//!
//! let mut desk = ScheduleSpec::new("Europe/London");
//! desk.week.insert("mon-fri".parse()?, "09:00-18:00".parse()?);
//! assert_eq!(Description::of(&desk).to_string(), "Mon–Fri 09:00–18:00");
//!
//! let place = PlaceHours::from_spec(&desk, HolidaySource::ListedDates)?;
//! assert_eq!(
//!     serde_json::to_string(&place)?,
//!     r#"{"openingHoursSpecification":{"@type":"OpeningHoursSpecification","#.to_owned()
//!         + r#""dayOfWeek":["Monday","Tuesday","Wednesday","Thursday","Friday"],"#
//!         + r#""opens":"09:00","closes":"18:00"}}"#
//! );
//! assert_eq!(place.to_spec("Europe/London")?, desk);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | Form | Out | In |
//! |---|---|---|
//! | schema.org `OpeningHoursSpecification` | [`schema_org::PlaceHours::from_spec`] | [`schema_org::PlaceHours::to_spec`] |
//! | OpenStreetMap `opening_hours` (feature `osm`) | | `osm::parse` |
//! | iCalendar (RFC 5545) | [`IcalendarExport`]: open intervals and closed days | see below |
//! | plain words | [`Description`] | |
//!
//! What the other form cannot say is refused by name, all of it at once ([`Refusals`]); nothing is dropped
//! in silence.
//!
//! Closures come in from iCalendar through `hours_holidays::IcalendarFeed`, which reads RFC 5545 with its
//! repetitions and makes a calendar of closed days for a schedule; a second reader here would be a second
//! set of bugs. What this crate writes, that one reads: a test shows it.
//!
//! What it does not do: fetch or write files, read clocks, or guess a time zone, which neither schema.org nor
//! OpenStreetMap tells.

mod breaks;
mod description;
mod icalendar;
#[cfg(feature = "osm")]
pub mod osm;
mod refusal;
pub mod schema_org;
mod week_table;
mod words;

pub use description::Description;
pub use icalendar::{ClosedDays, IcalendarExport, closed_days};
pub use refusal::{Refusal, Refusals};
