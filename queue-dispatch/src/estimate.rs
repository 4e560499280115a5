//! How much longer a caller will wait.

use chrono::TimeDelta;

use crate::time::Micros;

/// A wait estimate: four callers in five wait between `low` and `high`.
///
/// With callers served at a steady pace in random order of events, the wait for the `n`-th service
/// is gamma distributed with shape `n`; `low` and `high` are its 10 % and 90 % quantiles by the
/// approximation of Wilson and Hilferty (1931).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitEstimate {
    /// One caller in ten waits less.
    pub low: TimeDelta,
    /// The mean.
    pub likely: TimeDelta,
    /// One caller in ten waits more.
    pub high: TimeDelta,
}

impl WaitEstimate {
    pub(crate) fn new(position: usize, pace: Micros) -> Option<Self> {
        if pace <= 0 {
            return None;
        }
        let shape = position as f64;
        let mean = shape * pace as f64;
        let quantile = |z: f64| {
            let cube_root = 1.0 - 1.0 / (9.0 * shape) + z / (9.0 * shape).sqrt();
            TimeDelta::microseconds((mean * cube_root.max(0.0).powi(3)) as i64)
        };
        Some(Self {
            low: quantile(-1.281_551_565_5),
            likely: TimeDelta::microseconds(mean as i64),
            high: quantile(1.281_551_565_5),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quantiles of the gamma distribution from published chi-square tables: the 10 % and 90 %
    /// points with 2n degrees of freedom, halved.
    #[test]
    fn quantiles_are_near_the_tables() {
        for (position, low, high) in [
            (1, 0.211 / 2.0, 4.605 / 2.0),
            (5, 4.865 / 2.0, 15.987 / 2.0),
            (15, 20.599 / 2.0, 40.256 / 2.0),
        ] {
            let estimate = WaitEstimate::new(position, 1_000_000).unwrap();
            let seconds = |time: TimeDelta| time.num_milliseconds() as f64 / 1e3;
            assert!(
                (seconds(estimate.low) - low).abs() < 0.02,
                "{position}: {estimate:?}"
            );
            assert!(
                (seconds(estimate.high) - high).abs() < 0.04,
                "{position}: {estimate:?}"
            );
            assert_eq!(seconds(estimate.likely), position as f64);
        }
        assert_eq!(WaitEstimate::new(3, 0), None);
    }
}
