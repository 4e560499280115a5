//! The call queue: its index beside a BTreeMap with a hash index, and whole events.
//!
//! `priority-queue` 2.7 is licensed LGPL or MPL, which this workspace does not admit; it belongs
//! into `benches/peers`.

use std::collections::BTreeMap;
use std::hint::black_box;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use queue_dispatch::{Agent, AgentId, CallId, ClassId, Commands, Config, Event, Queue};

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

use hash::IdMap;
use line::{Line, NOWHERE};
use table::{Row, Table};

/// A head start of 120 s for the first class.
const CREDIT: i64 = 120_000_000;

/// The same draws for everybody.
struct Lot(u64);

impl Lot {
    fn draw(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn spread(number: u64) -> u128 {
    // Numbers spread as SIDs do.
    u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
}

trait Index {
    fn push(&mut self, id: u128, class: usize, now: i64);
    fn pop(&mut self) -> Option<u128>;
    fn remove(&mut self, id: u128) -> bool;
}

/// A caller, as `Queue` has them.
struct Caller {
    id: u128,
    since: i64,
    class: u32,
    ticket: u64,
}

impl Row for Caller {
    type Id = u128;

    fn id(&self) -> u128 {
        self.id
    }
}

/// Two lines and a table of callers, as `Queue` has them.
#[derive(Default)]
struct Lines {
    lines: [Line; 2],
    callers: Table<Caller>,
}

impl Lines {
    fn take(&mut self, caller: u32) -> u128 {
        let Caller {
            id, class, ticket, ..
        } = self.callers[caller];
        self.lines[class as usize].leave(ticket);
        self.callers.remove(caller);
        id
    }
}

impl Index for Lines {
    fn push(&mut self, id: u128, class: usize, now: i64) {
        let caller = self.callers.insert(Caller {
            id,
            since: now,
            class: class as u32,
            ticket: NOWHERE,
        });
        let callers = &mut self.callers;
        self.lines[class].join(now, caller, |caller, ticket| {
            callers[caller].ticket = ticket;
        });
    }

    fn pop(&mut self) -> Option<u128> {
        let heads = [self.lines[0].first(), self.lines[1].first()];
        let head = match heads {
            [Some(premium), Some(regular)] => {
                let premium_first =
                    self.callers[premium].since - CREDIT <= self.callers[regular].since;
                if premium_first { premium } else { regular }
            }
            [Some(only), None] | [None, Some(only)] => only,
            [None, None] => return None,
        };
        Some(self.take(head))
    }

    fn remove(&mut self, id: u128) -> bool {
        let Some(caller) = self.callers.find(id) else {
            return false;
        };
        self.take(caller);
        true
    }
}

/// The peer: an ordered map by priority key, and a hash index to find a caller who hangs up.
#[derive(Default)]
struct Tree {
    order: BTreeMap<(i64, u64), u128>,
    by_id: IdMap<u128, (i64, u64)>,
    arrivals: u64,
}

impl Index for Tree {
    fn push(&mut self, id: u128, class: usize, now: i64) {
        self.arrivals += 1;
        let key = (if class == 0 { now - CREDIT } else { now }, self.arrivals);
        self.order.insert(key, id);
        self.by_id.insert(id, key);
    }

    fn pop(&mut self) -> Option<u128> {
        let (_, id) = self.order.pop_first()?;
        self.by_id.remove(&id);
        Some(id)
    }

    fn remove(&mut self, id: u128) -> bool {
        let Some(key) = self.by_id.remove(&id) else {
            return false;
        };
        self.order.remove(&key).is_some()
    }
}

/// 40 % enqueue, 40 % dispatch, 20 % hang-up and a caller to replace the one who hung up, so that
/// the size stays: ten operations.
struct Mix<I> {
    index: I,
    lot: Lot,
    next: u64,
    now: i64,
    size: u64,
}

impl<I: Index + Default> Mix<I> {
    fn new(size: u64) -> Self {
        let mut mix = Self {
            index: I::default(),
            lot: Lot(7),
            next: 0,
            now: 0,
            size,
        };
        for _ in 0..size {
            mix.push();
        }
        // Until the window has turned over once.
        for _ in 0..size {
            mix.ten();
        }
        mix
    }

    fn push(&mut self) {
        self.next += 1;
        self.now += 1_000;
        let class = usize::from(self.lot.draw(5) != 0);
        self.index.push(spread(self.next), class, self.now);
    }

    fn ten(&mut self) {
        for step in 0..4 {
            self.push();
            black_box(self.index.pop());
            if step % 2 == 0 {
                // Someone who probably still waits; one who does not costs both sides a lookup.
                let victim = self.next - self.lot.draw(self.size * 9 / 10);
                if self.index.remove(spread(victim)) {
                    self.push();
                }
            }
        }
    }
}

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
        let mut centre = Centre::new(size);
        group.bench_function(
            BenchmarkId::new("enqueue + offer, the offered one leaves", size),
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
