//! Starting, stopping, holding and looking at processes.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Generation, Held, Hold, HoldState, IfRunning, InFlight, Lease, NewProcess, OpenNotification,
    Planned, ProcessId, ProcessSnapshot, ProcessSummary, RequestId, Run, Sequence, Stage, Started,
    Stopped,
};
use rusqlite::{Connection, OptionalExtension};

use crate::columns::{
    Key, SEQUENCES, generation, history, instant, micros, new_key, number, process_id, sequence,
    sequence_of, state, tenant, token,
};
use crate::error::JobError;
use crate::requests::handled_before;
use crate::waiting::{hide_all, wait_all, wait_until};

/// What comes behind none: all stages.
const ALL_STAGES: i64 = -1;

pub(crate) fn start(
    connection: &Connection,
    new: &NewProcess,
    now: DateTime<Utc>,
) -> Result<Started, JobError> {
    if handled_before(connection, new.request.as_ref(), now)? {
        return Ok(Started::DuplicateRequest);
    }
    let replaced = match running(connection, Run::current(&new.process))? {
        Some(running) if new.if_running == IfRunning::Keep => {
            return Ok(Started::AlreadyRunning(running));
        }
        Some(running) if new.if_running == IfRunning::Extend => {
            return extend(connection, running, new, now);
        }
        Some(_) => Some(stop(connection, Run::current(&new.process), None, now)?),
        None => None,
    };
    connection
        .prepare_cached(
            "INSERT INTO escalation_process (id, tenant, started_at, next_sequence)
             VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((
            new.process.as_str(),
            new.tenant.as_str(),
            micros(new.started_at),
            u32::try_from(new.notifications.len()).unwrap_or(u32::MAX),
        ))?;
    let created = Repeated {
        generation: connection.last_insert_rowid(),
        process: new.process.as_str(),
        tenant: new.tenant.as_str(),
    };
    let alone = new.notifications.len() == 1;
    for planned in &new.notifications {
        let key = insert(connection, &created, planned, None, alone)?;
        wait_until(connection, planned.due_at, key, created.tenant)?;
    }
    let generation = generation(created.generation)?;
    Ok(match replaced {
        Some(Stopped::Ended { in_flight, .. }) => Started::Replaced {
            generation,
            in_flight,
        },
        _ => Started::Created(generation),
    })
}

/// Adds to what runs, under sequences that nothing had before.
fn extend(
    connection: &Connection,
    running: Generation,
    new: &NewProcess,
    now: DateTime<Utc>,
) -> Result<Started, JobError> {
    let generation = number(running.number());
    let first: Option<u32> = connection
        .prepare_cached("SELECT next_sequence FROM escalation_process WHERE generation = ?1")?
        .query_row([generation], |row| row.get(0))?;
    let count = u32::try_from(new.notifications.len()).unwrap_or(u32::MAX);
    let Some((first, next)) = first.and_then(|first| {
        Some((
            first,
            first.checked_add(count).filter(|next| *next <= SEQUENCES)?,
        ))
    }) else {
        return Ok(Started::AlreadyRunning(running));
    };
    connection
        .prepare_cached("UPDATE escalation_process SET next_sequence = ?2 WHERE generation = ?1")?
        .execute((generation, next))?;
    connection
        .prepare_cached(
            "UPDATE escalation_notification SET alone = 0
             WHERE id >= ?1 << 24 AND id < (?1 + 1) << 24 AND alone = 1",
        )?
        .execute([generation])?;
    for (position, planned) in (first..next).zip(&new.notifications) {
        let mut planned = planned.clone();
        planned.sequence = sequence(position);
        add(connection, generation, planned, None, now)?;
    }
    Ok(Started::Extended {
        generation: running,
        first: sequence(first),
    })
}

/// Adds a notification to a running process; to a held one so that it is as far away when the hold
/// ends as it is now.
pub(crate) fn add(
    connection: &Connection,
    generation: i64,
    mut planned: Planned,
    history: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    let (process, tenant, held_since) = connection
        .prepare_cached(
            "SELECT id, tenant, held_since FROM escalation_process WHERE generation = ?1",
        )?
        .query_row([generation], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, Option<i64>>(2)?,
            ))
        })?;
    let run = Repeated {
        generation,
        process: &process,
        tenant: &tenant,
    };
    if let Some(since) = held_since {
        let held_for = now.signed_duration_since(instant(since)?);
        planned.due_at = planned.due_at.max(now) - held_for.max(TimeDelta::zero());
    }
    let key = insert(connection, &run, &planned, history, false)?;
    if held_since.is_none() {
        wait_until(connection, planned.due_at, key, run.tenant)?;
    }
    Ok(())
}

/// What each notification repeats of its process.
struct Repeated<'process> {
    generation: i64,
    process: &'process str,
    tenant: &'process str,
}

/// Adds a notification, which no claim finds yet.
fn insert(
    connection: &Connection,
    run: &Repeated<'_>,
    planned: &Planned,
    history: Option<&str>,
    alone: bool,
) -> Result<Key, JobError> {
    let notification = &planned.notification;
    let due_at = micros(planned.due_at);
    let key = new_key(run.generation, planned.sequence)?;
    connection
        .prepare_cached(
            "INSERT INTO escalation_notification
                 (id, step, due_at, ready_at, channel, destination, bundle,
                  content, history, alone, process, tenant)
             VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute((
            key,
            planned.stage.number(),
            due_at,
            notification.channel().as_str(),
            notification.destination().unwrap_or_default(),
            notification.bundle(),
            serde_json::to_string(notification.as_ref())?,
            history,
            alone,
            run.process,
            run.tenant,
        ))?;
    Ok(key)
}

/// What runs, if that is meant.
pub(crate) fn running(
    connection: &Connection,
    run: Run<'_>,
) -> Result<Option<Generation>, JobError> {
    let running = connection
        .prepare_cached("SELECT generation FROM escalation_process WHERE id = ?1")?
        .query_row([run.process().as_str()], |row| row.get(0))
        .optional()?
        .map(generation)
        .transpose()?;
    Ok(running.filter(|running| run.is(*running)))
}

pub(crate) fn stop(
    connection: &Connection,
    run: Run<'_>,
    request: Option<&RequestId>,
    now: DateTime<Utc>,
) -> Result<Stopped, JobError> {
    if handled_before(connection, request, now)? {
        return Ok(Stopped::DuplicateRequest);
    }
    let Some(generation) = running(connection, run)? else {
        return Ok(Stopped::NotRunning);
    };
    let in_flight = in_flight(connection, run.process(), generation, None)?;
    let cancelled = end(connection, generation)?;
    Ok(Stopped::Ended {
        generation,
        cancelled,
        in_flight,
    })
}

/// Ends a process at once, but for what is in flight; answers how many notifications it drops.
pub(crate) fn end(connection: &Connection, generation: Generation) -> Result<usize, JobError> {
    let generation = number(generation.number());
    hide_all(connection, generation, ALL_STAGES)?;
    drop_claims(connection, generation)?;
    let dropped = connection
        .prepare_cached(
            "DELETE FROM escalation_notification
             WHERE id >= ?1 << 24 AND id < (?1 + 1) << 24
               AND id NOT IN (SELECT id FROM escalation_lease
                              WHERE id >= ?1 << 24 AND id < (?1 + 1) << 24)",
        )?
        .execute([generation])?;
    connection
        .prepare_cached(
            "UPDATE escalation_lease SET in_flight = 2
             WHERE id >= ?1 << 24 AND id < (?1 + 1) << 24",
        )?
        .execute([generation])?;
    connection
        .prepare_cached("DELETE FROM escalation_process WHERE generation = ?1")?
        .execute([generation])?;
    Ok(dropped)
}

/// Takes away the leases of a generation of which no attempt has begun, so that none does.
fn drop_claims(connection: &Connection, generation: i64) -> Result<(), JobError> {
    connection
        .prepare_cached(
            "DELETE FROM escalation_lease
             WHERE id >= ?1 << 24 AND id < (?1 + 1) << 24 AND in_flight = 0",
        )?
        .execute([generation])?;
    Ok(())
}

/// A process without notifications is over.
pub(crate) fn forget_if_finished(connection: &Connection, generation: i64) -> Result<(), JobError> {
    connection
        .prepare_cached(
            "DELETE FROM escalation_process WHERE generation = ?1 AND NOT EXISTS
                 (SELECT 1 FROM escalation_notification WHERE id >= ?1 << 24 AND id < (?1 + 1) << 24)",
        )?
        .execute([generation])?;
    Ok(())
}

/// The attempts under way, except one.
pub(crate) fn in_flight(
    connection: &Connection,
    process: &ProcessId,
    generation: Generation,
    but: Option<Sequence>,
) -> Result<Vec<InFlight>, JobError> {
    let mut select = connection.prepare_cached(
        "SELECT l.id, l.token, n.attempts, n.content
         FROM escalation_lease l JOIN escalation_notification n ON n.id = l.id
         WHERE l.id >= ?1 << 24 AND l.id < (?1 + 1) << 24 AND l.in_flight = 1 ORDER BY l.id",
    )?;
    let mut rows = select.query([number(generation.number())])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let sequence = sequence_of(row.get(0)?);
        if Some(sequence) == but {
            continue;
        }
        let lease = Lease::new(process.clone(), generation, sequence, token(row.get(1)?)?);
        let content = serde_json::from_str(row.get_ref(3)?.as_str().map_err(column)?)?;
        found.push(InFlight::new(lease, row.get(2)?, Arc::new(content)));
    }
    Ok(found)
}

pub(crate) fn column(error: rusqlite::types::FromSqlError) -> JobError {
    JobError::Row {
        what: error.to_string(),
    }
}

pub(crate) fn hold(
    connection: &Connection,
    run: Run<'_>,
    hold: Hold,
    request: Option<&RequestId>,
    now: DateTime<Utc>,
) -> Result<Held, JobError> {
    if handled_before(connection, request, now)? {
        return Ok(Held::DuplicateRequest);
    }
    let Some(generation) = running(connection, run)? else {
        return Ok(Held::NotRunning);
    };
    match hold {
        Hold::Until(until) => suspend(connection, generation, Some(until), now)?,
        Hold::Release => release(connection, generation, now)?,
        _ => suspend(connection, generation, None, now)?,
    }
    Ok(Held::Changed {
        generation,
        in_flight: in_flight(connection, run.process(), generation, None)?,
    })
}

pub(crate) fn suspend(
    connection: &Connection,
    generation: Generation,
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    let generation = number(generation.number());
    hide_all(connection, generation, ALL_STAGES)?;
    // A claimed one has not begun, and must not.
    connection
        .prepare_cached(
            "UPDATE escalation_notification SET ready_at = ?2
             WHERE id IN (SELECT id FROM escalation_lease
                          WHERE id >= ?1 << 24 AND id < (?1 + 1) << 24 AND in_flight = 0)",
        )?
        .execute((generation, micros(now)))?;
    drop_claims(connection, generation)?;
    connection
        .prepare_cached(
            "UPDATE escalation_process
             SET held_since = coalesce(held_since, ?2), held_until = ?3 WHERE generation = ?1",
        )?
        .execute((generation, micros(now), until.map(micros)))?;
    Ok(())
}

/// Ends a hold: everything still to come is as far away as it was when the hold began.
pub(crate) fn release(
    connection: &Connection,
    generation: Generation,
    at: DateTime<Utc>,
) -> Result<(), JobError> {
    let generation = number(generation.number());
    let since: Option<i64> = connection
        .prepare_cached("SELECT held_since FROM escalation_process WHERE generation = ?1")?
        .query_row([generation], |row| row.get(0))?;
    let Some(since) = since else {
        return Ok(());
    };
    let held_for = micros(at).saturating_sub(since).max(0);
    connection
        .prepare_cached(
            "UPDATE escalation_notification
             SET due_at = min(max(due_at, ?2) + ?3, ?4),
                 ready_at = min(max(ready_at, ?2) + ?3, ?4)
             WHERE id >= ?1 << 24 AND id < (?1 + 1) << 24
               AND id NOT IN (SELECT id FROM escalation_lease
                              WHERE id >= ?1 << 24 AND id < (?1 + 1) << 24)",
        )?
        .execute((
            generation,
            since,
            held_for,
            micros(DateTime::<Utc>::MAX_UTC),
        ))?;
    wait_all(connection, generation, ALL_STAGES)?;
    connection
        .prepare_cached(
            "UPDATE escalation_process SET held_since = NULL, held_until = NULL
             WHERE generation = ?1",
        )?
        .execute([generation])?;
    Ok(())
}

pub(crate) fn snapshot(
    connection: &Connection,
    process: &ProcessId,
) -> Result<Option<ProcessSnapshot>, JobError> {
    let found = connection
        .prepare_cached(
            "SELECT generation, started_at, held_since, held_until, tenant
             FROM escalation_process WHERE id = ?1",
        )?
        .query_row([process.as_str()], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get(1)?,
                row.get::<_, Option<i64>>(2)?,
                row.get::<_, Option<i64>>(3)?,
                row.get::<_, String>(4)?,
            ))
        })
        .optional()?;
    let Some((key, started_at, held_since, held_until, of)) = found else {
        return Ok(None);
    };
    let hold = hold_state(held_since, held_until)?;
    let mut select = connection.prepare_cached(
        "SELECT n.id, n.step, n.due_at, coalesce(l.until, n.ready_at), l.in_flight > 0, n.attempts,
                n.content, n.history
         FROM escalation_notification n LEFT JOIN escalation_lease l ON l.id = n.id
         WHERE n.id >= ?1 << 24 AND n.id < (?1 + 1) << 24 ORDER BY n.id",
    )?;
    let mut rows = select.query([key])?;
    let mut open = Vec::new();
    while let Some(row) = rows.next()? {
        let content = serde_json::from_str(row.get_ref(6)?.as_str().map_err(column)?)?;
        let planned = Planned::new(
            sequence_of(row.get(0)?),
            Stage::from_number(row.get(1)?),
            instant(row.get(2)?)?,
            Arc::new(content),
        );
        let mut notification =
            OpenNotification::new(planned, instant(row.get(3)?)?, state(row.get(4)?));
        notification.attempts = row.get(5)?;
        notification.history = history(row.get_ref(7)?.as_str_or_null().map_err(column)?)?;
        open.push(notification);
    }
    Ok(Some(ProcessSnapshot::new(
        process.clone(),
        generation(key)?,
        tenant(&of)?,
        instant(started_at)?,
        hold,
        open,
    )))
}

fn hold_state(since: Option<i64>, until: Option<i64>) -> Result<HoldState, JobError> {
    Ok(match since {
        Some(since) => HoldState::Held {
            since: instant(since)?,
            until: until.map(instant).transpose()?,
        },
        None => HoldState::Running,
    })
}

/// What runs, oldest first.
pub(crate) fn list(
    connection: &Connection,
    after: Option<Generation>,
    max: usize,
) -> Result<Vec<ProcessSummary>, JobError> {
    let mut select = connection.prepare_cached(
        "SELECT p.generation, p.id, p.tenant, p.started_at, p.held_since, p.held_until,
                (SELECT count(*) FROM escalation_notification n
                 WHERE n.id >= p.generation << 24 AND n.id < (p.generation + 1) << 24),
                (SELECT min(coalesce(l.until, n.ready_at))
                 FROM escalation_notification n LEFT JOIN escalation_lease l ON l.id = n.id
                 WHERE n.id >= p.generation << 24 AND n.id < (p.generation + 1) << 24)
         FROM escalation_process p WHERE p.generation > ?1
         ORDER BY p.generation LIMIT ?2",
    )?;
    let after = after.map_or(-1, |after| number(after.number()));
    let mut rows = select.query((after, i64::try_from(max).unwrap_or(i64::MAX)))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let mut summary = ProcessSummary::new(
            process_id(row.get_ref(1)?.as_str().map_err(column)?)?,
            generation(row.get(0)?)?,
            tenant(row.get_ref(2)?.as_str().map_err(column)?)?,
            instant(row.get(3)?)?,
        );
        summary.hold = hold_state(row.get(4)?, row.get(5)?)?;
        summary.open = usize::try_from(row.get::<_, i64>(6)?).unwrap_or_default();
        summary.ready_at = row.get::<_, Option<i64>>(7)?.map(instant).transpose()?;
        found.push(summary);
    }
    Ok(found)
}
