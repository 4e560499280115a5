//! The tables, and how older ones become newer ones.

use deadpool_postgres::{Pool, Transaction};
use tokio_postgres::IsolationLevel;
use tokio_postgres::types::Type;

use crate::{ConnectError, SchemaName};

/// One script per version. Never edit one that was released: add the next.
const MIGRATIONS: [&str; 1] = [include_str!("schema/v1.sql")];

/// Brings the tables to the newest version; several servers may do so at once.
pub(crate) async fn migrate(pool: &Pool, schema: &SchemaName) -> Result<(), ConnectError> {
    let mut client = pool.get().await.map_err(ConnectError::Unreachable)?;
    let failed = |source| ConnectError::new(schema, source);
    let change = client
        .build_transaction()
        // Each statement sees what was committed before it: after the lock, the other server's migration.
        .isolation_level(IsolationLevel::ReadCommitted)
        .start()
        .await
        .map_err(failed)?;
    let found = lock(&change, schema).await.map_err(failed)?;
    let known = MIGRATIONS.len() as i32;
    if found > known {
        return Err(ConnectError::NewerSchema {
            schema: schema.clone(),
            found,
            known,
        });
    }
    for (version, script) in (1..).zip(MIGRATIONS) {
        if version > found {
            // The scripts name no schema; the path ends with the transaction.
            let script = format!(
                "SET LOCAL search_path TO \"{schema}\";\n{script}\nINSERT INTO migration VALUES ({version});"
            );
            change.batch_execute(&script).await.map_err(failed)?;
        }
    }
    change.commit().await.map_err(failed)
}

/// Waits for others that migrate, and gives the version of the tables.
async fn lock(change: &Transaction<'_>, schema: &SchemaName) -> Result<i32, tokio_postgres::Error> {
    // Of the transaction, not of the session: a pooler may give our next transaction another session.
    change
        .query_typed(
            "SELECT pg_advisory_xact_lock(hashtextextended('hours-postgres ' || $1, 0)) IS NULL",
            &[(&schema.as_str(), Type::TEXT)],
        )
        .await?;
    // Looked up first: even `IF NOT EXISTS` needs the right to create.
    let there = change
        .query_typed_one(
            "SELECT to_regnamespace($1) IS NOT NULL, to_regclass($1 || '.migration') IS NOT NULL",
            &[(&schema.as_str(), Type::TEXT)],
        )
        .await?;
    if !there.try_get::<_, bool>(0)? {
        let script = format!("CREATE SCHEMA \"{schema}\"");
        change.batch_execute(&script).await?;
    }
    if !there.try_get::<_, bool>(1)? {
        let script =
            format!("CREATE TABLE \"{schema}\".migration (version integer NOT NULL PRIMARY KEY)");
        change.batch_execute(&script).await?;
    }
    let query = format!("SELECT coalesce(max(version), 0) FROM \"{schema}\".migration");
    change.query_typed_one(&query, &[]).await?.try_get(0)
}
