//! Exhaustive check of the small model: 2 agents, 3 callers, 2 classes, every interleaving.
//!
//! A breadth-first search visits every reachable state. Each step is judged from outside, by what
//! it commands and what can be read, so that the same judge also finds the bugs seeded below.
//! Strict priority keeps the order independent of the clock, so that states can be told apart
//! without their instants; "all timers fire" is one of the events.

use std::collections::{BTreeMap, HashSet, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

use super::Queue;
use crate::agent::{Agent, AgentState};
use crate::caller::CallState;
use crate::class::ClassId;
use crate::command::{Command, Commands};
use crate::config::{Config, Pause};
use crate::event::Event;
use crate::ids::{AgentId, CallId, Token};
use crate::ladder::{Exit, Ladder, RingEveryone, Rung, Scope};
use crate::policy::Strict;
use crate::refusal::{OfferStage, Refusal};

const CALLERS: [(CallId, ClassId); 3] = [
    (CallId::new(1), ClassId::PREMIUM),
    (CallId::new(2), ClassId::REGULAR),
    (CallId::new(3), ClassId::REGULAR),
];
const AGENTS: [AgentId; 2] = [AgentId::new(1), AgentId::new(2)];

fn model() -> Queue {
    let ring = RingEveryone::new(Scope::NotOnACall).rounds(1);
    let config = Config::builder(["premium", "regular"])
        .policy(Strict::new())
        .ladder(Ladder::new([Rung::ring_everyone(TimeDelta::minutes(3), ring)]).unwrap())
        .wrap_up(TimeDelta::seconds(10))
        .after_reject(Pause::For(TimeDelta::seconds(10)))
        .after_failure(Pause::None)
        .build()
        .unwrap();
    let mut queue = Queue::new(config);
    for agent in AGENTS {
        queue
            .step(
                &Event::SignedIn(Agent::new(agent)),
                start(),
                &mut Commands::new(),
            )
            .unwrap();
    }
    queue
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

/// A bug, put between the queue and the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bug {
    None,
    /// The second of two who accept gets the caller too.
    HonoursStaleAcceptance,
    /// A phone rings on after the caller has hung up.
    ForgetsToCancel,
    /// A failed bridge loses the caller.
    LosesCallerOnFailure,
    /// A failed bridge puts the caller at the tail.
    ReturnsToTheTail,
    /// A rejected caller is offered to nobody although an agent is free.
    HoldsBackAfterReject,
    /// After a restart tokens begin anew.
    ReusesTokens,
    /// A break withdraws the offer, and the caller stays reserved for nobody.
    StrandsCallerOnBreak,
}

#[derive(Clone)]
struct System {
    queue: Queue,
    bug: Bug,
    now: DateTime<Utc>,
    /// How many of the callers take part.
    callers: usize,
}

impl System {
    fn callers(&self) -> &'static [(CallId, ClassId)] {
        &CALLERS[..self.callers]
    }

    fn step(&mut self, event: &Event, out: &mut Commands) -> Result<(), Refusal> {
        self.now += TimeDelta::microseconds(1);
        if matches!(event, Event::Tick) {
            self.now += TimeDelta::hours(1);
        }
        let call = |token: Token, queue: &Queue| {
            queue
                .offer(token)
                .map(|(offer, _)| (offer.call, offer.class))
        };
        let result = match (self.bug, event) {
            (Bug::LosesCallerOnFailure, &Event::BridgeFailed { token }) => {
                let lost = call(token, &self.queue);
                self.queue.step(event, self.now, out)?;
                let (call, _) = lost.unwrap();
                self.queue
                    .step(&Event::HungUp { call }, self.now, &mut Commands::new())
            }
            (Bug::ReturnsToTheTail, &Event::BridgeFailed { token }) => {
                let (call, class) =
                    call(token, &self.queue).unwrap_or((CALLERS[0].0, CALLERS[0].1));
                self.queue.step(event, self.now, out)?;
                if self.queue.call_state(call) == Some(CallState::Waiting) {
                    let row = self.queue.calls.find(call).unwrap();
                    self.queue.leave_line(row);
                    let since = self.queue.calls[row].since;
                    self.queue.calls[row].since = super::micros(self.now);
                    self.queue.enter_line(row);
                    // The clock still says how long the caller has waited.
                    self.queue.calls[row].since = since;
                    self.queue.calls[row].class = class;
                }
                Ok(())
            }
            (Bug::HoldsBackAfterReject, Event::OfferRejected { .. }) => {
                let before = self.queue.clone();
                let result = self.queue.step(event, self.now, out);
                if out.offers().next().is_some() {
                    self.queue = before;
                    out.clear();
                    let now = super::micros(self.now);
                    let admitted = self.queue.admit(event, now)?;
                    self.queue.perform(admitted, now, out);
                }
                result
            }
            (Bug::ReusesTokens, Event::Restart) => {
                self.queue.last_token = 0;
                self.queue.step(event, self.now, out)
            }
            (Bug::StrandsCallerOnBreak, Event::Break { .. }) => {
                let result = self.queue.step(event, self.now, out);
                let back = out.iter().find_map(|command| match command {
                    Command::BackInLine { call, .. } => self.queue.calls.find(*call),
                    _ => None,
                });
                if let Some(row) =
                    back.filter(|&row| self.queue.calls[row].offers == crate::caller::NONE)
                {
                    let row = &self.queue.calls[row];
                    self.queue.lines[row.class.index()].hide(row.ticket);
                }
                result
            }
            _ => self.queue.step(event, self.now, out),
        };
        match (self.bug, event, result) {
            (
                Bug::HonoursStaleAcceptance,
                &Event::OfferAccepted { token },
                Err(Refusal::StaleToken { .. }),
            ) => {
                out.push(Command::Connect {
                    token,
                    call: CALLERS[0].0,
                    agent: AGENTS[0],
                });
                Ok(())
            }
            (Bug::ForgetsToCancel, Event::HungUp { .. }, Ok(())) => {
                let kept: Vec<Command> = out
                    .iter()
                    .filter(|c| !matches!(c, Command::CancelOffer { .. }))
                    .copied()
                    .collect();
                out.clear();
                kept.into_iter().for_each(|command| out.push(command));
                Ok(())
            }
            (_, _, result) => result,
        }
    }

    /// The open offers, as anyone can read them.
    fn open(&self) -> BTreeMap<Token, (CallId, AgentId, OfferStage)> {
        let rows = self.queue.offers.numbers();
        let offers = rows.filter_map(|row| self.queue.offer(self.queue.offers[row].token));
        offers
            .map(|(offer, stage)| (offer.token, (offer.call, offer.agent, stage)))
            .collect()
    }

    fn known(&self) -> Vec<CallId> {
        let calls = self.callers().iter().map(|&(call, _)| call);
        calls
            .filter(|&call| self.queue.call_state(call).is_some())
            .collect()
    }

    /// Everything that the future depends on, without instants and token numbers.
    fn key(&self) -> Vec<u8> {
        let queue = &self.queue;
        let mut key = Vec::with_capacity(64);
        for (call, _) in self.callers() {
            let Some(row) = queue.calls.find(*call) else {
                key.push(u8::MAX);
                continue;
            };
            let call = &queue.calls[row];
            key.extend([
                call.stage as u8,
                call.climbed as u8,
                call.round as u8,
                call.class.index() as u8,
            ]);
            for offer in queue.offers_of(call.offers) {
                let offer = &queue.offers[offer];
                let rung = queue.agents[offer.agent as usize]
                    .rung
                    .contains(&(call.arrival, call.round));
                key.extend([
                    10 + offer.agent as u8,
                    offer.stage as u8,
                    u8::from(offer.everyone),
                    u8::from(rung),
                ]);
            }
        }
        for line in &queue.lines {
            key.push(100);
            key.extend(
                line.holders()
                    .map(|call| queue.calls[call].id.number() as u8),
            );
            key.push(101);
            key.extend(
                line.waiting()
                    .map(|call| queue.calls[call].id.number() as u8),
            );
        }
        for agent in &queue.agents {
            key.extend([
                agent.presence as u8,
                u8::from(agent.wrap_up.is_some()),
                u8::from(agent.pause.is_some()),
            ]);
        }
        key.push(102);
        key.extend(queue.idle.holders().map(|agent| agent as u8));
        key.push(103);
        key.extend(
            queue
                .everyone
                .iter()
                .map(|&call| queue.calls[call].id.number() as u8),
        );
        key
    }

    /// Everything that may be said in this state; words that make no sense are said too.
    fn events(&self) -> Vec<Event> {
        let mut events = vec![Event::Tick, Event::Restart];
        for &(call, class) in self.callers() {
            events.push(Event::enqueue(call, class));
            events.push(Event::HungUp { call });
            events.push(Event::Left {
                call,
                exit: Exit::Callback,
            });
            events.push(Event::OverflowDue { call });
            events.extend(AGENTS.map(|agent| Event::Take { agent, call }));
        }
        for agent in AGENTS {
            events.extend([
                Event::SignedIn(Agent::new(agent)),
                Event::Ready { agent },
                Event::Break { agent },
                Event::SignedOut { agent },
                Event::NextCaller { agent },
                Event::WrapUpDone { agent },
            ]);
        }
        let stale = (1..=self.queue.last_token)
            .rev()
            .map(Token::new)
            .find(|token| self.queue.offer(*token).is_none());
        for token in self.open().into_keys().chain(stale) {
            events.extend([
                Event::OfferAccepted { token },
                Event::OfferRejected { token },
                Event::OfferTimedOut { token },
                Event::Bridged { token },
                Event::BridgeFailed { token },
                Event::CallEnded { token },
                Event::Transfer {
                    token,
                    class: ClassId::REGULAR,
                    waiting_since: None,
                },
            ]);
        }
        events
    }
}

/// Judges one step from outside. `Err` says what is wrong.
fn judge(before: &System, event: &Event, out: &Commands, after: &System) -> Result<(), String> {
    let (open, now_open) = (before.open(), after.open());
    let mut rings: BTreeMap<Token, (CallId, AgentId)> = BTreeMap::new();
    for (&token, &(call, agent, stage)) in &open {
        if stage == OfferStage::Ringing {
            rings.insert(token, (call, agent));
        }
    }
    for command in out {
        match *command {
            Command::Offer(offer) => {
                if let Event::NextCaller { .. } = event
                    && open.contains_key(&offer.token)
                {
                    continue;
                }
                if open
                    .keys()
                    .next_back()
                    .is_some_and(|&last| offer.token <= last)
                    || offer.token.number() <= before.queue.last_token
                        && before.queue.last_token > 0
                {
                    return Err(format!("token {} is not new", offer.token));
                }
                rings.insert(offer.token, (offer.call, offer.agent));
            }
            Command::CancelOffer { token, .. } => {
                rings.remove(&token);
            }
            Command::Connect { token, call, .. } => {
                let owner = open.iter().find(|(other, (c, _, stage))| {
                    *c == call && **other != token && *stage != OfferStage::Ringing
                });
                if let Some((other, _)) = owner {
                    return Err(format!(
                        "{call} is connected by offer {token} and by {other}"
                    ));
                }
                if !now_open.contains_key(&token) {
                    return Err(format!("connected by offer {token}, which is not open"));
                }
                rings.remove(&token);
            }
            _ => {}
        }
    }
    match *event {
        Event::OfferRejected { token } | Event::OfferTimedOut { token } => {
            rings.remove(&token);
        }
        _ => {}
    }
    // Phones that ring are those whose offers wait for an answer.
    let ringing: BTreeMap<Token, (CallId, AgentId)> = now_open
        .iter()
        .filter(|(_, (_, _, stage))| *stage == OfferStage::Ringing)
        .map(|(&token, &(call, agent, _))| (token, (call, agent)))
        .collect();
    if rings != ringing {
        return Err(format!(
            "phones ring for {rings:?}, offers stand for {ringing:?}"
        ));
    }
    // Nobody is lost, and nobody has two.
    for call in before.known() {
        let explained = match *event {
            Event::HungUp { call: gone } | Event::Left { call: gone, .. } => gone == call,
            Event::CallEnded { token } => open.get(&token).is_some_and(|(c, _, _)| *c == call),
            _ => false,
        };
        if after.queue.call_state(call).is_none() && !explained {
            return Err(format!("{call} is lost"));
        }
    }
    for agent in AGENTS {
        if now_open
            .values()
            .filter(|(_, other, _)| *other == agent)
            .count()
            > 1
        {
            return Err(format!("agent {agent} has two callers"));
        }
    }
    for &(call, _) in after.callers() {
        let owners = now_open
            .values()
            .filter(|(c, _, stage)| *c == call && *stage != OfferStage::Ringing);
        if owners.count() > 1 {
            return Err(format!("{call} has two agents"));
        }
        let waits = after.queue.call_state(call) == Some(CallState::Waiting);
        if waits && after.queue.position(call, after.now).is_none() {
            return Err(format!("{call} waits without a position"));
        }
    }
    // The order holds, and nobody is idle beside a waiting caller.
    for class in [ClassId::PREMIUM, ClassId::REGULAR] {
        let since: Vec<_> = after
            .queue
            .line(class)
            .filter_map(|call| after.queue.waiting_since(call))
            .collect();
        if !since.is_sorted() {
            return Err(format!("class {class} is out of order"));
        }
    }
    let waits = after
        .callers()
        .iter()
        .any(|(call, _)| after.queue.call_state(*call) == Some(CallState::Waiting));
    let idle = AGENTS
        .iter()
        .any(|&agent| after.queue.agent_state(agent) == Some(AgentState::Ready));
    if waits && idle {
        return Err("an agent is idle beside a waiting caller".to_owned());
    }
    Ok(())
}

/// From here, agents who do their work serve everyone who waits, in a bounded number of steps.
fn everyone_is_served(system: &System) -> Result<(), String> {
    let mut system = system.clone();
    let mut out = Commands::new();
    for agent in AGENTS {
        let _ = system.step(&Event::SignedIn(Agent::new(agent)), &mut out);
        let _ = system.step(&Event::Ready { agent }, &mut out);
    }
    for _ in 0..6 {
        // Accept, bridge, end; then pauses and wrap-ups pass.
        for _ in 0..3 {
            for (token, (_, _, stage)) in system.open() {
                let event = match stage {
                    OfferStage::Ringing => Event::OfferAccepted { token },
                    OfferStage::Connecting => Event::Bridged { token },
                    OfferStage::Talking => Event::CallEnded { token },
                };
                let _ = system.step(&event, &mut out);
            }
        }
        let _ = system.step(&Event::Tick, &mut out);
    }
    match system.known().first() {
        Some(call) => Err(format!("{call} is never served")),
        None => Ok(()),
    }
}

/// Visits every reachable state; returns how many states and steps, or the first fault found.
fn search(bug: Bug, callers: usize) -> Result<(usize, usize), String> {
    let first = System {
        queue: model(),
        bug,
        now: start(),
        callers,
    };
    let mut seen = HashSet::from([first.key()]);
    let mut open = VecDeque::from([first]);
    let mut steps = 0;
    while let Some(system) = open.pop_front() {
        everyone_is_served(&system)?;
        for event in system.events() {
            let mut next = system.clone();
            let mut out = Commands::new();
            steps += 1;
            if next.step(&event, &mut out).is_err() {
                if !out.is_empty() {
                    return Err(format!("{event:?} was refused with commands"));
                }
                continue;
            }
            judge(&system, &event, &out, &next).map_err(|fault| format!("{event:?}: {fault}"))?;
            if bug == Bug::None {
                next.queue.audit();
            }
            if seen.insert(next.key()) {
                open.push_back(next);
            }
        }
    }
    Ok((seen.len(), steps))
}

#[test]
fn every_interleaving_of_two_callers_is_safe_and_live() {
    let (states, steps) = search(Bug::None, 2).unwrap();
    println!("{states} states, {steps} steps");
    assert!(states > 1_000, "the search visited only {states} states");
}

#[test]
#[ignore = "takes minutes in a debug build: scripts/test --long runs it"]
fn long_every_interleaving_of_three_callers_is_safe_and_live() {
    let (states, steps) = search(Bug::None, 3).unwrap();
    println!("{states} states, {steps} steps");
    assert!(states > 100_000, "the search visited only {states} states");
}

#[test]
fn seeded_bugs_are_found() {
    for (bug, symptom) in [
        (Bug::HonoursStaleAcceptance, "which is not open"),
        (Bug::ForgetsToCancel, "phones ring for"),
        (Bug::LosesCallerOnFailure, "is lost"),
        (Bug::ReturnsToTheTail, "is out of order"),
        (
            Bug::HoldsBackAfterReject,
            "an agent is idle beside a waiting caller",
        ),
        (Bug::ReusesTokens, "is not new"),
        (Bug::StrandsCallerOnBreak, "is never served"),
    ] {
        let found = search(bug, 3);
        let fault = found.expect_err("a seeded bug");
        assert!(fault.contains(symptom), "{bug:?} was found as: {fault}");
    }
}
