//! One SQLite file as our stores use it: opened with clear errors, migrated, and written to on a
//! thread of its own, where calls that come together share one commit.
//!
//! ```
//! use sqlite_file::{Schema, SqliteFile};
//! # #[derive(Debug, thiserror::Error)]
//! # enum Error {
//! #     #[error(transparent)] Sqlite(#[from] rusqlite::Error),
//! #     #[error(transparent)] Ended(#[from] sqlite_file::ThreadEnded),
//! # }
//!
//! const SCHEMA: Schema = Schema::new(
//!     "shop_schema",
//!     &["CREATE TABLE shop_order (id INTEGER PRIMARY KEY, what TEXT NOT NULL) STRICT"],
//! );
//! # futures::executor::block_on(async {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("shop.db");
//! let shop = SqliteFile::options().open(&path, &SCHEMA)?;
//! let id = shop
//!     .write(|orders| {
//!         orders.execute("INSERT INTO shop_order (what) VALUES ('tea')", [])?;
//!         Ok::<_, Error>(orders.last_insert_rowid())
//!     })
//!     .await?; // on the disk from here on
//! let what: String = shop
//!     .read(move |orders| {
//!         let query = "SELECT what FROM shop_order WHERE id = ?1";
//!         Ok::<_, Error>(orders.query_row(query, [id], |row| row.get(0))?)
//!     })
//!     .await?;
//! assert_eq!(what, "tea");
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
//!
//! The main type is [`SqliteFile`]. It is the foundation of `escalation-sqlite`, `hours-sqlite` and
//! `queue-sqlite`, which may all live in one file beside the host's own tables, as each has a
//! [`Schema`] with a table of versions of its own.
//!
//! # Why not a crate that exists
//!
//! `tokio-rusqlite` also gives a connection a thread, but each of its calls is a transaction by
//! itself, so a hundred small writes cost a hundred times the wait for the disk; it holds rusqlite
//! at an older release, which cannot be linked beside ours; and it panics where a caller went away.
//! `rusqlite_migration` counts versions in `user_version`, of which a file has one: two schemas in
//! one file would each take the other's number for its own.
//!
//! # What it does not do
//!
//! No network file systems: their locks do not hold what SQLite needs. No pool: SQLite has one
//! writer at a time anyway. No queries, no rows: that is rusqlite's, whose [`rusqlite::Connection`]
//! each job gets.

mod error;
mod file;
mod options;
mod schema;
mod thread;
mod watch;

pub use error::{OpenError, ThreadEnded, is_corrupt, is_temporary};
pub use file::SqliteFile;
pub use options::OpenOptions;
pub use schema::Schema;
pub use watch::Watch;
