//! Making room: at the end of the line, by a wider window; in the middle, by moving those around.

use super::Line;
use crate::time::Micros;

/// How far those around move for one who joins in the middle, before they are spread.
const REACH: u64 = 64;

impl Line {
    /// Makes sure that the tail's ticket has a place.
    pub(super) fn make_room(&mut self, moved: &mut impl FnMut(u32, u64)) {
        if ((self.tail / 64 - self.base / 64) as usize) < self.live.len() {
            return;
        }
        // Half the window, less the words of base and tail, which must stay apart.
        if self.holders * 2 + 128 <= self.items.len() {
            self.spread(self.base, self.tail, self.base + self.holders as u64, moved);
            self.trim_tail();
        } else {
            self.widen();
        }
    }

    /// Doubles the window. Tickets stay as they are.
    fn widen(&mut self) {
        let places = (self.items.len() * 2).max(256);
        let wide = Self {
            keys: vec![0; places],
            signposts: vec![0; places / 64],
            items: vec![u32::MAX; places],
            live: vec![0; places / 64],
            held: vec![0; places / 64],
            gaps: vec![0; places / 64 + 1],
            ..*self
        };
        let narrow = std::mem::replace(self, wide);
        for ticket in self.base..self.tail {
            let place = self.place(ticket);
            self.set_key(ticket, narrow.keys[narrow.place(ticket)]);
            self.items[place] = narrow.items[narrow.place(ticket)];
            self.held[place / 64] |= u64::from(narrow.is_held(ticket)) << (place % 64);
            self.live[place / 64] |= u64::from(narrow.is_live(ticket)) << (place % 64);
            if !narrow.is_live(ticket) {
                self.count(place / 64, 1);
            }
        }
    }

    /// Opens a place in the middle of the line, before everyone who joined after `key`.
    pub(super) fn open(&mut self, key: Micros, moved: &mut impl FnMut(u32, u64)) -> u64 {
        loop {
            let next = self.search(|other| other <= key);
            let free = |ticket: &u64| !self.is_held(*ticket);
            let before = (self.base.max(next.saturating_sub(REACH))..next)
                .rev()
                .find(free);
            let after = (next..self.tail.min(next + REACH)).find(free);
            match (before, after) {
                (Some(before), after)
                    if after.is_none_or(|after| next - before <= after - next) =>
                {
                    for ticket in before + 1..next {
                        self.carry(ticket, ticket - 1, moved);
                    }
                    return next - 1;
                }
                (_, Some(after)) => {
                    for ticket in (next..after).rev() {
                        self.carry(ticket, ticket + 1, moved);
                    }
                    return next;
                }
                // At the very front, or near the end, there is room outside.
                _ if next == self.base && self.has_room_before() => {
                    self.base -= 1;
                    self.count_range(self.base, self.base + 1, true);
                    return self.base;
                }
                _ if self.tail - next < REACH => {
                    self.make_room(moved);
                    self.tail += 1;
                    self.count_range(self.tail - 1, self.tail, true);
                    // Free, though not held: the next turn finds it.
                    self.set_key(self.tail - 1, Micros::MAX);
                }
                _ => self.loosen(next, moved),
            }
        }
    }

    fn has_room_before(&self) -> bool {
        self.base > 0 && ((self.tail / 64 - (self.base - 1) / 64) as usize) < self.live.len()
    }

    /// Moves a holder to a free ticket.
    fn carry(&mut self, from: u64, to: u64, moved: &mut impl FnMut(u32, u64)) {
        let (source, target) = (self.place(from), self.place(to));
        self.set_key(to, self.keys[source]);
        self.items[target] = self.items[source];
        self.held[source / 64] &= !(1 << (source % 64));
        self.held[target / 64] |= 1 << (target % 64);
        let live = self.is_live(from);
        self.set_live(from, false);
        self.set_live(to, live);
        self.front = self.front.min(to);
        moved(self.items[target], to);
    }

    /// Spreads the holders around a ticket, in the smallest neighbourhood that is at most three
    /// quarters full; or the whole line, over twice as many places as it has holders.
    fn loosen(&mut self, around: u64, moved: &mut impl FnMut(u32, u64)) {
        let mut size = 2 * REACH;
        while size < self.tail - self.base {
            let from = (around & !(size - 1)).max(self.base);
            let to = ((around & !(size - 1)) + size).min(self.tail);
            let holders: u64 = (from..to).map(|t| u64::from(self.is_held(t))).sum();
            if holders * 4 <= (to - from) * 3 {
                return self.spread(from, to, to, moved);
            }
            size *= 2;
        }
        let to = self.base + 2 * self.holders as u64;
        while (to / 64 - self.base / 64) as usize >= self.live.len() {
            self.widen();
        }
        self.spread(self.base, self.tail, to, moved);
    }

    /// Distributes the holders of the tickets between `from` and `to` evenly from `from` to `until`,
    /// which is the same, or the line's new tail.
    fn spread(&mut self, from: u64, to: u64, until: u64, moved: &mut impl FnMut(u32, u64)) {
        // To the left end first, then from the right: nobody is overwritten.
        self.forget_gaps(from, to);
        let mut packed = from;
        for ticket in from..to {
            if self.is_held(ticket) {
                self.relocate(ticket, packed);
                packed += 1;
            }
        }
        let (holders, places) = (packed - from, until - from);
        let mut free_until = until;
        for nth in (0..holders).rev() {
            let target = from + nth * places / holders;
            self.relocate(from + nth, target);
            let place = self.place(target);
            for free in target + 1..free_until {
                self.set_key(free, self.keys[place]);
            }
            free_until = target;
            moved(self.items[place], target);
        }
        if to == self.tail {
            self.tail = until;
        }
        self.front = self.front.min(from);
        self.remember_gaps(from, until);
    }

    /// Moves a holder without counting gaps.
    fn relocate(&mut self, from: u64, to: u64) {
        if from == to {
            return;
        }
        let (source, target) = (self.place(from), self.place(to));
        self.set_key(to, self.keys[source]);
        self.items[target] = self.items[source];
        for bits in [&mut self.live, &mut self.held] {
            let bit = bits[source / 64] >> (source % 64) & 1;
            bits[source / 64] &= !(1 << (source % 64));
            bits[target / 64] = bits[target / 64] & !(1 << (target % 64)) | bit << (target % 64);
        }
    }

    fn forget_gaps(&mut self, from: u64, to: u64) {
        for ticket in from..to {
            if !self.is_live(ticket) {
                self.count(self.place(ticket) / 64, u32::MAX);
            }
        }
    }

    fn remember_gaps(&mut self, from: u64, to: u64) {
        for ticket in from..to {
            if !self.is_live(ticket) {
                self.count(self.place(ticket) / 64, 1);
            }
        }
    }
}
