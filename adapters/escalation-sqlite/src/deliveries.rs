//! Claiming, beginning, renewing and settling notifications.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use escalation_core::{
    Admission, Begun, Claim, Doubt, Effect, InFlight, Lease, Settled, Settlement, Superseded,
    Verdict,
};
use rusqlite::{Connection, OptionalExtension};

use crate::admissions::admit;
use crate::columns::{
    CLAIMED, IN_FLIGHT, WAITING, doubt, doubt_column, generation, history, history_column, instant,
    micros, number, process_id, sequence, token,
};
use crate::error::JobError;
use crate::letters;
use crate::processes::{column, end, forget_if_finished, in_flight, release, suspend};

pub(crate) fn claim(
    connection: &Connection,
    max: usize,
    lease_until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Claim>, JobError> {
    end_holds(connection, now)?;
    loop {
        let due = due(connection, max, now)?;
        if due.stopped.is_empty() && due.held.is_empty() {
            return lease(connection, due, lease_until);
        }
        // The room that these took is for others.
        drop_stopped(connection, &due.stopped)?;
        park(connection, &due.held)?;
    }
}

type Key = (i64, u32);

/// What a claim has found.
#[derive(Default)]
struct Due {
    claims: Vec<Claim>,
    /// Attempts of stopped processes whose lease has run out without word.
    stopped: Vec<Key>,
    /// The same of held processes.
    held: Vec<Key>,
    /// Where the range of what is due and was found ends, in the order of the index.
    last: Option<(i64, Key)>,
}

/// What is due, the longest waiting first.
fn due(connection: &Connection, max: usize, now: DateTime<Utc>) -> Result<Due, JobError> {
    let mut due = Due::default();
    {
        let mut select = connection.prepare_cached(
            "SELECT n.generation, n.sequence, n.step, n.due_at, n.attempts,
                    n.doubt OR n.state = 2, n.content, n.history, p.id, p.stopped, p.held_since IS NOT NULL, n.ready_at,
                    (SELECT max(1 + (later.channel = n.channel
                                     AND later.destination = n.destination))
                     FROM escalation_notification later
                     WHERE later.generation = n.generation AND later.due_at <= ?1
                       AND (later.due_at, later.sequence) > (n.due_at, n.sequence))
             FROM escalation_notification n JOIN escalation_process p USING (generation)
             WHERE n.parked = 0 AND n.ready_at <= ?1
             ORDER BY n.ready_at, n.generation, n.sequence LIMIT ?2",
        )?;
        let max = i64::try_from(max).unwrap_or(i64::MAX);
        let mut rows = select.query((micros(now), max))?;
        while let Some(row) = rows.next()? {
            let key = (row.get(0)?, row.get(1)?);
            due.last = Some((row.get(11)?, key));
            if row.get(9)? {
                due.stopped.push(key);
                continue;
            }
            if row.get(10)? {
                due.held.push(key);
                continue;
            }
            let notification = serde_json::from_str(row.get_ref(6)?.as_str().map_err(column)?)?;
            let lease = Lease::new(
                process_id(row.get_ref(8)?.as_str().map_err(column)?)?,
                generation(row.get(0)?)?,
                sequence(row.get(1)?),
                token(0)?,
            );
            let mut claim = Claim::new(
                lease,
                row.get(2)?,
                instant(row.get(3)?)?,
                Arc::new(notification),
                row.get(4)?,
            );
            claim.doubt = doubt(row.get(5)?);
            claim.history = history(row.get_ref(7)?.as_str_or_null().map_err(column)?)?;
            claim.superseded = match row.get::<_, Option<i64>>(12)? {
                None => Superseded::No,
                Some(1) => Superseded::InProcess,
                Some(_) => Superseded::AtDestination,
            };
            due.claims.push(claim);
        }
    }
    Ok(due)
}

/// Leases what was found, by one statement over its range.
fn lease(
    connection: &Connection,
    due: Due,
    lease_until: DateTime<Utc>,
) -> Result<Vec<Claim>, JobError> {
    let mut claims = due.claims;
    let Some((ready_at, (generation, sequence))) = due.last else {
        return Ok(claims);
    };
    let newest: i64 = connection
        .prepare_cached("UPDATE escalation_token SET newest = newest + 1 RETURNING newest")?
        .query_row([], |row| row.get(0))?;
    connection
        .prepare_cached(
            "UPDATE escalation_notification
             SET doubt = doubt OR state = 2, state = 1, token = ?4, ready_at = ?5
             WHERE parked = 0 AND (ready_at, generation, sequence) <= (?1, ?2, ?3)",
        )?
        .execute((ready_at, generation, sequence, newest, micros(lease_until)))?;
    let token = token(newest)?;
    for claim in &mut claims {
        claim.lease.token = token;
    }
    Ok(claims)
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
    for (generation, sequence) in held {
        connection
            .prepare_cached(
                "UPDATE escalation_notification SET parked = 1, state = 0, doubt = 1
                 WHERE generation = ?1 AND sequence = ?2",
            )?
            .execute((generation, sequence))?;
    }
    Ok(())
}

fn drop_stopped(connection: &Connection, stopped: &[Key]) -> Result<(), JobError> {
    for (generation, sequence) in stopped {
        connection
            .prepare_cached(
                "DELETE FROM escalation_notification WHERE generation = ?1 AND sequence = ?2",
            )?
            .execute((generation, sequence))?;
        forget_if_finished(connection, *generation)?;
    }
    Ok(())
}

pub(crate) fn begin(
    connection: &Connection,
    lease: &Lease,
    lease_until: DateTime<Utc>,
    admission: &Admission,
    now: DateTime<Utc>,
) -> Result<Begun, JobError> {
    let key = (
        number(lease.generation.number()),
        lease.sequence.position(),
        number(lease.token.number()),
        CLAIMED,
    );
    // A hold or a stop takes the state away, so the state is all there is to check.
    let target = connection
        .prepare_cached(
            "SELECT channel, destination FROM escalation_notification
             WHERE generation = ?1 AND sequence = ?2 AND token = ?3 AND state = ?4",
        )?
        .query_row(key, |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })
        .optional()?;
    let Some((channel, destination)) = target else {
        return Ok(Begun::Stale);
    };
    let (begun, state, ready_at, attempts) =
        match admit(connection, &channel, &destination, admission, now)? {
            Ok(()) => (Begun::Started, IN_FLIGHT, lease_until, 1),
            Err(until) => (Begun::Deferred { until }, WAITING, until, 0),
        };
    connection
        .prepare_cached(
            "UPDATE escalation_notification
             SET state = ?3, ready_at = ?4, attempts = attempts + ?5
             WHERE generation = ?1 AND sequence = ?2",
        )?
        .execute((key.0, key.1, state, micros(ready_at), attempts))?;
    Ok(begun)
}

pub(crate) fn renew(
    connection: &Connection,
    leases: &[Lease],
    lease_until: DateTime<Utc>,
) -> Result<Vec<Settled>, JobError> {
    let mut update = connection.prepare_cached(
        "UPDATE escalation_notification SET ready_at = ?4
         WHERE generation = ?1 AND sequence = ?2 AND token = ?3 AND state <> 0",
    )?;
    leases
        .iter()
        .map(|lease| {
            let renewed = update.execute((
                number(lease.generation.number()),
                lease.sequence.position(),
                number(lease.token.number()),
                micros(lease_until),
            ))?;
            Ok(if renewed == 0 {
                Settled::Stale
            } else {
                Settled::recorded()
            })
        })
        .collect()
}

/// Settles each on its own, in order.
pub(crate) fn settle(
    connection: &Connection,
    settlements: Vec<Settlement>,
    now: DateTime<Utc>,
) -> Result<Vec<Settled>, JobError> {
    settlements
        .into_iter()
        .map(|settlement| {
            // By far the most end here: done, and nothing follows.
            if settlement.verdict == Verdict::Done && settlement.effect == Effect::None {
                finish(connection, &settlement.lease)
            } else {
                settle_one(connection, settlement, now)
            }
        })
        .collect()
}

fn finish(connection: &Connection, lease: &Lease) -> Result<Settled, JobError> {
    let generation = number(lease.generation.number());
    let deleted = connection
        .prepare_cached(
            "DELETE FROM escalation_notification
             WHERE generation = ?1 AND sequence = ?2 AND token = ?3 AND state <> 0",
        )?
        .execute((
            generation,
            lease.sequence.position(),
            number(lease.token.number()),
        ))?;
    if deleted == 0 {
        return Ok(Settled::Stale);
    }
    forget_if_finished(connection, generation)?;
    Ok(Settled::recorded())
}

fn settle_one(
    connection: &Connection,
    settlement: Settlement,
    now: DateTime<Utc>,
) -> Result<Settled, JobError> {
    let lease = &settlement.lease;
    let key = (
        number(lease.generation.number()),
        lease.sequence.position(),
        number(lease.token.number()),
    );
    let found = connection
        .prepare_cached(
            "SELECT n.step, n.history, p.stopped, p.held_since IS NOT NULL
             FROM escalation_notification n JOIN escalation_process p USING (generation)
             WHERE n.generation = ?1 AND n.sequence = ?2 AND n.token = ?3 AND n.state <> 0",
        )?
        .query_row(key, |row| {
            Ok((
                row.get::<_, u32>(0)?,
                row.get::<_, Option<String>>(1)?,
                row.get::<_, bool>(2)?,
                row.get::<_, bool>(3)?,
            ))
        })
        .optional()?;
    let Some((step, before, stopped, held)) = found else {
        return Ok(Settled::Stale);
    };
    let mut attempts = history(before.as_deref())?;
    attempts.extend(settlement.attempt);
    let attempts = history_column(&attempts)?;

    match settlement.verdict {
        Verdict::Again { at, doubt } if !stopped => {
            again(connection, key, at, doubt, attempts.as_deref(), held)?;
        }
        Verdict::Dead(reason) if !stopped => {
            letters::bury(connection, lease, &reason, attempts.as_deref(), now)?;
            delete(connection, key)?;
        }
        _ => delete(connection, key)?,
    }
    let in_flight = if stopped {
        Vec::new()
    } else {
        affect(connection, lease, step, settlement.effect, now)?
    };
    forget_if_finished(connection, key.0)?;
    Ok(Settled::Recorded { in_flight })
}

fn again(
    connection: &Connection,
    key: (i64, u32, i64),
    at: DateTime<Utc>,
    doubt: Doubt,
    history: Option<&str>,
    held: bool,
) -> Result<(), JobError> {
    connection
        .prepare_cached(
            "UPDATE escalation_notification
             SET state = 0, ready_at = ?3, doubt = ?4, history = ?5, parked = ?6
             WHERE generation = ?1 AND sequence = ?2",
        )?
        .execute((key.0, key.1, micros(at), doubt_column(doubt), history, held))?;
    Ok(())
}

fn delete(connection: &Connection, key: (i64, u32, i64)) -> Result<(), JobError> {
    connection
        .prepare_cached(
            "DELETE FROM escalation_notification WHERE generation = ?1 AND sequence = ?2",
        )?
        .execute((key.0, key.1))?;
    Ok(())
}

fn affect(
    connection: &Connection,
    lease: &Lease,
    step: u32,
    effect: Effect,
    now: DateTime<Utc>,
) -> Result<Vec<InFlight>, JobError> {
    let others = || {
        in_flight(
            connection,
            &lease.process,
            lease.generation,
            Some(lease.sequence),
        )
    };
    match effect {
        Effect::Advance => {
            advance(connection, lease, step, now)?;
            Ok(Vec::new())
        }
        Effect::Hold { until } => {
            let others = others()?;
            suspend(connection, lease.generation, until, now)?;
            Ok(others)
        }
        Effect::End => {
            let others = others()?;
            end(connection, lease.generation)?;
            Ok(others)
        }
        _ => Ok(Vec::new()),
    }
}

/// Moves what follows `step` forward, so that the next step is due now; a held process stands still
/// at the beginning of its hold.
fn advance(
    connection: &Connection,
    lease: &Lease,
    step: u32,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    let generation = number(lease.generation.number());
    let by: Option<i64> = connection
        .prepare_cached(
            "SELECT min(n.ready_at) - coalesce(p.held_since, ?3)
             FROM escalation_notification n JOIN escalation_process p USING (generation)
             WHERE n.generation = ?1 AND n.step > ?2 AND n.state = 0",
        )?
        .query_row((generation, step, micros(now)), |row| row.get(0))?;
    let Some(by) = by.filter(|by| *by > 0) else {
        return Ok(());
    };
    connection
        .prepare_cached(
            "UPDATE escalation_notification SET due_at = due_at - ?3, ready_at = ready_at - ?3
             WHERE generation = ?1 AND step > ?2 AND state = 0",
        )?
        .execute((generation, step, by))?;
    Ok(())
}

pub(crate) fn next_due(connection: &Connection) -> Result<Option<DateTime<Utc>>, JobError> {
    let next: Option<i64> = connection
        .prepare_cached(
            "SELECT min(next) FROM (
                 SELECT min(ready_at) AS next FROM escalation_notification WHERE parked = 0
                 UNION ALL
                 SELECT min(held_until) FROM escalation_process WHERE held_until IS NOT NULL)",
        )?
        .query_row([], |row| row.get(0))?;
    next.map(instant).transpose()
}
