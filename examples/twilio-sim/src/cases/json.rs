//! Reading the parts of a case.

use std::time::Duration;

use serde_json::Value;

use super::CaseError;

/// The entries of an object; none of anything else.
pub(super) fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The items of a list; none of anything else.
pub(super) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A text without its quotes; numbers and the like as they are written.
pub(super) fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

pub(super) fn text<'a>(value: &'a Value, name: &str, place: &str) -> Result<&'a str, CaseError> {
    value[name]
        .as_str()
        .ok_or_else(|| CaseError::needs(place, format!("{name}, a text")))
}

pub(super) fn number(value: &Value, name: &str, place: &str) -> Result<f64, CaseError> {
    value[name]
        .as_f64()
        .ok_or_else(|| CaseError::needs(place, format!("{name}, a number")))
}

/// Seconds.
pub(super) fn duration(value: &Value, place: &str) -> Result<Duration, CaseError> {
    value
        .as_f64()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| CaseError::needs(place, format!("a time in seconds, not {value}")))
}
