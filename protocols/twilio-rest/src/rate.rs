use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How many requests a client makes in a span of time, over all its clones: a token bucket.
///
/// ```
/// use std::time::Duration;
/// use twilio_rest::RateLimit;
///
/// // 30 a second, the first 10 of them at once.
/// let limit = RateLimit::new(30, Duration::from_secs(1)).burst(10);
/// # let _ = limit;
/// ```
///
/// Twilio places one call a second by default and queues what comes faster, so a client needs no
/// limit for its own sake; a limit keeps that queue short, and stays below the 30 changes a second
/// of a Conversations service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    interval: Duration,
    burst: u32,
}

impl RateLimit {
    /// `requests` in each `span`, evenly spaced. 0 requests, or no time, are refused when the
    /// client is built.
    #[must_use]
    pub const fn new(requests: u32, span: Duration) -> Self {
        Self {
            interval: match span.checked_div(requests) {
                Some(interval) => interval,
                None => Duration::ZERO,
            },
            burst: 1,
        }
    }

    /// How many may go at once after a quiet time. 0 counts as 1, which is the default.
    #[must_use]
    pub const fn burst(mut self, requests: u32) -> Self {
        self.burst = if requests == 0 { 1 } else { requests };
        self
    }

    pub(crate) const fn is_nothing(&self) -> bool {
        self.interval.is_zero()
    }
}

/// A bucket from which every attempt takes a token. Who comes first goes first; a token that is
/// taken by someone who then gives up is lost.
#[derive(Debug)]
pub(crate) struct Bucket {
    limit: RateLimit,
    /// When the bucket will be full again (GCRA's "theoretical arrival time").
    full_at: Mutex<Option<Instant>>,
}

impl Bucket {
    pub(crate) const fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            full_at: Mutex::new(None),
        }
    }

    /// Waits for a token.
    pub(crate) async fn take(&self) {
        let wait = self.reserve(Instant::now());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    fn reserve(&self, now: Instant) -> Duration {
        let RateLimit { interval, burst } = self.limit;
        // A panic elsewhere cannot leave a half-written instant behind.
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let full = full_at.map_or(now, |full| full.max(now));
        *full_at = Some(full + interval);
        (full - now).saturating_sub(interval * (burst - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_and_then_evenly() {
        let bucket = Bucket::new(RateLimit::new(10, Duration::from_secs(1)).burst(3));
        let now = Instant::now();
        let waits = |now| bucket.reserve(now).as_millis();
        assert_eq!([0; 3].map(|_: u8| waits(now)), [0, 0, 0]);
        assert_eq!([0; 3].map(|_: u8| waits(now)), [100, 200, 300]);
        // Those six are due until 300 ms; then it fills up to three again, and not beyond.
        let later = now + Duration::from_secs(60);
        assert_eq!([0; 4].map(|_: u8| waits(later)), [0, 0, 0, 100]);
    }

    #[test]
    fn nothing_in_no_time() {
        assert!(RateLimit::new(0, Duration::from_secs(1)).is_nothing());
        assert!(RateLimit::new(1, Duration::ZERO).is_nothing());
        assert_eq!(RateLimit::new(1, Duration::from_secs(1)).burst(0).burst, 1);
    }
}
