//! What the queue asks the host to do.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::agent::Reach;
use crate::class::{ClassId, ClassName};
use crate::ids::{AgentId, CallId, Token};
use crate::ladder::Exit;
use crate::policy::Rule;

/// One thing to do, with its reason; `Display` is a line for a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// Offer this caller to this agent: ring the phone, or answer the poll of one on the line.
    Offer(Offer),
    /// The offer is void: stop ringing.
    CancelOffer {
        /// The offer.
        token: Token,
        /// Whose phone to stop.
        agent: AgentId,
        /// The caller it was about.
        call: CallId,
        /// Why.
        reason: Void,
    },
    /// Accepted: join the two, then say [`Bridged`](crate::Event::Bridged) or
    /// [`BridgeFailed`](crate::Event::BridgeFailed).
    Connect {
        /// The offer.
        token: Token,
        /// The caller.
        call: CallId,
        /// The agent.
        agent: AgentId,
    },
    /// The caller is back at the head of the class with the time waited: let the music go on.
    BackInLine {
        /// The caller.
        call: CallId,
        /// Why.
        reason: Void,
    },
    /// The caller hung up before, has rung back in time and has the old place: tell them.
    PlaceResumed {
        /// The caller, who has just joined.
        call: CallId,
        /// Since when they count as waiting.
        waiting_since: DateTime<Utc>,
    },
    /// The caller leaves the queue unserved.
    Leave {
        /// The caller.
        call: CallId,
        /// Where to.
        exit: Exit,
        /// After waiting so long.
        waited: TimeDelta,
    },
    /// The agent was sent on a break or pause, and may want to know.
    AgentPaused {
        /// The agent.
        agent: AgentId,
        /// Until then, or until the agent says ready.
        until: Option<DateTime<Utc>>,
        /// Why.
        reason: Void,
    },
    /// Everyone was to be rung, and no phone is free.
    NobodyToRing {
        /// The caller.
        call: CallId,
        /// The round, from 1.
        round: u16,
        /// When the next round begins; `None` when this was the last.
        again_at: Option<DateTime<Utc>>,
    },
}

/// A caller offered to an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Offer {
    /// Carried by each later word about it.
    pub token: Token,
    /// The caller.
    pub call: CallId,
    /// The agent.
    pub agent: AgentId,
    /// The caller's class.
    pub class: ClassId,
    /// Since when the caller waits.
    pub waiting_since: DateTime<Utc>,
    /// Void from then on, unless accepted.
    pub answer_by: DateTime<Utc>,
    /// How it reaches the agent.
    pub reach: Reach,
    /// Why this caller.
    pub why: Why,
}

/// Why this caller, and not another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Why {
    /// First in the order of the policy.
    First {
        /// The caller's class.
        class: ClassName,
        /// The class whose head came next; `None` when nobody of another class waits.
        over: Option<ClassName>,
        /// The rule between the two.
        rule: Rule,
    },
    /// First of those whom the agent has the skills to serve; others before need other skills.
    Able {
        /// The caller's class.
        class: ClassName,
    },
    /// Waited so long that everyone is rung.
    Everyone {
        /// The caller's class.
        class: ClassName,
        /// How long.
        #[serde(with = "crate::config::seconds")]
        waited: TimeDelta,
        /// The round, from 1.
        round: u16,
    },
    /// The agent took this caller.
    Taken {
        /// The caller's class.
        class: ClassName,
    },
}

/// Why an offer came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Void {
    /// Another agent was first.
    TakenBy(AgentId),
    /// The agent took another caller instead.
    TookAnother,
    /// The caller hung up.
    CallerGone,
    /// The agent declined.
    Rejected,
    /// Nobody answered in time.
    NoAnswer,
    /// The agent went on break.
    AgentOnBreak,
    /// The agent signed out or hung up.
    AgentGone,
    /// The two could not be joined.
    BridgeFailed,
    /// Accepted, but not joined in time.
    BridgeTimedOut,
    /// The host started again.
    Restart,
    /// The caller left the queue, by the ladder or as they chose.
    Left(Exit),
}

impl fmt::Display for Void {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TakenBy(agent) => write!(f, "taken by agent {agent}"),
            Self::TookAnother => f.write_str("agent took another caller"),
            Self::CallerGone => f.write_str("caller hung up"),
            Self::Rejected => f.write_str("agent declined"),
            Self::NoAnswer => f.write_str("no answer in time"),
            Self::AgentOnBreak => f.write_str("agent went on break"),
            Self::AgentGone => f.write_str("agent is gone"),
            Self::BridgeFailed => f.write_str("bridge failed"),
            Self::BridgeTimedOut => f.write_str("not bridged in time"),
            Self::Restart => f.write_str("restart"),
            Self::Left(exit) => write!(f, "caller left to {exit}"),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First {
                class,
                over: Some(over),
                rule,
            } => write!(f, "{class} before {over}: {rule}"),
            Self::First {
                class, over: None, ..
            } => write!(f, "{class}: head of the line"),
            Self::Everyone {
                class,
                waited,
                round,
            } => {
                write!(
                    f,
                    "{class} waited {} s: everyone is rung, round {round}",
                    waited.num_seconds()
                )
            }
            Self::Able { class } => write!(f, "{class}: first whom the agent can serve"),
            Self::Taken { class } => write!(f, "{class}: taken by choice"),
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offer(Offer {
                token,
                call,
                agent,
                why,
                ..
            }) => {
                write!(f, "offer {token}: call {call} to agent {agent} ({why})")
            }
            Self::CancelOffer {
                token,
                agent,
                call,
                reason,
            } => {
                write!(
                    f,
                    "cancel offer {token}: call {call} to agent {agent} ({reason})"
                )
            }
            Self::Connect { token, call, agent } => {
                write!(f, "offer {token}: connect call {call} with agent {agent}")
            }
            Self::BackInLine { call, reason } => {
                write!(f, "call {call} is back at the head of its class ({reason})")
            }
            Self::PlaceResumed {
                call,
                waiting_since,
            } => {
                write!(
                    f,
                    "call {call} rings back and counts as waiting since {}",
                    waiting_since.format("%H:%M:%S")
                )
            }
            Self::Leave { call, exit, waited } => {
                write!(
                    f,
                    "call {call} leaves to {exit} (waited {} s)",
                    waited.num_seconds()
                )
            }
            Self::AgentPaused {
                agent,
                until: None,
                reason,
            } => {
                write!(f, "agent {agent} is on break until ready ({reason})")
            }
            Self::AgentPaused {
                agent,
                until: Some(until),
                reason,
            } => {
                write!(
                    f,
                    "agent {agent} is paused until {} ({reason})",
                    until.format("%H:%M:%S")
                )
            }
            Self::NobodyToRing {
                call,
                round,
                again_at: None,
            } => {
                write!(
                    f,
                    "nobody to ring for call {call} in round {round}, the last"
                )
            }
            Self::NobodyToRing {
                call,
                round,
                again_at: Some(again),
            } => {
                write!(
                    f,
                    "nobody to ring for call {call} in round {round}; again at {}",
                    again.format("%H:%M:%S")
                )
            }
        }
    }
}

/// Commands in the order they are to be carried out: a buffer that the host reuses, so that steps
/// allocate nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commands(Vec<Command>);

impl Commands {
    /// An empty buffer.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The commands, first to last.
    pub fn as_slice(&self) -> &[Command] {
        &self.0
    }

    /// The commands, first to last.
    pub fn iter(&self) -> std::slice::Iter<'_, Command> {
        self.0.iter()
    }

    /// The offers among them.
    pub fn offers(&self) -> impl Iterator<Item = &Offer> {
        self.0.iter().filter_map(|command| match command {
            Command::Offer(offer) => Some(offer),
            _ => None,
        })
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets them, keeping the buffer.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn push(&mut self, command: Command) {
        self.0.push(command);
    }
}

impl<'a> IntoIterator for &'a Commands {
    type Item = &'a Command;
    type IntoIter = std::slice::Iter<'a, Command>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl IntoIterator for Commands {
    type Item = Command;
    type IntoIter = std::vec::IntoIter<Command>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
