//! The waiting line equals a plain sorted list, whatever is done to it.
//!
//! Apart from the line itself, whose source the benches measure alone.

use proptest::prelude::*;

use crate::line::{Line, NOWHERE};
use crate::time::Micros;

/// One row of the oracle.
#[derive(Debug)]
struct Row {
    key: Micros,
    item: u32,
    waits: bool,
}

/// A line, and a plain sorted list of who is in it.
#[derive(Default)]
struct Both {
    line: Line,
    tickets: Vec<u64>,
    rows: Vec<Row>,
}

impl Both {
    fn join(&mut self, key: Micros) {
        let item = self.tickets.len() as u32;
        self.tickets.push(NOWHERE);
        let Self { line, tickets, .. } = self;
        line.join(key, item, |item, ticket| tickets[item as usize] = ticket);
        let at = self.rows.partition_point(|row| row.key <= key);
        let row = Row {
            key,
            item,
            waits: true,
        };
        self.rows.insert(at, row);
    }

    fn leave(&mut self, nth: usize) {
        let row = self.rows.remove(nth);
        self.line.leave(self.tickets[row.item as usize]);
    }

    fn hide(&mut self, nth: usize) {
        self.rows[nth].waits = false;
        self.line.hide(self.tickets[self.rows[nth].item as usize]);
    }

    fn show(&mut self, nth: usize) {
        self.rows[nth].waits = true;
        self.line.show(self.tickets[self.rows[nth].item as usize]);
    }

    fn check(&mut self, older_than: Micros) {
        let Self {
            line,
            tickets,
            rows,
        } = self;
        let waiting = || rows.iter().filter(|row| row.waits);
        let items: Vec<u32> = waiting().map(|row| row.item).collect();
        assert_eq!(line.len(), items.len());
        assert_eq!(line.first(), items.first().copied());
        assert_eq!(line.waiting().collect::<Vec<_>>(), items);
        let all: Vec<u32> = rows.iter().map(|row| row.item).collect();
        assert_eq!(line.holders().collect::<Vec<_>>(), all);
        assert_eq!(line.holders_len(), all.len());
        assert_eq!(line.first_holder(), all.first().copied());
        let mut ahead = 0;
        for row in rows.iter() {
            let ticket = tickets[row.item as usize];
            assert_eq!(line.holder(ticket), row.item);
            assert_eq!(line.ahead_of(ticket), ahead);
            ahead += usize::from(row.waits);
        }
        let older = waiting().filter(|row| row.key < older_than).count();
        assert_eq!(line.ahead_where(|key| key < older_than), older);
        let after = line.ticket_after(older_than);
        let next = rows.iter().find(|row| row.key > older_than);
        let held = line.held_from(after).map(|ticket| line.holder(ticket));
        assert_eq!(held, next.map(|row| row.item));
    }
}

proptest! {
    #[test]
    fn equals_a_sorted_list(steps in prop::collection::vec((0_u8..8, 0_usize..1000, 0_i64..30), 1..600)) {
        let mut both = Both::default();
        let mut clock = 0;
        for (kind, pick, ago) in steps {
            let rows = both.rows.len();
            match kind {
                // Mostly at the end, sometimes with an older instant.
                0..=3 => {
                    clock += ago / 10;
                    both.join(if kind == 3 { clock - ago } else { clock });
                }
                _ if rows == 0 => {}
                4 | 5 => both.leave(pick % rows),
                6 => both.hide(pick % rows),
                _ => both.show(pick % rows),
            }
            both.check(clock - 10);
        }
    }

    /// A long life: the line goes round its window many times, now long, now short, with holders
    /// who stay behind.
    #[test]
    fn equals_a_sorted_list_for_long(seed in any::<u64>(), middle in 0_u64..4, older in 0_u64..30) {
        let mut lot = seed;
        let mut draw = |below: u64| {
            lot = lot.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (lot >> 33) % below
        };
        let mut both = Both::default();
        for clock in 0..6_000_i64 {
            let aim = 40 + 160 * (clock as u64 / 1_000 % 3);
            let ago = if draw(100) < older { draw(300) as i64 } else { 0 };
            both.join(clock - ago);
            while both.rows.len() as u64 > aim {
                let rows = both.rows.len() as u64;
                let nth = if draw(4) < middle { draw(rows) } else { draw(3) };
                match draw(8) {
                    0 => both.hide(nth as usize),
                    1 => both.show(nth as usize),
                    _ => both.leave(nth as usize),
                }
            }
            if clock % 61 == 0 {
                both.check(clock - 50);
            }
        }
    }
}

/// Everyone joins before the first, or at one place: the packed-memory array's worst cases.
#[test]
fn joining_where_it_is_crowded_keeps_the_order() {
    let crowds: [fn(Micros) -> Micros; 4] =
        [|_| 5, |nth| -nth, |nth| nth % 2 * 10, |nth| 10 - nth % 3];
    for key in crowds {
        let mut both = Both::default();
        (0..100).for_each(|_| both.join(0));
        (0..100).for_each(|_| both.join(10));
        for nth in 0..3_000 {
            both.join(key(nth));
            if nth % 97 == 0 {
                both.check(5);
            }
        }
        both.check(5);
    }
}

#[test]
fn the_first_is_found_across_a_long_gap() {
    let mut both = Both::default();
    (0..5000).for_each(|key| both.join(key));
    (0..4999).for_each(|nth| both.hide(nth));
    assert_eq!(both.line.first(), Some(4999));
    both.show(3);
    assert_eq!(both.line.first(), Some(3));
    both.hide(3);
    assert_eq!(both.line.first(), Some(4999));
}
