//! What lies at the ends of the ranges: as many classes as there can be, times without end, ids of
//! all ones, and a configuration that changed while callers waited.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::num::NonZeroU8;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use queue_dispatch::*;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
}

fn step(queue: &mut Queue, event: Event, second: i64) -> Vec<Command> {
    let mut out = Commands::new();
    queue.step(&event, at(second), &mut out).unwrap();
    out.into_iter().collect()
}

fn joins(call: u128, class: u8) -> Event {
    Event::enqueue(CallId::new(call), ClassId::new(class))
}

fn works(queue: &mut Queue, agent: Agent, second: i64) -> Vec<Command> {
    let id = agent.id;
    step(queue, Event::SignedIn(agent), second);
    step(queue, Event::Ready { agent: id }, second)
}

fn offers(commands: &[Command]) -> Vec<Offer> {
    let offers = commands.iter().filter_map(|command| match command {
        Command::Offer(offer) => Some(*offer),
        _ => None,
    });
    offers.collect()
}

#[test]
fn a_queue_has_256_classes() {
    let names = (0..256).map(|number| format!("class {number}"));
    let config = Config::builder(names).build().unwrap();
    assert_eq!(config.classes().count(), 256);
    let mut queue = Queue::new(config);
    for class in [255, 0, 128] {
        step(&mut queue, joins(class, class as u8), 0);
    }
    // All have waited equally long: the first class has the head start, then the lower number.
    for (place, call) in [(1, 0), (2, 128), (3, 255)] {
        assert_eq!(queue.position(CallId::new(call), at(0)), Some(place));
    }
    let restored = Queue::restore(queue.shared(), &through_json(&queue)).unwrap();
    assert_eq!(restored.position(CallId::new(255), at(0)), Some(3));
    let offered = offers(&works(&mut queue, Agent::new(AgentId::new(u64::MAX)), 0));
    assert_eq!(offered[0].call, CallId::new(0));
}

trait Shared {
    fn shared(&self) -> Config;
}

impl Shared for Queue {
    fn shared(&self) -> Config {
        self.config().clone()
    }
}

fn through_json(queue: &Queue) -> Snapshot {
    let json = serde_json::to_string(&queue.snapshot()).unwrap();
    serde_json::from_str(&json).unwrap()
}

/// A credit, a limit or a wait without end is told in an offer's reason, which is part of a
/// snapshot: it must be read again.
#[test]
fn a_snapshot_with_times_without_end_is_read_again() {
    let head_start = Config::builder(["premium", "regular"])
        .policy(HeadStart::premium(TimeDelta::MAX))
        .build()
        .unwrap();
    let cap = Config::builder(["premium", "regular"])
        .policy(Cap::new(TimeDelta::microseconds(i64::MAX / 3)))
        .build()
        .unwrap();
    for config in [head_start, cap] {
        let mut queue = Queue::new(config);
        let since = DateTime::<Utc>::MIN_UTC;
        let old = Caller::new(CallId::new(1), ClassId::REGULAR).waiting_since(since);
        step(&mut queue, Event::Enqueue(old), 0);
        step(&mut queue, joins(u128::MAX, 0), 0);
        let all = Event::OverflowDue {
            call: CallId::new(1),
        };
        step(
            &mut queue,
            Event::AgentAdded(Agent::new(AgentId::new(u64::MAX))),
            0,
        );
        assert_eq!(offers(&step(&mut queue, all, 0)).len(), 1);
        works(&mut queue, Agent::new(AgentId::new(0)), 0);
        assert_eq!(queue.waiting(), 0);
        let restored = Queue::restore(queue.shared(), &through_json(&queue)).unwrap();
        let json = |queue: &Queue| serde_json::to_string(&queue.snapshot()).unwrap();
        assert_eq!(json(&restored), json(&queue));
    }
}

/// Sums that leave the range would make all credits alike.
#[test]
fn credits_without_end_still_tell_the_callers_apart() {
    let config = Config::builder(["gold", "silver", "lead"])
        .policy(HeadStart::new([TimeDelta::MAX, TimeDelta::MAX]))
        .build()
        .unwrap();
    let mut queue = Queue::new(config);
    for (call, class, second) in [(1, 2, 0), (2, 1, 10), (3, 0, 20), (4, 1, 30), (5, 0, 40)] {
        step(&mut queue, joins(call, class), second);
    }
    for (place, call) in (1..).zip([2, 3, 4, 5, 1]) {
        assert_eq!(queue.position(CallId::new(call), at(100)), Some(place));
    }
}

/// Two callers for whom everyone is rung share the phones: each rings once a round for each.
#[test]
fn no_phone_rings_twice_for_one_caller() {
    let ring = RingEveryone::new(Scope::NotOnACall).at_most(1);
    let mut queue = Queue::new(ladder(&[Rung::ring_everyone(TimeDelta::minutes(3), ring)]));
    for call in [1, 2] {
        step(&mut queue, joins(call, 0), 0);
        step(
            &mut queue,
            Event::AgentAdded(Agent::new(AgentId::new(call as u64))),
            0,
        );
    }
    for call in [1, 2].map(CallId::new) {
        assert_eq!(
            offers(&step(&mut queue, Event::OverflowDue { call }, 180)).len(),
            1
        );
    }
    let many = Agent::new(AgentId::new(9)).capacity(NonZeroU8::new(9).unwrap());
    let mut rung = offers(&works(&mut queue, many, 181));
    rung.extend(offers(&step(&mut queue, joins(3, 0), 182)));
    rung.extend(offers(&step(&mut queue, joins(4, 0), 183)));
    let mut calls: Vec<u128> = rung.iter().map(|offer| offer.call.number()).collect();
    calls.sort_unstable();
    assert_eq!(calls, [1, 2, 3, 4]);
}

fn for_two(agent: u64) -> Agent {
    Agent::new(AgentId::new(agent)).capacity(NonZeroU8::new(2).unwrap())
}

/// Who is being offered the caller, and has room for another, takes part with that one offer.
#[test]
fn everyone_leaves_out_who_has_the_offer_already() {
    let mut queue = Queue::new(Config::default());
    works(&mut queue, for_two(1), 0);
    let call = CallId::new(1);
    assert_eq!(offers(&step(&mut queue, joins(1, 0), 0)).len(), 1);
    assert_eq!(step(&mut queue, Event::OverflowDue { call }, 10), []);
}

/// A rung passed during an offer rings everyone when the agent goes: the agent who goes, once.
#[test]
fn who_goes_on_break_is_rung_once() {
    let ring = RingEveryone::new(Scope::NotOnACall);
    let rung = Rung::ring_everyone(TimeDelta::seconds(10), ring).by(Trigger::OwnClock);
    let agent = AgentId::new(1);
    for event in [Event::Break { agent }, Event::SignedOut { agent }] {
        let mut queue = Queue::new(ladder(&[rung]));
        works(&mut queue, for_two(1), 0);
        step(&mut queue, joins(1, 0), 0);
        assert_eq!(offers(&step(&mut queue, event, 11)).len(), 1);
    }
}

/// Opening time: callers wait before the first agent is ready.
#[test]
fn the_estimate_of_one_who_waited_before_anyone_was_ready_never_grows() {
    let mut queue = Queue::new(Config::builder(["only"]).build().unwrap());
    for call in 1..=5 {
        step(&mut queue, joins(call, 0), 0);
    }
    let last = CallId::new(5);
    assert_eq!(queue.wait_estimate(last, at(1)), None);
    let mut before = None;
    for agent in [1, 2, 3].map(AgentId::new) {
        works(&mut queue, Agent::new(agent), 2);
    }
    for (second, agent) in [(3, 1), (4, 2)] {
        let likely = queue.wait_estimate(last, at(second)).unwrap().likely;
        assert!(
            before.is_none_or(|before| likely <= before),
            "{likely} after {before:?}"
        );
        before = Some(likely);
        // Agents leave with talks under way.
        let agent = AgentId::new(agent);
        let token = queue.offer_for(agent).unwrap().token;
        step(&mut queue, Event::OfferAccepted { token }, second);
        step(&mut queue, Event::Bridged { token }, second);
        step(&mut queue, Event::Break { agent }, second);
    }
    let likely = queue.wait_estimate(last, at(5)).unwrap().likely;
    assert!(Some(likely) <= before, "{likely} after {before:?}");
}

fn ladder(rungs: &[Rung]) -> Config {
    Config::builder(["only"])
        .ladder(Ladder::new(rungs.iter().copied()).unwrap())
        .build()
        .unwrap()
}

/// Who waited under another ladder climbs the new one from the ground.
#[test]
fn a_restart_with_another_ladder_forgets_nobody() {
    let minutes = TimeDelta::minutes;
    let voicemail = |wait| Rung::send_to(minutes(wait), Exit::Voicemail);
    let relax = |wait| Rung::relax_skills(minutes(wait), 1);
    let befores = [
        vec![voicemail(50)],
        vec![relax(1)],
        vec![voicemail(50).by(Trigger::OverflowDue)],
        vec![relax(1), voicemail(50)],
        vec![],
    ];
    for before in befores {
        for after in [vec![voicemail(5)], vec![relax(1), voicemail(5)]] {
            let mut queue = Queue::new(ladder(&before));
            step(&mut queue, joins(1, 0), 0);
            // The queue's own clock may have struck under the old ladder.
            let _ = queue.step(&Event::Tick, at(70), &mut Commands::new());
            let mut restored = Queue::restore(ladder(&after), &through_json(&queue)).unwrap();
            let mut left = Vec::new();
            while let Some(wake) = restored.wake_at().filter(|wake| *wake <= at(300)) {
                let mut out = Commands::new();
                restored.step(&Event::Tick, wake, &mut out).unwrap();
                left.extend(
                    out.into_iter()
                        .filter(|c| matches!(c, Command::Leave { .. })),
                );
            }
            assert_eq!(left.len(), 1, "from {before:?} to {after:?}");
        }
    }
}

/// A rung passed while the caller was being bridged is climbed when the host restarts; the phones
/// that ring then go on ringing.
#[test]
fn a_restart_does_not_stop_the_phones_that_it_rings() {
    let ring = RingEveryone::new(Scope::NotOnACall);
    let rung = Rung::ring_everyone(TimeDelta::minutes(3), ring).by(Trigger::OwnClock);
    let mut queue = Queue::new(ladder(&[rung]));
    step(&mut queue, joins(1, 0), 0);
    works(&mut queue, Agent::new(AgentId::new(1)), 170);
    step(
        &mut queue,
        Event::AgentAdded(Agent::new(AgentId::new(2))),
        170,
    );
    let token = queue.offer_for(AgentId::new(1)).unwrap().token;
    step(&mut queue, Event::OfferAccepted { token }, 171);
    let _ = queue.step(&Event::Tick, at(180), &mut Commands::new());
    let commands = step(&mut queue, Event::Restart, 181);
    let rung = offers(&commands);
    assert_eq!(rung.len(), 2, "{commands:?}");
    for offer in rung {
        assert!(queue.offer(offer.token).is_some(), "{commands:?}");
    }
}

/// The rung that another fires stays that other's, whatever ladder was there before.
#[test]
fn a_rung_fired_from_outside_is_not_climbed_by_a_restart() {
    let outside = Rung::send_to(TimeDelta::minutes(3), Exit::Voicemail).by(Trigger::OverflowDue);
    let own = Rung::send_to(TimeDelta::minutes(3), Exit::Voicemail);
    for before in [vec![], vec![own]] {
        let mut queue = Queue::new(ladder(&before));
        step(&mut queue, joins(1, 0), 0);
        let mut restored = Queue::restore(ladder(&[outside]), &through_json(&queue)).unwrap();
        let _ = restored.step(&Event::Tick, at(500), &mut Commands::new());
        step(&mut restored, joins(2, 0), 501);
        assert_eq!(restored.calls(), 2);
    }
}

/// Said while phones ring for an earlier rung, "overflow due" is to be said again, not over.
#[test]
fn overflow_due_that_comes_while_everyone_is_rung_is_to_be_said_again() {
    let outside = Trigger::OverflowDue;
    let ring = RingEveryone::new(Scope::NotOnACall);
    let mut queue = Queue::new(ladder(&[
        Rung::ring_everyone(TimeDelta::minutes(3), ring),
        Rung::send_to(TimeDelta::minutes(5), Exit::Voicemail).by(outside),
    ]));
    let call = CallId::new(1);
    step(&mut queue, joins(1, 0), 0);
    step(
        &mut queue,
        Event::AgentAdded(Agent::new(AgentId::new(2))),
        0,
    );
    step(&mut queue, Event::OverflowDue { call }, 290);
    let due = Event::OverflowDue { call };
    assert_eq!(
        queue.check(&due, at(291)),
        Err(Refusal::NothingDue { call })
    );
    assert_eq!(
        queue.check(&due, at(300)),
        Err(Refusal::NotWaiting { call })
    );
    // The phones have stopped.
    step(&mut queue, Event::Tick, 320);
    let commands = step(&mut queue, due, 320);
    assert!(
        matches!(commands[..], [Command::Leave { .. }]),
        "{commands:?}"
    );
}

/// A short day, as lines of a log.
fn a_day() -> Vec<String> {
    let (agent, call, class) = (AgentId::new(1), CallId::new(1), ClassId::REGULAR);
    let token = Token::new(1);
    let skill = Skill::new(SkillId::new(1), 3);
    let caller = Caller::new(call, class)
        .needs(Needs::all(&[skill]).unwrap())
        .party(PartyId::new(7))
        .waiting_since(at(-60));
    let events = [
        Event::Enqueue(caller),
        Event::SignedIn(for_two(1).skill(skill)),
        Event::Ready { agent },
        Event::OfferAccepted { token },
        Event::Bridged { token },
        Event::Transfer {
            token,
            class: ClassId::PREMIUM,
            waiting_since: Some(at(1)),
        },
        Event::HungUp { call },
        joins(2, 1),
        Event::AgentRemoved { agent },
        Event::OverflowDue {
            call: CallId::new(2),
        },
        Event::Restart,
    ];
    let lines = (1..).zip(events).map(|(version, event)| {
        let line = Recorded::new(version, at(version as i64), event);
        serde_json::to_string(&line).unwrap()
    });
    lines.collect()
}

fn opens(lines: Vec<Recorded>) -> Result<Dispatcher, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let store = Arc::new(MemoryStore::new());
    runtime.block_on(async {
        for (version, line) in (0..).zip(lines) {
            store.append(version, &[line]).await.unwrap();
        }
        let config = Config::builder(["premium", "regular"]).resume_within(TimeDelta::MAX);
        Dispatcher::open(config.build().unwrap(), store).await
    })
}

fn read(lines: &[String]) -> Result<Vec<Recorded>, serde_json::Error> {
    lines
        .iter()
        .map(|line| serde_json::from_str(line))
        .collect()
}

#[test]
fn the_day_itself_is_read() {
    let day = opens(read(&a_day()).unwrap()).unwrap();
    assert_eq!(day.read(Queue::version), 11);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever somebody has done to a log, opening it is refused with an error that names the line,
    /// or gives a queue that goes on; nothing panics.
    #[test]
    fn a_log_that_somebody_has_changed_is_refused_or_read(
        line in 0_usize..11,
        place in any::<prop::sample::Index>(),
        length in 0_usize..4,
        text in "[0-9a-z\\[\\]{}\",:.+-]{0,20}",
        lost in any::<bool>(),
    ) {
        let mut day = a_day();
        if lost {
            day.remove(line);
        } else {
            let from = place.index(day[line].len());
            let to = (from + length).min(day[line].len());
            day[line].replace_range(from..to, &text);
        }
        let Ok(lines) = read(&day) else { return Ok(()) };
        match opens(lines) {
            Ok(dispatcher) => {
                let json = dispatcher.read(|queue| serde_json::to_string(&queue.snapshot()).unwrap());
                let snapshot: Snapshot = serde_json::from_str(&json).unwrap();
                dispatcher.read(|queue| Queue::restore(queue.shared(), &snapshot)).unwrap();
            }
            Err(error) => prop_assert!(matches!(error, Error::Replay { .. } | Error::Gap { .. }), "{error}"),
        }
    }
}
