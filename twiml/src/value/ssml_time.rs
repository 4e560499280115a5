use core::fmt;
use core::time::Duration;

use super::AttributeValue;
use crate::render::Xml;

/// The length of an SSML pause, in whole milliseconds: `2s` or `250ms`.
///
/// ```
/// use std::time::Duration;
/// use twiml::values::SsmlTime;
///
/// assert_eq!(SsmlTime::from(Duration::from_millis(1_500)).to_string(), "1500ms");
/// assert_eq!(SsmlTime::from(Duration::from_secs(2)).to_string(), "2s");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SsmlTime(u32);

impl SsmlTime {
    /// So many milliseconds.
    #[must_use]
    pub const fn milliseconds(milliseconds: u32) -> Self {
        Self(milliseconds)
    }

    /// The span.
    #[must_use]
    pub const fn duration(self) -> Duration {
        Duration::from_millis(self.0 as u64)
    }

    fn parts(self) -> (u32, &'static str) {
        if self.0.is_multiple_of(1000) {
            (self.0 / 1000, "s")
        } else {
            (self.0, "ms")
        }
    }
}

impl From<Duration> for SsmlTime {
    /// Whole milliseconds, rounded down, at most [`u32::MAX`].
    fn from(span: Duration) -> Self {
        Self(u32::try_from(span.as_millis()).unwrap_or(u32::MAX))
    }
}

impl From<SsmlTime> for Duration {
    fn from(time: SsmlTime) -> Self {
        time.duration()
    }
}

impl fmt::Display for SsmlTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = self.parts();
        write!(f, "{number}{unit}")
    }
}

impl AttributeValue for SsmlTime {
    const EXPECTED: &'static str = "a time such as 2s or 250ms";

    fn write(&self, x: &mut Xml<'_>) {
        let (number, unit) = self.parts();
        x.number(i64::from(number));
        x.plain(unit)
    }

    fn read(value: &str) -> Option<Self> {
        milliseconds(value).map(Self)
    }
}

/// Milliseconds of `250ms`, `2s` or `0.5s`; nothing finer than a millisecond.
fn milliseconds(value: &str) -> Option<u32> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(number) = value.strip_suffix("ms") {
        return digits(number).then(|| number.parse().ok())?;
    }
    let number = value.strip_suffix('s')?;
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    if !digits(whole) || !digits(part) || part.is_empty() || part.len() > 3 {
        return None;
    }
    let scale = 10u32.pow(3 - u32::try_from(part.len()).ok()?);
    whole
        .parse::<u32>()
        .ok()?
        .checked_mul(1000)?
        .checked_add(part.parse::<u32>().ok()? * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_in_both_units() {
        for (text, expected) in [
            ("2s", 2_000),
            ("250ms", 250),
            ("0.5s", 500),
            ("1.25s", 1_250),
            ("0ms", 0),
        ] {
            assert_eq!(milliseconds(text), Some(expected), "{text}");
        }
        for odd in [
            "",
            "s",
            "ms",
            "5",
            "-1s",
            "1.2345s",
            "99999999999s",
            "1.s",
            "x s",
        ] {
            assert_eq!(milliseconds(odd), None, "{odd:?}");
        }
    }
}
