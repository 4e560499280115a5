//! The store: each call is a job of the writer.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use business_hours::{
    Override, OverrideId, OverrideStore, ScheduleId, Snapshot, StoreError, Version,
};
use chrono::{DateTime, Utc};
use rusqlite::Connection;

use crate::error::OpenError;
use crate::writer::Writer;
use crate::{overrides, schema};

/// How long we wait for another program to finish its transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// An [`OverrideStore`] in an SQLite file.
///
/// Every answered write is on the disk (`synchronous = FULL`, write-ahead log). A store in memory
/// ([`in_memory`](Self::in_memory)) is lost with its value.
#[derive(Debug)]
pub struct SqliteOverrides {
    writer: Writer,
}

impl SqliteOverrides {
    /// Opens a file, and creates it and its tables if they are not there.
    ///
    /// Blocks for as long as that takes, at most five seconds if another program has it locked.
    ///
    /// # Errors
    /// [`OpenError`] says whether the file is damaged, locked, not writable or too new.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_within(path, BUSY_TIMEOUT)
    }

    /// Opens a file like [`open`](Self::open), and waits for at most that long, now and in each later
    /// call, while another program has it locked.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn open_within(path: impl AsRef<Path>, busy_timeout: Duration) -> Result<Self, OpenError> {
        let path = path.as_ref();
        let failed = |source| OpenError::new(path.to_owned(), source);
        let connection = Connection::open(path).map_err(failed)?;
        connection.busy_timeout(busy_timeout).map_err(failed)?;
        // SQLite falls back to reading a file that it may not write, and would tell at the first write only.
        if connection.is_readonly(rusqlite::MAIN_DB).map_err(failed)? {
            let source = rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY),
                None,
            );
            return Err(failed(source));
        }
        connection
            .pragma_update(None, "journal_mode", "wal")
            .and_then(|()| connection.pragma_update(None, "synchronous", "full"))
            .map_err(failed)?;
        Self::on(connection, path)
    }

    /// A store that is gone with its value, for tests.
    ///
    /// # Errors
    /// [`OpenError`] if there is no memory or no thread to be had.
    pub fn in_memory() -> Result<Self, OpenError> {
        let path = PathBuf::from(":memory:");
        let connection =
            Connection::open_in_memory().map_err(|source| OpenError::new(path.clone(), source))?;
        Self::on(connection, &path)
    }

    fn on(mut connection: Connection, path: &Path) -> Result<Self, OpenError> {
        schema::migrate(&mut connection, path)?;
        Ok(Self {
            writer: Writer::start(connection).map_err(OpenError::Thread)?,
        })
    }
}

#[async_trait]
impl OverrideStore for SqliteOverrides {
    async fn put(&self, schedule: &ScheduleId, exception: Override) -> Result<Version, StoreError> {
        let id = schedule.clone();
        self.writer
            .write(move |connection| overrides::put(connection, id.as_str(), &exception))
            .await
            .map_err(|error| error.about(schedule))
    }

    async fn remove(&self, schedule: &ScheduleId, id: &OverrideId) -> Result<Version, StoreError> {
        let (of, id) = (schedule.clone(), id.clone());
        self.writer
            .write(move |connection| overrides::remove(connection, of.as_str(), id.as_str()))
            .await
            .map_err(|error| error.about(schedule))
    }

    async fn remove_expired(
        &self,
        schedule: &ScheduleId,
        now: DateTime<Utc>,
    ) -> Result<Version, StoreError> {
        let id = schedule.clone();
        self.writer
            .write(move |connection| overrides::remove_expired(connection, id.as_str(), now))
            .await
            .map_err(|error| error.about(schedule))
    }

    async fn version(&self, schedule: &ScheduleId) -> Result<Version, StoreError> {
        let id = schedule.clone();
        self.writer
            .read(move |connection| overrides::version(connection, id.as_str()))
            .await
            .map_err(|error| error.about(schedule))
    }

    async fn snapshot(&self, schedule: &ScheduleId) -> Result<Snapshot, StoreError> {
        let id = schedule.clone();
        self.writer
            .read(move |connection| overrides::snapshot(connection, id.as_str()))
            .await
            .map_err(|error| error.about(schedule))
    }
}
