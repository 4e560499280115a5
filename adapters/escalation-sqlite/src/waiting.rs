//! What nobody has: notifications that a claim may find, and how they come back from a lease.

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use crate::columns::{Key, generation_of, limit, micros};
use crate::error::JobError;

/// Lets claims find a notification from its instant on.
pub(crate) fn wait(connection: &Connection, key: Key) -> Result<(), JobError> {
    connection
        .prepare_cached(
            "INSERT INTO escalation_waiting (ready_at, id, tenant)
             SELECT ready_at, id, tenant FROM escalation_notification WHERE id = ?1",
        )?
        .execute([key])?;
    Ok(())
}

/// The same of one whose columns are known.
pub(crate) fn wait_until(
    connection: &Connection,
    ready_at: DateTime<Utc>,
    key: Key,
    tenant: &str,
) -> Result<(), JobError> {
    connection
        .prepare_cached(
            "INSERT INTO escalation_waiting (ready_at, id, tenant) VALUES (?1, ?2, ?3)",
        )?
        .execute((micros(ready_at), key, tenant))?;
    Ok(())
}

/// Lets claims find those of a generation, behind a step, that nobody has.
pub(crate) fn wait_all(
    connection: &Connection,
    generation: i64,
    behind: i64,
) -> Result<(), JobError> {
    connection
        .prepare_cached(
            "INSERT INTO escalation_waiting (ready_at, id, tenant)
             SELECT ready_at, id, tenant FROM escalation_notification n
             WHERE id >= ?1 << 24 AND id < (?1 + 1) << 24 AND step > ?2
               AND NOT EXISTS (SELECT 1 FROM escalation_lease l WHERE l.id = n.id)",
        )?
        .execute((generation, behind))?;
    Ok(())
}

/// Hides those of a generation, behind a step, from claims.
pub(crate) fn hide_all(
    connection: &Connection,
    generation: i64,
    behind: i64,
) -> Result<(), JobError> {
    // The instant of one that somebody has is that of no row here.
    connection
        .prepare_cached(
            "DELETE FROM escalation_waiting WHERE (ready_at, id) IN
                 (SELECT ready_at, id FROM escalation_notification
                  WHERE id >= ?1 << 24 AND id < (?1 + 1) << 24 AND step > ?2)",
        )?
        .execute((generation, behind))?;
    Ok(())
}

/// Takes a lease away.
pub(crate) fn release_lease(connection: &Connection, key: Key) -> Result<(), JobError> {
    connection
        .prepare_cached("DELETE FROM escalation_lease WHERE id = ?1")?
        .execute([key])?;
    Ok(())
}

/// Drops a notification that somebody has, together with the lease.
pub(crate) fn drop_leased(connection: &Connection, key: Key) -> Result<(), JobError> {
    release_lease(connection, key)?;
    connection
        .prepare_cached("DELETE FROM escalation_notification WHERE id = ?1")?
        .execute([key])?;
    Ok(())
}

/// Ends up to `max` leases that have run out: what they were for waits again, in doubt if an attempt
/// had begun, or is over with its stopped process.
///
/// No more than a claim may take, so that whoever is late with a word is heard as long as possible.
pub(crate) fn end_leases(
    connection: &Connection,
    max: usize,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    let mut select = connection.prepare_cached(
        "SELECT id, until, in_flight FROM escalation_lease
         WHERE until <= ?1 ORDER BY until, id LIMIT ?2",
    )?;
    let ended = select
        .query_map((micros(now), limit(max)), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<Result<Vec<(Key, i64, i64)>, _>>()?;
    for (key, until, in_flight) in ended {
        if in_flight == 2 {
            drop_leased(connection, key)?;
            continue;
        }
        release_lease(connection, key)?;
        connection
            .prepare_cached(
                "UPDATE escalation_notification SET ready_at = ?2, doubt = doubt OR ?3
                 WHERE id = ?1",
            )?
            .execute((key, until, in_flight))?;
        let held: bool = connection
            .prepare_cached(
                "SELECT held_since IS NOT NULL FROM escalation_process WHERE generation = ?1",
            )?
            .query_row([generation_of(key)], |row| row.get(0))?;
        if !held {
            wait(connection, key)?;
        }
    }
    Ok(())
}
