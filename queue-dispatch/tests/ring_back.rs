//! A caller who hung up and rings back in time has the old place; whoever is remembered is bounded.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use chrono::{DateTime, TimeDelta, Utc};
use queue_dispatch::*;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
}

fn config() -> ConfigBuilder {
    Config::builder(["premium", "regular"]).resume_within(TimeDelta::seconds(60))
}

fn step(queue: &mut Queue, event: Event, second: i64) -> Vec<Command> {
    let mut out = Commands::new();
    queue.step(&event, at(second), &mut out).unwrap();
    out.into_iter().collect()
}

fn joins(call: u128, party: u64) -> Event {
    let caller = Caller::new(CallId::new(call), ClassId::REGULAR);
    Event::Enqueue(caller.party(PartyId::new(party)))
}

fn hangs_up(call: u128) -> Event {
    let call = CallId::new(call);
    Event::HungUp { call }
}

fn position(queue: &Queue, call: u128, second: i64) -> usize {
    queue.position(CallId::new(call), at(second)).unwrap()
}

#[test]
fn who_rings_back_in_time_has_the_old_place() {
    let mut queue = Queue::new(config().build().unwrap());
    for (call, party) in [(1, 10), (2, 20), (3, 30)] {
        step(&mut queue, joins(call, party), call as i64);
    }
    step(&mut queue, hangs_up(2), 20);
    // The new call of the same party stands where the old one stood, and the host is told.
    let commands = step(&mut queue, joins(4, 20), 80);
    let call = CallId::new(4);
    assert_eq!(
        commands,
        [Command::PlaceResumed {
            call,
            waiting_since: at(2)
        }]
    );
    assert_eq!(
        commands[0].to_string(),
        "call 00000000000000000000000000000004 rings back and counts as waiting since 22:13:22"
    );
    assert_eq!(position(&queue, 4, 80), 2);
    assert_eq!(queue.waiting_since(call), Some(at(2)));
    let stats = queue.stats();
    assert_eq!((stats.joined, stats.resumed, stats.abandoned), (4, 1, 1));
    // The place is given back once, and may be kept again.
    step(&mut queue, hangs_up(4), 90);
    step(&mut queue, joins(5, 20), 95);
    assert_eq!(queue.waiting_since(CallId::new(5)), Some(at(2)));
    assert_eq!(step(&mut queue, joins(6, 20), 96), []);
}

#[test]
fn who_rings_back_too_late_or_is_another_starts_anew() {
    let mut queue = Queue::new(config().build().unwrap());
    step(&mut queue, joins(1, 10), 0);
    step(&mut queue, hangs_up(1), 10);
    assert_eq!(step(&mut queue, joins(2, 11), 11), []);
    assert_eq!(step(&mut queue, joins(3, 10), 71), []);
    assert_eq!(queue.waiting_since(CallId::new(3)), Some(at(71)));
    // Whoever was served is not remembered: their wait is over.
    let eve = Agent::new(AgentId::new(1));
    step(&mut queue, Event::SignedIn(eve), 72);
    let agent = AgentId::new(1);
    let offered = step(&mut queue, Event::Ready { agent }, 72);
    let Command::Offer(Offer { token, call, .. }) = offered[0] else {
        panic!("{offered:?}")
    };
    assert_eq!(call, CallId::new(2));
    step(&mut queue, Event::OfferAccepted { token }, 73);
    step(&mut queue, Event::Bridged { token }, 73);
    step(&mut queue, Event::HungUp { call }, 74);
    let rings_back = step(&mut queue, joins(4, 11), 75);
    assert!(
        !rings_back
            .iter()
            .any(|command| matches!(command, Command::PlaceResumed { .. })),
        "{rings_back:?}"
    );
}

#[test]
fn the_resumed_wait_counts_for_the_ladder() {
    let ladder = Ladder::new([Rung::send_to(TimeDelta::seconds(50), Exit::Voicemail)]).unwrap();
    let mut queue = Queue::new(config().ladder(ladder).build().unwrap());
    step(&mut queue, joins(1, 10), 0);
    step(&mut queue, hangs_up(1), 40);
    let commands = step(&mut queue, joins(2, 10), 60);
    assert!(
        matches!(
            commands.as_slice(),
            [
                Command::PlaceResumed { .. },
                Command::Leave {
                    exit: Exit::Voicemail,
                    ..
                }
            ]
        ),
        "{commands:?}"
    );
}

#[test]
fn those_remembered_are_bounded_and_survive_a_restart() {
    let config = || config().resume_at_most(2).build().unwrap();
    let mut queue = Queue::new(config());
    for call in 0..100_u128 {
        step(&mut queue, joins(call, call as u64), call as i64);
        step(&mut queue, hangs_up(call), call as i64);
    }
    let json = serde_json::to_string(&queue.snapshot()).unwrap();
    assert!(json.len() < 2_000, "{json}");
    let mut restored = Queue::restore(config(), &serde_json::from_str(&json).unwrap()).unwrap();
    for queue in [&mut queue, &mut restored] {
        assert_eq!(step(queue, joins(200, 97), 100), []);
        assert_eq!(step(queue, joins(201, 98), 100).len(), 1);
        assert_eq!(step(queue, joins(202, 99), 100).len(), 1);
    }
    assert_eq!(queue.snapshot(), restored.snapshot());
}

/// Nothing that is over leaves anything behind: calls, offers, agents.
#[test]
fn a_queue_whose_calls_and_agents_are_gone_is_as_small_as_a_new_one() {
    let mut queue = Queue::new(Config::premium_and_regular());
    let size = |queue: &Queue| serde_json::to_string(&queue.snapshot()).unwrap().len();
    let empty = size(&queue);
    for round in 0..50_i64 {
        let agent = AgentId::new(round as u64);
        step(&mut queue, Event::SignedIn(Agent::new(agent)), round * 100);
        step(&mut queue, Event::Ready { agent }, round * 100);
        let offered = step(&mut queue, joins(round as u128, round as u64), round * 100);
        let Command::Offer(Offer { token, call, .. }) = offered[0] else {
            panic!("{offered:?}")
        };
        step(&mut queue, Event::OfferAccepted { token }, round * 100);
        step(&mut queue, Event::Bridged { token }, round * 100);
        let mut out = Commands::new();
        let early = queue.step(&Event::AgentRemoved { agent }, at(round * 100), &mut out);
        assert_eq!(early, Err(Refusal::OnACall { agent }));
        step(&mut queue, Event::HungUp { call }, round * 100 + 60);
        step(&mut queue, Event::AgentRemoved { agent }, round * 100 + 60);
        assert_eq!(queue.agent_state(agent), None);
    }
    assert_eq!((queue.calls(), queue.agents().count()), (0, 0));
    // Only the numbers themselves have more digits.
    assert!(size(&queue) < empty + 200, "{}", size(&queue));
}

#[test]
fn removing_an_agent_returns_the_caller_and_keeps_the_others_in_order() {
    let mut queue = Queue::new(Config::premium_and_regular());
    let agents = [1, 2, 3].map(AgentId::new);
    for agent in agents {
        step(&mut queue, Event::SignedIn(Agent::new(agent)), 0);
        step(&mut queue, Event::Ready { agent }, agent.number() as i64);
    }
    let offered = step(&mut queue, joins(1, 1), 10);
    assert!(matches!(offered[0], Command::Offer(offer) if offer.agent == agents[0]));
    let removed = step(&mut queue, Event::AgentRemoved { agent: agents[0] }, 11);
    // Stop ringing, the caller is back, and the next agent is offered the call.
    assert!(
        matches!(
            removed.as_slice(),
            [
                Command::CancelOffer { reason: Void::AgentGone, .. },
                Command::BackInLine { .. },
                Command::Offer(offer)
            ] if offer.agent == agents[1]
        ),
        "{removed:?}"
    );
    assert_eq!(queue.idle_agents().collect::<Vec<_>>(), [agents[2]]);
    let unknown = queue.step(
        &Event::AgentRemoved { agent: agents[0] },
        at(12),
        &mut Commands::new(),
    );
    assert_eq!(unknown, Err(Refusal::UnknownAgent { agent: agents[0] }));
}
