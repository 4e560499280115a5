//! What can only be checked on the description as a whole. Collects everything instead of stopping.

use std::collections::{HashMap, HashSet};

use chrono::Weekday;

use crate::spec::Week;
use crate::{BuildError, HolidaySpec, Override, ScheduleSpec, TimeRange, Weekdays};

const DAY: u32 = 86_400;

pub(crate) fn check(spec: &ScheduleSpec, has_calendars: bool, errors: &mut Vec<BuildError>) {
    check_week("week", &spec.week, errors);
    check_days_once("breaks", &spec.breaks, errors);
    check_breaks(spec, errors);
    let mut names = HashSet::new();
    for season in &spec.seasons {
        check_week(&format!("seasons.{}", season.name), &season.week, errors);
        if !names.insert(&season.name) {
            errors.push(BuildError::SeasonTwice {
                name: season.name.clone(),
            });
        }
        if season.when.instants().is_some() {
            errors.push(BuildError::SeasonOfInstants {
                name: season.name.clone(),
                when: season.when,
            });
        }
    }
    let none = HolidaySpec::default();
    check_holidays(
        spec.holidays.as_ref().unwrap_or(&none),
        has_calendars,
        errors,
    );
    check_overrides(&spec.overrides, errors);
}

/// The ranges of one day of the week.
pub(crate) fn ranges_of(week: &Week, day: Weekday) -> &[TimeRange] {
    week.iter()
        .find(|(days, _)| days.contains(day))
        .map_or(&[], |(_, hours)| hours.ranges())
}

fn check_days_once(rule: &str, week: &Week, errors: &mut Vec<BuildError>) {
    let mut seen: Option<Weekdays> = None;
    for &days in week.keys() {
        if let Some(twice) = seen.and_then(|seen| seen.intersection(days)) {
            errors.extend(twice.iter().map(|day| BuildError::DayTwice {
                rule: rule.to_owned(),
                day,
            }));
        }
        seen = Some(seen.map_or(days, |seen| seen.union(days)));
    }
}

fn check_week(rule: &str, week: &Week, errors: &mut Vec<BuildError>) {
    check_days_once(rule, week, errors);
    for day in Weekdays::EVERY_DAY.iter() {
        for &range in ranges_of(week, day)
            .iter()
            .filter(|range| range.crosses_midnight())
        {
            let overlapped = ranges_of(week, day.succ())
                .iter()
                .find(|next| next.start().seconds() + DAY < range.end().seconds());
            if let Some(&next) = overlapped {
                let rule = rule.to_owned();
                errors.push(BuildError::OverlapAcrossMidnight {
                    rule,
                    day,
                    range,
                    next,
                });
            }
        }
    }
}

/// A break must cut into its day's hours, or into a shift that began the day before.
fn check_breaks(spec: &ScheduleSpec, errors: &mut Vec<BuildError>) {
    for day in Weekdays::EVERY_DAY.iter() {
        for &range in ranges_of(&spec.breaks, day) {
            let (start, end) = (range.start().seconds(), range.end().seconds());
            let cuts = |hours: &[TimeRange], shift: u32| {
                hours.iter().any(|hours| {
                    hours.start().seconds() < end + shift && start + shift < hours.end().seconds()
                })
            };
            if !cuts(ranges_of(&spec.week, day), 0) && !cuts(ranges_of(&spec.week, day.pred()), DAY)
            {
                errors.push(BuildError::BreakOutsideHours { day, range });
            }
        }
    }
}

fn check_holidays(spec: &HolidaySpec, has_calendars: bool, errors: &mut Vec<BuildError>) {
    let listed = || spec.dates.keys().chain(spec.working_days.keys());
    let has_list = spec.covers.is_some() || listed().next().is_some();
    if (has_list || has_calendars) && spec.unknown.is_none() {
        errors.push(BuildError::OnUnknownMissing);
    }
    if has_list && !has_calendars && spec.covers.is_none() {
        errors.push(BuildError::CoverageMissing);
    }
    if let Some(covers) = spec.covers {
        let covers = covers.first()..=covers.last();
        errors.extend(listed().filter(|date| !covers.contains(date)).map(|&date| {
            BuildError::DateNotCovered {
                date,
                covers: covers.clone(),
            }
        }));
    }
    let both = spec
        .dates
        .keys()
        .filter(|date| spec.working_days.contains_key(date));
    errors.extend(both.map(|&date| BuildError::HolidayAndWorkingDay { date }));
}

fn check_overrides(overrides: &[Override], errors: &mut Vec<BuildError>) {
    let mut ids = HashSet::new();
    let mut deciding: HashMap<_, &Override> = HashMap::new();
    for exception in overrides {
        let Override {
            id, when, hours, ..
        } = exception;
        if !ids.insert(id) {
            errors.push(BuildError::OverrideTwice { id: id.clone() });
        }
        errors.extend(check_override(exception));
        match deciding.get(&(when, exception.priority)) {
            Some(other) if other.hours != *hours => errors.push(BuildError::Contradiction {
                id: id.clone(),
                hours: hours.clone(),
                when: *when,
                other: other.id.clone(),
                other_hours: other.hours.clone(),
            }),
            Some(_) => {}
            None => {
                deciding.insert((when, exception.priority), exception);
            }
        }
    }
}

/// What can be wrong with an override by itself.
pub(crate) fn check_override(exception: &Override) -> Vec<BuildError> {
    let Override {
        id,
        when,
        hours,
        expires,
        ..
    } = exception;
    let mut errors = Vec::new();
    if let Some((from, _)) = when.instants() {
        if !hours.is_closed() && !hours.is_all_day() {
            errors.push(BuildError::HoursOfInterval {
                id: id.clone(),
                hours: hours.clone(),
            });
        }
        if let Some(expires) = expires.filter(|expires| *expires <= from) {
            let id = id.clone();
            errors.push(BuildError::ExpiresBeforeItBegins {
                id,
                expires,
                when: *when,
            });
        }
    }
    errors
}
