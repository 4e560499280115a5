//! The whole state as data.

use serde::{Deserialize, Serialize};

use crate::agent::{Agent, Presence};
use crate::command::Why;
use crate::ids::{AgentId, CallId, PartyId, Token};
use crate::refusal::OfferStage;
use crate::skill::Needs;
use crate::stats::{Staffing, Stats};
use crate::time::Micros;

/// The state of a [`Queue`](crate::Queue) at one version of its log, as serde data.
///
/// Equal states give equal snapshots, byte for byte in any one serde format. The tokens go on where
/// they were, so none is ever given out twice. The format carries its number;
/// [`Queue::restore`](crate::Queue::restore) refuses one that it does not know. Instants are
/// microseconds since 1970.
///
/// ```
/// use queue_dispatch::{CallId, ClassId, Commands, Config, Event, Queue, Snapshot};
///
/// let now = chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default();
/// let mut queue = Queue::new(Config::premium_and_regular());
/// queue.step(&Event::enqueue(CallId::new(1), ClassId::REGULAR), now, &mut Commands::new())?;
/// let json = serde_json::to_string(&queue.snapshot())?;
///
/// let snapshot: Snapshot = serde_json::from_str(&json)?;
/// let restored = Queue::restore(Config::premium_and_regular(), &snapshot)?;
/// assert_eq!(restored.position(CallId::new(1), now), Some(1));
/// assert_eq!(restored.snapshot(), snapshot);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub(crate) format: u32,
    pub(crate) version: u64,
    pub(crate) now: Micros,
    pub(crate) last_token: u64,
    pub(crate) arrivals: u64,
    pub(crate) last_agent: u32,
    pub(crate) mean_talk: Micros,
    pub(crate) classes: Vec<SavedClass>,
    /// The ladder that was in force.
    #[serde(default)]
    pub(crate) ladder: Vec<String>,
    /// By class and rung.
    pub(crate) rungs: Vec<SavedClock>,
    /// In the order of their rows.
    pub(crate) agents: Vec<SavedAgent>,
    /// Places among the idle, stepped out ones included.
    pub(crate) idle: Vec<AgentId>,
    /// Those for whom everyone is rung.
    pub(crate) everyone: Vec<CallId>,
    /// Those who hung up and may ring back, in the order in which they went.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) gone: Vec<SavedGone>,
    /// By token.
    pub(crate) offers: Vec<SavedOffer>,
    pub(crate) staffing: Staffing,
}

impl Snapshot {
    /// The number of the format that this version of the crate writes.
    pub const FORMAT: u32 = 1;

    /// The version of the log that it reflects.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// How many calls are in it.
    pub fn calls(&self) -> usize {
        self.classes
            .iter()
            .map(|class| class.line.len() + class.talking.len())
            .sum()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedClass {
    pub(crate) name: String,
    /// Those not yet bridged, in order.
    pub(crate) line: Vec<SavedCall>,
    /// Those talking, by arrival.
    pub(crate) talking: Vec<SavedCall>,
    pub(crate) stats: Stats,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedCall {
    pub(crate) call: CallId,
    pub(crate) since: Micros,
    pub(crate) arrival: u64,
    pub(crate) pace: Micros,
    /// Apart, so that a snapshot of a million callers is half the size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) special: Option<Box<SavedSpecial>>,
}

/// What few callers have: needs, a party, and rungs climbed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedSpecial {
    #[serde(default, skip_serializing_if = "Needs::is_nothing")]
    pub(crate) needs: Needs,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) party: Option<PartyId>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) relaxed: u8,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) climbed: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) everyone_rung: u8,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) round: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) next_round: Option<Micros>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedGone {
    pub(crate) party: PartyId,
    pub(crate) since: Micros,
    pub(crate) at: Micros,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedAgent {
    pub(crate) profile: Agent,
    pub(crate) presence: Presence,
    pub(crate) idle_since: Micros,
    pub(crate) calls: u64,
    pub(crate) talked: Micros,
    pub(crate) wrap_up: Option<Micros>,
    pub(crate) pause: Option<Micros>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rung: Vec<(u64, u16)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedOffer {
    pub(crate) token: Token,
    pub(crate) call: CallId,
    pub(crate) agent: AgentId,
    pub(crate) stage: OfferStage,
    pub(crate) everyone: bool,
    /// When its timer fires.
    pub(crate) due: Option<Micros>,
    pub(crate) answer_by: Micros,
    pub(crate) talking_since: Micros,
    pub(crate) why: Why,
}

/// The queue's own clock for a rung and a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedClock {
    pub(crate) at: Option<Micros>,
    pub(crate) seen: Micros,
}

fn is_zero<T: Default + PartialEq>(number: &T) -> bool {
    *number == T::default()
}

/// Why a snapshot cannot be restored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// Another version of this crate wrote it.
    #[error("snapshot of format {found}: this version reads format {known}", known = Snapshot::FORMAT)]
    Format {
        /// The format found.
        found: u32,
    },
    /// It was taken with other classes.
    #[error("snapshot of classes {found:?}, but the configuration has {configured:?}")]
    Classes {
        /// The classes in the snapshot.
        found: Vec<String>,
        /// The classes of the configuration.
        configured: Vec<String>,
    },
    /// A count is so large that counting on would overflow.
    #[error("{what} of {value} in the snapshot: larger than anything counted can be")]
    OutOfRange {
        /// What is counted.
        what: &'static str,
        /// The value.
        value: u64,
    },
    /// A call is in it twice.
    #[error("call {call} is in the snapshot twice")]
    CallTwice {
        /// The call.
        call: CallId,
    },
    /// An agent is in it twice.
    #[error("agent {agent} is in the snapshot twice")]
    AgentTwice {
        /// The agent.
        agent: AgentId,
    },
    /// An offer does not fit the calls and agents.
    #[error("offer {token} of the snapshot is impossible: {why}")]
    Offer {
        /// The offer.
        token: Token,
        /// What is wrong with it.
        why: &'static str,
    },
}
