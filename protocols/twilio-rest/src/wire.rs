//! How values are written in answers: numbers as texts, times in two forms, nulls and empty texts
//! for what is not there.

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The fields of an answer, to be taken one by one.
///
/// A value that cannot be read as what it should be stays where it is, and so ends among the
/// fields that are not known: one odd date must not hide that a call has been placed.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// What has not been taken.
    pub(crate) fn rest(self) -> Map<String, Value> {
        self.0
    }

    /// A field without which the answer is of no use.
    pub(crate) fn required<T: FromStr>(&mut self, name: &'static str) -> Result<T, WrongField> {
        let found = self
            .0
            .get(name)
            .map_or_else(|| "nothing".into(), Value::to_string);
        self.take(name, |text| text.parse().ok())
            .ok_or(WrongField { name, found })
    }

    /// A field that is of a form.
    pub(crate) fn parsed<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.take(name, |text| text.parse().ok())
    }

    /// A field that can be read whatever it says.
    pub(crate) fn text<T: for<'a> From<&'a str>>(&mut self, name: &str) -> Option<T> {
        self.take(name, |text| Some(T::from(text)))
    }

    /// A whole number of seconds.
    pub(crate) fn seconds(&mut self, name: &str) -> Option<Duration> {
        self.parsed(name).map(Duration::from_secs)
    }

    /// A whole number of milliseconds.
    pub(crate) fn milliseconds(&mut self, name: &str) -> Option<Duration> {
        self.parsed(name).map(Duration::from_millis)
    }

    /// RFC 2822 in the 2010 API, ISO 8601 in the newer ones.
    pub(crate) fn time(&mut self, name: &str) -> Option<DateTime<Utc>> {
        self.take(name, |text| {
            DateTime::parse_from_rfc2822(text)
                .or_else(|_| DateTime::parse_from_rfc3339(text))
                .map(|time| time.to_utc())
                .ok()
        })
    }

    /// Takes a text or number, if `read` makes something of it. Null and empty texts are nothing,
    /// and are taken away.
    fn take<T>(&mut self, name: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let (nothing, value) = match self.0.get(name)? {
            Value::Null => (true, None),
            Value::String(text) => (text.is_empty(), read(text).filter(|_| !text.is_empty())),
            Value::Number(number) => (false, read(&number.to_string())),
            _ => (false, None),
        };
        if nothing || value.is_some() {
            self.0.remove(name);
        }
        value
    }
}

/// A field without which an answer is of no use is missing or malformed.
#[derive(Debug, thiserror::Error)]
#[error("field {name} is {found}")]
pub(crate) struct WrongField {
    name: &'static str,
    found: String,
}
