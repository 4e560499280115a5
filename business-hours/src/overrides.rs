use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::text_serde::serde_as_text;
use crate::{Hours, ParseError, When};

/// The name of an [`Override`], unique within a schedule: 1 to 200 characters, none of them a control
/// character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OverrideId(Box<str>);

impl OverrideId {
    /// Checks and takes the name.
    ///
    /// # Errors
    /// When it is empty, too long or has control characters.
    pub fn new(name: impl Into<String>) -> Result<Self, ParseError> {
        let name: String = name.into();
        let length = name.chars().count();
        if length == 0 || length > 200 || name.chars().any(char::is_control) {
            return Err(ParseError::new(
                "override id",
                &name,
                "must have 1 to 200 characters, none of them a control character",
            ));
        }
        Ok(Self(name.into_boxed_str()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OverrideId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for OverrideId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::new(text)
    }
}

serde_as_text!(OverrideId, "the id of an override");

/// An exception to the ordinary hours: other hours on certain dates, or open or closed for an interval.
///
/// # Precedence
/// At any instant one rule decides. From the strongest:
///
/// 1. **overrides**, among themselves by
///    1. `priority`, the greater first;
///    2. how specific `when` is: interval of instants, date, range of dates, day of every year,
///       weekday of a month, yearly range;
///    3. the one added later;
/// 2. the **holiday calendars**, the first that knows the date;
/// 3. the **eve** of a holiday;
/// 4. **seasons**, by how specific they are, then the later;
/// 5. the **weekly hours**, in which a break closes.
///
/// A rule about dates decides the whole of its dates: its `hours` replace those of the rules below, they
/// do not add to them. An interval of instants decides just that interval, and only where the rule about
/// the date (or about the day before, in the tail of a shift across midnight) does not outrank it.
///
/// From `expires` on an override counts as if it had never been made, even in the middle of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Override {
    /// Its name, unique within a schedule.
    pub id: OverrideId,
    /// When it applies.
    pub when: When,
    /// The hours of each date; for an interval of instants [`Hours::closed`] or [`Hours::all_day`]
    /// (`"open"`), nothing else.
    pub hours: Hours,
    /// Why, in words that may be told to a caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The greater wins; 0 unless said otherwise.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub priority: i32,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// From when on it has no effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<DateTime<Utc>>,
}

impl Override {
    /// These hours on the dates of `when`.
    #[must_use]
    pub fn new(id: OverrideId, when: When, hours: Hours) -> Self {
        Self {
            id,
            when,
            hours,
            reason: None,
            priority: 0,
            author: None,
            expires: None,
        }
    }

    /// Closed throughout `when`: "pause now until 15:00".
    #[must_use]
    pub fn closed(id: OverrideId, when: When) -> Self {
        Self::new(id, when, Hours::closed())
    }

    /// Open throughout `when`: "this evening until 20:00".
    #[must_use]
    pub fn open(id: OverrideId, when: When) -> Self {
        Self::new(id, when, Hours::all_day())
    }

    /// Says why, in words that may be told to a caller.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Ranks it among overrides: the greater wins, 0 unless said otherwise.
    #[must_use]
    pub fn priority(mut self, priority: i32) -> Self {
        self.priority = priority;
        self
    }

    /// Says who made it.
    #[must_use]
    pub fn by(mut self, author: impl Into<String>) -> Self {
        self.author = Some(author.into());
        self
    }

    /// Takes away its effect from `instant` on.
    #[must_use]
    pub fn expiring(mut self, instant: DateTime<Utc>) -> Self {
        self.expires = Some(instant);
        self
    }

    /// Whether it has no effect from `now` on because it has expired, or because it is an interval of
    /// instants that has ended. For stores to clean up by; dated overrides stay, they explain the past.
    #[must_use]
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.over_at().is_some_and(|over| over <= now)
    }

    /// The instant from which [`is_over`](Self::is_over) says so, if it is to come at all: for
    /// stores that clean up by a query.
    #[must_use]
    pub fn over_at(&self) -> Option<DateTime<Utc>> {
        let end = self.when.instants().map(|(_, until)| until);
        self.expires.into_iter().chain(end).min()
    }
}

fn is_zero(priority: &i32) -> bool {
    *priority == 0
}
