//! The queue: its state, and reading it.

mod admit;
mod agents;
mod assign;
#[cfg(test)]
mod audit;
mod callers;
mod climb;
#[cfg(test)]
mod model;
mod offers;
mod perform;
mod restore;
mod save;
mod skills;

use std::sync::Arc;

use self::climb::RungClock;

use chrono::{DateTime, TimeDelta, Utc};

use crate::agent::{Agent, AgentRow, AgentState, Presence, Reach};
use crate::caller::{CallRow, CallState, NONE, Stage};
use crate::class::ClassId;
use crate::command::{Commands, Offer};
use crate::config::Config;
use crate::estimate::WaitEstimate;
use crate::event::Event;
use crate::hash::IdMap;
use crate::ids::{AgentId, CallId, Token};
use crate::line::Line;
use crate::offer::OfferRow;
use crate::policy::{Waiting, overtaking_wait, precedes};
use crate::refusal::{OfferStage, Refusal};
use crate::ring_back::RingBack;
use crate::stats::{Staffing, Stats};
use crate::table::Table;
use crate::time::{Micros, instant, micros, span};
use crate::timers::Timers;

/// The decision core: callers wait in classes, agents get offers, each offer has one owner.
///
/// Pure: the same events at the same instants give the same commands and the same state. It reads
/// no clock; [`wake_at`](Self::wake_at) says when to come back with [`Event::Tick`]. Time never
/// runs backwards: an instant before the last one counts as the last one, so that many handlers
/// with slightly different clocks may share a queue.
///
/// # What holds after each step
/// * Every caller is in one state: waiting, offered, being bridged or talking; accepted by at most
///   one agent.
/// * No agent who is ready stands beside a waiting caller: they have an offer.
/// * Inside a class, who waits longer goes first; between classes the [policy](crate::Policy)
///   decides.
/// * Whatever comes to nothing returns the caller to the head of the class with the time waited,
///   and the agent to the old place among the idle.
#[derive(Debug, Clone)]
pub struct Queue {
    config: Arc<Config>,
    version: u64,
    now: Micros,
    last_token: u64,
    arrivals: u64,
    calls: Table<CallRow>,
    agents: Vec<AgentRow>,
    by_agent: IdMap<AgentId, u32>,
    offers: Table<OfferRow>,
    /// One line per class.
    lines: Vec<Line>,
    /// How many callers not yet bridged need a skill; while nobody does, matching is simple.
    skilled: u32,
    /// How many callers not yet bridged joined while nobody was ready, and nobody has been since.
    unpaced: u32,
    /// Who became waiting, or available, in this step: while skills matter, nobody else can match.
    fresh_calls: Vec<u32>,
    fresh_agents: Vec<u32>,
    /// The idle agents, longest idle first.
    idle: Line,
    /// Who was selected last.
    last_agent: u32,
    /// The callers for whom everyone is rung, in the order it began.
    everyone: Vec<u32>,
    /// Those who hung up lately.
    ring_back: RingBack,
    timers: Timers,
    stats: Vec<Stats>,
    staffing: Staffing,
    /// A moving mean of the talks' lengths; 0 before the first has ended.
    mean_talk: Micros,
    /// By class and rung of the ladder: when the queue's own clock looks next, and up to whose
    /// joining instant it has looked.
    rungs: Vec<RungClock>,
}

/// Whether an event would change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// It changes the state and belongs into the log.
    Changes,
    /// It says what is so already: the step repeats the answer and changes nothing.
    Repeats,
}

impl Queue {
    /// An empty queue.
    pub fn new(config: impl Into<Arc<Config>>) -> Self {
        let config = config.into();
        let classes = config.classes.len();
        let rungs = vec![RungClock::default(); classes * config.ladder.rungs().len()];
        Self {
            config,
            version: 0,
            now: i64::MIN,
            last_token: 0,
            arrivals: 0,
            calls: Table::default(),
            agents: Vec::new(),
            by_agent: IdMap::default(),
            offers: Table::default(),
            lines: vec![Line::default(); classes],
            skilled: 0,
            unpaced: 0,
            fresh_calls: Vec::new(),
            fresh_agents: Vec::new(),
            idle: Line::default(),
            last_agent: 0,
            everyone: Vec::new(),
            ring_back: RingBack::default(),
            timers: Timers::default(),
            stats: vec![Stats::default(); classes],
            staffing: Staffing::default(),
            mean_talk: 0,
            rungs,
        }
    }

    /// Takes in one event: appends what is to be done to `out`, or refuses it without any effect.
    ///
    /// What falls due by `now` happens in the same step, after the event: an acceptance that comes
    /// at the last moment wins over its own timeout.
    ///
    /// # Errors
    /// [`Refusal`] says why; nothing has changed then, and `out` is as it was.
    pub fn step(
        &mut self,
        event: &Event,
        now: DateTime<Utc>,
        out: &mut Commands,
    ) -> Result<(), Refusal> {
        let now = micros(now).max(self.now);
        let admitted = self.admit(event, now)?;
        if let Some(again) = admitted.repeats() {
            self.repeat(again, out);
            return Ok(());
        }
        if self.now != i64::MIN {
            self.staffing.pass(now.saturating_sub(self.now));
        }
        self.now = now;
        self.version += 1;
        self.perform(admitted, now, out);
        self.fire_due(now, out);
        self.leave_when_unstaffed(now, out);
        self.assign(now, out);
        self.set_paces();
        Ok(())
    }

    /// What [`step`](Self::step) would say, without doing it: a shell asks before it logs.
    ///
    /// # Errors
    /// The [`Refusal`] that `step` would return.
    pub fn check(&self, event: &Event, now: DateTime<Utc>) -> Result<Effect, Refusal> {
        let admitted = self.admit(event, micros(now).max(self.now))?;
        Ok(if admitted.repeats().is_some() {
            Effect::Repeats
        } else {
            Effect::Changes
        })
    }

    /// When something falls due next; step with [`Event::Tick`] then. `None`: only an event can
    /// change anything.
    pub fn wake_at(&self) -> Option<DateTime<Utc>> {
        self.timers.next().map(instant)
    }

    /// How many events have changed the state: the version of the log that it reflects.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn shared_config(&self) -> Arc<Config> {
        Arc::clone(&self.config)
    }

    /// The exact place among those waiting, 1 being the next to be offered; `None` when the call is
    /// not waiting in line. O(log n) per class.
    pub fn position(&self, call: CallId, now: DateTime<Utc>) -> Option<usize> {
        let row = &self.calls[self.calls.find(call)?];
        if row.stage != Stage::Waiting {
            return None;
        }
        let now = micros(now).max(self.now);
        let me = Waiting::new(row.class, now.saturating_sub(row.since));
        let mut ahead = self.lines[row.class.index()].ahead_of(row.ticket);
        for (class, line) in ClassId::all().zip(&self.lines) {
            if class != row.class && line.len() > 0 {
                let policy = &*self.config.policy;
                ahead += match overtaking_wait(policy, class, me) {
                    Some(wait) => line.ahead_where(|since| now.saturating_sub(since) >= wait),
                    None => line.ahead_where(|since| {
                        precedes(policy, Waiting::new(class, now.saturating_sub(since)), me)
                    }),
                };
            }
        }
        Some(ahead + 1)
    }

    /// How much longer a waiting caller will wait; `None` when the call is not waiting, or nobody
    /// has been ready to serve.
    ///
    /// From the position, and the pace of serving when this caller joined, or when the first agent
    /// was ready after that: so the estimate grows only when the position does, because somebody
    /// overtakes, or comes back to the head from an offer that came to nothing. O(log n) per class.
    pub fn wait_estimate(&self, call: CallId, now: DateTime<Utc>) -> Option<WaitEstimate> {
        let position = self.position(call, now)?;
        let row = &self.calls[self.calls.find(call)?];
        WaitEstimate::new(position, row.pace)
    }

    /// What is happening to a call; `None` when the queue does not know it.
    pub fn call_state(&self, call: CallId) -> Option<CallState> {
        let row = &self.calls[self.calls.find(call)?];
        let first = || {
            let offer = &self.offers[row.offers];
            (self.agents[offer.agent as usize].profile.id, offer.token)
        };
        Some(match row.stage {
            Stage::Waiting => CallState::Waiting,
            Stage::Offered => {
                let (agent, token) = first();
                CallState::Offered { agent, token }
            }
            Stage::Everyone => CallState::RingingEveryone {
                phones: self.offers_of(row.offers).count(),
            },
            Stage::Connecting => {
                let (agent, token) = first();
                CallState::Connecting { agent, token }
            }
            Stage::Talking => {
                let (agent, token) = first();
                CallState::Talking { agent, token }
            }
        })
    }

    /// Since when a call counts as waiting; for one that talks, as having waited.
    pub fn waiting_since(&self, call: CallId) -> Option<DateTime<Utc>> {
        self.calls
            .find(call)
            .map(|row| instant(self.calls[row].since))
    }

    /// What an agent is doing; `None` when the queue does not know the agent.
    pub fn agent_state(&self, agent: AgentId) -> Option<AgentState> {
        self.by_agent
            .get(&agent)
            .map(|&row| self.agents[row as usize].state())
    }

    /// An agent's profile, as they last signed in; `None` when the queue does not know the agent.
    pub fn agent(&self, agent: AgentId) -> Option<&Agent> {
        let row = &self.agents[*self.by_agent.get(&agent)? as usize];
        Some(&row.profile)
    }

    /// When an agent's wrap-up ends by itself; `None` when the agent is not in wrap-up.
    pub fn wrap_up_ends_at(&self, agent: AgentId) -> Option<DateTime<Utc>> {
        let row = &self.agents[*self.by_agent.get(&agent)? as usize];
        let timer = row.wrap_up.filter(|_| row.state() == AgentState::WrapUp)?;
        Some(instant(self.timers.at(timer)))
    }

    /// The offer that waits for this agent's answer, the oldest if there are several: what an agent
    /// on the line is told at the next poll.
    pub fn offer_for(&self, agent: AgentId) -> Option<Offer> {
        let row = &self.agents[*self.by_agent.get(&agent)? as usize];
        let ringing = self.ringing_offer_of(row)?;
        Some(self.offer_view(ringing))
    }

    /// All that an agent has been offered, from making the offer until the talk is over; the latest
    /// first.
    pub fn offers_to(&self, agent: AgentId) -> impl Iterator<Item = (Offer, OfferStage)> + '_ {
        let head = match self.by_agent.get(&agent) {
            Some(&row) => self.agents[row as usize].offers,
            None => NONE,
        };
        std::iter::successors((head != NONE).then_some(head), |&offer| {
            let next = self.offers[offer].next_of_agent;
            (next != NONE).then_some(next)
        })
        .map(|offer| (self.offer_view(offer), self.offers[offer].stage))
    }

    /// An open offer by its token, from making it until the talk is over.
    pub fn offer(&self, token: Token) -> Option<(Offer, OfferStage)> {
        self.offers
            .find(token)
            .map(|offer| (self.offer_view(offer), self.offers[offer].stage))
    }

    /// Every open offer, in no particular order: what a host compares with the phones that ring, say
    /// after another process has died. O(offers).
    pub fn offers(&self) -> impl Iterator<Item = (Offer, OfferStage)> + '_ {
        self.offers
            .numbers()
            .map(|offer| (self.offer_view(offer), self.offers[offer].stage))
    }

    /// How many callers of a class wait in line, those being offered not counted. O(1).
    pub fn waiting_in(&self, class: ClassId) -> usize {
        self.lines.get(class.index()).map_or(0, Line::len)
    }

    /// How many callers wait in line. O(classes).
    pub fn waiting(&self) -> usize {
        self.lines.iter().map(Line::len).sum()
    }

    /// How many calls the queue knows, in whatever state. O(1).
    pub fn calls(&self) -> usize {
        self.calls.len()
    }

    /// The longest wait of anyone not yet bridged, those being offered included. O(classes).
    pub fn longest_wait(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let now = micros(now).max(self.now);
        let oldest = self
            .lines
            .iter()
            .filter_map(Line::first_holder)
            .map(|call| self.calls[call].since)
            .min()?;
        Some(TimeDelta::microseconds(now.saturating_sub(oldest)))
    }

    /// The callers who wait in a class, oldest first.
    pub fn line(&self, class: ClassId) -> impl Iterator<Item = CallId> + '_ {
        self.lines
            .get(class.index())
            .into_iter()
            .flat_map(Line::waiting)
            .map(|call| self.calls[call].id)
    }

    /// The agents who are idle, longest idle first.
    pub fn idle_agents(&self) -> impl Iterator<Item = AgentId> + '_ {
        self.idle
            .waiting()
            .map(|agent| self.agents[agent as usize].profile.id)
    }

    /// Every agent the queue knows, in the order they became known.
    pub fn agents(&self) -> impl Iterator<Item = (AgentId, AgentState)> + '_ {
        self.agents.iter().map(|row| (row.profile.id, row.state()))
    }

    /// What has happened to the callers of a class. O(1).
    pub fn class_stats(&self, class: ClassId) -> Stats {
        self.stats.get(class.index()).copied().unwrap_or_default()
    }

    /// What has happened to all callers. O(classes).
    pub fn stats(&self) -> Stats {
        let mut sum = Stats::default();
        for class in &self.stats {
            sum.add(class);
        }
        sum
    }

    /// The share of their signed-in time that agents spent with a call, an offer or in wrap-up,
    /// until the last event. `None` before anyone has signed in.
    pub fn occupancy(&self) -> Option<f64> {
        self.staffing.occupancy()
    }

    /// Time per caller served: a talk and the wrap-up, divided among those who serve. 0: unknown.
    fn pace(&self) -> Micros {
        let talk = match self.mean_talk {
            0 => span(self.config.expected_talk),
            mean => mean,
        };
        let handling = talk.saturating_add(span(self.config.wrap_up));
        handling
            .checked_div(i64::from(self.staffing.serving))
            .map_or(0, |pace| pace.max(1))
    }

    /// As soon as anyone is ready, those who joined before have a pace: from then on their estimate
    /// does not grow either. O(1) amortised.
    fn set_paces(&mut self) {
        let pace = match self.unpaced {
            0 => 0,
            _ => self.pace(),
        };
        if pace == 0 {
            return;
        }
        for call in self.lines.iter().flat_map(Line::holders) {
            let row = &mut self.calls[call];
            if row.pace == 0 {
                row.pace = pace;
            }
        }
        self.unpaced = 0;
    }

    fn offer_view(&self, offer: u32) -> Offer {
        let row = &self.offers[offer];
        let call = &self.calls[row.call];
        let agent = &self.agents[row.agent as usize];
        // A phone of someone signed out is rung, even if they used to stay on the line.
        let reach = match agent.presence {
            Presence::SignedOut => Reach::Rung,
            Presence::Break | Presence::Ready => agent.profile.reach,
        };
        Offer {
            token: row.token,
            call: call.id,
            agent: agent.profile.id,
            class: call.class,
            waiting_since: instant(call.since),
            answer_by: instant(row.answer_by),
            reach,
            why: row.why,
        }
    }

    /// The offers of a call, from the head of its list.
    fn offers_of(&self, head: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors((head != NONE).then_some(head), |&offer| {
            let next = self.offers[offer].next_of_call;
            (next != NONE).then_some(next)
        })
    }

    /// The oldest offer of an agent that is not answered yet.
    fn ringing_offer_of(&self, agent: &AgentRow) -> Option<u32> {
        std::iter::successors((agent.offers != NONE).then_some(agent.offers), |&offer| {
            let next = self.offers[offer].next_of_agent;
            (next != NONE).then_some(next)
        })
        .filter(|&offer| self.offers[offer].stage == OfferStage::Ringing)
        .min_by_key(|&offer| self.offers[offer].token)
    }
}
