//! How the text of one parameter becomes a typed value.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::{ParamError, Params};

/// A type that one parameter's text can be read as.
pub(crate) trait ParamValue: Sized {
    /// What to expect, in the words of an error message.
    const EXPECTED: &'static str;

    fn parse(text: &str) -> Option<Self>;
}

/// A field of a typed request: `T` is required, `Option<T>` may be absent.
pub(crate) trait Field: Sized {
    /// Reads the first of `names` that was sent; errors go by the first of all.
    fn read(params: &Params, names: &[&'static str]) -> Result<Self, ParamError>;
}

impl<T: ParamValue> Field for T {
    fn read(params: &Params, names: &[&'static str]) -> Result<Self, ParamError> {
        let Some((name, text)) = find(params, names) else {
            return Err(ParamError::missing(
                names.first().copied().unwrap_or_default(),
            ));
        };
        T::parse(text).ok_or_else(|| ParamError::invalid(name, text, T::EXPECTED))
    }
}

impl<T: ParamValue> Field for Option<T> {
    /// An empty value counts as absent: Twilio sends `FromCity=` when it does not know the city.
    fn read(params: &Params, names: &[&'static str]) -> Result<Self, ParamError> {
        match find(params, names) {
            None | Some((_, "")) => Ok(None),
            Some((name, text)) => T::parse(text)
                .map(Some)
                .ok_or_else(|| ParamError::invalid(name, text, T::EXPECTED)),
        }
    }
}

fn find<'a>(params: &'a Params, names: &[&'static str]) -> Option<(&'static str, &'a str)> {
    names
        .iter()
        .find_map(|name| params.get(name).map(|text| (*name, text)))
}

impl ParamValue for String {
    const EXPECTED: &'static str = "a text";

    fn parse(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl ParamValue for bool {
    const EXPECTED: &'static str = "true or false";

    fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("true") {
            Some(true)
        } else if text.eq_ignore_ascii_case("false") {
            Some(false)
        } else {
            None
        }
    }
}

impl ParamValue for u32 {
    const EXPECTED: &'static str = "a whole number, 0 or more";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl ParamValue for f64 {
    const EXPECTED: &'static str = "a decimal number";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().filter(|number: &Self| number.is_finite())
    }
}

impl ParamValue for Duration {
    const EXPECTED: &'static str = "a whole number of seconds, 0 or more";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self::from_secs)
    }
}

impl ParamValue for DateTime<Utc> {
    const EXPECTED: &'static str =
        "a time such as \"Tue, 03 Mar 2026 09:00:00 +0000\" or \"2026-03-03T09:00:00Z\"";

    /// The older callbacks write RFC 2822, the newer ones ISO 8601; some pages do not say which.
    fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc2822(text)
            .or_else(|_| DateTime::parse_from_rfc3339(text))
            .ok()
            .map(|time| time.to_utc())
    }
}
