//! Why an event has no effect.

use crate::agent::AgentState;
use crate::class::ClassId;
use crate::ids::{AgentId, CallId, Token};

/// The event was refused: nothing has changed, and nothing is logged.
///
/// Most refusals are ordinary in a distributed world: a callback that comes twice or too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The queue does not know this call: it never joined, or has left.
    #[error("call {call} is not in the queue: it never joined, or has left")]
    UnknownCall {
        /// The call.
        call: CallId,
    },
    /// This call has joined already.
    #[error("call {call} is in the queue already")]
    AlreadyInQueue {
        /// The call.
        call: CallId,
    },
    /// There is no such class.
    #[error("class {class} is unknown: there are {classes}, numbered from 0")]
    UnknownClass {
        /// The class asked for.
        class: ClassId,
        /// How many there are.
        classes: usize,
    },
    /// The queue holds as many callers as it may.
    #[error("the queue is full: {limit} callers")]
    QueueFull {
        /// The limit of the configuration.
        limit: usize,
    },
    /// Nobody is signed in, and the configuration refuses callers then.
    #[error("no agent is signed in")]
    Unstaffed,
    /// The call is not waiting in line, as the event needs.
    #[error("call {call} is not waiting: an agent has it, or phones ring for it")]
    NotWaiting {
        /// The call.
        call: CallId,
    },
    /// No rung of the ladder waits for "overflow due" for this caller (any more).
    #[error("call {call} has no rung of the ladder due from outside: it was climbed already")]
    NothingDue {
        /// The call.
        call: CallId,
    },
    /// The queue does not know this agent.
    #[error("agent {agent} is unknown: sign the agent in first")]
    UnknownAgent {
        /// The agent.
        agent: AgentId,
    },
    /// The agent is signed out.
    #[error("agent {agent} is signed out: sign the agent in first")]
    SignedOut {
        /// The agent.
        agent: AgentId,
    },
    /// The agent has as many calls as they take.
    #[error("agent {agent} is busy: {state:?}")]
    AgentBusy {
        /// The agent.
        agent: AgentId,
        /// Doing what.
        state: AgentState,
    },
    /// The agent lacks a skill that the caller needs.
    #[error("agent {agent} lacks a skill that call {call} needs")]
    LacksSkill {
        /// The agent.
        agent: AgentId,
        /// The caller.
        call: CallId,
    },
    /// The agent is talking, and can be removed only afterwards.
    #[error("agent {agent} is on a call: end it before removing the agent")]
    OnACall {
        /// The agent.
        agent: AgentId,
    },
    /// The agent is not wrapping up.
    #[error("agent {agent} is not in wrap-up: {state:?}")]
    NotInWrapUp {
        /// The agent.
        agent: AgentId,
        /// Doing what.
        state: AgentState,
    },
    /// The offer is over: taken by another, cancelled, timed out, or the call has ended.
    #[error("offer {token} is over: taken by another, cancelled, timed out, or ended")]
    StaleToken {
        /// The offer.
        token: Token,
    },
    /// No offer with this token was ever made.
    #[error("offer {token} was never made: the last was {last}")]
    UnknownToken {
        /// The token.
        token: Token,
        /// The last one given out; 0 when none was.
        last: Token,
    },
    /// The offer stands, but the word does not fit how far it has come.
    #[error("offer {token} is {stage}: the event does not fit")]
    WrongStage {
        /// The offer.
        token: Token,
        /// How far it has come.
        stage: OfferStage,
    },
}

/// How far an offer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OfferStage {
    /// Made, not answered.
    Ringing,
    /// Accepted, not yet bridged.
    Connecting,
    /// Bridged: the two are talking.
    Talking,
}

impl std::fmt::Display for OfferStage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ringing => "not accepted yet",
            Self::Connecting => "being bridged",
            Self::Talking => "talking",
        })
    }
}
