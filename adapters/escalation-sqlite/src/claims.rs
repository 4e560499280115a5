//! Claiming what is due, and what may travel with it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use escalation_core::{Claim, Lease, Stage, Superseded, Token};
use rusqlite::{Connection, Row};

use crate::columns::{
    Key, doubt, generation, generation_of, history, instant, key, limit, micros, number,
    process_id, sequence_of, tenant, token,
};
use crate::error::JobError;
use crate::letters;
use crate::processes::{column, forget_if_finished, release};
use crate::turns;
use crate::waiting::{drop_leased, end_leases};

/// Where a waiting notification is: its instant and its key.
pub(crate) type Place = (i64, Key);

pub(crate) fn claim(
    connection: &Connection,
    max: usize,
    lease_until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Claim>, JobError> {
    end_holds(connection, now)?;
    end_leases(connection, max, now)?;
    if turns::needed(connection, max, now)? {
        let places = turns::next(connection, max, now)?;
        claim_at(connection, &places, lease_until, now)
    } else {
        claim_first(connection, max, lease_until, now)
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
    let places = connection
        .prepare_cached(
            "SELECT n.ready_at, n.id
             FROM escalation_lease l
             JOIN escalation_notification lead ON lead.id = l.id
             JOIN escalation_notification n
               ON n.tenant = lead.tenant AND n.channel = lead.channel
              AND n.destination = lead.destination AND n.bundle = lead.bundle
             JOIN escalation_waiting w ON w.ready_at = n.ready_at AND w.id = n.id
             WHERE l.id = ?1 AND l.token = ?2 AND n.bundle IS NOT NULL
               AND n.due_at <= ?3 AND (n.attempts = 0 OR n.ready_at <= ?3) AND n.doubt = 0
             ORDER BY n.due_at, n.id LIMIT ?4",
        )?
        .query_map(
            (
                key(lead),
                number(lead.token.number()),
                micros(now),
                limit(max),
            ),
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
        .collect::<Result<Vec<Place>, _>>()?;
    claim_at(connection, &places, lease_until, now)
}

/// Those of the process that are due too and later, and whose deadline has not passed. The last of them
/// comes first, so that one is mostly enough: a process may have thousands.
macro_rules! later {
    ($found:literal, $condition:literal) => {
        concat!(
            "(SELECT ",
            $found,
            " FROM escalation_notification later
              WHERE later.id >= n.id & -16777216 AND later.id <= n.id | 16777215
                AND later.due_at <= ?1 AND (later.due_at, later.id) > (n.due_at, n.id)
                AND ",
            $condition,
            " AND coalesce(round(CASE WHEN json_valid(later.content)
                                      THEN later.content ->> '$.deadline' END * 1e6) > ?1, 1)
              ORDER BY later.id DESC LIMIT 1)"
        )
    };
}

/// What a claim reads of a notification; `?1` is now.
const COLUMNS: &str = concat!(
    "n.id, n.ready_at, n.step, n.due_at, n.attempts, n.doubt, n.process, n.tenant, n.content,
     n.history, CASE n.alone WHEN 0 THEN coalesce(",
    later!(
        "2",
        "later.channel = n.channel AND later.destination = n.destination"
    ),
    ", ",
    later!("1", "TRUE"),
    ") END"
);

/// Where a row of [`COLUMNS`] waits.
fn place(row: &Row<'_>) -> Result<Place, JobError> {
    Ok((row.get(1)?, row.get(0)?))
}

/// A row of [`COLUMNS`].
fn read(row: &Row<'_>, token: Token) -> Result<Claim, JobError> {
    let key: Key = row.get(0)?;
    let lease = Lease::new(
        process_id(row.get_ref(6)?.as_str().map_err(column)?)?,
        generation(generation_of(key))?,
        sequence_of(key),
        token,
    );
    let notification = serde_json::from_str(row.get_ref(8)?.as_str().map_err(column)?)?;
    let mut claim = Claim::new(
        lease,
        tenant(row.get_ref(7)?.as_str().map_err(column)?)?,
        Stage::from_number(row.get(2)?),
        instant(row.get(3)?)?,
        Arc::new(notification),
        row.get(4)?,
    );
    claim.doubt = doubt(row.get(5)?);
    claim.history = history(row.get_ref(9)?.as_str_or_null().map_err(column)?)?;
    claim.superseded = match row.get::<_, Option<i64>>(10)? {
        None => Superseded::No,
        Some(1) => Superseded::InProcess,
        Some(_) => Superseded::AtDestination,
    };
    Ok(claim)
}

/// Claims those that wait longest.
fn claim_first(
    connection: &Connection,
    max: usize,
    lease_until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Claim>, JobError> {
    let mut select = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM escalation_waiting w JOIN escalation_notification n ON n.id = w.id
         WHERE w.ready_at <= ?1 ORDER BY w.ready_at, w.id LIMIT ?2"
    ))?;
    let mut rows = select.query((micros(now), limit(max)))?;
    let (mut claims, mut unreadable) = (Vec::new(), Vec::new());
    let (mut newest, mut last) = (None, None);
    while let Some(row) = rows.next()? {
        let number = newest.map_or_else(|| new_token(connection), Ok)?;
        newest = Some(number);
        let place = place(row)?;
        match read(row, token(number)?) {
            Ok(claim) => claims.push(claim),
            Err(error) => unreadable.push((place.1, error)),
        }
        last = Some(place);
    }
    if let (Some(token), Some(last)) = (newest, last) {
        lease(connection, (i64::MIN, 0), last, token, lease_until)?;
    }
    drop_unreadable(connection, unreadable, now)?;
    Ok(claims)
}

/// Claims those that wait at these places.
fn claim_at(
    connection: &Connection,
    places: &[Place],
    lease_until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Claim>, JobError> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let newest = new_token(connection)?;
    let mut select = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM escalation_notification n WHERE n.id = ?2"
    ))?;
    let (mut claims, mut unreadable) = (Vec::with_capacity(places.len()), Vec::new());
    for place in places {
        let mut rows = select.query((micros(now), place.1))?;
        if let Some(row) = rows.next()? {
            match read(row, token(newest)?) {
                Ok(claim) => claims.push(claim),
                Err(error) => unreadable.push((place.1, error)),
            }
        }
        lease(connection, *place, *place, newest, lease_until)?;
    }
    drop_unreadable(connection, unreadable, now)?;
    Ok(claims)
}

/// A leased row that nobody can read must not keep others from being delivered: it becomes a dead
/// letter as it stands.
fn drop_unreadable(
    connection: &Connection,
    unreadable: Vec<(Key, JobError)>,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    for (key, error) in unreadable {
        letters::bury_unread(connection, key, &error, now)?;
        drop_leased(connection, key)?;
        forget_if_finished(connection, generation_of(key))?;
    }
    Ok(())
}

/// Leases what waits from one place to another.
fn lease(
    connection: &Connection,
    first: Place,
    last: Place,
    token: i64,
    until: DateTime<Utc>,
) -> Result<(), JobError> {
    connection
        .prepare_cached(
            "INSERT INTO escalation_lease (id, token, until)
             SELECT id, ?5, ?6 FROM escalation_waiting
             WHERE (ready_at, id) >= (?1, ?2) AND (ready_at, id) <= (?3, ?4)",
        )?
        .execute((first.0, first.1, last.0, last.1, token, micros(until)))?;
    connection
        .prepare_cached(
            "DELETE FROM escalation_waiting
             WHERE (ready_at, id) >= (?1, ?2) AND (ready_at, id) <= (?3, ?4)",
        )?
        .execute((first.0, first.1, last.0, last.1))?;
    Ok(())
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
