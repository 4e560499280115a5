//! What the load test has seen.

use std::fmt;
use std::time::Duration;

use super::books::Fates;
use super::latency::Seen;
use super::{Load, WARM};

/// How much more memory than after the first minute is too much at the end.
const MOST_GROWTH: f64 = 1.2;

/// What the load test has seen.
#[derive(Debug, Clone)]
pub struct LoadReport {
    load: Load,
    pub(super) lasted: Duration,
    pub(super) requests: Seen,
    pub(super) fates: Fates,
    /// Callers in line, answered and given up, as the program counts.
    pub(super) counted: (u64, u64, u64),
    pub(super) most_at_once: usize,
    pub(super) memory_warm: Option<u64>,
    pub(super) memory_at_end: Option<u64>,
}

impl LoadReport {
    pub(super) fn new(load: Load) -> Self {
        Self {
            load,
            lasted: Duration::ZERO,
            requests: Seen::default(),
            fates: Fates::default(),
            counted: (0, 0, 0),
            most_at_once: 0,
            memory_warm: None,
            memory_at_end: None,
        }
    }

    /// What became of the callers.
    #[must_use]
    pub fn fates(&self) -> Fates {
        self.fates
    }

    /// How many of a hundred webhooks were answered within this time, at most.
    #[must_use]
    pub fn answered_within(&self, percent: u64) -> Duration {
        self.requests.times.percentile(percent)
    }

    /// Resident memory at the end, of that after the first minute; none if it did not last for two.
    #[must_use]
    pub fn growth(&self) -> Option<f64> {
        if self.lasted < 2 * WARM {
            return None;
        }
        Some(self.memory_at_end? as f64 / self.memory_warm? as f64)
    }

    /// What was not as it must be; nothing if the program bore the load.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        if let Some(first) = &self.requests.first_error {
            complaints.push(format!(
                "{} requests failed, the first: {first}",
                self.requests.errors
            ));
        }
        if !self.fates.balance() {
            complaints.push(format!("the books do not balance: {}", self.fates));
        }
        if self.fates.answered == 0 {
            complaints.push("nobody was answered".to_owned());
        }
        if let Some(growth) = self.growth().filter(|growth| *growth > MOST_GROWTH) {
            complaints.push(format!(
                "memory has grown to {growth:.2} times of what it was"
            ));
        }
        complaints
    }
}

impl fmt::Display for LoadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (load, times) = (&self.load, &self.requests.times);
        let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
        let megabytes = |bytes: Option<u64>| {
            bytes.map_or_else(
                || "unknown".to_owned(),
                |bytes| format!("{:.1} MB", bytes as f64 / 1e6),
            )
        };
        let (joined, answered, gave_up) = self.counted;
        writeln!(
            f,
            "{} callers at once (at most {} were), {} agents, for {:.0} s at {} times the speed of life",
            load.calls,
            self.most_at_once,
            load.agents,
            self.lasted.as_secs_f64(),
            load.speed.factor(),
        )?;
        writeln!(
            f,
            "webhooks   {} answered, {:.0} a second, {} failed",
            times.count(),
            times.count() as f64 / self.lasted.as_secs_f64().max(1e-3),
            self.requests.errors,
        )?;
        writeln!(
            f,
            "           50% within {:.1} ms, 99% within {:.1} ms, longest {:.1} ms",
            millis(times.percentile(50)),
            millis(times.percentile(99)),
            millis(times.longest()),
        )?;
        writeln!(f, "callers    {}", self.fates)?;
        writeln!(
            f,
            "           as the program counts: {joined} in line, {answered} answered, {gave_up} gave up"
        )?;
        write!(
            f,
            "memory     {} after the first minute, {} at the end",
            megabytes(self.memory_warm),
            megabytes(self.memory_at_end),
        )?;
        match self.growth() {
            Some(growth) => write!(f, ", {growth:.2} times as much"),
            None => Ok(()),
        }
    }
}
