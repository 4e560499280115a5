//! How values are written in answers: numbers as texts, times in two forms, nulls and empty texts
//! for what is not there.

use std::borrow::Cow;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// A text or a number, as text; none if it is null or empty.
fn scalar<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Scalar<'a> {
        #[serde(borrow)]
        Text(Cow<'a, str>),
        Number(serde_json::Number),
    }
    let text = match Option::<Scalar<'de>>::deserialize(deserializer)? {
        None => return Ok(None),
        Some(Scalar::Text(text)) => text,
        Some(Scalar::Number(number)) => Cow::Owned(number.to_string()),
    };
    Ok((!text.is_empty()).then_some(text))
}

/// Anything that is read from a text and cannot fail.
pub(crate) fn text<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: for<'a> From<&'a str>,
{
    Ok(scalar(deserializer)?.map(|text| T::from(&*text)))
}

fn number<'de, D: Deserializer<'de>>(
    deserializer: D,
    unit: impl Fn(u64) -> Duration,
    expected: &str,
) -> Result<Option<Duration>, D::Error> {
    scalar(deserializer)?
        .map(|text| {
            text.parse()
                .map(&unit)
                .map_err(|_| D::Error::custom(format!("{text:?} is not {expected}")))
        })
        .transpose()
}

/// A whole number of seconds.
pub(crate) fn seconds<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    number(
        deserializer,
        Duration::from_secs,
        "a whole number of seconds",
    )
}

/// A whole number of milliseconds.
pub(crate) fn milliseconds<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    number(
        deserializer,
        Duration::from_millis,
        "a whole number of milliseconds",
    )
}

/// RFC 2822 in the 2010 API, ISO 8601 in the newer ones.
pub(crate) fn time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<DateTime<Utc>>, D::Error> {
    scalar(deserializer)?
        .map(|text| {
            DateTime::parse_from_rfc2822(&text)
                .or_else(|_| DateTime::parse_from_rfc3339(&text))
                .map(|time| time.to_utc())
                .map_err(|_| D::Error::custom(format!("{text:?} is not a time")))
        })
        .transpose()
}
