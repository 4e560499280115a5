//! A notification in the hands of one worker: claimed, begun, settled.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Admission, Generation, IdempotencyKey, InFlight, Notification, ProcessId, Reason, Sequence,
    Stage, TenantId, Token,
};

/// The right to work on one notification until it ends or is taken over.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Lease {
    /// The process.
    pub process: ProcessId,
    /// The run of the process.
    pub generation: Generation,
    /// The notification of the process.
    pub sequence: Sequence,
    /// The claim; an older one than the notification's newest is stale.
    pub token: Token,
}

impl Lease {
    /// A lease as a store grants it.
    #[must_use]
    pub const fn new(
        process: ProcessId,
        generation: Generation,
        sequence: Sequence,
        token: Token,
    ) -> Self {
        Self {
            process,
            generation,
            sequence,
            token,
        }
    }

    /// The notification's key within its store, which is the same for all its leases. What goes out
    /// into the world is [`Delivery::key`](crate::Delivery::key).
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        IdempotencyKey::new(&self.process, self.generation, self.sequence)
    }
}

/// A due notification, leased to the worker that asked.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Claim {
    /// The right to work on it.
    pub lease: Lease,
    /// On whose behalf its process runs.
    pub tenant: TenantId,
    /// Which round and step of the policy it belongs to.
    pub stage: Stage,
    /// When it was due, as planned; retries do not move it.
    pub due_at: DateTime<Utc>,
    /// What is to be sent.
    pub notification: Arc<Notification>,
    /// How many attempts were begun before.
    pub attempts: u32,
    /// Whether one of them may have been delivered.
    pub doubt: Doubt,
    /// Whether a later notification was due as well when this one was claimed.
    pub superseded: Superseded,
    /// The attempts that failed, oldest first.
    pub history: Vec<Attempt>,
}

impl Claim {
    /// A first claim, without doubt, later siblings or history; set those as they are.
    #[must_use]
    pub const fn new(
        lease: Lease,
        tenant: TenantId,
        stage: Stage,
        due_at: DateTime<Utc>,
        notification: Arc<Notification>,
        attempts: u32,
    ) -> Self {
        Self {
            lease,
            tenant,
            stage,
            due_at,
            notification,
            attempts,
            doubt: Doubt::None,
            superseded: Superseded::No,
            history: Vec::new(),
        }
    }
}

/// Whether an earlier attempt may have been delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Doubt {
    /// No earlier attempt was delivered.
    #[default]
    None,
    /// An earlier attempt was begun, and nothing is known of its end.
    Unfinished,
}

/// Whether a notification that is late still says anything new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[non_exhaustive]
pub enum Superseded {
    /// It is the last one of its process that is due, but for those whose deadline has passed: they
    /// will be dead letters, and stand for nothing.
    #[default]
    No,
    /// A later one of the same process is due too, to another channel or destination.
    InProcess,
    /// A later one of the same process is due too, to the same channel and destination.
    AtDestination,
}

/// A failed attempt, as history keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// Its number, from 1.
    pub number: u32,
    /// When its end became known.
    #[serde(with = "crate::seconds")]
    pub ended_at: DateTime<Utc>,
    /// Why it failed.
    pub reason: Reason,
}

impl Attempt {
    /// An attempt that failed.
    #[must_use]
    pub const fn new(number: u32, ended_at: DateTime<Utc>, reason: Reason) -> Self {
        Self {
            number,
            ended_at,
            reason,
        }
    }
}

/// An attempt that is to start.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttemptStart {
    /// The right to make it.
    pub lease: Lease,
    /// How long the lease lasts from now on.
    pub lease_until: DateTime<Utc>,
    /// The limits that it must find room in.
    pub admission: Arc<Admission>,
}

impl AttemptStart {
    /// An attempt within these limits.
    #[must_use]
    pub const fn new(lease: Lease, lease_until: DateTime<Utc>, admission: Arc<Admission>) -> Self {
        Self {
            lease,
            lease_until,
            admission,
        }
    }
}

/// What [`EscalationStore::begin`](crate::EscalationStore::begin) decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Begun {
    /// The attempt has started: deliver.
    Started,
    /// There is no room now; the notification will be due again then. Do not deliver.
    Deferred {
        /// When there may be room.
        until: DateTime<Utc>,
    },
    /// Stopped, held, settled or taken over meanwhile. Do not deliver.
    Stale,
}

/// How a claimed notification ended, and what follows from it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Settlement {
    /// The right to say so.
    pub lease: Lease,
    /// What becomes of the notification.
    pub verdict: Verdict,
    /// What becomes of its process.
    pub effect: Effect,
    /// The failed attempt to be added to the history, if there was one.
    pub attempt: Option<Attempt>,
}

impl Settlement {
    /// A settlement with no effect on the process and nothing for the history.
    #[must_use]
    pub const fn new(lease: Lease, verdict: Verdict) -> Self {
        Self {
            lease,
            verdict,
            effect: Effect::None,
            attempt: None,
        }
    }
}

/// What becomes of a notification.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// Nothing more is to be done.
    Done,
    /// Due again.
    Again {
        /// When.
        at: DateTime<Utc>,
        /// Whether an attempt may have been delivered.
        doubt: Doubt,
    },
    /// Due again as this notification, perhaps over another channel: under the same key, with its
    /// history, and with its attempts counted from 0.
    Instead {
        /// What is sent from now on.
        notification: Arc<Notification>,
        /// When.
        at: DateTime<Utc>,
        /// Whether an attempt may have been delivered.
        doubt: Doubt,
    },
    /// Given up: kept as a dead letter.
    Dead(Reason),
    /// Given up for what follows it: nothing more is to be done if a later notification of the
    /// process is open, by the time it was planned for and then by its sequence, before the effect
    /// of this settlement. If none is, nobody would be told any more: kept as a dead letter.
    PassedOn(Reason),
}

/// What becomes of the process of a settled notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Effect {
    /// It goes on as planned.
    #[default]
    None,
    /// The next step is due now, and all after it are moved forward as much.
    Advance,
    /// It is held, as by [`EscalationStore::hold`](crate::EscalationStore::hold).
    Hold {
        /// When the hold ends, if not by a call.
        until: Option<DateTime<Utc>>,
    },
    /// It ends, as by [`EscalationStore::stop`](crate::EscalationStore::stop).
    End,
}

/// Whether a word about a lease was heard.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Settled {
    /// It was.
    Recorded {
        /// The other attempts that were under way when the process was held or ended by this.
        in_flight: Vec<InFlight>,
    },
    /// It was, and what was to be [passed on](Verdict::PassedOn) has become a dead letter, since
    /// nothing followed it.
    Buried {
        /// As in [`Recorded`](Self::Recorded).
        in_flight: Vec<InFlight>,
    },
    /// The lease had passed to another worker or its notification was gone. Nothing has changed.
    Stale,
}

impl Settled {
    /// Recorded, with nothing else under way.
    #[must_use]
    pub const fn recorded() -> Self {
        Self::Recorded {
            in_flight: Vec::new(),
        }
    }
}
