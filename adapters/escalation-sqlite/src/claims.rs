//! Claiming what is due, and what may travel with it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use escalation_core::{Claim, Doubt, Lease, Superseded};
use rusqlite::{Connection, Row};

use crate::columns::{
    Key, doubt, generation, generation_of, history, instant, key, limit, micros, process_id,
    sequence_of, tenant, token, token_of,
};
use crate::error::JobError;
use crate::processes::{column, release};
use crate::turns;

pub(crate) fn claim(
    connection: &Connection,
    max: usize,
    lease_until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Claim>, JobError> {
    end_holds(connection, now)?;
    loop {
        let in_turns = turns::needed(connection, max, now)?;
        let due = if in_turns {
            found(connection, &turns::next(connection, max, now)?, now)?
        } else {
            due(connection, max, now)?
        };
        if due.stopped.is_empty() && due.held.is_empty() {
            return lease(connection, due, lease_until);
        }
        // The room that these took is for others.
        drop_stopped(connection, &due.stopped)?;
        park(connection, &due.held)?;
    }
}

/// Leases what may travel with a claimed notification.
pub(crate) fn gather(
    connection: &Connection,
    lead: &Lease,
    max: usize,
    lease_until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Claim>, JobError> {
    let keys = connection
        .prepare_cached(
            "SELECT n.id
             FROM escalation_notification lead JOIN escalation_notification n
               ON n.tenant = lead.tenant AND n.channel = lead.channel
              AND n.destination = lead.destination AND n.bundle = lead.bundle
             WHERE lead.id = ?1 AND lead.token = ?2
               AND n.bundle IS NOT NULL AND n.token = 0 AND n.parked = 0
               AND n.due_at <= ?3 AND (n.attempts = 0 OR n.ready_at <= ?3) AND n.doubt = 0
             ORDER BY n.due_at, n.id LIMIT ?4",
        )?
        .query_map(
            (key(lead), token_of(lead), micros(now), limit(max)),
            |row| row.get(0),
        )?
        .collect::<Result<Vec<Key>, _>>()?;
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    lease(connection, found(connection, &keys, now)?, lease_until)
}

/// What a claim reads of a notification; `?1` is now.
const COLUMNS: &str = "n.id, n.step, n.due_at, n.attempts,
    n.doubt, n.content, n.history, n.process, n.in_flight,
    n.in_flight = 1 AND EXISTS (SELECT 1 FROM escalation_process
                                WHERE generation = n.id >> 24 AND held_since IS NOT NULL),
    CASE n.alone WHEN 0 THEN
        (SELECT max(1 + (later.channel = n.channel AND later.destination = n.destination))
         FROM escalation_notification later
         WHERE later.id >= n.id & -16777216 AND later.id <= n.id | 16777215
           AND later.due_at <= ?1 AND (later.due_at, later.id) > (n.due_at, n.id))
    END,
    n.tenant
    FROM escalation_notification n";

/// What a claim has found.
#[derive(Default)]
struct Due {
    claims: Vec<Claim>,
    /// Attempts whose lease has run out without word.
    begun: Vec<Key>,
    /// The same of stopped processes, which nobody makes again.
    stopped: Vec<Key>,
    /// The same of held processes.
    held: Vec<Key>,
}

impl Due {
    fn add(&mut self, row: &Row<'_>) -> Result<(), JobError> {
        let key: Key = row.get(0)?;
        let in_flight: i64 = row.get(8)?;
        if in_flight == 2 {
            self.stopped.push(key);
            return Ok(());
        }
        if row.get(9)? {
            self.held.push(key);
            return Ok(());
        }
        let notification = serde_json::from_str(row.get_ref(5)?.as_str().map_err(column)?)?;
        let lease = Lease::new(
            process_id(row.get_ref(7)?.as_str().map_err(column)?)?,
            generation(generation_of(key))?,
            sequence_of(key),
            token(0)?,
        );
        let mut claim = Claim::new(
            lease,
            tenant(row.get_ref(11)?.as_str().map_err(column)?)?,
            row.get(1)?,
            instant(row.get(2)?)?,
            Arc::new(notification),
            row.get(3)?,
        );
        claim.doubt = doubt(row.get(4)?);
        if in_flight == 1 {
            claim.doubt = Doubt::Unfinished;
            self.begun.push(key);
        }
        claim.history = history(row.get_ref(6)?.as_str_or_null().map_err(column)?)?;
        claim.superseded = match row.get::<_, Option<i64>>(10)? {
            None => Superseded::No,
            Some(1) => Superseded::InProcess,
            Some(_) => Superseded::AtDestination,
        };
        self.claims.push(claim);
        Ok(())
    }
}

/// What is due, the longest waiting first.
fn due(connection: &Connection, max: usize, now: DateTime<Utc>) -> Result<Due, JobError> {
    let mut due = Due::default();
    let mut select = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} WHERE n.parked = 0 AND n.ready_at <= ?1
         ORDER BY n.ready_at, n.id LIMIT ?2"
    ))?;
    let mut rows = select.query((micros(now), limit(max)))?;
    while let Some(row) = rows.next()? {
        due.add(row)?;
    }
    Ok(due)
}

/// The same of notifications that are known.
fn found(connection: &Connection, keys: &[Key], now: DateTime<Utc>) -> Result<Due, JobError> {
    let mut due = Due::default();
    let mut select = connection.prepare_cached(&format!("SELECT {COLUMNS} WHERE n.id = ?2"))?;
    for key in keys {
        let mut rows = select.query((micros(now), key))?;
        while let Some(row) = rows.next()? {
            due.add(row)?;
        }
    }
    Ok(due)
}

/// Leases what was found.
fn lease(
    connection: &Connection,
    due: Due,
    lease_until: DateTime<Utc>,
) -> Result<Vec<Claim>, JobError> {
    let mut claims = due.claims;
    if claims.is_empty() {
        return Ok(claims);
    }
    let newest = new_token(connection)?;
    let mut update = connection.prepare_cached(
        "UPDATE escalation_notification SET token = ?2, ready_at = ?3 WHERE id = ?1",
    )?;
    let token = token(newest)?;
    for claim in &mut claims {
        claim.lease.token = token;
        update.execute((key(&claim.lease), newest, micros(lease_until)))?;
    }
    for key in due.begun {
        connection
            .prepare_cached(
                "UPDATE escalation_notification SET in_flight = 0, doubt = 1 WHERE id = ?1",
            )?
            .execute([key])?;
    }
    Ok(claims)
}

fn new_token(connection: &Connection) -> Result<i64, JobError> {
    Ok(connection
        .prepare_cached("UPDATE escalation_token SET newest = newest + 1 RETURNING newest")?
        .query_row([], |row| row.get(0))?)
}

/// Lets processes go on whose hold has run out, as of that instant.
fn end_holds(connection: &Connection, now: DateTime<Utc>) -> Result<(), JobError> {
    let mut select = connection.prepare_cached(
        "SELECT generation, held_until FROM escalation_process
         WHERE held_until IS NOT NULL AND held_until <= ?1",
    )?;
    let ended = select
        .query_map([micros(now)], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(i64, i64)>, _>>()?;
    for (key, until) in ended {
        release(connection, generation(key)?, instant(until)?)?;
    }
    Ok(())
}

/// Puts attempts whose worker died aside, in doubt, until the hold of their process ends.
fn park(connection: &Connection, held: &[Key]) -> Result<(), JobError> {
    for key in held {
        connection
            .prepare_cached(
                "UPDATE escalation_notification SET parked = 1, token = 0, in_flight = 0, doubt = 1
                 WHERE id = ?1",
            )?
            .execute([key])?;
    }
    Ok(())
}

fn drop_stopped(connection: &Connection, stopped: &[Key]) -> Result<(), JobError> {
    for key in stopped {
        connection
            .prepare_cached("DELETE FROM escalation_notification WHERE id = ?1")?
            .execute([key])?;
    }
    Ok(())
}
