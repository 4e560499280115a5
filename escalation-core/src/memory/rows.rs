//! The notifications of one process by their sequence.

use super::row::Row;
use crate::Sequence;

/// A map kept as a sorted list: most processes have few notifications, and one allocation holds
/// them all.
#[derive(Debug, Default)]
pub(super) struct Rows(Vec<(Sequence, Row)>);

impl Rows {
    fn find(&self, sequence: Sequence) -> Result<usize, usize> {
        self.0.binary_search_by_key(&sequence, |row| row.0)
    }

    pub(super) fn get(&self, sequence: Sequence) -> Option<&Row> {
        let index = self.find(sequence).ok()?;
        self.0.get(index).map(|row| &row.1)
    }

    pub(super) fn get_mut(&mut self, sequence: Sequence) -> Option<&mut Row> {
        let index = self.find(sequence).ok()?;
        self.0.get_mut(index).map(|row| &mut row.1)
    }

    pub(super) fn insert(&mut self, sequence: Sequence, row: Row) {
        match self.find(sequence) {
            Ok(index) => self.0[index].1 = row,
            Err(index) => self.0.insert(index, (sequence, row)),
        }
    }

    pub(super) fn remove(&mut self, sequence: Sequence) -> Option<Row> {
        let index = self.find(sequence).ok()?;
        Some(self.0.remove(index).1)
    }

    pub(super) fn retain(&mut self, mut stays: impl FnMut(Sequence, &Row) -> bool) {
        self.0.retain(|(sequence, row)| stays(*sequence, row));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Sequence, &Row)> {
        self.0.iter().map(|(sequence, row)| (*sequence, row))
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (Sequence, &mut Row)> {
        self.0.iter_mut().map(|(sequence, row)| (*sequence, row))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Sequence, Row)> for Rows {
    /// Takes rows in ascending order of their sequence, as a plan has them.
    fn from_iter<I: IntoIterator<Item = (Sequence, Row)>>(rows: I) -> Self {
        let mut rows = Self(rows.into_iter().collect());
        rows.0.sort_by_key(|row| row.0);
        rows
    }
}
