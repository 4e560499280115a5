//! A waiting line with exact ranks: first in, first out, and anyone may step out or back in.
//!
//! Slots are handed out in order. A bit per slot says whether its holder is waiting now, and a
//! Fenwick tree over the 64-slot words counts them, so that a rank, a hang-up from the middle and a
//! return to the old place each cost O(log n) on a few cache lines. A heap would be slower at all
//! three, and cannot tell a rank at all.
//!
//! A holder who steps out for a while keeps the slot (`hide`, `show`); one who leaves gives it up
//! (`leave`). Slots given up are swept out when the window is full: amortised O(1) per join.

use crate::time::Micros;

/// No slot.
pub(crate) const NOWHERE: u32 = u32::MAX;

#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    /// Joining instant by slot: never falls from slot to slot.
    keys: Vec<Micros>,
    /// The key of each 64th slot: a search looks here first, and stays in the cache.
    signposts: Vec<Micros>,
    items: Vec<u32>,
    /// One bit per slot: the holder is waiting.
    live: Vec<u64>,
    /// One bit per slot: the slot is held, by someone waiting or stepped out.
    held: Vec<u64>,
    /// Fenwick tree (1-based) over the number of live bits per word.
    tree: Vec<u32>,
    /// Slots from here on have not been handed out.
    tail: usize,
    waiting: usize,
    /// No word before this one has a live bit.
    front: usize,
    /// No word before this one has a held bit.
    held_front: usize,
}

impl Line {
    pub(crate) fn len(&self) -> usize {
        self.waiting
    }

    /// Joins with the given instant: behind everyone who joined at or before it.
    ///
    /// O(log n) amortised when that is the end of the line, O(n) otherwise. `moved` hears of every
    /// holder whose slot changed, and of the new one.
    pub(crate) fn join(&mut self, key: Micros, item: u32, mut moved: impl FnMut(u32, u32)) {
        while self.tail > 0 && !self.bit(&self.held, self.tail - 1) {
            self.tail -= 1;
        }
        let at_end = self.tail == 0 || self.keys[self.tail - 1] <= key;
        if !at_end || self.tail == self.items.len() {
            self.sweep(&mut moved);
        }
        let slot = if at_end {
            self.tail
        } else {
            self.search(|k| k <= key)
        };
        if !at_end {
            self.open(slot, &mut moved);
        }
        self.set_key(slot, key);
        self.items[slot] = item;
        self.held[slot / 64] |= 1 << (slot % 64);
        self.held_front = self.held_front.min(slot / 64);
        self.tail += 1;
        moved(item, slot as u32);
        self.show(slot as u32);
    }

    /// Steps out, keeping the slot.
    pub(crate) fn hide(&mut self, slot: u32) {
        let slot = slot as usize;
        if self.bit(&self.live, slot) {
            self.live[slot / 64] &= !(1 << (slot % 64));
            self.waiting -= 1;
            self.count(slot / 64, u32::MAX);
        }
    }

    /// Steps back into the kept slot.
    pub(crate) fn show(&mut self, slot: u32) {
        let slot = slot as usize;
        if !self.bit(&self.live, slot) {
            self.live[slot / 64] |= 1 << (slot % 64);
            self.waiting += 1;
            self.count(slot / 64, 1);
            self.front = self.front.min(slot / 64);
        }
    }

    /// Gives the slot up.
    pub(crate) fn leave(&mut self, slot: u32) {
        self.hide(slot);
        let slot = slot as usize;
        self.held[slot / 64] &= !(1 << (slot % 64));
        while self.held[self.held_front] == 0 && (self.held_front + 1) * 64 < self.tail {
            self.held_front += 1;
        }
    }

    /// The first who holds a slot, waiting or stepped out.
    pub(crate) fn first_holder(&self) -> Option<u32> {
        let bits = *self.held.get(self.held_front)?;
        (bits != 0).then(|| self.items[self.held_front * 64 + bits.trailing_zeros() as usize])
    }

    /// The first who waits.
    pub(crate) fn first(&mut self) -> Option<u32> {
        if self.waiting == 0 {
            return None;
        }
        // The next words mostly answer at once; after a few empty ones the tree finds the way.
        let mut word = self.front;
        while self.live[word] == 0 {
            word += 1;
            if word >= self.front + 8 {
                word = self.word_of_first();
                break;
            }
        }
        self.front = word;
        Some(self.items[word * 64 + self.live[word].trailing_zeros() as usize])
    }

    /// How many wait in slots before this one.
    pub(crate) fn ahead_of(&self, slot: u32) -> usize {
        self.live_before(slot as usize)
    }

    /// How many wait at the front of the line for whom `precedes` holds; it must hold for a prefix.
    pub(crate) fn ahead_where(&self, precedes: impl Fn(Micros) -> bool) -> usize {
        self.live_before(self.search(precedes))
    }

    /// The first slot at or after `slot` whose holder is waiting.
    pub(crate) fn waiting_from(&self, slot: u32) -> Option<u32> {
        first_bit(&self.live, slot)
    }

    /// The first slot at or after `slot` that is held.
    pub(crate) fn held_from(&self, slot: u32) -> Option<u32> {
        first_bit(&self.held, slot)
    }

    /// The first slot of anyone who joined after `key`.
    pub(crate) fn slot_after(&self, key: Micros) -> u32 {
        self.search(|other| other <= key) as u32
    }

    /// Who holds a slot.
    pub(crate) fn holder(&self, slot: u32) -> u32 {
        self.items[slot as usize]
    }

    /// Everyone waiting, in order.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = u32> + '_ {
        self.slots(&self.live)
    }

    /// Every holder, waiting or stepped out, in order.
    pub(crate) fn holders(&self) -> impl Iterator<Item = u32> + '_ {
        self.slots(&self.held)
    }

    /// How many of the holders, waiting or stepped out.
    pub(crate) fn holders_len(&self) -> usize {
        self.held
            .iter()
            .map(|bits| bits.count_ones() as usize)
            .sum()
    }

    fn set_key(&mut self, slot: usize, key: Micros) {
        self.keys[slot] = key;
        if slot.is_multiple_of(64) {
            self.signposts[slot / 64] = key;
        }
    }

    /// The first slot for whose key `goes_before` does not hold; it must hold for a prefix.
    fn search(&self, goes_before: impl Fn(Micros) -> bool) -> usize {
        let signposts = &self.signposts[..self.tail.div_ceil(64)];
        let word = signposts
            .partition_point(|&key| goes_before(key))
            .saturating_sub(1);
        let keys = &self.keys[word * 64..self.tail.min(word * 64 + 64)];
        word * 64 + keys.partition_point(|&key| goes_before(key))
    }

    fn slots<'a>(&'a self, bits: &'a [u64]) -> impl Iterator<Item = u32> + 'a {
        bits.iter().enumerate().flat_map(move |(word, &bits)| {
            std::iter::successors((bits != 0).then_some(bits), |&rest| {
                let rest = rest & (rest - 1);
                (rest != 0).then_some(rest)
            })
            .map(move |rest| self.items[word * 64 + rest.trailing_zeros() as usize])
        })
    }

    fn bit(&self, bits: &[u64], slot: usize) -> bool {
        bits[slot / 64] >> (slot % 64) & 1 == 1
    }

    fn live_before(&self, slot: usize) -> usize {
        let mut word = slot / 64;
        let mut sum = match self.live.get(word) {
            Some(bits) => (bits & ((1 << (slot % 64)) - 1)).count_ones(),
            None => 0,
        };
        while word > 0 {
            sum = sum.wrapping_add(self.tree[word]);
            word &= word - 1;
        }
        sum as usize
    }

    /// Adds `change` (or takes one away, as `u32::MAX`) to a word's count.
    fn count(&mut self, word: usize, change: u32) {
        let mut node = word + 1;
        while node < self.tree.len() {
            self.tree[node] = self.tree[node].wrapping_add(change);
            node += node & node.wrapping_neg();
        }
    }

    /// The first word with a live bit; someone must be waiting.
    fn word_of_first(&self) -> usize {
        let mut node = 0;
        let mut step = self.live.len().next_power_of_two();
        while step > 0 {
            if node + step < self.tree.len() && self.tree[node + step] == 0 {
                node += step;
            }
            step /= 2;
        }
        node
    }

    /// Sweeps out the slots given up, and doubles the window when that leaves it more than half full.
    fn sweep(&mut self, moved: &mut impl FnMut(u32, u32)) {
        let mut to = 0;
        for from in 0..self.tail {
            if !self.bit(&self.held, from) {
                continue;
            }
            if from != to {
                let was_live = self.bit(&self.live, from);
                self.set_key(to, self.keys[from]);
                self.items[to] = self.items[from];
                self.held[from / 64] &= !(1 << (from % 64));
                self.live[from / 64] &= !(1 << (from % 64));
                self.held[to / 64] |= 1 << (to % 64);
                self.live[to / 64] |= u64::from(was_live) << (to % 64);
                moved(self.items[to], to as u32);
            }
            to += 1;
        }
        self.tail = to;
        if to * 2 >= self.items.len() {
            let slots = (self.items.len() * 2).max(64);
            self.keys.resize(slots, 0);
            self.signposts.resize(slots / 64, 0);
            self.items.resize(slots, NOWHERE);
            self.live.resize(slots / 64, 0);
            self.held.resize(slots / 64, 0);
            self.tree.resize(slots / 64 + 1, 0);
        }
        self.recount();
    }

    /// Moves everyone from `slot` on one slot back.
    fn open(&mut self, slot: usize, moved: &mut impl FnMut(u32, u32)) {
        for from in (slot..self.tail).rev() {
            let to = from + 1;
            self.set_key(to, self.keys[from]);
            self.items[to] = self.items[from];
            for bits in [&mut self.live, &mut self.held] {
                let bit = bits[from / 64] >> (from % 64) & 1;
                bits[to / 64] = bits[to / 64] & !(1 << (to % 64)) | bit << (to % 64);
                bits[from / 64] &= !(1 << (from % 64));
            }
            moved(self.items[to], to as u32);
        }
        self.recount();
    }

    fn recount(&mut self) {
        self.front = 0;
        self.held_front = 0;
        self.tree.fill(0);
        for (word, bits) in self.live.iter().enumerate() {
            self.tree[word + 1] = bits.count_ones();
        }
        for node in 1..self.tree.len() {
            let parent = node + (node & node.wrapping_neg());
            if parent < self.tree.len() {
                self.tree[parent] += self.tree[node];
            }
        }
    }
}

/// The first bit set at or after `from`.
fn first_bit(bits: &[u64], from: u32) -> Option<u32> {
    let start = from as usize / 64;
    let head = bits.get(start)? & u64::MAX << (from % 64);
    let rest = bits[start + 1..].iter().copied();
    std::iter::once(head)
        .chain(rest)
        .zip(start as u32..)
        .find(|&(word, _)| word != 0)
        .map(|(word, at)| at * 64 + word.trailing_zeros())
}
