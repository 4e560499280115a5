//! What can go wrong, told apart by what the caller can do.

use queue_dispatch::StoreError;
use sqlite_file::{ThreadEnded, is_corrupt, is_temporary};

use crate::QueueName;

/// Why a call failed: the source of each [`StoreError`] that comes from here.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another program holds the lock for too long, or the disk is full or does not answer. Nothing
    /// was changed; try again.
    #[error("the file cannot be used just now: try again")]
    Unavailable(#[source] rusqlite::Error),
    /// The file is damaged: restore it.
    #[error("the file is damaged: restore it")]
    Corrupt(#[source] rusqlite::Error),
    /// SQLite cannot do it.
    #[error("SQLite cannot do it")]
    Failed(#[source] rusqlite::Error),
    /// A line of the log cannot be read: a newer release of `queue-dispatch` wrote it, or somebody
    /// has changed it.
    #[error("line {version} of queue `{queue}` cannot be read")]
    Line {
        /// The queue.
        queue: QueueName,
        /// The number of the line.
        version: u64,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A line of the log says that it is another one: somebody has changed it.
    #[error("line {version} of queue `{queue}` says that it is line {found}")]
    Misnumbered {
        /// The queue.
        queue: QueueName,
        /// Its number in the table.
        version: u64,
        /// The number that it gives itself.
        found: u64,
    },
    /// The snapshot cannot be read, or not be written.
    #[error("the snapshot of queue `{queue}` cannot be read or written as JSON")]
    Snapshot {
        /// The queue.
        queue: QueueName,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A number beyond what a file can hold, 2⁶³ - 1.
    #[error("version {0} is too large")]
    TooLarge(u64),
    /// The thread of the file is gone, which only a bug can bring about.
    #[error(transparent)]
    Ended(#[from] ThreadEnded),
}

impl From<rusqlite::Error> for Error {
    fn from(source: rusqlite::Error) -> Self {
        if is_temporary(&source) {
            Self::Unavailable(source)
        } else if is_corrupt(&source) {
            Self::Corrupt(source)
        } else {
            Self::Failed(source)
        }
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        Self::new(error)
    }
}
