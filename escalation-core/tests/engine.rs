//! The engine delivers what is due, once, and not what was stopped or whose reason is gone.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    BuildError, Cause, Channel, ChannelPolicy, Check, ClosedWindow, Delivery, Engine,
    EngineBuilder, LatePolicy, LetterContent, MemoryStore, Notification, Notifier, Outcome,
    ProcessId, Reason, Response, StartRequest, Started, Stopped, Window, notifier_fn,
};
use futures::executor::block_on;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn id(text: &str) -> ProcessId {
    ProcessId::new(text).unwrap()
}

fn overflow(process: &str, seconds: &[i64]) -> StartRequest {
    seconds
        .iter()
        .fold(StartRequest::new(id(process)), |request, second| {
            let channel = Channel::new("overflow").unwrap();
            request.notify(Notification::at(channel, at(*second)))
        })
}

/// Records each delivery as `process@attempt`, and answers what it is told.
#[derive(Clone, Default)]
struct Recorder {
    seen: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    fn answering(
        &self,
        outcome: impl Fn(&Delivery) -> Outcome + Send + Sync + Clone + 'static,
    ) -> Arc<dyn Notifier> {
        let seen = Arc::clone(&self.seen);
        Arc::new(notifier_fn(move |delivery: Delivery| {
            let (seen, outcome) = (Arc::clone(&seen), outcome.clone());
            async move {
                let line = format!("{}@{}", delivery.process(), delivery.attempt());
                seen.lock().unwrap().push(line);
                outcome(&delivery)
            }
        }))
    }

    fn delivering(&self) -> Arc<dyn Notifier> {
        self.answering(|_| Outcome::Delivered(Response::None))
    }

    fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

fn engine() -> EngineBuilder {
    Engine::builder(Arc::new(MemoryStore::new()))
}

#[test]
fn a_notification_is_delivered_once_when_it_is_due() {
    let recorder = Recorder::default();
    let engine = engine()
        .notifier("overflow", recorder.delivering())
        .build()
        .unwrap();
    block_on(async {
        let started = engine
            .start(&overflow("call", &[180, 300]), at(0))
            .await
            .unwrap();
        assert!(matches!(started, Started::Created(_)));
        assert_eq!(engine.run_once(at(179)).await.unwrap(), Some(at(180)));
        assert_eq!(recorder.seen(), [""; 0]);
        assert_eq!(engine.run_once(at(180)).await.unwrap(), Some(at(300)));
        assert_eq!(recorder.seen(), ["call@1"]);
        assert_eq!(engine.run_once(at(300)).await.unwrap(), None);
        assert_eq!(recorder.seen(), ["call@1"]);
        assert_eq!(engine.run_once(at(9_999)).await.unwrap(), None);
        assert_eq!(recorder.seen(), [""; 0]);
    });
    assert_eq!(engine.counts().delivered, 2);
}

#[test]
fn nothing_is_delivered_after_a_stop() {
    let recorder = Recorder::default();
    let engine = engine()
        .notifier("overflow", recorder.delivering())
        .build()
        .unwrap();
    block_on(async {
        engine
            .start(&overflow("call", &[180]), at(0))
            .await
            .unwrap();
        let stopped = engine.stop(&id("call"), at(100)).await.unwrap();
        assert!(matches!(stopped, Stopped::Ended { cancelled: 1, .. }));
        assert_eq!(engine.run_once(at(180)).await.unwrap(), None);
    });
    assert_eq!(recorder.seen(), [""; 0]);
}

#[test]
fn the_precondition_is_asked_at_the_moment_of_delivery() {
    let recorder = Recorder::default();
    let queued = Arc::new(Mutex::new(vec!["waiting".to_owned()]));
    let known = Arc::clone(&queued);
    let engine = engine()
        .notifier("overflow", recorder.delivering())
        .precondition(move |delivery: &Delivery| {
            let queued = known.lock().unwrap();
            if queued.iter().any(|id| id == delivery.process().as_str()) {
                Check::Proceed
            } else {
                Check::End
            }
        })
        .build()
        .unwrap();
    block_on(async {
        for call in ["waiting", "answered"] {
            engine
                .start(&overflow(call, &[180, 360]), at(0))
                .await
                .unwrap();
        }
        assert_eq!(engine.run_once(at(180)).await.unwrap(), Some(at(360)));
        assert_eq!(recorder.seen(), ["waiting@1"]);
        assert_eq!(engine.process(&id("answered")).await.unwrap(), None);
        queued.lock().unwrap().clear();
        assert_eq!(engine.run_once(at(360)).await.unwrap(), None);
        assert_eq!(recorder.seen(), [""; 0]);
    });
}

#[test]
fn a_precondition_that_cannot_tell_is_asked_again() {
    let recorder = Recorder::default();
    let engine = engine()
        .notifier("overflow", recorder.delivering())
        .precondition(|_: &Delivery| Check::AskAgainAt(at(200)))
        .build()
        .unwrap();
    block_on(async {
        engine
            .start(&overflow("call", &[180]), at(0))
            .await
            .unwrap();
        assert_eq!(engine.run_once(at(180)).await.unwrap(), Some(at(200)));
        // It answers a time that has come: the run must end all the same.
        let next = engine.run_once(at(200)).await.unwrap();
        assert_eq!(next, Some(at(200) + TimeDelta::milliseconds(1)));
    });
    assert_eq!(recorder.seen(), [""; 0]);
    assert_eq!(engine.counts().attempts, 0);
}

#[test]
fn a_closed_window_defers_and_an_unknown_one_does_not() {
    let recorder = Recorder::default();
    let engine = engine()
        .notifier("overflow", recorder.delivering())
        .window(
            |delivery: &Delivery, now: DateTime<Utc>| match delivery.process().as_str() {
                "deferred" if now < at(500) => Window::NotBefore(at(500)),
                "never" => Window::Never,
                "unknown" => Window::Unknown,
                _ => Window::Now,
            },
        )
        .build()
        .unwrap();
    block_on(async {
        for call in ["deferred", "never", "unknown"] {
            engine.start(&overflow(call, &[10]), at(0)).await.unwrap();
        }
        assert_eq!(engine.run_once(at(10)).await.unwrap(), Some(at(500)));
        assert_eq!(recorder.seen(), ["unknown@1"]);
        assert_eq!(engine.run_once(at(500)).await.unwrap(), None);
        assert_eq!(recorder.seen(), ["deferred@1"]);
        let letters = engine.store().dead_letters(None, 9).await.unwrap();
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].reason.cause(), Cause::WindowClosed);
    });
}

#[test]
fn a_failed_attempt_is_made_again_until_they_are_used_up() {
    let recorder = Recorder::default();
    let busy = |_: &Delivery| Outcome::RetryAfter {
        at_least: None,
        reason: Reason::new(Cause::Busy, "486"),
    };
    let engine = engine()
        .notifier("overflow", recorder.answering(busy))
        .channel("overflow", ChannelPolicy::new().max_attempts(3))
        .build()
        .unwrap();
    block_on(async {
        engine.start(&overflow("call", &[0]), at(0)).await.unwrap();
        let mut next = Some(at(0));
        let mut waits = Vec::new();
        while let Some(now) = next {
            next = engine.run_once(now).await.unwrap();
            waits.extend(next.map(|next| (next - now).num_seconds()));
        }
        assert_eq!(recorder.seen(), ["call@1", "call@2", "call@3"]);
        assert!((15..17).contains(&waits[0]), "{waits:?}");
        assert!((30..34).contains(&waits[1]), "{waits:?}");
        let letters = engine.store().dead_letters(None, 9).await.unwrap();
        assert_eq!(letters[0].reason.cause(), Cause::AttemptsExhausted);
        let LetterContent::Notification { history, .. } = &letters[0].content else {
            panic!("not a notification: {letters:?}");
        };
        let numbers: Vec<u32> = history.iter().map(|attempt| attempt.number).collect();
        assert_eq!(numbers, [1, 2, 3]);
    });
}

#[test]
fn an_engine_without_anything_that_delivers_is_refused() {
    let refused = engine()
        .channel("phone", ChannelPolicy::new())
        .build()
        .unwrap_err();
    assert_eq!(
        refused,
        BuildError::NoNotifier {
            channel: "phone".into()
        }
    );
    let recorder = Recorder::default();
    let refused = engine().notifier(" ", recorder.delivering()).build();
    assert!(matches!(refused, Err(BuildError::Channel(_))));
}

/// Neither sent nor lost: each way of being passed over is counted as such, and as nothing else.
#[test]
fn what_is_not_sent_for_a_reason_is_counted_as_skipped() {
    let recorder = Recorder::default();
    let last = ChannelPolicy::new()
        .late(LatePolicy::Last)
        .closed_window(ClosedWindow::Skip);
    let engine = engine()
        .notifier("overflow", recorder.delivering())
        .channel("overflow", last)
        .precondition(|delivery: &Delivery| match delivery.process().as_str() {
            "gone" => Check::Skip,
            "answered" => Check::End,
            _ => Check::Proceed,
        })
        .window(
            |delivery: &Delivery, _: DateTime<Utc>| match delivery.process().as_str() {
                "closed" => Window::Never,
                _ => Window::Now,
            },
        )
        .build()
        .unwrap();
    for (call, seconds, now, skipped, delivered) in [
        ("gone", &[10][..], at(10), 1, 0),
        ("answered", &[10], at(10), 1, 0),
        ("closed", &[10], at(10), 1, 0),
        ("late", &[10, 20, 30], at(600), 2, 1),
        ("in time", &[700], at(700), 0, 1),
    ] {
        let before = engine.counts();
        block_on(engine.start(&overflow(call, seconds), at(0))).unwrap();
        block_on(engine.run_once(now)).unwrap();
        let after = engine.counts();
        let counted = (
            after.skipped - before.skipped,
            after.delivered - before.delivered,
            after.dead,
        );
        assert_eq!(counted, (skipped, delivered, 0), "{call}");
    }
}
