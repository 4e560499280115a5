//! Dead letters.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use escalation_core::{
    Cause, DeadLetter, Discarded, Lease, LetterContent, LetterId, Planned, Reason, RejectedRequest,
    Replayed, RequestId, Run, Stage,
};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::columns::{
    Key, generation, history, history_column, instant, key, micros, number, process_id, sequence,
    tenant,
};
use crate::error::JobError;
use crate::processes::{add, column, running};
use crate::requests::handled_before;

const COLUMNS: &str = "id, died_at, reason, process, generation, sequence, step, due_at, content, \
                       history, request, body, tenant";

/// Copies a notification to the dead letters.
pub(crate) fn bury(
    connection: &Connection,
    lease: &Lease,
    reason: &Reason,
    history: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    connection
        .prepare_cached(
            "INSERT INTO escalation_dead_letter
                 (died_at, reason, process, tenant, generation, sequence, step, due_at, content,
                  history)
             SELECT ?1, ?2, ?3, tenant, id >> 24, id & 16777215, step, due_at, content, ?4
             FROM escalation_notification WHERE id = ?5",
        )?
        .execute((
            micros(now),
            serde_json::to_string(reason)?,
            lease.process.as_str(),
            history,
            key(lease),
        ))?;
    Ok(())
}

/// Keeps a notification that cannot be read, as it stands: as something that was asked for.
pub(crate) fn bury_unread(
    connection: &Connection,
    key: Key,
    error: &JobError,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    let told = format!("a notification in the file cannot be read: {error}");
    connection
        .prepare_cached(
            "INSERT INTO escalation_dead_letter (died_at, reason, body)
             SELECT ?1, ?2, CAST(process || ' ' || content AS BLOB)
             FROM escalation_notification WHERE id = ?3",
        )?
        .execute((
            micros(now),
            serde_json::to_string(&Reason::new(Cause::Other, told))?,
            key,
        ))?;
    Ok(())
}

pub(crate) fn reject(
    connection: &Connection,
    rejected: &RejectedRequest,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    if handled_before(connection, rejected.request.as_ref(), now)? {
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO escalation_dead_letter (died_at, reason, request, body)
             VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((
            micros(now),
            serde_json::to_string(&rejected.reason)?,
            rejected.request.as_ref().map(RequestId::as_str),
            &rejected.body,
        ))?;
    Ok(())
}

pub(crate) fn list(
    connection: &Connection,
    after: Option<LetterId>,
    max: usize,
) -> Result<Vec<DeadLetter>, JobError> {
    let mut select = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM escalation_dead_letter WHERE id > ?1 ORDER BY id LIMIT ?2"
    ))?;
    let after = after.map_or(0, |after| number(after.number()));
    let mut rows = select.query((after, i64::try_from(max).unwrap_or(i64::MAX)))?;
    let mut letters = Vec::new();
    while let Some(row) = rows.next()? {
        letters.push(letter(row)?);
    }
    Ok(letters)
}

fn letter(row: &Row<'_>) -> Result<DeadLetter, JobError> {
    let id = LetterId::new(row.get::<_, i64>(0)?.unsigned_abs());
    let reason = serde_json::from_str(row.get_ref(2)?.as_str().map_err(column)?)?;
    let content = match row.get::<_, Option<String>>(3)? {
        Some(process) => LetterContent::Notification {
            process: process_id(&process)?,
            tenant: tenant(row.get_ref(12)?.as_str().map_err(column)?)?,
            generation: generation(row.get(4)?)?,
            sequence: sequence(row.get(5)?),
            stage: Stage::from_number(row.get(6)?),
            due_at: instant(row.get(7)?)?,
            notification: Arc::new(serde_json::from_str(
                row.get_ref(8)?.as_str().map_err(column)?,
            )?),
            history: history(row.get_ref(9)?.as_str_or_null().map_err(column)?)?,
        },
        None => LetterContent::Request {
            request: row
                .get::<_, Option<String>>(10)?
                .map(RequestId::new)
                .transpose()
                .map_err(|error| JobError::Row {
                    what: error.to_string(),
                })?,
            body: row.get(11)?,
        },
    };
    Ok(DeadLetter::new(id, instant(row.get(1)?)?, reason, content))
}

pub(crate) fn replay(
    connection: &Connection,
    id: LetterId,
    now: DateTime<Utc>,
) -> Result<Replayed, JobError> {
    let found = list(
        connection,
        Some(LetterId::new(id.number().saturating_sub(1))),
        1,
    )?
    .pop()
    .filter(|letter| letter.id == id);
    let Some(found) = found else {
        return Ok(Replayed::NotFound);
    };
    let LetterContent::Notification {
        process,
        tenant,
        generation,
        sequence,
        stage,
        notification,
        history,
        ..
    } = found.content
    else {
        return Ok(Replayed::NotReplayable);
    };
    let key = number(generation.number());
    match running(connection, Run::current(&process))? {
        Some(running) if running != generation => return Ok(Replayed::NameTaken),
        Some(_) => {}
        // Stopped, with an attempt still under way.
        None if has_notifications(connection, key)? => return Ok(Replayed::NameTaken),
        None => {
            connection
                .prepare_cached(
                    "INSERT INTO escalation_process (generation, id, tenant, started_at)
                     VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((key, process.as_str(), tenant.as_str(), micros(now)))?;
        }
    }
    let planned = Planned::new(sequence, stage, now, notification);
    let history = history_column(&history)?;
    add(connection, key, planned, history.as_deref(), now)?;
    discard(connection, id)?;
    Ok(Replayed::Due)
}

fn has_notifications(connection: &Connection, generation: i64) -> Result<bool, JobError> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM escalation_notification
             WHERE id >= ?1 << 24 AND id < (?1 + 1) << 24)",
        )?
        .query_row([generation], |row| row.get(0))?)
}

pub(crate) fn discard(connection: &Connection, id: LetterId) -> Result<Discarded, JobError> {
    let gone = connection
        .prepare_cached("DELETE FROM escalation_dead_letter WHERE id = ?1 RETURNING id")?
        .query_row([number(id.number())], |row| row.get::<_, i64>(0))
        .optional()?;
    Ok(match gone {
        Some(_) => Discarded::Discarded,
        None => Discarded::NotFound,
    })
}
