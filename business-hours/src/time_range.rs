use std::fmt;
use std::str::FromStr;

use crate::ParseError;
use crate::text_serde::serde_as_text;

const DAY: u32 = 86_400;

/// A wall-clock time counted from the midnight that begins a day: `00:00:00` to `48:00:00`.
///
/// Times past `24:00` belong to the following calendar day; they occur as the end of a shift that
/// crosses midnight. The text form is `HH:MM` or `HH:MM:SS`.
///
/// ```
/// use business_hours::TimeOfDay;
///
/// let closing: TimeOfDay = "17:30".parse()?;
/// assert_eq!(closing.seconds(), 63_000);
/// assert_eq!(closing.to_string(), "17:30");
/// assert!("17.30".parse::<TimeOfDay>().is_err());
/// # Ok::<(), business_hours::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u32);

impl TimeOfDay {
    /// The midnight that begins the day, `00:00`.
    pub const MIDNIGHT: Self = Self(0);
    /// The midnight that ends the day, `24:00`.
    pub const END_OF_DAY: Self = Self(DAY);

    /// The time this many seconds after the day's first midnight on a clock that is never changed.
    ///
    /// # Errors
    /// When `seconds` is more than 172,800 (`48:00:00`).
    pub fn from_seconds(seconds: u32) -> Result<Self, ParseError> {
        if seconds > 2 * DAY {
            return Err(ParseError::new(
                "time of day",
                &seconds.to_string(),
                "is more than 172800 seconds (48:00)",
            ));
        }
        Ok(Self(seconds))
    }

    /// Seconds since the day's first midnight, on a clock that is never changed: 0 to 172,800.
    #[must_use]
    pub fn seconds(self) -> u32 {
        self.0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, minutes, seconds) = (self.0 / 3600, self.0 / 60 % 60, self.0 % 60);
        write!(f, "{hours:02}:{minutes:02}")?;
        if seconds != 0 {
            write!(f, ":{seconds:02}")?;
        }
        Ok(())
    }
}

impl FromStr for TimeOfDay {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let wrong = |problem: &str| ParseError::new("time of day", text, problem);
        let mut fields = [0_u32; 3];
        let mut count = 0;
        for part in text.split(':') {
            if part.len() != 2 || !part.bytes().all(|b| b.is_ascii_digit()) || count == 3 {
                return Err(wrong("write it as HH:MM or HH:MM:SS, such as \"09:00\""));
            }
            // Two ASCII digits always fit.
            fields[count] = part.bytes().fold(0, |n, b| n * 10 + u32::from(b - b'0'));
            count += 1;
        }
        if count < 2 {
            return Err(wrong("write it as HH:MM or HH:MM:SS, such as \"09:00\""));
        }
        let [hours, minutes, seconds] = fields;
        if minutes > 59 || seconds > 59 {
            return Err(wrong("minutes and seconds go from 00 to 59"));
        }
        let total = hours * 3600 + minutes * 60 + seconds;
        if total > 2 * DAY {
            return Err(wrong(
                "is past 48:00, the end of the day after; the day's own end is 24:00",
            ));
        }
        Ok(Self(total))
    }
}

serde_as_text!(TimeOfDay, "a time of day such as \"09:00\"");

/// One stretch of wall-clock time that begins on a day: `09:00-17:30`, `22:00-02:00`, `00:00-24:00`.
///
/// Half open: the desk is open at the first second and closed at the last. An end at or before the
/// start means the following day, so `22:00-02:00` and `22:00-26:00` are the same range. A range of
/// length zero is refused; the whole day is `00:00-24:00`.
///
/// ```
/// use business_hours::TimeRange;
///
/// let night: TimeRange = "22:00-02:00".parse()?;
/// assert!(night.crosses_midnight());
/// assert_eq!(night, "22:00-26:00".parse()?);
/// assert!("09:00-09:00".parse::<TimeRange>().is_err());
/// # Ok::<(), business_hours::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeRange {
    start: TimeOfDay,
    end: TimeOfDay,
}

impl TimeRange {
    /// `00:00-24:00`.
    pub const ALL_DAY: Self = Self {
        start: TimeOfDay::MIDNIGHT,
        end: TimeOfDay::END_OF_DAY,
    };

    /// The range from `start` to `end`, where an `end` before `start` is on the following day.
    ///
    /// # Errors
    /// When the range is empty, starts at or after `24:00`, or is longer than 24 hours.
    pub fn new(start: TimeOfDay, end: TimeOfDay) -> Result<Self, ParseError> {
        let wrong =
            |problem: &str| ParseError::new("time range", &format!("{start}-{end}"), problem);
        if start.0 >= DAY {
            return Err(wrong("a range starts before 24:00 of its own day"));
        }
        if start == end {
            return Err(wrong("is empty; a whole day is 00:00-24:00"));
        }
        let end = if end < start {
            TimeOfDay(end.0 + DAY)
        } else {
            end
        };
        if end.0 - start.0 > DAY {
            return Err(wrong(
                "is longer than 24 hours; give each day its own range",
            ));
        }
        Ok(Self { start, end })
    }

    /// When it begins: before `24:00`.
    #[must_use]
    pub fn start(self) -> TimeOfDay {
        self.start
    }

    /// When it ends: after [`start`](Self::start), and past `24:00` when it crosses midnight.
    #[must_use]
    pub fn end(self) -> TimeOfDay {
        self.end
    }

    /// Whether part of it lies on the following day.
    #[must_use]
    pub fn crosses_midnight(self) -> bool {
        self.end > TimeOfDay::END_OF_DAY
    }
}

impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // "22:00-02:00" is how people write it; "10:00-34:00" stays, because "10:00-10:00" is refused.
        let end = match self.end.0.checked_sub(DAY) {
            Some(wrapped) if wrapped > 0 && wrapped < self.start.0 => TimeOfDay(wrapped),
            _ => self.end,
        };
        write!(f, "{}-{end}", self.start)
    }
}

impl FromStr for TimeRange {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (start, end) = text.split_once(['-', '–']).ok_or_else(|| {
            ParseError::new(
                "time range",
                text,
                "write it as HH:MM-HH:MM, such as \"09:00-17:30\"",
            )
        })?;
        let in_context = |error: ParseError| ParseError::new("time range", text, error.to_string());
        let start = start.trim().parse().map_err(in_context)?;
        let end = end.trim().parse().map_err(in_context)?;
        Self::new(start, end)
    }
}

serde_as_text!(TimeRange, "a time range such as \"09:00-17:30\"");
