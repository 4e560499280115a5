//! What a store answers about whole processes.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    Attempt, Generation, IdempotencyKey, Installation, Lease, Notification, Planned, ProcessId,
    Sequence, TenantId,
};

/// How long a store remembers which requests it has handled, at least.
///
/// Longer than the five minutes for which SQS FIFO drops duplicates itself.
pub const REQUESTS_REMEMBERED_FOR: TimeDelta = TimeDelta::minutes(60);

/// What starting a process did.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Started {
    /// A process was created.
    Created(Generation),
    /// One of that name runs and was left as it is.
    AlreadyRunning(Generation),
    /// The one that ran was stopped, and a new one created.
    Replaced {
        /// The new one.
        generation: Generation,
        /// The attempts of the old one that were under way.
        in_flight: Vec<InFlight>,
    },
    /// One of that name runs, and the new notifications were added to it
    /// ([`IfRunning::Extend`](crate::IfRunning::Extend)).
    Extended {
        /// The running one.
        generation: Generation,
        /// The first of the added ones; the others follow it.
        first: Sequence,
    },
    /// This request was handled before.
    DuplicateRequest,
}

/// What stopping a process did.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Stopped {
    /// It ran, and has ended.
    Ended {
        /// Which run of it.
        generation: Generation,
        /// How many notifications will never be sent.
        cancelled: usize,
        /// The attempts that were under way.
        in_flight: Vec<InFlight>,
    },
    /// No process of that name runs, or another run of it than was meant.
    NotRunning,
    /// This request was handled before.
    DuplicateRequest,
}

/// An attempt whose start is committed and whose end is not.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InFlight {
    /// The claim under which it runs.
    pub lease: Lease,
    /// Its number, from 1.
    pub attempt: u32,
    /// What is being sent.
    pub notification: Arc<Notification>,
    installation: Option<Installation>,
}

impl InFlight {
    /// An attempt under way.
    #[must_use]
    pub const fn new(lease: Lease, attempt: u32, notification: Arc<Notification>) -> Self {
        Self {
            lease,
            attempt,
            notification,
            installation: None,
        }
    }

    /// The key under which it is delivered, the same as [`Delivery::key`](crate::Delivery::key).
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        crate::notifier::key(&self.lease, self.installation.as_ref())
    }

    /// Its key is told apart from those of other installations.
    pub(crate) fn set_installation(&mut self, installation: Option<&Installation>) {
        self.installation = installation.cloned();
    }
}

/// Suspends a process, or lets it go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hold {
    /// Suspend until that instant, or until released.
    Until(DateTime<Utc>),
    /// Suspend until released.
    Open,
    /// Let it go on now.
    Release,
}

/// What holding a process did.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Held {
    /// It is held, or goes on again, as asked.
    Changed {
        /// Which run of it.
        generation: Generation,
        /// The attempts that were under way.
        in_flight: Vec<InFlight>,
    },
    /// No process of that name runs, or another run of it than was meant.
    NotRunning,
    /// This request was handled before.
    DuplicateRequest,
}

/// A running process in one line, as a list of many shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProcessSummary {
    /// Its name.
    pub process: ProcessId,
    /// Which run of it.
    pub generation: Generation,
    /// On whose behalf it runs.
    pub tenant: TenantId,
    /// When it was started.
    pub started_at: DateTime<Utc>,
    /// Whether and how long it is held.
    pub hold: HoldState,
    /// How many notifications are not done yet.
    pub open: usize,
    /// When the first of them is looked at next; while it is held, as if it were not.
    pub ready_at: Option<DateTime<Utc>>,
}

impl ProcessSummary {
    /// A summary of a process that is not held and has nothing left; set the rest as it is.
    #[must_use]
    pub const fn new(
        process: ProcessId,
        generation: Generation,
        tenant: TenantId,
        started_at: DateTime<Utc>,
    ) -> Self {
        Self {
            process,
            generation,
            tenant,
            started_at,
            hold: HoldState::Running,
            open: 0,
            ready_at: None,
        }
    }
}

/// A running process and what is left of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ProcessSnapshot {
    /// Its name.
    pub process: ProcessId,
    /// Which run of it.
    pub generation: Generation,
    /// On whose behalf it runs.
    pub tenant: TenantId,
    /// When it was started.
    pub started_at: DateTime<Utc>,
    /// Whether and how long it is held.
    pub hold: HoldState,
    /// What is not done yet, in the order sent.
    pub open: Vec<OpenNotification>,
}

impl ProcessSnapshot {
    /// A snapshot as a store took it.
    #[must_use]
    pub const fn new(
        process: ProcessId,
        generation: Generation,
        tenant: TenantId,
        started_at: DateTime<Utc>,
        hold: HoldState,
        open: Vec<OpenNotification>,
    ) -> Self {
        Self {
            process,
            generation,
            tenant,
            started_at,
            hold,
            open,
        }
    }
}

/// Whether a process is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HoldState {
    /// It runs.
    Running,
    /// It is held.
    Held {
        /// Since when; the hold's end moves everything by the time from here to there.
        since: DateTime<Utc>,
        /// When the hold ends, if not by a call.
        until: Option<DateTime<Utc>>,
    },
}

/// A notification that is neither done nor dead.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct OpenNotification {
    /// What was planned; holds and advances move its time, retries do not.
    pub planned: Planned,
    /// When it is next looked at: due, retried, or its lease runs out.
    pub ready_at: DateTime<Utc>,
    /// Where it stands.
    pub state: NotificationState,
    /// How many attempts were begun.
    pub attempts: u32,
    /// The attempts that failed, oldest first.
    pub history: Vec<Attempt>,
}

impl OpenNotification {
    /// A notification that waits for its first attempt; set the rest as it is.
    #[must_use]
    pub const fn new(planned: Planned, ready_at: DateTime<Utc>, state: NotificationState) -> Self {
        Self {
            planned,
            ready_at,
            state,
            attempts: 0,
            history: Vec::new(),
        }
    }
}

/// Where an open notification stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotificationState {
    /// Waits for its time, or for the end of a hold.
    Waiting,
    /// Claimed, but no attempt has started under this claim.
    Claimed,
    /// An attempt has started and its end is not known.
    InFlight,
}
