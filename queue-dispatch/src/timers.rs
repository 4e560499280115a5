//! What falls due next: a binary heap that can also forget.
//!
//! Most deadlines never pass (offers are answered), so each is taken out when it loses its meaning;
//! a lazy heap would grow with every offer. Equal instants fall due in the order of stable numbers,
//! not of the heap's layout, so that a restored queue fires in the order of the original.

use crate::time::Micros;

/// Handle of an armed timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimerId(u32);

/// What a timer is for, with the row it concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// An offer was not answered, or an accepted one not bridged, in time.
    Offer(u32),
    /// An agent's wrap-up ends.
    WrapUp(u32),
    /// An agent's pause ends.
    Pause(u32),
    /// "Ring everyone" goes into its next round for a caller.
    Round(u32),
    /// A rung of the ladder is due for someone of a class: class and rung.
    Rung(u8, u8),
}

#[derive(Debug, Clone, Copy)]
struct Armed {
    at: Micros,
    due: Due,
    /// A number that survives a restart: token, agent number or arrival number.
    order: u64,
    id: u32,
}

impl Armed {
    fn key(&self) -> (Micros, u8, u64) {
        let kind = match self.due {
            Due::Offer(_) => 0,
            Due::WrapUp(_) => 1,
            Due::Pause(_) => 2,
            Due::Round(_) => 3,
            Due::Rung(..) => 4,
        };
        (self.at, kind, self.order)
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Timers {
    heap: Vec<Armed>,
    /// Where in the heap each handle's timer stands.
    places: Vec<u32>,
    free: Vec<u32>,
}

impl Timers {
    pub(crate) fn arm(&mut self, at: Micros, due: Due, order: u64) -> TimerId {
        let id = self.free.pop().unwrap_or_else(|| {
            self.places.push(0);
            (self.places.len() - 1) as u32
        });
        self.heap.push(Armed { at, due, order, id });
        self.rise(self.heap.len() - 1);
        TimerId(id)
    }

    pub(crate) fn cancel(&mut self, timer: TimerId) {
        self.take(self.places[timer.0 as usize] as usize);
    }

    pub(crate) fn at(&self, timer: TimerId) -> Micros {
        self.heap[self.places[timer.0 as usize] as usize].at
    }

    pub(crate) fn next(&self) -> Option<Micros> {
        self.heap.first().map(|armed| armed.at)
    }

    pub(crate) fn pop_due(&mut self, now: Micros) -> Option<Due> {
        let due = self.heap.first().filter(|armed| armed.at <= now)?.due;
        self.take(0);
        Some(due)
    }

    /// What each timer is for gets another name, in the same order.
    pub(crate) fn relabel(&mut self, label: impl Fn(Due) -> Due) {
        for armed in &mut self.heap {
            armed.due = label(armed.due);
        }
    }

    fn take(&mut self, place: usize) {
        let armed = self.heap.swap_remove(place);
        self.free.push(armed.id);
        if place < self.heap.len() {
            self.sink(place);
            self.rise(place);
        }
    }

    fn rise(&mut self, mut place: usize) {
        while place > 0 {
            let parent = (place - 1) / 2;
            if self.heap[parent].key() <= self.heap[place].key() {
                break;
            }
            self.heap.swap(parent, place);
            self.note(place);
            place = parent;
        }
        self.note(place);
    }

    fn sink(&mut self, mut place: usize) {
        loop {
            let mut least = place;
            for child in [2 * place + 1, 2 * place + 2] {
                if child < self.heap.len() && self.heap[child].key() < self.heap[least].key() {
                    least = child;
                }
            }
            self.note(place);
            if least == place {
                break;
            }
            self.heap.swap(least, place);
            self.note(place);
            place = least;
        }
    }

    fn note(&mut self, place: usize) {
        self.places[self.heap[place].id as usize] = place as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Arming and cancelling at random, then popping, equals sorting what was left.
        #[test]
        fn falls_due_in_order(steps in prop::collection::vec((0_i64..50, any::<bool>()), 0..200)) {
            let mut timers = Timers::default();
            let mut kept: Vec<(TimerId, Micros, u64)> = Vec::new();
            for (order, (at, cancels)) in steps.into_iter().enumerate() {
                let order = order as u64;
                if cancels && !kept.is_empty() {
                    let (timer, was, _) = kept.swap_remove(at as usize % kept.len());
                    prop_assert_eq!(timers.at(timer), was);
                    timers.cancel(timer);
                } else {
                    kept.push((timers.arm(at, Due::Offer(order as u32), order), at, order));
                }
                prop_assert_eq!(timers.next(), kept.iter().map(|k| k.1).min());
            }
            kept.sort_by_key(|k| (k.1, k.2));
            for (_, at, order) in kept {
                prop_assert_eq!(timers.pop_due(at - 1), None);
                prop_assert_eq!(timers.pop_due(at), Some(Due::Offer(order as u32)));
            }
            prop_assert_eq!(timers.next(), None);
        }
    }
}
