//! The loop of a service, on virtual time: woken by starts, sleeping else, draining at the end, and
//! not held up by a notifier that hangs.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Changes, Channel, ChannelPolicy, Delivery, Engine, MemoryStore, Notification, Outcome,
    ProcessId, Response, StartRequest, Timer, UnknownPolicy, VirtualTimer, notifier_fn,
};
use futures::executor::block_on;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn call(process: &str, channel: &str, second: i64) -> StartRequest {
    let channel = Channel::new(channel.to_owned()).unwrap();
    StartRequest::new(ProcessId::new(process).unwrap())
        .notify(Notification::at(channel, at(second)))
}

/// Counts how often the loop was woken.
#[derive(Default)]
struct Woken {
    flag: AtomicBool,
    times: AtomicUsize,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.flag.store(true, Ordering::SeqCst);
        self.times.fetch_add(1, Ordering::SeqCst);
    }
}

/// Polls the loop until it sleeps; answers whether it has ended.
fn settle(run: &mut Pin<&mut impl Future<Output = ()>>, woken: &Arc<Woken>) -> bool {
    let waker = Waker::from(Arc::clone(woken));
    let mut context = Context::from_waker(&waker);
    for _ in 0..10_000 {
        woken.flag.store(false, Ordering::SeqCst);
        if let Poll::Ready(()) = run.as_mut().poll(&mut context) {
            return true;
        }
        if !woken.flag.load(Ordering::SeqCst) {
            return false;
        }
    }
    panic!("the loop never sleeps");
}

struct Service {
    engine: Engine,
    timer: VirtualTimer,
    ledger: Arc<Mutex<Vec<String>>>,
    stop: Arc<Changes>,
    woken: Arc<Woken>,
}

impl Service {
    /// `works` delivers at once, `hangs` never answers.
    fn new() -> Self {
        let ledger: Arc<Mutex<Vec<String>>> = Arc::default();
        let (works, hangs) = (Arc::clone(&ledger), Arc::clone(&ledger));
        let engine = Engine::builder(Arc::new(MemoryStore::new()))
            .notifier(
                "works",
                Arc::new(notifier_fn(move |delivery: Delivery| {
                    works.lock().unwrap().push(delivery.process().to_string());
                    async { Outcome::Delivered(Response::None) }
                })),
            )
            .notifier(
                "hangs",
                Arc::new(notifier_fn(move |delivery: Delivery| {
                    hangs.lock().unwrap().push(delivery.process().to_string());
                    std::future::pending()
                })),
            )
            .channel(
                "hangs",
                ChannelPolicy::new()
                    .attempt_timeout(TimeDelta::seconds(300))
                    .unknown(UnknownPolicy::DeadLetter),
            )
            .build()
            .unwrap();
        Self {
            engine,
            timer: VirtualTimer::new(at(0)),
            ledger,
            stop: Arc::new(Changes::new()),
            woken: Arc::default(),
        }
    }

    fn delivered(&self) -> Vec<String> {
        std::mem::take(&mut self.ledger.lock().unwrap())
    }
}

#[test]
fn a_start_wakes_the_loop_and_it_sleeps_until_the_time() {
    let service = Service::new();
    let mut run = pin!(service.engine.run(&service.timer, service.stop.changed()));
    assert!(!settle(&mut run, &service.woken));

    block_on(service.engine.start(&call("late", "works", 180), at(0))).unwrap();
    block_on(service.engine.start(&call("now", "works", 0), at(0))).unwrap();
    assert!(!settle(&mut run, &service.woken));
    assert_eq!(service.delivered(), ["now"]);

    service.timer.set(at(179));
    assert!(!settle(&mut run, &service.woken));
    assert_eq!(service.delivered(), [""; 0]);
    service.timer.set(at(180));
    assert!(!settle(&mut run, &service.woken));
    assert_eq!(service.delivered(), ["late"]);
}

#[test]
fn an_idle_loop_looks_only_once_per_poll_interval() {
    let service = Service::new();
    let mut run = pin!(service.engine.run(&service.timer, service.stop.changed()));
    settle(&mut run, &service.woken);
    let before = service.woken.times.load(Ordering::SeqCst);
    for tenth in 1..=600 {
        service
            .timer
            .set(at(0) + TimeDelta::milliseconds(100) * tenth);
        settle(&mut run, &service.woken);
    }
    let woken = service.woken.times.load(Ordering::SeqCst) - before;
    assert!(
        woken <= 12,
        "woken {woken} times in a minute of nothing to do"
    );
}

#[test]
fn a_hanging_notifier_holds_up_nobody_and_its_outcome_is_unknown() {
    let service = Service::new();
    let mut run = pin!(service.engine.run(&service.timer, service.stop.changed()));
    settle(&mut run, &service.woken);
    block_on(service.engine.start(&call("stuck", "hangs", 0), at(0))).unwrap();
    block_on(service.engine.start(&call("other", "works", 10), at(0))).unwrap();
    for second in 0..299 {
        service.timer.set(at(second));
        settle(&mut run, &service.woken);
    }
    assert_eq!(
        service.delivered(),
        ["stuck", "other"],
        "the lease is kept alive: tried once"
    );
    assert_eq!(service.engine.counts().unknown, 0);
    service.timer.set(at(301));
    settle(&mut run, &service.woken);
    assert_eq!(service.engine.counts().unknown, 1);
    let letters = block_on(service.engine.store().dead_letters(None, 9)).unwrap();
    assert_eq!(letters.len(), 1);
}

#[test]
fn a_shutdown_waits_for_what_is_under_way_and_starts_nothing() {
    let service = Service::new();
    let mut run = pin!(service.engine.run(&service.timer, service.stop.changed()));
    settle(&mut run, &service.woken);
    block_on(service.engine.start(&call("stuck", "hangs", 0), at(0))).unwrap();
    settle(&mut run, &service.woken);
    service.stop.announce();
    assert!(!settle(&mut run, &service.woken), "one is under way");
    block_on(service.engine.start(&call("new", "works", 0), at(0))).unwrap();
    let mut ended = false;
    for second in 1..=301 {
        service.timer.set(at(second));
        ended = ended || settle(&mut run, &service.woken);
    }
    assert!(ended);
    assert_eq!(service.delivered(), ["stuck"]);
    let left = ProcessId::new("new").unwrap();
    assert!(block_on(service.engine.process(&left)).unwrap().is_some());
}

#[test]
fn a_clock_that_jumps_back_loses_nothing() {
    let service = Service::new();
    let mut run = pin!(service.engine.run(&service.timer, service.stop.changed()));
    settle(&mut run, &service.woken);
    block_on(service.engine.start(&call("a", "works", 60), at(0))).unwrap();
    for second in [30, -7_200, 59, 60] {
        service.timer.set(at(second));
        settle(&mut run, &service.woken);
    }
    assert_eq!(service.delivered(), ["a"]);
    assert_eq!(service.timer.now(), at(60));
}
