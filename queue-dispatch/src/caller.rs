//! Callers: how they join, and what state they are in.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::class::ClassId;
use crate::ids::{AgentId, CallId, PartyId, Token};
use crate::line::NOWHERE;
use crate::skill::Needs;
use crate::table::Row;
use crate::time::Micros;
use crate::timers::TimerId;

/// A caller who joins: [`Event::Enqueue`](crate::Event::Enqueue).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Caller {
    /// The call.
    pub call: CallId,
    /// Its class.
    pub class: ClassId,
    /// Since when the caller counts as waiting; `None`: from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<DateTime<Utc>>,
    /// What the agent must be able to do.
    #[serde(default, skip_serializing_if = "Needs::is_nothing")]
    pub needs: Needs,
    /// Who calls: one who hung up and rings back in time has the old place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
}

impl Caller {
    /// A caller who starts waiting now.
    pub const fn new(call: CallId, class: ClassId) -> Self {
        Self {
            call,
            class,
            waiting_since: None,
            needs: Needs::NOTHING,
            party: None,
        }
    }

    /// The same caller, with a wait that began earlier: one who comes from another system, or was
    /// told that the place is kept. An instant in the future counts as now.
    #[must_use]
    pub const fn waiting_since(mut self, instant: DateTime<Utc>) -> Self {
        self.waiting_since = Some(instant);
        self
    }

    /// The same caller, for agents with these skills only.
    #[must_use]
    pub const fn needs(mut self, needs: Needs) -> Self {
        self.needs = needs;
        self
    }

    /// The same caller, who is this party. See
    /// [`resume_within`](crate::ConfigBuilder::resume_within).
    #[must_use]
    pub const fn party(mut self, party: PartyId) -> Self {
        self.party = Some(party);
        self
    }
}

/// What is happening to a call that the queue knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallState {
    /// In line.
    Waiting,
    /// Offered to one agent, not yet accepted.
    Offered {
        /// The agent.
        agent: AgentId,
        /// The offer.
        token: Token,
    },
    /// Offered to everyone at once, not yet accepted.
    RingingEveryone {
        /// How many phones ring.
        phones: usize,
    },
    /// Accepted, and being bridged.
    Connecting {
        /// The agent who accepted.
        agent: AgentId,
        /// The offer.
        token: Token,
    },
    /// Talking.
    Talking {
        /// With this agent.
        agent: AgentId,
        /// The offer.
        token: Token,
    },
}

/// The stage of a call, as the queue's tables keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    Waiting,
    Offered,
    Everyone,
    Connecting,
    Talking,
}

/// No row.
pub(crate) const NONE: u32 = u32::MAX;

/// A call's row.
#[derive(Debug, Clone)]
pub(crate) struct CallRow {
    pub(crate) id: CallId,
    pub(crate) since: Micros,
    /// Arrival number: order among equals, and a name that survives a restart.
    pub(crate) arrival: u64,
    pub(crate) class: ClassId,
    pub(crate) stage: Stage,
    /// Ticket in the class's line while waiting or offered.
    pub(crate) ticket: u64,
    /// Head of the list of this call's open offers.
    pub(crate) offers: u32,
    /// What the agent must be able to do, and how many levels less will do by now.
    pub(crate) needs: Needs,
    pub(crate) relaxed: u8,
    /// Who calls, to be remembered when they hang up.
    pub(crate) party: Option<PartyId>,
    /// Time per caller served when this one joined: what the wait estimate rests on. 0: unknown.
    pub(crate) pace: Micros,
    /// One bit per rung of the ladder that was climbed.
    pub(crate) climbed: u32,
    /// The rung that rings everyone for this caller.
    pub(crate) everyone_rung: u8,
    /// Which round of ringing everyone this is; 0 before the first.
    pub(crate) round: u16,
    /// The next round's timer.
    pub(crate) next_round: Option<TimerId>,
}

impl Row for CallRow {
    type Id = CallId;

    fn id(&self) -> CallId {
        self.id
    }
}

impl CallRow {
    pub(crate) fn new(
        id: CallId,
        class: ClassId,
        since: Micros,
        arrival: u64,
        needs: Needs,
    ) -> Self {
        Self {
            id,
            since,
            arrival,
            class,
            stage: Stage::Waiting,
            ticket: NOWHERE,
            offers: NONE,
            needs,
            relaxed: 0,
            party: None,
            pace: 0,
            climbed: 0,
            everyone_rung: 0,
            round: 0,
            next_round: None,
        }
    }
}
