//! Rows with stable numbers, found by their ids.
//!
//! The index has eight bytes an entry, 32 bits of the hash and the row's number, and reads the id in
//! the row: at 10^5 rows it stays in a cache that a map keyed by 128-bit ids overflows. Linear
//! probing; a removal moves those behind up, so that no tombstones gather and a steady number of
//! rows that come and go allocates nothing.
//!
//! New rows are laid round and round the table, into what has fallen free since the last round. So
//! the rows of callers who arrived one after the other lie side by side, however many hang up in the
//! middle, and whoever serves a line walks through memory in order.

use std::hash::{Hash, Hasher};
use std::ops::{Index, IndexMut};

use crate::hash::IdHasher;

/// A row that knows its own id.
pub(crate) trait Row {
    type Id: Copy + Eq + Hash;

    fn id(&self) -> Self::Id;
}

#[derive(Debug, Clone)]
pub(crate) struct Table<R> {
    rows: Vec<R>,
    /// One bit per row: it is in use.
    used: Vec<u64>,
    /// Where the last row was laid.
    cursor: usize,
    /// At home or behind: the hash above, the row's number below; or [`FREE`].
    index: Vec<u64>,
    len: usize,
}

const FREE: u64 = u64::MAX;

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            used: Vec::new(),
            cursor: 0,
            index: Vec::new(),
            len: 0,
        }
    }
}

impl<R: Row> Table<R> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The row of an id.
    pub(crate) fn find(&self, id: R::Id) -> Option<u32> {
        let hash = hash(id);
        let mut at = self.home(hash);
        loop {
            let entry = *self.index.get(at)?;
            if entry == FREE {
                return None;
            }
            if (entry >> 32) as u32 == hash && self.rows[entry as u32 as usize].id() == id {
                return Some(entry as u32);
            }
            at = self.behind(at);
        }
    }

    pub(crate) fn contains(&self, id: R::Id) -> bool {
        self.find(id).is_some()
    }

    /// Adds a row, whose id must not be in the table.
    pub(crate) fn insert(&mut self, row: R) -> u32 {
        let hash = hash(row.id());
        let number = self.lay(row);
        self.len += 1;
        if self.len * 5 > self.index.len() * 4 {
            self.widen();
        }
        self.enter(u64::from(hash) << 32 | u64::from(number));
        number
    }

    /// Frees the number; the row stays readable until it is reused.
    pub(crate) fn remove(&mut self, number: u32) {
        let mut gap = self.home(hash(self.rows[number as usize].id()));
        while self.index[gap] as u32 != number {
            gap = self.behind(gap);
        }
        // Whoever stands behind, and not between home and the gap, moves up.
        let mut at = gap;
        loop {
            at = self.behind(at);
            let entry = self.index[at];
            if entry == FREE {
                break;
            }
            let home = self.home((entry >> 32) as u32);
            let mask = self.index.len() - 1;
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(gap) & mask {
                self.index[gap] = entry;
                gap = at;
            }
        }
        self.index[gap] = FREE;
        self.len -= 1;
        self.used[number as usize / 64] &= !(1 << (number % 64));
    }

    /// The numbers of all rows, in no order.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> + Clone + '_ {
        self.index
            .iter()
            .filter(|&&entry| entry != FREE)
            .map(|&entry| entry as u32)
    }

    /// Puts a row into the next place that is free, or at the end while few are.
    fn lay(&mut self, row: R) -> u32 {
        let at = if (self.len + 1) * 4 > self.rows.len() * 3 {
            self.rows.push(row);
            self.used.resize(self.rows.len().div_ceil(64), 0);
            self.rows.len() - 1
        } else {
            let at = self.next_free();
            self.rows[at] = row;
            at
        };
        self.used[at / 64] |= 1 << (at % 64);
        self.cursor = at;
        at as u32
    }

    /// The first free row behind the cursor, all round; a quarter are free.
    fn next_free(&self) -> usize {
        let mut word = self.cursor / 64;
        let mut taken = self.used[word] | ((1 << (self.cursor % 64)) - 1);
        loop {
            let at = word * 64 + taken.trailing_ones() as usize;
            if taken != u64::MAX && at < self.rows.len() {
                return at;
            }
            word = (word + 1) % self.used.len();
            taken = self.used[word];
        }
    }

    /// Every row, those that were removed and not reused included.
    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut R> {
        self.rows.iter_mut()
    }

    fn home(&self, hash: u32) -> usize {
        // The size is a power of two, or nothing.
        hash as usize & self.index.len().wrapping_sub(1)
    }

    fn behind(&self, at: usize) -> usize {
        (at + 1) & (self.index.len() - 1)
    }

    fn enter(&mut self, entry: u64) {
        let mut at = self.home((entry >> 32) as u32);
        while self.index[at] != FREE {
            at = self.behind(at);
        }
        self.index[at] = entry;
    }

    fn widen(&mut self) {
        let size = (self.index.len() * 2).max(8);
        for entry in std::mem::replace(&mut self.index, vec![FREE; size]) {
            if entry != FREE {
                self.enter(entry);
            }
        }
    }
}

fn hash(id: impl Hash) -> u32 {
    let mut hasher = IdHasher::default();
    id.hash(&mut hasher);
    hasher.finish() as u32
}

impl<R> Index<u32> for Table<R> {
    type Output = R;

    fn index(&self, number: u32) -> &R {
        &self.rows[number as usize]
    }
}

impl<R> IndexMut<u32> for Table<R> {
    fn index_mut(&mut self, number: u32) -> &mut R {
        &mut self.rows[number as usize]
    }
}
