//! The tables, and how older files become newer ones.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::OpenError;

/// The tables of one store, as scripts that lead from each version to the next.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    table: &'static str,
    scripts: &'static [&'static str],
}

impl Schema {
    /// A schema whose version is kept in `table`, which no other schema in the same file may use.
    ///
    /// The first script makes version 1 out of nothing. Never edit a script that was released: add
    /// the next.
    ///
    /// A table rather than SQLite's `user_version`, since a file may hold several schemas and the
    /// host's own tables.
    #[must_use]
    pub const fn new(table: &'static str, scripts: &'static [&'static str]) -> Self {
        Self { table, scripts }
    }

    /// Brings the tables to the newest version; several programs may do so at once.
    pub(crate) fn migrate(
        &self,
        connection: &mut Connection,
        path: &Path,
    ) -> Result<(), OpenError> {
        let failed = |source| OpenError::new(path.to_owned(), source);
        let change = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        self.migrate_within(&change, path)?;
        change.commit().map_err(failed)
    }

    /// The same within a transaction that may write.
    pub(crate) fn migrate_within(&self, change: &Connection, path: &Path) -> Result<(), OpenError> {
        let failed = |source| OpenError::new(path.to_owned(), source);
        let table = self.table;
        change
            .execute_batch(&format!(
                r#"CREATE TABLE IF NOT EXISTS "{table}" (version INTEGER NOT NULL) STRICT"#
            ))
            .map_err(failed)?;
        let query = format!(r#"SELECT coalesce(max(version), 0) FROM "{table}""#);
        let found: i64 = change
            .query_row(&query, [], |row| row.get(0))
            .map_err(failed)?;
        let known = i64::try_from(self.scripts.len()).unwrap_or(i64::MAX);
        if found > known {
            return Err(OpenError::NewerSchema {
                path: path.to_owned(),
                found,
                known,
            });
        }
        let insert = format!(r#"INSERT INTO "{table}" VALUES (?1)"#);
        for (version, script) in (1_i64..).zip(self.scripts) {
            if version > found {
                change.execute_batch(script).map_err(failed)?;
                change.execute(&insert, [version]).map_err(failed)?;
            }
        }
        Ok(())
    }
}
