//! How long the app takes to answer.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use twilio_simulator::{Transport, TransportError};

/// A [`Transport`] that takes the time of each request.
#[derive(Debug)]
pub struct Timed {
    inner: Arc<dyn Transport>,
    latencies: Arc<Mutex<Latencies>>,
}

/// What [`Timed`] has seen.
#[derive(Clone, Debug, Default)]
pub struct Latencies {
    times: Vec<Duration>,
    /// How many answers had each status.
    pub statuses: BTreeMap<u16, u64>,
    /// How many requests had no answer, and the first reason.
    pub unanswered: u64,
    /// Why the first of them had none.
    pub first_reason: Option<String>,
}

impl Timed {
    /// Takes the time of this transport.
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>) -> Self {
        Self {
            inner,
            latencies: Arc::default(),
        }
    }

    /// Where the times are gathered.
    #[must_use]
    pub fn latencies(&self) -> Arc<Mutex<Latencies>> {
        Arc::clone(&self.latencies)
    }
}

#[async_trait]
impl Transport for Timed {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        #[expect(clippy::disallowed_methods, reason = "what is measured is real time")]
        let start = Instant::now();
        let answer = self.inner.send(request).await;
        let time = start.elapsed();
        let mut latencies = self
            .latencies
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match &answer {
            Ok(response) => {
                latencies.times.push(time);
                *latencies
                    .statuses
                    .entry(response.status().as_u16())
                    .or_default() += 1;
            }
            Err(error) => {
                latencies.unanswered += 1;
                latencies
                    .first_reason
                    .get_or_insert_with(|| error.to_string());
            }
        }
        answer
    }
}

impl Latencies {
    /// How many requests were answered.
    #[must_use]
    pub fn answered(&self) -> usize {
        self.times.len()
    }

    /// Whether every request was answered, with a status below 400.
    #[must_use]
    pub fn all_well(&self) -> bool {
        self.unanswered == 0 && self.statuses.keys().all(|status| *status < 400)
    }
}

impl fmt::Display for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut times = self.times.clone();
        times.sort_unstable();
        f.write_str("webhook latency:")?;
        for percent in [50, 90, 95, 99] {
            let time = percentile(&times, percent).as_secs_f64() * 1_000.0;
            write!(f, " {percent}% {time:.2} ms,")?;
        }
        let longest = percentile(&times, 100).as_secs_f64() * 1_000.0;
        writeln!(f, " longest {longest:.2} ms")?;
        f.write_str("answers:")?;
        for (status, count) in &self.statuses {
            write!(f, " {status}: {count},")?;
        }
        write!(f, " none: {}", self.unanswered)?;
        if let Some(reason) = &self.first_reason {
            write!(f, " ({reason})")?;
        }
        Ok(())
    }
}

/// The least time that so many of a hundred do not exceed (nearest rank); zero of none.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let times: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 50), Duration::from_millis(100));
        assert_eq!(percentile(&times, 99), Duration::from_millis(198));
        assert_eq!(percentile(&times, 100), Duration::from_millis(200));
        assert_eq!(percentile(&times[..1], 50), Duration::from_millis(1));
        assert_eq!(percentile(&[], 50), Duration::ZERO);
    }
}
