//! Whose turn it is when more is due than one claim takes.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};

use crate::claims::Place;
use crate::columns::{limit, micros};
use crate::error::JobError;

/// The most tenants that one claim looks at; the next one goes on behind them.
const VISITS: usize = 1_000;

/// Whether some tenants must wait, so that they take turns.
pub(crate) fn needed(
    connection: &Connection,
    max: usize,
    now: DateTime<Utc>,
) -> Result<bool, JobError> {
    let named: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM escalation_waiting WHERE tenant <> '')")?
        .query_row([], |row| row.get(0))?;
    if !named {
        return Ok(false);
    }
    let due: i64 = connection
        .prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM escalation_waiting
             WHERE ready_at <= ?1 LIMIT ?2)",
        )?
        .query_row((micros(now), limit(max.saturating_add(1))), |row| {
            row.get(0)
        })?;
    Ok(due > limit(max))
}

/// Up to `max` due notifications: the same number of each tenant, as far as it has so many, and
/// more of the others where one has fewer.
pub(crate) fn next(
    connection: &Connection,
    max: usize,
    now: DateTime<Utc>,
) -> Result<Vec<Place>, JobError> {
    let mut tenants: Vec<Tenant> = tenants(connection, max, now)?
        .into_iter()
        .map(Tenant::new)
        .collect();
    let mut taken = Vec::new();
    let mut in_turn: Vec<&mut Tenant> = tenants.iter_mut().collect();
    while taken.len() < max && !in_turn.is_empty() {
        let left = max - taken.len();
        let (each, more) = (left / in_turn.len(), left % in_turn.len());
        for (position, tenant) in in_turn.iter_mut().enumerate() {
            let share = each + usize::from(position < more);
            taken.extend(tenant.take(connection, share, now)?);
        }
        in_turn.retain(|tenant| !tenant.exhausted);
    }
    Ok(taken)
}

/// The tenants that have something due, those first that were left out before; at most `max`.
fn tenants(
    connection: &Connection,
    max: usize,
    now: DateTime<Utc>,
) -> Result<Vec<String>, JobError> {
    let last: String = connection
        .prepare_cached("SELECT last FROM escalation_turn")?
        .query_row([], |row| row.get(0))?;
    let mut found = Vec::new();
    let mut at = last.clone();
    let mut round_again = false;
    for _ in 0..VISITS {
        if found.len() == max || (round_again && at >= last) {
            break;
        }
        let next: Option<(String, i64)> = connection
            .prepare_cached(
                "SELECT tenant, ready_at FROM escalation_waiting
                 WHERE tenant <> '' AND tenant > ?1
                 ORDER BY tenant, ready_at LIMIT 1",
            )?
            .query_row([&at], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match next {
            Some((tenant, _)) if round_again && tenant > last => break,
            Some((tenant, ready_at)) => {
                if ready_at <= micros(now) {
                    found.push(tenant.clone());
                }
                at = tenant;
            }
            None if round_again => break,
            None => {
                // Behind the last name comes the nameless one, and then the first name.
                round_again = true;
                at = String::new();
                if !take(connection, "", None, 1, now)?.is_empty() {
                    found.push(at.clone());
                }
            }
        }
    }
    let last = if found.len() == max {
        found.last().cloned().unwrap_or_default()
    } else {
        at
    };
    connection
        .prepare_cached("UPDATE escalation_turn SET last = ?1")?
        .execute([last])?;
    Ok(found)
}

/// What one tenant has due, taken some at a time.
struct Tenant {
    name: String,
    after: Option<Place>,
    exhausted: bool,
}

impl Tenant {
    const fn new(name: String) -> Self {
        Self {
            name,
            after: None,
            exhausted: false,
        }
    }

    fn take(
        &mut self,
        connection: &Connection,
        max: usize,
        now: DateTime<Utc>,
    ) -> Result<Vec<Place>, JobError> {
        let taken = take(connection, &self.name, self.after, max, now)?;
        self.exhausted = taken.len() < max;
        self.after = taken.last().copied().or(self.after);
        Ok(taken)
    }
}

/// The next of one tenant, the longest waiting first.
fn take(
    connection: &Connection,
    tenant: &str,
    after: Option<Place>,
    max: usize,
    now: DateTime<Utc>,
) -> Result<Vec<Place>, JobError> {
    let (ready_at, key) = after.unwrap_or((i64::MIN, 0));
    let statement = if tenant.is_empty() {
        "SELECT ready_at, id FROM escalation_waiting
         WHERE tenant = ?1 AND ready_at <= ?2
           AND (ready_at, id) > (?3, ?4)
         ORDER BY ready_at, id LIMIT ?5"
    } else {
        "SELECT ready_at, id FROM escalation_waiting
         WHERE tenant <> '' AND tenant = ?1 AND ready_at <= ?2
           AND (ready_at, id) > (?3, ?4)
         ORDER BY ready_at, id LIMIT ?5"
    };
    let mut select = connection.prepare_cached(statement)?;
    let parameters = (tenant, micros(now), ready_at, key, limit(max));
    let taken = select
        .query_map(parameters, |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    Ok(taken)
}
