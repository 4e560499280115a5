//! The seam to what keeps the records.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

/// Keeps records, numbers their changes, and tells of them.
///
/// # The contract
///
/// * **All or none.** The writes of one call happen together, or not at all; when it has answered they survive a crash.
///   If it fails with [`WriteError::Store`], or its future is dropped, they may have happened.
/// * **One sequence.** Each write gets a number greater than all before it, of whatever server. Whoever reads after a
///   number sees every row with a greater one that anybody's answer has named, and never later one with a smaller number.
/// * **The newest row counts.** Of each kind and key one row is kept: its last write, or its removal until that is
///   [forgotten](Self::forget_removals).
#[async_trait]
pub trait RecordStore: Send + Sync + Debug {
    /// Writes, and answers the number of each write, in order.
    ///
    /// # Errors
    /// [`WriteError::Conflict`] if a record is not as expected; then nothing is written.
    async fn write(&self, writes: Vec<Write>) -> Result<Vec<u64>, WriteError>;

    /// Up to `max` rows with a greater number, in order.
    ///
    /// # Errors
    /// If the store cannot answer.
    async fn after(&self, change: u64, max: usize) -> Result<Vec<Row>, RecordStoreError>;

    /// Resolves when there is a greater number, whoever wrote; may resolve for nothing.
    ///
    /// # Errors
    /// If the store cannot answer.
    async fn changed_since(&self, change: u64) -> Result<(), RecordStoreError>;

    /// Drops the rows of records removed at or before a change.
    ///
    /// # Errors
    /// If the store cannot answer.
    async fn forget_removals(&self, up_to: u64) -> Result<(), RecordStoreError>;

    /// The greatest change for which [`forget_removals`](Self::forget_removals) was called, 0 if never.
    ///
    /// # Errors
    /// If the store cannot answer.
    async fn forgotten(&self) -> Result<u64, RecordStoreError>;
}

/// One record as it was written last.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a row has these columns")]
pub struct Row {
    /// The number of that write.
    pub change: u64,
    /// The kind.
    pub kind: String,
    /// The key, unique within the kind.
    pub key: String,
    /// The document as JSON; `None` if it was removed.
    pub body: Option<Arc<str>>,
}

/// One record to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a write has these parts")]
pub struct Write {
    /// The kind.
    pub kind: &'static str,
    /// The key.
    pub key: String,
    /// The document as JSON; `None` to remove it.
    pub body: Option<String>,
    /// What must be there for the write to happen.
    pub expects: Expects,
}

/// What a write expects to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is nothing else to expect")]
pub enum Expects {
    /// Whatever is there.
    Anything,
    /// No row: never written, or removed and forgotten.
    Absent,
    /// The row of this change, be it a removal.
    Change(u64),
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A record is not as expected: read again.
    #[error("{kind} `{key}` was written by somebody else")]
    Conflict {
        /// Its kind.
        kind: &'static str,
        /// Its key.
        key: String,
    },
    /// The store cannot answer; it may be written all the same.
    #[error(transparent)]
    Store(#[from] RecordStoreError),
}

/// Why the store cannot answer.
#[derive(Debug, thiserror::Error)]
#[error("the records cannot be reached")]
pub struct RecordStoreError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl RecordStoreError {
    /// An error of what keeps the records.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}
