use business_hours::{Hours, MonthDay, TimeOfDay, TimeRange, Weekdays, When};
use chrono::{Datelike, NaiveDate, Weekday};
use opening_hours_syntax::rules::day::{
    Date, DaySelector, HolidayKind, Month, MonthdayRange, WeekDayRange, Year,
};
use opening_hours_syntax::rules::time::{Time, TimeSelector, TimeSpan};
use opening_hours_syntax::rules::{RuleKind, RuleOperator, RuleSequence};

use crate::Refusal;
use crate::week_table::weekdays;

/// One rule of an expression, if each of its parts has a place in a schedule.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) hours: Hours,
    /// It adds to the rules before it instead of replacing them.
    pub(super) adds: bool,
    /// Its dates; none if it is about days of the week.
    pub(super) when: Vec<When>,
    /// Its days of the week; `None` if it names none.
    pub(super) days: Option<Weekdays>,
    pub(super) public_holidays: bool,
    pub(super) comment: Option<String>,
}

impl Rule {
    pub(super) fn read(text: &str, sequence: &RuleSequence) -> Result<Self, Vec<Refusal>> {
        let mut problems = Vec::new();
        if sequence.operator == RuleOperator::Fallback {
            problems.push("is a fallback rule (||)");
        }
        let hours = hours(sequence, &mut problems);
        let selector = &sequence.day_selector;
        if !selector.year.is_empty() {
            problems.push("is limited to years; write dates with their year instead");
        }
        if !selector.week.is_empty() {
            problems.push("is limited to weeks of the year; write dates instead");
        }
        let (days, public_holidays) = days(selector, &mut problems);
        let mut when = Vec::new();
        for range in &selector.monthday {
            match dates(range) {
                Ok(dates) => when.push(dates),
                Err(problem) => problems.push(problem),
            }
        }
        if public_holidays && !when.is_empty() {
            problems.push("is about the public holidays of part of the year");
        }
        let adds = sequence.operator == RuleOperator::Additional;
        if adds && (public_holidays || !when.is_empty()) {
            problems.push(
                "adds hours to those of other rules on certain dates; write all hours of the dates",
            );
        }
        if adds && sequence.kind == RuleKind::Closed {
            problems.push("takes hours away from other rules; write the hours that remain");
        }
        let comment = (!sequence.comment.is_empty()).then(|| sequence.comment.to_string());
        if comment.is_some() && (sequence.kind == RuleKind::Open || when.is_empty()) {
            problems.push("has a comment that may limit it; remove the comment");
        }
        match (hours, problems.is_empty()) {
            (Some(hours), true) => Ok(Self {
                hours,
                adds,
                when,
                days,
                public_holidays,
                comment,
            }),
            _ => Err(problems
                .into_iter()
                .map(|problem| Refusal::new("rule", text, problem))
                .collect()),
        }
    }
}

fn hours(sequence: &RuleSequence, problems: &mut Vec<&'static str>) -> Option<Hours> {
    match sequence.kind {
        RuleKind::Closed if sequence.time_selector == TimeSelector::default() => {
            return Some(Hours::closed());
        }
        RuleKind::Closed => problems.push("closes part of a day; write the hours that remain"),
        RuleKind::Unknown => problems.push("is unknown; a schedule is open or closed"),
        RuleKind::Open => {}
    }
    let before = problems.len();
    let mut ranges = Vec::new();
    for span in &sequence.time_selector.spans {
        match range(span) {
            Ok(range) => ranges.push(range),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.len() > before {
        return None;
    }
    let hours = Hours::new(ranges);
    if hours.is_err() {
        problems.push("has ranges that overlap; join them");
    }
    hours.ok()
}

fn range(span: &TimeSpan) -> Result<TimeRange, &'static str> {
    if span.open_end {
        return Err("has an open end; write when it closes");
    }
    if span.repeats.is_some() {
        return Err("is a series of points in time");
    }
    let (Time::Fixed(start), Time::Fixed(end)) = (span.range.start, span.range.end) else {
        return Err("depends on the sun; write times");
    };
    let seconds = |time: opening_hours_syntax::ExtendedTime| {
        TimeOfDay::from_seconds(u32::from(time.mins_from_midnight()) * 60).ok()
    };
    let too_long = "is longer than 24 hours, or begins after 24:00; give each day its own range";
    let (start, end) = seconds(start).zip(seconds(end)).ok_or(too_long)?;
    TimeRange::new(start, end).map_err(|_| too_long)
}

fn days(selector: &DaySelector, problems: &mut Vec<&'static str>) -> (Option<Weekdays>, bool) {
    let mut days: Vec<Weekday> = Vec::new();
    let mut public_holidays = false;
    for range in &selector.weekday {
        match range {
            WeekDayRange::Fixed {
                range,
                offset: 0,
                nth_from_start,
                nth_from_end,
            } if !nth_from_start.contains(&false) && !nth_from_end.contains(&false) => {
                let mut day = *range.start();
                days.push(day);
                while day != *range.end() {
                    day = day.succ();
                    days.push(day);
                }
            }
            WeekDayRange::Fixed { .. } => {
                problems.push("is about a certain weekday of the month, or days counted from one");
            }
            WeekDayRange::Holiday {
                kind: HolidayKind::Public,
                offset: 0,
            } => public_holidays = true,
            WeekDayRange::Holiday {
                kind: HolidayKind::Public,
                ..
            } => {
                problems.push("is about days counted from a public holiday");
            }
            WeekDayRange::Holiday {
                kind: HolidayKind::School,
                ..
            } => {
                problems.push("is about school holidays");
            }
        }
    }
    (weekdays(days.into_iter()), public_holidays)
}

fn dates(range: &MonthdayRange) -> Result<When, &'static str> {
    const IMPOSSIBLE: &str = "has a date that does not exist, or ends before it begins";
    match range {
        MonthdayRange::Month { range, year } => {
            let (first, last) = (*range.start(), *range.end());
            match year {
                None => {
                    let last_day = last_day(last, 2000).ok_or(IMPOSSIBLE)?;
                    let first = MonthDay::new(first as u32, 1).map_err(|_| IMPOSSIBLE)?;
                    Ok(When::yearly_range(first, MonthDay::from(last_day)))
                }
                Some(Year(year)) => {
                    let first =
                        NaiveDate::from_ymd_opt(*year, first as u32, 1).ok_or(IMPOSSIBLE)?;
                    When::dates(first, last_day(last, *year).ok_or(IMPOSSIBLE)?)
                        .map_err(|_| IMPOSSIBLE)
                }
            }
        }
        MonthdayRange::Date {
            start: (start, from),
            end: (end, until),
        } => {
            if *from != Default::default() || *until != Default::default() {
                return Err("has dates counted from another day");
            }
            let (
                Date::Fixed {
                    year: first_year, ..
                },
                Date::Fixed {
                    year: last_year, ..
                },
            ) = (start, end)
            else {
                return Err("has dates that move, such as Easter; write them with their year");
            };
            match (first_year, last_year) {
                (None, None) => {
                    let (first, last) = (month_day(start)?, month_day(end)?);
                    Ok(if first == last {
                        When::yearly(first)
                    } else {
                        When::yearly_range(first, last)
                    })
                }
                (Some(Year(first_year)), Some(Year(last_year))) => {
                    let first = month_day(start)?.in_year(*first_year).ok_or(IMPOSSIBLE)?;
                    let last = month_day(end)?.in_year(*last_year).ok_or(IMPOSSIBLE)?;
                    if first == last {
                        return Ok(When::date(first));
                    }
                    When::dates(first, last).map_err(|_| IMPOSSIBLE)
                }
                _ => Err("has a year on one of its dates only"),
            }
        }
    }
}

fn month_day(date: &Date) -> Result<MonthDay, &'static str> {
    match date {
        Date::Fixed { month, day, .. } => {
            MonthDay::new(*month as u32, u32::from(*day)).map_err(|_| "has a date that no year has")
        }
        _ => Err("has dates that move, such as Easter; write them with their year"),
    }
}

fn last_day(month: Month, year: i32) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, month as u32, 1)?;
    first
        .iter_days()
        .take_while(|date| date.month() == month as u32)
        .last()
}
