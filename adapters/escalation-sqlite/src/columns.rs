//! Between columns and the core's types.

use chrono::{DateTime, Utc};
use escalation_core::{
    Attempt, Doubt, Generation, Lease, NotificationState, ProcessId, Sequence, TenantId, Token,
};

use crate::error::JobError;

/// Which notification: its generation and, in the lowest 24 bits, its sequence.
pub(crate) type Key = i64;

/// What sequences have room for in a [`Key`]; the schema and the statements spell the 24 bits out.
pub(crate) const SEQUENCES: u32 = 1 << 24;

/// More than a file ever gives out: 549 billion.
const GENERATIONS: i64 = 1 << 39;

/// Where the notification of a lease is; nowhere if this store cannot have given the lease out.
pub(crate) fn key(lease: &Lease) -> Key {
    checked_key(number(lease.generation.number()), lease.sequence).unwrap_or(-1)
}

/// Where a notification is put.
pub(crate) fn new_key(generation: i64, sequence: Sequence) -> Result<Key, JobError> {
    checked_key(generation, sequence).ok_or(JobError::Full {
        generation,
        sequence: sequence.position(),
    })
}

fn checked_key(generation: i64, sequence: Sequence) -> Option<Key> {
    ((0..GENERATIONS).contains(&generation) && sequence.position() < SEQUENCES)
        .then(|| generation << 24 | i64::from(sequence.position()))
}

pub(crate) const fn generation_of(key: Key) -> i64 {
    key >> 24
}

pub(crate) fn sequence_of(key: Key) -> Sequence {
    // Masked, it fits.
    Sequence::new(u32::try_from(key & (i64::from(SEQUENCES) - 1)).unwrap_or_default())
}

/// Every instant of chrono fits into 64 bits of microseconds.
pub(crate) fn micros(instant: DateTime<Utc>) -> i64 {
    instant.timestamp_micros()
}

pub(crate) fn instant(micros: i64) -> Result<DateTime<Utc>, JobError> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| JobError::Row {
        what: format!("the instant {micros} µs"),
    })
}

/// Numbers that a store gives out never reach the sign bit.
pub(crate) fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// How many rows to read at most.
pub(crate) fn limit(max: usize) -> i64 {
    i64::try_from(max).unwrap_or(i64::MAX)
}

fn positive(number: i64) -> Result<u64, JobError> {
    u64::try_from(number).map_err(|_| JobError::Row {
        what: format!("the negative number {number}"),
    })
}

pub(crate) fn generation(column: i64) -> Result<Generation, JobError> {
    positive(column).map(Generation::new)
}

pub(crate) fn token(column: i64) -> Result<Token, JobError> {
    positive(column).map(Token::new)
}

pub(crate) fn sequence(column: u32) -> Sequence {
    Sequence::new(column)
}

pub(crate) fn process_id(column: &str) -> Result<ProcessId, JobError> {
    ProcessId::new(column).map_err(|error| JobError::Row {
        what: error.to_string(),
    })
}

pub(crate) fn tenant(column: &str) -> Result<TenantId, JobError> {
    TenantId::new(column).map_err(|error| JobError::Row {
        what: error.to_string(),
    })
}

/// By its lease, if there is one.
pub(crate) const fn state(in_flight: Option<bool>) -> NotificationState {
    match in_flight {
        None => NotificationState::Waiting,
        Some(false) => NotificationState::Claimed,
        Some(true) => NotificationState::InFlight,
    }
}

pub(crate) const fn doubt(column: i64) -> Doubt {
    if column == 0 {
        Doubt::None
    } else {
        Doubt::Unfinished
    }
}

pub(crate) fn doubt_column(doubt: Doubt) -> i64 {
    i64::from(doubt != Doubt::None)
}

pub(crate) fn history(column: Option<&str>) -> Result<Vec<Attempt>, JobError> {
    match column {
        Some(json) => Ok(serde_json::from_str(json)?),
        None => Ok(Vec::new()),
    }
}

pub(crate) fn history_column(history: &[Attempt]) -> Result<Option<String>, JobError> {
    if history.is_empty() {
        return Ok(None);
    }
    Ok(Some(serde_json::to_string(history)?))
}
