//! The queues of one schema.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use deadpool_postgres::Pool;
use postgres_pool::{Database, Fault, Listener, Parameters, text};
use queue_dispatch::StoreError;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Config, NoTls, Row, Socket};

use crate::error::CallError;
use crate::schema::{CHANNEL, MIGRATIONS, SCHEMA};
use crate::statements::Statements;
use crate::store::Patience;
use crate::{ConnectError, PostgresQueue, QueueName, SchemaName};

/// Call queues in PostgreSQL 11 or newer, shared by any number of servers; [`queue`](Self::queue) gives the
/// store of one.
///
/// What was appended is as durable as the server's `synchronous_commit` says, by default on its disk. The
/// pool must lead to the primary.
///
/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct PostgresQueues {
    shared: Arc<Shared>,
}

/// What all queues of a schema share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) database: Database,
    pub(crate) statements: Statements,
    pub(crate) listener: Option<Listener>,
    pub(crate) patience: Patience,
    pub(crate) most_ahead: TimeDelta,
}

impl PostgresQueues {
    /// Uses the schema `queue_dispatch`, creates it and its tables if they are not there, and looks for
    /// what others appended four times a second.
    ///
    /// # Errors
    /// [`ConnectError`] says whether the database cannot be reached, does not permit it, or is too new.
    pub async fn connect(pool: Pool) -> Result<Self, ConnectError> {
        Self::builder(pool).connect().await
    }

    /// Uses another schema or clock, or hears of what others appended.
    pub fn builder(pool: Pool) -> PostgresQueuesBuilder {
        PostgresQueuesBuilder {
            database: Database::new(pool, SCHEMA),
            listener: None,
            patience: Patience::default(),
            most_ahead: TimeDelta::seconds(10),
        }
    }

    /// The store of this queue, whose log is empty if the name is new.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn queue(&self, name: QueueName) -> Result<PostgresQueue, StoreError> {
        Ok(self.find(&name).await?)
    }

    async fn find(&self, name: &QueueName) -> Result<PostgresQueue, CallError> {
        let (shared, named) = (&self.shared, name.as_str());
        let Statements { find, enter, .. } = &shared.statements;
        let mut found = shared.query_again(find, &[text(&named)]).await?;
        if found.is_empty() {
            shared.query_again(enter, &[text(&named)]).await?;
            found = shared.query_again(find, &[text(&named)]).await?;
        }
        let row = found.first().ok_or(CallError::Gone)?;
        let (id, version, fence) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        Ok(PostgresQueue::new(
            Arc::clone(shared),
            id,
            name.clone(),
            version,
            fence,
        ))
    }

    /// The database's clock: one time for all servers of a queue, whatever their own clocks say. One round
    /// trip.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn now(&self) -> Result<DateTime<Utc>, StoreError> {
        self.shared.database.now().await.map_err(StoreError::new)
    }
}

/// What [`PostgresQueues`] can be told; made by [`PostgresQueues::builder`].
#[derive(Debug)]
#[must_use = "nothing happens before `connect`"]
pub struct PostgresQueuesBuilder {
    database: Database,
    listener: Option<Listener>,
    patience: Patience,
    most_ahead: TimeDelta,
}

impl PostgresQueuesBuilder {
    /// Keeps the tables in this schema instead of `queue_dispatch`.
    pub fn schema(mut self, schema: SchemaName) -> Self {
        self.database = self.database.with_schema(schema);
        self
    }

    /// Reads the database's clock as being later by so much (earlier, if negative): for tests, and for
    /// hosts on a simulated time.
    pub fn clock_offset(mut self, offset: TimeDelta) -> Self {
        self.database = self.database.with_clock_offset(offset);
        self
    }

    /// Hears of what others appended within milliseconds, on one connection for all queues. The address
    /// must lead to PostgreSQL itself, not through PgBouncer in transaction mode. Starts a task on the
    /// current tokio runtime.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn listen(self, server: Config) -> Self {
        self.listen_with_tls(server, NoTls)
    }

    /// The same with the host's TLS.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn listen_with_tls<T>(mut self, server: Config, tls: T) -> Self
    where
        T: MakeTlsConnect<Socket> + Clone + Sync + Send + 'static,
        T::Stream: Sync + Send,
        T::TlsConnect: Sync + Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        self.listener = Some(Listener::start_with_tls(server, tls, CHANNEL));
        self
    }

    /// How long what others appended may go unnoticed where nothing is heard: without
    /// [`listen`](Self::listen), and while its connection is broken. 250 ms by default; each queue that is
    /// [followed](queue_dispatch::Dispatcher::follow) costs one look-up by primary key so often. A server
    /// that is about to append finds out anyway, so this delays only what one server learns of another's
    /// doing while it has nothing to say itself.
    pub fn poll_every(mut self, interval: Duration) -> Self {
        self.patience.deaf = interval;
        self
    }

    /// How often to look all the same while listening, in case a word is lost: every 5 s by default.
    pub fn check_every(mut self, interval: Duration) -> Self {
        self.patience.listening = interval;
        self
    }

    /// Refuses events of a server whose clock is further ahead of the database's: 10 s by default. A queue's
    /// time never runs backwards, so such an event would stop everyone's timeouts until their clocks have
    /// caught up. A clock that is behind does no harm: its events count as of the queue's time.
    pub fn clocks_ahead_at_most(mut self, lead: TimeDelta) -> Self {
        self.most_ahead = lead;
        self
    }

    /// Brings the tables to the version of this release. Any number of servers may do so at once.
    ///
    /// # Errors
    /// As for [`PostgresQueues::connect`].
    pub async fn connect(self) -> Result<PostgresQueues, ConnectError> {
        self.database.migrate(&MIGRATIONS).await?;
        Ok(PostgresQueues {
            shared: Arc::new(Shared {
                statements: Statements::new(self.database.schema()),
                database: self.database,
                listener: self.listener,
                patience: self.patience,
                most_ahead: self.most_ahead,
            }),
        })
    }
}

impl Shared {
    /// For what may be done twice, which is tried again: a server that was restarted leaves dead
    /// connections in the pool.
    pub(crate) async fn query_again(
        &self,
        statement: &str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, CallError> {
        let mut tries = 0;
        loop {
            let client = self.database.client().await?;
            match client.query_typed(statement, parameters).await {
                Ok(rows) => return Ok(rows),
                Err(error)
                    if tries < TRIES
                        && matches!(Fault::of(&error), Fault::Contention | Fault::Interrupted) =>
                {
                    tries += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// More often than that, something is wrong that trying again does not mend.
pub(crate) const TRIES: u32 = 8;
