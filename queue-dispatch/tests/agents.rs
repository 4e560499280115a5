//! Which agent gets a caller: selection, skills that relax over time, capacity, and what happens
//! when nobody is signed in.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::num::NonZeroU8;

use chrono::{DateTime, TimeDelta, Utc};
use queue_dispatch::*;

const ONLY: ClassId = ClassId::new(0);
const FRENCH: SkillId = SkillId::new(33);

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
}

fn step(queue: &mut Queue, second: i64, event: Event) -> Vec<(u128, u64)> {
    let mut out = Commands::new();
    queue.step(&event, at(second), &mut out).unwrap();
    out.offers()
        .map(|offer| (offer.call.number(), offer.agent.number()))
        .collect()
}

fn sign_in(queue: &mut Queue, second: i64, agent: Agent) -> Vec<(u128, u64)> {
    let id = agent.id;
    step(queue, second, Event::SignedIn(agent));
    step(queue, second, Event::Ready { agent: id })
}

/// Serves one caller for so long, and tells who got the call.
fn serve(queue: &mut Queue, number: u128, second: i64, length: i64) -> u64 {
    let offers = step(queue, second, Event::enqueue(CallId::new(number), ONLY));
    let [(_, agent)] = offers[..] else {
        panic!("one offer, not {offers:?}")
    };
    let token = queue.offer_for(AgentId::new(agent)).unwrap().token;
    step(queue, second, Event::OfferAccepted { token });
    step(queue, second, Event::Bridged { token });
    step(queue, second + length, Event::CallEnded { token });
    agent
}

fn served(selection: Selection) -> Vec<u64> {
    let mut queue = Queue::new(
        Config::builder(["only"])
            .selection(selection)
            .build()
            .unwrap(),
    );
    for agent in 0..3 {
        sign_in(&mut queue, agent, Agent::new(AgentId::new(agent as u64)));
    }
    // The first talk is long, the others short.
    (0..7)
        .map(|number| {
            serve(
                &mut queue,
                number,
                10 + 100 * number as i64,
                if number == 0 { 60 } else { 10 },
            )
        })
        .collect()
}

#[test]
fn each_selection_has_its_order() {
    assert_eq!(served(Selection::LongestIdle), [0, 1, 2, 0, 1, 2, 0]);
    assert_eq!(served(Selection::FewestCalls), [0, 1, 2, 0, 1, 2, 0]);
    assert_eq!(served(Selection::RoundRobin), [1, 2, 0, 1, 2, 0, 1]);
    // Agent 0 talked 60 s at first: the others catch up before.
    assert_eq!(served(Selection::LeastTalkTime), [0, 1, 2, 1, 2, 1, 2]);
    let drawn = served(Selection::Random { seed: 1 });
    assert_eq!(drawn, served(Selection::Random { seed: 1 }));
    assert!((2..40).any(|seed| served(Selection::Random { seed }) != drawn));
}

#[test]
fn skills_are_needed_and_relax_over_time() {
    let ladder = Ladder::new([Rung::relax_skills(TimeDelta::seconds(60), 3)]).unwrap();
    let mut queue = Queue::new(Config::builder(["only"]).ladder(ladder).build().unwrap());
    let french = |level| Skill::new(FRENCH, level);
    sign_in(&mut queue, 0, Agent::new(AgentId::new(1)).skill(french(2)));
    let needs = Needs::all(&[french(5)]).unwrap();
    let caller = Caller::new(CallId::new(7), ONLY).needs(needs);
    assert_eq!(step(&mut queue, 0, Event::Enqueue(caller)), []);
    // One who needs nothing is not blocked by the one in front, and the reason says so.
    assert_eq!(
        step(&mut queue, 1, Event::enqueue(CallId::new(8), ONLY)),
        [(8, 1)]
    );
    let offer = queue.offer_for(AgentId::new(1)).unwrap();
    assert_eq!(
        offer.why.to_string(),
        "only: first whom the agent can serve"
    );
    step(
        &mut queue,
        2,
        Event::HungUp {
            call: CallId::new(8),
        },
    );
    let take = Event::Take {
        agent: AgentId::new(1),
        call: CallId::new(7),
    };
    let refused = queue.step(&take, at(3), &mut Commands::new());
    assert!(
        matches!(refused, Err(Refusal::LacksSkill { .. })),
        "{refused:?}"
    );
    // At 60 s three levels less will do.
    assert_eq!(queue.wake_at(), Some(at(60)));
    assert_eq!(step(&mut queue, 60, Event::Tick), [(7, 1)]);
}

#[test]
fn an_agent_with_capacity_takes_several() {
    let mut queue = Queue::new(Config::builder(["only"]).build().unwrap());
    sign_in(
        &mut queue,
        0,
        Agent::new(AgentId::new(1)).capacity(NonZeroU8::MIN.saturating_add(1)),
    );
    sign_in(&mut queue, 1, Agent::new(AgentId::new(2)));
    let got: Vec<_> = (0..4)
        .flat_map(|number| step(&mut queue, 2, Event::enqueue(CallId::new(number), ONLY)))
        .collect();
    assert_eq!(got, [(0, 1), (1, 1), (2, 2)]);
    assert_eq!(queue.waiting(), 1);
}

#[test]
fn nobody_signed_in() {
    let rule = Unstaffed::Leave(Exit::Announcement);
    let mut queue = Queue::new(Config::builder(["only"]).unstaffed(rule).build().unwrap());
    let enqueue = Event::enqueue(CallId::new(1), ONLY);
    assert_eq!(
        queue.step(&enqueue, at(0), &mut Commands::new()),
        Err(Refusal::Unstaffed)
    );
    let eve = AgentId::new(1);
    step(&mut queue, 0, Event::SignedIn(Agent::new(eve)));
    step(&mut queue, 1, enqueue);
    let mut out = Commands::new();
    queue
        .step(&Event::SignedOut { agent: eve }, at(31), &mut out)
        .unwrap();
    let [
        Command::Leave {
            exit: Exit::Announcement,
            waited,
            ..
        },
    ] = out.as_slice()
    else {
        panic!("{out:?}")
    };
    assert_eq!(*waited, TimeDelta::seconds(30));
    assert_eq!((queue.calls(), queue.stats().left), (0, 1));
}

#[test]
fn the_wait_estimate_falls_with_the_position_and_never_grows_by_itself() {
    let mut queue = Queue::new(Config::builder(["only"]).build().unwrap());
    sign_in(&mut queue, 0, Agent::new(AgentId::new(1)));
    for number in 0..4 {
        step(&mut queue, 0, Event::enqueue(CallId::new(number), ONLY));
    }
    // One is offered; of the three who wait, the last is third: three talks of three minutes.
    let last = CallId::new(3);
    let estimate = queue.wait_estimate(last, at(0)).unwrap();
    assert_eq!(estimate.likely, TimeDelta::minutes(9));
    assert!(estimate.low < estimate.likely && estimate.likely < estimate.high);
    assert_eq!(queue.wait_estimate(last, at(500)), Some(estimate));
    // Even when the only agent goes away.
    step(
        &mut queue,
        501,
        Event::SignedOut {
            agent: AgentId::new(1),
        },
    );
    step(
        &mut queue,
        502,
        Event::HungUp {
            call: CallId::new(0),
        },
    );
    assert_eq!(queue.wait_estimate(last, at(502)), Some(estimate));
    step(
        &mut queue,
        503,
        Event::HungUp {
            call: CallId::new(1),
        },
    );
    assert_eq!(
        queue.wait_estimate(last, at(503)).unwrap().likely,
        TimeDelta::minutes(6)
    );
}
