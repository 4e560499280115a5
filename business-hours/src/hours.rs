use std::fmt;
use std::str::FromStr;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{ParseError, TimeRange};

/// The hours of one day: no range (closed), one, or several that do not overlap.
///
/// Text form: `closed`, `open` (the whole day, `00:00-24:00`), or ranges separated by commas. In serde
/// it is that text or a list of ranges.
///
/// ```
/// use business_hours::Hours;
///
/// let hours: Hours = "09:00-12:30, 13:30-17:30".parse()?;
/// assert_eq!(hours.ranges().len(), 2);
/// assert!("closed".parse::<Hours>()?.is_closed());
/// let error = "09:00-13:00, 12:00-17:00".parse::<Hours>().unwrap_err();
/// assert!(error.to_string().contains("12:00-17:00 overlaps 09:00-13:00"));
/// # Ok::<(), business_hours::ParseError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Hours {
    /// Sorted, not overlapping, touching ones merged.
    ranges: Vec<TimeRange>,
}

impl Hours {
    /// No opening at all.
    #[must_use]
    pub fn closed() -> Self {
        Self::default()
    }

    /// The whole day, `00:00-24:00`.
    #[must_use]
    pub fn all_day() -> Self {
        Self {
            ranges: vec![TimeRange::ALL_DAY],
        }
    }

    /// These ranges, in any order. Ranges that touch are merged, since a desk that closes at 12:00 and
    /// opens at 12:00 does not close.
    ///
    /// # Errors
    /// When two of them overlap.
    pub fn new(ranges: impl IntoIterator<Item = TimeRange>) -> Result<Self, ParseError> {
        let mut sorted: Vec<_> = ranges.into_iter().collect();
        sorted.sort();
        let mut merged: Vec<TimeRange> = Vec::with_capacity(sorted.len());
        for range in sorted {
            match merged.last_mut() {
                Some(last) if range.start() < last.end() => {
                    return Err(ParseError::new(
                        "hours",
                        &format!("{last}, {range}"),
                        format!("{range} overlaps {last}"),
                    ));
                }
                Some(last) if range.start() == last.end() => {
                    match TimeRange::new(last.start(), range.end()) {
                        Ok(joined) => *last = joined,
                        // Together longer than 24 hours: kept apart, the timeline joins them.
                        Err(_) => merged.push(range),
                    }
                }
                _ => merged.push(range),
            }
        }
        Ok(Self { ranges: merged })
    }

    /// The ranges in order of time.
    #[must_use]
    pub fn ranges(&self) -> &[TimeRange] {
        &self.ranges
    }

    /// Whether the day has no opening at all.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether it is exactly `00:00-24:00`.
    #[must_use]
    pub fn is_all_day(&self) -> bool {
        self.ranges == [TimeRange::ALL_DAY]
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_closed() {
            return f.write_str("closed");
        }
        if self.is_all_day() {
            return f.write_str("open");
        }
        for (index, range) in self.ranges.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{range}")?;
        }
        Ok(())
    }
}

impl FromStr for Hours {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text.trim() {
            "closed" => Ok(Self::closed()),
            "open" => Ok(Self::all_day()),
            ranges => {
                let ranges: Result<Vec<TimeRange>, _> = ranges
                    .split(',')
                    .map(|range| range.trim().parse())
                    .collect();
                Self::new(ranges?)
            }
        }
    }
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrList;

        impl<'de> Visitor<'de> for TextOrList {
            type Value = Hours;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"closed\", \"open\", \"09:00-17:30\" or a list of such ranges")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Hours, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Hours, A::Error> {
                let mut ranges = Vec::new();
                while let Some(range) = list.next_element::<TimeRange>()? {
                    ranges.push(range);
                }
                Hours::new(ranges).map_err(A::Error::custom)
            }
        }

        deserializer.deserialize_any(TextOrList)
    }
}
