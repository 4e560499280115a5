//! Times as people and scripts write them.

use business_hours::{LocalOffset, Schedule};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, Utc};

/// Reads `2026-12-24T15:00:00Z`, or with any other offset; without an offset it is the wall-clock time of the
/// schedule's zone, in which the first of two occurrences counts, and one that is skipped is read with the
/// offset before the change.
///
/// # Errors
/// What would be right.
pub(crate) fn instant(schedule: &Schedule, text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Ok(instant.to_utc());
    }
    let text = text.trim();
    let local = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%d %H:%M",
    ]
    .iter()
    .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let local = local.ok_or_else(|| {
        format!("{text:?} is no time; write 2026-12-24T15:00:00Z, or 2026-12-24T15:00 in the schedule's zone")
    })?;
    of_local(schedule, local).ok_or_else(|| format!("{text:?} is too far away"))
}

/// The first instant of a date.
pub(crate) fn start_of(schedule: &Schedule, date: NaiveDate) -> Option<DateTime<Utc>> {
    let midnight = date.and_time(NaiveTime::MIN);
    match schedule.zone().offset_of_local(midnight) {
        // Where midnight is skipped the date begins when clocks have been put forward.
        LocalOffset::Gap { change, .. } => Some(change),
        _ => of_local(schedule, midnight),
    }
}

fn of_local(schedule: &Schedule, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    let offset = match schedule.zone().offset_of_local(local) {
        LocalOffset::Unique(offset) => offset,
        LocalOffset::Fold { before, .. } | LocalOffset::Gap { before, .. } => before,
    };
    local.checked_sub_offset(offset).map(|utc| utc.and_utc())
}

/// The instant on the schedule's clock.
pub(crate) fn local(schedule: &Schedule, instant: DateTime<Utc>) -> DateTime<FixedOffset> {
    instant.with_timezone(&schedule.zone().offset_at(instant))
}

/// As [`instant`] reads it, with the offset of the schedule's zone.
pub(crate) fn written(schedule: &Schedule, instant: DateTime<Utc>) -> String {
    local(schedule, instant).to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The one place that reads the time.
#[expect(
    clippy::disallowed_methods,
    reason = "the program's clock: the one place that reads the time"
)]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}
