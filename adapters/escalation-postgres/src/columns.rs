//! Between columns and the core's types.

use std::borrow::Cow;

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Attempt, Doubt, Generation, Lease, Notification, NotificationState, ProcessId, Sequence, Stage,
    TenantId, Token,
};
use serde_json::{Value, json};

use crate::error::StoreFault;

/// Every instant of chrono fits into 64 bits of microseconds.
pub(crate) fn micros(instant: DateTime<Utc>) -> i64 {
    instant.timestamp_micros()
}

/// A span in microseconds; none between two instants has more than fit.
pub(crate) fn span(span: TimeDelta) -> i64 {
    span.num_microseconds().unwrap_or(i64::MAX)
}

pub(crate) fn instant(micros: i64) -> Result<DateTime<Utc>, StoreFault> {
    DateTime::from_timestamp_micros(micros)
        .ok_or_else(|| StoreFault::row(format_args!("the instant {micros} µs")))
}

/// Numbers that a store gives out never reach the sign bit.
pub(crate) fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn positive(number: i64) -> Result<u64, StoreFault> {
    u64::try_from(number).map_err(|_| StoreFault::row(format_args!("the negative number {number}")))
}

pub(crate) fn generation(column: i64) -> Result<Generation, StoreFault> {
    positive(column).map(Generation::new)
}

pub(crate) fn token(column: i64) -> Result<Token, StoreFault> {
    positive(column).map(Token::new)
}

/// A small number that is never negative.
pub(crate) fn small(column: i32) -> Result<u32, StoreFault> {
    u32::try_from(column).map_err(|_| StoreFault::row(format_args!("the negative number {column}")))
}

pub(crate) fn stage(column: i32) -> Result<Stage, StoreFault> {
    small(column).map(Stage::from_number)
}

pub(crate) fn sequence(column: i32) -> Result<Sequence, StoreFault> {
    small(column).map(Sequence::new)
}

/// Positions end at the ten thousandth of a plan; what was added to a process ends where 31 bits do.
pub(crate) fn position(sequence: Sequence) -> i32 {
    i32::try_from(sequence.position()).unwrap_or(i32::MAX)
}

/// PostgreSQL's `text` holds no zero character: it is written as `\0`, and a backslash twice.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if text.contains(['\0', '\\']) {
        Cow::Owned(text.replace('\\', "\\\\").replace('\0', "\\0"))
    } else {
        Cow::Borrowed(text)
    }
}

pub(crate) fn unescaped(column: &str) -> Cow<'_, str> {
    if !column.contains('\\') {
        return Cow::Borrowed(column);
    }
    let mut text = String::with_capacity(column.len());
    let mut characters = column.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.push(match characters.next() {
                Some('0') => '\0',
                other => other.unwrap_or('\\'),
            }),
            other => text.push(other),
        }
    }
    Cow::Owned(text)
}

pub(crate) fn process_id(column: &str) -> Result<ProcessId, StoreFault> {
    ProcessId::new(unescaped(column)).map_err(StoreFault::row)
}

pub(crate) fn tenant_id(column: &str) -> Result<TenantId, StoreFault> {
    TenantId::new(unescaped(column)).map_err(StoreFault::row)
}

pub(crate) fn state(column: i16) -> Result<NotificationState, StoreFault> {
    match column {
        0 => Ok(NotificationState::Waiting),
        1 => Ok(NotificationState::Claimed),
        2 => Ok(NotificationState::InFlight),
        other => Err(StoreFault::row(format_args!("the state {other}"))),
    }
}

pub(crate) const fn doubt(column: bool) -> Doubt {
    if column {
        Doubt::Unfinished
    } else {
        Doubt::None
    }
}

/// How JSON writes a zero character, for which PostgreSQL's functions refuse the whole value.
const ZERO: &str = "\\u0000";

/// A notification as JSON. One that has a zero character somewhere is a text within the JSON, beside
/// what the statements look for.
pub(crate) fn content_column(notification: &Notification) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(notification)?;
    if !json.contains(ZERO) {
        return Ok(json);
    }
    let deadline = serde_json::to_value(notification)?["deadline"].take();
    serde_json::to_string(&json!({ "deadline": deadline, "quoted": json }))
}

pub(crate) fn content(column: &str) -> Result<Notification, StoreFault> {
    if column.contains(ZERO) {
        let value: Value = serde_json::from_str(column)?;
        let quoted = value["quoted"].as_str().unwrap_or_default();
        return Ok(serde_json::from_str(quoted)?);
    }
    Ok(serde_json::from_str(column)?)
}

pub(crate) fn history(column: Option<Vec<&str>>) -> Result<Vec<Attempt>, StoreFault> {
    column
        .unwrap_or_default()
        .into_iter()
        .map(|attempt| Ok(serde_json::from_str(attempt)?))
        .collect()
}

/// Leases as the arrays that a statement takes.
#[derive(Debug, Default)]
pub(crate) struct Leases {
    pub(crate) generations: Vec<i64>,
    pub(crate) sequences: Vec<i32>,
    pub(crate) tokens: Vec<i64>,
}

impl Leases {
    pub(crate) fn push(&mut self, lease: &Lease) {
        self.generations.push(number(lease.generation.number()));
        self.sequences.push(position(lease.sequence));
        self.tokens.push(number(lease.token.number()));
    }

    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }
}

impl<'a> FromIterator<&'a Lease> for Leases {
    fn from_iter<I: IntoIterator<Item = &'a Lease>>(leases: I) -> Self {
        let mut arrays = Self::default();
        leases.into_iter().for_each(|lease| arrays.push(lease));
        arrays
    }
}

#[cfg(test)]
mod tests {
    use super::{escaped, unescaped};

    #[test]
    fn any_text_comes_back() {
        for text in ["", "a", "\\", "\\0", "\0", "a\0\\b\\\\0", "ž\\"] {
            let column = escaped(text);
            assert!(!column.contains('\0'));
            assert_eq!(unescaped(&column), text);
        }
    }
}
