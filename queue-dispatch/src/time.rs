//! Instants inside the core are whole microseconds since 1970: one machine word to compare, the
//! same precision as the databases that keep the log, and every `DateTime<Utc>` fits.

use chrono::{DateTime, TimeDelta, Utc};

/// Microseconds since 1970-01-01 00:00 UTC.
pub(crate) type Micros = i64;

pub(crate) fn micros(instant: DateTime<Utc>) -> Micros {
    instant.timestamp_micros()
}

/// The inverse of [`micros`]; a sum that left the calendar is held at its end.
pub(crate) fn instant(at: Micros) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(at).unwrap_or(if at < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    })
}

/// A duration in microseconds, held at the ends of the range.
pub(crate) fn span(delta: TimeDelta) -> Micros {
    delta
        .num_microseconds()
        .unwrap_or(if delta < TimeDelta::zero() {
            i64::MIN
        } else {
            i64::MAX
        })
}

pub(crate) fn after(at: Micros, delta: TimeDelta) -> Micros {
    at.saturating_add(span(delta))
}
