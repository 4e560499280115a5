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

/// Lets claims find those of a generation, behind a stage, that nobody has.
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

/// Hides those of a generation, behind a stage, from claims.
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

/// Ends leases that have run out, until `max` notifications wait again for it, in doubt if an attempt
/// had begun. Those of stopped processes are over, and those of held ones wait for the hold to end.
///
/// No more than a claim may take, so that whoever is late with a word is heard as long as possible.
pub(crate) fn end_leases(
    connection: &Connection,
    max: usize,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    let mut room = max;
    while room > 0 {
        let ended = run_out(connection, room, now)?;
        if ended.is_empty() {
            break;
        }
        for lease in ended {
            if end_lease(connection, &lease)? == Ended::Waits {
                room -= 1;
            }
        }
    }
    Ok(())
}

/// A lease that has run out.
struct RunOut {
    key: Key,
    until: i64,
    in_flight: i64,
}

fn run_out(
    connection: &Connection,
    max: usize,
    now: DateTime<Utc>,
) -> Result<Vec<RunOut>, JobError> {
    let mut select = connection.prepare_cached(
        "SELECT id, until, in_flight FROM escalation_lease
         WHERE until <= ?1 ORDER BY until, id LIMIT ?2",
    )?;
    let found = select.query_map((micros(now), limit(max)), |row| {
        Ok(RunOut {
            key: row.get(0)?,
            until: row.get(1)?,
            in_flight: row.get(2)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// What becomes of a notification whose lease has run out.
#[derive(PartialEq)]
enum Ended {
    /// A claim finds it.
    Waits,
    /// Its process is held.
    Hidden,
    /// Its process was stopped.
    Dropped,
}

fn end_lease(connection: &Connection, lease: &RunOut) -> Result<Ended, JobError> {
    if lease.in_flight == 2 {
        drop_leased(connection, lease.key)?;
        return Ok(Ended::Dropped);
    }
    release_lease(connection, lease.key)?;
    connection
        .prepare_cached(
            "UPDATE escalation_notification SET ready_at = ?2, doubt = doubt OR ?3 WHERE id = ?1",
        )?
        .execute((lease.key, lease.until, lease.in_flight))?;
    let held: bool = connection
        .prepare_cached(
            "SELECT held_since IS NOT NULL FROM escalation_process WHERE generation = ?1",
        )?
        .query_row([generation_of(lease.key)], |row| row.get(0))?;
    if held {
        return Ok(Ended::Hidden);
    }
    wait(connection, lease.key)?;
    Ok(Ended::Waits)
}
