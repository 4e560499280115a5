//! A waiting line with exact ranks: first in, first out, and anyone may step out or back in.
//!
//! Whoever joins takes the next ticket. A ticket's place is its number modulo the window's size, so
//! that the line wanders through a ring and nobody moves; a bit per place says whether its holder
//! is waiting now. At the head and at the tail this is all there is to do. A Fenwick tree over the
//! 64-place words counts the gaps, the tickets between head and tail whose holder is not waiting:
//! it is touched only by who leaves the middle, and makes a rank O(log n). A heap would be slower
//! at all three, and cannot tell a rank at all.
//!
//! A holder who steps out for a while keeps the ticket (`hide`, `show`); one who leaves gives it up
//! (`leave`). Whoever joins with an older instant than the last takes a place given up nearby, and
//! if there is none, those around move apart (a packed-memory array): O(log² n) amortised.

// Written out, for the benches compile this file on its own and from elsewhere.
#[path = "line/room.rs"]
mod room;

use crate::time::Micros;

/// No ticket.
pub(crate) const NOWHERE: u64 = u64::MAX;

#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// Joining instant by place: never falls from ticket to ticket.
    keys: Vec<Micros>,
    /// The key of each 64th place: a search looks here first, and stays in the cache.
    signposts: Vec<Micros>,
    items: Vec<u32>,
    /// One bit per place: the holder is waiting.
    live: Vec<u64>,
    /// One bit per place: the ticket is held, by someone waiting or stepped out.
    held: Vec<u64>,
    /// Fenwick tree (1-based) over the number of gaps per word.
    gaps: Vec<u32>,
    /// The first ticket held; the tail when there is none.
    base: u64,
    /// The next ticket. Its word is never the base's, a lap later.
    tail: u64,
    /// No ticket before this one is live.
    front: u64,
    waiting: usize,
    holders: usize,
}

impl Default for Line {
    fn default() -> Self {
        // Room to join before the first.
        const START: u64 = 1 << 40;
        Self {
            keys: Vec::new(),
            signposts: Vec::new(),
            items: Vec::new(),
            live: Vec::new(),
            held: Vec::new(),
            gaps: Vec::new(),
            base: START,
            tail: START,
            front: START,
            waiting: 0,
            holders: 0,
        }
    }
}

impl Line {
    pub(crate) fn len(&self) -> usize {
        self.waiting
    }

    /// Joins with the given instant: behind everyone who joined at or before it.
    ///
    /// O(1) amortised when that is the end of the line, O(log² n) otherwise. `moved` hears of every
    /// holder whose ticket changed, and of the new one.
    pub(crate) fn join(&mut self, key: Micros, item: u32, mut moved: impl FnMut(u32, u64)) {
        self.trim_tail();
        let at_end = self.tail == self.base || self.keys[self.place(self.tail - 1)] <= key;
        let ticket = if at_end {
            self.make_room(&mut moved);
            self.tail += 1;
            self.tail - 1
        } else {
            self.open(key, &mut moved)
        };
        self.set_key(ticket, key);
        let place = self.place(ticket);
        self.items[place] = item;
        self.held[place / 64] |= 1 << (place % 64);
        if at_end {
            // Never was a gap.
            self.live[place / 64] |= 1 << (place % 64);
        } else {
            self.set_live(ticket, true);
        }
        self.waiting += 1;
        self.holders += 1;
        self.front = self.front.min(ticket);
        moved(item, ticket);
    }

    /// Steps out, keeping the ticket.
    pub(crate) fn hide(&mut self, ticket: u64) {
        if self.is_live(ticket) {
            self.set_live(ticket, false);
            self.waiting -= 1;
        }
    }

    /// Steps back into the kept place.
    pub(crate) fn show(&mut self, ticket: u64) {
        if !self.is_live(ticket) {
            self.set_live(ticket, true);
            self.waiting += 1;
            self.front = self.front.min(ticket);
        }
    }

    /// Gives the ticket up.
    pub(crate) fn leave(&mut self, ticket: u64) {
        let place = self.place(ticket);
        let (word, bit) = (place / 64, 1 << (place % 64));
        self.holders -= 1;
        self.held[word] &= !bit;
        if self.live[word] & bit != 0 {
            self.live[word] &= !bit;
            self.waiting -= 1;
            if ticket == self.base {
                self.base += 1;
            } else {
                self.count(word, 1);
            }
        }
        if self.base == ticket || self.base == ticket + 1 {
            self.advance();
        }
    }

    /// The first who holds a ticket, waiting or stepped out.
    pub(crate) fn first_holder(&self) -> Option<u32> {
        (self.base < self.tail).then(|| self.holder(self.base))
    }

    /// The first who waits.
    pub(crate) fn first(&mut self) -> Option<u32> {
        if self.waiting == 0 {
            return None;
        }
        let ticket = self.first_bit(&self.live, self.front)?;
        self.front = ticket;
        Some(self.holder(ticket))
    }

    /// How many wait with tickets before this one.
    pub(crate) fn ahead_of(&self, ticket: u64) -> usize {
        (ticket - self.base) as usize - self.gaps_before(ticket)
    }

    /// How many wait at the front of the line for whom `precedes` holds; it must hold for a prefix.
    pub(crate) fn ahead_where(&self, precedes: impl Fn(Micros) -> bool) -> usize {
        self.ahead_of(self.search(precedes))
    }

    /// The first ticket at or after this one whose holder is waiting.
    pub(crate) fn waiting_from(&self, ticket: u64) -> Option<u64> {
        self.first_bit(&self.live, ticket)
    }

    /// The first ticket at or after this one that is held.
    pub(crate) fn held_from(&self, ticket: u64) -> Option<u64> {
        self.first_bit(&self.held, ticket)
    }

    /// The first ticket of anyone who joined after `key`.
    pub(crate) fn ticket_after(&self, key: Micros) -> u64 {
        self.search(|other| other <= key)
    }

    /// Who holds a ticket.
    pub(crate) fn holder(&self, ticket: u64) -> u32 {
        self.items[self.place(ticket)]
    }

    /// Everyone waiting, in order.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = u32> + '_ {
        self.each(&self.live)
    }

    /// Every holder, waiting or stepped out, in order.
    pub(crate) fn holders(&self) -> impl Iterator<Item = u32> + '_ {
        self.each(&self.held)
    }

    /// How many hold a ticket, waiting or stepped out.
    pub(crate) fn holders_len(&self) -> usize {
        self.holders
    }

    /// Every holder gets another number.
    pub(crate) fn relabel(&mut self, label: impl Fn(u32) -> u32) {
        for item in &mut self.items {
            *item = label(*item);
        }
    }

    fn place(&self, ticket: u64) -> usize {
        // The window is a power of two, or empty.
        ticket as usize & self.items.len().wrapping_sub(1)
    }

    fn is_live(&self, ticket: u64) -> bool {
        let place = self.place(ticket);
        self.live[place / 64] >> (place % 64) & 1 == 1
    }

    fn is_held(&self, ticket: u64) -> bool {
        let place = self.place(ticket);
        self.held[place / 64] >> (place % 64) & 1 == 1
    }

    fn set_key(&mut self, ticket: u64, key: Micros) {
        let place = self.place(ticket);
        self.keys[place] = key;
        if place.is_multiple_of(64) {
            self.signposts[place / 64] = key;
        }
    }

    /// Sets whether a ticket between base and tail is live, and counts the gap.
    fn set_live(&mut self, ticket: u64, live: bool) {
        let place = self.place(ticket);
        let (word, bit) = (place / 64, 1 << (place % 64));
        match (self.live[word] & bit != 0, live) {
            (false, true) => self.count(word, u32::MAX),
            (true, false) => self.count(word, 1),
            _ => return,
        }
        self.live[word] ^= bit;
    }

    /// Adds `change` (or takes away, as its negative modulo 2^32) to a word's gaps.
    fn count(&mut self, word: usize, change: u32) {
        let mut node = word + 1;
        while node < self.gaps.len() {
            self.gaps[node] = self.gaps[node].wrapping_add(change);
            node += node & node.wrapping_neg();
        }
    }

    /// Counts the tickets from one to before another, none of them live, as gaps or as no gaps any
    /// more.
    fn count_range(&mut self, from: u64, to: u64, is_gap: bool) {
        let mut at = from;
        while at < to {
            let end = to.min((at / 64 + 1) * 64);
            let gaps = (end - at) as u32;
            let word = self.place(at) / 64;
            self.count(word, if is_gap { gaps } else { gaps.wrapping_neg() });
            at = end;
        }
    }

    /// Moves the base on to the first ticket held.
    fn advance(&mut self) {
        if self.base < self.tail && self.is_held(self.base) {
            return;
        }
        let next = self.first_bit(&self.held, self.base).unwrap_or(self.tail);
        self.count_range(self.base, next, false);
        self.base = next;
    }

    /// Takes back the tickets given up at the end.
    fn trim_tail(&mut self) {
        while self.tail > self.base && !self.is_held(self.tail - 1) {
            self.tail -= 1;
            self.count(self.place(self.tail) / 64, u32::MAX);
        }
    }

    /// The gaps in the words before this one, from the start of the ring.
    fn gaps_in_words(&self, word: usize) -> usize {
        let mut node = word;
        let mut sum = 0_u32;
        while node > 0 {
            sum = sum.wrapping_add(self.gaps[node]);
            node &= node - 1;
        }
        sum as usize
    }

    /// The gaps from the base to before this ticket, which may be the tail.
    fn gaps_before(&self, ticket: u64) -> usize {
        let all = (self.tail - self.base) as usize - self.waiting;
        if all == 0 || ticket == self.tail {
            return all;
        }
        let (base, word) = (self.place(self.base) / 64, self.place(ticket) / 64);
        let last = self.place(self.tail - 1) / 64;
        let words = if last >= base {
            self.gaps_in_words(word)
        } else if word >= base {
            self.gaps_in_words(word) - self.gaps_in_words(base)
        } else {
            all - self.gaps_in_words(base) + self.gaps_in_words(word)
        };
        // Of the ticket's own word: what is not before the base.
        let start = (ticket & !63).max(self.base);
        let below = (1_u64 << (ticket % 64)) - (1_u64 << (start % 64));
        words + (!self.live[word] & below).count_ones() as usize
    }

    /// The first ticket for whose key `goes_before` does not hold; it must hold for a prefix.
    fn search(&self, goes_before: impl Fn(Micros) -> bool) -> u64 {
        if self.base == self.tail {
            return self.tail;
        }
        // The first word, after the base's, whose signpost it does not hold for.
        let (mut low, mut high) = (self.base / 64 + 1, self.tail.div_ceil(64));
        while low < high {
            let middle = low + (high - low) / 2;
            if goes_before(self.signposts[self.place(middle * 64) / 64]) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let first = ((low - 1) * 64).max(self.base);
        let end = (low * 64).min(self.tail);
        let place = self.place(first);
        let keys = &self.keys[place..place + (end - first) as usize];
        first + keys.partition_point(|&key| goes_before(key)) as u64
    }

    /// The first bit set, from a ticket on.
    fn first_bit(&self, bits: &[u64], from: u64) -> Option<u64> {
        let from = from.max(self.base);
        let mut at = from & !63;
        let mut mask = u64::MAX << (from % 64);
        while at < self.tail {
            // Places outside of base and tail have no bit set.
            let found = bits[self.place(at) / 64] & mask;
            if found != 0 {
                return Some(at + u64::from(found.trailing_zeros()));
            }
            mask = u64::MAX;
            at += 64;
        }
        None
    }

    fn each<'a>(&'a self, bits: &'a [u64]) -> impl Iterator<Item = u32> + 'a {
        let words = (self.base / 64..self.tail.div_ceil(64)).map(|word| self.place(word * 64));
        words.flat_map(move |place| {
            let bits = bits[place / 64];
            std::iter::successors((bits != 0).then_some(bits), |&rest| {
                let rest = rest & (rest - 1);
                (rest != 0).then_some(rest)
            })
            .map(move |rest| self.items[place + rest.trailing_zeros() as usize])
        })
    }
}
