//! What each call does to the tables, within its transaction.

use business_hours::{Override, Snapshot, Version};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};

use crate::error::JobError;

pub(crate) fn put(
    connection: &Connection,
    schedule: &str,
    exception: &Override,
) -> Result<Version, JobError> {
    let content = serde_json::to_string(exception)?;
    let latest: Option<String> = connection
        .prepare_cached(
            "SELECT content FROM hours_override WHERE schedule = ?1 ORDER BY version DESC LIMIT 1",
        )?
        .query_row([schedule], |row| row.get(0))
        .optional()?;
    if latest.as_ref() == Some(&content) {
        return version(connection, schedule);
    }
    let next: i64 = connection
        .prepare_cached(
            "INSERT INTO hours_schedule (id, version) VALUES (?1, 1)
             ON CONFLICT (id) DO UPDATE SET version = version + 1
             RETURNING version",
        )?
        .query_row([schedule], |row| row.get(0))?;
    let over_at = exception.over_at().map(|over| over.timestamp_micros());
    connection
        .prepare_cached(
            "INSERT INTO hours_override (schedule, id, version, content, over_at)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (schedule, id) DO UPDATE
             SET version = excluded.version, content = excluded.content, over_at = excluded.over_at",
        )?
        .execute((schedule, exception.id.as_str(), next, content, over_at))?;
    to_version(next)
}

pub(crate) fn remove(
    connection: &Connection,
    schedule: &str,
    id: &str,
) -> Result<Version, JobError> {
    let removed = connection
        .prepare_cached("DELETE FROM hours_override WHERE schedule = ?1 AND id = ?2")?
        .execute((schedule, id))?;
    after_removing(connection, schedule, removed)
}

pub(crate) fn remove_expired(
    connection: &Connection,
    schedule: &str,
    now: DateTime<Utc>,
) -> Result<Version, JobError> {
    let removed = connection
        .prepare_cached("DELETE FROM hours_override WHERE schedule = ?1 AND over_at <= ?2")?
        .execute((schedule, now.timestamp_micros()))?;
    after_removing(connection, schedule, removed)
}

pub(crate) fn version(connection: &Connection, schedule: &str) -> Result<Version, JobError> {
    let number: Option<i64> = connection
        .prepare_cached("SELECT version FROM hours_schedule WHERE id = ?1")?
        .query_row([schedule], |row| row.get(0))
        .optional()?;
    to_version(number.unwrap_or(0))
}

pub(crate) fn snapshot(connection: &Connection, schedule: &str) -> Result<Snapshot, JobError> {
    let version = version(connection, schedule)?;
    let mut select = connection.prepare_cached(
        "SELECT content FROM hours_override WHERE schedule = ?1 ORDER BY version",
    )?;
    let mut rows = select.query([schedule])?;
    let mut overrides = Vec::new();
    while let Some(row) = rows.next()? {
        overrides.push(serde_json::from_str(&row.get::<_, String>(0)?)?);
    }
    Ok(Snapshot::new(version, overrides))
}

fn after_removing(
    connection: &Connection,
    schedule: &str,
    removed: usize,
) -> Result<Version, JobError> {
    if removed > 0 {
        connection
            .prepare_cached("UPDATE hours_schedule SET version = version + 1 WHERE id = ?1")?
            .execute([schedule])?;
    }
    version(connection, schedule)
}

fn to_version(number: i64) -> Result<Version, JobError> {
    u64::try_from(number)
        .map(Version::from_number)
        .map_err(|_| JobError::Version(number))
}
