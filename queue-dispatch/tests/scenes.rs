//! The life of a call, scene by scene: what each outcome commands, and why.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use chrono::{DateTime, TimeDelta, Utc};
use queue_dispatch::*;

const ANN: CallId = CallId::new(0xa);
const BOB: CallId = CallId::new(0xb);
const CID: CallId = CallId::new(0xc);
const EVE: AgentId = AgentId::new(1);
const FAY: AgentId = AgentId::new(2);
const GUS: AgentId = AgentId::new(3);

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
}

/// A queue under test: steps, and tells its commands as text.
struct Scene {
    queue: Queue,
}

impl Scene {
    fn new(config: Config) -> Self {
        Self {
            queue: Queue::new(config),
        }
    }

    fn told(&mut self, second: i64, event: Event) -> Vec<String> {
        let mut out = Commands::new();
        self.queue.step(&event, at(second), &mut out).unwrap();
        out.iter().map(ToString::to_string).collect()
    }

    fn refused(&mut self, second: i64, event: Event) -> Refusal {
        let mut out = Commands::new();
        let refusal = self.queue.step(&event, at(second), &mut out).unwrap_err();
        assert!(out.is_empty());
        refusal
    }

    fn ready(&mut self, second: i64, agents: &[AgentId]) {
        for &agent in agents {
            self.told(second, Event::SignedIn(Agent::new(agent)));
            self.told(second, Event::Ready { agent });
        }
    }
}

fn name(call: CallId) -> String {
    call.to_string()
}

fn token(number: u64) -> Token {
    Token::new(number)
}

#[test]
fn premium_overtakes_regular_within_the_head_start_and_not_beyond() {
    let mut scene = Scene::new(Config::premium_and_regular());
    scene.told(0, Event::enqueue(ANN, ClassId::REGULAR));
    scene.told(119, Event::enqueue(BOB, ClassId::PREMIUM));
    scene.told(121, Event::enqueue(CID, ClassId::PREMIUM));
    let places = [BOB, ANN, CID].map(|call| scene.queue.position(call, at(121)));
    assert_eq!(places, [Some(1), Some(2), Some(3)]);
    scene.ready(130, &[EVE]);
    assert_eq!(
        scene.queue.offer_for(EVE).unwrap().why.to_string(),
        "premium before regular: head start 120 s"
    );
    assert_eq!(
        scene.queue.longest_wait(at(130)),
        Some(TimeDelta::seconds(130))
    );
    scene.ready(140, &[FAY]);
    let offer = scene.queue.offer_for(FAY).unwrap();
    assert_eq!(
        (offer.call, offer.why.to_string().as_str()),
        (ANN, "regular before premium: longest wait")
    );
}

#[test]
fn a_call_answered_at_once() {
    let mut scene = Scene::new(Config::premium_and_regular());
    scene.ready(0, &[EVE]);
    let ann = name(ANN);
    assert_eq!(
        scene.told(1, Event::enqueue(ANN, ClassId::REGULAR)),
        [format!(
            "offer 1: call {ann} to agent 1 (regular: head of the line)"
        )]
    );
    let connect = [format!("offer 1: connect call {ann} with agent 1")];
    assert_eq!(
        scene.told(3, Event::OfferAccepted { token: token(1) }),
        connect
    );
    // The callback comes twice: the answer is the same, and nothing changes.
    assert_eq!(
        scene.told(3, Event::OfferAccepted { token: token(1) }),
        connect
    );
    assert!(scene.told(4, Event::Bridged { token: token(1) }).is_empty());
    assert_eq!(scene.queue.agent_state(EVE), Some(AgentState::Talking));
    assert!(
        scene
            .told(64, Event::CallEnded { token: token(1) })
            .is_empty()
    );
    assert_eq!(scene.queue.agent_state(EVE), Some(AgentState::Ready));
    assert_eq!(
        scene.refused(65, Event::CallEnded { token: token(1) }),
        Refusal::StaleToken { token: token(1) }
    );
    let stats = scene.queue.class_stats(ClassId::REGULAR);
    assert_eq!(
        (stats.answered, stats.average_speed_of_answer()),
        (1, Some(TimeDelta::seconds(3)))
    );
    assert_eq!(stats.average_talk(), Some(TimeDelta::seconds(60)));
}

#[test]
fn who_asks_to_be_called_back_has_not_given_up() {
    let ann = name(ANN);
    let left = Event::Left {
        call: ANN,
        exit: Exit::Callback,
    };
    let mut scene = Scene::new(Config::premium_and_regular());
    scene.ready(0, &[EVE, FAY]);
    scene.told(1, Event::enqueue(ANN, ClassId::REGULAR));
    assert_eq!(
        scene.told(3, left.clone()),
        [format!(
            "cancel offer 1: call {ann} to agent 1 (caller left to callback)"
        )]
    );
    let stats = scene.queue.stats();
    assert_eq!((stats.left, stats.abandoned), (1, 0));
    assert_eq!(stats.abandonment(), Some(0.0));
    assert_eq!(
        scene.refused(4, left.clone()),
        Refusal::UnknownCall { call: ANN }
    );
    // One who talks was answered, and leaves as they would by hanging up.
    scene.told(5, Event::enqueue(ANN, ClassId::REGULAR));
    scene.told(6, Event::OfferAccepted { token: token(2) });
    scene.told(7, Event::Bridged { token: token(2) });
    scene.told(8, left);
    let stats = scene.queue.stats();
    assert_eq!((stats.left, stats.abandoned, stats.answered), (1, 0, 1));
    assert_eq!(scene.queue.call_state(ANN), None);
}

#[test]
fn hang_up_wins_until_the_two_are_bridged() {
    let ann = name(ANN);
    for accepted in [false, true] {
        let mut scene = Scene::new(Config::premium_and_regular());
        scene.ready(0, &[EVE, FAY]);
        scene.told(1, Event::enqueue(ANN, ClassId::REGULAR));
        if accepted {
            scene.told(2, Event::OfferAccepted { token: token(1) });
        }
        assert_eq!(
            scene.told(3, Event::HungUp { call: ANN }),
            [format!(
                "cancel offer 1: call {ann} to agent 1 (caller hung up)"
            )]
        );
        // The agent is idle again, in the old place: before Fay.
        assert_eq!(scene.queue.idle_agents().collect::<Vec<_>>(), [EVE, FAY]);
        assert_eq!(
            scene.refused(4, Event::Bridged { token: token(1) }),
            Refusal::StaleToken { token: token(1) }
        );
        assert_eq!(scene.queue.stats().abandoned, 1);
    }
}

#[test]
fn failures_return_the_caller_to_the_head_with_the_time_waited() {
    let mut scene = Scene::new(Config::premium_and_regular());
    scene.ready(0, &[EVE]);
    scene.told(10, Event::enqueue(ANN, ClassId::REGULAR));
    scene.told(11, Event::enqueue(BOB, ClassId::REGULAR));
    scene.told(12, Event::OfferAccepted { token: token(1) });
    let told = scene.told(13, Event::BridgeFailed { token: token(1) });
    assert_eq!(
        told,
        [
            "agent 1 is paused until 22:13:38 (bridge failed)".to_owned(),
            format!(
                "call {} is back at the head of its class (bridge failed)",
                name(ANN)
            ),
        ]
    );
    assert_eq!(scene.queue.position(ANN, at(13)), Some(1));
    assert_eq!(scene.queue.waiting_since(ANN), Some(at(10)));
    // The back-off over, the head is offered again: with a new token.
    assert_eq!(scene.queue.wake_at(), Some(at(18)));
    assert!(
        scene.told(18, Event::Tick)[0]
            .starts_with("offer 2: call 0000000000000000000000000000000a")
    );
    // Nobody answers: the agent is on break, and no longer offered anything.
    let told = scene.told(38, Event::Tick);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        told[0].ends_with("(no answer in time)") && told[1].contains("on break until ready"),
        "{told:?}"
    );
    assert_eq!(scene.queue.agent_state(EVE), Some(AgentState::Break));
    assert_eq!(scene.queue.waiting(), 2);
}

#[test]
fn an_agent_on_the_line_gets_caller_after_caller() {
    let mut scene = Scene::new(Config::premium_and_regular());
    scene.told(0, Event::SignedIn(Agent::new(EVE).on_the_line()));
    assert_eq!(scene.queue.agent_state(EVE), Some(AgentState::Break));
    assert!(scene.told(1, Event::NextCaller { agent: EVE }).is_empty());
    assert!(scene.queue.offer_for(EVE).is_none());
    scene.told(5, Event::enqueue(ANN, ClassId::REGULAR));
    let offer = scene.queue.offer_for(EVE).unwrap();
    assert_eq!((offer.reach, offer.answer_by), (Reach::OnTheLine, at(65)));
    // Polling again repeats the offer with its token.
    let version = scene.queue.version();
    assert_eq!(scene.told(6, Event::NextCaller { agent: EVE }).len(), 1);
    assert_eq!(scene.queue.version(), version);
    for event in [
        Event::OfferAccepted { token: offer.token },
        Event::Bridged { token: offer.token },
        Event::CallEnded { token: offer.token },
    ] {
        scene.told(7, event);
    }
    scene.told(8, Event::enqueue(BOB, ClassId::REGULAR));
    assert_eq!(scene.queue.offer_for(EVE).unwrap().call, BOB);
}

#[test]
fn after_three_minutes_everyone_is_rung_and_the_first_has_the_call() {
    let mut scene = Scene::new(Config::premium_and_regular());
    // Eve talks, Fay is on break, Gus is signed out.
    scene.ready(0, &[EVE]);
    scene.told(0, Event::SignedIn(Agent::new(FAY)));
    scene.told(0, Event::AgentAdded(Agent::new(GUS)));
    scene.told(1, Event::enqueue(BOB, ClassId::REGULAR));
    scene.told(2, Event::OfferAccepted { token: token(1) });
    scene.told(3, Event::Bridged { token: token(1) });
    scene.told(10, Event::enqueue(ANN, ClassId::PREMIUM));
    let ann = name(ANN);
    assert_eq!(
        scene.told(190, Event::OverflowDue { call: ANN }),
        [
            format!(
                "offer 2: call {ann} to agent 2 (premium waited 180 s: everyone is rung, round 1)"
            ),
            format!(
                "offer 3: call {ann} to agent 3 (premium waited 180 s: everyone is rung, round 1)"
            ),
        ]
    );
    assert_eq!(
        scene.queue.call_state(ANN),
        Some(CallState::RingingEveryone { phones: 2 })
    );
    assert_eq!(
        scene.refused(191, Event::OverflowDue { call: ANN }),
        Refusal::NothingDue { call: ANN }
    );
    assert_eq!(
        scene.told(195, Event::OfferAccepted { token: token(3) }),
        [
            format!("cancel offer 2: call {ann} to agent 2 (taken by agent 3)"),
            format!("offer 3: connect call {ann} with agent 3"),
        ]
    );
    // The second to accept is told so, without effect.
    assert_eq!(
        scene.refused(195, Event::OfferAccepted { token: token(2) }),
        Refusal::StaleToken { token: token(2) }
    );
    assert_eq!(
        scene.refused(196, Event::OverflowDue { call: ANN }),
        Refusal::NotWaiting { call: ANN }
    );
    scene.told(196, Event::Bridged { token: token(3) });
    scene.told(260, Event::HungUp { call: ANN });
    assert_eq!(scene.queue.agent_state(FAY), Some(AgentState::Break));
    assert_eq!(scene.queue.agent_state(GUS), Some(AgentState::SignedOut));
}

#[test]
fn rounds_of_ringing_everyone() {
    let mut scene = Scene::new(Config::premium_and_regular());
    scene.told(0, Event::AgentAdded(Agent::new(GUS)));
    scene.told(0, Event::enqueue(ANN, ClassId::REGULAR));
    let ann = name(ANN);
    assert_eq!(scene.told(180, Event::OverflowDue { call: ANN }).len(), 1);
    // Nobody answers for 30 s; 30 s later the second round begins.
    assert_eq!(scene.queue.wake_at(), Some(at(210)));
    assert_eq!(
        scene.told(210, Event::Tick),
        [
            format!("cancel offer 1: call {ann} to agent 3 (no answer in time)"),
            format!("call {ann} is back at the head of its class (no answer in time)"),
        ]
    );
    assert_eq!(scene.queue.wake_at(), Some(at(240)));
    let told = scene.told(240, Event::Tick);
    assert_eq!(
        told,
        [format!(
            "offer 2: call {ann} to agent 3 (regular waited 240 s: everyone is rung, round 2)"
        )]
    );
    // Eve signs in during the round, and is rung too; a miss in it is nobody's fault.
    scene.ready(250, &[EVE]);
    assert_eq!(
        scene.queue.call_state(ANN),
        Some(CallState::RingingEveryone { phones: 2 })
    );
    let told = scene.told(270, Event::Tick);
    assert!(
        told.contains(&format!(
            "offer 4: call {ann} to agent 1 (regular: head of the line)"
        )),
        "{told:?}"
    );
}

#[test]
fn a_rep_who_is_gone_loses_the_offer_and_not_the_caller() {
    for accepted in [false, true] {
        let mut scene = Scene::new(Config::premium_and_regular());
        scene.ready(0, &[EVE, FAY]);
        scene.told(1, Event::enqueue(ANN, ClassId::REGULAR));
        if accepted {
            scene.told(2, Event::OfferAccepted { token: token(1) });
        }
        let told = scene.told(3, Event::SignedOut { agent: EVE });
        assert!(told[0].ends_with("(agent is gone)"), "{told:?}");
        assert!(
            told[2].starts_with("offer 2: ") && told[2].contains("to agent 2"),
            "{told:?}"
        );
    }
}

#[test]
fn break_pressed_during_a_call_is_honoured_after_it() {
    let config = Config::builder(["only"])
        .wrap_up(TimeDelta::seconds(15))
        .build()
        .unwrap();
    let mut scene = Scene::new(config);
    scene.ready(0, &[EVE]);
    scene.told(0, Event::enqueue(ANN, ClassId::new(0)));
    scene.told(1, Event::OfferAccepted { token: token(1) });
    scene.told(2, Event::Bridged { token: token(1) });
    scene.told(3, Event::Break { agent: EVE });
    assert_eq!(scene.queue.agent_state(EVE), Some(AgentState::Talking));
    scene.told(60, Event::CallEnded { token: token(1) });
    assert_eq!(scene.queue.agent_state(EVE), Some(AgentState::WrapUp));
    assert_eq!(scene.queue.wrap_up_ends_at(EVE), Some(at(75)));
    scene.told(61, Event::enqueue(BOB, ClassId::new(0)));
    assert!(scene.told(75, Event::Tick).is_empty());
    assert_eq!(scene.queue.wrap_up_ends_at(EVE), None);
    assert_eq!(scene.queue.agent_state(EVE), Some(AgentState::Break));
    assert_eq!(scene.told(80, Event::Ready { agent: EVE }).len(), 1);
}

#[test]
fn restart_returns_open_offers_to_the_head_and_leaves_talks_alone() {
    let mut scene = Scene::new(Config::premium_and_regular());
    scene.ready(0, &[EVE, FAY, GUS]);
    for (second, call) in [(1, ANN), (2, BOB), (3, CID)] {
        scene.told(second, Event::enqueue(call, ClassId::REGULAR));
    }
    scene.told(4, Event::OfferAccepted { token: token(1) });
    scene.told(4, Event::Bridged { token: token(1) });
    scene.told(5, Event::OfferAccepted { token: token(2) });
    let told = scene.told(6, Event::Restart);
    assert_eq!(
        told.iter()
            .filter(|line| line.ends_with("(restart)"))
            .count(),
        4,
        "{told:?}"
    );
    // Offered anew in order, with new tokens.
    assert_eq!(
        scene.queue.offer(token(4)).map(|(offer, _)| offer.call),
        Some(BOB)
    );
    assert_eq!(
        scene.queue.offer(token(5)).map(|(offer, _)| offer.call),
        Some(CID)
    );
    assert!(matches!(
        scene.queue.call_state(ANN),
        Some(CallState::Talking { .. })
    ));
}

#[test]
fn taking_a_caller_by_choice() {
    let mut scene = Scene::new(Config::premium_and_regular());
    scene.told(0, Event::SignedIn(Agent::new(EVE)));
    scene.told(0, Event::enqueue(ANN, ClassId::PREMIUM));
    scene.told(1, Event::enqueue(BOB, ClassId::REGULAR));
    let told = scene.told(
        2,
        Event::Take {
            agent: EVE,
            call: BOB,
        },
    );
    assert_eq!(
        told,
        [format!("offer 1: connect call {} with agent 1", name(BOB))]
    );
    assert!(matches!(
        scene.refused(
            3,
            Event::Take {
                agent: EVE,
                call: ANN
            }
        ),
        Refusal::AgentBusy { .. }
    ));
}

#[test]
fn a_caller_whose_phones_ring_is_taken_and_the_phones_stop() {
    let mut scene = Scene::new(Config::premium_and_regular());
    scene.ready(0, &[EVE]);
    scene.told(0, Event::SignedIn(Agent::new(FAY)));
    scene.told(0, Event::enqueue(ANN, ClassId::REGULAR));
    // Offered to Eve, who has not answered: Fay takes the call, and Eve is idle again.
    let take = Event::Take {
        agent: FAY,
        call: ANN,
    };
    let ann = name(ANN);
    assert_eq!(
        scene.told(1, take.clone()),
        [
            format!("cancel offer 1: call {ann} to agent 1 (taken by agent 2)"),
            format!("offer 2: connect call {ann} with agent 2"),
        ]
    );
    assert_eq!(scene.queue.agent_state(EVE), Some(AgentState::Ready));
    assert!(matches!(scene.refused(2, take), Refusal::AgentBusy { .. }));
    assert!(matches!(
        scene.refused(
            2,
            Event::Take {
                agent: EVE,
                call: ANN
            }
        ),
        Refusal::NotWaiting { .. }
    ));
}

#[test]
fn who_is_offered_one_caller_and_takes_another_leaves_the_first_in_line() {
    let mut scene = Scene::new(Config::premium_and_regular());
    scene.ready(0, &[EVE]);
    scene.told(0, Event::enqueue(ANN, ClassId::REGULAR));
    scene.told(1, Event::enqueue(BOB, ClassId::REGULAR));
    let (ann, bob) = (name(ANN), name(BOB));
    assert_eq!(
        scene.told(
            2,
            Event::Take {
                agent: EVE,
                call: BOB
            }
        ),
        [
            format!("cancel offer 1: call {ann} to agent 1 (agent took another caller)"),
            format!("offer 2: connect call {bob} with agent 1"),
            format!("call {ann} is back at the head of its class (agent took another caller)"),
        ]
    );
    assert_eq!(scene.queue.position(ANN, at(3)), Some(1));
}

#[test]
fn taking_the_caller_one_is_offered_accepts_the_offer() {
    let mut scene = Scene::new(Config::premium_and_regular());
    scene.ready(0, &[EVE]);
    scene.told(0, Event::enqueue(ANN, ClassId::REGULAR));
    let taken = scene.told(
        1,
        Event::Take {
            agent: EVE,
            call: ANN,
        },
    );
    assert_eq!(
        taken,
        [format!("offer 1: connect call {} with agent 1", name(ANN))]
    );
    let offers: Vec<_> = scene.queue.offers_to(EVE).collect();
    assert_eq!(offers.len(), 1);
    assert_eq!(
        (offers[0].0.call, offers[0].1),
        (ANN, OfferStage::Connecting)
    );
    assert_eq!(scene.queue.offers_to(FAY).count(), 0);
}

#[test]
fn a_transferred_caller_waits_anew_or_keeps_the_time() {
    let mut scene = Scene::new(Config::premium_and_regular());
    scene.ready(0, &[EVE]);
    scene.told(0, Event::enqueue(ANN, ClassId::REGULAR));
    scene.told(0, Event::OfferAccepted { token: token(1) });
    scene.told(0, Event::Bridged { token: token(1) });
    scene.told(10, Event::Break { agent: EVE });
    scene.told(20, Event::enqueue(BOB, ClassId::REGULAR));
    let event = Event::Transfer {
        token: token(1),
        class: ClassId::REGULAR,
        waiting_since: Some(at(0)),
    };
    scene.told(30, event);
    assert_eq!(scene.queue.position(ANN, at(30)), Some(1));
    assert_eq!(scene.queue.position(BOB, at(30)), Some(2));
    scene.told(
        31,
        Event::Reclassify {
            call: BOB,
            class: ClassId::PREMIUM,
        },
    );
    assert_eq!(scene.queue.position(BOB, at(31)), Some(1));
    assert_eq!(scene.queue.waiting_since(BOB), Some(at(20)));
}

#[test]
fn refusals_name_what_is_wrong() {
    let mut scene = Scene::new(Config::builder(["only"]).limit(1).build().unwrap());
    let class = ClassId::new(0);
    scene.told(0, Event::enqueue(ANN, class));
    for (event, text) in [
        (
            Event::enqueue(ANN, class),
            "call 0000000000000000000000000000000a is in the queue already",
        ),
        (Event::enqueue(BOB, class), "the queue is full: 1 callers"),
        (
            Event::enqueue(BOB, ClassId::new(3)),
            "class 3 is unknown: there are 1, numbered from 0",
        ),
        (
            Event::Ready { agent: EVE },
            "agent 1 is unknown: sign the agent in first",
        ),
        (
            Event::Bridged { token: token(9) },
            "offer 9 was never made: the last was 0",
        ),
        (
            Event::HungUp { call: BOB },
            "call 0000000000000000000000000000000b is not in the queue: it never joined, or has left",
        ),
    ] {
        assert_eq!(scene.refused(1, event).to_string(), text);
    }
}
