//! What the servers of one phone system know together, beside the queue and the escalations: calls, reps' legs,
//! customers, voicemails, accounts, the timeline.
//!
//! Each [`Record`] is a small document with a kind and a key. Every write gets the next *change number*, of which all
//! servers have one sequence: whoever has seen change 41 and asks for what came after misses nothing. Servers follow the
//! sequence ([`Records::follow`]) into a cache that is read at once and without waiting; consoles follow it through their
//! event stream, and resume where they were cut off.
//!
//! A cache may lag behind another server's write by what the store's notice takes. What must not be decided twice is
//! therefore decided by [`Records::update`], which writes only if nobody else has written meanwhile.

mod draft;
mod kinds;
mod postgres;
mod sqlite;
mod store;

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::watch;

pub use draft::Draft;
pub use kinds::*;
pub use postgres::PostgresRecords;
pub use sqlite::SqliteRecords;
pub use store::{Expects, RecordStore, RecordStoreError, Row, Write, WriteError};

/// How often an update is tried again after somebody else has written the same record in between.
const ATTEMPTS: usize = 32;
/// How many rows are read at once.
const PAGE: usize = 1_000;

/// A kind of document.
pub trait Record: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The name of the kind, for ever.
    const KIND: &'static str;
}

/// The records of one phone system, as this server sees them.
#[derive(Debug)]
pub struct Records {
    store: Arc<dyn RecordStore>,
    cache: RwLock<Cache>,
    newest: watch::Sender<u64>,
    /// How many readings of the store have begun, and which of them was the last to end. One reads at a time, so that rows
    /// reach the cache in order.
    begun: AtomicU64,
    ended: tokio::sync::Mutex<u64>,
}

#[derive(Debug, Default)]
struct Cache {
    rows: BTreeMap<(String, String), Row>,
    by_change: BTreeMap<u64, (String, String)>,
    /// The newest change that is here, with all before it.
    newest: u64,
    /// Of changes up to this one, deletions are forgotten.
    forgotten: u64,
}

/// Why a record was not written, or could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordsError {
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] RecordStoreError),
    /// Others wrote the same record again and again.
    #[error("{kind} `{key}` is being written by others: try again")]
    Contended {
        /// Its kind.
        kind: &'static str,
        /// Its key.
        key: String,
    },
    /// A value that has no JSON, which only a mistake in this program can bring about.
    #[error("{kind} `{key}` cannot be written as JSON")]
    Form {
        /// Its kind.
        kind: &'static str,
        /// Its key.
        key: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl Records {
    /// Reads what is kept.
    ///
    /// # Errors
    /// [`RecordsError::Store`] if the store cannot answer.
    pub async fn open(store: Arc<dyn RecordStore>) -> Result<Self, RecordsError> {
        let forgotten = store.forgotten().await?;
        let records = Self {
            store,
            cache: RwLock::new(Cache {
                forgotten,
                ..Cache::default()
            }),
            newest: watch::Sender::new(0),
            begun: AtomicU64::new(0),
            ended: tokio::sync::Mutex::default(),
        };
        records.catch_up().await?;
        Ok(records)
    }

    /// The record of this key; `None` too if what is there cannot be read as `T`, which another release has written then.
    #[must_use]
    pub fn get<T: Record>(&self, key: &str) -> Option<T> {
        self.versioned(key).1
    }

    /// All records of a kind, by key.
    #[must_use]
    pub fn all<T: Record>(&self) -> Vec<(String, T)> {
        let cache = self.read();
        let first = (T::KIND.to_owned(), String::new());
        let rows = cache
            .rows
            .range(first..)
            .take_while(|((kind, _), _)| kind == T::KIND);
        rows.filter_map(|((_, key), row)| Some((key.clone(), parse(row)?)))
            .collect()
    }

    /// Writes a record, whatever was there.
    ///
    /// # Errors
    /// [`RecordsError`] if it is not sure to be written.
    pub async fn put<T: Record>(&self, key: &str, value: &T) -> Result<(), RecordsError> {
        let write = Write {
            kind: T::KIND,
            key: key.to_owned(),
            body: Some(body(key, value)?),
            expects: Expects::Anything,
        };
        match self.write(vec![write]).await {
            Ok(()) => Ok(()),
            Err(WriteError::Store(error)) => Err(error.into()),
            Err(WriteError::Conflict { .. }) => Err(contended::<T>(key)),
        }
    }

    /// Changes a record, or creates it; `None` from `change` removes it. Should somebody else write it meanwhile, `change`
    /// is asked again with what they wrote. Answers what is there now.
    ///
    /// # Errors
    /// [`RecordsError`] if it is not sure to be written.
    pub async fn update<T: Record>(
        &self,
        key: &str,
        mut change: impl FnMut(Option<T>) -> Option<T> + Send,
    ) -> Result<Option<T>, RecordsError> {
        for _ in 0..ATTEMPTS {
            let (version, old) = self.versioned::<T>(key);
            let was_there = version.is_some();
            let new = change(old);
            let text = new.as_ref().map(|new| body(key, new)).transpose()?;
            if text.is_none() && !was_there || self.holds::<T>(key, text.as_deref()) {
                return Ok(new);
            }
            let write = Write {
                kind: T::KIND,
                key: key.to_owned(),
                body: text,
                expects: version.map_or(Expects::Absent, Expects::Change),
            };
            match self.write(vec![write]).await {
                Ok(()) => return Ok(new),
                Err(WriteError::Conflict { .. }) => self.after_conflict(T::KIND, key).await?,
                Err(WriteError::Store(error)) => return Err(error.into()),
            }
        }
        Err(contended::<T>(key))
    }

    /// Removes a record, if it is there.
    ///
    /// # Errors
    /// [`RecordsError`] if it is not sure to be gone.
    pub async fn remove<T: Record>(&self, key: &str) -> Result<(), RecordsError> {
        self.update::<T>(key, |_| None).await.map(drop)
    }

    /// The newest change that this server has seen.
    #[must_use]
    pub fn change(&self) -> u64 {
        self.read().newest
    }

    /// Each record written after a change, as it is now, in order of its last change; `None` if the change is so long ago
    /// that removals since have been forgotten: then everything must be read again, from 0.
    #[must_use]
    pub fn since(&self, change: u64) -> Option<Vec<Row>> {
        let cache = self.read();
        if change != 0 && change < cache.forgotten || change > cache.newest {
            return None;
        }
        let newer = cache.by_change.range((Excluded(change), Unbounded));
        Some(
            newer
                .filter_map(|(_, key)| cache.rows.get(key).cloned())
                .collect(),
        )
    }

    /// Tells the newest change, again and again.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    /// Waits until another server has written something, and takes it in. To be called in a loop, one in each process.
    ///
    /// # Errors
    /// [`RecordsError::Store`] if the store cannot answer; wait a little then.
    pub async fn follow(&self) -> Result<(), RecordsError> {
        self.store.changed_since(self.change()).await?;
        self.catch_up().await
    }

    /// Takes in what others have written until now. Calls that come together share one look.
    ///
    /// # Errors
    /// [`RecordsError::Store`] if the store cannot answer.
    pub async fn catch_up(&self) -> Result<(), RecordsError> {
        let before = self.begun.load(Ordering::SeqCst);
        let mut ended = self.ended.lock().await;
        // A reading that began after this call came has seen all that it asks for.
        if *ended <= before {
            let this = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
            self.read_on().await?;
            *ended = this;
        }
        Ok(())
    }

    async fn read_on(&self) -> Result<(), RecordsError> {
        loop {
            let seen = self.change();
            let rows = self.store.after(seen, PAGE).await?;
            // Numbers are missing where records were written again; or removed, and the removal forgotten.
            let skipped = rows.first().is_some_and(|row| row.change > seen + 1);
            if skipped && seen > 0 && self.store.forgotten().await? > seen {
                return self.read_all().await;
            }
            let all = rows.len() < PAGE;
            self.take_in(rows);
            if all {
                return Ok(());
            }
        }
    }

    /// Begins again: some removals can no longer be read.
    async fn read_all(&self) -> Result<(), RecordsError> {
        let mut cache = Cache {
            forgotten: self.store.forgotten().await?,
            ..Cache::default()
        };
        loop {
            let rows = self.store.after(cache.newest, PAGE).await?;
            let all = rows.len() < PAGE;
            cache.take_in(rows);
            if all {
                break;
            }
        }
        let newest = cache.newest;
        *self.cache.write().unwrap_or_else(PoisonError::into_inner) = cache;
        self.newest.send_replace(newest);
        Ok(())
    }

    /// Forgets removals up to a change, everywhere: whoever resumes from before it starts anew. The newest change is never
    /// forgotten, so that whoever lags behind notices.
    ///
    /// # Errors
    /// [`RecordsError::Store`] if the store cannot answer.
    pub async fn forget_removals(&self, up_to: u64) -> Result<(), RecordsError> {
        let up_to = up_to.min(self.change().saturating_sub(1));
        self.store.forget_removals(up_to).await?;
        let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
        cache.forgotten = cache.forgotten.max(up_to);
        let old: Vec<_> = cache
            .rows
            .iter()
            .filter(|(_, row)| row.body.is_none() && row.change <= up_to)
            .map(|(key, row)| (key.clone(), row.change))
            .collect();
        for (key, change) in old {
            cache.rows.remove(&key);
            cache.by_change.remove(&change);
        }
        Ok(())
    }

    /// Reads and writes several records at once: all or none. Should somebody else write one of them meanwhile, `work` is
    /// asked again, so it should do nothing but read and write. What it only reads may change unnoticed.
    ///
    /// # Errors
    /// [`RecordsError`] if it is not sure to be written.
    pub async fn together<R>(
        &self,
        mut work: impl FnMut(&mut Draft<'_>) -> R + Send,
    ) -> Result<R, RecordsError> {
        let mut at = ("nothing", String::new());
        for _ in 0..ATTEMPTS {
            let mut draft = Draft::new(self);
            let result = work(&mut draft);
            let writes = draft.into_writes()?;
            if writes.is_empty() {
                return Ok(result);
            }
            match self.write(writes).await {
                Ok(()) => return Ok(result),
                Err(WriteError::Conflict { kind, key }) => {
                    self.after_conflict(kind, &key).await?;
                    at = (kind, key);
                }
                Err(WriteError::Store(error)) => return Err(error.into()),
            }
        }
        let (kind, key) = at;
        Err(RecordsError::Contended { kind, key })
    }

    /// Somebody else has written this record; or it was removed, and others have forgotten that already.
    async fn after_conflict(&self, kind: &str, key: &str) -> Result<(), RecordsError> {
        let known = || {
            let key = (kind.to_owned(), key.to_owned());
            self.read().rows.get(&key).map(|row| row.change)
        };
        let before = known();
        self.catch_up().await?;
        if before.is_some() && known() == before {
            let _turn = self.ended.lock().await;
            self.read_all().await?;
        }
        Ok(())
    }

    async fn write(&self, writes: Vec<Write>) -> Result<(), WriteError> {
        self.store.write(writes).await?;
        // It may have passed writes of others that are not here yet: they come in with it, in order.
        match self.catch_up().await {
            Ok(()) => Ok(()),
            Err(RecordsError::Store(error)) => Err(error.into()),
            Err(_) => Ok(()),
        }
    }

    fn take_in(&self, rows: Vec<Row>) {
        if rows.is_empty() {
            return;
        }
        let newest = {
            let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
            cache.take_in(rows);
            cache.newest
        };
        self.newest.send_replace(newest);
    }

    fn holds<T: Record>(&self, key: &str, body: Option<&str>) -> bool {
        let key = (T::KIND.to_owned(), key.to_owned());
        let cache = self.read();
        cache
            .rows
            .get(&key)
            .is_some_and(|row| row.body.as_deref() == body)
    }

    /// A record and its change number, that of its removal too.
    fn versioned<T: Record>(&self, key: &str) -> (Option<u64>, Option<T>) {
        let key = (T::KIND.to_owned(), key.to_owned());
        match self.read().rows.get(&key) {
            Some(row) => (Some(row.change), parse(row)),
            None => (None, None),
        }
    }

    // Every change of the cache is made of calls that do not panic.
    fn read(&self) -> std::sync::RwLockReadGuard<'_, Cache> {
        self.cache.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cache {
    fn take_in(&mut self, rows: Vec<Row>) {
        for row in rows {
            self.newest = row.change;
            let key = (row.kind.clone(), row.key.clone());
            self.by_change.insert(row.change, key.clone());
            if let Some(old) = self.rows.insert(key, row) {
                self.by_change.remove(&old.change);
            }
        }
    }
}

fn contended<T: Record>(key: &str) -> RecordsError {
    RecordsError::Contended {
        kind: T::KIND,
        key: key.to_owned(),
    }
}

fn body<T: Record>(key: &str, value: &T) -> Result<String, RecordsError> {
    serde_json::to_string(value).map_err(|source| RecordsError::Form {
        kind: T::KIND,
        key: key.to_owned(),
        source,
    })
}

fn parse<T: Record>(row: &Row) -> Option<T> {
    let read = serde_json::from_str(row.body.as_deref()?);
    read.inspect_err(|error| {
        tracing::warn!(
            kind = row.kind,
            key = row.key,
            "a record cannot be read: {error}"
        );
    })
    .ok()
}
