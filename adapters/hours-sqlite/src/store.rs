//! The store: each call is a job of the writer.

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use business_hours::{
    Override, OverrideId, OverrideStore, ScheduleId, Snapshot, StoreError, Version,
};
use chrono::{DateTime, Utc};
use sqlite_file::{OpenError, Schema, SqliteFile};

use crate::overrides;

const SCHEMA: Schema = Schema::new("hours_schema", &[include_str!("schema/v1.sql")]);

/// An [`OverrideStore`] in an SQLite file.
///
/// Every answered write is on the disk (`synchronous = FULL`, write-ahead log). A store in memory
/// ([`in_memory`](Self::in_memory)) is lost with its value.
#[derive(Debug)]
pub struct SqliteOverrides {
    file: SqliteFile,
}

impl SqliteOverrides {
    /// Opens a file, and creates it and its tables if they are not there.
    ///
    /// Blocks for as long as that takes, at most five seconds if another program has it locked.
    ///
    /// # Errors
    /// [`OpenError`] says whether the file is damaged, locked, not writable or too new.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Ok(Self {
            file: SqliteFile::options().open(path, &SCHEMA)?,
        })
    }

    /// Opens a file like [`open`](Self::open), and waits for at most that long, now and in each later
    /// call, while another program has it locked.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn open_within(path: impl AsRef<Path>, busy_timeout: Duration) -> Result<Self, OpenError> {
        let options = SqliteFile::options().busy_timeout(busy_timeout);
        Ok(Self {
            file: options.open(path, &SCHEMA)?,
        })
    }

    /// A store in a file that is open already, beside another store's tables: both work on one thread
    /// and share its commits.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub async fn within(file: SqliteFile) -> Result<Self, OpenError> {
        file.add(&SCHEMA).await?;
        Ok(Self { file })
    }

    /// A store that is gone with its value, for tests.
    ///
    /// # Errors
    /// [`OpenError`] if there is no memory or no thread to be had.
    pub fn in_memory() -> Result<Self, OpenError> {
        Ok(Self {
            file: SqliteFile::options().in_memory(&SCHEMA)?,
        })
    }
}

#[async_trait]
impl OverrideStore for SqliteOverrides {
    async fn put(&self, schedule: &ScheduleId, exception: Override) -> Result<Version, StoreError> {
        let id = schedule.clone();
        self.file
            .write(move |connection| overrides::put(connection, id.as_str(), &exception))
            .await
            .map_err(|error| error.about(schedule))
    }

    async fn remove(&self, schedule: &ScheduleId, id: &OverrideId) -> Result<Version, StoreError> {
        let (of, id) = (schedule.clone(), id.clone());
        self.file
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
        self.file
            .write(move |connection| overrides::remove_expired(connection, id.as_str(), now))
            .await
            .map_err(|error| error.about(schedule))
    }

    async fn version(&self, schedule: &ScheduleId) -> Result<Version, StoreError> {
        let id = schedule.clone();
        self.file
            .read(move |connection| overrides::version(connection, id.as_str()))
            .await
            .map_err(|error| error.about(schedule))
    }

    async fn snapshot(&self, schedule: &ScheduleId) -> Result<Snapshot, StoreError> {
        let id = schedule.clone();
        self.file
            .read(move |connection| overrides::snapshot(connection, id.as_str()))
            .await
            .map_err(|error| error.about(schedule))
    }
}
