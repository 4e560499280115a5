//! Live overrides of opening hours kept in PostgreSQL: "pause now" on one server pauses all of them.
//!
//! ```
//! use business_hours::{Override, OverrideStore, Schedule, ScheduleId, Tz};
//! use deadpool_postgres::{Manager, Pool};
//! use hours_postgres::PostgresOverrides;
//! use tokio_postgres::{Config, NoTls};
//!
//! # // Compiled everywhere, run wherever there is a server.
//! # let Ok(url) = std::env::var("POSTGRES_URL") else { return Ok(()) };
//! # tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
//! # let drop = "DROP SCHEMA IF EXISTS business_hours CASCADE";
//! # Pool::builder(Manager::new(url.parse()?, NoTls)).build()?.get().await?.batch_execute(drop).await?;
//! let server: Config = url.parse()?; // postgresql://hours@db.example/phones
//! let pool = Pool::builder(Manager::new(server, NoTls)).max_size(4).build()?;
//! let overrides = PostgresOverrides::connect(pool).await?;
//!
//! let sales = ScheduleId::new("sales")?;
//! let drill = "2026-12-01T14:00:00Z to 2026-12-01T15:00:00Z".parse()?;
//! let pause = Override::closed("pause".parse()?, drill).because("Fire drill");
//! let version = overrides.put(&sales, pause).await?;
//!
//! // Every other server looks at the version now and then, and at the rest if that is new.
//! assert_eq!(overrides.version(&sales).await?, version);
//! let desk = Schedule::builder(Tz::Europe__London).week("mon-fri".parse()?, "09:00-17:30".parse()?);
//! let desk = overrides.snapshot(&sales).await?.apply_to(&desk.build()?)?;
//! let status = desk.status("2026-12-01T14:30:00Z".parse()?)?;
//! assert_eq!(status.to_string(), "closed: Fire drill; opens 15:00");
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The main type is [`PostgresOverrides`]. Its tables are in a schema of their own, which the first server
//! to start creates and later releases migrate, one server at a time. TLS, log-in, timeouts and the size of
//! the pool are the host's, who makes the pool.
//!
//! # Behind PgBouncer
//!
//! Works in transaction mode, where each transaction may get another session: statements are sent unnamed
//! with the types of their parameters, so none has to be prepared and remembered; tables are named with
//! their schema; locks and settings end with the transaction. The pool should recycle connections without
//! statements of its own, which is deadpool's default, `RecyclingMethod::Fast`.
//!
//! # What we do not do
//!
//! No notice of what other servers write: `LISTEN` needs a session, so poll
//! [`version`](business_hours::OverrideStore::version), one look-up by primary key.

mod error;
mod schema;
mod statements;
mod store;

pub use postgres_pool::{ConnectError, InvalidSchemaName, SchemaName};
pub use store::{PostgresOverrides, PostgresOverridesBuilder};
