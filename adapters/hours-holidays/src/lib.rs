//! Public holidays for [`business_hours`]: own data for 250 countries and 629 subdivisions from 2000 to 2050,
//! and the feeds that overrule them.
//!
//! ```
//! use business_hours::{CalendarDay, Holiday, HolidayCalendar};
//! use hours_holidays::{PublicHolidays, Region};
//!
//! let scotland = PublicHolidays::of("GB-SCT".parse()?);
//! let england = PublicHolidays::of("GB-ENG".parse()?);
//! let st_andrew = "2026-11-30".parse()?;
//! assert_eq!(scotland.day(st_andrew), CalendarDay::Holiday(Holiday::named("Saint Andrew's Day")));
//! assert_eq!(england.day(st_andrew), CalendarDay::Nothing);
//!
//! // "The UK" has no bank holidays: nothing is assumed, the error names the four that have.
//! assert!("GB".parse::<Region>().is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The main type is [`PublicHolidays`], one [`Region`]'s days.
//!
//! # Layers
//! A schedule asks its calendars in order, and the first that does not answer "unknown" decides. Put the
//! strongest first; inside its coverage it replaces those below, so that it can also take a holiday away:
//!
//! 1. the host's own dates, a [`HolidayList`](business_hours::HolidayList) without coverage;
//! 2. the host's feed: [`UkBankHolidays`] or an [`IcalendarFeed`];
//! 3. [`PublicHolidays`];
//! 4. [`CrateHolidays`] (feature `holidays-crate`), the lists of the `holidays` crate, where nothing else
//!    reaches.
//!
//! What is to become of a date that none of them knows is the schedule's explicit choice.
//!
//! # Size
//! The data of all countries are 284 kB. They are one constant a country: a program that writes
//! [`countries::GB`] carries that country's (0.5 kB; the largest, India's, are 8 kB) and the names that countries
//! share (11 kB); one that reads regions from its configuration, `"GB-ENG".parse()`, carries them all.
//!
//! # What it does not do
//! It fetches nothing: hand it the bytes of a feed. It does not turn half-days into hours, since a bank's and a
//! call centre's differ: [`PublicHolidays::half_days`] lists them. It knows public holidays, not school
//! holidays or those of one religion.

pub mod countries;
mod country;
mod format;
#[cfg(feature = "holidays-crate")]
mod holidays_crate;
mod icalendar;
mod public_holidays;
mod region;
mod uk_feed;

pub use country::{Country, Subdivision};
#[cfg(feature = "holidays-crate")]
pub use holidays_crate::{CrateHolidays, CrateHolidaysError};
pub use icalendar::{AllDayEvent, FeedCoverage, IcalendarError, IcalendarFeed};
pub use public_holidays::{DayKind, PublicHoliday, PublicHolidays};
pub use region::{Region, RegionError};
pub use uk_feed::{UkBankHolidays, UkDivision, UkFeedError};
