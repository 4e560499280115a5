//! Instants and spans that stop at the ends of the calendar: spans are configured, instants come from
//! outside, and no pair of them may bring a worker down.

use chrono::{DateTime, TimeDelta, Utc};

/// The instant that much later, or that much earlier if the span is negative.
pub(crate) fn later(instant: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    instant
        .checked_add_signed(by)
        .unwrap_or(if by < TimeDelta::zero() {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        })
}

/// The instant that much earlier, or that much later if the span is negative.
pub(crate) fn earlier(instant: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    // The negation of every `TimeDelta` is one.
    later(instant, -by)
}

/// Both spans, one after the other.
pub(crate) fn sum(one: TimeDelta, other: TimeDelta) -> TimeDelta {
    one.checked_add(&other)
        .unwrap_or(if other < TimeDelta::zero() {
            TimeDelta::MIN
        } else {
            TimeDelta::MAX
        })
}

/// What the first span is longer by.
pub(crate) fn difference(one: TimeDelta, other: TimeDelta) -> TimeDelta {
    sum(one, -other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_calendar_hold() {
        let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
        let second = TimeDelta::seconds(1);
        assert_eq!(later(last, second), last);
        assert_eq!(later(last, -second), last - second);
        assert_eq!(earlier(first, second), first);
        assert_eq!(earlier(first, TimeDelta::MIN), last);
        assert_eq!(later(first, TimeDelta::MAX), last);
        assert_eq!(sum(TimeDelta::MAX, second), TimeDelta::MAX);
        assert_eq!(sum(TimeDelta::MIN, -second), TimeDelta::MIN);
        assert_eq!(difference(TimeDelta::MAX, TimeDelta::MIN), TimeDelta::MAX);
        assert_eq!(difference(TimeDelta::MIN, TimeDelta::MAX), TimeDelta::MIN);
        assert_eq!(difference(second, second), TimeDelta::zero());
    }
}
