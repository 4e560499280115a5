//! The loop of a service, on virtual time: woken by starts, sleeping else, draining at the end, and
//! not held up by a notifier that hangs.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Changes, Channel, ChannelPolicy, Delivery, Doubt, Engine, EscalationStore, MemoryStore,
    Notification, Outcome, ProcessId, Response, StartRequest, Timer, UnknownPolicy, VirtualTimer,
    notifier_fn,
};
use futures::channel::oneshot;
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

/// Lets a minute and a half pass, which is more than a lease, second by second.
fn let_a_lease_pass(service: &Service, run: &mut Pin<&mut impl Future<Output = ()>>) {
    for _ in 0..90 {
        service
            .timer
            .set(service.timer.now() + TimeDelta::seconds(1));
        settle(run, &service.woken);
    }
}

#[test]
fn a_clock_that_jumps_back_loses_nothing_and_rings_nobody_twice() {
    let service = Service::new();
    let mut run = pin!(service.engine.run(&service.timer, service.stop.changed()));
    settle(&mut run, &service.woken);
    for (process, second) in [("before", 20), ("after", 60)] {
        block_on(service.engine.start(&call(process, "works", second), at(0))).unwrap();
    }
    service.timer.set(at(30));
    settle(&mut run, &service.woken);
    assert_eq!(service.delivered(), ["before"]);
    service.timer.step(TimeDelta::hours(-2));
    let_a_lease_pass(&service, &mut run);
    assert_eq!(service.engine.counts().clock_jumps, 1);
    assert_eq!(
        service.delivered(),
        [""; 0],
        "by the clock it is not time yet"
    );
    service.timer.step(TimeDelta::hours(2));
    let_a_lease_pass(&service, &mut run);
    assert_eq!(service.engine.counts().clock_jumps, 2);
    assert_eq!(service.delivered(), ["after"], "once");
}

#[test]
fn a_clock_that_jumps_ahead_is_believed_after_it_has_been_steady_for_a_lease() {
    let service = Service::new();
    let mut run = pin!(service.engine.run(&service.timer, service.stop.changed()));
    settle(&mut run, &service.woken);
    block_on(service.engine.start(&call("a", "works", 3_600), at(0))).unwrap();
    settle(&mut run, &service.woken);
    service.timer.step(TimeDelta::hours(3));
    for second in 0..=60 {
        service.timer.set(at(3 * 3_600 + second));
        settle(&mut run, &service.woken);
    }
    assert_eq!(
        service.delivered(),
        [""; 0],
        "an operator may still set it right"
    );
    let_a_lease_pass(&service, &mut run);
    assert_eq!(service.delivered(), ["a"]);
}

/// A worker whose clock jumps ahead finds the lease of another one run out by hours; by the time it
/// trusts its clock, that one has renewed its lease, if its clock was set as well.
#[test]
fn a_clock_that_jumps_ahead_steals_no_lease_from_a_worker_that_is_alive() {
    let (first, second) = (Service::new(), Service::new());
    let other = Engine::builder(Arc::clone(first.engine.store()))
        .notifier(
            "hangs",
            Arc::new(notifier_fn(|_| async {
                panic!("the first worker is at it");
            })),
        )
        .build()
        .unwrap();
    let mut one = pin!(first.engine.run(&first.timer, first.stop.changed()));
    let mut two = pin!(other.run(&second.timer, second.stop.changed()));
    block_on(first.engine.start(&call("a", "hangs", 0), at(0))).unwrap();
    settle(&mut one, &first.woken);
    settle(&mut two, &second.woken);
    assert_eq!(first.delivered(), ["a"]);
    for service in [&first, &second] {
        service.timer.step(TimeDelta::hours(5));
    }
    for second_passed in 1..=200 {
        let now = at(5 * 3_600 + second_passed);
        for service in [&first, &second] {
            service.timer.set(now);
        }
        settle(&mut one, &first.woken);
        settle(&mut two, &second.woken);
    }
    assert_eq!(other.counts().clock_jumps, 1);
    assert_eq!(other.counts().attempts, 0);
    assert_eq!(first.engine.counts().stale, 0);
}

#[test]
fn a_timeout_is_measured_by_the_time_that_passes_not_by_the_clock() {
    let service = Service::new();
    let mut run = pin!(service.engine.run(&service.timer, service.stop.changed()));
    block_on(service.engine.start(&call("stuck", "hangs", 0), at(0))).unwrap();
    settle(&mut run, &service.woken);
    for second in 1..=298 {
        service.timer.set(at(second));
        settle(&mut run, &service.woken);
    }
    service.timer.step(TimeDelta::hours(-1));
    let_a_lease_pass(&service, &mut run);
    assert_eq!(service.engine.counts().unknown, 1, "after its five minutes");
}

/// A notifier that answers each attempt when the test does.
#[derive(Clone, Default)]
struct AnswersWhenTold {
    answers: Arc<Mutex<VecDeque<oneshot::Receiver<Outcome>>>>,
    attempts: Arc<Mutex<Vec<(String, Doubt)>>>,
}

impl AnswersWhenTold {
    /// Where the answer to the next attempt is given; that fails if nobody listens any more.
    fn next(&self) -> oneshot::Sender<Outcome> {
        let (answer, heard) = oneshot::channel();
        self.answers.lock().unwrap().push_back(heard);
        answer
    }

    fn engine(&self, store: Arc<dyn EscalationStore>) -> Engine {
        let this = self.clone();
        let notifier = notifier_fn(move |delivery: Delivery| {
            let attempt = (delivery.key().to_string(), delivery.doubt());
            this.attempts.lock().unwrap().push(attempt);
            let heard = this.answers.lock().unwrap().pop_front().unwrap();
            async move { heard.await.unwrap() }
        });
        Engine::builder(store)
            .notifier("slow", Arc::new(notifier))
            .build()
            .unwrap()
    }
}

/// Sent again under the same key, and said to be in doubt.
fn once_and_once_in_doubt() -> [(String, Doubt); 2] {
    let key = "a/1/0".to_owned();
    [(key.clone(), Doubt::None), (key, Doubt::Unfinished)]
}

/// The outcome was unknown when its time was over, and stays so: it is sent again under its key, and
/// what the first attempt says then, even that the process is resolved, reaches nobody.
#[test]
fn an_answer_after_its_time_is_not_listened_to() {
    let slow = AnswersWhenTold::default();
    let (first, second) = (slow.next(), slow.next());
    let engine = slow.engine(Arc::new(MemoryStore::new()));
    let (timer, woken, stop) = (VirtualTimer::new(at(0)), Arc::default(), Changes::new());
    let mut run = pin!(engine.run(&timer, stop.changed()));
    let request =
        call("a", "slow", 0).notify(Notification::at(Channel::new("slow").unwrap(), at(9_000)));
    block_on(engine.start(&request, at(0))).unwrap();
    // An attempt may take a minute.
    for second in 0..=59 {
        timer.set(at(second));
        settle(&mut run, &woken);
    }
    assert_eq!(engine.counts().unknown, 0);
    for second in 60..=120 {
        timer.set(at(second));
        settle(&mut run, &woken);
    }
    assert_eq!(engine.counts().unknown, 1);
    assert_eq!(*slow.attempts.lock().unwrap(), once_and_once_in_doubt());

    let late = first.send(Outcome::Delivered(Response::Resolved));
    assert!(late.is_err(), "nobody listens");
    second.send(Outcome::Delivered(Response::None)).unwrap();
    settle(&mut run, &woken);
    assert_eq!(engine.counts().delivered, 1);
    let left = block_on(engine.process(&ProcessId::new("a").unwrap()));
    assert_eq!(left.unwrap().unwrap().open.len(), 1, "it goes on");
}

/// A worker that stood still (a suspended machine) has lost its lease when its notifier answers at
/// last: another worker has taken over, and the late answer is refused.
#[test]
fn the_answer_of_a_worker_that_lost_its_lease_changes_nothing() {
    let slow = AnswersWhenTold::default();
    let (first, second) = (slow.next(), slow.next());
    let store: Arc<dyn EscalationStore> = Arc::new(MemoryStore::new());
    let (one, two) = (slow.engine(Arc::clone(&store)), slow.engine(store));
    let (timer, stop) = (VirtualTimer::new(at(0)), Changes::new());
    let (one_woken, two_woken) = (Arc::default(), Arc::default());
    let mut one_runs = pin!(one.run(&timer, stop.changed()));
    let mut two_runs = pin!(two.run(&timer, stop.changed()));
    let request =
        call("a", "slow", 0).notify(Notification::at(Channel::new("slow").unwrap(), at(9_000)));
    block_on(one.start(&request, at(0))).unwrap();
    settle(&mut one_runs, &one_woken);
    assert_eq!(one.counts().attempts, 1);

    for second in 1..=100 {
        timer.set(at(second));
        settle(&mut two_runs, &two_woken);
    }
    assert_eq!(*slow.attempts.lock().unwrap(), once_and_once_in_doubt());
    first.send(Outcome::Delivered(Response::Resolved)).unwrap();
    settle(&mut one_runs, &one_woken);
    assert_eq!(one.counts().stale, 1, "refused");

    second.send(Outcome::Delivered(Response::None)).unwrap();
    settle(&mut two_runs, &two_woken);
    assert_eq!((two.counts().delivered, two.counts().stale), (1, 0));
    let left = block_on(two.process(&ProcessId::new("a").unwrap()));
    assert_eq!(left.unwrap().unwrap().open.len(), 1, "it is not resolved");
}
