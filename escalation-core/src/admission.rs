//! How much may be sent at once and per time, counted by the store for all workers.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Notification, calendar};

/// The limits that an attempt must find room in before it starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Admission {
    /// At most so many attempts in flight.
    pub concurrency: Vec<ConcurrencyLimit>,
    /// At most so many attempts per time.
    pub rates: Vec<RateLimit>,
    /// How much later to look again if no attempt may start because of the concurrency.
    pub look_again_after: TimeDelta,
}

impl Admission {
    /// No limits at all.
    #[must_use]
    pub const fn unlimited() -> Self {
        Self {
            concurrency: Vec::new(),
            rates: Vec::new(),
            look_again_after: TimeDelta::seconds(1),
        }
    }

    /// Limits under which a phone number is not taken for a nuisance: 3 calls in a quarter of an
    /// hour, 7 in an hour, 15 in three hours, and one per minute. The figures are GoAlert's.
    #[must_use]
    pub fn considerate_calls() -> Self {
        Self::per_destination(&[(1, 1), (3, 15), (7, 60), (15, 180)])
    }

    /// The same for text messages: 5 in a quarter of an hour, 11 in an hour, 21 in three hours, and
    /// one per minute.
    #[must_use]
    pub fn considerate_texts() -> Self {
        Self::per_destination(&[(1, 1), (5, 15), (11, 60), (21, 180)])
    }

    /// The same for news that nobody has to act on: one in 3 minutes, 3 in 20 minutes, 8 in two
    /// hours.
    #[must_use]
    pub fn considerate_news() -> Self {
        Self::per_destination(&[(1, 3), (3, 20), (8, 120)])
    }

    fn per_destination(limits: &[(u32, i64)]) -> Self {
        let rates = limits.iter().map(|(max, minutes)| {
            RateLimit::at_most(Scope::Destination, *max, TimeDelta::minutes(*minutes))
        });
        Self {
            rates: rates.collect(),
            ..Self::unlimited()
        }
    }
}

/// What a limit counts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// All attempts of the notification's channel.
    Channel,
    /// All attempts of the notification's channel to its destination.
    Destination,
}

impl Scope {
    /// Whether both notifications are counted together.
    #[must_use]
    pub fn covers(self, one: &Notification, other: &Notification) -> bool {
        one.channel() == other.channel()
            && match self {
                Self::Channel => true,
                Self::Destination => one.destination() == other.destination(),
            }
    }
}

/// At most `max` attempts in flight within a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ConcurrencyLimit {
    /// What is counted together.
    pub scope: Scope,
    /// How many.
    pub max: u32,
}

impl ConcurrencyLimit {
    /// At most `max` at a time.
    #[must_use]
    pub const fn new(scope: Scope, max: u32) -> Self {
        Self { scope, max }
    }
}

/// `max` attempts at once, and then evenly spaced, one per `per / max`, within a scope.
///
/// In the long run that is `max` per `per`; in one stretch of `per` right after a rest it may be
/// just under twice as many, the ones at once and the spaced ones. Kept as one instant per scope (the generic cell rate algorithm): the *theoretical arrival time*
/// of the next attempt if all came evenly spaced.
///
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use escalation_core::{RateLimit, Scope};
///
/// // Three calls at once to a number, then one every five minutes: 3 per 15 minutes.
/// let limit = RateLimit::new(Scope::Destination, 3, TimeDelta::minutes(15));
/// let now = DateTime::UNIX_EPOCH;
/// let first = limit.admit(None, now).map_err(|_| "no room")?;
/// let second = limit.admit(Some(first), now).map_err(|_| "no room")?;
/// let third = limit.admit(Some(second), now).map_err(|_| "no room")?;
/// assert_eq!(limit.admit(Some(third), now), Err(now + TimeDelta::minutes(5)));
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RateLimit {
    /// What is counted together.
    pub scope: Scope,
    burst: u32,
    per: TimeDelta,
}

impl RateLimit {
    /// `max` per `per` (at most a thousand days): so many at once, and evenly spaced after that. 0
    /// counts as 1.
    #[must_use]
    pub fn new(scope: Scope, max: u32, per: TimeDelta) -> Self {
        Self {
            scope,
            burst: max.max(1),
            per: per.clamp(TimeDelta::zero(), TimeDelta::days(1_000)),
        }
    }

    /// Never more than `max` in any stretch of `per`: half of them at once, rounded up, and the
    /// others evenly spaced, which takes a little longer in the long run. 0 counts as 1.
    ///
    /// ```
    /// use chrono::{DateTime, TimeDelta};
    /// use escalation_core::{RateLimit, Scope};
    ///
    /// let limit = RateLimit::at_most(Scope::Destination, 3, TimeDelta::minutes(15));
    /// let (mut state, mut minutes) = (None, Vec::new());
    /// for minute in 0..40 {
    ///     let now = DateTime::UNIX_EPOCH + TimeDelta::minutes(minute);
    ///     while let Ok(next) = limit.admit(state, now) {
    ///         (state, minutes) = (Some(next), [minutes, vec![minute]].concat());
    ///     }
    /// }
    /// assert_eq!(minutes, [0, 0, 8, 15, 23, 30, 38]);
    /// ```
    #[must_use]
    pub fn at_most(scope: Scope, max: u32, per: TimeDelta) -> Self {
        let max = max.max(1);
        let burst = max.div_ceil(2);
        let spaced = i32::try_from(max - burst + 1).unwrap_or(i32::MAX);
        let interval = per.clamp(TimeDelta::zero(), TimeDelta::days(1_000)) / spaced;
        let times = i32::try_from(burst).unwrap_or(i32::MAX);
        Self::new(scope, burst, interval.checked_mul(times).unwrap_or(per))
    }

    /// Tells limits of one scope apart, for the store that keeps their state.
    #[must_use]
    pub fn name(&self) -> String {
        let seconds = self.per.num_milliseconds();
        format!("{}/{seconds}ms", self.burst)
    }

    /// Decides about one more attempt: the new state if there is room, else when there will be.
    ///
    /// # Errors
    /// The instant from which there is room.
    pub fn admit(
        &self,
        state: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, DateTime<Utc>> {
        let interval = self.per / i32::try_from(self.burst).unwrap_or(i32::MAX);
        let tolerance = self.per - interval;
        // A state further ahead than any sequence of admissions can bring it comes from a clock
        // that was wrong then; believing it would block the destination for as long.
        let state = state
            .unwrap_or(now)
            .max(now)
            .min(calendar::later(now, self.per));
        let earliest = calendar::earlier(state, tolerance);
        if earliest > now {
            return Err(earliest);
        }
        Ok(calendar::later(state, interval))
    }
}
