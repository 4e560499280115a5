//! The call queue's index beside `priority-queue` 2.7, which is licensed LGPL or MPL, and a BTreeMap
//! with a hash index: each with the same ids, hash and draws.

use std::cmp::Reverse;
use std::hash::BuildHasherDefault;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use priority_queue::PriorityQueue;

#[allow(dead_code, reason = "shared with the workspace's bench")]
#[path = "../../benches/queue_index/mod.rs"]
mod queue_index;

// The index is private to its crate; its own source is measured.
#[allow(dead_code, reason = "the bench uses a part of them")]
#[path = "../../../queue-dispatch/src/hash.rs"]
mod hash;
#[allow(dead_code, reason = "the bench uses a part of them")]
#[path = "../../../queue-dispatch/src/line.rs"]
mod line;
#[allow(dead_code, reason = "the bench uses a part of them")]
#[path = "../../../queue-dispatch/src/table.rs"]
mod table;
mod time {
    pub(crate) type Micros = i64;
}

use queue_index::{CREDIT, Index, Lines, Mix, Tree, race};

/// The peer: a heap with a hash index, by priority key.
#[derive(Default)]
struct Heap {
    order: PriorityQueue<u128, Reverse<(i64, u64)>, BuildHasherDefault<hash::IdHasher>>,
    arrivals: u64,
}

impl Index for Heap {
    fn push(&mut self, id: u128, class: usize, now: i64) {
        self.arrivals += 1;
        let key = (if class == 0 { now - CREDIT } else { now }, self.arrivals);
        self.order.push(id, Reverse(key));
    }

    fn pop(&mut self) -> Option<u128> {
        self.order.pop().map(|(id, _)| id)
    }

    fn remove(&mut self, id: u128) -> bool {
        self.order.remove(&id).is_some()
    }
}

fn index(criterion: &mut Criterion) {
    let mut group =
        criterion.benchmark_group("queue/index: 10 operations, 40 % push, 40 % pop, 20 % remove");
    group.throughput(Throughput::Elements(10));
    for size in [1_000_u64, 100_000] {
        let mut lines = Mix::<Lines>::new(size);
        let mut heap = Mix::<Heap>::new(size);
        let mut tree = Mix::<Tree>::new(size);
        race(
            &format!("queue/index/{size}"),
            &mut [
                ("queue-dispatch", &mut || lines.ten()),
                ("priority-queue 2.7", &mut || heap.ten()),
                ("BTreeMap + hash index", &mut || tree.ten()),
            ],
        );
        group.bench_function(BenchmarkId::new("queue-dispatch", size), |b| {
            b.iter(|| lines.ten())
        });
        group.bench_function(BenchmarkId::new("priority-queue 2.7", size), |b| {
            b.iter(|| heap.ten())
        });
        group.bench_function(BenchmarkId::new("BTreeMap + hash index", size), |b| {
            b.iter(|| tree.ten())
        });
    }
    group.finish();
}

criterion_group!(benches, index);
criterion_main!(benches);
