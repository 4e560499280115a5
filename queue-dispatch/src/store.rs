//! Where the log lives: the one seam of this crate.

mod growth;
mod memory;
mod recorded;

use std::fmt;

use async_trait::async_trait;

pub use memory::MemoryStore;
pub use recorded::Recorded;

use crate::snapshot::Snapshot;

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
/// * **Growth is noticed.** [`changed_since`](Self::changed_since) sees appends from anywhere: those
///   through the same handle at once, those of other processes no later than a latency that the
///   implementation states.
/// * **Formats travel along.** A line is kept as serde writes it, as a whole: the number of its
///   format belongs to it, and a line that cannot be read is an error, never skipped.
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

    /// Resolves as soon as the log's last version is greater than `version`; at once if it is so
    /// already.
    ///
    /// It may resolve early, but not again and again while nothing is appended. Dropping the future
    /// is harmless, and any number may wait.
    ///
    /// # Errors
    /// [`StoreError`] when the store failed; waiting may start again.
    async fn changed_since(&self, version: u64) -> Result<(), StoreError>;

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
