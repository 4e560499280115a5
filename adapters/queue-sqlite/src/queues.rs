//! The file.

use std::path::Path;
use std::sync::Arc;

use sqlite_file::{OpenError, OpenOptions, Schema, SqliteFile};

use crate::{Error, QueueName, SqliteQueue, log};

const SCHEMA: Schema = Schema::new("queue_schema", &[include_str!("schema/v1.sql")]);

/// An SQLite file that holds the logs of queues. Cheap to clone.
///
/// Every answered append is on the disk (`synchronous = FULL`, write-ahead log). A file in memory
/// ([`in_memory`](Self::in_memory)) is lost with its last clone.
#[derive(Debug, Clone)]
pub struct SqliteQueues {
    file: Arc<SqliteFile>,
}

impl SqliteQueues {
    /// Opens a file, and creates it and its tables if they are not there.
    ///
    /// Blocks for as long as that takes, at most five seconds if another program has it locked.
    ///
    /// # Errors
    /// [`OpenError`] says whether the file is damaged, locked, not writable or too new.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_with(Self::options(), path)
    }

    /// How long to wait for other programs, and how soon to notice what they append; for
    /// [`open_with`](Self::open_with).
    pub fn options() -> OpenOptions {
        SqliteFile::options()
    }

    /// Opens a file like [`open`](Self::open), as the options say.
    ///
    /// ```
    /// use std::time::Duration;
    /// use queue_sqlite::SqliteQueues;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("queues.db");
    /// let options = SqliteQueues::options()
    ///     .busy_timeout(Duration::from_secs(1))
    ///     .look_every(Duration::from_millis(5));
    /// let queues = SqliteQueues::open_with(options, &path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn open_with(options: OpenOptions, path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Ok(Self {
            file: Arc::new(options.open(path, &SCHEMA)?),
        })
    }

    /// Queues in a file that is open already, beside another store's tables: both work on one thread
    /// and share its commits.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub async fn within(file: SqliteFile) -> Result<Self, OpenError> {
        file.add(&SCHEMA).await?;
        Ok(Self {
            file: Arc::new(file),
        })
    }

    /// Queues that are gone with their last handle, for tests.
    ///
    /// # Errors
    /// [`OpenError`] if there is no memory or no thread to be had.
    pub fn in_memory() -> Result<Self, OpenError> {
        Ok(Self {
            file: Arc::new(SqliteFile::options().in_memory(&SCHEMA)?),
        })
    }

    /// One of the queues; an empty one if nothing was ever appended to it.
    #[must_use]
    pub fn queue(&self, name: QueueName) -> SqliteQueue {
        SqliteQueue::new(Arc::clone(&self.file), name)
    }

    /// The names of the queues that something was appended to, in order.
    ///
    /// # Errors
    /// [`Error`] when SQLite cannot read them.
    pub async fn names(&self) -> Result<Vec<QueueName>, Error> {
        let names: Vec<String> = self.file.read(log::names).await?;
        // What was not written through here may be no name of ours.
        Ok(names
            .into_iter()
            .filter_map(|name| QueueName::new(name).ok())
            .collect())
    }
}
