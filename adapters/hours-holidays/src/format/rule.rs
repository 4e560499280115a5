use chrono::{Datelike, NaiveDate, TimeDelta};

use super::bytes::Reader;
use super::easter;

/// The years of the data, both included.
pub(super) const YEARS: std::ops::RangeInclusive<i32> = 2000..=2050;

/// The dates of one piece of a holiday: a rule in some years, or single dates.
#[derive(Debug, Clone)]
pub(super) enum Dates {
    /// Days since 2000-01-01.
    Single(Vec<i64>),
    Rule(Rule, Years),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    /// The same day each year; 29 February in leap years only.
    Fixed { month: u32, day: u32 },
    /// This many days after Western Easter Sunday.
    AfterEaster(i32),
    /// This many days after Orthodox Easter Sunday.
    AfterOrthodoxEaster(i32),
    /// The first such day of the week on or after a date: the last Monday in May is the Monday on or after
    /// the 25th. Monday is 0.
    WeekdayFrom { month: u32, day: u32, weekday: u32 },
}

/// A set of years as bits, the lowest for 2000.
#[derive(Debug, Clone, Copy)]
pub(super) struct Years(u64);

impl Dates {
    /// Reads what follows a piece's head, whose low three bits say the rule and the next two the years.
    pub(super) fn read(head: u8, reader: &mut Reader) -> Self {
        let rule = match head & 7 {
            1 => {
                let (month, day) = month_and_day(reader);
                Rule::Fixed { month, day }
            }
            2 => Rule::AfterEaster(reader.signed()),
            3 => Rule::AfterOrthodoxEaster(reader.signed()),
            4 => {
                let (month, day) = month_and_day(reader);
                let weekday = reader.number();
                Rule::WeekdayFrom {
                    month,
                    day,
                    weekday,
                }
            }
            _ => return Self::Single(single(reader)),
        };
        Self::Rule(rule, Years::read(head >> 3 & 3, reader))
    }

    pub(super) fn for_each(&self, mut visit: impl FnMut(NaiveDate)) {
        match self {
            Self::Single(days) => {
                for day in days {
                    if let Some(date) = epoch().checked_add_signed(TimeDelta::days(*day)) {
                        visit(date);
                    }
                }
            }
            Self::Rule(rule, years) => {
                for date in YEARS
                    .filter(|year| years.contains(*year))
                    .filter_map(|year| rule.on(year))
                {
                    visit(date);
                }
            }
        }
    }
}

impl Rule {
    fn on(self, year: i32) -> Option<NaiveDate> {
        match self {
            Self::Fixed { month, day } => NaiveDate::from_ymd_opt(year, month, day),
            Self::AfterEaster(days) => {
                easter::western(year)?.checked_add_signed(TimeDelta::days(days.into()))
            }
            Self::AfterOrthodoxEaster(days) => {
                easter::orthodox(year)?.checked_add_signed(TimeDelta::days(days.into()))
            }
            Self::WeekdayFrom {
                month,
                day,
                weekday,
            } => {
                let start = NaiveDate::from_ymd_opt(year, month, day)?;
                let wait = (weekday + 7 - start.weekday().num_days_from_monday()) % 7;
                start.checked_add_signed(TimeDelta::days(wait.into()))
            }
        }
    }
}

impl Years {
    fn read(form: u8, reader: &mut Reader) -> Self {
        match form {
            1 => {
                let (first, last) = (u32::from(reader.byte()), u32::from(reader.byte()));
                Self((first..=last.min(63)).fold(0, |bits, year| bits | 1 << year))
            }
            2 => Self(
                reader
                    .take(7)
                    .iter()
                    .rev()
                    .fold(0, |bits, byte| bits << 8 | u64::from(*byte)),
            ),
            _ => Self(u64::MAX),
        }
    }

    fn contains(self, year: i32) -> bool {
        self.0 >> (year - YEARS.start()) & 1 == 1
    }
}

/// Single dates: how many, the first, the usual gap, and by how much each gap differs from it.
fn single(reader: &mut Reader) -> Vec<i64> {
    let count = reader.length();
    let mut day = i64::from(reader.number());
    let usual = i64::from(reader.number());
    let mut days = vec![day];
    while days.len() < count && !reader.is_empty() {
        day += usual + i64::from(reader.signed());
        days.push(day);
    }
    days
}

fn month_and_day(reader: &mut Reader) -> (u32, u32) {
    let number = reader.number();
    (number >> 5, number & 31)
}

pub(super) fn epoch() -> NaiveDate {
    // 1 January 2000, or in a world where that is no date, the first that is one.
    NaiveDate::from_ymd_opt(*YEARS.start(), 1, 1).unwrap_or_default()
}
