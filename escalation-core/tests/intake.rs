//! A request is confirmed to its source only after its effect is committed, and its redelivery
//! changes nothing (what the original does wrong: R11, R12 and R13 of the recorded behaviour).
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use escalation_core::{
    Delivery, Engine, Held, IntakeError, MemoryStore, Outcome, ProcessId, Profile, Received,
    RequestId, RequestSource, Response, SourceError, Started, Stopped, Submitted, notifier_fn,
};
use futures::executor::block_on;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn start(process: &str, second: i64) -> String {
    format!(
        r#"{{"process-id":"{process}","action":"start","notifications":[{{"channel":"phone","at":{second}}}]}}"#
    )
}

fn stop(process: &str) -> String {
    format!(r#"{{"process-id":"{process}","action":"stop"}}"#)
}

fn engine() -> Engine {
    let phone = notifier_fn(|_: Delivery| async { Outcome::Delivered(Response::None) });
    Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("phone", Arc::new(phone))
        .profile(Profile::compat())
        .build()
        .unwrap()
}

/// A queue in batches of three that forgets a confirmation if it is told to.
#[derive(Debug, Default)]
struct Queue {
    messages: Mutex<VecDeque<Received>>,
    confirmed: Mutex<Vec<RequestId>>,
    confirmations_fail: bool,
}

impl Queue {
    fn of(bodies: &[String]) -> Self {
        let messages = bodies.iter().enumerate().map(|(number, body)| {
            let id = RequestId::new(format!("m{number}")).unwrap();
            Received::new(id, body.as_str())
        });
        Self {
            messages: Mutex::new(messages.collect()),
            ..Self::default()
        }
    }
}

#[async_trait]
impl RequestSource for Queue {
    async fn receive(&self) -> Result<Vec<Received>, SourceError> {
        let messages = self.messages.lock().unwrap();
        Ok(messages.iter().take(3).cloned().collect())
    }

    async fn confirm(&self, request: &RequestId) -> Result<(), SourceError> {
        if self.confirmations_fail {
            return Err(SourceError::new("connection lost"));
        }
        self.messages
            .lock()
            .unwrap()
            .retain(|message| message.id != *request);
        self.confirmed.lock().unwrap().push(request.clone());
        Ok(())
    }
}

#[test]
fn requests_are_handled_in_order_until_there_are_none_r3_r13() {
    let bodies: Vec<String> = (0..10)
        .flat_map(|number| [start("a", number), stop("a")])
        .chain([start("a", 77)])
        .collect();
    let (queue, engine) = (Queue::of(&bodies), engine());
    block_on(async {
        let submitted = engine.intake(&queue, at(0)).await.unwrap();
        assert_eq!(submitted.len(), 21);
        assert_eq!(queue.confirmed.lock().unwrap().len(), 21);
        assert_eq!(engine.run_once(at(50)).await.unwrap(), Some(at(77)));
    });
}

#[test]
fn an_unconfirmed_request_is_not_lost_r11() {
    let mut queue = Queue::of(&[start("a", 5), "{oops".into()]);
    queue.confirmations_fail = true;
    let engine = engine();
    block_on(async {
        let failed = engine.intake(&queue, at(0)).await;
        assert!(matches!(failed, Err(IntakeError::Source(_))), "{failed:?}");
        assert_eq!(
            queue.messages.lock().unwrap().len(),
            2,
            "all are still there"
        );
        queue.confirmations_fail = false;
        let submitted = engine.intake(&queue, at(1)).await.unwrap();
        assert_eq!(submitted[0], Submitted::Started(Started::DuplicateRequest));
        assert!(matches!(submitted[1], Submitted::Rejected(_)));
        assert_eq!(engine.store().dead_letters(None, 9).await.unwrap().len(), 1);
    });
}

#[test]
fn a_redelivered_start_does_not_revive_an_ended_process_r12() {
    let engine = engine();
    let message = || Received::new(RequestId::new("m1").unwrap(), start("a", 5));
    block_on(async {
        engine.submit(message(), at(0)).await.unwrap();
        assert_eq!(
            engine.run_once(at(5)).await.unwrap(),
            None,
            "delivered, ended"
        );
        let again = engine.submit(message(), at(60)).await.unwrap();
        assert_eq!(again, Submitted::Started(Started::DuplicateRequest));
        assert_eq!(engine.run_once(at(60)).await.unwrap(), None);
    });
    assert_eq!(engine.counts().delivered, 1);
}

/// Acknowledge, snooze, reopen and resolve come over the wire too, each once however often it comes.
#[test]
fn what_people_do_comes_over_the_wire() {
    let engine = engine();
    let submit = |number: &str, action: &str, now: i64| {
        let until = if action == "snooze" {
            r#","for":60"#
        } else {
            ""
        };
        let body = format!(r#"{{"version":2,"process-id":"a","action":"{action}"{until}}}"#);
        let request = Received::new(RequestId::new(number).unwrap(), body.into_bytes());
        block_on(engine.submit(request, at(now))).unwrap()
    };
    let held = |submitted: &Submitted| matches!(submitted, Submitted::Held(Held::Changed { .. }));
    let due = || {
        let due = block_on(engine.store().next_due()).unwrap();
        due.map(|due| (due - at(0)).num_seconds())
    };
    let first = Received::new(RequestId::new("0").unwrap(), start("a", 100).into_bytes());
    block_on(engine.submit(first, at(0))).unwrap();
    assert!(held(&submit("1", "acknowledge", 10)));
    assert_eq!(due(), None, "until somebody says more");
    assert!(held(&submit("2", "reopen", 30)));
    assert_eq!(due(), Some(120));
    assert!(held(&submit("3", "snooze", 40)));
    assert_eq!(due(), Some(100), "the end of the snooze");
    assert!(held(&submit("4", "reopen", 50)));
    let again = submit("3", "snooze", 55);
    assert_eq!(again, Submitted::Held(Held::DuplicateRequest));
    assert_eq!(due(), Some(130));
    let resolved = submit("5", "resolve", 60);
    assert!(matches!(
        resolved,
        Submitted::Stopped(Stopped::Ended { .. })
    ));
    assert_eq!(submit("6", "snooze", 70), Submitted::Held(Held::NotRunning));
}

#[test]
fn stopping_what_does_not_run_is_no_error_r2() {
    let engine = engine();
    block_on(async {
        let message = Received::new(RequestId::new("m1").unwrap(), stop("nobody"));
        let submitted = engine.submit(message, at(0)).await.unwrap();
        assert_eq!(submitted, Submitted::Stopped(Stopped::NotRunning));
        let id = ProcessId::new("nobody").unwrap();
        assert_eq!(engine.process(&id).await.unwrap(), None);
    });
}

/// Whoever is told that a request was refused may correct it, or the service, and send it again
/// under its name: it is not taken for a repetition, and lost.
#[test]
fn a_refused_request_can_be_corrected_under_its_name() {
    let engine = engine();
    let submit = |body: &str| {
        let request = Received::new(RequestId::new("m1").unwrap(), body.as_bytes());
        block_on(engine.submit(request, at(0))).unwrap()
    };
    for _ in 0..2 {
        assert!(matches!(submit("{oops"), Submitted::Rejected(_)));
    }
    let corrected = submit(&start("a", 5));
    assert!(
        matches!(corrected, Submitted::Started(Started::Created(_))),
        "{corrected:?}"
    );
    let again = submit(&start("a", 5));
    assert_eq!(again, Submitted::Started(Started::DuplicateRequest));
    let letters = block_on(engine.store().dead_letters(None, 9)).unwrap();
    assert_eq!(letters.len(), 1, "kept once, however often it came");
}
