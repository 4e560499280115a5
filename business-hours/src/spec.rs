use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::text_serde::{distinct_keys, serde_as_text};
use crate::{BuildErrors, Hours, Override, ParseError, Schedule, ScheduleBuilder, Weekdays, When};

/// The description of a schedule as people write it into a file; JSON, TOML and YAML look the same.
///
/// Times, ranges and dates are checked as they are read, so that the format's error names the line.
///
/// | Value | Written as |
/// |---|---|
/// | hours | `"09:00-17:30"`, several as `"09:00-12:30, 13:30-17:30"` or a list, `"open"` (24 hours), `"closed"`; times as HH:MM or HH:MM:SS, past midnight as `"22:00-02:00"` (see [`Hours`]) |
/// | days of the week | keys such as `mon`, `mon-fri`, `"sat,sun"`, `every-day` (see [`Weekdays`]) |
/// | `when` of overrides and seasons | `"2026-12-25"`, `"2026-12-24 to 2026-12-31"`, `"12-25"`, `"12-27 to 01-02"`, `"1st mon of may"`, instants with their offset (see [`When`]) |
/// | dates | `2026-12-25`, in the schedule's zone |
/// | `expires` | an instant with its offset, `"2026-12-01T14:00:00Z"` |
///
/// What needs the whole (days given twice, an unknown zone …) is checked by [`Schedule::from_spec`], all
/// of it at once. Unknown fields are refused.
///
/// ```
/// use business_hours::{Schedule, ScheduleSpec};
///
/// let spec: ScheduleSpec = toml::from_str(r#"
///     zone = "Europe/London"
///     tails = "keep"                                # the default; or "cut"
///
///     [week]
///     mon-fri = ["09:00-12:30", "13:30-17:30"]
///     sat = "10:00-14:00"                           # days that are not named are closed
///
///     [breaks]
///     wed = "15:00-15:30"
///
///     [holidays]
///     unknown = "normal"                            # or "closed", or "error"
///     covers = "2026-01-01 to 2026-12-31"
///     dates = { 2026-05-04 = "Early May bank holiday", 2026-12-25 = "Christmas Day" }
///     eve = "09:00-13:00"                           # hours of an open day before a holiday
///
///     [[seasons]]
///     name = "summer"
///     when = "07-01 to 08-31"
///     week = { mon-fri = "08:00-14:00" }
///
///     [[overrides]]
///     id = "may-cover"
///     when = "2026-05-04"
///     hours = "10:00-14:00"
///     reason = "Staffed for the launch"
/// "#)?;
/// let desk = Schedule::from_spec(&spec)?;
/// assert!(desk.is_open("2026-05-04T10:00:00Z".parse()?)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ScheduleSpec {
    /// The name of its time zone in the tz database, `Europe/London`.
    pub zone: String,
    /// What becomes of a shift that runs past midnight into a day with a rule of its own.
    #[serde(default)]
    pub tails: Tails,
    /// The hours of each day of the week; days that are not named are closed.
    #[serde(default, deserialize_with = "distinct_keys")]
    pub week: Week,
    /// Weekly breaks, cut out of the weekly hours (not of seasons, holidays, working days and overrides).
    #[serde(
        default,
        deserialize_with = "distinct_keys",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub breaks: Week,
    /// Weekly hours for part of the year, or for a period.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seasons: Vec<Season>,
    /// Holidays and what they mean for the hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<HolidaySpec>,
    /// Exceptions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
}

/// Hours by days of the week: `{"mon-fri": "09:00-17:30"}`. No day may be in two keys.
pub type Week = BTreeMap<Weekdays, Hours>;

impl ScheduleSpec {
    /// The JSON Schema (draft 2020-12) of the format, the file `schedule.schema.json` of this crate.
    pub const JSON_SCHEMA: &str = include_str!("../schedule.schema.json");

    /// A schedule in this zone that is never open, to be filled in.
    pub fn new(zone: impl Into<String>) -> Self {
        Self {
            zone: zone.into(),
            ..Self::default()
        }
    }

    /// Makes a builder of it, to which calendars can be added.
    pub fn into_builder(self) -> ScheduleBuilder {
        ScheduleBuilder::from_spec(self)
    }
}

impl Schedule {
    /// Compiles a description that needs no other calendars than its own list.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn from_spec(spec: &ScheduleSpec) -> Result<Self, BuildErrors> {
        spec.clone().into_builder().build()
    }
}

/// What becomes of the part of a shift past midnight when the next day has a stronger rule of its own,
/// such as a holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Tails {
    /// The shift belongs to the day on which it begins and is worked to its end: Friday's 22:00-02:00
    /// survives a holiday on Saturday, and Saturday's own night shift is off including its part on Sunday.
    #[default]
    Keep,
    /// The shift ends at midnight when the next day is decided by a stronger kind of rule than the
    /// shift's own (see [`Override`]): Friday's 22:00-02:00 ends at 24:00 before a holiday.
    Cut,
}

/// Weekly hours that replace the ordinary week on certain dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Season {
    /// What people call it, "summer".
    pub name: String,
    /// Its dates; anything but an interval of instants.
    pub when: When,
    /// The hours of each day of the week; days that are not named are closed.
    #[serde(deserialize_with = "distinct_keys")]
    pub week: Week,
}

impl Season {
    /// A season of this name, closed until [`week`](Self::week) says otherwise.
    pub fn new(name: impl Into<String>, when: When) -> Self {
        Self {
            name: name.into(),
            when,
            week: Week::new(),
        }
    }

    /// Adds the hours of some days of the week.
    #[must_use]
    pub fn week(mut self, days: Weekdays, hours: Hours) -> Self {
        self.week.insert(days, hours);
        self
    }
}

/// Holidays and what they mean for the hours.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct HolidaySpec {
    /// What a date is that no calendar knows. Must be said when there are calendars or dates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<OnUnknown>,
    /// The dates that `dates` and `working_days` vouch for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<Dates>,
    /// Holidays by date. This list is asked before any calendar.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dates: BTreeMap<NaiveDate, String>,
    /// Days that are worked although they would be off, by date.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub working_days: BTreeMap<NaiveDate, String>,
    /// The hours of a holiday; closed unless said otherwise.
    #[serde(default, skip_serializing_if = "Hours::is_closed")]
    pub hours: Hours,
    /// The hours of an open day before a holiday that is itself none, if they differ. A day that is
    /// closed anyway stays closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eve: Option<Hours>,
    /// The day of the week whose hours a working day has that would otherwise be closed; Monday unless
    /// said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_days_as: Option<Weekday>,
}

/// What a date is that no holiday calendar knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum OnUnknown {
    /// An ordinary day; [`Status::warning`](crate::Status::warning) says that it might be a holiday.
    Normal,
    /// Closed, as on a holiday without a name.
    Closed,
    /// Not answered: queries that depend on the date fail with
    /// [`QueryError::HolidaysUnknown`](crate::QueryError::HolidaysUnknown).
    Error,
}

/// A range of dates, both included: `2026-01-01 to 2026-12-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Dates {
    first: NaiveDate,
    last: NaiveDate,
}

impl Dates {
    /// From `first` to `last`, both included.
    ///
    /// # Errors
    /// When `last` is before `first`.
    pub fn new(first: NaiveDate, last: NaiveDate) -> Result<Self, ParseError> {
        // One rule and one message for ranges of dates.
        When::dates(first, last).map(|_| Self { first, last })
    }

    /// The first date.
    #[must_use]
    pub fn first(self) -> NaiveDate {
        self.first
    }

    /// The last date, which is included.
    #[must_use]
    pub fn last(self) -> NaiveDate {
        self.last
    }
}

impl fmt::Display for Dates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.first, self.last)
    }
}

impl FromStr for Dates {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let wrong = || {
            ParseError::new(
                "date range",
                text,
                "write it as \"2026-01-01 to 2026-12-31\"",
            )
        };
        let (first, last) = text.split_once(" to ").ok_or_else(wrong)?;
        let date = |text: &str| text.trim().parse().map_err(|_| wrong());
        Self::new(date(first)?, date(last)?)
    }
}

serde_as_text!(
    Dates,
    "a range of dates such as \"2026-01-01 to 2026-12-31\""
);
