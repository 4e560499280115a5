//! Call queues kept in an SQLite file: durable, shared by the programs of one machine, with no
//! server to run.
//!
//! ```
//! use std::sync::Arc;
//! use chrono::DateTime;
//! use queue_dispatch::{CallId, ClassId, Config, Dispatcher, Event};
//! use queue_sqlite::SqliteQueues;
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("queues.db");
//! let now = DateTime::from_timestamp(1_700_000_000, 0).ok_or("out of range")?;
//! let ann = CallId::new(1);
//!
//! let support = Arc::new(SqliteQueues::open(&path)?.queue("support".parse()?));
//! let dispatcher = Dispatcher::open(Config::premium_and_regular(), support).await?;
//! dispatcher.apply(Event::enqueue(ann, ClassId::REGULAR), now).await?;
//! # drop(dispatcher);
//! // The program may be killed here: whoever opens the file next knows that Ann waits.
//! let support = Arc::new(SqliteQueues::open(&path)?.queue("support".parse()?));
//! let another = Dispatcher::open(Config::premium_and_regular(), support).await?;
//! assert_eq!(another.read(|queue| queue.position(ann, now)), Some(1));
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The main type is [`SqliteQueues`], a file with any number of queues; each is a [`SqliteQueue`],
//! which is a [`QueueStore`](queue_dispatch::QueueStore). Several programs on one machine may open
//! the same file, which may also hold the host's own tables: ours begin with `queue_`. Each open
//! file owns one thread that does all its work, so no caller is blocked by a disk; appends to
//! several queues that come together share one commit.
//!
//! # Who notices what, and when
//!
//! What a program appends, its own followers notice at once; those in other programs, or on another
//! [`SqliteQueues`], within 25 ms, or what [`OpenOptions::look_every`] says. Looking costs
//! microseconds, and nobody looks while nobody follows.
//!
//! # What we do not do
//!
//! No network file systems: their locks do not hold what SQLite needs. No snapshots by themselves:
//! [`Dispatcher::save_snapshot`](queue_dispatch::Dispatcher::save_snapshot) when it suits, say every
//! ten thousand events; the log grows until then. No clock: `now` is the caller's, so programs that
//! share a file should have their clocks set alike.

mod error;
mod log;
mod name;
mod queue;
mod queues;

pub use error::Error;
pub use name::{QueueName, QueueNameError};
pub use queue::SqliteQueue;
pub use queues::SqliteQueues;
pub use sqlite_file::{OpenError, OpenOptions, SqliteFile};
