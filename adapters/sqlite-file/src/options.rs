//! Opening.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode};

use crate::{OpenError, Schema, SqliteFile};

/// How a file is opened.
#[derive(Debug, Clone, Copy)]
#[must_use = "nothing is opened before `open` is called"]
pub struct OpenOptions {
    busy_timeout: Duration,
    look_every: Duration,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            busy_timeout: Duration::from_secs(5),
            look_every: Duration::from_millis(25),
        }
    }
}

impl OpenOptions {
    /// How long to wait, now and in each call, while another program has the file locked: five
    /// seconds unless said otherwise.
    pub const fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// How soon a [`Watch`](crate::Watch) notices what other programs commit: 25 ms unless said
    /// otherwise, at least 1 ms. A look costs microseconds (`PRAGMA data_version`, which reads
    /// shared memory), and nobody looks while nothing watches.
    pub fn look_every(mut self, interval: Duration) -> Self {
        self.look_every = interval.max(Duration::from_millis(1));
        self
    }

    /// Opens a file, creates it if it is not there, and brings its tables to the newest version.
    ///
    /// Blocks for as long as that takes, at most the busy timeout at each step if another program
    /// has it locked. What is written is on the disk when a call answers (`synchronous = FULL`,
    /// write-ahead log).
    ///
    /// # Errors
    /// [`OpenError`] says whether the file is damaged, locked, not writable or too new.
    pub fn open(self, path: impl AsRef<Path>, schema: &Schema) -> Result<SqliteFile, OpenError> {
        let path = path.as_ref();
        let failed = |source| OpenError::new(path.to_owned(), source);
        let connection = Connection::open(path).map_err(failed)?;
        connection.busy_timeout(self.busy_timeout).map_err(failed)?;
        // SQLite falls back to reading a file that it may not write, and would tell at the first
        // write only.
        if connection.is_readonly(rusqlite::MAIN_DB).map_err(failed)? {
            let source = rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY),
                None,
            );
            return Err(failed(source));
        }
        write_ahead(&connection, self.busy_timeout)
            .and_then(|()| connection.pragma_update(None, "synchronous", "full"))
            .map_err(failed)?;
        self.on(connection, path, schema)
    }

    /// A database in memory, gone with its value: for tests.
    ///
    /// # Errors
    /// [`OpenError`] if there is no memory or no thread to be had.
    pub fn in_memory(self, schema: &Schema) -> Result<SqliteFile, OpenError> {
        let path = PathBuf::from(":memory:");
        let connection =
            Connection::open_in_memory().map_err(|source| OpenError::new(path.clone(), source))?;
        self.on(connection, &path, schema)
    }

    fn on(
        self,
        mut connection: Connection,
        path: &Path,
        schema: &Schema,
    ) -> Result<SqliteFile, OpenError> {
        // More than any of our stores has statements.
        connection.set_prepared_statement_cache_capacity(64);
        // Or SQLite would prepare a statement with `LIMIT ?1` anew whenever it is bound.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(|source| OpenError::new(path.to_owned(), source))?;
        schema.migrate(&mut connection, path)?;
        SqliteFile::start(connection, self.look_every).map_err(OpenError::Thread)
    }
}

/// Turns the write-ahead log on, which stays on for good.
///
/// Of programs that do so at once on a new file all but one are refused, and SQLite does not wait by
/// itself here, whatever the busy timeout: two that wait for each other would wait for ever.
fn write_ahead(connection: &Connection, busy_timeout: Duration) -> rusqlite::Result<()> {
    const PAUSE: Duration = Duration::from_millis(2);
    let mut left = busy_timeout;
    loop {
        let refused = match connection.pragma_update(None, "journal_mode", "wal") {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        if refused.sqlite_error_code() != Some(ErrorCode::DatabaseBusy) || left.is_zero() {
            return Err(refused);
        }
        std::thread::sleep(PAUSE);
        left = left.saturating_sub(PAUSE);
    }
}
