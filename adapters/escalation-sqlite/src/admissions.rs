//! Counting attempts in flight and attempts per time.

use chrono::{DateTime, Utc};
use escalation_core::{Admission, Scope};
use rusqlite::{Connection, OptionalExtension};

use crate::columns::{instant, micros};
use crate::error::JobError;

/// Counts one more attempt, or says when there may be room.
pub(crate) fn admit(
    connection: &Connection,
    channel: &str,
    destination: &str,
    admission: &Admission,
    now: DateTime<Utc>,
) -> Result<Result<(), DateTime<Utc>>, JobError> {
    let mut refused_until = None;
    for limit in &admission.concurrency {
        let in_flight: u32 = match limit.scope {
            Scope::Destination => connection
                .prepare_cached(
                    "SELECT count(*) FROM escalation_lease
                     WHERE channel = ?1 AND in_flight > 0 AND destination = ?2",
                )?
                .query_row((channel, destination), |row| row.get(0))?,
            _ => connection
                .prepare_cached(
                    "SELECT count(*) FROM escalation_lease
                     WHERE channel = ?1 AND in_flight > 0",
                )?
                .query_row([channel], |row| row.get(0))?,
        };
        if in_flight >= limit.max {
            refused_until = now.checked_add_signed(admission.look_again_after);
        }
    }

    let mut admitted = Vec::with_capacity(admission.rates.len());
    for rate in &admission.rates {
        let (scope, destination) = match rate.scope {
            Scope::Destination => (1, destination),
            _ => (0, ""),
        };
        let key = (channel, destination, scope, rate.name());
        let state: Option<i64> = connection
            .prepare_cached(
                "SELECT arrival FROM escalation_rate
                 WHERE channel = ?1 AND destination = ?2 AND scope = ?3 AND name = ?4",
            )?
            .query_row((key.0, key.1, key.2, &key.3), |row| row.get(0))
            .optional()?;
        match rate.admit(state.map(instant).transpose()?, now) {
            Ok(state) => admitted.push((key, state)),
            Err(until) => refused_until = refused_until.max(Some(until)),
        }
    }
    if let Some(until) = refused_until {
        return Ok(Err(until));
    }
    for ((channel, destination, scope, name), state) in admitted {
        connection
            .prepare_cached(
                "INSERT INTO escalation_rate (channel, destination, scope, name, arrival)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (channel, destination, scope, name)
                 DO UPDATE SET arrival = excluded.arrival",
            )?
            .execute((channel, destination, scope, name, micros(state)))?;
    }
    Ok(Ok(()))
}
