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
    looks: Looks,
}

/// How often the thread looks for what other programs commit, while somebody watches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Looks {
    /// While something happens.
    pub(crate) every: Duration,
    /// When nothing has happened for long.
    pub(crate) idle: Duration,
}

impl Looks {
    /// How long to wait after a look that found nothing.
    pub(crate) fn pause_after(self, pause: Duration) -> Duration {
        self.idle.min(pause.saturating_mul(2))
    }
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            busy_timeout: Duration::from_secs(5),
            looks: Looks {
                every: Duration::from_millis(25),
                idle: Duration::from_millis(25),
            },
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
    /// shared memory), and nobody looks while nothing watches. When idle too, unless
    /// [`look_when_idle_every`](Self::look_when_idle_every) says otherwise afterwards.
    pub fn look_every(mut self, interval: Duration) -> Self {
        let every = interval.max(Duration::from_millis(1));
        self.looks = Looks { every, idle: every };
        self
    }

    /// How soon it notices when nothing has happened for long, so that an idle program hardly wakes:
    /// the time between looks doubles with each that finds nothing, up to this, and is short again
    /// after any call and any commit. At least what [`look_every`](Self::look_every) says.
    pub fn look_when_idle_every(mut self, interval: Duration) -> Self {
        self.looks.idle = interval.max(self.looks.every);
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
        SqliteFile::start(connection, path, self.looks).map_err(OpenError::Thread)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_become_rare_when_nothing_happens_up_to_a_stated_pause() {
        let millis = Duration::from_millis;
        let options = OpenOptions::default()
            .look_every(millis(25))
            .look_when_idle_every(millis(500));
        let mut pause = options.looks.every;
        let pauses = std::iter::repeat_with(|| {
            pause = options.looks.pause_after(pause);
            pause
        });
        let expected = [50, 100, 200, 400, 500, 500].map(millis);
        assert_eq!(pauses.take(6).collect::<Vec<_>>(), expected);
        let always = OpenOptions::default().look_every(millis(5)).looks;
        assert_eq!(always.pause_after(millis(5)), millis(5), "unless asked for");
    }
}
