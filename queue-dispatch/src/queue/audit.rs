//! Recounting the whole state, and random histories that must pass it after every step.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::Queue;
use crate::agent::{Agent, AgentState, Presence};
use crate::caller::{CallState, Caller, NONE, Stage};
use crate::class::ClassId;
use crate::command::{Command, Commands, Void};
use crate::config::{Config, Pause, Unstaffed};
use crate::event::Event;
use crate::ids::{AgentId, CallId, PartyId, Token};
use crate::ladder::{Exit, Ladder, RingEveryone, Rung, Scope, Trigger};
use crate::line::NOWHERE;
use crate::policy::{AccumulatingPriority, Cap, HeadStart, Strict, Waiting, precedes};
use crate::refusal::OfferStage;
use crate::selection::Selection;
use crate::skill::{Needs, Skill, SkillId};
use crate::time::{after, instant, micros};

impl Queue {
    /// Panics when the tables disagree with each other or an invariant is broken.
    pub(crate) fn audit(&self) {
        // Every call: its stage, its offers and its place in line agree.
        let mut offers = 0;
        for call in self.calls.numbers() {
            let row = &self.calls[call];
            assert_eq!(self.calls.find(row.id), Some(call));
            let open: Vec<u32> = self.offers_of(row.offers).collect();
            offers += open.len();
            let stages: Vec<OfferStage> =
                open.iter().map(|&offer| self.offers[offer].stage).collect();
            match row.stage {
                Stage::Waiting => assert!(open.is_empty()),
                Stage::Offered => assert_eq!(stages, [OfferStage::Ringing]),
                Stage::Everyone => {
                    assert!(
                        !open.is_empty()
                            && stages.iter().all(|&stage| stage == OfferStage::Ringing)
                    );
                    assert!(self.everyone.contains(&call));
                }
                Stage::Connecting => assert_eq!(stages, [OfferStage::Connecting]),
                Stage::Talking => assert_eq!(stages, [OfferStage::Talking]),
            }
            assert_eq!(row.ticket == NOWHERE, row.stage == Stage::Talking);
            let mut rung: Vec<u32> = open.iter().map(|&o| self.offers[o].agent).collect();
            rung.sort_unstable();
            assert!(rung.is_sorted_by(|a, b| a < b), "one phone rings twice");
            for offer in open {
                assert_eq!(self.offers[offer].call, call);
                assert_eq!(self.offers.find(self.offers[offer].token), Some(offer));
            }
        }
        assert_eq!(offers, self.offers.len(), "an offer without a call");
        let everyone = self
            .calls
            .numbers()
            .filter(|&call| self.calls[call].stage == Stage::Everyone);
        assert_eq!(self.everyone.len(), everyone.count());
        // Every line: those who wait, in order of waiting time.
        for (index, line) in (0..).zip(&self.lines) {
            let class = ClassId::new(index);
            let waiting: Vec<u32> = line.waiting().collect();
            assert!(waiting.is_sorted_by_key(|&call| self.calls[call].since));
            let expected = self.calls.numbers().filter(|&call| {
                self.calls[call].class == class && self.calls[call].stage == Stage::Waiting
            });
            assert_eq!(waiting.len(), expected.count());
            let held = self.calls.numbers().filter(|&call| {
                self.calls[call].class == class && self.calls[call].stage != Stage::Talking
            });
            assert_eq!(line.holders().count(), held.count());
        }
        assert!(self.ring_back.len() <= self.config.resume_at_most);
        assert_eq!(self.ring_back.iter().count(), self.ring_back.len());
        // Every agent: counts, idleness, load.
        let mut by_agent: BTreeMap<u32, [u16; 3]> = BTreeMap::new();
        for offer in self.offers.numbers() {
            let row = &self.offers[offer];
            by_agent.entry(row.agent).or_default()[row.stage as usize] += 1;
            assert_eq!(row.timer.is_none(), row.stage == OfferStage::Talking);
        }
        let (mut staffed, mut busy) = (0, 0);
        for (row, agent) in self.agents.iter().zip(0..) {
            let counts = by_agent.get(&agent).copied().unwrap_or_default();
            assert_eq!([row.ringing, row.connecting, row.talking], counts);
            assert!(
                row.load() <= u16::from(row.profile.capacity.get()),
                "one agent, too many calls"
            );
            let idle = self.idle.waiting().any(|other| other == agent);
            assert_eq!(idle, row.is_available());
            assert_eq!(row.offers == NONE, row.load() == 0);
            let is_busy = row.load() > 0 || row.wrap_up.is_some();
            busy += u32::from(is_busy);
            staffed += u32::from(is_busy || row.presence != Presence::SignedOut);
        }
        assert_eq!((self.staffing.staffed, self.staffing.busy), (staffed, busy));
        // Nobody idle beside somebody waiting whom they may serve.
        let mut skilled = 0;
        for call in self.calls.numbers() {
            let row = &self.calls[call];
            skilled += u32::from(!row.needs.is_nothing() && row.stage != Stage::Talking);
            for agent in self.idle.waiting().filter(|_| row.stage == Stage::Waiting) {
                let able = row
                    .needs
                    .are_met(&self.agents[agent as usize].profile.skills, row.relaxed);
                assert!(!able, "an idle agent beside a waiting caller");
            }
            // Whoever waits has climbed what the queue's own clock says, or has it set.
            for (rung, step) in self.config.ladder.rungs().iter().enumerate() {
                if step.trigger == Trigger::OwnClock
                    && row.stage == Stage::Waiting
                    && row.climbed >> rung & 1 == 0
                {
                    let due = after(row.since, step.after);
                    let clock =
                        self.rungs[row.class.index() * self.config.ladder.rungs().len() + rung];
                    let set = clock.timer.map(|timer| self.timers.at(timer));
                    assert!(
                        due > self.now && set.is_some_and(|at| at <= due),
                        "a rung without a clock"
                    );
                }
            }
        }
        assert_eq!(self.skilled, skilled);
    }

    /// The positions that a plain sort of everyone waiting gives.
    fn sorted(&self, now: DateTime<Utc>) -> Vec<CallId> {
        let now = micros(now).max(self.now);
        let mut waiting: Vec<u32> = self
            .calls
            .numbers()
            .filter(|&call| self.calls[call].stage == Stage::Waiting)
            .collect();
        let view = |call: u32| Waiting::new(self.calls[call].class, now - self.calls[call].since);
        // Equal in everything but the ticket: the line of their class tells them apart.
        waiting.sort_by(|&a, &b| {
            if precedes(&*self.config.policy, view(a), view(b)) {
                std::cmp::Ordering::Less
            } else if precedes(&*self.config.policy, view(b), view(a)) {
                std::cmp::Ordering::Greater
            } else {
                self.calls[a].ticket.cmp(&self.calls[b].ticket)
            }
        });
        waiting
            .into_iter()
            .map(|call| self.calls[call].id)
            .collect()
    }
}

fn config(policy: u8, scope: Scope, clocks: bool) -> Config {
    let ring = RingEveryone::new(scope).rounds(2);
    let trigger = if clocks {
        Trigger::OwnClock
    } else {
        Trigger::OverflowDue
    };
    let ladder = Ladder::new([
        Rung::relax_skills(TimeDelta::seconds(15), 2),
        Rung::ring_everyone(TimeDelta::seconds(30), ring).by(trigger),
        Rung::relax_skills(TimeDelta::seconds(40), 9),
        Rung::send_to(TimeDelta::seconds(90), Exit::Voicemail).by(trigger),
    ])
    .unwrap();
    let builder = Config::builder(["gold", "silver", "lead"])
        .ladder(ladder)
        .limit(12)
        .resume_within(TimeDelta::seconds(60))
        .resume_at_most(3)
        .wrap_up(TimeDelta::seconds(if policy.is_multiple_of(2) {
            0
        } else {
            7
        }))
        .after_reject(Pause::For(TimeDelta::seconds(5)))
        .after_miss(if policy < 2 {
            Pause::UntilReady
        } else {
            Pause::None
        })
        .selection(match policy {
            0 => Selection::LongestIdle,
            1 => Selection::FewestCalls,
            2 => Selection::Random { seed: 7 },
            3 => Selection::RoundRobin,
            _ => Selection::LeastTalkTime,
        })
        .unstaffed(if policy == 4 {
            Unstaffed::Leave(Exit::Announcement)
        } else {
            Unstaffed::Wait
        });
    match policy {
        0 => builder.policy(Strict::new()),
        1 => builder.policy(HeadStart::new([
            TimeDelta::seconds(40),
            TimeDelta::seconds(10),
        ])),
        2 => builder.policy(AccumulatingPriority::new([5, 3, 1])),
        _ => builder.policy(Cap::new(TimeDelta::seconds(45))),
    }
    .build()
    .unwrap()
}

/// What callers of this number need: most nothing.
fn needs(number: u8) -> Needs {
    let skill = |level| Skill::new(SkillId::new(1), level);
    match number {
        2 => Needs::all(&[skill(3)]).unwrap(),
        5 => Needs::all(&[skill(5), Skill::new(SkillId::new(2), 1)]).unwrap(),
        _ => Needs::NOTHING,
    }
}

/// A random event, most of them near the truth: tokens close to the last one given out.
fn event() -> impl Strategy<Value = (u8, u8, u64, u8)> {
    (0_u8..27, 0_u8..10, 0_u64..5, 0_u8..30)
}

fn build(queue: &Queue, kind: u8, pick: u8, back: u64, now: DateTime<Utc>) -> Event {
    let call = CallId::new(u128::from(pick));
    let agent = AgentId::new(u64::from(pick % 4));
    let class = ClassId::new(pick % 3);
    let token = Token::new(queue.last_token.saturating_sub(back));
    match kind {
        0..=2 => Event::Enqueue(Caller::new(call, class).needs(needs(pick))),
        3 => Event::Enqueue(Caller::new(call, class).party(PartyId::new(back))),
        4 => Event::Enqueue(
            Caller::new(call, class).waiting_since(now - TimeDelta::seconds(back as i64 * 9)),
        ),
        5 => Event::HungUp { call },
        6 => {
            let capacity = std::num::NonZeroU8::MIN.saturating_add(pick % 2);
            let skill = Skill::new(SkillId::new(1), pick % 6);
            Event::SignedIn(Agent::new(agent).capacity(capacity).skill(skill))
        }
        7 => Event::Ready { agent },
        8 => Event::Break { agent },
        9 => Event::SignedOut { agent },
        10 | 11 => Event::NextCaller { agent },
        12 => Event::Take {
            agent,
            call: CallId::new(u128::from(back)),
        },
        13 => Event::WrapUpDone { agent },
        14 | 15 => Event::OfferAccepted { token },
        16 => Event::OfferRejected { token },
        17 => Event::OfferTimedOut { token },
        18 => Event::Bridged { token },
        19 => Event::BridgeFailed { token },
        20 => Event::CallEnded { token },
        21 => Event::Transfer {
            token,
            class,
            waiting_since: None,
        },
        22 => Event::Reclassify {
            call,
            class: ClassId::new(back as u8 % 3),
        },
        24 => Event::AgentRemoved { agent },
        25 if pick < 5 => Event::HungUp { call },
        25 => Event::Enqueue(Caller::new(call, class).party(PartyId::new(back))),
        26 => Event::Left {
            call,
            exit: Exit::Callback,
        },
        _ if pick == 0 && back == 0 => Event::Restart,
        _ if pick > 7 => Event::Tick,
        _ => Event::OverflowDue { call },
    }
}

/// The statistics, counted anew from what is said and commanded: joined, answered, in time,
/// abandoned, in time, short, left, missed, rejected, failed.
#[derive(Debug, Default)]
struct Tally([u64; 10]);

impl Tally {
    /// `was`: the state and waiting time of the call that the event is about.
    fn count(
        &mut self,
        event: &Event,
        was: Option<(CallState, DateTime<Utc>)>,
        now: DateTime<Utc>,
        out: &Commands,
    ) {
        let Self(
            [
                joined,
                answered,
                in_time,
                abandoned,
                abandoned_in_time,
                short,
                left,
                missed,
                rejected,
                failed,
            ],
        ) = self;
        let waited = was.map(|(_, since)| now - since);
        let within =
            |seconds| u64::from(waited.is_some_and(|waited| waited <= TimeDelta::seconds(seconds)));
        match event {
            Event::Enqueue(_) | Event::Transfer { .. } => *joined += 1,
            Event::HungUp { .. } if !matches!(was, Some((CallState::Talking { .. }, _))) => {
                *abandoned += 1;
                *abandoned_in_time += within(20);
                *short += u64::from(waited.is_some_and(|waited| waited < TimeDelta::seconds(5)));
            }
            Event::Left { .. } if !matches!(was, Some((CallState::Talking { .. }, _))) => {
                *left += 1
            }
            Event::Bridged { .. } => {
                *answered += 1;
                *in_time += within(20);
            }
            Event::OfferRejected { .. } => *rejected += 1,
            Event::OfferTimedOut { .. } => *missed += 1,
            Event::BridgeFailed { .. } => *failed += 1,
            _ => {}
        }
        for command in out {
            match command {
                Command::Leave { .. } => *left += 1,
                Command::CancelOffer {
                    reason: Void::NoAnswer,
                    ..
                } => *missed += 1,
                Command::CancelOffer {
                    reason: Void::BridgeTimedOut,
                    ..
                } => *failed += 1,
                _ => {}
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_history_passes_the_audit(
        policy in 0_u8..5,
        clocks in any::<bool>(),
        ready_only in any::<bool>(),
        script in prop::collection::vec(event(), 1..250),
    ) {
        let scope = if ready_only { Scope::Ready } else { Scope::NotOnACall };
        let mut queue = Queue::new(config(policy, scope, clocks));
        let mut now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let mut out = Commands::new();
        let mut last_token = 0;
        let mut twin = queue.clone();
        let mut tally = Tally::default();
        let mut estimates = BTreeMap::new();
        for (kind, pick, back, pass) in script {
            now += TimeDelta::seconds(i64::from(pass) / 2);
            let event = build(&queue, kind, pick, back, now);
            let (version, checked) = (queue.version(), queue.check(&event, now));
            let known: Vec<CallId> = queue.calls.numbers().map(|call| queue.calls[call].id).collect();
            let was = match event {
                Event::HungUp { call } | Event::Left { call, .. } => queue.call_state(call).zip(queue.waiting_since(call)),
                Event::Bridged { token } => queue.offer(token).map(|(o, _)| (CallState::Waiting, o.waiting_since)),
                _ => None,
            };
            out.clear();
            let before = format!("{queue:?}");
            let result = queue.step(&event, now, &mut out);
            // The check foretells the step, and a refusal or repetition has no effect.
            prop_assert_eq!(checked.map(|_| ()), result);
            if queue.version() == version {
                prop_assert_eq!(format!("{queue:?}"), before);
            }
            queue.audit();
            // The twin, restored from a snapshot now and then, takes every event the same way.
            if kind == 8 {
                let json = serde_json::to_string(&queue.snapshot()).unwrap();
                twin = Queue::restore(Arc::clone(&queue.config), &serde_json::from_str(&json).unwrap()).unwrap();
                twin.audit();
            } else {
                let mut told = Commands::new();
                prop_assert_eq!(twin.step(&event, now, &mut told), result);
                prop_assert_eq!(&told, &out);
            }
            prop_assert_eq!(twin.snapshot(), queue.snapshot());
            prop_assert_eq!(twin.wake_at(), queue.wake_at());
            if queue.version() > version {
                tally.count(&event, was, now, &out);
            }
            let stats = queue.stats();
            let counted = [
                stats.joined, stats.answered, stats.answered_in_time, stats.abandoned, stats.abandoned_in_time,
                stats.abandoned_short, stats.left, stats.missed, stats.rejected, stats.failed,
            ];
            prop_assert_eq!(counted, tally.0, "after {:?}", event);
            let unanswered = queue.calls.numbers().map(|call| &queue.calls[call]).filter(|c| c.stage != Stage::Talking);
            let oldest = unanswered.map(|call| call.since).min();
            prop_assert_eq!(queue.longest_wait(now), oldest.map(|since| now - instant(since)));
            // No caller vanishes without hanging up, ending or leaving by the ladder or their own choice.
            for call in known {
                if !queue.calls.contains(call) {
                    let told = matches!(event, Event::HungUp { .. } | Event::Left { .. } | Event::CallEnded { .. })
                        || out.iter().any(|c| matches!(c, Command::Leave { call: gone, .. } if *gone == call));
                    prop_assert!(told, "{call:?} vanished by {event:?}");
                }
            }
            // Tokens only grow.
            for offer in out.offers().filter(|_| queue.version() > version) {
                prop_assert!(offer.token.number() > last_token);
                last_token = offer.token.number();
            }
            // An estimate grows only with the position; a caller who joins anew has a new one.
            let before = std::mem::take(&mut estimates);
            for call in queue.sorted(now) {
                let row = queue.calls.find(call).unwrap();
                let place = queue.position(call, now).unwrap();
                if let Some(estimate) = queue.wait_estimate(call, now) {
                    if let Some((was, likely)) = before.get(&queue.calls[row].arrival) && place <= *was {
                        prop_assert!(estimate.likely <= *likely, "{call:?} after {event:?}");
                    }
                    estimates.insert(queue.calls[row].arrival, (place, estimate.likely));
                }
            }
            // Positions are those of a sort.
            for (place, call) in (1..).zip(queue.sorted(now)) {
                prop_assert_eq!(queue.position(call, now), Some(place));
                prop_assert_eq!(queue.call_state(call), Some(CallState::Waiting));
            }
        }
        // Liveness: when all hang up and all agents answer for themselves, nothing is left over.
        for call in 0..10 {
            let _ = queue.step(&Event::HungUp { call: CallId::new(call) }, now, &mut out);
        }
        queue.audit();
        prop_assert_eq!(queue.calls(), 0);
        for agent in 0..4 {
            let agent = AgentId::new(agent);
            if queue.agent_state(agent).is_some() {
                let _ = queue.step(&Event::Ready { agent }, now, &mut out);
                let state = queue.agent_state(agent);
                prop_assert!(matches!(state, Some(AgentState::Ready | AgentState::SignedOut)), "{:?}", state);
            }
        }
    }
}

/// Replaces the number at a random place of a JSON document.
fn corrupt(value: &mut serde_json::Value, place: &mut usize, number: i64) {
    match value {
        serde_json::Value::Number(found) => {
            if *place == 0 {
                *found = number.into();
            }
            *place = place.wrapping_sub(1);
        }
        serde_json::Value::Array(values) => values
            .iter_mut()
            .for_each(|value| corrupt(value, place, number)),
        serde_json::Value::Object(fields) => fields
            .values_mut()
            .for_each(|value| corrupt(value, place, number)),
        _ => {}
    }
}

proptest! {
    /// A snapshot with any one number changed is refused, or gives a queue that goes on.
    #[test]
    fn a_corrupted_snapshot_never_panics(
        script in prop::collection::vec(event(), 1..80),
        place in 0_usize..400,
        number in prop_oneof![Just(i64::MAX), Just(i64::MIN), Just(-1), -5_i64..300, any::<i64>()],
    ) {
        let mut queue = Queue::new(config(1, Scope::NotOnACall, true));
        let mut out = Commands::new();
        let mut now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        for &(kind, pick, back, pass) in &script {
            now += TimeDelta::seconds(i64::from(pass) / 2);
            let _ = queue.step(&build(&queue, kind, pick, back, now), now, &mut out);
        }
        let mut json = serde_json::to_value(queue.snapshot()).unwrap();
        corrupt(&mut json, &mut { place }, number);
        let Ok(snapshot) = serde_json::from_value(json) else { return Ok(()) };
        let Ok(mut restored) = Queue::restore(Arc::clone(&queue.config), &snapshot) else { return Ok(()) };
        for (kind, pick, back, pass) in script {
            now += TimeDelta::seconds(i64::from(pass) / 2);
            let event = build(&restored, kind, pick, back, now);
            let _ = restored.step(&event, now, &mut out);
            let _ = restored.snapshot();
            let call = CallId::new(u128::from(pick));
            let _ = (restored.position(call, now), restored.wait_estimate(call, now), restored.occupancy());
        }
    }
}
