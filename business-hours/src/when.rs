use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, Datelike, Month, NaiveDate, SecondsFormat, SubsecRound, TimeDelta, Utc, Weekday,
};

use crate::text_serde::serde_as_text;
use crate::weekdays::short_name;
use crate::{MonthDay, ParseError};

/// When an override or a season applies.
///
/// | Text form | Meaning | Constructor |
/// |---|---|---|
/// | `2026-12-25` | that date | [`When::date`] |
/// | `2026-12-24 to 2026-12-31` | those dates, both included | [`When::dates`] |
/// | `12-25` | that day of every year | [`When::yearly`] |
/// | `12-27 to 01-02` | those days of every year, both included, across New Year if need be | [`When::yearly_range`] |
/// | `1st mon of may`, `last fri of every month` | that weekday of that month | [`When::nth_weekday`] |
/// | `2026-12-01T14:00:00Z to 2026-12-01T15:00:00Z` | from the first instant until just before the second | [`When::between`] |
///
/// How they rank when several apply is told at [`Override`](crate::Override).
///
/// ```
/// use business_hours::When;
///
/// let may_day: When = "1st mon of may".parse()?;
/// assert!(may_day.includes_date("2026-05-04".parse()?));
/// assert!(!may_day.includes_date("2026-05-11".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct When(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    YearlyRange {
        first: MonthDay,
        last: MonthDay,
    },
    NthWeekday {
        nth: Nth,
        weekday: Weekday,
        month: Option<Month>,
    },
    Yearly(MonthDay),
    Dates {
        first: NaiveDate,
        last: NaiveDate,
    },
    Date(NaiveDate),
    Instants {
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    },
}

/// Which of a month's Mondays (Tuesdays …) is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a month has no sixth Monday")]
pub enum Nth {
    /// The first, on day 1 to 7.
    First,
    /// The second, on day 8 to 14.
    Second,
    /// The third, on day 15 to 21.
    Third,
    /// The fourth, on day 22 to 28.
    Fourth,
    /// The fifth, which many months do not have.
    Fifth,
    /// The last, which is the fourth or the fifth.
    Last,
}

impl Nth {
    const ALL: [(Self, &'static str); 6] = [
        (Self::First, "1st"),
        (Self::Second, "2nd"),
        (Self::Third, "3rd"),
        (Self::Fourth, "4th"),
        (Self::Fifth, "5th"),
        (Self::Last, "last"),
    ];
}

impl When {
    /// One date in the schedule's zone.
    #[must_use]
    pub fn date(date: NaiveDate) -> Self {
        Self(Kind::Date(date))
    }

    /// Every date from `first` to `last`, both included.
    ///
    /// # Errors
    /// When `last` is before `first`.
    pub fn dates(first: NaiveDate, last: NaiveDate) -> Result<Self, ParseError> {
        if last < first {
            return Err(ParseError::new(
                "date range",
                &format!("{first} to {last}"),
                "ends before it begins",
            ));
        }
        Ok(Self(Kind::Dates { first, last }))
    }

    /// One day of every year. `02-29` applies in leap years only.
    #[must_use]
    pub fn yearly(day: MonthDay) -> Self {
        Self(Kind::Yearly(day))
    }

    /// Every year from `first` to `last`, both included; across New Year when `last` is before `first`.
    #[must_use]
    pub fn yearly_range(first: MonthDay, last: MonthDay) -> Self {
        Self(Kind::YearlyRange { first, last })
    }

    /// The first (second … last) such weekday of `month`, or of every month when that is `None`.
    #[must_use]
    pub fn nth_weekday(nth: Nth, weekday: Weekday, month: Option<Month>) -> Self {
        Self(Kind::NthWeekday {
            nth,
            weekday,
            month,
        })
    }

    /// From `from` until just before `until`. Both are cut to whole seconds, the resolution of a
    /// schedule.
    ///
    /// # Errors
    /// When `until` is not after `from`.
    pub fn between(from: DateTime<Utc>, until: DateTime<Utc>) -> Result<Self, ParseError> {
        let (from, until) = (from.trunc_subsecs(0), until.trunc_subsecs(0));
        let interval = Self(Kind::Instants { from, until });
        if until <= from {
            return Err(ParseError::new(
                "interval",
                &interval.to_string(),
                "is empty: it must end at least a second after it begins",
            ));
        }
        Ok(interval)
    }

    /// Whether it applies to the date as a whole. An interval of instants never does.
    #[must_use]
    pub fn includes_date(self, date: NaiveDate) -> bool {
        match self.0 {
            Kind::Date(only) => only == date,
            Kind::Dates { first, last } => (first..=last).contains(&date),
            Kind::Yearly(day) => MonthDay::from(date) == day,
            Kind::YearlyRange { first, last } => {
                let day = MonthDay::from(date);
                if first <= last {
                    first <= day && day <= last
                } else {
                    day >= first || day <= last
                }
            }
            Kind::NthWeekday {
                nth,
                weekday,
                month,
            } => {
                date.weekday() == weekday
                    && month.is_none_or(|month| month.number_from_month() == date.month())
                    && match nth {
                        // Seven days later is another month: this was the last.
                        Nth::Last => date
                            .checked_add_signed(TimeDelta::days(7))
                            .is_none_or(|later| later.month() != date.month()),
                        nth => (date.day() - 1) / 7 == nth as u32,
                    }
            }
            Kind::Instants { .. } => false,
        }
    }

    /// The interval of instants, if it is one.
    #[must_use]
    pub fn instants(self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        match self.0 {
            Kind::Instants { from, until } => Some((from, until)),
            _ => None,
        }
    }

    /// The first and last date, if it applies to one stretch of dates only.
    pub(crate) fn date_span(self) -> Option<(NaiveDate, NaiveDate)> {
        match self.0 {
            Kind::Date(date) => Some((date, date)),
            Kind::Dates { first, last } => Some((first, last)),
            _ => None,
        }
    }

    /// More specific is greater: interval, date, range of dates, yearly day, weekday of a month, yearly range.
    pub(crate) fn specificity(self) -> u8 {
        match self.0 {
            Kind::YearlyRange { .. } => 0,
            Kind::NthWeekday { .. } => 1,
            Kind::Yearly(_) => 2,
            Kind::Dates { .. } => 3,
            Kind::Date(_) => 4,
            Kind::Instants { .. } => 5,
        }
    }

    /// Calls `each` with every date in `first..=last` that it includes, in order.
    pub(crate) fn for_each_date(
        self,
        first: NaiveDate,
        last: NaiveDate,
        mut each: impl FnMut(NaiveDate),
    ) {
        let (from, to) = match self.date_span() {
            Some((a, b)) => (a.max(first), b.min(last)),
            None => (first, last),
        };
        match self.0 {
            Kind::Instants { .. } => {}
            // A day of the year: step by years, not by days.
            Kind::Yearly(day) => {
                for year in from.year()..=to.year() {
                    if let Some(date) = day.in_year(year).filter(|date| (from..=to).contains(date))
                    {
                        each(date);
                    }
                }
            }
            _ => {
                let mut date = from;
                while date <= to {
                    if self.includes_date(date) {
                        each(date);
                    }
                    match date.succ_opt() {
                        Some(next) => date = next,
                        None => break,
                    }
                }
            }
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = |t: DateTime<Utc>| t.to_rfc3339_opts(SecondsFormat::Secs, true);
        match self.0 {
            Kind::Date(date) => write!(f, "{date}"),
            Kind::Dates { first, last } => write!(f, "{first} to {last}"),
            Kind::Yearly(day) => write!(f, "{day}"),
            Kind::YearlyRange { first, last } => write!(f, "{first} to {last}"),
            Kind::NthWeekday {
                nth,
                weekday,
                month,
            } => {
                let nth = Nth::ALL
                    .iter()
                    .find(|(each, _)| *each == nth)
                    .map_or("", |(_, name)| name);
                write!(f, "{nth} {} of ", short_name(weekday))?;
                match month {
                    Some(month) => f.write_str(&month.name().to_lowercase()[..3]),
                    None => f.write_str("every month"),
                }
            }
            Kind::Instants { from, until } => write!(f, "{} to {}", instant(from), instant(until)),
        }
    }
}

impl FromStr for When {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let wrong = |problem: &str| ParseError::new("date rule", text, problem);
        let trimmed = text.trim();
        if let Some((first, last)) = trimmed.split_once(" to ") {
            let (first, last) = (first.trim(), last.trim());
            if first.contains('T') {
                let instant = |text: &str| {
                    DateTime::parse_from_rfc3339(text).map(|t| t.to_utc()).map_err(|_| {
                        wrong("write instants with their offset, such as \"2026-12-01T14:00:00Z to 2026-12-01T15:00:00Z\"")
                    })
                };
                return Self::between(instant(first)?, instant(last)?);
            }
            if let (Ok(first), Ok(last)) = (first.parse(), last.parse()) {
                return Self::dates(first, last);
            }
            return match (first.parse(), last.parse()) {
                (Ok(first), Ok(last)) => Ok(Self::yearly_range(first, last)),
                _ => Err(wrong(
                    "write a range as \"2026-12-24 to 2026-12-31\" or, for every year, \"12-24 to 12-31\"",
                )),
            };
        }
        if let Some((nth_weekday, month)) = trimmed.split_once(" of ") {
            return parse_nth_weekday(nth_weekday, month).ok_or_else(|| {
                wrong("write it as \"1st mon of may\", \"last fri of nov\" or \"2nd tue of every month\"")
            });
        }
        if let Ok(date) = trimmed.parse() {
            return Ok(Self::date(date));
        }
        trimmed.parse().map(Self::yearly).map_err(|_| {
            wrong(
                "write a date \"2026-12-25\", a day of every year \"12-25\", a range \"… to …\" or \"1st mon of may\"",
            )
        })
    }
}

fn parse_nth_weekday(nth_weekday: &str, month: &str) -> Option<When> {
    let (nth, weekday) = nth_weekday.trim().split_once(' ')?;
    let (nth, _) = *Nth::ALL
        .iter()
        .find(|(_, name)| name.eq_ignore_ascii_case(nth))?;
    let month = match month.trim() {
        "every month" => None,
        name => Some(name.parse().ok()?),
    };
    Some(When::nth_weekday(nth, weekday.trim().parse().ok()?, month))
}

serde_as_text!(
    When,
    "a date rule such as \"2026-12-25\", \"12-24 to 12-31\" or \"1st mon of may\""
);
