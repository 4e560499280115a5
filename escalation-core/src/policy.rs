//! Escalation in steps: who is notified after how long, how often, and in how many rounds.

use chrono::TimeDelta;

use crate::{Notification, Stage, When};

/// Steps that follow one another until somebody answers for the process.
///
/// "After 3 minutes ring all phones, then every 5 minutes the next on call, up to 3 rounds":
///
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use escalation_core::{Channel, Notification, Policy, ProcessId, StartRequest, Step};
///
/// let call = |number: &str| {
///     Notification::after(Channel::PHONE, TimeDelta::zero()).to_phone_number(number)
/// };
/// let policy = Policy::new()
///     .step(Step::after(TimeDelta::minutes(3)).notify(call("+1")).notify(call("+2")))
///     .step(Step::after(TimeDelta::minutes(5)).notify(call("+3")))
///     .rounds(3);
///
/// let start = DateTime::UNIX_EPOCH;
/// let plan = StartRequest::new(ProcessId::new("order-7")?).policy(policy).plan(start)?;
/// let minutes: Vec<i64> =
///     plan.notifications.iter().map(|n| (n.due_at - start).num_minutes()).collect();
/// assert_eq!(minutes, [3, 3, 8, 11, 11, 16, 19, 19, 24]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The whole policy is timed when the process starts: editing it later changes no running process,
/// and what will be sent when can be told beforehand.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    steps: Vec<Step>,
    rounds: u32,
}

/// A wait, then one or several notifications at once, perhaps repeated.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    after: TimeDelta,
    repeats: u32,
    every: TimeDelta,
    notifications: Vec<Notification>,
}

impl Policy {
    /// A policy without steps, to be gone through once.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            steps: Vec::new(),
            rounds: 1,
        }
    }

    /// Adds a step.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Goes through all steps that many times; 0 notifies nobody.
    #[must_use]
    pub const fn rounds(mut self, rounds: u32) -> Self {
        self.rounds = rounds;
        self
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub(crate) const fn number_of_rounds(&self) -> u32 {
        self.rounds
    }

    /// At most `limit` notifications, with their stage and their time since the start.
    pub(crate) fn timed_notifications(&self, limit: usize) -> Vec<(Stage, Notification)> {
        let mut timed = Vec::new();
        let mut clock = TimeDelta::zero();
        // Rounds without a notification would be counted for nothing.
        if self.steps.iter().all(|step| step.notifications.is_empty()) {
            return timed;
        }
        for round in 1..=self.rounds {
            let mut number = 1;
            for step in &self.steps {
                if step.notifications.is_empty() {
                    clock = step.passed_over(clock);
                    continue;
                }
                for repeat in 0..=step.repeats {
                    let wait = if repeat == 0 { step.after } else { step.every };
                    clock = clock.checked_add(&wait).unwrap_or(TimeDelta::MAX);
                    for notification in &step.notifications {
                        if timed.len() == limit {
                            return timed;
                        }
                        let stage = Stage::new(round, number);
                        timed.push((stage, step.timed(notification, clock)));
                    }
                    number += 1;
                }
            }
        }
        timed
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}

impl Step {
    /// A step that long after the step before it, or after the start of the process.
    #[must_use]
    pub const fn after(wait: TimeDelta) -> Self {
        Self {
            after: wait,
            repeats: 0,
            every: TimeDelta::zero(),
            notifications: Vec::new(),
        }
    }

    /// Adds a notification. Its delay counts from the step; an instant stays what it is.
    #[must_use]
    pub fn notify(mut self, notification: Notification) -> Self {
        self.notifications.push(notification);
        self
    }

    /// Does the step that many times more, with that wait in between. Each repeat counts as a
    /// step of its own.
    #[must_use]
    pub const fn repeat(mut self, times: u32, every: TimeDelta) -> Self {
        self.repeats = times;
        self.every = every;
        self
    }

    /// The wait before it, how often it is repeated, and the wait between.
    pub(crate) const fn timing(&self) -> (TimeDelta, u32, TimeDelta) {
        (self.after, self.repeats, self.every)
    }

    pub(crate) fn notifications(&self) -> &[Notification] {
        &self.notifications
    }

    /// A step that notifies nobody is only a wait, however often it is repeated.
    fn passed_over(&self, clock: TimeDelta) -> TimeDelta {
        i32::try_from(self.repeats)
            .ok()
            .and_then(|repeats| self.every.checked_mul(repeats))
            .and_then(|repeats| repeats.checked_add(&self.after))
            .and_then(|wait| clock.checked_add(&wait))
            .unwrap_or(TimeDelta::MAX)
    }

    fn timed(&self, notification: &Notification, clock: TimeDelta) -> Notification {
        match notification.when() {
            When::At(_) => notification.clone(),
            When::After(delay) => {
                let after = clock.checked_add(&delay).unwrap_or(TimeDelta::MAX);
                notification.with_when(When::After(after))
            }
        }
    }
}
