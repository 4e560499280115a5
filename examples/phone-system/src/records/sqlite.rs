//! Records in an SQLite file, beside the queue's and the escalations' tables.

use std::path::Path;

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _};
use sqlite_file::{OpenError, Schema, SqliteFile, ThreadEnded};

use super::store::{Expects, RecordStore, RecordStoreError, Row, Write, WriteError};

const SCHEMA: Schema = Schema::new(
    "phone_schema",
    &["CREATE TABLE phone_record (
           kind   TEXT NOT NULL,
           key    TEXT NOT NULL,
           change INTEGER NOT NULL UNIQUE,
           body   TEXT,
           PRIMARY KEY (kind, key)
       ) STRICT, WITHOUT ROWID;
       CREATE TABLE phone_change (newest INTEGER NOT NULL, forgotten INTEGER NOT NULL) STRICT;
       INSERT INTO phone_change VALUES (0, 0)"],
);

/// Records in an SQLite file, which several programs of one machine may share.
#[derive(Debug)]
pub struct SqliteRecords {
    file: SqliteFile,
}

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("SQLite")]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Ended(#[from] ThreadEnded),
    #[error("conflict")]
    Conflict { kind: &'static str, key: String },
}

impl From<Error> for RecordStoreError {
    fn from(error: Error) -> Self {
        Self::new(error)
    }
}

impl SqliteRecords {
    /// Opens a file, and creates what is missing.
    ///
    /// # Errors
    /// [`OpenError`] says what is wrong with it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let file = SqliteFile::options().open(path, &SCHEMA)?;
        Ok(Self { file })
    }

    /// The file, for other stores to do their work on the same thread.
    #[must_use]
    pub fn file(&self) -> SqliteFile {
        self.file.clone()
    }

    /// Records that are gone with this value.
    ///
    /// # Errors
    /// [`OpenError`] if there is no memory or no thread to be had.
    pub fn in_memory() -> Result<Self, OpenError> {
        let file = SqliteFile::options().in_memory(&SCHEMA)?;
        Ok(Self { file })
    }
}

#[async_trait]
impl RecordStore for SqliteRecords {
    async fn write(&self, writes: Vec<Write>) -> Result<Vec<u64>, WriteError> {
        let written = self.file.write(move |file| {
            let changes = writes.into_iter().map(|change| write(file, change));
            changes.collect::<Result<Vec<u64>, Error>>()
        });
        written.await.map_err(|error| match error {
            Error::Conflict { kind, key } => WriteError::Conflict { kind, key },
            other => WriteError::Store(other.into()),
        })
    }

    async fn after(&self, change: u64, max: usize) -> Result<Vec<Row>, RecordStoreError> {
        Ok(self.file.read(move |file| after(file, change, max)).await?)
    }

    async fn changed_since(&self, change: u64) -> Result<(), RecordStoreError> {
        // The watch first: what is written between the look and the wait is then noticed.
        let mut watch = self.file.watch();
        loop {
            if self.file.read(newest).await? > change {
                return Ok(());
            }
            watch.changed().await;
        }
    }

    async fn forget_removals(&self, up_to: u64) -> Result<(), RecordStoreError> {
        let forgotten = self.file.write(move |file| {
            file.prepare_cached("DELETE FROM phone_record WHERE body IS NULL AND change <= ?1")?
                .execute([signed(up_to)])?;
            file.prepare_cached("UPDATE phone_change SET forgotten = max(forgotten, ?1)")?
                .execute([signed(up_to)])?;
            Ok::<_, Error>(())
        });
        Ok(forgotten.await?)
    }

    async fn forgotten(&self) -> Result<u64, RecordStoreError> {
        let forgotten = self.file.read(|file| {
            let query = "SELECT forgotten FROM phone_change";
            Ok::<_, Error>(file.query_row(query, [], |row| number(row, 0))?)
        });
        Ok(forgotten.await?)
    }
}

fn newest(file: &Connection) -> Result<u64, Error> {
    let mut query = file.prepare_cached("SELECT newest FROM phone_change")?;
    Ok(query.query_row([], |row| number(row, 0))?)
}

fn write(file: &Connection, write: Write) -> Result<u64, Error> {
    let Write {
        kind,
        key,
        body,
        expects,
    } = write;
    let there = file
        .prepare_cached("SELECT change FROM phone_record WHERE kind = ?1 AND key = ?2")?
        .query_row((kind, &key), |row| number(row, 0))
        .optional()?;
    let as_expected = match expects {
        Expects::Anything => true,
        Expects::Absent => there.is_none(),
        Expects::Change(change) => there == Some(change),
    };
    if !as_expected {
        return Err(Error::Conflict { kind, key });
    }
    let change: u64 = file
        .prepare_cached("UPDATE phone_change SET newest = newest + 1 RETURNING newest")?
        .query_row([], |row| number(row, 0))?;
    file.prepare_cached("INSERT OR REPLACE INTO phone_record VALUES (?1, ?2, ?3, ?4)")?
        .execute((kind, key, signed(change), body))?;
    Ok(change)
}

fn after(file: &Connection, change: u64, max: usize) -> Result<Vec<Row>, Error> {
    let mut query = file.prepare_cached(
        "SELECT change, kind, key, body FROM phone_record WHERE change > ?1 ORDER BY change LIMIT ?2",
    )?;
    let rows = query.query_map(
        (signed(change), i64::try_from(max).unwrap_or(i64::MAX)),
        |row| {
            Ok(Row {
                change: number(row, 0)?,
                kind: row.get(1)?,
                key: row.get(2)?,
                body: row.get::<_, Option<String>>(3)?.map(Into::into),
            })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

// SQLite counts to 2^63 - 1, and so far no sequence comes.
fn signed(change: u64) -> i64 {
    i64::try_from(change).unwrap_or(i64::MAX)
}

fn number(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    Ok(u64::try_from(number).unwrap_or(0))
}
