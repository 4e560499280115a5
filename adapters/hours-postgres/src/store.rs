use std::fmt;

use async_trait::async_trait;
use business_hours::{
    Override, OverrideId, OverrideStore, ScheduleId, Snapshot, StoreError, Version,
};
use chrono::{DateTime, TimeDelta, Utc};
use deadpool_postgres::{Object, Pool};
use postgres_pool::{Database, Parameters, bigint, text};
use tokio_postgres::IsolationLevel;

use crate::error::CallError;
use crate::schema::{MIGRATIONS, SCHEMA};
use crate::statements::Statements;
use crate::{ConnectError, SchemaName};

/// An [`OverrideStore`] in PostgreSQL 11 or newer, shared by any number of servers.
///
/// Writes are as durable as the server's `synchronous_commit` says, by default on its disk. The pool must
/// lead to the primary: a standby may show an older state.
///
/// [`remove_expired`](OverrideStore::remove_expired) takes nothing away that is in force by the database's
/// clock, whatever `now` says: a server whose clock is fast must not end the pause of all others.
pub struct PostgresOverrides {
    database: Database,
    statements: Statements,
}

impl PostgresOverrides {
    /// Uses the schema `business_hours`, and creates it and its tables if they are not there.
    ///
    /// # Errors
    /// [`ConnectError`] says whether the database cannot be reached, does not permit it, or is too new.
    pub async fn connect(pool: Pool) -> Result<Self, ConnectError> {
        Self::builder(pool).connect().await
    }

    /// Uses another schema or clock.
    pub fn builder(pool: Pool) -> PostgresOverridesBuilder {
        PostgresOverridesBuilder {
            database: Database::new(pool, SCHEMA),
        }
    }

    async fn client(&self) -> Result<Object, CallError> {
        Ok(self.database.client().await?)
    }

    /// Takes the schedule's row, which gives writes their order, then changes something; what turns out
    /// to change nothing is rolled back.
    async fn write(
        &self,
        schedule: &ScheduleId,
        take: (&str, Parameters<'_>),
        change: (&str, Parameters<'_>),
    ) -> Result<Version, CallError> {
        let mut client = self.client().await?;
        let transaction = client
            .build_transaction()
            // The change must see what was committed while it waited for the row, whatever the default is.
            .isolation_level(IsolationLevel::ReadCommitted)
            .start()
            .await?;
        let Some(row) = transaction.query_typed_opt(take.0, take.1).await? else {
            transaction.rollback().await?;
            return self.current(&client, schedule).await;
        };
        let next: i64 = row.try_get(0)?;
        if transaction
            .query_typed(change.0, change.1)
            .await?
            .is_empty()
        {
            transaction.rollback().await?;
            return version(next - 1);
        }
        transaction.commit().await?;
        version(next)
    }

    async fn current(&self, client: &Object, schedule: &ScheduleId) -> Result<Version, CallError> {
        let row = client
            .query_typed_opt(&self.statements.version, &[text(&schedule.as_str())])
            .await?;
        row.map_or(Ok(Version::INITIAL), |row| version(row.try_get(0)?))
    }

    async fn read(&self, schedule: &ScheduleId) -> Result<Snapshot, CallError> {
        let rows = self
            .client()
            .await?
            .query_typed(&self.statements.snapshot, &[text(&schedule.as_str())])
            .await?;
        let Some(first) = rows.first() else {
            return Ok(Snapshot::new(Version::INITIAL, Vec::new()));
        };
        let mut overrides = Vec::with_capacity(rows.len());
        for row in &rows {
            // A schedule without overrides is one row without content.
            if let Some(content) = row.try_get::<_, Option<&str>>(1)? {
                overrides.push(serde_json::from_str(content)?);
            }
        }
        Ok(Snapshot::new(version(first.try_get(0)?)?, overrides))
    }
}

#[async_trait]
impl OverrideStore for PostgresOverrides {
    async fn put(&self, schedule: &ScheduleId, exception: Override) -> Result<Version, StoreError> {
        let put = async {
            let (of, id) = (schedule.as_str(), exception.id.as_str());
            let content = serde_json::to_string(&exception)?;
            let over_at = exception.over_at().map(|over| over.timestamp_micros());
            self.write(
                schedule,
                (&self.statements.next_version, &[text(&of)]),
                (
                    &self.statements.put,
                    &[text(&of), text(&id), text(&content), bigint(&over_at)],
                ),
            )
            .await
        };
        put.await.map_err(|error: CallError| error.about(schedule))
    }

    async fn remove(&self, schedule: &ScheduleId, id: &OverrideId) -> Result<Version, StoreError> {
        let (of, id) = (schedule.as_str(), id.as_str());
        let which: Parameters<'_> = &[text(&of), text(&id)];
        self.write(
            schedule,
            (&self.statements.next_version_if_there, which),
            (&self.statements.remove, which),
        )
        .await
        .map_err(|error| error.about(schedule))
    }

    async fn remove_expired(
        &self,
        schedule: &ScheduleId,
        now: DateTime<Utc>,
    ) -> Result<Version, StoreError> {
        let of = schedule.as_str();
        let now = now.timestamp_micros();
        let which: Parameters<'_> = &[text(&of), bigint(&now)];
        self.write(
            schedule,
            (&self.statements.next_version_if_expired, which),
            (&self.statements.remove_expired, which),
        )
        .await
        .map_err(|error| error.about(schedule))
    }

    async fn version(&self, schedule: &ScheduleId) -> Result<Version, StoreError> {
        let version = async { self.current(&self.client().await?, schedule).await };
        version
            .await
            .map_err(|error: CallError| error.about(schedule))
    }

    async fn snapshot(&self, schedule: &ScheduleId) -> Result<Snapshot, StoreError> {
        self.read(schedule)
            .await
            .map_err(|error| error.about(schedule))
    }
}

impl fmt::Debug for PostgresOverrides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOverrides")
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

/// What [`PostgresOverrides`] can be told; made by [`PostgresOverrides::builder`].
#[derive(Debug)]
#[must_use = "nothing happens before `connect`"]
pub struct PostgresOverridesBuilder {
    database: Database,
}

impl PostgresOverridesBuilder {
    /// Keeps the tables in this schema instead of `business_hours`.
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

    /// Brings the tables to the version of this release. Any number of servers may do so at once.
    ///
    /// # Errors
    /// As for [`PostgresOverrides::connect`].
    pub async fn connect(self) -> Result<PostgresOverrides, ConnectError> {
        self.database.migrate(&MIGRATIONS).await?;
        Ok(PostgresOverrides {
            statements: Statements::new(&self.database),
            database: self.database,
        })
    }
}

fn version(number: i64) -> Result<Version, CallError> {
    u64::try_from(number)
        .map(Version::from_number)
        .map_err(|_| CallError::Version(number))
}
