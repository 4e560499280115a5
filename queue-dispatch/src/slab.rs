//! Rows with stable numbers, reused when they fall free.

use std::ops::{Index, IndexMut};

#[derive(Debug, Clone)]
pub(crate) struct Slab<T> {
    rows: Vec<T>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<T> Slab<T> {
    pub(crate) fn insert(&mut self, row: T) -> u32 {
        if let Some(at) = self.free.pop() {
            self.rows[at as usize] = row;
            at
        } else {
            self.rows.push(row);
            (self.rows.len() - 1) as u32
        }
    }

    /// Frees the number; the row stays readable until it is reused.
    pub(crate) fn remove(&mut self, at: u32) {
        self.free.push(at);
    }
}

impl<T> Index<u32> for Slab<T> {
    type Output = T;

    fn index(&self, at: u32) -> &T {
        &self.rows[at as usize]
    }
}

impl<T> IndexMut<u32> for Slab<T> {
    fn index_mut(&mut self, at: u32) -> &mut T {
        &mut self.rows[at as usize]
    }
}
