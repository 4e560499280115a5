//! Whether the clock can be trusted.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Timer, calendar};

/// Compares the clock with the time that really passes.
pub(super) struct ClockWatch {
    lease: TimeDelta,
    /// What clock and stopwatch showed last.
    seen: Option<(DateTime<Utc>, TimeDelta)>,
    /// What the stopwatch shows when the clock will have been steady for long enough.
    trusted_from: Option<TimeDelta>,
}

/// What a look at the clock says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// It runs as time passes.
    Steady,
    /// It has jumped since the last look.
    Lost {
        /// By how much, forward or back.
        by: TimeDelta,
    },
    /// It has jumped not long ago.
    NotYet,
}

impl ClockWatch {
    pub(super) const fn new(lease: TimeDelta) -> Self {
        Self {
            lease,
            seen: None,
            trusted_from: None,
        }
    }

    pub(super) fn look(&mut self, timer: &dyn Timer) -> Trust {
        let (now, passed) = (timer.now(), timer.elapsed());
        let jump = self.seen.map_or_else(TimeDelta::zero, |(then, before)| {
            let passed = calendar::difference(passed, before);
            calendar::difference(now.signed_duration_since(then), passed)
        });
        self.seen = Some((now, passed));
        if jump.abs() > self.lease / 2 {
            self.trusted_from = Some(calendar::sum(passed, self.lease));
            return Trust::Lost { by: jump };
        }
        match self.trusted_from {
            Some(from) if passed < from => Trust::NotYet,
            _ => {
                self.trusted_from = None;
                Trust::Steady
            }
        }
    }

    /// How long it takes until the clock can be trusted again.
    pub(super) fn left(&self, timer: &dyn Timer) -> TimeDelta {
        self.trusted_from
            .map_or_else(TimeDelta::zero, |from| {
                calendar::difference(from, timer.elapsed())
            })
            .max(TimeDelta::milliseconds(1))
    }
}
