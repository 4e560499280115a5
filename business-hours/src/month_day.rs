use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

use crate::ParseError;
use crate::text_serde::serde_as_text;

/// A day of the year without its year, `12-25`. `02-29` occurs in leap years only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MonthDay {
    month: u32,
    day: u32,
}

impl MonthDay {
    /// The day `day` (from 1) of month `month` (1 to 12).
    ///
    /// # Errors
    /// When no year has that day.
    pub fn new(month: u32, day: u32) -> Result<Self, ParseError> {
        // 2000 is a leap year: it has every day that any year has.
        match NaiveDate::from_ymd_opt(2000, month, day) {
            Some(_) => Ok(Self { month, day }),
            None => Err(ParseError::new(
                "day of the year",
                &format!("{month:02}-{day:02}"),
                "no year has it; write MM-DD, such as \"12-25\"",
            )),
        }
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u32 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> u32 {
        self.day
    }

    /// This day in `year`, if that year has it.
    #[must_use]
    pub fn in_year(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.month, self.day)
    }
}

impl From<NaiveDate> for MonthDay {
    fn from(date: NaiveDate) -> Self {
        Self {
            month: date.month(),
            day: date.day(),
        }
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

impl FromStr for MonthDay {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let wrong = || {
            ParseError::new(
                "day of the year",
                text,
                "write it as MM-DD, such as \"12-25\"",
            )
        };
        let (month, day) = text.split_once('-').ok_or_else(wrong)?;
        let number = |digits: &str| {
            let two = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
            two.then(|| digits.parse().ok()).flatten().ok_or_else(wrong)
        };
        Self::new(number(month)?, number(day)?)
    }
}

serde_as_text!(MonthDay, "a day of the year such as \"12-25\"");
