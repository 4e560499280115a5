//! [`OpeningHoursSpecification`](https://schema.org/OpeningHoursSpecification) of schema.org, as it stands in
//! the JSON-LD of a web page.
//!
//! ```
//! use business_hours::{Schedule, ScheduleSpec};
//! use hours_exchange::schema_org::PlaceHours;
//!
//! let place: PlaceHours = serde_json::from_str(r#"{
//!     "@type": "Store",
//!     "name": "Corner shop",
//!     "openingHoursSpecification": [
//!         {"dayOfWeek": ["Monday", "Tuesday", "https://schema.org/Friday"], "opens": "09:00", "closes": "17:30"},
//!         {"dayOfWeek": "Saturday", "opens": "20:00", "closes": "02:00"}
//!     ],
//!     "specialOpeningHoursSpecification":
//!         {"opens": "00:00", "closes": "00:00", "validFrom": "2026-12-25", "validThrough": "2026-12-26"}
//! }"#)?;
//! let spec: ScheduleSpec = place.to_spec("Europe/London")?;
//! let shop = Schedule::from_spec(&spec)?;
//! assert!(shop.is_open("2026-12-20T01:59:59Z".parse()?)?, "Saturday's night");
//! assert!(shop.is_closed("2026-12-25T10:00:00Z".parse()?)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How the two match
//! schema.org leaves open much of what an engine must know. This is how it is read and written here; it
//! follows what Google documents for business pages where that says anything.
//!
//! | schema.org | here |
//! |---|---|
//! | `openingHoursSpecification` | weekly hours; several for one day are its several ranges |
//! | … with `validFrom`, `validThrough` (one may be missing) | a season, which replaces the weekly hours on its dates |
//! | … with `dayOfWeek: "PublicHolidays"` | the hours of holidays |
//! | `specialOpeningHoursSpecification` with both dates | an override of the date or range of dates |
//! | `opens` = `closes` = `00:00` | closed |
//! | `opens` `00:00`, `closes` `23:59` | the whole day |
//! | `closes` before `opens` | past midnight; `00:00` is the end of the day |
//! | `name`, `description` | the season's name or the override's id; the override's reason |
//!
//! Weekly breaks are written as the gaps that they make. What has no place there (rules that recur
//! each year, intervals of instants, eves, expiries …) is refused by name, and so is what schema.org
//! does not rank: periods that overlap. An override's author is deliberately not published, nor is what a
//! schedule makes of dates that its holiday calendars do not cover; the zone, which schema.org does not
//! have, is an argument.

mod export;
mod import;
mod wire;

use business_hours::ScheduleSpec;
use serde::{Deserialize, Serialize};

use crate::Refusals;
pub use wire::{Day, OpeningHoursSpecification};

/// The hours in a `Place`, such as a `LocalBusiness`: a part of its JSON object. Its other properties are
/// ignored when read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PlaceHours {
    /// The ordinary hours, one object or several.
    #[serde(
        default,
        with = "wire::one_or_many",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub opening_hours_specification: Vec<OpeningHoursSpecification>,
    /// The exceptions, one object or several.
    #[serde(
        default,
        with = "wire::one_or_many",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub special_opening_hours_specification: Vec<OpeningHoursSpecification>,
    /// The names of its other properties, when read. A property `openingHours`, which has the hours in
    /// another syntax, makes [`to_spec`](Self::to_spec) refuse.
    #[serde(flatten, deserialize_with = "wire::names", skip_serializing)]
    pub other: Vec<String>,
}

/// Where the holidays of a schedule come from, which its description does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HolidaySource {
    /// From the dates that the description lists, if any. Each becomes a special day.
    ListedDates,
    /// Also from a calendar of the public holidays: the hours of holidays are written as those of
    /// `PublicHolidays`.
    PublicHolidays,
}

impl PlaceHours {
    /// Writes a description as schema.org has it.
    ///
    /// # Errors
    /// All that schema.org cannot say.
    pub fn from_spec(spec: &ScheduleSpec, holidays: HolidaySource) -> Result<Self, Refusals> {
        export::export(spec, holidays)
    }

    /// Reads it as the description of a schedule in `zone`.
    ///
    /// When there are hours of `PublicHolidays`, say in the result's `holidays.unknown` what a date is that
    /// your calendars do not cover.
    ///
    /// # Errors
    /// All that a schedule cannot take over, such as periods that overlap.
    pub fn to_spec(&self, zone: impl Into<String>) -> Result<ScheduleSpec, Refusals> {
        import::import(self, zone.into())
    }
}
