//! Escalations kept in PostgreSQL: durable, for any number of workers.
//!
//! ```
//! use std::sync::Arc;
//! use chrono::{DateTime, TimeDelta};
//! use escalation_core::{Channel, Engine, Notification, ProcessId, StartRequest};
//! use escalation_postgres::{Listener, PostgresStore};
//! use tokio_postgres::{Config, NoTls};
//! # use escalation_core::{notifier_fn, Delivery, Outcome, Response};
//! # let ring = Arc::new(notifier_fn(|_: Delivery| async { Outcome::Delivered(Response::None) }));
//! # // Compiled everywhere, run wherever there is a server.
//! # let Ok(url) = std::env::var("POSTGRES_URL") else { return Ok(()) };
//! # tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
//! let server: Config = url.parse()?; // postgresql://escalation@db.example/phones
//! let pool = postgres_pool::pool(server.clone(), NoTls, 4)?;
//! # let schema: postgres_pool::SchemaName = "escalation_doc".parse()?;
//! # pool.get().await?.batch_execute("DROP SCHEMA IF EXISTS escalation_doc CASCADE").await?;
//! let listener = Listener::start(server, PostgresStore::CHANNEL);
//! let store = PostgresStore::builder(pool).listener(listener).schema(schema).connect().await?;
//! let engine = Engine::builder(Arc::new(store)).notifier("overflow", ring).build()?;
//!
//! let now = DateTime::from_timestamp(1_700_000_000, 0).ok_or("out of range")?;
//! let overflow = Notification::at(Channel::new("overflow")?, now + TimeDelta::minutes(3));
//! let call = StartRequest::new(ProcessId::new("CA0123")?).notify(overflow);
//! engine.start(&call, now).await?;
//! // The process may be killed here: whichever worker comes next delivers.
//! engine.run_once(now).await?;
//! assert_eq!(engine.counts().delivered, 1, "three minutes after then is long ago");
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The main type is [`PostgresStore`]. Its tables and functions are in a schema of their own, which
//! the first worker to start creates and later releases migrate, one worker at a time; the view
//! `schedule` shows them to people. TLS, log-in, timeouts and the size of the pool are the host's,
//! who makes the pool; a worker needs two or three connections.
//!
//! # How it works
//!
//! * A claim is one statement: it locks due rows past those of other workers (`SKIP LOCKED`), and
//!   leases them with a new token. Calls to begin and to settle that come at the same time share a
//!   statement, and so a commit.
//! * To claim and to begin changes no indexed column, and the pages of `notification` are filled by
//!   less than half, so PostgreSQL writes one row in place and no index (HOT). That costs twice the
//!   disk for what is scheduled, and pays for it with each delivery.
//! * A process with one notification is one row. It gets another in `process` when more is to be
//!   said about it: when it is held, extended, or stopped while it is in flight.
//! * Attempts in flight are counted only on channels that have, or once had, a limit of concurrency.
//! * Time is the database's ([`TimeSource`]): a worker whose clock is wrong takes no lease from
//!   another.
//! * A claim starts where the last one ended, so rows that nobody may vacuum (a snapshot is held
//!   somewhere) do not slow it down.
//! * Whoever starts something that is due within 15 s tells the others (`NOTIFY`, when the
//!   transaction commits); what is due later, they find when they poll. An idle worker sends one
//!   query per poll.
//! * Requests are remembered for an hour, dead letters for a year
//!   ([`keep_dead_letters_for`](PostgresStoreBuilder::keep_dead_letters_for)); rates and tenants
//!   with nothing left are swept out every ten minutes.
//!
//! # Behind PgBouncer
//!
//! Works in transaction mode, where each transaction may get another session. Only the
//! [listener](PostgresStoreBuilder::listener) needs an address that leads past it; without one, what
//! others have started is noticed at the engine's next poll, by default within 5 s.
//!
//! # Coming from roesc
//!
//! [`roesc::import`] takes over what the original component has planned in its own tables.
//!
//! # What we do not do
//!
//! No retries of what may have taken effect: a call that was cut off is
//! [`Unavailable`](escalation_core::StoreError::Unavailable), and a lease whose word was lost runs
//! out. A claim costs about 3 µs for each tenant with a process, so ten thousand tenants want
//! several schemas.

mod admissions;
mod builder;
mod columns;
mod deliveries;
mod edn;
mod error;
mod floor;
mod letters;
mod outlook;
mod processes;
pub mod roesc;
mod schema;
mod statements;
mod store;
mod together;

pub use builder::PostgresStoreBuilder;
pub use edn::EdnError;
pub use postgres_pool::{ConnectError, Listener, SchemaName};
pub use statements::{Preparation, TimeSource};
pub use store::PostgresStore;
