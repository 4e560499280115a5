//! Instants and spans on the wire: JSON numbers of seconds, whole ones written without a point.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serializer};
use serde_json::{Number, Value};

const MICROS: i64 = 1_000_000;

/// From here on, in the year 2255, a float has no room for the microseconds of an instant: it would be
/// rounded, the last one of the calendar to one beyond it. They are left out instead.
const EXACT: u64 = 1 << 53;

/// Microseconds from a JSON number of seconds; `None` if it is beyond any instant we can hold.
pub(crate) fn micros(number: &Number) -> Option<i64> {
    if let Some(seconds) = number.as_i64() {
        return seconds.checked_mul(MICROS);
    }
    let micros = number.as_f64()? * 1e6;
    // A float of this size has no fraction left, so the cast below cannot cut anything off.
    (micros.abs() < 9.0e18).then_some(micros.round() as i64)
}

fn write<S: Serializer>(micros: i64, to: S) -> Result<S::Ok, S::Error> {
    if micros % MICROS == 0 || micros.abs_diff(0) >= EXACT {
        to.serialize_i64(micros.div_euclid(MICROS))
    } else {
        to.serialize_f64(micros as f64 / 1e6)
    }
}

fn read<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    let value = Value::deserialize(from)?;
    let Value::Number(number) = &value else {
        return Err(serde::de::Error::custom(format!(
            "`{value}` is not a number of seconds"
        )));
    };
    micros(number)
        .ok_or_else(|| serde::de::Error::custom(format!("{number} seconds is out of range")))
}

pub(crate) fn serialize<S: Serializer>(at: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    write(at.timestamp_micros(), to)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
    let micros = read(from)?;
    DateTime::from_timestamp_micros(micros)
        .ok_or_else(|| serde::de::Error::custom(format!("{micros} µs is beyond any date")))
}

pub(crate) mod delta {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(span: &TimeDelta, to: S) -> Result<S::Ok, S::Error> {
        let micros = span
            .num_microseconds()
            .ok_or_else(|| serde::ser::Error::custom(format!("{span} is too long")))?;
        write(micros, to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<TimeDelta, D::Error> {
        read(from).map(TimeDelta::microseconds)
    }
}

pub(crate) mod option {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(
        at: &Option<DateTime<Utc>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => super::serialize(at, to),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        super::deserialize(from).map(Some)
    }
}
