//! Escalations kept in an SQLite file: durable, with no server to run.
//!
//! ```
//! use std::sync::Arc;
//! use chrono::{DateTime, TimeDelta};
//! use escalation_core::{Channel, Engine, Notification, ProcessId, StartRequest};
//! use escalation_sqlite::SqliteStore;
//! # use escalation_core::{notifier_fn, Delivery, Outcome, Response};
//! # let ring = Arc::new(notifier_fn(|_: Delivery| async { Outcome::Delivered(Response::None) }));
//! # futures::executor::block_on(async {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("escalations.db");
//! let store = Arc::new(SqliteStore::open(&path)?);
//! let engine = Engine::builder(store).notifier("overflow", ring).build()?;
//!
//! let now = DateTime::from_timestamp(1_700_000_000, 0).ok_or("out of range")?;
//! let overflow = Notification::after(Channel::new("overflow")?, TimeDelta::minutes(3));
//! let call = StartRequest::new(ProcessId::new("CA0123")?).notify(overflow);
//! engine.start(&call, now).await?;
//! // The process may be killed here: whoever opens the file next delivers.
//! assert_eq!(engine.run_once(now).await?, Some(now + TimeDelta::minutes(3)));
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
//!
//! The main type is [`SqliteStore`]. Several engines in several programs on one machine may open
//! the same file. Each store owns one thread that does all its work, so no caller is blocked by a
//! disk; calls that come together share one commit.
//!
//! An engine is woken at once by what its own store is told. For what other programs commit to the
//! file it looks every 25 ms while the store is used, and ever more seldom, down to twice a second,
//! while nothing happens ([`SqliteStore::committed`] wakes it at once for the host's own
//! transactions). Each look reads one number of shared memory.
//!
//! # How it is kept
//!
//! A notification is one long row, which a claim reads and does not write. What nobody has is a short
//! row in the order of claims, and what somebody has is a short row with its token and its end: a
//! claim moves a range from the one table to the other.
//!
//! # What we do not do
//!
//! No network file systems: their locks do not hold what SQLite needs. No clock: `now` is the
//! caller's, so programs that share a file should have their clocks set alike to within a fraction
//! of a lease.

mod admissions;
mod claims;
mod columns;
mod deliveries;
mod error;
mod letters;
mod processes;
mod requests;
mod store;
mod turns;
mod waiting;

pub use sqlite_file::{OpenError, SqliteFile};
pub use store::SqliteStore;
