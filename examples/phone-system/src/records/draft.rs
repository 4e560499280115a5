//! Several records, read and to be written at once.

use std::collections::BTreeMap;

use super::{Expects, Record, Records, RecordsError, Write, body};

/// What [`Records::together`] reads and is about to write.
#[derive(Debug)]
pub struct Draft<'r> {
    records: &'r Records,
    /// Per kind and key: the change that was there, and what is to be there.
    seen: BTreeMap<(&'static str, String), Seen>,
    failed: Option<RecordsError>,
}

#[derive(Debug)]
struct Seen {
    change: Option<u64>,
    new: Option<Option<String>>,
}

impl<'r> Draft<'r> {
    pub(super) fn new(records: &'r Records) -> Self {
        Self {
            records,
            seen: BTreeMap::new(),
            failed: None,
        }
    }

    /// The record of this key, as it was or as it is about to be.
    pub fn get<T: Record>(&mut self, key: &str) -> Option<T> {
        let records = self.records;
        match &self.seen::<T>(key).new {
            Some(new) => serde_json::from_str(new.as_deref()?).ok(),
            None => records.get(key),
        }
    }

    /// Writes a record.
    pub fn put<T: Record>(&mut self, key: &str, value: &T) {
        match body(key, value) {
            Ok(body) => self.seen::<T>(key).new = Some(Some(body)),
            Err(error) => self.failed = Some(error),
        }
    }

    /// Removes a record, if it is there.
    pub fn remove<T: Record>(&mut self, key: &str) {
        let there = self.get::<T>(key).is_some();
        let seen = self.seen::<T>(key);
        if there || seen.new.is_some() {
            seen.new = Some(None);
        }
    }

    fn seen<T: Record>(&mut self, key: &str) -> &mut Seen {
        let records = self.records;
        self.seen
            .entry((T::KIND, key.to_owned()))
            .or_insert_with(|| Seen {
                change: records.versioned::<T>(key).0,
                new: None,
            })
    }

    pub(super) fn into_writes(self) -> Result<Vec<Write>, RecordsError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let written = self.seen.into_iter().filter_map(|((kind, key), seen)| {
            Some(Write {
                kind,
                key,
                body: seen.new?,
                expects: seen.change.map_or(Expects::Absent, Expects::Change),
            })
        });
        Ok(written.collect())
    }
}
