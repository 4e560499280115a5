//! The call queue: its index beside a BTreeMap with a hash index, and whole events.
//!
//! `priority-queue` 2.7 is licensed LGPL or MPL, which this workspace does not admit; it runs in
//! `benches/peers`.

#![expect(clippy::disallowed_methods, reason = "measures")]

use std::hint::black_box;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use queue_dispatch::{Agent, AgentId, CallId, ClassId, Commands, Config, Event, Queue};

mod queue_index;

// The index is private to its crate; its own source is measured.
#[allow(dead_code, unreachable_pub, reason = "the bench uses a part of them")]
#[path = "../../queue-dispatch/src/hash.rs"]
mod hash;
#[allow(dead_code, unreachable_pub, reason = "the bench uses a part of them")]
#[path = "../../queue-dispatch/src/line.rs"]
mod line;
#[allow(dead_code, unreachable_pub, reason = "the bench uses a part of them")]
#[path = "../../queue-dispatch/src/table.rs"]
mod table;
mod time {
    pub(crate) type Micros = i64;
}

use queue_index::{Lines, Lot, Mix, Tree, race, spread};

fn index(criterion: &mut Criterion) {
    let mut group =
        criterion.benchmark_group("queue/index: 10 operations, 40 % push, 40 % pop, 20 % remove");
    group.throughput(Throughput::Elements(10));
    for size in [1_000_u64, 100_000] {
        let mut lines = Mix::<Lines>::new(size);
        group.bench_function(BenchmarkId::new("queue-dispatch", size), |b| {
            b.iter(|| lines.ten())
        });
        let mut tree = Mix::<Tree>::new(size);
        group.bench_function(BenchmarkId::new("BTreeMap + hash index", size), |b| {
            b.iter(|| tree.ten())
        });
    }
    group.finish();
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default()
}

/// A queue with so many waiting and one agent, who has an offer.
struct Centre {
    queue: Queue,
    out: Commands,
    now: DateTime<Utc>,
    lot: Lot,
    next: u64,
}

const EVE: AgentId = AgentId::new(1);

impl Centre {
    fn new(size: u64) -> Self {
        let queue = Queue::new(Config::premium_and_regular());
        let mut centre = Self {
            queue,
            out: Commands::new(),
            now: start(),
            lot: Lot(7),
            next: 0,
        };
        for _ in 0..size {
            centre.enqueue();
        }
        centre.step(&Event::SignedIn(Agent::new(EVE)));
        centre.step(&Event::Ready { agent: EVE });
        centre
    }

    fn step(&mut self, event: &Event) {
        self.out.clear();
        black_box(self.queue.step(event, self.now, &mut self.out)).ok();
    }

    fn enqueue(&mut self) {
        self.next += 1;
        self.now += TimeDelta::milliseconds(1);
        let class = if self.lot.draw(5) == 0 {
            ClassId::PREMIUM
        } else {
            ClassId::REGULAR
        };
        self.step(&Event::enqueue(CallId::new(spread(self.next)), class));
    }

    /// A caller joins; the agent's offer is accepted, bridged and ended, which offers the next.
    fn whole_call(&mut self) {
        self.enqueue();
        let Some(offer) = self.queue.offer_for(EVE) else {
            return;
        };
        let token = offer.token;
        self.step(&Event::OfferAccepted { token });
        self.step(&Event::Bridged { token });
        self.step(&Event::CallEnded { token });
    }

    /// A caller joins; the agent's offer fails, and the next one is made: enqueue and dispatch
    /// with reservation, token and statistics, without the talk.
    fn enqueue_and_dispatch(&mut self) {
        self.enqueue();
        let Some(offer) = self.queue.offer_for(EVE) else {
            return;
        };
        self.step(&Event::HungUp { call: offer.call });
    }

    /// One of those waiting, drawn from `alive`, hangs up, and another joins.
    fn hang_up(&mut self, alive: &mut [u64]) {
        let drawn = self.lot.draw(alive.len() as u64) as usize;
        let call = CallId::new(spread(alive[drawn]));
        self.step(&Event::HungUp { call });
        self.enqueue();
        alive[drawn] = self.next;
    }

    /// The position of one of those waiting.
    fn position(&mut self, alive: &[u64]) -> usize {
        let drawn = self.lot.draw(alive.len() as u64) as usize;
        let position = self
            .queue
            .position(CallId::new(spread(alive[drawn])), self.now);
        position.unwrap_or_default()
    }

    /// The numbers of all who wait: everyone but the one who is offered.
    fn alive(&self) -> Vec<u64> {
        let waits = |number: &u64| {
            self.queue
                .position(CallId::new(spread(*number)), self.now)
                .is_some()
        };
        (1..=self.next).filter(waits).collect()
    }
}

fn events(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("queue/event");
    for size in [1_000_u64, 100_000, 1_000_000] {
        // What a whole event is held against: one operation of the bare index.
        let mut tree = Mix::<Tree>::new(size);
        let mut centre = Centre::new(size);
        race(
            &format!("queue/event/{size}, 10 events"),
            &mut [
                ("queue-dispatch", &mut || {
                    for _ in 0..5 {
                        centre.enqueue_and_dispatch();
                    }
                }),
                ("BTreeMap + hash index alone, 10 operations", &mut || {
                    tree.ten()
                }),
            ],
        );
        group.bench_function(
            BenchmarkId::new("BTreeMap + hash index alone, 2 of its operations", size),
            |b| {
                b.iter_custom(|times| {
                    let started = std::time::Instant::now();
                    for _ in 0..times.div_ceil(5) {
                        tree.ten();
                    }
                    started
                        .elapsed()
                        .mul_f64(times as f64 / (times.div_ceil(5) * 5) as f64)
                });
            },
        );
        let mut centre = Centre::new(size);
        group.bench_function(
            BenchmarkId::new(
                "2 events: enqueue; the offered one leaves, the next is offered",
                size,
            ),
            |b| {
                b.iter(|| centre.enqueue_and_dispatch());
            },
        );
        group.bench_function(
            BenchmarkId::new("whole call: enqueue, offer, accept, bridge, end", size),
            |b| {
                b.iter(|| centre.whole_call());
            },
        );
        let mut centre = Centre::new(size);
        let mut alive = centre.alive();
        assert_eq!(alive.len() as u64 + 1, size);
        group.bench_function(
            BenchmarkId::new("hang-up from the middle, and a new caller", size),
            |b| {
                b.iter(|| centre.hang_up(&mut alive));
            },
        );
        group.bench_function(BenchmarkId::new("position", size), |b| {
            b.iter(|| centre.position(&alive))
        });
    }
    group.finish();
}

fn state(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("queue/state");
    group.sample_size(10);
    let centre = Centre::new(1_000_000);
    group.bench_function("snapshot of 10^6 callers", |b| {
        b.iter_batched(|| (), |()| centre.queue.snapshot(), BatchSize::PerIteration);
    });
    // A log of 10^5 events: callers, offers, talks, hang-ups.
    let mut log: Vec<(Event, DateTime<Utc>)> = Vec::new();
    let mut source = Centre::new(0);
    while log.len() < 100_000 {
        source.next += 1;
        source.now += TimeDelta::milliseconds(10);
        let mut events = vec![Event::enqueue(
            CallId::new(spread(source.next)),
            ClassId::REGULAR,
        )];
        if let Some(offer) = source.queue.offer_for(EVE) {
            let token = offer.token;
            events.extend([
                Event::OfferAccepted { token },
                Event::Bridged { token },
                Event::CallEnded { token },
            ]);
        }
        for event in events {
            source.step(&event);
            log.push((event, source.now));
        }
    }
    group.throughput(Throughput::Elements(log.len() as u64));
    group.bench_function("replay of 10^5 events", |b| {
        b.iter(|| {
            let mut replayed = Centre::new(0);
            for (event, at) in &log {
                replayed.now = *at;
                replayed.step(event);
            }
            replayed.queue.version()
        });
    });
    group.finish();
}

criterion_group!(benches, index, events, state);
criterion_main!(benches);
