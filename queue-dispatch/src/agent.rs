//! Agents: how they sign in, and what state they are in.

use std::num::NonZeroU8;

use serde::{Deserialize, Serialize};

use crate::caller::NONE;
use crate::ids::AgentId;
use crate::line::NOWHERE;
use crate::skill::Skill;
use crate::stats::Counted;
use crate::time::Micros;
use crate::timers::TimerId;

/// An agent and the phone that reaches them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Agent {
    /// Who.
    pub id: AgentId,
    /// How an offer reaches them.
    pub reach: Reach,
    /// How many calls they take at once.
    pub capacity: NonZeroU8,
    /// What they can do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<Skill>,
}

impl Agent {
    /// An agent whose phone the host rings, one call at a time.
    pub const fn new(id: AgentId) -> Self {
        Self {
            id,
            reach: Reach::Rung,
            capacity: NonZeroU8::MIN,
            skills: Vec::new(),
        }
    }

    /// The same agent, dialled in and staying on the line: gets an offer at the next poll.
    #[must_use]
    pub fn on_the_line(mut self) -> Self {
        self.reach = Reach::OnTheLine;
        self
    }

    /// The same agent, with one skill more.
    #[must_use]
    pub fn skill(mut self, skill: Skill) -> Self {
        self.skills.push(skill);
        self
    }

    /// The same agent, taking several calls at once.
    #[must_use]
    pub fn capacity(mut self, calls: NonZeroU8) -> Self {
        self.capacity = calls;
        self
    }
}

/// How an offer reaches an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reach {
    /// The host rings the agent's phone.
    Rung,
    /// The agent is dialled in; the host asks [`Queue::offer_for`](crate::Queue::offer_for) when
    /// the agent's leg polls.
    OnTheLine,
}

/// What an agent is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AgentState {
    /// Not working; the phone rings only when everyone is rung.
    SignedOut,
    /// Signed in, but takes no calls: on break, or not ready yet.
    Break,
    /// Ready, but paused for a while after an offer came to nothing.
    Paused,
    /// Idle: waiting for a call.
    Ready,
    /// Has an offer, or one accepted and being bridged.
    Reserved,
    /// On a call.
    Talking,
    /// Finishing the last call's work.
    WrapUp,
}

/// What the agent last asked for; honoured when the calls in hand are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Presence {
    SignedOut,
    Break,
    Ready,
}

/// An agent's row.
#[derive(Debug, Clone)]
pub(crate) struct AgentRow {
    pub(crate) profile: Agent,
    pub(crate) presence: Presence,
    pub(crate) ringing: u16,
    pub(crate) connecting: u16,
    pub(crate) talking: u16,
    /// Head of the list of this agent's offers.
    pub(crate) offers: u32,
    /// Calls had, and time talked: for the selection.
    pub(crate) calls: u64,
    pub(crate) talked: Micros,
    /// Since when idle: the place among the idle.
    pub(crate) idle_since: Micros,
    /// Ticket among the idle.
    pub(crate) ticket: u64,
    pub(crate) wrap_up: Option<TimerId>,
    pub(crate) pause: Option<TimerId>,
    /// Counted as staffed, and as busy, by the statistics.
    pub(crate) counted: Counted,
    /// The rounds of "ring everyone" that rang here, so that each rings once: arrival and round.
    pub(crate) rung: Vec<(u64, u16)>,
}

impl AgentRow {
    pub(crate) fn new(profile: Agent) -> Self {
        Self {
            profile,
            presence: Presence::SignedOut,
            ringing: 0,
            connecting: 0,
            talking: 0,
            offers: NONE,
            calls: 0,
            talked: 0,
            idle_since: 0,
            ticket: NOWHERE,
            wrap_up: None,
            pause: None,
            counted: Counted::default(),
            rung: Vec::new(),
        }
    }

    pub(crate) fn load(&self) -> u16 {
        self.ringing + self.connecting + self.talking
    }

    pub(crate) fn is_full(&self) -> bool {
        self.load() >= u16::from(self.profile.capacity.get())
    }

    pub(crate) fn is_available(&self) -> bool {
        self.presence == Presence::Ready
            && self.wrap_up.is_none()
            && self.pause.is_none()
            && !self.is_full()
    }

    pub(crate) fn state(&self) -> AgentState {
        if self.talking > 0 {
            AgentState::Talking
        } else if self.load() > 0 {
            AgentState::Reserved
        } else if self.wrap_up.is_some() {
            AgentState::WrapUp
        } else {
            match self.presence {
                Presence::SignedOut => AgentState::SignedOut,
                Presence::Break => AgentState::Break,
                Presence::Ready if self.pause.is_some() => AgentState::Paused,
                Presence::Ready => AgentState::Ready,
            }
        }
    }
}
