//! How an attempt to deliver ended.

use std::fmt;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// What a [`Notifier`](crate::Notifier) reports about one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It has reached its destination; the notification is done.
    Delivered(Response),
    /// It will never be delivered this way (a number that does not exist): a dead letter.
    Rejected(Reason),
    /// Surely not delivered, but a later attempt may be.
    RetryAfter {
        /// How long to wait at least, if the other side said so. The channel's backoff holds
        /// otherwise, and also if it is longer.
        at_least: Option<TimeDelta>,
        /// What went wrong.
        reason: Reason,
    },
    /// It may or may not have been delivered (the answer never came): the channel's
    /// [`UnknownPolicy`](crate::UnknownPolicy) decides.
    Unknown(Reason),
}

/// What the person at the destination did about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Response {
    /// Nothing that counts as an answer, or the channel cannot tell. The escalation goes on.
    #[default]
    None,
    /// Took it on: the process is held, see [`Engine::acknowledge`](crate::Engine::acknowledge).
    Acknowledged,
    /// Settled it: the process ends.
    Resolved,
}

/// Why an attempt did not reach anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    cause: Cause,
    #[serde(default)]
    detail: String,
}

/// The kinds of [`Reason`] that rules can tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Cause {
    /// The line was busy.
    Busy,
    /// It rang, and nobody answered.
    NoAnswer,
    /// A machine answered.
    Machine,
    /// Somebody answered, but gave no confirmation.
    Unconfirmed,
    /// The destination is not valid or does not exist.
    BadDestination,
    /// The service that delivers refused for now: too many requests, or it is out of order.
    Throttled,
    /// No answer of the service came in time, or the worker died while it delivered.
    Timeout,
    /// Nobody serves this channel.
    NoNotifier,
    /// The deadline had passed.
    DeadlinePassed,
    /// It was late, and the late policy said not to send it any more.
    Late,
    /// The delivery window never opens again.
    WindowClosed,
    /// All attempts are used up.
    AttemptsExhausted,
    /// Its message cannot be written: a template or one of its fields is missing.
    BadMessage,
    /// A request that could not be read.
    InvalidRequest,
    /// Anything else.
    Other,
}

impl Reason {
    /// A reason of that kind, with words for people.
    #[must_use]
    pub fn new(cause: Cause, detail: impl Into<String>) -> Self {
        Self {
            cause,
            detail: detail.into(),
        }
    }

    /// The kind.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    /// The words; may be empty.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl From<Cause> for Reason {
    fn from(cause: Cause) -> Self {
        Self::new(cause, "")
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.detail.is_empty() {
            self.cause.fmt(f)
        } else {
            write!(f, "{}: {}", self.cause, self.detail)
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Busy => "busy",
            Self::NoAnswer => "no answer",
            Self::Machine => "a machine answered",
            Self::Unconfirmed => "answered but not confirmed",
            Self::BadDestination => "bad destination",
            Self::Throttled => "throttled",
            Self::Timeout => "no answer in time",
            Self::NoNotifier => "no notifier for the channel",
            Self::DeadlinePassed => "deadline passed",
            Self::Late => "too late",
            Self::WindowClosed => "the delivery window never opens again",
            Self::AttemptsExhausted => "all attempts used up",
            Self::BadMessage => "the message cannot be written",
            Self::InvalidRequest => "invalid request",
            Self::Other => "failed",
        })
    }
}
