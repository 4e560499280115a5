//! How long to wait before the next attempt.

use chrono::TimeDelta;

/// Exponential backoff with jitter that is only ever added, and the same for the same seed.
///
/// Before attempt *n* + 1 the wait is `first` · 2ⁿ⁻¹, at most `longest`, plus up to `jitter` of
/// itself. No random number is drawn: the share of the jitter follows from the seed (the
/// notification's key) and the attempt, so a replay of the same history gives the same times.
///
/// ```
/// use chrono::TimeDelta;
/// use escalation_core::Backoff;
///
/// let backoff = Backoff::new(TimeDelta::seconds(15)).longest(TimeDelta::minutes(10)).jitter(0.0);
/// assert_eq!(backoff.wait(b"order-7/1/0", 1), TimeDelta::seconds(15));
/// assert_eq!(backoff.wait(b"order-7/1/0", 3), TimeDelta::seconds(60));
/// assert_eq!(backoff.wait(b"order-7/1/0", 40), TimeDelta::minutes(10));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backoff {
    first: TimeDelta,
    longest: TimeDelta,
    jitter: f64,
}

impl Backoff {
    /// Waits `first` after the first attempt (at least a millisecond), up to an hour later on,
    /// with 10 % jitter.
    #[must_use]
    pub fn new(first: TimeDelta) -> Self {
        Self {
            first: first.max(TimeDelta::milliseconds(1)),
            longest: TimeDelta::hours(1).max(first),
            jitter: 0.1,
        }
    }

    /// The longest wait, before jitter.
    #[must_use]
    pub fn longest(mut self, longest: TimeDelta) -> Self {
        self.longest = longest.max(self.first);
        self
    }

    /// How much is added at most, as a share of the wait, from 0 to 1.
    #[must_use]
    pub const fn jitter(mut self, share: f64) -> Self {
        // `clamp` keeps NaN, which the comparison turns into 0.
        self.jitter = if share > 0.0 { share.min(1.0) } else { 0.0 };
        self
    }

    /// The wait after attempt number `attempt`, which counts from 1.
    #[must_use]
    pub fn wait(&self, seed: &[u8], attempt: u32) -> TimeDelta {
        let micros = |span: TimeDelta| span.num_microseconds().unwrap_or(i64::MAX / 4);
        let doublings = attempt.saturating_sub(1).min(62);
        let wait = i128::from(micros(self.first)) << doublings;
        let wait = wait.min(i128::from(micros(self.longest))) as f64;
        let wait = wait + wait * self.jitter * share(seed, attempt);
        TimeDelta::microseconds((wait as i64).min(i64::MAX / 4))
    }
}

impl Default for Backoff {
    /// 15 s after the first attempt, then doubled up to an hour.
    fn default() -> Self {
        Self::new(TimeDelta::seconds(15))
    }
}

/// A number in [0, 1) that looks random: FNV-1a over seed and attempt, finished as in `SplitMix64`.
fn share(seed: &[u8], attempt: u32) -> f64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in seed.iter().copied().chain(attempt.to_le_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    // The upper 53 bits fill a float's mantissa exactly.
    (hash >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_is_added_never_subtracted_and_spread() {
        let backoff = Backoff::new(TimeDelta::seconds(10)).jitter(0.5);
        let waits: Vec<i64> = (0..100_u32)
            .map(|seed| backoff.wait(&seed.to_le_bytes(), 1).num_milliseconds())
            .collect();
        assert!(waits.iter().all(|wait| (10_000..15_000).contains(wait)));
        let (low, high) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
        assert!(high - low > 4_000, "not spread: {low} to {high}");
        assert_eq!(
            waits[7],
            backoff.wait(&7_u32.to_le_bytes(), 1).num_milliseconds()
        );
    }

    #[test]
    fn absurd_settings_stay_in_range() {
        let backoff = Backoff::new(TimeDelta::MAX)
            .longest(TimeDelta::MAX)
            .jitter(f64::NAN);
        assert!(backoff.wait(b"", u32::MAX) > TimeDelta::zero());
        let negative = Backoff::new(TimeDelta::seconds(-5)).jitter(-1.0);
        assert_eq!(negative.wait(b"", 1), TimeDelta::milliseconds(1));
    }
}
