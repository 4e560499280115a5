//! What an engine tells through `tracing`: enough to follow each notification, and neither numbers nor
//! words of people.
#![cfg(feature = "tracing")]
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::fmt;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Cause, Channel, ChannelPolicy, Delivery, Engine, EscalationStore, MemoryStore, Notification,
    Outcome, ProcessId, Reason, Received, RequestId, StartRequest, Timer, VirtualTimer,
    notifier_fn,
};
use futures::executor::block_on;
use tracing::field::{Field, Visit};
use tracing::span;
use tracing::subscriber::with_default;

/// A subscriber that writes everything down: events with the spans they are in.
#[derive(Clone, Default)]
struct Book(Arc<Mutex<Pages>>);

#[derive(Default)]
struct Pages {
    lines: Vec<String>,
    spans: Vec<String>,
    entered: Vec<usize>,
}

struct Words(String);

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        use fmt::Write;
        let before = if self.0.is_empty() { "" } else { " " };
        let written = if field.name() == "message" {
            write!(self.0, "{before}{value:?}")
        } else {
            write!(self.0, "{before}{}={value:?}", field.name())
        };
        written.unwrap();
    }
}

impl tracing::Subscriber for Book {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        let mut words = Words(String::new());
        span.record(&mut words);
        let mut pages = self.0.lock().unwrap();
        pages
            .spans
            .push(format!("{}[{}]", span.metadata().name(), words.0));
        span::Id::from_u64(pages.spans.len() as u64)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut words = Words(String::new());
        event.record(&mut words);
        let mut pages = self.0.lock().unwrap();
        let within = pages
            .entered
            .last()
            .map_or(String::new(), |span| format!("{} ", pages.spans[*span]));
        let line = format!("{} {within}{}", event.metadata().level(), words.0);
        pages.lines.push(line);
    }

    fn enter(&self, span: &span::Id) {
        let index = span.into_u64() as usize - 1;
        self.0.lock().unwrap().entered.push(index);
    }

    fn exit(&self, _: &span::Id) {
        self.0.lock().unwrap().entered.pop();
    }
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

/// What is told while that is done.
fn told(done: impl FnOnce()) -> Vec<String> {
    let book = Book::default();
    with_default(book.clone(), done);
    let mut pages = book.0.lock().unwrap();
    std::mem::take(&mut pages.lines)
}

fn engine(store: Arc<dyn EscalationStore>) -> Engine {
    let phone = notifier_fn(|delivery: Delivery| async move {
        tracing::info!("ringing");
        match delivery.attempt() {
            1 => Outcome::RetryAfter {
                at_least: None,
                reason: Reason::new(Cause::Busy, "+385123 of Ana is busy"),
            },
            _ => Outcome::Unknown(Reason::new(Cause::Timeout, "+385123 of Ana rang on")),
        }
    });
    Engine::builder(store)
        .notifier("phone", Arc::new(phone))
        .channel("phone", ChannelPolicy::new().max_attempts(2))
        .build()
        .unwrap()
}

#[test]
fn a_notification_can_be_followed_from_its_start_to_its_dead_letter() {
    let lines = told(|| {
        let engine = engine(Arc::new(MemoryStore::new()));
        let call = Notification::at(Channel::PHONE, at(0))
            .to_phone_number("+385123")
            .with("guest", "Ana")
            .unwrap();
        let request = StartRequest::new(ProcessId::new("order-7").unwrap()).notify(call);
        block_on(engine.start(&request, at(0))).unwrap();
        let mut next = Some(at(0));
        while let Some(now) = next {
            next = block_on(engine.run_once(now)).unwrap();
        }
    });
    let attempt = |number| {
        format!(
            "attempt[process=order-7 generation=1 sequence=0 channel=phone attempt={number} \
             together=1]"
        )
    };
    let (first, second) = (attempt(1), attempt(2));
    let expected = [
        "INFO started process=order-7 generation=1",
        "DEBUG claimed notifications=1",
        &format!("INFO {first} begun"),
        &format!("INFO {first} ringing"),
        &format!("WARN {first} failed cause=busy rejected=false"),
        "INFO again process=order-7 generation=1 sequence=0 at=",
        "DEBUG claimed notifications=1",
        &format!("INFO {second} begun"),
        &format!("INFO {second} ringing"),
        &format!("WARN {second} unknown cause=no answer in time"),
        "ERROR dead letter process=order-7 generation=1 sequence=0 cause=all attempts used up",
    ];
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line} is not {expected}");
        for secret in ["+385123", "Ana"] {
            assert!(!line.contains(secret), "{line} tells {secret}");
        }
    }
}

#[test]
fn a_refused_request_is_told_without_its_words() {
    let lines = told(|| {
        let engine = engine(Arc::new(MemoryStore::new()));
        let body = br#"{"action": "start", "phone-number": "+385123"}"#;
        let request = Received::new(RequestId::new("message-1").unwrap(), body.to_vec());
        block_on(engine.submit(request, at(0))).unwrap();
    });
    assert_eq!(
        lines,
        ["WARN request rejected request=message-1 cause=invalid request"]
    );
}

#[test]
fn a_clock_that_jumps_is_told_with_how_far() {
    let lines = told(|| {
        let engine = engine(Arc::new(MemoryStore::new()));
        let timer = VirtualTimer::new(at(0));
        let mut run = std::pin::pin!(engine.run(&timer, std::future::pending()));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(run.as_mut().poll(&mut context).is_pending());
        timer.step(TimeDelta::hours(2));
        timer.set(timer.now() + TimeDelta::seconds(5));
        assert!(run.as_mut().poll(&mut context).is_pending());
    });
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(
        lines[0].starts_with("WARN clock jumped milliseconds=7200000 trusted_in=60000"),
        "{lines:?}"
    );
}
