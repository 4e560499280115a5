//! What will be sent, when and why: before a process is started, and while it runs.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::{
    Attempt, Cause, Channel, Claim, ClosedWindow, Generation, HoldState, NewProcess,
    NotificationState, OpenNotification, ProcessId, ProcessSnapshot, Reason, Sequence, Stage,
    Superseded, TenantId, Window,
};

/// What will be sent, when and why, unless somebody stops, acknowledges or answers before.
///
/// [`Engine::forecast`](crate::Engine::forecast) makes it of a request (a dry run), and
/// [`Engine::explain`](crate::Engine::explain) of a running process. It prints as text:
///
/// ```
/// # use std::sync::Arc;
/// # use chrono::{DateTime, TimeDelta};
/// # use escalation_core::*;
/// # futures::executor::block_on(async {
/// # let phone = notifier_fn(|_: Delivery| async { Outcome::Delivered(Response::None) });
/// # let engine = Engine::builder(Arc::new(MemoryStore::new()))
/// #     .notifier("phone", Arc::new(phone)).build()?;
/// let call = Notification::after(Channel::PHONE, TimeDelta::zero()).to_phone_number("+1");
/// let policy = Policy::new()
///     .step(Step::after(TimeDelta::minutes(3)).notify(call).repeat(1, TimeDelta::minutes(5)));
/// let request = StartRequest::new(ProcessId::new("order-7")?).policy(policy);
/// let forecast = engine.forecast(&request, DateTime::UNIX_EPOCH).await?;
/// assert_eq!(forecast.to_string(), "order-7
/// 1970-01-01 00:03:00 UTC  phone to +1: step 1
/// 1970-01-01 00:08:00 UTC  phone to +1: step 2
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Forecast {
    /// The process.
    pub process: ProcessId,
    /// On whose behalf it runs.
    pub tenant: TenantId,
    /// The run of the process, if it has been started.
    pub generation: Option<Generation>,
    /// What is expected, in the order of time; what nobody can time comes last.
    pub expected: Vec<Expected>,
}

/// One notification that is expected to be sent.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Expected {
    /// The notification of the process.
    pub sequence: Sequence,
    /// Which round and step of the policy it belongs to.
    pub stage: Stage,
    /// When; `None` if that depends on somebody, or if it is never sent.
    pub at: Option<DateTime<Utc>>,
    /// Over which channel.
    pub channel: Channel,
    /// To whom.
    pub destination: Option<String>,
    /// Why then.
    pub why: Why,
    /// The attempts that failed before, oldest first.
    pub history: Vec<Attempt>,
}

/// Why a notification is expected when it is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Why {
    /// It was planned for that time.
    Planned,
    /// The attempt of that number follows one that failed.
    Retry {
        /// The number of the attempt to come.
        attempt: u32,
        /// Why the last one failed.
        last: Reason,
    },
    /// It is planned for an earlier time, and a limit, a window or a precondition has put it off.
    Deferred {
        /// The time it was planned for.
        from: DateTime<Utc>,
    },
    /// The delivery window is closed at its time.
    WindowClosed {
        /// Its time.
        from: DateTime<Utc>,
    },
    /// The delivery window is closed at its time for the channel that it was planned for.
    Downgraded {
        /// That channel.
        from: Channel,
    },
    /// The delivery window is closed at its time, and its channel skips what meets that.
    Skipped {
        /// Its time.
        from: DateTime<Utc>,
    },
    /// It would be late, and a later one of its process stands for it, as the
    /// [`LatePolicy`](crate::LatePolicy) of its channel says.
    Superseded {
        /// Its time.
        from: DateTime<Utc>,
    },
    /// A worker is about to send it.
    Claimed,
    /// It is being sent.
    InFlight,
    /// Its process is held, and goes on at a stated time.
    Held,
    /// Its process is held until somebody lets it go on.
    HeldUntilReleased,
    /// It will be a dead letter, for that reason.
    Never(Reason),
}

impl Forecast {
    pub(crate) fn of_plan(plan: &NewProcess) -> Self {
        let expected = plan.notifications.iter().map(|planned| {
            let at = Some(planned.due_at);
            expected(planned, at, Why::Planned)
        });
        Self::new(
            plan.process.clone(),
            plan.tenant.clone(),
            None,
            expected.collect(),
        )
    }

    pub(crate) fn of_process(snapshot: &ProcessSnapshot) -> Self {
        let expected = snapshot
            .open
            .iter()
            .map(|open| of_open(open, snapshot.hold))
            .collect();
        Self::new(
            snapshot.process.clone(),
            snapshot.tenant.clone(),
            Some(snapshot.generation),
            expected,
        )
    }

    fn new(
        process: ProcessId,
        tenant: TenantId,
        generation: Option<Generation>,
        mut expected: Vec<Expected>,
    ) -> Self {
        expected.sort_by_key(|expected| (expected.at.is_none(), expected.at, expected.sequence));
        Self {
            process,
            tenant,
            generation,
            expected,
        }
    }

    /// Whether a later one is due as well when that one is. `claims` has what they will be claimed
    /// as, in the same order.
    pub(crate) fn superseded(&self, index: usize, claims: &[Option<Claim>]) -> Superseded {
        let Some(own) = self.expected.get(index) else {
            return Superseded::No;
        };
        let is_past = |claim: &Option<Claim>| {
            let claimed = claim.as_ref().zip(own.at);
            claimed.is_some_and(|(claim, at)| claim.notification.is_past(at))
        };
        // That is asked only of what is late.
        if own.at <= own.planned_at() {
            return Superseded::No;
        }
        let later = self.expected.iter().zip(claims).filter(|(other, claim)| {
            (other.planned_at(), other.sequence) > (own.planned_at(), own.sequence)
                && other.planned_at() <= own.at
                && other.at >= own.at
                && !is_past(claim)
        });
        later
            .map(|(later, _)| {
                if (&later.channel, &later.destination) == (&own.channel, &own.destination) {
                    Superseded::AtDestination
                } else {
                    Superseded::InProcess
                }
            })
            .max()
            .unwrap_or_default()
    }

    /// Puts it into the order of time again.
    pub(crate) fn sorted(self) -> Self {
        Self::new(self.process, self.tenant, self.generation, self.expected)
    }
}

impl Expected {
    /// Takes into account what the delivery window says about its time.
    /// Answers the channel that it goes over instead, if it does.
    pub(crate) fn through(&mut self, window: Window, closed: &ClosedWindow) -> Option<Channel> {
        let at = self.at?;
        let opens = match window {
            Window::NotBefore(opens) if opens > at => Some(opens),
            Window::Never => None,
            _ => return None,
        };
        match (closed, opens) {
            (ClosedWindow::Downgrade(channel), _) => {
                let from = std::mem::replace(&mut self.channel, channel.clone());
                self.why = Why::Downgraded { from };
                return Some(channel.clone());
            }
            (ClosedWindow::Skip, _) => {
                self.at = None;
                self.why = Why::Skipped { from: at };
            }
            (ClosedWindow::Defer, Some(opens)) => {
                self.at = Some(opens);
                self.why = Why::WindowClosed { from: at };
            }
            (ClosedWindow::Defer, None) => self.never(Cause::WindowClosed.into()),
        }
        None
    }

    /// The time that lateness is counted from; `None` if it is never sent, or nobody can tell when.
    pub(crate) fn planned_at(&self) -> Option<DateTime<Utc>> {
        match self.why {
            Why::Deferred { from } | Why::WindowClosed { from } => Some(from),
            _ => self.at,
        }
    }

    /// How many attempts come before it.
    pub(crate) fn attempts(&self) -> u32 {
        match &self.why {
            Why::Retry { attempt, .. } => attempt.saturating_sub(1),
            _ => 0,
        }
    }

    /// A later one stands for it.
    pub(crate) fn leave_out(&mut self) {
        if let Some(from) = self.planned_at() {
            self.why = Why::Superseded { from };
        }
        self.at = None;
    }

    pub(crate) fn never(&mut self, reason: Reason) {
        self.at = None;
        self.why = Why::Never(reason);
    }
}

fn expected(planned: &crate::Planned, at: Option<DateTime<Utc>>, why: Why) -> Expected {
    Expected {
        sequence: planned.sequence,
        stage: planned.stage,
        at,
        channel: planned.notification.channel().clone(),
        destination: planned.notification.destination().map(str::to_owned),
        why,
        history: Vec::new(),
    }
}

fn of_open(open: &OpenNotification, hold: HoldState) -> Expected {
    let (at, why) = match (open.state, hold) {
        (NotificationState::InFlight, _) => (None, Why::InFlight),
        (NotificationState::Claimed, _) => (None, Why::Claimed),
        (NotificationState::Waiting, HoldState::Held { until: None, .. }) => {
            (None, Why::HeldUntilReleased)
        }
        (
            NotificationState::Waiting,
            HoldState::Held {
                since,
                until: Some(until),
            },
        ) => {
            let left = open.ready_at.max(since).signed_duration_since(since);
            (until.max(since).checked_add_signed(left), Why::Held)
        }
        (NotificationState::Waiting, HoldState::Running) => {
            let why = match open.history.last() {
                Some(last) if open.attempts > 0 => Why::Retry {
                    attempt: open.attempts.saturating_add(1),
                    last: last.reason.clone(),
                },
                _ if open.ready_at > open.planned.due_at => Why::Deferred {
                    from: open.planned.due_at,
                },
                _ => Why::Planned,
            };
            (Some(open.ready_at), why)
        }
    };
    let mut expected = expected(&open.planned, at, why);
    expected.history.clone_from(&open.history);
    expected
}

impl fmt::Display for Forecast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.process)?;
        for expected in &self.expected {
            writeln!(f, "{expected}")?;
        }
        Ok(())
    }
}

/// To the second: nobody plans more exactly.
fn second(at: &DateTime<Utc>) -> impl fmt::Display {
    at.format("%F %T UTC")
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            Some(at) => write!(f, "{}  {}", second(at), self.channel)?,
            None => write!(f, "{:23}  {}", "-", self.channel)?,
        }
        if let Some(destination) = &self.destination {
            write!(f, " to {destination}")?;
        }
        write!(f, ": {}", self.stage)?;
        match &self.why {
            Why::Planned => Ok(()),
            Why::Retry { attempt, last } => write!(f, ", attempt {attempt}, since {last}"),
            Why::Deferred { from } => write!(f, ", put off from {}", second(from)),
            Why::WindowClosed { from } => write!(f, ", closed at {}", second(from)),
            Why::Downgraded { from } => write!(f, ", instead of {from}, which is closed"),
            Why::Skipped { from } => write!(f, ", skipped, closed at {}", second(from)),
            Why::Superseded { from } => write!(f, ", left out, late since {}", second(from)),
            Why::Claimed => write!(f, ", about to be sent"),
            Why::InFlight => write!(f, ", being sent"),
            Why::Held => write!(f, ", after the hold"),
            Why::HeldUntilReleased => write!(f, ", held until released"),
            Why::Never(reason) => write!(f, ", never: {reason}"),
        }
    }
}
