//! The queue's index and its peers, under one mix of operations. Shared with `benches/peers`.

use std::collections::BTreeMap;
use std::hint::black_box;

use crate::hash::IdMap;
use crate::line::{Line, NOWHERE};
use crate::table::{Row, Table};

/// A head start of 120 s for the first class.
pub(crate) const CREDIT: i64 = 120_000_000;

/// The same draws for everybody.
pub(crate) struct Lot(pub(crate) u64);

impl Lot {
    pub(crate) fn draw(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

pub(crate) fn spread(number: u64) -> u128 {
    // Numbers spread as SIDs do.
    u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
}

pub(crate) trait Index {
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
pub(crate) struct Lines {
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
pub(crate) struct Tree {
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
pub(crate) struct Mix<I> {
    index: I,
    lot: Lot,
    next: u64,
    now: i64,
    size: u64,
}

impl<I: Index + Default> Mix<I> {
    pub(crate) fn new(size: u64) -> Self {
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

    pub(crate) fn ten(&mut self) {
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

/// Contenders take turns, a short round each, and the median of their ratios is printed: on a busy
/// machine this says more than one measurement after the other.
pub(crate) fn race(name: &str, contenders: &mut [(&str, &mut dyn FnMut())]) {
    let mut rounds: Vec<Vec<f64>> = Vec::new();
    for _ in 0..60 {
        let round = contenders.iter_mut().map(|(_, run)| {
            let started = std::time::Instant::now();
            for _ in 0..3_000 {
                run();
            }
            started.elapsed().as_secs_f64()
        });
        rounds.push(round.collect());
    }
    for (nth, (peer, _)) in contenders.iter().enumerate().skip(1) {
        let mut ratios: Vec<f64> = rounds.iter().map(|round| round[nth] / round[0]).collect();
        ratios.sort_by(f64::total_cmp);
        println!("{name}: {peer} takes {:.2} times as long", ratios[30]);
    }
}
