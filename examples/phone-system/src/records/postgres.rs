//! Records in PostgreSQL, for servers on several machines.

use std::time::Duration;

use async_trait::async_trait;
use deadpool_postgres::Pool;
use postgres_pool::{
    CallError, ConnectError, Database, Fault, Listener, Migrations, Parameters, SchemaName, Wake,
    bigint, bigints, texts,
};
use tokio_postgres::{Config, Row as PostgresRow};

use super::store::{Expects, RecordStore, RecordStoreError, Row, Write, WriteError};

const SCHEMA: SchemaName = SchemaName::from_static("phone_system");
const MIGRATIONS: Migrations = Migrations::new("phone-system", &[include_str!("schema/v1.sql")]);
/// What the function of the schema notifies, and how it says that a record is not as expected.
const CHANNEL: &str = "phone_records";
const NOT_AS_EXPECTED: &str = "PH001";

/// How long another server's write may go unnoticed while nothing is heard, and while something should be.
const DEAF: Duration = Duration::from_millis(250);
const LISTENING: Duration = Duration::from_secs(5);
/// How often what may be done twice is tried: a server that was restarted leaves dead connections in the pool.
const TRIES: usize = 8;

/// Records in a schema of a PostgreSQL database.
#[derive(Debug)]
pub struct PostgresRecords {
    database: Database,
    listener: Listener,
}

impl PostgresRecords {
    /// Uses the schema `phone_system`, and creates it and its tables if they are not there. `server` is where the pool
    /// leads to, without a pooler in between; one more connection listens there.
    ///
    /// # Errors
    /// [`ConnectError`] says whether the database cannot be reached, does not permit it, or is too new.
    pub async fn connect(pool: Pool, server: &Config) -> Result<Self, ConnectError> {
        let database = Database::new(pool, SCHEMA);
        database.migrate(&MIGRATIONS).await?;
        let listener = Listener::start(server.clone(), CHANNEL);
        Ok(Self { database, listener })
    }

    /// For what may be done twice.
    async fn query(
        &self,
        statement: &str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<PostgresRow>, CallError> {
        let mut tries = 1;
        loop {
            let client = self.database.client().await?;
            match client.query_typed(statement, parameters).await {
                Err(error)
                    if tries < TRIES
                        && matches!(Fault::of(&error), Fault::Contention | Fault::Interrupted) =>
                {
                    tries += 1;
                }
                done => return Ok(done?),
            }
        }
    }

    /// One number of the only row of `change`.
    async fn number(&self, column: &str) -> Result<u64, RecordStoreError> {
        let query = format!("SELECT {column} FROM {SCHEMA}.change");
        let rows = self
            .query(&query, &[])
            .await
            .map_err(RecordStoreError::new)?;
        let row = rows
            .first()
            .ok_or_else(|| RecordStoreError::new("the table `change` is empty"))?;
        number(row, 0)
    }
}

#[async_trait]
impl RecordStore for PostgresRecords {
    async fn write(&self, writes: Vec<Write>) -> Result<Vec<u64>, WriteError> {
        let unreachable = |error: CallError| WriteError::Store(RecordStoreError::new(error));
        let kinds: Vec<&str> = writes.iter().map(|write| write.kind).collect();
        let keys: Vec<&str> = writes.iter().map(|write| write.key.as_str()).collect();
        let bodies: Vec<Option<&str>> = writes.iter().map(|write| write.body.as_deref()).collect();
        let expected: Vec<i64> = writes
            .iter()
            .map(|write| match write.expects {
                Expects::Anything => -1,
                Expects::Absent => 0,
                Expects::Change(change) => signed(change),
            })
            .collect();
        let statement = format!("SELECT {SCHEMA}.write_records($1, $2, $3, $4)");
        let client = self.database.client().await.map_err(unreachable)?;
        let parameters = [
            texts(&kinds),
            texts(&keys),
            texts(&bodies),
            bigints(&expected),
        ];
        // Not again by itself: a write that was cut off may have happened.
        let written = client.query_typed_one(&statement, &parameters).await;
        let row = written.map_err(|error| match not_as_expected(&error) {
            Some(at) => match writes.get(at) {
                Some(write) => WriteError::Conflict {
                    kind: write.kind,
                    key: write.key.clone(),
                },
                None => unreachable(error.into()),
            },
            None => unreachable(error.into()),
        })?;
        let last = number(&row, 0)?;
        Ok((last + 1 - writes.len() as u64..=last).collect())
    }

    async fn after(&self, change: u64, max: usize) -> Result<Vec<Row>, RecordStoreError> {
        let statement = format!(
            "SELECT change, kind, key, body FROM {SCHEMA}.record WHERE change > $1 ORDER BY change LIMIT $2"
        );
        let (change, max) = (signed(change), i64::try_from(max).unwrap_or(i64::MAX));
        let rows = self
            .query(&statement, &[bigint(&change), bigint(&max)])
            .await;
        let rows = rows.map_err(RecordStoreError::new)?;
        rows.iter().map(read).collect()
    }

    async fn changed_since(&self, change: u64) -> Result<(), RecordStoreError> {
        let mut heard = self.listener.subscribe(SCHEMA.as_str());
        loop {
            let patience = if self.listener.is_connected() {
                LISTENING
            } else {
                DEAF
            };
            let newest = match heard.next_within(patience).await {
                Wake::Notified(newest) => newest.parse().ok(),
                _ => None,
            };
            let newest = match newest {
                Some(newest) => newest,
                None => self.number("newest").await?,
            };
            if newest > change {
                return Ok(());
            }
        }
    }

    async fn forget_removals(&self, up_to: u64) -> Result<(), RecordStoreError> {
        // The row of `change` first, as whoever writes does: nobody deadlocks.
        let statement = format!(
            "WITH forgotten AS (UPDATE {SCHEMA}.change SET forgotten = greatest(forgotten, $1) RETURNING forgotten)
             DELETE FROM {SCHEMA}.record WHERE body IS NULL AND change <= (SELECT forgotten FROM forgotten)"
        );
        let up_to = signed(up_to);
        let forgotten = self.query(&statement, &[bigint(&up_to)]).await;
        forgotten.map(drop).map_err(RecordStoreError::new)
    }

    async fn forgotten(&self) -> Result<u64, RecordStoreError> {
        self.number("forgotten").await
    }
}

/// Which of the writes found something else than it expected, if that is the error.
fn not_as_expected(error: &tokio_postgres::Error) -> Option<usize> {
    let said = error.as_db_error()?;
    if said.code().code() != NOT_AS_EXPECTED {
        return None;
    }
    said.detail()?.parse::<usize>().ok()?.checked_sub(1)
}

fn read(row: &PostgresRow) -> Result<Row, RecordStoreError> {
    Ok(Row {
        change: number(row, 0)?,
        kind: row.try_get(1).map_err(RecordStoreError::new)?,
        key: row.try_get(2).map_err(RecordStoreError::new)?,
        body: row
            .try_get::<_, Option<String>>(3)
            .map_err(RecordStoreError::new)?
            .map(Into::into),
    })
}

// PostgreSQL counts to 2^63 - 1, and so far no sequence comes.
fn signed(change: u64) -> i64 {
    i64::try_from(change).unwrap_or(i64::MAX)
}

fn number(row: &PostgresRow, column: usize) -> Result<u64, RecordStoreError> {
    let number: i64 = row.try_get(column).map_err(RecordStoreError::new)?;
    Ok(u64::try_from(number).unwrap_or(0))
}
