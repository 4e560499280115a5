//! The opening hours as the board shows them.

use business_hours::{LocalOffset, Override, Schedule};
use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::Serialize;

use crate::system::PhoneSystem;

/// Today's hours, and what was decided about them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Hours {
    open: bool,
    why: String,
    until: Option<DateTime<Utc>>,
    zone: String,
    today: Vec<Range>,
    holiday: Option<String>,
    overrides: Vec<Exception>,
}

/// From the one time of day until the other, in the schedule's zone.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Range {
    from: String,
    to: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Exception {
    id: String,
    hours: &'static str,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    reason: String,
    by: Option<String>,
}

impl Hours {
    pub(crate) fn at(system: &PhoneSystem, now: DateTime<Utc>) -> Self {
        let schedule = system.hours();
        let zone = schedule.zone().name().to_owned();
        let today = today(&schedule, now);
        let overrides = schedule
            .overrides()
            .filter(|one| !one.is_over(now))
            .map(Exception::of);
        let overrides = overrides.collect();
        match schedule.status(now) {
            Ok(status) => Self {
                open: status.is_open(),
                why: status.to_string(),
                until: status.until(),
                zone,
                today,
                holiday: status.holiday().map(|day| day.name.to_owned()),
                overrides,
            },
            // Nobody can ring then either: callers hear an apology.
            Err(error) => Self {
                open: false,
                why: error.to_string(),
                until: None,
                zone,
                today,
                holiday: None,
                overrides,
            },
        }
    }
}

impl Exception {
    fn of(exception: &Override) -> Self {
        let instants = exception.when.instants();
        Self {
            id: exception.id.as_str().to_owned(),
            hours: if exception.hours.is_closed() {
                "closed"
            } else {
                "open"
            },
            from: instants.map(|(from, _)| from),
            to: exception.over_at(),
            reason: exception.reason.clone().unwrap_or_default(),
            by: exception.author.clone(),
        }
    }
}

/// The hours of the civil day on which it is now, exceptions included.
fn today(schedule: &Schedule, now: DateTime<Utc>) -> Vec<Range> {
    let zone = schedule.zone();
    let local = |instant: DateTime<Utc>| {
        instant
            .with_timezone(&zone.offset_at(instant))
            .naive_local()
    };
    let day = local(now).date();
    let midnight = |day: NaiveDate| {
        let midnight = day.and_time(NaiveTime::MIN);
        let less = |offset: FixedOffset| {
            midnight.and_utc() - TimeDelta::seconds(offset.local_minus_utc().into())
        };
        match zone.offset_of_local(midnight) {
            LocalOffset::Unique(offset) => less(offset),
            LocalOffset::Fold { before, .. } => less(before),
            LocalOffset::Gap { change, .. } => change,
        }
    };
    let Some(tomorrow) = day.checked_add_days(Days::new(1)) else {
        return Vec::new();
    };
    let Ok(intervals) = schedule.intervals(midnight(day), midnight(tomorrow)) else {
        return Vec::new();
    };
    let time = |instant: DateTime<Utc>| {
        let local = local(instant);
        match local.date() == day {
            true => local.format("%H:%M").to_string(),
            false => "24:00".to_owned(),
        }
    };
    intervals
        .map(|open| Range {
            from: time(open.opens),
            to: time(open.closes),
        })
        .collect()
}
