//! The tables of a store, and how older ones become newer ones.

use deadpool_postgres::{Pool, Transaction};
use tokio_postgres::IsolationLevel;

use crate::{ConnectError, SchemaName, text};

/// One script per version of a store's tables.
///
/// A script names no schema: it runs with the store's schema as `search_path`. Never edit one that was
/// released: add the next.
///
/// ```
/// use postgres_pool::Migrations;
///
/// const MIGRATIONS: Migrations = Migrations::new(
///     "notes-postgres",
///     &["CREATE TABLE note (id bigint PRIMARY KEY, content text NOT NULL)"],
/// );
/// assert_eq!(MIGRATIONS.version(), 1);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Migrations {
    store: &'static str,
    scripts: &'static [&'static str],
}

impl Migrations {
    /// The scripts of the store with this name, the first for an empty schema. Several stores may share
    /// a schema if their tables have different names.
    #[must_use]
    pub const fn new(store: &'static str, scripts: &'static [&'static str]) -> Self {
        Self { store, scripts }
    }

    /// The newest version known.
    #[must_use]
    pub const fn version(&self) -> i32 {
        self.scripts.len() as i32
    }

    /// Brings the tables to the newest version; any number of servers may do so at once. Creates the
    /// schema if it is not there. All in one transaction: a failure leaves everything as it was.
    ///
    /// # Errors
    /// [`ConnectError`] says whether the database cannot be reached, does not permit it, or is too new.
    pub async fn apply(&self, pool: &Pool, schema: &SchemaName) -> Result<(), ConnectError> {
        let mut client = pool.get().await.map_err(ConnectError::Unreachable)?;
        let failed = |source| ConnectError::about(schema, source);
        let change = client
            .build_transaction()
            // Each statement sees what was committed before it: after the lock, the other server's migration.
            .isolation_level(IsolationLevel::ReadCommitted)
            .start()
            .await
            .map_err(failed)?;
        let found = self.lock(&change, schema).await.map_err(failed)?;
        let known = self.version();
        if found > known {
            return Err(ConnectError::NewerSchema {
                store: self.store,
                schema: schema.clone(),
                found,
                known,
            });
        }
        for (version, script) in (1..).zip(self.scripts) {
            if version > found {
                self.migrate(&change, schema, version, script)
                    .await
                    .map_err(failed)?;
            }
        }
        change.commit().await.map_err(failed)
    }

    /// Waits for others that migrate, and gives the version of the tables.
    async fn lock(
        &self,
        change: &Transaction<'_>,
        schema: &SchemaName,
    ) -> Result<i32, tokio_postgres::Error> {
        // Of the transaction, not of the session: a pooler may give our next transaction another session.
        change
            .query_typed(
                "SELECT pg_advisory_xact_lock(hashtextextended('postgres-pool ' || $1, 0)) IS NULL",
                &[text(&schema.as_str())],
            )
            .await?;
        // Looked up first: even `IF NOT EXISTS` needs the right to create. And in the tables: what
        // `to_regnamespace` says may be from before the lock, for no lock but a table's makes a session hear
        // that what it remembers of the catalogue is out of date.
        let there = change
            .query_typed_one(
                "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1),
                        EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                                WHERE n.nspname = $1 AND c.relname = 'migration')",
                &[text(&schema.as_str())],
            )
            .await?;
        if !there.try_get::<_, bool>(0)? {
            let script = format!("CREATE SCHEMA \"{schema}\"");
            change.batch_execute(&script).await?;
        }
        if !there.try_get::<_, bool>(1)? {
            let script = format!(
                "CREATE TABLE \"{schema}\".migration (
                     store   text    NOT NULL,
                     version integer NOT NULL,
                     PRIMARY KEY (store, version)
                 )"
            );
            change.batch_execute(&script).await?;
        }
        let query = format!(
            "SELECT coalesce(max(version), 0) FROM \"{schema}\".migration WHERE store = $1"
        );
        change
            .query_typed_one(&query, &[text(&self.store)])
            .await?
            .try_get(0)
    }

    async fn migrate(
        &self,
        change: &Transaction<'_>,
        schema: &SchemaName,
        version: i32,
        script: &str,
    ) -> Result<(), tokio_postgres::Error> {
        // The path ends with the transaction.
        let script = format!("SET LOCAL search_path TO \"{schema}\";\n{script}");
        change.batch_execute(&script).await?;
        let insert = format!("INSERT INTO \"{schema}\".migration VALUES ($1, {version})");
        change.query_typed(&insert, &[text(&self.store)]).await?;
        Ok(())
    }
}
