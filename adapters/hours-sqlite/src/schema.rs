//! The tables, and how older files become newer ones.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::OpenError;

/// One script per version. Never edit one that was released: add the next.
const MIGRATIONS: [&str; 1] = [include_str!("schema/v1.sql")];

/// Brings the tables to the newest version; several programs may do so at once.
pub(crate) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let failed = |source| OpenError::new(path.to_owned(), source);
    let change = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    // A table of our own rather than `user_version`, since the file may also hold the host's tables.
    change
        .execute_batch("CREATE TABLE IF NOT EXISTS hours_schema (version INTEGER NOT NULL) STRICT")
        .map_err(failed)?;
    let found: i64 = change
        .query_row(
            "SELECT coalesce(max(version), 0) FROM hours_schema",
            [],
            |row| row.get(0),
        )
        .map_err(failed)?;
    let known = MIGRATIONS.len() as i64;
    if found > known {
        return Err(OpenError::NewerSchema {
            path: path.to_owned(),
            found,
            known,
        });
    }
    for (version, script) in (1_i64..).zip(MIGRATIONS) {
        if version > found {
            change.execute_batch(script).map_err(failed)?;
            change
                .execute("INSERT INTO hours_schema VALUES (?1)", [version])
                .map_err(failed)?;
        }
    }
    change.commit().map_err(failed)
}
