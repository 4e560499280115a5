//! One line of the log, and the number of its format.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use crate::event::Event;

/// One line of the log.
///
/// Written by serde as one flat map that begins with the number of its format. A line of a format
/// that this version does not know is an error that names both, and never half understood:
///
/// ```
/// use chrono::DateTime;
/// use queue_dispatch::{Event, Recorded};
///
/// let line = Recorded::new(7, DateTime::UNIX_EPOCH, Event::Restart);
/// let json = serde_json::to_string(&line)?;
/// assert_eq!(
///     json,
///     r#"{"format":1,"version":7,"at":"1970-01-01T00:00:00Z","event":"restart"}"#
/// );
/// assert_eq!(serde_json::from_str::<Recorded>(&json)?, line);
///
/// let newer = json.replace(r#""format":1"#, r#""format":2"#);
/// let error = serde_json::from_str::<Recorded>(&newer).unwrap_err().to_string();
/// assert!(error.starts_with("line of format 2: this version reads format 1"), "{error}");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Recorded {
    /// First, so that a reader refuses what it does not know before it looks further.
    format: LineFormat,
    /// Its number: the first is 1, each the one before plus 1.
    pub version: u64,
    /// The instant at which the event was taken in, in whole microseconds.
    pub at: DateTime<Utc>,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

impl Recorded {
    /// The number of the format that this version of the crate writes.
    pub const FORMAT: u32 = 1;

    /// A line of the log.
    pub const fn new(version: u64, at: DateTime<Utc>, event: Event) -> Self {
        Self {
            format: LineFormat,
            version,
            at,
            event,
        }
    }
}

/// Stands for [`Recorded::FORMAT`], the only one that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LineFormat;

impl Serialize for LineFormat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(Recorded::FORMAT)
    }
}

impl<'de> Deserialize<'de> for LineFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = LineFormat;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the number of the line's format")
            }
            fn visit_u64<E: de::Error>(self, found: u64) -> Result<LineFormat, E> {
                if found == u64::from(Recorded::FORMAT) {
                    return Ok(LineFormat);
                }
                Err(E::custom(format_args!(
                    "line of format {found}: this version reads format {known}",
                    known = Recorded::FORMAT
                )))
            }
        }
        deserializer.deserialize_u32(Number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_a_format_or_of_another_is_refused() {
        for (json, said) in [
            (
                r#"{"version":1,"at":"1970-01-01T00:00:00Z","event":"tick"}"#,
                "missing field `format`",
            ),
            (
                r#"{"format":0,"version":1,"at":"1970-01-01T00:00:00Z","event":"tick"}"#,
                "line of format 0: this version reads format 1",
            ),
            // What else a newer line says need not be understood to refuse it.
            (
                r#"{"format":2,"number":1,"event":"eclipse"}"#,
                "line of format 2: this version reads format 1",
            ),
            (
                r#"{"format":"1","version":1,"at":"1970-01-01T00:00:00Z","event":"tick"}"#,
                "expected the number of the line's format",
            ),
        ] {
            let error = serde_json::from_str::<Recorded>(json).unwrap_err();
            assert!(error.to_string().contains(said), "{json}: {error}");
        }
    }
}
