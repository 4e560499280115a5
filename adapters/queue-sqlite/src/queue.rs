//! One queue's log.

use std::sync::Arc;

use async_trait::async_trait;
use queue_dispatch::{AppendError, QueueStore, Recorded, Snapshot, StoreError};
use sqlite_file::SqliteFile;

use crate::{Error, QueueName, log};

/// How many lines are dropped in one transaction: others get their turn in between.
const DROPPED_AT_ONCE: i64 = 5_000;

/// The log of one queue, a [`QueueStore`]: see [`SqliteQueues::queue`](crate::SqliteQueues::queue).
/// Cheap to clone.
///
/// Growth is noticed at once if it comes through the same [`SqliteQueues`](crate::SqliteQueues), and
/// within [`look_every`](crate::OpenOptions::look_every) otherwise.
#[derive(Debug, Clone)]
pub struct SqliteQueue {
    file: Arc<SqliteFile>,
    name: QueueName,
}

impl SqliteQueue {
    pub(crate) const fn new(file: Arc<SqliteFile>, name: QueueName) -> Self {
        Self { file, name }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &QueueName {
        &self.name
    }

    async fn last_version(&self) -> Result<i64, Error> {
        let name = self.name.clone();
        self.file
            .read(move |connection| log::last_version(connection, name.as_str()))
            .await
    }

    fn line(&self, (version, line): (i64, String)) -> Result<Recorded, Error> {
        let version = version.unsigned_abs();
        let queue = || self.name.clone();
        let recorded: Recorded = serde_json::from_str(&line).map_err(|source| Error::Line {
            queue: queue(),
            version,
            source,
        })?;
        if recorded.version == version {
            Ok(recorded)
        } else {
            Err(Error::Misnumbered {
                queue: queue(),
                version,
                found: recorded.version,
            })
        }
    }
}

#[async_trait]
impl QueueStore for SqliteQueue {
    async fn append(&self, expected: u64, lines: &[Recorded]) -> Result<(), AppendError> {
        // Written as JSON here, so that the file's one thread has less to do.
        let written = lines
            .iter()
            .map(|line| {
                let json = serde_json::to_string(line).map_err(|source| Error::Line {
                    queue: self.name.clone(),
                    version: line.version,
                    source,
                })?;
                Ok((column(line.version)?, json))
            })
            .collect::<Result<Vec<_>, Error>>()
            .map_err(StoreError::from)?;
        let (name, before) = (
            self.name.clone(),
            column(expected).map_err(StoreError::from)?,
        );
        let appended = self
            .file
            .write(move |connection| log::append(connection, name.as_str(), before, &written))
            .await
            .map_err(StoreError::from)?;
        appended.map_err(|actual| AppendError::Conflict {
            expected,
            actual: actual.unsigned_abs(),
        })
    }

    async fn after(&self, version: u64, limit: usize) -> Result<Vec<Recorded>, StoreError> {
        let name = self.name.clone();
        // No line is numbered beyond what a column can hold.
        let version = i64::try_from(version).unwrap_or(i64::MAX);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let lines: Vec<log::Line> = self
            .file
            .read(move |connection| log::after(connection, name.as_str(), version, limit))
            .await?;
        let read: Result<_, Error> = lines.into_iter().map(|line| self.line(line)).collect();
        Ok(read?)
    }

    async fn changed_since(&self, version: u64) -> Result<(), StoreError> {
        // Watched before it is read, so that no append falls in between.
        let mut watch = self.file.watch();
        while self.last_version().await?.unsigned_abs() <= version {
            watch.changed().await;
        }
        Ok(())
    }

    async fn snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        let name = self.name.clone();
        let content = self
            .file
            .read(move |connection| log::snapshot(connection, name.as_str()))
            .await?;
        let read: Result<_, Error> = content
            .map(|content| serde_json::from_str(&content))
            .transpose()
            .map_err(|source| Error::Snapshot {
                queue: self.name.clone(),
                source,
            });
        Ok(read?)
    }

    async fn save_snapshot(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        let version = column(snapshot.version())?;
        let content = serde_json::to_string(snapshot).map_err(|source| Error::Snapshot {
            queue: self.name.clone(),
            source,
        })?;
        let name = self.name.clone();
        self.file
            .write(move |connection| {
                log::save_snapshot(connection, name.as_str(), version, &content)
            })
            .await?;
        loop {
            let name = self.name.clone();
            let dropped = self
                .file
                .write(move |connection| log::shorten(connection, name.as_str(), DROPPED_AT_ONCE))
                .await?;
            if dropped == 0 {
                return Ok(());
            }
        }
    }
}

fn column(number: u64) -> Result<i64, Error> {
    i64::try_from(number).map_err(|_| Error::TooLarge(number))
}
