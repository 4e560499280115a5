//! The SQL, with our schema's name in it.

use postgres_pool::Database;

/// Written out once; nothing depends on the session's `search_path`.
#[derive(Debug)]
pub(crate) struct Statements {
    /// Takes the schedule's row until the transaction ends, and gives the version of this write.
    pub(crate) next_version: String,
    /// Nothing if the latest override is this one already.
    pub(crate) put: String,
    /// The same for writes that can only remove.
    pub(crate) next_version_if_there: String,
    pub(crate) remove: String,
    pub(crate) next_version_if_expired: String,
    pub(crate) remove_expired: String,
    pub(crate) version: String,
    /// One statement, so one state.
    pub(crate) snapshot: String,
}

impl Statements {
    pub(crate) fn new(database: &Database) -> Self {
        let schema = database.schema();
        // `now` in microseconds is `$2`, but never later than the database's own clock.
        let now = format!("least($2, {})", database.now_sql());
        let schedule = format!("\"{schema}\".schedule");
        let exception = format!("\"{schema}\".override");
        Self {
            next_version: format!(
                "INSERT INTO {schedule} AS s (id, version) VALUES ($1, 1)
                 ON CONFLICT (id) DO UPDATE SET version = s.version + 1
                 RETURNING version"
            ),
            put: format!(
                "INSERT INTO {exception} (schedule, id, version, content, over_at)
                 SELECT $1, $2, (SELECT version FROM {schedule} WHERE id = $1), $3::json, $4
                 WHERE NOT EXISTS (
                     SELECT FROM (SELECT content FROM {exception} WHERE schedule = $1
                                  ORDER BY version DESC LIMIT 1) AS latest
                     WHERE latest.content::text = $3)
                 ON CONFLICT (schedule, id) DO UPDATE
                 SET version = excluded.version, content = excluded.content, over_at = excluded.over_at
                 RETURNING version"
            ),
            next_version_if_there: format!(
                "UPDATE {schedule} SET version = version + 1
                 WHERE id = $1 AND EXISTS (SELECT FROM {exception} WHERE schedule = $1 AND id = $2)
                 RETURNING version"
            ),
            remove: format!("DELETE FROM {exception} WHERE schedule = $1 AND id = $2 RETURNING id"),
            next_version_if_expired: format!(
                "UPDATE {schedule} SET version = version + 1
                 WHERE id = $1
                   AND EXISTS (SELECT FROM {exception} WHERE schedule = $1 AND over_at <= {now})
                 RETURNING version"
            ),
            remove_expired: format!(
                "DELETE FROM {exception} WHERE schedule = $1 AND over_at <= {now} RETURNING id"
            ),
            version: format!("SELECT version FROM {schedule} WHERE id = $1"),
            snapshot: format!(
                "SELECT s.version, o.content::text
                 FROM {schedule} s LEFT JOIN {exception} o ON o.schedule = s.id
                 WHERE s.id = $1 ORDER BY o.version"
            ),
        }
    }
}
