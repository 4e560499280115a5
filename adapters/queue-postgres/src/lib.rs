//! A call queue kept in PostgreSQL, so that many web servers share it: no caller lost, none given to two reps.
//!
//! ```
//! use std::sync::Arc;
//! use queue_dispatch::{CallId, ClassId, Config, Dispatcher, Event};
//! use queue_postgres::{PostgresQueues, postgres_pool};
//! use tokio_postgres::NoTls;
//!
//! # // Compiled everywhere, run wherever there is a server.
//! # let Ok(url) = std::env::var("POSTGRES_URL") else { return Ok(()) };
//! # tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
//! let server: tokio_postgres::Config = url.parse()?; // postgresql://phones@db.example/phones
//! let pool = postgres_pool::pool(server.clone(), NoTls, 4)?; // may lead to PgBouncer
//! # pool.get().await?.batch_execute("DROP SCHEMA IF EXISTS queue_dispatch CASCADE").await?;
//! let queues = PostgresQueues::builder(pool).listen(server).connect().await?;
//!
//! // On this server and on another:
//! let support = Arc::new(queues.queue("support".parse()?).await?);
//! let here = Dispatcher::open(Config::premium_and_regular(), support).await?;
//! let support = Arc::new(queues.queue("support".parse()?).await?);
//! let there = Dispatcher::open(Config::premium_and_regular(), support).await?;
//!
//! let now = queues.now().await?; // one clock for all servers
//! let ann = CallId::new(1);
//! let applied = here.apply(Event::enqueue(ann, ClassId::PREMIUM), now).await?;
//! let followed = there.follow(applied.version - 1).await?; // woken by NOTIFY
//! assert_eq!(followed.version, applied.version);
//! assert_eq!(there.read(|queue| queue.position(ann, now)), Some(1));
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The main types are [`PostgresQueues`], the queues of one schema, and [`PostgresQueue`], the
//! [`QueueStore`](queue_dispatch::QueueStore) of one. The schema is created by the first server to start and
//! migrated by later releases, one server at a time. TLS, log-in, timeouts and the size of the pool are the
//! host's, who makes the pool; two connections are enough for a server, more let queues append at once.
//!
//! # Behind PgBouncer
//!
//! The pool works through PgBouncer in transaction mode, for nothing is kept in a session. `LISTEN` needs
//! one: give [`listen`](PostgresQueuesBuilder::listen) an address that leads past it. Without,
//! what other servers did is noticed within 250 ms, or what
//! [`poll_every`](PostgresQueuesBuilder::poll_every) says.
//!
//! # Clocks
//!
//! The instant of an event is the caller's, as the contract of
//! [`QueueStore`](queue_dispatch::QueueStore) has it, and a queue's time never runs backwards: an event with
//! an earlier instant than the one before counts as of that one. So a server whose clock is slow does no
//! harm but to come late with what falls due, which the others do in its place. One whose clock is fast would
//! stop the time of all others until theirs have caught up: an event more than 10 s ahead of the database's
//! clock, or what [`clocks_ahead_at_most`](PostgresQueuesBuilder::clocks_ahead_at_most) says, is refused
//! with an error and not written. [`PostgresQueues::now`] is a clock that all have in common.
//!
//! # What we do not do
//!
//! No waiting for a database that is away: a call fails as soon as the pool gives up, and the host decides.
//! Nothing is thrown away but lines that a saved snapshot stands for: save one now and then.

mod doubt;
mod error;
mod queue_name;
mod queues;
mod schema;
mod statements;
mod store;

pub use postgres_pool;
pub use postgres_pool::{ConnectError, InvalidSchemaName, SchemaName};
pub use queue_name::{InvalidQueueName, QueueName};
pub use queues::{PostgresQueues, PostgresQueuesBuilder};
pub use store::PostgresQueue;
