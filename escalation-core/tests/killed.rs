//! A worker that dies at any await point: nothing is lost, and what is sent a second time was in
//! doubt, under the same key.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    AttemptStart, Begun, Cause, Channel, ChannelPolicy, Claim, DeadLetter, DeadLetters, Delivery,
    Discarded, Doubt, Engine, EscalationStore, Generation, Held, Hold, Lease, LetterId,
    MemoryStore, NewProcess, Notification, Notifier, Outcome, ProcessId, ProcessSnapshot,
    ProcessSummary, Reaction, RejectedRequest, Replayed, RequestId, Response, Run, Settled,
    Settlement, StartRequest, Started, Stopped, StoreError, UnknownPolicy, notifier_fn,
};

/// Yields before and after each call, so that there is an await point on either side; and fails one
/// call if it is told to.
#[derive(Debug, Default)]
struct Yielding {
    inner: MemoryStore,
    calls: AtomicUsize,
    fault: Option<(usize, Fault)>,
}

/// When a store loses its connection.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    /// Before the call has any effect.
    Before,
    /// After it was committed, so that only its answer is lost.
    After,
}

impl Yielding {
    fn failing(call: usize, fault: Fault) -> Self {
        Self {
            fault: Some((call, fault)),
            ..Self::default()
        }
    }

    fn connected(&self, call: usize, moment: Fault) -> Answer<()> {
        if self.fault == Some((call, moment)) {
            return Err(StoreError::Unavailable("connection lost".into()));
        }
        Ok(())
    }
}

thread_local! {
    /// The tasks that have yielded; each poll of [`drive`] lets one of them go on.
    static YIELDED: RefCell<VecDeque<Waker>> = RefCell::default();
}

async fn yield_once() {
    let mut yielded = false;
    poll_fn(|context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        YIELDED.with_borrow_mut(|tasks| tasks.push_back(context.waker().clone()));
        Poll::Pending
    })
    .await;
}

/// Goes from one await point to the next at most so many times, then drops the future.
fn drive<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..polls {
        if let Poll::Ready(answer) = future.as_mut().poll(&mut context) {
            return Some(answer);
        }
        if let Some(task) = YIELDED.with_borrow_mut(VecDeque::pop_front) {
            task.wake();
        }
    }
    YIELDED.with_borrow_mut(VecDeque::clear);
    None
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    drive(usize::MAX, future).unwrap()
}

macro_rules! between_yields {
    ($store:ident.$call:ident($($argument:expr),*)) => {{
        let number = $store.calls.fetch_add(1, Ordering::Relaxed);
        yield_once().await;
        $store.connected(number, Fault::Before)?;
        let answer = $store.inner.$call($($argument),*).await;
        yield_once().await;
        $store.connected(number, Fault::After)?;
        answer
    }};
}

type Instant = DateTime<Utc>;
type Answer<T> = Result<T, StoreError>;

#[async_trait]
impl EscalationStore for Yielding {
    async fn start(&self, process: NewProcess, now: Instant) -> Answer<Started> {
        between_yields!(self.start(process, now))
    }
    async fn stop(
        &self,
        run: Run<'_>,
        request: Option<&RequestId>,
        now: Instant,
    ) -> Answer<Stopped> {
        between_yields!(self.stop(run, request, now))
    }
    async fn hold(
        &self,
        run: Run<'_>,
        hold: Hold,
        request: Option<&RequestId>,
        now: Instant,
    ) -> Answer<Held> {
        between_yields!(self.hold(run, hold, request, now))
    }
    async fn claim(&self, max: usize, until: Instant, now: Instant) -> Answer<Vec<Claim>> {
        between_yields!(self.claim(max, until, now))
    }
    async fn gather(
        &self,
        lease: &Lease,
        max: usize,
        until: Instant,
        now: Instant,
    ) -> Answer<Vec<Claim>> {
        between_yields!(self.gather(lease, max, until, now))
    }
    async fn begin(&self, attempts: Vec<AttemptStart>, now: Instant) -> Answer<Vec<Begun>> {
        between_yields!(self.begin(attempts, now))
    }
    async fn renew(&self, leases: &[Lease], until: Instant, now: Instant) -> Answer<Vec<Settled>> {
        between_yields!(self.renew(leases, until, now))
    }
    async fn settle(&self, settlements: Vec<Settlement>, now: Instant) -> Answer<Vec<Settled>> {
        between_yields!(self.settle(settlements, now))
    }
    async fn next_due(&self) -> Answer<Option<Instant>> {
        between_yields!(self.next_due())
    }
    async fn process(&self, process: &ProcessId) -> Answer<Option<ProcessSnapshot>> {
        between_yields!(self.process(process))
    }
    async fn processes(
        &self,
        after: Option<Generation>,
        max: usize,
    ) -> Answer<Vec<ProcessSummary>> {
        between_yields!(self.processes(after, max))
    }
    async fn changed(&self) {
        self.inner.changed().await;
    }
}

#[async_trait]
impl DeadLetters for Yielding {
    async fn reject(&self, request: RejectedRequest, now: Instant) -> Answer<()> {
        between_yields!(self.reject(request, now))
    }
    async fn dead_letters(&self, after: Option<LetterId>, max: usize) -> Answer<Vec<DeadLetter>> {
        between_yields!(self.dead_letters(after, max))
    }
    async fn replay(&self, letter: LetterId, now: Instant) -> Answer<Replayed> {
        between_yields!(self.replay(letter, now))
    }
    async fn discard(&self, letter: LetterId) -> Answer<Discarded> {
        between_yields!(self.discard(letter))
    }
}

fn at(seconds: i64) -> Instant {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn id(text: &str) -> ProcessId {
    ProcessId::new(text).unwrap()
}

/// What reached the other side: the key, whether it was accepted, and whether it was in doubt.
type Ledger = Arc<Mutex<Vec<(String, bool, Doubt)>>>;

/// What is killed in the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scenario {
    /// Calls, each by itself.
    Calls,
    /// Messages that travel together.
    Bundles,
    /// Calls that go over to another channel if the line is busy.
    OtherWays,
}

/// Sends at once, sends at the second attempt, or is refused, as the process is named.
fn notifier(ledger: &Ledger, scenario: Scenario) -> Arc<dyn Notifier> {
    let ledger = Arc::clone(ledger);
    Arc::new(notifier_fn(move |delivery: Delivery| {
        let ledger = Arc::clone(&ledger);
        async move {
            yield_once().await;
            let (accepted, outcome) = match delivery.process().as_str() {
                _ if scenario == Scenario::Bundles => (true, Outcome::Delivered(Response::None)),
                "refused" => (false, Outcome::Rejected(Cause::BadDestination.into())),
                "second" if delivery.attempt() == 1 && delivery.channel() == &Channel::PHONE => {
                    let reason = Cause::Busy.into();
                    let at_least = None;
                    (false, Outcome::RetryAfter { at_least, reason })
                }
                _ => (true, Outcome::Delivered(Response::None)),
            };
            for each in delivery.all() {
                let line = (each.key().to_string(), accepted, each.doubt());
                ledger.lock().unwrap().push(line);
            }
            yield_once().await;
            outcome
        }
    }))
}

fn engine(
    store: &Arc<dyn EscalationStore>,
    ledger: &Ledger,
    policy: UnknownPolicy,
    scenario: Scenario,
) -> Engine {
    let policy = ChannelPolicy::new().unknown(policy);
    let phone = match scenario {
        Scenario::Calls => policy.clone(),
        Scenario::Bundles => policy.clone().bundle(TimeDelta::seconds(1)),
        Scenario::OtherWays => policy
            .clone()
            .on(Cause::Busy, Reaction::Instead(Channel::EMAIL)),
    };
    Engine::builder(Arc::clone(store))
        .notifier("phone", notifier(ledger, scenario))
        .notifier("email", notifier(ledger, scenario))
        .channel("phone", phone)
        .channel("email", policy)
        .concurrency(2)
        .build()
        .unwrap()
}

const PROCESSES: [&str; 4] = ["first", "second", "refused", "fourth"];

fn request(process: &str, scenario: Scenario) -> StartRequest {
    let call = |second| {
        let call = Notification::at(Channel::PHONE, at(second));
        match scenario {
            Scenario::Bundles => call.bundled_as("calls"),
            Scenario::Calls | Scenario::OtherWays => call,
        }
    };
    StartRequest::new(id(process))
        .notify(call(0))
        .notify(call(5))
}

/// Starts all processes, kills a worker after so many polls, and lets another one finish.
/// Answers the ledger, the dead letters, and whether the worker had finished by itself.
fn killed_and_taken_over(
    polls: usize,
    policy: UnknownPolicy,
    scenario: Scenario,
) -> (Vec<(String, bool, Doubt)>, BTreeSet<String>, bool) {
    let store: Arc<dyn EscalationStore> = Arc::new(Yielding::default());
    let ledger: Ledger = Arc::default();
    let plans = PROCESSES.map(|process| request(process, scenario).plan(at(0)).unwrap());
    for plan in plans {
        block_on(store.start(plan, at(0))).unwrap();
    }
    let first = engine(&store, &ledger, policy, scenario);
    let finished = drive(polls, first.run_once(at(5))).is_some();
    drop(first);

    let letters = block_on(async {
        let second = engine(&store, &ledger, policy, scenario);
        let mut next = Some(at(6));
        while let Some(now) = next {
            next = second.run_once(now).await.unwrap();
        }
        for process in PROCESSES {
            assert_eq!(second.process(&id(process)).await.unwrap(), None);
        }
        let letters = store.dead_letters(None, 99).await.unwrap();
        let keys = letters.iter().map(|letter| match &letter.content {
            escalation_core::LetterContent::Notification {
                process,
                generation,
                sequence,
                ..
            } => format!("{process}/{generation}/{sequence}"),
            other => panic!("not a notification: {other:?}"),
        });
        keys.collect()
    });
    let ledger = ledger.lock().unwrap().clone();
    (ledger, letters, finished)
}

/// Runs the scenario with a kill at each await point, and hands each ending to the check.
fn at_every_await_point(
    policy: UnknownPolicy,
    scenario: Scenario,
    check: impl Fn(usize, &BTreeMap<String, Vec<Doubt>>, &BTreeSet<String>),
) {
    for polls in 1.. {
        let (ledger, letters, finished) = killed_and_taken_over(polls, policy, scenario);
        let mut accepted: BTreeMap<String, Vec<Doubt>> = BTreeMap::new();
        for (key, was_accepted, doubt) in ledger {
            if was_accepted {
                accepted.entry(key).or_default().push(doubt);
            }
        }
        check(polls, &accepted, &letters);
        if finished {
            assert!(polls > 15, "the scenario has many await points: {polls}");
            for (key, doubts) in &accepted {
                assert_eq!(doubts, &[Doubt::None], "{key}: once, without a kill");
            }
            return;
        }
    }
}

/// All keys of the scenario, and whether they are to be dead letters in the end.
fn keys(scenario: Scenario) -> impl Iterator<Item = (String, bool)> {
    (1..).zip(PROCESSES).flat_map(move |(generation, process)| {
        (0..2).map(move |sequence| {
            let key = format!("{process}/{generation}/{sequence}");
            (key, process == "refused" && scenario != Scenario::Bundles)
        })
    })
}

#[test]
fn nothing_is_lost_and_only_what_was_in_doubt_is_sent_twice() {
    for scenario in [Scenario::Calls, Scenario::Bundles, Scenario::OtherWays] {
        let sent_again = Cell::new(0);
        at_every_await_point(
            UnknownPolicy::Resend,
            scenario,
            |polls, accepted, letters| {
                for (key, refused) in keys(scenario) {
                    assert_eq!(letters.contains(&key), refused, "{polls}: {key}");
                    let doubts = accepted.get(&key).map(Vec::as_slice).unwrap_or_default();
                    match doubts {
                        [] => assert!(refused, "{polls}: {key} is lost"),
                        [_] => {}
                        [Doubt::None, Doubt::Unfinished] => sent_again.set(sent_again.get() + 1),
                        more => panic!("{polls}: {key} was sent again without need: {more:?}"),
                    }
                }
            },
        );
        assert!(
            sent_again.get() > 0,
            "{scenario:?}: no kill hit between sending and recording"
        );
    }
}

#[test]
fn what_must_not_be_sent_twice_is_a_dead_letter_instead() {
    for scenario in [Scenario::Calls, Scenario::Bundles, Scenario::OtherWays] {
        let policy = UnknownPolicy::DeadLetter;
        at_every_await_point(policy, scenario, |polls, accepted, letters| {
            for (key, _) in keys(scenario) {
                let sent = accepted.get(&key).map_or(0, Vec::len);
                assert!(sent <= 1, "{polls}: {key} was sent {sent} times");
                assert!(
                    sent == 1 || letters.contains(&key),
                    "{polls}: {key} is lost"
                );
            }
        });
    }
}

#[test]
fn a_stop_that_is_dropped_has_happened_entirely_or_not_at_all() {
    for polls in 1.. {
        let store: Arc<dyn EscalationStore> = Arc::new(Yielding::default());
        let ledger: Ledger = Arc::default();
        let finished = block_on(async {
            let engine = engine(&store, &ledger, UnknownPolicy::Resend, Scenario::Calls);
            engine
                .start(&request("first", Scenario::Calls), at(0))
                .await
                .unwrap();
            let finished = drive(polls, engine.stop(&id("first"), at(1))).is_some();
            let left = engine.process(&id("first")).await.unwrap();
            assert!(left.is_none_or(|left| left.open.len() == 2));
            engine
                .run_once(at(1) + TimeDelta::minutes(1))
                .await
                .unwrap();
            finished
        });
        let sent = ledger.lock().unwrap().len();
        assert!(sent == 0 || sent == 2, "{polls}: {sent} of 2");
        if finished {
            assert_eq!(sent, 0);
            return;
        }
    }
}

#[test]
fn a_store_that_loses_its_connection_at_any_call_loses_nothing() {
    for fault in [Fault::Before, Fault::After] {
        // The first calls are the starts, whose failure their caller sees.
        for call in PROCESSES.len().. {
            let failing = Arc::new(Yielding::failing(call, fault));
            let store: Arc<dyn EscalationStore> = Arc::clone(&failing) as _;
            let ledger: Ledger = Arc::default();
            for process in PROCESSES {
                let plan = request(process, Scenario::Calls).plan(at(0)).unwrap();
                block_on(store.start(plan, at(0))).unwrap();
            }
            let engine = engine(&store, &ledger, UnknownPolicy::Resend, Scenario::Calls);
            let mut next = Some(at(5));
            let mut failures = 0;
            while let Some(now) = next {
                next = match block_on(engine.run_once(now)) {
                    Ok(next) => next,
                    Err(_) => {
                        failures += 1;
                        Some(now + TimeDelta::minutes(5))
                    }
                };
            }
            let calls = failing.calls.load(Ordering::Relaxed);
            if calls <= call {
                assert_eq!(failures, 0);
                break;
            }
            assert_eq!(failures, 1, "call {call} {fault:?}: the caller is told");

            let mut accepted: BTreeMap<String, Vec<Doubt>> = BTreeMap::new();
            for (key, was_accepted, doubt) in ledger.lock().unwrap().drain(..) {
                if was_accepted {
                    accepted.entry(key).or_default().push(doubt);
                }
            }
            let letters = block_on(store.dead_letters(None, 99)).unwrap().len();
            assert_eq!(letters, 2, "call {call} {fault:?}");
            for (key, refused) in keys(Scenario::Calls) {
                let doubts = accepted.get(&key).map(Vec::as_slice).unwrap_or_default();
                assert_eq!(doubts.is_empty(), refused, "call {call} {fault:?}: {key}");
                let again = doubts.iter().skip(1);
                assert!(
                    again.clone().all(|doubt| *doubt == Doubt::Unfinished),
                    "{key}"
                );
            }
        }
    }
}
