//! What the original component did, recorded from itself: the profile `compat` does the same, or a
//! test here is named for the difference.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use escalation_core::{
    CallerIds, Cause, Channel, ChannelPolicy, Delivery, Engine, EscalationStore, LatePolicy,
    LetterContent, MemoryStore, Notification, Notifier, Outcome, ProcessId, Profile, Reason,
    Received, Request, RequestId, Response, Run, StartRequest, Submitted, notifier_fn,
};
use futures::executor::block_on;
use serde_json::{Value, json};

const CASES: &str = include_str!("data/escalation-cases.json");

fn cases(section: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(CASES).unwrap();
    all[section].as_array().unwrap().clone()
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn id(text: &str) -> ProcessId {
    ProcessId::new(text).unwrap()
}

fn received(number: usize, body: &str) -> Received {
    Received::new(RequestId::new(format!("message-{number}")).unwrap(), body)
}

/// Records `process channel at` of each delivery.
#[derive(Clone, Default)]
struct Ledger(Arc<Mutex<Vec<String>>>);

impl Ledger {
    fn notifier(&self, outcome: fn(&Delivery) -> Outcome) -> Arc<dyn Notifier> {
        let lines = Arc::clone(&self.0);
        Arc::new(notifier_fn(move |delivery: Delivery| {
            let lines = Arc::clone(&lines);
            async move {
                let line = format!(
                    "{} {} {}",
                    delivery.process(),
                    delivery.channel(),
                    delivery.due_at().timestamp()
                );
                lines.lock().unwrap().push(line);
                outcome(&delivery)
            }
        }))
    }

    /// What was delivered since the last call, in alphabetical order.
    fn take(&self) -> Vec<String> {
        let mut lines = std::mem::take(&mut *self.0.lock().unwrap());
        lines.sort();
        lines
    }
}

fn delivered(_: &Delivery) -> Outcome {
    Outcome::Delivered(Response::None)
}

fn engine(ledger: &Ledger) -> Engine {
    let store = Arc::new(MemoryStore::new());
    ["phone", "email", "pubnub"]
        .iter()
        .fold(Engine::builder(store), |builder, channel| {
            builder.notifier(*channel, ledger.notifier(delivered))
        })
        .profile(Profile::compat())
        .build()
        .unwrap()
}

/// Starts a process in the words of the original.
async fn start(engine: &Engine, number: usize, process: &str, notifications: &[(&str, i64)]) {
    let notifications: Vec<Value> = notifications
        .iter()
        .map(|(channel, at)| json!({ "channel": channel, "at": at }))
        .collect();
    let body = json!({ "process-id": process, "action": "start", "notifications": notifications });
    let submitted = engine
        .submit(received(number, &body.to_string()), at(0))
        .await;
    assert!(
        matches!(submitted, Ok(Submitted::Started(_))),
        "{submitted:?}"
    );
}

/// What is kept of a process, in the form of the recording.
async fn stored(engine: &Engine, process: &str) -> Option<Value> {
    let snapshot = engine.process(&id(process)).await.unwrap()?;
    let earliest = snapshot.open.iter().map(|open| open.planned.due_at).min();
    let notifications: Vec<&Notification> = snapshot
        .open
        .iter()
        .map(|open| open.planned.notification.as_ref())
        .collect();
    Some(json!({
        "process-id": process,
        "at": earliest.map(|at| at.timestamp()),
        "notifications": notifications,
    }))
}

/// Cases where we keep what the original loses or refuse what it loses silently; the tests named
/// `…_r7` prove what we do.
const DEVIATIONS: [&str; 1] = ["id 41 chars"];

#[test]
fn every_recorded_intake_stores_the_same() {
    for case in cases("intake") {
        let name = case["case"].as_str().unwrap();
        if DEVIATIONS.contains(&name) {
            continue;
        }
        let engine = engine(&Ledger::default());
        block_on(async {
            let mut processes = Vec::new();
            for (number, body) in case["bodies"].as_array().unwrap().iter().enumerate() {
                let body = body.as_str().unwrap();
                engine.submit(received(number, body), at(0)).await.unwrap();
                let words: Option<Value> = serde_json::from_str(body).ok();
                let process =
                    words.and_then(|words| Some(words["process-id"].as_str()?.to_owned()));
                processes.extend(process);
            }
            processes.dedup();
            let mut found = Vec::new();
            for process in processes {
                found.extend(stored(&engine, &process).await);
            }
            assert_eq!(Value::from(found), case["stored"], "{name}");
        });
    }
}

#[test]
fn every_recorded_intake_is_confirmed_and_what_is_not_stored_is_a_dead_letter() {
    for case in cases("intake") {
        let name = case["case"].as_str().unwrap();
        let engine = engine(&Ledger::default());
        block_on(async {
            let bodies = case["bodies"].as_array().unwrap();
            let mut refused = 0;
            for (number, body) in bodies.iter().enumerate() {
                let body = body.as_str().unwrap();
                let submitted = engine.submit(received(number, body), at(0)).await.unwrap();
                refused += usize::from(matches!(submitted, Submitted::Rejected(_)));
            }
            assert_eq!(case["deleted_from_queue"], bodies.len(), "{name}");
            let letters = engine.store().dead_letters(None, 99).await.unwrap();
            assert_eq!(letters.len(), refused, "{name}");
        });
    }
}

#[test]
fn polling_one_process_delivers_each_notification_at_its_time() {
    let case = &cases("activate")[0];
    let ledger = Ledger::default();
    let engine = engine(&ledger);
    block_on(async {
        start(&engine, 0, "a", &[("phone", 1), ("phone", 2), ("phone", 3)]).await;
        for poll in case["polls"].as_array().unwrap() {
            let now = poll["now"].as_i64().unwrap();
            engine.run_once(at(now)).await.unwrap();
            let expected: Vec<String> = poll["delivered"]
                .as_array()
                .unwrap()
                .iter()
                .map(|at| format!("a phone {at}"))
                .collect();
            assert_eq!(ledger.take(), expected, "at {now}");
            let left = stored(&engine, "a")
                .await
                .map_or(Value::Null, |left| left["at"].clone());
            assert_eq!(left, poll["left_at"], "at {now}");
        }
    });
}

#[test]
fn a_late_poll_delivers_all_overdue_unless_the_late_policy_says_otherwise_a3() {
    let all = ["a phone 1", "a phone 2", "a phone 3"];
    for (late, expected) in [(LatePolicy::All, &all[..]), (LatePolicy::Last, &all[2..])] {
        let ledger = Ledger::default();
        let engine = Engine::builder(Arc::new(MemoryStore::new()))
            .notifier("phone", ledger.notifier(delivered))
            .channel("phone", ChannelPolicy::new().late(late))
            .profile(Profile::compat())
            .build()
            .unwrap();
        block_on(async {
            start(&engine, 0, "a", &[("phone", 1), ("phone", 2), ("phone", 3)]).await;
            engine.run_once(at(100)).await.unwrap();
            assert_eq!(ledger.take(), expected);
            assert_eq!(stored(&engine, "a").await, None);
        });
    }
}

#[test]
fn several_processes_and_channels_are_delivered_in_one_run() {
    let ledger = Ledger::default();
    let engine = engine(&ledger);
    block_on(async {
        start(&engine, 0, "a", &[("phone", 1), ("email", 1)]).await;
        start(&engine, 1, "b", &[("phone", 1), ("phone", 9)]).await;
        engine.run_once(at(5)).await.unwrap();
        assert_eq!(ledger.take(), ["a email 1", "a phone 1", "b phone 1"]);
        assert_eq!(stored(&engine, "a").await, None);
        assert_eq!(stored(&engine, "b").await.unwrap()["at"], 9);
    });
}

/// The original loses a request whose id or notifications are too long or badly typed for its
/// table. We keep what can be kept, and refuse the rest visibly.
#[test]
fn nothing_is_lost_for_its_length_or_its_types_r7() {
    let engine = engine(&Ledger::default());
    block_on(async {
        let case = cases("intake")
            .into_iter()
            .find(|case| case["case"] == DEVIATIONS[0])
            .unwrap();
        let body = case["bodies"][0].as_str().unwrap();
        let submitted = engine.submit(received(0, body), at(0)).await.unwrap();
        assert!(
            matches!(submitted, Submitted::Started(_)),
            "41 characters are kept"
        );

        let many: Vec<(&str, i64)> = (0..500).map(|second| ("phone", second)).collect();
        start(&engine, 1, "many", &many).await;
        let kept = engine.process(&id("many")).await.unwrap().unwrap();
        assert_eq!(kept.open.len(), 500, "the original keeps about 40");

        let long = format!(r#"{{"process-id":"{}","action":"stop"}}"#, "i".repeat(513));
        let huge = format!(
            r#"{{"process-id":"{}","action":"stop"}}"#,
            "i".repeat(10 << 20)
        );
        let wrong = [
            r#"{"process-id":5,"action":"start","notifications":[{"channel":"phone","at":1}]}"#,
            r#"{"process-id":"a","action":"start","notifications":[{"channel":"phone"}]}"#,
            r#"{"process-id":"a","action":"start","notifications":[{"channel":"phone","at":"1"}]}"#,
            r#"{"process-id":"a","action":"start","notifications":[{"channel":"phone","at":1e300}]}"#,
            &long,
            &huge,
        ];
        for (number, body) in wrong.iter().enumerate() {
            let submitted = engine
                .submit(received(10 + number, body), at(0))
                .await
                .unwrap();
            assert!(
                matches!(submitted, Submitted::Rejected(_)),
                "{number}: {submitted:?}"
            );
        }
        let letters = engine.store().dead_letters(None, 99).await.unwrap();
        assert_eq!(letters.len(), wrong.len());
        let LetterContent::Request { body, .. } = &letters[0].content else {
            panic!("not a request: {letters:?}");
        };
        assert_eq!(body, wrong[0].as_bytes(), "in its own words");
        assert_eq!(
            letters[0].reason,
            Reason::new(
                Cause::InvalidRequest,
                "`process-id` is 5: it must be a text"
            )
        );
    });
}

#[test]
fn a_fraction_of_a_second_is_rounded_up_r8() {
    let ledger = Ledger::default();
    let engine = engine(&ledger);
    block_on(async {
        let body = r#"{"process-id":"a","action":"start",
            "notifications":[{"channel":"phone","at":100.5},{"channel":"phone","at":-5}]}"#;
        engine.submit(received(0, body), at(0)).await.unwrap();
        engine.run_once(at(100)).await.unwrap();
        assert_eq!(ledger.take(), ["a phone -5"]);
        engine.run_once(at(101)).await.unwrap();
        assert_eq!(ledger.take(), ["a phone 101"]);
    });
}

/// The original polls a process that stop and start named again before its delivery ended, and
/// writes the old notifications over the new ones. Generations keep them apart.
#[test]
fn a_stop_and_new_start_during_a_delivery_keep_the_new_process_a12() {
    let store: Arc<dyn EscalationStore> = Arc::new(MemoryStore::new());
    let restarting = Arc::clone(&store);
    let ledger = Ledger::default();
    let lines = Arc::clone(&ledger.0);
    let engine = Engine::builder(store)
        .notifier(
            "phone",
            Arc::new(notifier_fn(move |delivery: Delivery| {
                let (store, lines) = (Arc::clone(&restarting), Arc::clone(&lines));
                async move {
                    let due = delivery.due_at().timestamp();
                    lines.lock().unwrap().push(due.to_string());
                    if due == 1 {
                        store
                            .stop(Run::current(delivery.process()), None, at(1))
                            .await
                            .unwrap();
                        let new = StartRequest::new(delivery.process().clone())
                            .notify(Notification::at(Channel::PHONE, at(500)));
                        store.start(new.plan(at(1)).unwrap(), at(1)).await.unwrap();
                    }
                    Outcome::Delivered(Response::None)
                }
            })),
        )
        .build()
        .unwrap();
    block_on(async {
        let old = StartRequest::new(id("a"))
            .notify(Notification::at(Channel::PHONE, at(1)))
            .notify(Notification::at(Channel::PHONE, at(9)));
        engine.start(&old, at(0)).await.unwrap();
        assert_eq!(engine.run_once(at(5)).await.unwrap(), Some(at(500)));
        engine.run_once(at(100)).await.unwrap();
        assert_eq!(ledger.take(), ["1"], "the old call at 9 is not made");
        engine.run_once(at(500)).await.unwrap();
        assert_eq!(ledger.take(), ["500"], "the new one is");
    });
}

/// The original removes a notification whose delivery failed.
#[test]
fn a_failed_delivery_is_made_again_a6() {
    let ledger = Ledger::default();
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier(
            "phone",
            ledger.notifier(|delivery| match delivery.attempt() {
                1 => Outcome::RetryAfter {
                    at_least: None,
                    reason: Reason::new(Cause::Throttled, "503"),
                },
                _ => delivered(delivery),
            }),
        )
        .profile(Profile::compat())
        .build()
        .unwrap();
    block_on(async {
        start(&engine, 0, "a", &[("phone", 1)]).await;
        let again = engine.run_once(at(1)).await.unwrap().unwrap();
        assert_eq!(engine.run_once(again).await.unwrap(), None);
        assert_eq!(ledger.take(), ["a phone 1", "a phone 1"]);
    });
}

/// In the original a notifier that throws makes every due notification of every channel be
/// delivered again, for as long as it throws.
#[test]
fn a_notifier_that_panics_touches_no_other_a7() {
    let ledger = Ledger::default();
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("phone", ledger.notifier(delivered))
        .notifier("pubnub", ledger.notifier(|_| panic!("no route to host")))
        .profile(Profile::compat())
        .build()
        .unwrap();
    block_on(async {
        start(&engine, 0, "a", &[("pubnub", 1), ("phone", 1)]).await;
        start(&engine, 1, "b", &[("phone", 2)]).await;
        let quiet = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let again = engine.run_once(at(5)).await.unwrap();
        std::panic::set_hook(quiet);
        assert_eq!(ledger.take(), ["a phone 1", "a pubnub 1", "b phone 2"]);
        assert!(
            again > Some(at(5)),
            "only the failed one is made again: {again:?}"
        );
        let left = engine.process(&id("a")).await.unwrap().unwrap();
        let channels: Vec<_> = left
            .open
            .iter()
            .map(|open| open.planned.notification.channel().clone())
            .collect();
        assert_eq!(channels, [Channel::PUBNUB]);
        assert_eq!(left.open[0].attempts, 1);
    });
}

/// The original delivers again what was delivered before a crash, and cannot tell. So may we, but
/// under the same key, and telling the notifier.
#[test]
fn a_crash_between_delivering_and_recording_is_a_known_doubt_a8() {
    let keys: Arc<Mutex<Vec<(String, bool)>>> = Arc::default();
    let seen = Arc::clone(&keys);
    let store: Arc<dyn EscalationStore> = Arc::new(MemoryStore::new());
    let notifier: Arc<dyn Notifier> = Arc::new(notifier_fn(move |delivery: Delivery| {
        let seen = Arc::clone(&seen);
        async move {
            let doubt = delivery.doubt() != escalation_core::Doubt::None;
            seen.lock()
                .unwrap()
                .push((delivery.key().to_string(), doubt));
            if delivery.attempt() == 1 {
                // Sent, and then the power fails.
                std::future::pending::<()>().await;
            }
            Outcome::Delivered(Response::None)
        }
    }));
    let engine = || {
        Engine::builder(Arc::clone(&store))
            .notifier("phone", Arc::clone(&notifier))
            .build()
            .unwrap()
    };
    block_on(async {
        let call = StartRequest::new(id("a")).notify(Notification::at(Channel::PHONE, at(1)));
        engine().start(&call, at(0)).await.unwrap();
        let crashed = engine();
        let mut run = std::pin::pin!(crashed.run_once(at(1)));
        let polled = std::future::poll_fn(|context| {
            std::task::Poll::Ready(run.as_mut().poll(context).is_pending())
        });
        assert!(polled.await);

        let lease_ends = engine().run_once(at(2)).await.unwrap().unwrap();
        assert_eq!(engine().run_once(lease_ends).await.unwrap(), None);
    });
    let keys = keys.lock().unwrap();
    assert_eq!(
        *keys,
        [("a/1/0".to_owned(), false), ("a/1/0".to_owned(), true)]
    );
}

/// The original logs and removes what no notifier serves.
#[test]
fn what_no_notifier_serves_is_a_dead_letter_a9() {
    let ledger = Ledger::default();
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("phone", ledger.notifier(delivered))
        .profile(Profile::compat())
        .build()
        .unwrap();
    block_on(async {
        start(&engine, 0, "a", &[("email", 1)]).await;
        engine.run_once(at(1)).await.unwrap();
        let letters = engine.store().dead_letters(None, 9).await.unwrap();
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].reason, Reason::new(Cause::NoNotifier, "email"));
    });
}

/// The original loses one of two channels that share a notifier.
#[test]
fn one_notifier_may_serve_two_channels_a10() {
    let ledger = Ledger::default();
    let shared = ledger.notifier(delivered);
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("phone", Arc::clone(&shared))
        .notifier("email", shared)
        .profile(Profile::compat())
        .build()
        .unwrap();
    block_on(async {
        start(&engine, 0, "a", &[("phone", 1), ("email", 1)]).await;
        engine.run_once(at(1)).await.unwrap();
    });
    assert_eq!(ledger.take(), ["a email 1", "a phone 1"]);
}

/// The original delivers everything twice if two runs overlap.
#[test]
fn overlapping_runs_deliver_once_a11() {
    let ledger = Ledger::default();
    let store: Arc<dyn EscalationStore> = Arc::new(MemoryStore::new());
    let engine = || {
        Engine::builder(Arc::clone(&store))
            .notifier("phone", ledger.notifier(delivered))
            .profile(Profile::compat())
            .concurrency(3)
            .build()
            .unwrap()
    };
    let (first, second) = (engine(), engine());
    block_on(async {
        for number in 0..20 {
            start(&first, number, &format!("p{number:02}"), &[("phone", 1)]).await;
        }
        let (one, two) = futures::future::join(first.run_once(at(1)), second.run_once(at(1))).await;
        one.unwrap();
        two.unwrap();
    });
    let expected: Vec<String> = (0..20)
        .map(|number| format!("p{number:02} phone 1"))
        .collect();
    assert_eq!(ledger.take(), expected);
}

/// The original takes the first prefix in the order of a hash map.
#[test]
fn the_longest_prefix_chooses_the_caller_id() {
    for case in cases("caller_id") {
        let ids: CallerIds = match case.get("registry_in_order") {
            Some(pairs) => pairs
                .as_array()
                .unwrap()
                .iter()
                .fold(CallerIds::new(), |ids, pair| {
                    ids.prefix(pair[0].as_str().unwrap(), pair[1].as_str().unwrap())
                }),
            None => serde_json::from_value(case["registry"].clone()).unwrap(),
        };
        let expected = case.get("from").unwrap_or(&case["ours_longest_prefix"]);
        let found = ids.for_number(case["to"].as_str().unwrap());
        assert_eq!(found, expected.as_str(), "{case}");
    }
}

#[test]
fn what_is_written_can_be_read_back() {
    let body = r#"{"action":"start","notifications":[{"at":1.5,"channel":"phone","note":{"a":[1,null]},"phone-number":"+1"}],"process-id":"a"}"#;
    let request = Request::parse(body.as_bytes(), &Profile::strict());
    assert!(request.is_err(), "strict wants whole seconds");
    let body = body.replace("1.5", "15");
    let request = Request::parse(body.as_bytes(), &Profile::strict()).unwrap();
    let written = request.to_json();
    let (left, right): (Value, Value) = (
        serde_json::from_str(&written).unwrap(),
        serde_json::from_str(&body).unwrap(),
    );
    assert_eq!(left, right);
    assert_eq!(
        Request::parse(written.as_bytes(), &Profile::strict()).unwrap(),
        request
    );
}
