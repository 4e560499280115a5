//! A pool, a schema and a clock: what every store starts from.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use deadpool_postgres::{Manager, Object, Pool, QueueMode, Runtime, Timeouts};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Config, Socket};

use crate::{CallError, ConnectError, Migrations, SchemaName};

/// A schema of a database, read and written through a pool.
///
/// Cheap to clone: clones share the pool.
#[derive(Clone)]
pub struct Database {
    pool: Pool,
    schema: SchemaName,
    clock_offset: TimeDelta,
}

impl Database {
    /// Through this pool, the tables in this schema. The pool must lead to the primary.
    pub fn new(pool: Pool, schema: SchemaName) -> Self {
        Self {
            pool,
            schema,
            clock_offset: TimeDelta::zero(),
        }
    }

    /// Another schema.
    #[must_use]
    pub fn with_schema(self, schema: SchemaName) -> Self {
        Self { schema, ..self }
    }

    /// Reads the database's clock as being later by so much (earlier, if negative): for tests, and for
    /// hosts on a simulated time.
    #[must_use]
    pub fn with_clock_offset(self, clock_offset: TimeDelta) -> Self {
        Self {
            clock_offset,
            ..self
        }
    }

    /// Brings the tables to the version of this release.
    ///
    /// # Errors
    /// As [`Migrations::apply`].
    pub async fn migrate(&self, migrations: &Migrations) -> Result<(), ConnectError> {
        migrations.apply(&self.pool, &self.schema).await
    }

    /// A connection of the pool, which takes it back when it is dropped.
    ///
    /// # Errors
    /// [`CallError::Pool`] when none is free within the pool's timeouts, or none can be made.
    pub async fn client(&self) -> Result<Object, CallError> {
        Ok(self.pool.get().await?)
    }

    /// The pool.
    #[must_use]
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// The schema.
    #[must_use]
    pub fn schema(&self) -> &SchemaName {
        &self.schema
    }

    /// How much later than it says the database's clock is read.
    #[must_use]
    pub fn clock_offset(&self) -> TimeDelta {
        self.clock_offset
    }

    /// The database's clock, with the offset, as an SQL expression: microseconds since 1970 UTC, a
    /// `bigint`. It is the clock on the wall, not the start of the transaction.
    #[must_use]
    pub fn now_sql(&self) -> String {
        // No offset between two instants of chrono has more microseconds than fit.
        let offset = self.clock_offset.num_microseconds().unwrap_or(0);
        format!("((extract(epoch FROM clock_timestamp()) * 1000000)::bigint + ({offset})::bigint)")
    }

    /// The database's clock, with the offset. One round trip.
    ///
    /// # Errors
    /// [`CallError`] when the database does not answer.
    pub async fn now(&self) -> Result<DateTime<Utc>, CallError> {
        let query = format!("SELECT {}", self.now_sql());
        let row = self.client().await?.query_typed_one(&query, &[]).await?;
        // An offset that leads out of chrono's range is the host's; the nearest instant there is.
        Ok(DateTime::from_timestamp_micros(row.try_get(0)?).unwrap_or(DateTime::<Utc>::MAX_UTC))
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the pool's configuration, which knows how to log in.
        f.debug_struct("Database")
            .field("schema", &self.schema.as_str())
            .field("clock_offset", &self.clock_offset)
            .field("pool", &self.pool.status())
            .finish()
    }
}

/// A pool of so many connections that neither waits nor hangs for ever: 5 s for a free connection, for
/// a new one, and for the first word of the server; a peer that has gone silent is given up after half a
/// minute. The connection that was used last is given out first. A host that wants other figures builds its own [`Pool`].
///
/// TLS is the host's choice: [`tokio_postgres::NoTls`] or any `MakeTlsConnect`, such as those of
/// `tokio-postgres-rustls` and `postgres-native-tls`.
///
/// # Errors
/// None in practice: deadpool complains only of timeouts without a runtime, and there is one.
pub fn pool<T>(
    config: Config,
    tls: T,
    connections: usize,
) -> Result<Pool, deadpool_postgres::BuildError>
where
    T: MakeTlsConnect<Socket> + Clone + Sync + Send + 'static,
    T::Stream: Sync + Send,
    T::TlsConnect: Sync + Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let patience = Some(Duration::from_secs(5));
    let timeouts = Timeouts {
        wait: patience,
        create: patience,
        recycle: patience,
    };
    Pool::builder(Manager::new(notices_silence(config), tls))
        .max_size(connections)
        .timeouts(timeouts)
        // The one used last has its plans at hand, and its memory in the processor's caches.
        .queue_mode(QueueMode::Lifo)
        .runtime(Runtime::Tokio1)
        .build()
}

/// TCP waits for hours by default before it asks whether the peer still lives.
pub(crate) fn notices_silence(mut config: Config) -> Config {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(5));
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(Duration::from_secs(30));
    }
    if config.get_keepalives_idle() > Duration::from_secs(15) {
        config.keepalives_idle(Duration::from_secs(15));
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(Duration::from_secs(5));
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(3);
    }
    config
}
