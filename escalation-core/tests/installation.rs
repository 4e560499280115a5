//! Keys of two stores behind one sender are unlike, and those of one store stay what they are.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use escalation_core::{
    Cancelled, Canceller, Channel, Delivery, Engine, InFlight, Installation, MemoryStore,
    Notification, Outcome, ProcessId, Response, StartRequest, Started, Stopped, notifier_fn,
};
use futures::executor::block_on;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

/// The other side: delivers what has a key that it has not seen.
#[derive(Debug, Clone, Default)]
struct Receiver(Arc<Mutex<BTreeSet<String>>>);

#[derive(Debug, Default)]
struct HungUp(Mutex<Vec<String>>);

#[async_trait::async_trait]
impl Canceller for HungUp {
    async fn cancel(&self, attempt: &InFlight) -> Cancelled {
        self.0.lock().unwrap().push(attempt.key().to_string());
        Cancelled::Cancelled
    }
}

/// A database that is created anew, with what it delivers to.
fn deliver(receiver: &Receiver, installation: Option<&str>) {
    let seen = receiver.clone();
    let webhook = notifier_fn(move |delivery: Delivery| {
        seen.0.lock().unwrap().insert(delivery.key().to_string());
        async { Outcome::Delivered(Response::None) }
    });
    let mut engine =
        Engine::builder(Arc::new(MemoryStore::new())).notifier("phone", Arc::new(webhook));
    if let Some(installation) = installation {
        engine = engine.installation(installation.parse().unwrap());
    }
    let engine = engine.build().unwrap();
    let request = StartRequest::new(ProcessId::new("order-7").unwrap())
        .notify(Notification::at(Channel::PHONE, at(0)));
    block_on(engine.start(&request, at(0))).unwrap();
    block_on(engine.run_once(at(0))).unwrap();
}

#[test]
fn a_database_created_anew_repeats_no_key_if_its_installation_is_new() {
    let receiver = Receiver::default();
    deliver(&receiver, Some("first"));
    deliver(&receiver, Some("second"));
    let keys = receiver.0.lock().unwrap().clone();
    assert_eq!(
        keys.into_iter().collect::<Vec<_>>(),
        ["first/order-7/1/0", "second/order-7/1/0"]
    );
}

/// What the installation is for.
#[test]
fn without_an_installation_a_database_created_anew_repeats_its_keys() {
    let receiver = Receiver::default();
    deliver(&receiver, None);
    deliver(&receiver, None);
    let keys = receiver.0.lock().unwrap().clone();
    assert_eq!(keys.into_iter().collect::<Vec<_>>(), ["order-7/1/0"]);
}

#[test]
fn whoever_cancels_hears_the_key_that_was_delivered() {
    let hung_up = Arc::new(HungUp::default());
    let rung: Arc<Mutex<Vec<String>>> = Arc::default();
    let ringing = Arc::clone(&rung);
    let rings = notifier_fn(move |delivery: Delivery| {
        ringing.lock().unwrap().push(delivery.key().to_string());
        std::future::pending::<Outcome>()
    });
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("phone", Arc::new(rings))
        .canceller("phone", Arc::clone(&hung_up) as Arc<dyn Canceller>)
        .installation(Installation::new("hotel-7").unwrap())
        .build()
        .unwrap();
    let process = ProcessId::new("a").unwrap();
    let request = |second| {
        StartRequest::new(process.clone()).notify(Notification::at(Channel::PHONE, at(second)))
    };
    block_on(async {
        engine.start(&request(0), at(0)).await.unwrap();
        let mut run = std::pin::pin!(engine.run_once(at(0)));
        let polled = std::future::poll_fn(|context| {
            std::task::Poll::Ready(run.as_mut().poll(context).is_pending())
        });
        assert!(polled.await, "it rings");
        let replacing = request(0).if_running(escalation_core::IfRunning::Replace);
        let replaced = engine.start(&replacing, at(1)).await.unwrap();
        let Started::Replaced { in_flight, .. } = replaced else {
            panic!("it ran: {replaced:?}");
        };
        assert_eq!(in_flight[0].key().as_str(), "hotel-7/a/1/0");
        let stopped = engine.stop(&process, at(2)).await.unwrap();
        assert!(matches!(stopped, Stopped::Ended { .. }), "{stopped:?}");
    });
    assert_eq!(*rung.lock().unwrap(), *hung_up.0.lock().unwrap());
    assert_eq!(*rung.lock().unwrap(), ["hotel-7/a/1/0"]);
}

#[test]
fn a_name_that_a_header_could_not_carry_is_refused() {
    for name in [
        "",
        "a/b",
        "a b",
        "gr\u{fc}n",
        "a\r\nX-Evil: 1",
        &"x".repeat(65),
    ] {
        let refused = Installation::new(name).unwrap_err();
        assert!(refused.to_string().contains("cannot name an installation"));
    }
    assert!(Installation::new("x".repeat(64)).is_ok());
    assert!(Installation::new("7f4d-A.b_c").is_ok());
}
