//! Claiming and acknowledging at batch 100 in memory, beside a bare loop over the same rows in the
//! same run; and all that an engine does for a delivery. SQLite beside its bare loop is in
//! `escalation_sqlite.rs`.
//!
//! The bare loop does what a lease needs and nothing else: no names, no generations, no doubt, no
//! contract. What the store costs beyond it is the price of the promises.
#![expect(clippy::unwrap_used, reason = "a bench that cannot set up may panic")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use escalation_core::{
    Admission, AttemptStart, Channel, Delivery, Engine, EscalationStore, MemoryStore, Notification,
    Outcome, ProcessId, Response, Settlement, StartRequest, TenantId, Verdict, notifier_fn,
};
use escalation_sqlite::SqliteStore;
use futures::channel::oneshot;
use futures::executor::block_on;

const BATCH: usize = 100;
const ROWS: usize = 10_000;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn call(number: usize) -> StartRequest {
    StartRequest::new(ProcessId::new(format!("process-{number}")).unwrap())
        .notify(Notification::at(Channel::PHONE, at(0)).to_phone_number("+385123456"))
}

/// Due rows, one process each.
async fn fill(store: &dyn EscalationStore, rows: usize) {
    let plans = (0..rows).map(|number| store.start(call(number).plan(at(0)).unwrap(), at(0)));
    // Asked for together, so that a store on a disk may share its commits.
    futures::future::try_join_all(plans).await.unwrap();
}

/// Claims and settles everything, `BATCH` at a time; answers how many there were.
async fn claim_and_settle(store: &dyn EscalationStore) -> usize {
    let mut settled = 0;
    loop {
        let claims = store.claim(BATCH, at(60), at(1)).await.unwrap();
        if claims.is_empty() {
            return settled;
        }
        settled += claims.len();
        let settlements = claims
            .into_iter()
            .map(|claim| Settlement::new(claim.lease, Verdict::Done))
            .collect();
        black_box(store.settle(settlements, at(1)).await.unwrap());
    }
}

/// What the least possible lease in memory costs: two ordered maps.
fn bare_memory_loop(mut due: BTreeMap<(i64, u64), u64>) -> usize {
    let (mut leased, mut settled) = (BTreeMap::new(), 0);
    loop {
        let mut claims = Vec::with_capacity(BATCH);
        while claims.len() < BATCH
            && let Some((key, token)) = due.pop_first()
        {
            leased.insert(key.1, token + 1);
            claims.push((key.1, token + 1));
        }
        if claims.is_empty() {
            return settled;
        }
        for (row, token) in claims {
            if leased.get(&row) == Some(&token) {
                leased.remove(&row);
                settled += 1;
            }
        }
    }
}

fn memory(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("escalation/claim and settle/memory");
    group.throughput(Throughput::Elements(ROWS as u64));
    group.bench_function("MemoryStore", |bencher| {
        bencher.iter_batched(
            || {
                let store = MemoryStore::new();
                block_on(fill(&store, ROWS));
                store
            },
            |store| {
                assert_eq!(block_on(claim_and_settle(&store)), ROWS);
                store
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function("bare loop", |bencher| {
        bencher.iter_batched(
            || (0..ROWS as u64).map(|row| ((0, row), 0)).collect(),
            |due| assert_eq!(bare_memory_loop(due), ROWS),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// Everything that an engine does for a delivery: claim, begin, call the notifier, settle.
fn engine(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("escalation/run once");
    group.throughput(Throughput::Elements(ROWS as u64));
    let engine = |store: Arc<dyn EscalationStore>| {
        block_on(fill(&*store, ROWS));
        let notifier = notifier_fn(|_: Delivery| async { Outcome::Delivered(Response::None) });
        Engine::builder(store)
            .notifier("phone", Arc::new(notifier))
            .concurrency(BATCH)
            .build()
            .unwrap()
    };
    group.bench_function("MemoryStore", |bencher| {
        bencher.iter_batched(
            || engine(Arc::new(MemoryStore::new())),
            |engine| {
                block_on(engine.run_once(at(1))).unwrap();
                assert_eq!(engine.counts().delivered, ROWS as u64);
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function("SqliteStore", |bencher| {
        bencher.iter_batched(
            || {
                let folder = tempfile::tempdir().unwrap();
                let store = SqliteStore::open(folder.path().join("escalations.db")).unwrap();
                (folder, engine(Arc::new(store)))
            },
            |(folder, engine)| {
                block_on(engine.run_once(at(1))).unwrap();
                assert_eq!(engine.counts().delivered, ROWS as u64);
                folder
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// A claim and its settlement must not cost more because much is planned for later.
fn scheduled(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("escalation/claim among scheduled rows");
    let mut among = |name: String, store: &dyn EscalationStore, scheduled: i64| {
        for first in (0..scheduled).step_by(10_000) {
            let later = (first..scheduled.min(first + 10_000)).map(|number| {
                let process = ProcessId::new(format!("later-{number}")).unwrap();
                let call = Notification::at(Channel::PHONE, at(1_000_000 + number));
                let plan = StartRequest::new(process).notify(call).plan(at(0)).unwrap();
                store.start(plan, at(0))
            });
            block_on(futures::future::try_join_all(later)).unwrap();
        }
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || block_on(fill(store, BATCH)),
                |()| block_on(attempt_all(store)),
                BatchSize::PerIteration,
            );
        });
    };
    for scheduled in [1_000, 2_000_000] {
        let store = MemoryStore::new();
        among(format!("MemoryStore, {scheduled}"), &store, scheduled);
    }
    for scheduled in [1_000, 100_000] {
        let store = SqliteStore::in_memory().unwrap();
        among(
            format!("SqliteStore in memory, {scheduled}"),
            &store,
            scheduled,
        );
    }
    group.finish();
}

/// Claims a batch, begins its attempts and settles them.
async fn attempt_all(store: &dyn EscalationStore) {
    let lease_until = at(1) + TimeDelta::minutes(1);
    let claims = store.claim(BATCH, lease_until, at(1)).await.unwrap();
    assert_eq!(claims.len(), BATCH);
    let unlimited = Arc::new(Admission::unlimited());
    let attempts = claims
        .iter()
        .map(|claim| {
            let lease = claim.lease.clone();
            AttemptStart::new(lease, lease_until, Arc::clone(&unlimited))
        })
        .collect();
    store.begin(attempts, at(1)).await.unwrap();
    let done = claims
        .into_iter()
        .map(|claim| Settlement::new(claim.lease, Verdict::Done))
        .collect();
    store.settle(done, at(1)).await.unwrap();
}

/// A tenant's flood must not make claims dearer: many tenants, each with something due.
fn tenants(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("escalation/claim and settle/memory, by tenants");
    group.throughput(Throughput::Elements(ROWS as u64));
    for tenants in [1, 100, 10_000] {
        group.bench_function(tenants.to_string(), |bencher| {
            bencher.iter_batched(
                || {
                    let store = MemoryStore::new();
                    for number in 0..ROWS {
                        let tenant = TenantId::new((number % tenants).to_string()).unwrap();
                        let plan = call(number).tenant(tenant).plan(at(0)).unwrap();
                        block_on(store.start(plan, at(0))).unwrap();
                    }
                    store
                },
                |store| {
                    assert_eq!(block_on(claim_and_settle(&store)), ROWS);
                    store
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

/// Answers each call five milliseconds after it came, in order.
#[expect(clippy::disallowed_methods, reason = "stands for the world outside")]
fn slow_answers() -> mpsc::Sender<oneshot::Sender<()>> {
    let (calls, queue) = mpsc::channel::<(Instant, oneshot::Sender<()>)>();
    let (asks, asked) = mpsc::channel();
    std::thread::spawn(move || {
        for answer in asked {
            if calls.send((Instant::now() + SLOW, answer)).is_err() {
                return;
            }
        }
    });
    std::thread::spawn(move || {
        for (at, answer) in queue {
            std::thread::sleep(at.saturating_duration_since(Instant::now()));
            let _ = answer.send(());
        }
    });
    asks
}

const SLOW: Duration = Duration::from_millis(5);

/// A thousand deliveries under way at a time, each of which takes 5 ms: at best 200,000 a second.
fn slow_notifier(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("escalation/run once, notifier of 5 ms");
    group.throughput(Throughput::Elements(ROWS as u64));
    group.bench_function("MemoryStore, 1000 at a time", |bencher| {
        let asks = slow_answers();
        bencher.iter_batched(
            || {
                let store: Arc<dyn EscalationStore> = Arc::new(MemoryStore::new());
                block_on(fill(&*store, ROWS));
                let asks = asks.clone();
                let notifier = notifier_fn(move |_: Delivery| {
                    let (answer, answered) = oneshot::channel();
                    asks.send(answer).unwrap();
                    async move {
                        answered.await.unwrap();
                        Outcome::Delivered(Response::None)
                    }
                });
                Engine::builder(store)
                    .notifier("phone", Arc::new(notifier))
                    .concurrency(1_000)
                    .build()
                    .unwrap()
            },
            |engine| {
                block_on(engine.run_once(at(1))).unwrap();
                assert_eq!(engine.counts().delivered, ROWS as u64);
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    targets = memory, tenants, engine, slow_notifier, scheduled
}
criterion_main!(benches);
