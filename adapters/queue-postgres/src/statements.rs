//! The SQL, with our schema's name in it.

use postgres_pool::SchemaName;

/// Written out once; nothing depends on the session's `search_path`.
#[derive(Debug)]
pub(crate) struct Statements {
    /// Makes the queue if it is new.
    pub(crate) enter: String,
    pub(crate) find: String,
    pub(crate) append: String,
    /// Waits for an append that holds the row; one that comes later is turned away.
    pub(crate) raise_fence: String,
    pub(crate) ticket: String,
    pub(crate) version: String,
    pub(crate) after: String,
    pub(crate) snapshot: String,
    /// One statement: whoever reads sees all of it or nothing.
    pub(crate) save_snapshot: String,
}

impl Statements {
    pub(crate) fn new(schema: &SchemaName) -> Self {
        let queue = format!("\"{schema}\".queue");
        let line = format!("\"{schema}\".line");
        let snapshot = format!("\"{schema}\".snapshot");
        Self {
            enter: format!("INSERT INTO {queue} (name) VALUES ($1) ON CONFLICT (name) DO NOTHING"),
            find: format!("SELECT id, version, fence FROM {queue} WHERE name = $1"),
            append: format!(
                "SELECT written, actual, actual_fence, ahead
                 FROM \"{schema}\".append($1, $2, $3, $4, $5, $6)"
            ),
            raise_fence: format!(
                "UPDATE {queue} SET fence = fence + 1 WHERE id = $1 RETURNING fence"
            ),
            ticket: format!("SELECT ticket FROM {line} WHERE queue = $1 AND version = $2"),
            version: format!("SELECT version FROM {queue} WHERE id = $1"),
            after: format!(
                "SELECT version, content::text FROM {line} WHERE queue = $1 AND version > $2
                 ORDER BY version LIMIT $3"
            ),
            snapshot: format!("SELECT version, content::text FROM {snapshot} WHERE queue = $1"),
            save_snapshot: format!(
                "WITH kept AS (
                     INSERT INTO {snapshot} AS s (queue, version, content) VALUES ($1, $2, $3::json)
                     ON CONFLICT (queue) DO UPDATE
                     SET version = excluded.version, content = excluded.content
                     WHERE s.version <= excluded.version
                     RETURNING version
                 )
                 DELETE FROM {line} USING kept
                 WHERE line.queue = $1 AND line.version < kept.version"
            ),
        }
    }
}
