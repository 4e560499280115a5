//! The seams to time. Nothing in this crate reads a clock by itself.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// Tells the time.
///
/// Any function that returns it is a clock:
///
/// ```
/// use chrono::{DateTime, Utc};
/// use escalation_core::Clock;
///
/// let stopped = || DateTime::<Utc>::UNIX_EPOCH;
/// assert_eq!(Clock::now(&stopped).timestamp(), 0);
/// ```
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> DateTime<Utc>;
}

impl<F> Clock for F
where
    F: Fn() -> DateTime<Utc> + Send + Sync,
{
    fn now(&self) -> DateTime<Utc> {
        self()
    }
}

/// A clock that one can sleep by. Its implementations belong to a runtime, and so do not live here.
#[async_trait]
pub trait Timer: Send + Sync {
    /// The time now.
    fn now(&self) -> DateTime<Utc>;

    /// Resolves when the time has come, at once if it has passed. Dropping it is harmless.
    async fn sleep_until(&self, instant: DateTime<Utc>);
}
