//! What could not be delivered or read, kept for people to look at.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::{
    Attempt, Channel, Generation, Notification, ProcessId, Reason, RequestId, Sequence, Stage,
    TenantId,
};

/// Names a dead letter in its store; later ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LetterId(u64);

impl LetterId {
    /// The letter of that number, as a store assigned it.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl std::fmt::Display for LetterId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Something given up, and why.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DeadLetter {
    /// Its name.
    pub id: LetterId,
    /// When it was given up.
    pub died_at: DateTime<Utc>,
    /// Why.
    pub reason: Reason,
    /// What.
    pub content: LetterContent,
}

impl DeadLetter {
    /// A letter as a store keeps it.
    #[must_use]
    pub const fn new(
        id: LetterId,
        died_at: DateTime<Utc>,
        reason: Reason,
        content: LetterContent,
    ) -> Self {
        Self {
            id,
            died_at,
            reason,
            content,
        }
    }
}

/// What was given up.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum LetterContent {
    /// A notification; it can be replayed.
    Notification {
        /// The process.
        process: ProcessId,
        /// On whose behalf it ran.
        tenant: TenantId,
        /// The run of the process.
        generation: Generation,
        /// The notification of the process.
        sequence: Sequence,
        /// Which round and step of the policy it belonged to.
        stage: Stage,
        /// When it was due, as planned.
        due_at: DateTime<Utc>,
        /// What was to be sent.
        notification: Arc<Notification>,
        /// The attempts that failed, oldest first.
        history: Vec<Attempt>,
    },
    /// A request that was refused.
    Request {
        /// Its name at its source, if it had one.
        request: Option<RequestId>,
        /// Its words.
        body: Vec<u8>,
    },
}

impl LetterContent {
    /// The channel of a notification.
    #[must_use]
    pub fn channel(&self) -> Option<&Channel> {
        match self {
            Self::Notification { notification, .. } => Some(notification.channel()),
            Self::Request { .. } => None,
        }
    }
}

/// A request that was refused, on its way to the dead letters.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RejectedRequest {
    /// Its name at its source, if it has one.
    pub request: Option<RequestId>,
    /// Its words.
    pub body: Vec<u8>,
    /// Why it was refused.
    pub reason: Reason,
}

impl RejectedRequest {
    /// A refused request.
    #[must_use]
    pub const fn new(request: Option<RequestId>, body: Vec<u8>, reason: Reason) -> Self {
        Self {
            request,
            body,
            reason,
        }
    }
}

/// What replaying a dead letter did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Replayed {
    /// It is due again, and no longer a dead letter.
    Due,
    /// There is no such letter.
    NotFound,
    /// It is a request: send that anew, corrected.
    NotReplayable,
    /// A newer process of its name runs: replay it after that has ended.
    NameTaken,
}
