//! PostgreSQL as our stores use it: a pool, a schema with versioned migrations, the database's clock,
//! faults told apart by what to do, and notifications that come back after a cut.
//!
//! ```
//! use postgres_pool::{Database, Listener, Migrations, SchemaName, Wake, notify_sql, text};
//! use tokio_postgres::NoTls;
//!
//! const SCHEMA: SchemaName = SchemaName::from_static("notes");
//! const MIGRATIONS: Migrations =
//!     Migrations::new("notes-postgres", &["CREATE TABLE note (content text NOT NULL)"]);
//!
//! # // Compiled everywhere, run wherever there is a server.
//! # let Ok(url) = std::env::var("POSTGRES_URL") else { return Ok(()) };
//! # tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
//! let server: tokio_postgres::Config = url.parse()?; // postgresql://notes@db.example/office
//! let pool = postgres_pool::pool(server.clone(), NoTls, 4)?;
//! # pool.get().await?.batch_execute("DROP SCHEMA IF EXISTS notes CASCADE").await?;
//! let database = Database::new(pool, SCHEMA);
//! database.migrate(&MIGRATIONS).await?;
//!
//! let listener = Listener::start(server, "notes");
//! listener.connected().await;
//! let mut notes = listener.subscribe("office");
//! assert_eq!(notes.next().await, Wake::Connected); // look for what is there already
//! let say = notify_sql("notes", "$1", "$2");
//! let insert = format!("INSERT INTO {SCHEMA}.note VALUES ($2) RETURNING {say}");
//! let client = database.client().await?;
//! client.query_typed(&insert, &[text(&"office"), text(&"tea")]).await?;
//! assert_eq!(notes.next().await, Wake::Notified("tea".into()));
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The main type is [`Database`]. A host brings the pool, and with it TLS, log-in and timeouts; [`pool`]
//! makes one that neither waits nor hangs for ever.
//!
//! # Behind PgBouncer
//!
//! In transaction mode each transaction may get another session. So nothing here is kept in a session:
//! migrations lock within their transaction, and a store that sends its statements with
//! `query_typed` and [`Parameters`], and names its tables with their schema, has no prepared statement
//! to lose. The pool should recycle connections without statements of its own, which is deadpool's
//! default, `RecyclingMethod::Fast`. Only [`Listener`] needs an address that leads past PgBouncer.
//!
//! # What we do not do
//!
//! No retries: [`Fault`] says what a failed statement means, the store knows what may be done twice.

mod connect_error;
mod database;
mod fault;
mod listener;
mod migrations;
mod parameters;
mod schema_name;

pub use connect_error::ConnectError;
pub use database::{Database, pool};
pub use fault::{CallError, Fault};
pub use listener::{Listener, Subscription, Wake, notify_sql};
pub use migrations::Migrations;
pub use parameters::{
    Parameter, Parameters, bigint, bigints, boolean, bytea, integer, text, texts,
};
pub use schema_name::{InvalidSchemaName, SchemaName};
