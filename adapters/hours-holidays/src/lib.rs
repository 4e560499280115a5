//! Public holidays of 250 countries and 629 subdivisions for business-hours, and the feeds that overrule them.

pub mod countries;
mod country;
mod format;
mod icalendar;
mod public_holidays;
mod region;
mod uk_feed;

pub use country::{Country, Subdivision};
pub use icalendar::{AllDayEvent, FeedCoverage, IcalendarError, IcalendarFeed};
pub use public_holidays::{DayKind, PublicHoliday, PublicHolidays};
pub use region::{Region, RegionError};
pub use uk_feed::{UkBankHolidays, UkDivision, UkFeedError};
