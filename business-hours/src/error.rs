use std::fmt;
use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc, Weekday};
use thiserror::Error;

use crate::{Hours, OverrideId, TimeRange, When};

/// Everything that is wrong with the description of a schedule; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildErrors(Vec<BuildError>);

impl BuildErrors {
    /// `Err` if there is anything wrong.
    pub(crate) fn check(errors: Vec<BuildError>) -> Result<(), Self> {
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Self(errors))
        }
    }

    /// The errors, in the order of the description.
    pub fn iter(&self) -> impl Iterator<Item = &BuildError> {
        self.0.iter()
    }
}

impl fmt::Display for BuildErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for BuildErrors {}

impl IntoIterator for BuildErrors {
    type Item = BuildError;
    type IntoIter = std::vec::IntoIter<BuildError>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// One thing that is wrong with the description of a schedule.
///
/// The message begins with the rule, written as the path to it in a [`ScheduleSpec`](crate::ScheduleSpec),
/// names the value and says how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The tz database has no zone of this name.
    #[error(
        "zone: unknown time zone {name:?}; use a name of the tz database, such as \"Europe/London\""
    )]
    UnknownZone {
        /// The name as given.
        name: String,
    },
    /// A day of the week is in two keys.
    #[error("{rule}: {} has hours twice; put all its ranges into one list", day_name(*.day))]
    DayTwice {
        /// `week`, `breaks` or `seasons.NAME`.
        rule: String,
        /// The day.
        day: Weekday,
    },
    /// A shift runs past midnight into the next day's own hours.
    #[error(
        "{rule}: {}'s {range} runs into {}'s {next}; end it where the other begins",
        day_name(*.day), day_name(.day.succ())
    )]
    OverlapAcrossMidnight {
        /// `week` or `seasons.NAME`.
        rule: String,
        /// The day on which the shift begins.
        day: Weekday,
        /// The shift.
        range: TimeRange,
        /// The range of the following day that it overlaps.
        next: TimeRange,
    },
    /// A break that cuts nothing out of the weekly hours of its day.
    #[error("breaks: {}'s {range} lies outside the hours of that day; remove it or move it", day_name(*.day))]
    BreakOutsideHours {
        /// The day.
        day: Weekday,
        /// The break.
        range: TimeRange,
    },
    /// A season that is an interval of instants.
    #[error(
        "seasons.{name}: {when} is an interval of instants; a season has dates, such as \"06-01 to 08-31\""
    )]
    SeasonOfInstants {
        /// The season.
        name: String,
        /// Its interval.
        when: When,
    },
    /// Two seasons of one name.
    #[error("seasons.{name}: there are two seasons of this name; rename one")]
    SeasonTwice {
        /// The name.
        name: String,
    },
    /// There are holidays, but it is not said what a date is that they do not cover.
    #[error(
        "holidays.unknown: missing; say what a date is that no calendar covers: \"normal\", \"closed\" or \"error\""
    )]
    OnUnknownMissing,
    /// The description's own list of holidays is the only calendar and does not say what it covers.
    #[error(
        "holidays.covers: missing; say for which dates the list is complete, such as \"2026-01-01 to 2026-12-31\""
    )]
    CoverageMissing,
    /// A listed date outside the list's coverage.
    #[error("holidays: {date} is not within covers = \"{} to {}\"", .covers.start(), .covers.end())]
    DateNotCovered {
        /// The date.
        date: NaiveDate,
        /// What the list covers.
        covers: RangeInclusive<NaiveDate>,
    },
    /// A date that is listed both as a holiday and as a working day.
    #[error("holidays: {date} is both a holiday and a working day; remove one")]
    HolidayAndWorkingDay {
        /// The date.
        date: NaiveDate,
    },
    /// Two overrides of one id.
    #[error("overrides.{id}: there are two overrides of this id; rename one")]
    OverrideTwice {
        /// The id.
        id: OverrideId,
    },
    /// Two overrides that say different things of the same dates with the same priority.
    #[error(
        "overrides.{id}: says {hours} for {when}, but overrides.{other} says {other_hours} with the same priority; \
         remove one or give it a greater priority"
    )]
    Contradiction {
        /// The later override.
        id: OverrideId,
        /// Its hours.
        hours: Hours,
        /// When both apply.
        when: When,
        /// The earlier override.
        other: OverrideId,
        /// Its hours.
        other_hours: Hours,
    },
    /// An interval of instants with hours of the day.
    #[error("overrides.{id}: an interval of instants is \"open\" or \"closed\" as a whole, not {hours:?}", hours = .hours.to_string())]
    HoursOfInterval {
        /// The override.
        id: OverrideId,
        /// Its hours.
        hours: Hours,
    },
    /// An interval of instants that expires before it begins.
    #[error(
        "overrides.{id}: expires at {}, before {when} begins, and never has an effect; remove it",
        .expires.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    )]
    ExpiresBeforeItBegins {
        /// The override.
        id: OverrideId,
        /// Its expiry.
        expires: DateTime<Utc>,
        /// Its interval.
        when: When,
    },
    /// An override for a combination of schedules.
    #[error(
        "overrides.{id}: a combination has no overrides of its own; give it to one of the members"
    )]
    OverrideOfCombination {
        /// The override.
        id: OverrideId,
    },
    /// Years to compile that are not supported.
    #[error("compiled_for: {} to {} is not within the years {} to {}",
        .years.start(), .years.end(), crate::SUPPORTED_YEARS.start(), crate::SUPPORTED_YEARS.end())]
    YearsOutOfRange {
        /// The years as given.
        years: RangeInclusive<i32>,
    },
}

impl BuildError {
    /// The offending value as it stands in the description, to find its line by; empty when the error is
    /// that a value is missing.
    #[must_use]
    pub fn value(&self) -> String {
        match self {
            Self::UnknownZone { name }
            | Self::SeasonTwice { name }
            | Self::SeasonOfInstants { name, .. } => name.clone(),
            Self::DayTwice { day, .. } => crate::weekdays::short_name(*day).to_owned(),
            Self::OverlapAcrossMidnight { range, .. } | Self::BreakOutsideHours { range, .. } => {
                range.to_string()
            }
            Self::OnUnknownMissing | Self::CoverageMissing => String::new(),
            Self::DateNotCovered { date, .. } | Self::HolidayAndWorkingDay { date } => {
                date.to_string()
            }
            Self::OverrideTwice { id }
            | Self::OverrideOfCombination { id }
            | Self::Contradiction { id, .. }
            | Self::HoursOfInterval { id, .. }
            | Self::ExpiresBeforeItBegins { id, .. } => id.to_string(),
            Self::YearsOutOfRange { years } => format!("{} to {}", years.start(), years.end()),
        }
    }
}

/// A question that a schedule cannot answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The instant, or the answer, lies outside [`SUPPORTED_YEARS`](crate::SUPPORTED_YEARS) (in UTC).
    #[error(
        "{instant} is outside the supported years {} to {}",
        crate::SUPPORTED_YEARS.start(), crate::SUPPORTED_YEARS.end()
    )]
    OutOfRange {
        /// The instant asked about, or the end of the range that the search ran into.
        instant: DateTime<Utc>,
    },
    /// The answer depends on a date that no holiday calendar covers, and the schedule was told to
    /// treat that as an error ([`OnUnknown::Error`](crate::OnUnknown::Error)).
    #[error(
        "no holiday calendar covers {date}; extend the calendars or choose what unknown dates are"
    )]
    HolidaysUnknown {
        /// The first such date that the question met.
        date: NaiveDate,
    },
}

fn day_name(day: Weekday) -> &'static str {
    [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ][day.num_days_from_monday() as usize]
}
