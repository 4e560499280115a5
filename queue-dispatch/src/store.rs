//! Where the log lives: the one seam of this crate.

mod memory;

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use memory::MemoryStore;

use crate::event::Event;
use crate::snapshot::Snapshot;

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Recorded {
    /// Its number: the first is 1, each the one before plus 1.
    pub version: u64,
    /// The instant at which the event was taken in, in whole microseconds.
    pub at: DateTime<Utc>,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

impl Recorded {
    /// A line of the log.
    pub const fn new(version: u64, at: DateTime<Utc>, event: Event) -> Self {
        Self { version, at, event }
    }
}

/// The event log, and its latest snapshot, that all dispatchers of one queue share.
///
/// # Contract
/// * **Compare and append.** [`append`](Self::append) writes all its lines or none, and only if the
///   log's last version is the expected one. Of two appends that expect the same version, exactly
///   one succeeds, whatever process they come from.
/// * **Durable and in order.** Once `append` returns `Ok`, every later
///   [`after`](Self::after), from anywhere, returns those lines, unchanged, in order, without gaps.
/// * **Snapshots shorten the log.** [`save_snapshot`](Self::save_snapshot) keeps the newest one.
///   Lines before the one that a saved snapshot reflects may be dropped; that line and all after it
///   stay.
/// * **Unknown outcome.** After [`AppendError::Backend`] the lines may be in the log or not, and do
///   not turn up later if the next reading does not show them.
#[async_trait]
pub trait QueueStore: fmt::Debug + Send + Sync {
    /// Appends lines numbered `expected + 1` onwards, if `expected` is the log's last version (0
    /// for an empty log).
    ///
    /// # Errors
    /// [`AppendError::Conflict`] when the log has another last version, [`AppendError::Backend`]
    /// when the store failed.
    async fn append(&self, expected: u64, lines: &[Recorded]) -> Result<(), AppendError>;

    /// The lines after `version`, oldest first, at most `limit` of them; empty when there are none.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn after(&self, version: u64, limit: usize) -> Result<Vec<Recorded>, StoreError>;

    /// The newest snapshot saved, if any.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn snapshot(&self) -> Result<Option<Snapshot>, StoreError>;

    /// Keeps a snapshot, unless the one kept is newer.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed.
    async fn save_snapshot(&self, snapshot: &Snapshot) -> Result<(), StoreError>;
}

/// The store failed: what its library said is the source.
#[derive(Debug, thiserror::Error)]
#[error("the queue's store failed")]
pub struct StoreError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl StoreError {
    /// Wraps what the store's library said.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// Why lines were not appended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// Somebody else has appended first.
    #[error("the log is at version {actual}, not {expected}: somebody else has appended")]
    Conflict {
        /// The version that was expected.
        expected: u64,
        /// The log's last version.
        actual: u64,
    },
    /// The store failed; whether the lines are in the log is unknown.
    #[error(transparent)]
    Backend(#[from] StoreError),
}
