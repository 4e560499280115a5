//! Each failure of the table on the front page that no other test is named for.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Cancelled, Canceller, Cause, Channel, ChannelPolicy, Check, Delivery, Doubt, Engine,
    EngineBuilder, InFlight, LetterContent, MAX_REQUEST_BYTES, MemorySource, MemoryStore,
    Notification, Outcome, ProcessId, Profile, Reason, Received, Reconciled, Reconciler, RequestId,
    Response, StartRequest, Started, Submitted, UnknownPolicy, Window, notifier_fn,
};
use futures::executor::block_on;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn id(text: &str) -> ProcessId {
    ProcessId::new(text).unwrap()
}

fn received(number: usize, body: impl Into<Vec<u8>>) -> Received {
    Received::new(RequestId::new(number.to_string()).unwrap(), body.into())
}

fn phone(outcome: impl Fn(&Delivery) -> Outcome + Send + Sync + 'static) -> EngineBuilder {
    let outcome = Arc::new(outcome);
    let phone = notifier_fn(move |delivery: Delivery| {
        let outcome = outcome(&delivery);
        async move { outcome }
    });
    Engine::builder(Arc::new(MemoryStore::new())).notifier("phone", Arc::new(phone))
}

/// A seam that panics for process `a`, whatever it is asked.
#[derive(Debug)]
struct Panicking;

#[async_trait::async_trait]
impl Reconciler for Panicking {
    async fn reconcile(&self, _: &Delivery) -> Reconciled {
        panic!("the host's own mistake")
    }
}

#[async_trait::async_trait]
impl Canceller for Panicking {
    async fn cancel(&self, _: &InFlight) -> Cancelled {
        panic!("the host's own mistake")
    }
}

fn panics_for_a(delivery: &Delivery) {
    assert!(delivery.process().as_str() != "a", "the host's own mistake");
}

/// What the host gives the engine may panic: the other processes do not notice (A7, for all seams).
#[test]
fn a_host_that_panics_in_any_seam_takes_no_other_delivery_with_it() {
    let start = |engine: &Engine, name: &str| {
        let call = Notification::at(Channel::PHONE, at(0)).to_phone_number("+1");
        let request = StartRequest::new(id(name)).notify(call);
        block_on(engine.start(&request, at(0))).unwrap();
    };
    let delivering = || phone(|_| Outcome::Delivered(Response::None));
    for engine in [
        delivering().precondition(|delivery: &Delivery| {
            panics_for_a(delivery);
            Check::Proceed
        }),
        delivering().window(|delivery: &Delivery, _: DateTime<Utc>| {
            panics_for_a(delivery);
            Window::Now
        }),
        phone(|delivery| {
            if delivery.process().as_str() == "a" {
                Outcome::Unknown(Cause::Timeout.into())
            } else {
                Outcome::Delivered(Response::None)
            }
        })
        .channel(
            "phone",
            ChannelPolicy::new().unknown(UnknownPolicy::Reconcile),
        )
        .reconciler("phone", Arc::new(Panicking))
        .canceller("phone", Arc::new(Panicking)),
    ] {
        let engine = engine.build().unwrap();
        start(&engine, "a");
        start(&engine, "b");
        block_on(engine.run_once(at(0))).unwrap();
        block_on(engine.run_once(at(60))).unwrap();
        assert!(
            block_on(engine.process(&id("b"))).unwrap().is_none(),
            "b is delivered"
        );
        // Nothing is lost: `a` is delivered, waits to be asked about again, or can be stopped.
        block_on(engine.stop(&id("a"), at(61))).unwrap();
    }
}

fn run_to_the_end(engine: &Engine, from: DateTime<Utc>) {
    let mut next = Some(from);
    while let Some(now) = next {
        next = block_on(engine.run_once(now)).unwrap();
    }
}

#[test]
fn a_notifier_that_fails_half_the_time_delivers_everything_in_the_end_and_once() {
    let delivered: Arc<Mutex<BTreeMap<String, u32>>> = Arc::default();
    let (seen, calls) = (Arc::clone(&delivered), AtomicU32::new(0));
    let engine = phone(move |delivery| {
        if calls.fetch_add(1, Ordering::Relaxed) % 2 == 0 {
            return Outcome::RetryAfter {
                at_least: None,
                reason: Cause::Throttled.into(),
            };
        }
        let mut seen = seen.lock().unwrap();
        *seen.entry(delivery.key().to_string()).or_default() += 1;
        Outcome::Delivered(Response::None)
    })
    .channel("phone", ChannelPolicy::new().max_attempts(50))
    .build()
    .unwrap();
    for number in 0..500 {
        let call = Notification::at(Channel::PHONE, at(number % 7));
        let request = StartRequest::new(id(&number.to_string())).notify(call);
        block_on(engine.start(&request, at(0))).unwrap();
    }
    run_to_the_end(&engine, at(0));
    let delivered = delivered.lock().unwrap();
    assert_eq!(delivered.len(), 500);
    assert!(delivered.values().all(|times| *times == 1));
    assert_eq!(engine.counts().dead, 0);
}

#[test]
fn poison_and_ten_megabytes_are_kept_visibly_and_hold_up_nobody() {
    let engine = phone(|_| Outcome::Delivered(Response::None))
        .build()
        .unwrap();
    let good = r#"{"process-id":"a","action":"start","notifications":
        [{"channel":"phone","at":1700000001,"phone-number":"+1"}]}"#;
    let unknown_channel = good.replace(r#""phone""#, r#""pigeon""#);
    let mut deep = vec![b'['; 100_000];
    deep.extend(vec![b']'; 100_000]);
    let source = MemorySource::new();
    let requests = [
        vec![0xff, 0xfe, 0x00],
        vec![b'{'; 10 << 20],
        deep,
        unknown_channel.into_bytes(),
        good.into(),
    ];
    for (number, body) in requests.into_iter().enumerate() {
        source.send(received(number, body));
    }
    let submitted = block_on(engine.intake(&source, at(0))).unwrap();
    let rejected = submitted
        .iter()
        .filter(|submitted| matches!(submitted, Submitted::Rejected(_)))
        .count();
    assert_eq!(rejected, 4);
    assert!(matches!(
        submitted.last(),
        Some(Submitted::Started(Started::Created(_)))
    ));
    let letters = block_on(engine.store().dead_letters(None, 9)).unwrap();
    let sizes: Vec<_> = letters
        .iter()
        .map(|letter| match &letter.content {
            LetterContent::Request { body, .. } => body.len(),
            other => panic!("not a request: {other:?}"),
        })
        .collect();
    assert_eq!(sizes[..3], [3, MAX_REQUEST_BYTES, 200_000]);
    let words = letters[3].reason.to_string();
    assert!(words.contains("pigeon"), "{words}");
}

#[test]
fn a_bad_number_is_a_dead_letter_that_says_so_and_touches_no_other() {
    let engine = phone(|delivery| match delivery.notification().phone_number() {
        Some(number) if number.starts_with('+') => Outcome::Delivered(Response::None),
        number => Outcome::Rejected(Reason::new(
            Cause::BadDestination,
            format!("{number:?} is no number"),
        )),
    })
    .profile(Profile::compat())
    .build()
    .unwrap();
    for (process, number) in [("good", "+385123"), ("bad", "nope"), ("empty", "")] {
        let call = Notification::at(Channel::PHONE, at(0)).to_phone_number(number);
        let request = StartRequest::new(id(process)).notify(call);
        block_on(engine.start(&request, at(0))).unwrap();
    }
    run_to_the_end(&engine, at(0));
    assert_eq!(engine.counts().delivered, 1);
    let letters = block_on(engine.store().dead_letters(None, 9)).unwrap();
    let words: Vec<_> = letters
        .iter()
        .map(|letter| letter.reason.to_string())
        .collect();
    let expected = [
        r#"bad destination: Some("nope") is no number"#,
        r#"bad destination: Some("") is no number"#,
    ];
    assert_eq!(words, expected);
}

#[test]
fn times_that_are_negative_past_or_in_year_9999_are_due_then() {
    let engine = phone(|_| Outcome::Delivered(Response::None))
        .profile(Profile::compat())
        .build()
        .unwrap();
    for (number, second) in ["-5", "0", "1699999999", "253402300799"].iter().enumerate() {
        let body = format!(
            r#"{{"process-id":"at {second}","action":"start","notifications":
                [{{"channel":"phone","at":{second},"phone-number":"+1"}}]}}"#
        );
        let submitted = block_on(engine.submit(received(number, body), at(0))).unwrap();
        assert!(matches!(submitted, Submitted::Started(Started::Created(_))));
    }
    let next = block_on(engine.run_once(at(0))).unwrap();
    assert_eq!(engine.counts().delivered, 3, "what is past is due at once");
    assert_eq!(next, DateTime::from_timestamp(253_402_300_799, 0));
    let explained = block_on(engine.explain(&id("at 253402300799"))).unwrap();
    let words = explained.unwrap().to_string();
    assert!(
        words.contains("9999-12-31 23:59:59 UTC  phone to +1"),
        "{words}"
    );
    assert!(block_on(engine.run_once(next.unwrap())).unwrap().is_none());
    assert_eq!(engine.counts().delivered, 4);
}

/// Without a timer there is nothing to compare the clock with: what `now` says is believed.
#[test]
fn runs_once_with_clocks_hours_apart_send_twice_only_what_was_in_doubt() {
    let sent: Arc<Mutex<Vec<(u32, Doubt)>>> = Arc::default();
    let seen = Arc::clone(&sent);
    let engine = phone(move |delivery| {
        let mut seen = seen.lock().unwrap();
        seen.push((delivery.attempt(), delivery.doubt()));
        Outcome::Delivered(Response::None)
    })
    .build()
    .unwrap();
    let request = [0, 3_600]
        .iter()
        .fold(StartRequest::new(id("a")), |request, second| {
            request.notify(Notification::at(Channel::PHONE, at(*second)))
        });
    block_on(async {
        engine.start(&request, at(0)).await.unwrap();
        engine.run_once(at(0) + TimeDelta::hours(5)).await.unwrap();
        engine.run_once(at(0) - TimeDelta::hours(5)).await.unwrap();
        engine.run_once(at(0)).await.unwrap();
        engine.run_once(at(7_200)).await.unwrap();
    });
    let once_each = [(1, Doubt::None), (1, Doubt::None)];
    assert_eq!(*sent.lock().unwrap(), once_each, "all at once, but once");
}

/// Who asks the other side about an attempt need not look further back than it can have begun.
#[test]
fn an_attempt_in_doubt_began_after_those_before_it_had_failed() {
    let asked: Arc<Mutex<Vec<DateTime<Utc>>>> = Arc::default();
    struct Asked(Arc<Mutex<Vec<DateTime<Utc>>>>);
    #[async_trait::async_trait]
    impl Reconciler for Asked {
        async fn reconcile(&self, delivery: &Delivery) -> Reconciled {
            let mut asked = self.0.lock().unwrap();
            asked.push(delivery.attempted_after());
            match asked.len() {
                // What was said of it since began no other.
                1 => Reconciled::AskAgain(Cause::Timeout.into()),
                _ => Reconciled::delivered(Response::None),
            }
        }
    }
    let engine = phone(|delivery| match delivery.attempt() {
        1 => Outcome::RetryAfter {
            at_least: None,
            reason: Cause::Busy.into(),
        },
        _ => Outcome::Unknown(Cause::Timeout.into()),
    })
    .channel(
        "phone",
        ChannelPolicy::new().unknown(UnknownPolicy::Reconcile),
    )
    .reconciler("phone", Arc::new(Asked(Arc::clone(&asked))))
    .build()
    .unwrap();
    let call = Notification::at(Channel::PHONE, at(0));
    block_on(engine.start(&StartRequest::new(id("a")).notify(call), at(0))).unwrap();
    // It is late by a minute.
    run_to_the_end(&engine, at(60));
    assert_eq!(*asked.lock().unwrap(), [at(60), at(60)]);
    assert_eq!(engine.counts().dead, 0);
}

/// It may have been delivered: that is asked for before anybody is told that it was not.
#[test]
fn what_became_of_the_last_attempt_is_asked_for_before_it_is_given_up() {
    struct Says(Reconciled);
    #[async_trait::async_trait]
    impl Reconciler for Says {
        async fn reconcile(&self, _: &Delivery) -> Reconciled {
            self.0.clone()
        }
    }
    for (said, attempts, dead) in [
        (Reconciled::delivered(Response::None), 1, 0),
        (Reconciled::AskAgain(Cause::Timeout.into()), 1, 1),
        // That attempt was none, so there is one more.
        (Reconciled::NeverSent, 2, 1),
    ] {
        let policy = ChannelPolicy::new()
            .max_attempts(1)
            .unknown(UnknownPolicy::Reconcile);
        let engine = phone(|_| Outcome::Unknown(Cause::Timeout.into()))
            .channel("phone", policy)
            .reconciler("phone", Arc::new(Says(said.clone())))
            .build()
            .unwrap();
        let call = Notification::at(Channel::PHONE, at(0));
        block_on(engine.start(&StartRequest::new(id("a")).notify(call), at(0))).unwrap();
        run_to_the_end(&engine, at(0));
        let counts = engine.counts();
        assert_eq!((counts.attempts, counts.dead), (attempts, dead), "{said:?}");
    }
}
