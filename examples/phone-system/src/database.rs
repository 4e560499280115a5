//! Where everything is kept: memory, an SQLite file, or PostgreSQL.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use business_hours::OverrideStore;
use chrono::TimeDelta;
use escalation_core::EscalationStore;
use escalation_postgres::{PostgresStore, TimeSource};
use escalation_sqlite::SqliteStore;
use hours_postgres::PostgresOverrides;
use hours_sqlite::SqliteOverrides;
use queue_dispatch::QueueStore;
use queue_postgres::{PostgresQueues, postgres_pool};
use queue_sqlite::SqliteQueues;
use tokio_postgres::{Config, NoTls};

use crate::records::{PostgresRecords, RecordStore, SqliteRecords};

/// The queue's name among those of a database.
const QUEUE: &str = "phone";
/// Connections to a PostgreSQL server; listeners have a few more. Requests come in bursts, when every phone rings.
const CONNECTIONS: usize = 8;

/// What a database of the phone system is called: `memory`, a file, or `postgres://…`.
///
/// ```
/// use phone_system::DatabaseUrl;
///
/// # fn main() -> Result<(), phone_system::DatabaseUrlError> {
/// let file: DatabaseUrl = "phone-system.sqlite3".parse()?;
/// assert_eq!(file.to_string(), "phone-system.sqlite3");
/// let server: DatabaseUrl = "postgres://phones:secret@db.example/phones".parse()?;
/// assert_eq!(server.to_string(), "postgres://db.example/phones");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum DatabaseUrl {
    /// Gone with the program: `memory`.
    Memory,
    /// An SQLite file, which several programs of one machine may share.
    File(PathBuf),
    /// A PostgreSQL server, for programs on several machines.
    Postgres(Box<Config>),
}

/// A text that names no database.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseUrlError {
    /// The address of a server that cannot be read. It is not repeated here, for it may hold a password.
    #[error(
        "the address cannot be read: expected postgres://USER:PASSWORD@HOST/DATABASE, the name of a file, or memory"
    )]
    Address(#[source] tokio_postgres::Error),
    /// Nothing, or a kind of database that we do not know.
    #[error("{0:?} names no database: expected postgres://…, the name of a file, or memory")]
    Unknown(String),
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(Box::new(
                text.parse().map_err(DatabaseUrlError::Address)?,
            ))),
            // What stands behind may be a password.
            Some((scheme, _)) => Err(DatabaseUrlError::Unknown(format!("{scheme}://"))),
            None if text.is_empty() => Err(DatabaseUrlError::Unknown(String::new())),
            None if text == "memory" => Ok(Self::Memory),
            None => Ok(Self::File(text.into())),
        }
    }
}

/// Without the account, and above all without its password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("memory"),
            Self::File(path) => path.display().fmt(f),
            Self::Postgres(server) => {
                use tokio_postgres::config::Host;
                f.write_str("postgres://")?;
                for (index, host) in server.get_hosts().iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    match host {
                        Host::Tcp(name) => write!(f, "{comma}{name}")?,
                        #[cfg(unix)]
                        Host::Unix(folder) => write!(f, "{comma}{}", folder.display())?,
                    }
                    let ports = server.get_ports();
                    match ports.get(index).or(ports.first()) {
                        None | Some(5432) => {}
                        Some(port) => write!(f, ":{port}")?,
                    }
                }
                write!(f, "/{}", server.get_dbname().unwrap_or_default())
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

/// Whose clock a database goes by. Only PostgreSQL has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum DatabaseTime {
    /// Its own, so that one server's wrong clock harms nobody.
    #[default]
    Own,
    /// That of the programs, who must agree: for simulated time.
    Programs,
}

/// The stores that hold all that a phone system must not forget. Cheap to clone; several phone systems may share one.
#[derive(Debug, Clone)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a program that brings stores of its own must fill in all of it"
)]
pub struct Database {
    /// Who waits, who talks, which phones ring.
    pub queue: Arc<dyn QueueStore>,
    /// Who is to be rung for when.
    pub escalations: Arc<dyn EscalationStore>,
    /// Exceptions to the opening hours.
    pub overrides: Arc<dyn OverrideStore>,
    /// Everything else.
    pub records: Arc<dyn RecordStore>,
}

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// The SQLite file.
    #[error(transparent)]
    File(#[from] escalation_sqlite::OpenError),
    /// The PostgreSQL server.
    #[error(transparent)]
    Server(#[from] postgres_pool::ConnectError),
    /// The connections to it.
    #[error("the connections to the database cannot be made")]
    Pool(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The queue's store.
    #[error(transparent)]
    Queue(#[from] queue_dispatch::StoreError),
}

impl Database {
    /// Opens a database, and creates it if it is an SQLite file that is not there; tables are created or brought up to
    /// date.
    ///
    /// # Errors
    /// [`DatabaseError`] says whether it cannot be reached, not be written, or is too new.
    pub async fn open(url: &DatabaseUrl, time: DatabaseTime) -> Result<Self, DatabaseError> {
        match url {
            DatabaseUrl::Memory => Self::in_memory(),
            DatabaseUrl::File(path) => Self::in_file(path).await,
            DatabaseUrl::Postgres(server) => Self::on_server(server, time).await,
        }
    }

    /// A database that is gone with its last clone.
    ///
    /// # Errors
    /// When there is no memory or no thread to be had.
    pub fn in_memory() -> Result<Self, DatabaseError> {
        Ok(Self {
            queue: Arc::new(SqliteQueues::in_memory()?.queue(queue())),
            escalations: Arc::new(SqliteStore::in_memory()?),
            overrides: Arc::new(SqliteOverrides::in_memory()?),
            records: Arc::new(SqliteRecords::in_memory()?),
        })
    }

    /// A database in one SQLite file. All stores work on one thread: what a request writes to several shares its waits for
    /// the disk with other requests', and no store waits for another's lock.
    ///
    /// # Errors
    /// [`DatabaseError::File`] says whether it is damaged, locked, not writable or too new.
    pub async fn in_file(path: &Path) -> Result<Self, DatabaseError> {
        let records = SqliteRecords::open(path)?;
        let file = records.file();
        Ok(Self {
            queue: Arc::new(SqliteQueues::within(file.clone()).await?.queue(queue())),
            escalations: Arc::new(SqliteStore::within(file.clone()).await?),
            overrides: Arc::new(SqliteOverrides::within(file).await?),
            records: Arc::new(records),
        })
    }

    async fn on_server(server: &Config, time: DatabaseTime) -> Result<Self, DatabaseError> {
        // As below.
        let queue = QUEUE.parse().expect("a name that queues may have");
        let pool = postgres_pool::pool(server.clone(), NoTls, CONNECTIONS)
            .map_err(|error| DatabaseError::Pool(error.into()))?;
        let queues = PostgresQueues::builder(pool.clone()).listen(server.clone());
        let listener = escalation_postgres::Listener::start(server.clone(), PostgresStore::CHANNEL);
        let escalations = PostgresStore::builder(pool.clone()).listener(listener);
        let (queues, escalations) = match time {
            DatabaseTime::Own => (queues, escalations),
            // A simulated clock may be years ahead.
            DatabaseTime::Programs => (
                queues.clocks_ahead_at_most(TimeDelta::days(365_000)),
                escalations.time(TimeSource::Caller),
            ),
        };
        Ok(Self {
            queue: Arc::new(queues.connect().await?.queue(queue).await?),
            escalations: Arc::new(escalations.connect().await?),
            overrides: Arc::new(PostgresOverrides::connect(pool.clone()).await?),
            records: Arc::new(PostgresRecords::connect(pool, server).await?),
        })
    }
}

fn queue() -> queue_sqlite::QueueName {
    // It has neither too many characters nor control characters, which is all that is asked.
    QUEUE.parse().expect("a name that queues may have")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_by_its_name() {
        for (text, shown) in [
            ("memory", "memory"),
            ("phone.sqlite3", "phone.sqlite3"),
            ("/var/lib/phone/calls.db", "/var/lib/phone/calls.db"),
            (
                "postgres://db.example/phones",
                "postgres://db.example/phones",
            ),
            (
                "postgresql://me:hush@a.example:6432,b.example:6432/phones",
                "postgres://a.example:6432,b.example:6432/phones",
            ),
        ] {
            let url: DatabaseUrl = text.parse().unwrap();
            assert_eq!(url.to_string(), shown);
            assert!(!format!("{url:?}").contains("hush"));
        }
    }

    #[test]
    fn what_names_no_database_is_refused_without_its_password() {
        for bad in [
            "",
            "mysql://me:hush@db.example/phones",
            "postgres://me:hush@db.example:port/x",
        ] {
            let error = bad.parse::<DatabaseUrl>().unwrap_err();
            let line = crate::one_line(&error);
            assert!(
                line.contains("postgres://") && !line.contains("hush"),
                "{line}"
            );
        }
    }
}
