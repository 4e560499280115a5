//! How long the program takes to answer, in a memory that does not grow.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::{self};
use twilio_simulator::{HttpTransport, Transport, TransportError};

/// Each power of two of microseconds is divided into so many steps: a time is known to 3 %.
const STEPS: usize = 32;
/// Up to 2^32 µs, more than an hour.
const POWERS: usize = 32;

/// How often each time was taken.
#[derive(Debug, Clone)]
pub(super) struct Histogram {
    counts: Vec<u64>,
    longest: Duration,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            counts: vec![0; STEPS * POWERS],
            longest: Duration::ZERO,
        }
    }
}

impl Histogram {
    pub(super) fn take(&mut self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let place = place(micros).min(self.counts.len() - 1);
        self.counts[place] += 1;
        self.longest = self.longest.max(time);
    }

    pub(super) fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    pub(super) fn longest(&self) -> Duration {
        self.longest
    }

    /// The time that so many of a hundred do not exceed; zero of none.
    pub(super) fn percentile(&self, percent: u64) -> Duration {
        let rank = (self.count() * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (place, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return Duration::from_micros(end(place)).min(self.longest);
            }
        }
        Duration::ZERO
    }
}

/// Times below 32 µs have a place each, then each power of two has 32 of them.
fn place(micros: u64) -> usize {
    let steps = STEPS as u64;
    if micros < steps {
        return micros as usize;
    }
    let power = micros.ilog2() - steps.ilog2();
    ((u64::from(power) + 1) * steps + ((micros >> power) - steps)) as usize
}

/// The longest time of a place, in microseconds.
fn end(place: usize) -> u64 {
    let (place, steps) = (place as u64, STEPS as u64);
    if place < steps {
        return place;
    }
    let power = place / steps - 1;
    ((place % steps + steps + 1) << power) - 1
}

/// Real HTTP, timed.
#[derive(Debug, Default)]
pub(super) struct Timed {
    http: HttpTransport,
    seen: Mutex<Seen>,
}

/// What came of all requests.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) times: Histogram,
    /// Requests with no answer, or an answer that is no success; and what was wrong with the first one.
    pub(super) errors: u64,
    pub(super) first_error: Option<String>,
}

impl Timed {
    pub(super) fn seen(&self) -> Seen {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[async_trait]
impl Transport for Timed {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let path = request.uri().path().to_owned();
        #[expect(clippy::disallowed_methods, reason = "what is measured is real time")]
        let start = Instant::now();
        let answer = self.http.send(request).await;
        let time = start.elapsed();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let problem = match &answer {
            Ok(response) => {
                seen.times.take(time);
                let status = response.status();
                (!status.is_success()).then(|| status.to_string())
            }
            Err(error) => Some(error.to_string()),
        };
        if let Some(problem) = problem {
            seen.errors += 1;
            seen.first_error
                .get_or_insert_with(|| format!("{path}: {problem}"));
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_follow_each_other_without_gaps() {
        let mut last = 0;
        for micros in 0..100_000 {
            let place = place(micros);
            assert!(place == last || place == last + 1, "{micros} µs");
            assert!(
                micros <= end(place) && end(place) as f64 <= micros as f64 * 1.04 + 1.0,
                "{micros} µs"
            );
            last = place;
        }
    }

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let mut times = Histogram::default();
        assert_eq!(times.percentile(99), Duration::ZERO);
        for millis in 1..=200 {
            times.take(Duration::from_millis(millis));
        }
        let near = |time: Duration, millis: f64| {
            (time.as_secs_f64() * 1_000.0 / millis - 1.0).abs() < 0.04
        };
        assert!(
            near(times.percentile(50), 100.0),
            "{:?}",
            times.percentile(50)
        );
        assert!(
            near(times.percentile(99), 198.0),
            "{:?}",
            times.percentile(99)
        );
        assert_eq!(times.percentile(100), Duration::from_millis(200));
        times.take(Duration::from_secs(100_000));
        assert_eq!(times.longest(), Duration::from_secs(100_000));
    }
}
