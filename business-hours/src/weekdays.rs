use std::fmt;
use std::str::FromStr;

use chrono::Weekday;

use crate::ParseError;
use crate::text_serde::serde_as_text;

const WEEK: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// A non-empty set of days of the week: `mon`, `mon-fri`, `sat,sun`, `every-day`.
///
/// Ranges may wrap (`fri-mon`). English names, short or long, in any case.
///
/// ```
/// use business_hours::Weekdays;
/// use chrono::Weekday;
///
/// let days: Weekdays = "mon-thu,sat".parse()?;
/// assert!(days.contains(Weekday::Sat) && !days.contains(Weekday::Fri));
/// assert_eq!(days.to_string(), "mon-thu,sat");
/// # Ok::<(), business_hours::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weekdays(u8);

impl Weekdays {
    /// Monday to Friday.
    pub const MON_FRI: Self = Self(0b001_1111);
    /// Saturday and Sunday.
    pub const SAT_SUN: Self = Self(0b110_0000);
    /// All seven.
    pub const EVERY_DAY: Self = Self(0b111_1111);

    /// Whether the set has this day.
    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & Self::from(day).0 != 0
    }

    /// The days, Monday first.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        WEEK.into_iter().filter(move |&day| self.contains(day))
    }

    pub(crate) fn intersection(self, other: Self) -> Option<Self> {
        let common = self.0 & other.0;
        (common != 0).then_some(Self(common))
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl From<Weekday> for Weekdays {
    fn from(day: Weekday) -> Self {
        Self(1 << day.num_days_from_monday())
    }
}

/// `mon` … `sun`.
pub(crate) fn short_name(day: Weekday) -> &'static str {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][day.num_days_from_monday() as usize]
}

impl fmt::Display for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut day = 0;
        let mut first = true;
        while day < 7 {
            if self.0 & (1 << day) == 0 {
                day += 1;
                continue;
            }
            let mut last = day;
            while last < 6 && self.0 & (1 << (last + 1)) != 0 {
                last += 1;
            }
            if !first {
                f.write_str(",")?;
            }
            first = false;
            f.write_str(short_name(WEEK[day]))?;
            if last > day {
                write!(f, "-{}", short_name(WEEK[last]))?;
            }
            day = last + 1;
        }
        Ok(())
    }
}

impl FromStr for Weekdays {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let day = |name: &str| -> Result<Weekday, ParseError> {
            name.trim().parse().map_err(|_| {
                ParseError::new(
                    "days of the week",
                    text,
                    "write them as \"mon\", \"mon-fri\", \"sat,sun\" or \"every-day\"",
                )
            })
        };
        if text.trim() == "every-day" {
            return Ok(Self::EVERY_DAY);
        }
        let mut set = 0;
        for part in text.split(',') {
            match part.split_once('-') {
                None => set |= Self::from(day(part)?).0,
                Some((first, last)) => {
                    let (mut at, last) = (day(first)?, day(last)?);
                    set |= Self::from(at).0;
                    while at != last {
                        at = at.succ();
                        set |= Self::from(at).0;
                    }
                }
            }
        }
        Ok(Self(set))
    }
}

serde_as_text!(Weekdays, "days of the week such as \"mon-fri\"");
