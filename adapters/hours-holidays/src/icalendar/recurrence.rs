use chrono::{Datelike, Months, NaiveDate, TimeDelta, Weekday};

use super::IcalendarError;

/// The last year into which a rule without an end is followed: the last for which time zones are known.
const LAST_YEAR: i32 = 2099;

/// An RRULE that repeats each year, or each so many years.
#[derive(Debug, Clone)]
pub(super) struct Yearly {
    interval: usize,
    count: Option<usize>,
    until: NaiveDate,
    day: DayOfYear,
}

#[derive(Debug, Clone, Copy)]
enum DayOfYear {
    /// Of this month; days below zero count from its end.
    Date { month: u32, day: i32 },
    /// The n-th such weekday of the month; below zero from its end.
    Weekday {
        month: u32,
        weekday: Weekday,
        nth: i32,
    },
}

impl Yearly {
    pub(super) fn parse(line: usize, rule: &str, start: NaiveDate) -> Result<Self, IcalendarError> {
        let wrong = |reason| IcalendarError::Rule {
            line,
            rule: rule.into(),
            reason,
        };
        let (mut yearly, mut interval, mut count, mut until) = (false, 1, None, None);
        let (mut by_month, mut by_day, mut by_weekday) = (None, None, None);
        for part in rule.trim().split(';').filter(|part| !part.is_empty()) {
            let (key, value) = part
                .split_once('=')
                .ok_or_else(|| wrong("parts are written NAME=value"))?;
            match (key.to_ascii_uppercase().as_str(), value) {
                ("FREQ", value) => {
                    if !value.eq_ignore_ascii_case("YEARLY") {
                        return Err(wrong("holidays repeat by FREQ=YEARLY"));
                    }
                    yearly = true;
                }
                ("INTERVAL", value) => {
                    interval =
                        positive(value).ok_or_else(|| wrong("INTERVAL is a number from 1"))?
                }
                ("COUNT", value) => {
                    count = Some(positive(value).ok_or_else(|| wrong("COUNT is a number from 1"))?)
                }
                ("UNTIL", value) => {
                    until =
                        Some(date(value).ok_or_else(|| wrong("UNTIL is a date such as 20301231"))?)
                }
                ("BYMONTH", value) => {
                    let month = value.parse().ok().filter(|month| (1..=12).contains(month));
                    by_month =
                        Some(month.ok_or_else(|| wrong("BYMONTH is one month from 1 to 12"))?);
                }
                ("BYMONTHDAY", value) => {
                    let day = value
                        .parse()
                        .ok()
                        .filter(|day: &i32| (1..=31).contains(&day.saturating_abs()));
                    by_day =
                        Some(day.ok_or_else(|| {
                            wrong("BYMONTHDAY is one day from 1 to 31 or -31 to -1")
                        })?);
                }
                ("BYDAY", value) => {
                    by_weekday = Some(
                        nth_weekday(value)
                            .ok_or_else(|| wrong("BYDAY is one weekday such as 1MO or -1MO"))?,
                    );
                }
                // In a rule that repeats by years and days, the first day of the week changes nothing.
                ("WKST", _) => {}
                _ => {
                    return Err(wrong(
                        "it has a part other than FREQ, INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY",
                    ));
                }
            }
        }
        if !yearly {
            return Err(wrong("FREQ is missing"));
        }
        let month = by_month.unwrap_or(start.month());
        let day = match (by_day, by_weekday) {
            (None, None) => DayOfYear::Date {
                month,
                day: start.day() as i32,
            },
            (Some(day), None) => DayOfYear::Date { month, day },
            (None, Some((nth, weekday))) if by_month.is_some() => DayOfYear::Weekday {
                month,
                weekday,
                nth,
            },
            (None, Some(_)) => return Err(wrong("BYDAY needs a BYMONTH")),
            (Some(_), Some(_)) => return Err(wrong("BYDAY and BYMONTHDAY do not go together")),
        };
        let horizon = NaiveDate::from_ymd_opt(LAST_YEAR, 12, 31).unwrap_or(NaiveDate::MAX);
        let until = until.map_or(horizon, |until: NaiveDate| until.min(horizon));
        Ok(Self {
            interval,
            count,
            until,
            day,
        })
    }

    /// All first days. The event's own date is the first of them, whether the rule hits it or not.
    pub(super) fn dates(&self, start: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        let repeated = (start.year()..=LAST_YEAR)
            .step_by(self.interval)
            .filter_map(|year| self.day.in_year(year))
            .filter(move |date| *date > start)
            .take_while(|date| *date <= self.until);
        std::iter::once(start)
            .chain(repeated)
            .take(self.count.unwrap_or(usize::MAX))
    }
}

impl DayOfYear {
    fn in_year(self, year: i32) -> Option<NaiveDate> {
        match self {
            Self::Date { month, day } => match u32::try_from(day) {
                Ok(day) => NaiveDate::from_ymd_opt(year, month, day),
                Err(_) => end_of_month(year, month)?
                    .checked_add_signed(TimeDelta::days((day + 1).into()))
                    .filter(|date| date.month() == month),
            },
            Self::Weekday {
                month,
                weekday,
                nth,
            } => match u8::try_from(nth) {
                Ok(nth) => NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth),
                Err(_) => {
                    let end = end_of_month(year, month)?;
                    let back =
                        i64::from(end.weekday().days_since(weekday)) + 7 * i64::from(-nth - 1);
                    end.checked_sub_signed(TimeDelta::days(back))
                        .filter(|date| date.month() == month)
                }
            },
        }
    }
}

fn end_of_month(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, 1)?
        .checked_add_months(Months::new(1))?
        .pred_opt()
}

fn positive(value: &str) -> Option<usize> {
    value.parse().ok().filter(|number| *number > 0)
}

fn nth_weekday(value: &str) -> Option<(i32, Weekday)> {
    let split = value.len().checked_sub(2)?;
    let (nth, name) = (value.get(..split)?, value.get(split..)?);
    let weekday = match name.to_ascii_uppercase().as_str() {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    };
    let nth = nth
        .parse()
        .ok()
        .filter(|nth: &i32| (1..=5).contains(&nth.saturating_abs()))?;
    Some((nth, weekday))
}

/// The date of a DATE or DATE-TIME value.
pub(super) fn date(value: &str) -> Option<NaiveDate> {
    let (day, time) = (value.get(..8)?, value.get(8..)?);
    if !(time.is_empty() || time.starts_with('T')) || !day.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let number: u32 = day.parse().ok()?;
    let year = i32::try_from(number / 10_000).ok()?;
    NaiveDate::from_ymd_opt(year, number / 100 % 100, number % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(start: &str, rule: &str) -> Result<Vec<String>, IcalendarError> {
        let start = date(start).expect("a date");
        let rule = Yearly::parse(7, rule, start)?;
        Ok(rule.dates(start).map(|date| date.to_string()).collect())
    }

    #[test]
    fn a_date_a_day_of_a_month_and_a_weekday_repeat() {
        for (start, rule, expected) in [
            (
                "20261225",
                "FREQ=YEARLY;COUNT=3",
                vec!["2026-12-25", "2027-12-25", "2028-12-25"],
            ),
            (
                "20240229",
                "FREQ=YEARLY;UNTIL=20331231T235959Z",
                vec!["2024-02-29", "2028-02-29", "2032-02-29"],
            ),
            (
                "20260525",
                "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3",
                vec!["2026-05-25", "2027-05-31", "2028-05-29"],
            ),
            (
                "20261126",
                "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;UNTIL=20271125",
                vec!["2026-11-26", "2027-11-25"],
            ),
            (
                "20260131",
                "freq=yearly;BYMONTH=2;BYMONTHDAY=-1;WKST=SU;COUNT=3",
                vec!["2026-01-31", "2026-02-28", "2027-02-28"],
            ),
            (
                "20260101",
                "FREQ=YEARLY;INTERVAL=30",
                vec!["2026-01-01", "2056-01-01", "2086-01-01"],
            ),
        ] {
            assert_eq!(dates(start, rule).expect("a rule"), expected, "{rule}");
        }
        assert_eq!(dates("20260101", "FREQ=YEARLY").expect("a rule").len(), 74);
        assert_eq!(
            dates("20260101", "FREQ=YEARLY;COUNT=99999999999")
                .expect("a rule")
                .len(),
            74
        );
    }

    #[test]
    fn other_rules_are_refused() {
        for rule in [
            "",
            "FREQ=MONTHLY",
            "FREQ=YEARLY;BYEASTER=1",
            "FREQ=YEARLY;BYDAY=MO",
            "FREQ=YEARLY;BYDAY=1MO",
            "FREQ=YEARLY;BYMONTH=5;BYDAY=1MO;BYMONTHDAY=1",
            "FREQ=YEARLY;BYMONTH=1,2",
            "FREQ=YEARLY;INTERVAL=0",
            "FREQ=YEARLY;COUNT=0",
            "FREQ=YEARLY;UNTIL=soon",
            "FREQ=YEARLY;BYMONTHDAY=-2147483648",
            "YEARLY",
            "FREQ=YEARLY;BYMONTH=5;BYDAY=99MO",
            "FREQ=YEARLY;BYMONTH=5;BYDAY=é",
        ] {
            let refused = dates("20260101", rule);
            assert!(
                matches!(refused, Err(IcalendarError::Rule { line: 7, .. })),
                "{rule}: {refused:?}"
            );
        }
    }
}
