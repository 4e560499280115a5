//! Beginning, renewing and settling what was claimed.

use chrono::{DateTime, Utc};
use escalation_core::{
    AttemptStart, Begun, Doubt, Effect, InFlight, Lease, Notification, Settled, Settlement, Verdict,
};
use rusqlite::{CachedStatement, Connection, OptionalExtension};

use crate::admissions::admit;
use crate::columns::{
    Key, doubt_column, generation_of, history, history_column, instant, key, micros, number,
};
use crate::error::JobError;
use crate::letters;
use crate::processes::{end, forget_if_finished, in_flight, suspend};
use crate::waiting::{drop_leased, hide_all, release_lease, wait, wait_all};

/// Begins each on its own, in order.
pub(crate) fn begin(
    connection: &Connection,
    attempts: &[AttemptStart],
    now: DateTime<Utc>,
) -> Result<Vec<Begun>, JobError> {
    attempts
        .iter()
        .map(|attempt| begin_one(connection, attempt, now))
        .collect()
}

fn begin_one(
    connection: &Connection,
    attempt: &AttemptStart,
    now: DateTime<Utc>,
) -> Result<Begun, JobError> {
    let lease = &attempt.lease;
    let (key, token) = (key(lease), number(lease.token.number()));
    // A hold or a stop takes the lease away, so the lease is all there is to check.
    let target = connection
        .prepare_cached(
            "SELECT n.channel, n.destination
             FROM escalation_lease l JOIN escalation_notification n ON n.id = l.id
             WHERE l.id = ?1 AND l.token = ?2 AND l.in_flight = 0",
        )?
        .query_row((key, token), |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })
        .optional()?;
    let Some((channel, destination)) = target else {
        return Ok(Begun::Stale);
    };
    match admit(connection, &channel, &destination, &attempt.admission, now)? {
        Ok(()) => {
            connection
                .prepare_cached(
                    "UPDATE escalation_lease
                     SET in_flight = 1, until = ?2, channel = ?3, destination = ?4 WHERE id = ?1",
                )?
                .execute((key, micros(attempt.lease_until), channel, destination))?;
            connection
                .prepare_cached(
                    "UPDATE escalation_notification SET attempts = attempts + 1 WHERE id = ?1",
                )?
                .execute([key])?;
            Ok(Begun::Started)
        }
        Err(until) => {
            release_lease(connection, key)?;
            connection
                .prepare_cached("UPDATE escalation_notification SET ready_at = ?2 WHERE id = ?1")?
                .execute((key, micros(until)))?;
            wait(connection, key)?;
            Ok(Begun::Deferred { until })
        }
    }
}

pub(crate) fn renew(
    connection: &Connection,
    leases: &[Lease],
    lease_until: DateTime<Utc>,
) -> Result<Vec<Settled>, JobError> {
    let mut update = connection
        .prepare_cached("UPDATE escalation_lease SET until = ?3 WHERE id = ?1 AND token = ?2")?;
    leases
        .iter()
        .map(|lease| {
            let renewed = update.execute((
                key(lease),
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
    let mut finish = Finish::prepare(connection)?;
    settlements
        .into_iter()
        .map(|settlement| {
            // By far the most end here: done, and nothing follows.
            if settlement.verdict == Verdict::Done && settlement.effect == Effect::None {
                finish.run(&settlement.lease)
            } else {
                settle_one(connection, settlement, now)
            }
        })
        .collect()
}

/// What ends a notification and perhaps its process, prepared once for many.
struct Finish<'connection> {
    release: CachedStatement<'connection>,
    delete: CachedStatement<'connection>,
    forget: CachedStatement<'connection>,
}

impl<'connection> Finish<'connection> {
    fn prepare(connection: &'connection Connection) -> Result<Self, JobError> {
        Ok(Self {
            release: connection
                .prepare_cached("DELETE FROM escalation_lease WHERE id = ?1 AND token = ?2")?,
            delete: connection
                .prepare_cached("DELETE FROM escalation_notification WHERE id = ?1")?,
            // If it only ever had one notification, there is none left to be looked for.
            forget: connection.prepare_cached(
                "DELETE FROM escalation_process
                 WHERE generation = ?1 AND (next_sequence = 1 OR NOT EXISTS
                     (SELECT 1 FROM escalation_notification
                      WHERE id >= ?1 << 24 AND id < (?1 + 1) << 24))",
            )?,
        })
    }

    fn run(&mut self, lease: &Lease) -> Result<Settled, JobError> {
        let (key, token) = (key(lease), number(lease.token.number()));
        if self.release.execute((key, token))? == 0 {
            return Ok(Settled::Stale);
        }
        self.delete.execute([key])?;
        self.forget.execute([number(lease.generation.number())])?;
        Ok(Settled::recorded())
    }
}

fn settle_one(
    connection: &Connection,
    settlement: Settlement,
    now: DateTime<Utc>,
) -> Result<Settled, JobError> {
    let lease = &settlement.lease;
    let key = key(lease);
    let found = connection
        .prepare_cached(
            "SELECT n.step, n.history, l.in_flight = 2, p.held_since IS NOT NULL
             FROM escalation_lease l JOIN escalation_notification n ON n.id = l.id
             LEFT JOIN escalation_process p ON p.generation = n.id >> 24
             WHERE l.id = ?1 AND l.token = ?2",
        )?
        .query_row((key, number(lease.token.number())), |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, Option<String>>(1)?,
                row.get::<_, bool>(2)?,
                row.get::<_, bool>(3)?,
            ))
        })
        .optional()?;
    let Some((stage, before, stopped, held)) = found else {
        return Ok(Settled::Stale);
    };
    let (verdict, buried) = match settlement.verdict {
        Verdict::PassedOn(reason) if !stopped && !is_followed(connection, key)? => {
            (Verdict::Dead(reason), true)
        }
        verdict => (verdict, false),
    };
    let mut attempts = history(before.as_deref())?;
    attempts.extend(settlement.attempt);
    let attempts = history_column(&attempts)?;

    match verdict {
        Verdict::Again { at, doubt } if !stopped => {
            again(connection, key, at, doubt, attempts.as_deref(), held)?;
        }
        Verdict::Instead {
            notification,
            at,
            doubt,
        } if !stopped => {
            replace(connection, key, &notification)?;
            again(connection, key, at, doubt, attempts.as_deref(), held)?;
        }
        Verdict::Dead(reason) if !stopped => {
            letters::bury(connection, lease, &reason, attempts.as_deref(), now)?;
            drop_leased(connection, key)?;
        }
        _ => drop_leased(connection, key)?,
    }
    let in_flight = if stopped {
        Vec::new()
    } else {
        affect(connection, lease, stage, settlement.effect, now)?
    };
    forget_if_finished(connection, generation_of(key))?;
    Ok(if buried {
        Settled::Buried { in_flight }
    } else {
        Settled::Recorded { in_flight }
    })
}

/// Whether a later notification of its process is open.
fn is_followed(connection: &Connection, key: Key) -> Result<bool, JobError> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM escalation_notification n
                 JOIN escalation_notification later
                   ON later.id >= n.id & -16777216 AND later.id <= n.id | 16777215
                  AND (later.due_at, later.id) > (n.due_at, n.id)
                 WHERE n.id = ?1)",
        )?
        .query_row([key], |row| row.get(0))?)
}

fn again(
    connection: &Connection,
    key: Key,
    at: DateTime<Utc>,
    doubt: Doubt,
    history: Option<&str>,
    held: bool,
) -> Result<(), JobError> {
    release_lease(connection, key)?;
    connection
        .prepare_cached(
            "UPDATE escalation_notification SET ready_at = ?2, doubt = ?3, history = ?4
             WHERE id = ?1",
        )?
        .execute((key, micros(at), doubt_column(doubt), history))?;
    if !held {
        wait(connection, key)?;
    }
    Ok(())
}

/// From now on it is this that is sent, and no attempt has been made at it.
fn replace(connection: &Connection, key: Key, notification: &Notification) -> Result<(), JobError> {
    connection
        .prepare_cached(
            "UPDATE escalation_notification
             SET channel = ?2, destination = ?3, bundle = ?4, content = ?5, attempts = 0
             WHERE id = ?1",
        )?
        .execute((
            key,
            notification.channel().as_str(),
            notification.destination().unwrap_or_default(),
            notification.bundle(),
            serde_json::to_string(notification)?,
        ))?;
    Ok(())
}

fn affect(
    connection: &Connection,
    lease: &Lease,
    stage: i64,
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
            advance(connection, lease, stage, now)?;
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

/// Moves what follows a stage forward, so that the next step is due now; a held process stands still
/// at the beginning of its hold.
fn advance(
    connection: &Connection,
    lease: &Lease,
    stage: i64,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    let generation = number(lease.generation.number());
    let held_since: Option<i64> = connection
        .prepare_cached("SELECT held_since FROM escalation_process WHERE generation = ?1")?
        .query_row([generation], |row| row.get(0))?;
    let next: Option<i64> = connection
        .prepare_cached(
            "SELECT min(ready_at) FROM escalation_notification n
             WHERE id >= ?1 << 24 AND id < (?1 + 1) << 24 AND step > ?2
               AND NOT EXISTS (SELECT 1 FROM escalation_lease l WHERE l.id = n.id)",
        )?
        .query_row((generation, stage), |row| row.get(0))?;
    let stands_at = held_since.unwrap_or(micros(now));
    let by = next.map(|next| next.saturating_sub(stands_at));
    let Some(by) = by.filter(|by| *by > 0) else {
        return Ok(());
    };
    hide_all(connection, generation, stage)?;
    connection
        .prepare_cached(
            "UPDATE escalation_notification SET due_at = due_at - ?3, ready_at = ready_at - ?3
             WHERE id >= ?1 << 24 AND id < (?1 + 1) << 24 AND step > ?2
               AND id NOT IN (SELECT id FROM escalation_lease
                              WHERE id >= ?1 << 24 AND id < (?1 + 1) << 24)",
        )?
        .execute((generation, stage, by))?;
    if held_since.is_none() {
        wait_all(connection, generation, stage)?;
    }
    Ok(())
}

pub(crate) fn next_due(connection: &Connection) -> Result<Option<DateTime<Utc>>, JobError> {
    let next: Option<i64> = connection
        .prepare_cached(
            "SELECT min(next) FROM (
                 SELECT min(ready_at) AS next FROM escalation_waiting
                 UNION ALL
                 SELECT min(until) FROM escalation_lease
                 UNION ALL
                 SELECT min(held_until) FROM escalation_process WHERE held_until IS NOT NULL)",
        )?
        .query_row([], |row| row.get(0))?;
    next.map(instant).transpose()
}
