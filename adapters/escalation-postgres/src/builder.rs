//! What a store can be told.

use std::fmt;
use std::sync::Arc;

use chrono::TimeDelta;
use deadpool_postgres::Pool;
use postgres_pool::{ConnectError, Database, Listener, SchemaName};

use crate::PostgresStore;
use crate::outlook::{Outlook, Watching};
use crate::schema::{MIGRATIONS, SCHEMA};
use crate::statements::{Preparation, TimeSource};

/// Makes a [`PostgresStore`]; see [`PostgresStore::builder`].
#[must_use = "nothing happens before `connect`"]
pub struct PostgresStoreBuilder {
    database: Database,
    time: TimeSource,
    preparation: Preparation,
    listener: Option<Listener>,
    keep_dead_letters_for: TimeDelta,
}

impl PostgresStoreBuilder {
    pub(crate) fn new(pool: Pool) -> Self {
        Self {
            database: Database::new(pool, SCHEMA),
            time: TimeSource::default(),
            preparation: Preparation::default(),
            listener: None,
            keep_dead_letters_for: TimeDelta::days(365),
        }
    }

    /// Keeps the tables in this schema instead of `escalation`.
    pub fn schema(mut self, schema: SchemaName) -> Self {
        self.database = self.database.with_schema(schema);
        self
    }

    /// Reads the database's clock as being later by so much (earlier, if negative): for tests, and
    /// for hosts on a simulated time.
    pub fn clock_offset(mut self, offset: TimeDelta) -> Self {
        self.database = self.database.with_clock_offset(offset);
        self
    }

    /// Whose clock counts; the database's unless told.
    pub const fn time(mut self, time: TimeSource) -> Self {
        self.time = time;
        self
    }

    /// How sessions keep the statements that every delivery needs; not at all unless told.
    pub const fn preparation(mut self, preparation: Preparation) -> Self {
        self.preparation = preparation;
        self
    }

    /// Hears at once what other workers and [`start_in`](PostgresStore::start_in) have made due; the
    /// listener is started on [`PostgresStore::CHANNEL`], and its address must not lead through
    /// PgBouncer in transaction mode.
    ///
    /// Without one, an engine notices what others have started when it polls next, by default within
    /// 5 s.
    pub fn listener(mut self, listener: Listener) -> Self {
        self.listener = Some(listener);
        self
    }

    /// Forgets dead letters that are older; 365 days unless told.
    pub const fn keep_dead_letters_for(mut self, time: TimeDelta) -> Self {
        self.keep_dead_letters_for = time;
        self
    }

    /// Brings the tables to the version of this release. Any number of workers may do so at once.
    ///
    /// # Errors
    /// As for [`PostgresStore::connect`].
    pub async fn connect(self) -> Result<PostgresStore, ConnectError> {
        self.database.migrate(&MIGRATIONS).await?;
        let outlook = Arc::new(Outlook::default());
        let watching = self.listener.as_ref().map(|listener| {
            Watching::start(
                Arc::clone(&outlook),
                listener,
                self.database.schema().as_str(),
            )
        });
        Ok(PostgresStore::new(
            self.database,
            self.time,
            self.preparation,
            outlook,
            watching,
            self.keep_dead_letters_for,
        ))
    }
}

impl fmt::Debug for PostgresStoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStoreBuilder")
            .field("database", &self.database)
            .field("time", &self.time)
            .finish_non_exhaustive()
    }
}
