//! Claiming, beginning, renewing and settling notifications.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use deadpool_postgres::Object;

use escalation_core::{Claim, Effect, Lease, Settled, Settlement, Superseded, Verdict};
use postgres_pool::{bigint, bigints, text, texts};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};

use crate::columns::{
    Leases, content, content_column, doubt, escaped, generation, history, instant, micros, number,
    position, process_id, sequence, small, span, stage, tenant_id, token,
};
use crate::error::StoreFault;
use crate::floor::{Floors, Place};
use crate::processes::in_flight;
use crate::statements::Statements;

/// What a claim has found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) claims: Vec<Claim>,
    /// The last place of each tenant, in the order of their turns.
    pub(crate) last: Vec<(String, Place)>,
    /// The tenant that was served last.
    pub(crate) turn: Option<String>,
    /// The store's time of the claim.
    pub(crate) now: i64,
    /// When there may be more, in the store's time: of what waits, and of what is leased.
    pub(crate) waiting: Option<i64>,
    pub(crate) leased: Option<i64>,
}

pub(crate) async fn claim(
    client: &Object,
    statements: &Statements,
    max: usize,
    lease: TimeDelta,
    now: DateTime<Utc>,
    turn: &str,
    floors: &Floors,
) -> Result<Found, StoreFault> {
    let rows = statements
        .query(
            client,
            &statements.claim,
            &[
                bigint(&micros(now)),
                bigint(&i64::try_from(max).unwrap_or(i64::MAX)),
                bigint(&span(lease)),
                text(&turn),
                texts(&floors.tenants),
                bigints(&floors.ready_at),
                bigints(&floors.generations),
                (&floors.sequences, Type::INT4_ARRAY),
            ],
        )
        .await?;
    let mut found = Found::default();
    // By the number of claims of the same tenant before, so that tenants take turns in the answer too.
    let mut claims: Vec<(usize, Claim)> = Vec::with_capacity(rows.len());
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut counts: Vec<usize> = Vec::new();
    for row in &rows {
        let ready_at: i64 = row.try_get(0)?;
        let Some(key) = row.try_get::<_, Option<i64>>(1)? else {
            found.now = ready_at;
            found.waiting = row.try_get(7)?;
            found.leased = row.try_get(3)?;
            continue;
        };
        let tenant: &str = row.try_get(5)?;
        let place = (ready_at, key, row.try_get(2)?);
        let index = *places.entry(tenant).or_insert_with(|| {
            found.last.push((tenant.to_owned(), place));
            counts.push(0);
            counts.len() - 1
        });
        let last = &mut found.last[index].1;
        *last = place.max(*last);
        if let Some(claim) = readable(row) {
            claims.push((counts[index], claim));
            counts[index] += 1;
        }
        found.turn = Some(tenant.to_owned());
    }
    if counts.len() > 1 {
        claims.sort_by_key(|(before, _)| *before);
    }
    found.claims = claims.into_iter().map(|(_, claim)| claim).collect();
    Ok(found)
}

pub(crate) async fn gather(
    client: &Client,
    statements: &Statements,
    lease: &Lease,
    max: usize,
    lasts: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Vec<Claim>, StoreFault> {
    let rows = client
        .query_typed(
            &statements.gather,
            &[
                bigint(&micros(now)),
                bigint(&number(lease.generation.number())),
                (&position(lease.sequence), Type::INT4),
                bigint(&number(lease.token.number())),
                bigint(&i64::try_from(max).unwrap_or(i64::MAX)),
                bigint(&span(lasts)),
            ],
        )
        .await?;
    Ok(rows.iter().filter_map(readable).collect())
}

/// A row that nobody can read must not keep the others of its batch from being delivered. It stays
/// leased, and comes back when that is over.
fn readable(row: &Row) -> Option<Claim> {
    read(row)
        .inspect_err(|error| tracing::error!(%error, "a notification cannot be read"))
        .ok()
}

fn read(row: &Row) -> Result<Claim, StoreFault> {
    let lease = Lease::new(
        process_id(row.try_get(4)?)?,
        generation(row.try_get(1)?)?,
        sequence(row.try_get(2)?)?,
        token(row.try_get(3)?)?,
    );
    let mut claim = Claim::new(
        lease,
        tenant_id(row.try_get(5)?)?,
        stage(row.try_get(6)?)?,
        instant(row.try_get(7)?)?,
        Arc::new(content(row.try_get(11)?)?),
        small(row.try_get(8)?)?,
    );
    claim.doubt = doubt(row.try_get(9)?);
    claim.superseded = match row.try_get::<_, i32>(10)? {
        0 => Superseded::No,
        1 => Superseded::InProcess,
        _ => Superseded::AtDestination,
    };
    claim.history = history(row.try_get(12)?)?;
    Ok(claim)
}

/// Which of them were heard, from the positions (from 1) that a function answers.
fn heard(count: usize, rows: &[Row]) -> Result<Vec<bool>, StoreFault> {
    let mut heard = vec![false; count];
    for row in rows {
        let position = usize::try_from(row.try_get::<_, i64>(0)?).unwrap_or(0);
        if let Some(heard) = position
            .checked_sub(1)
            .and_then(|index| heard.get_mut(index))
        {
            *heard = true;
        }
    }
    Ok(heard)
}

/// Commits that attempts without limits start. `lasts` has the lengths of their leases.
pub(crate) async fn begin(
    client: &Object,
    statements: &Statements,
    leases: &Leases,
    lasts: &[i64],
    now: i64,
) -> Result<Vec<bool>, StoreFault> {
    let rows = statements
        .query(
            client,
            &statements.begin,
            &[
                bigint(&now),
                bigints(&leases.generations),
                (&leases.sequences, Type::INT4_ARRAY),
                bigints(&leases.tokens),
                bigints(&lasts),
            ],
        )
        .await?;
    heard(leases.len(), &rows)
}

pub(crate) async fn renew(
    client: &Client,
    statements: &Statements,
    leases: &Leases,
    lasts: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Vec<bool>, StoreFault> {
    let rows = client
        .query_typed(
            &statements.renew,
            &[
                bigint(&micros(now)),
                bigints(&leases.generations),
                (&leases.sequences, Type::INT4_ARRAY),
                bigints(&leases.tokens),
                bigint(&span(lasts)),
            ],
        )
        .await?;
    heard(leases.len(), &rows)
}

/// Whether nothing follows from it: by far the most end so.
pub(crate) fn is_simple(settlement: &Settlement) -> bool {
    settlement.verdict == Verdict::Done && settlement.effect == Effect::None
}

pub(crate) async fn finish(
    client: &Object,
    statements: &Statements,
    leases: &Leases,
) -> Result<Vec<bool>, StoreFault> {
    let rows = statements
        .query(
            client,
            &statements.finish,
            &[
                bigints(&leases.generations),
                (&leases.sequences, Type::INT4_ARRAY),
                bigints(&leases.tokens),
            ],
        )
        .await?;
    heard(leases.len(), &rows)
}

/// The earliest instant at which a settlement may make something ready.
pub(crate) fn ready_at(settlement: &Settlement, now: DateTime<Utc>) -> DateTime<Utc> {
    match (&settlement.verdict, settlement.effect) {
        (Verdict::Again { at, .. } | Verdict::Instead { at, .. }, Effect::None) => *at,
        (Verdict::Again { at, .. } | Verdict::Instead { at, .. }, _) => now.min(*at),
        (_, Effect::None) => DateTime::<Utc>::MAX_UTC,
        _ => now,
    }
}

pub(crate) async fn next_due(
    client: &Client,
    statements: &Statements,
    floors: &Floors,
) -> Result<Option<i64>, StoreFault> {
    let row = client
        .query_typed_one(
            &statements.next_due,
            &[
                texts(&floors.tenants),
                bigints(&floors.ready_at),
                bigints(&floors.generations),
                (&floors.sequences, Type::INT4_ARRAY),
            ],
        )
        .await?;
    let (waiting, leased): (Option<i64>, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
    Ok(waiting.into_iter().chain(leased).min())
}

/// Settlements as the arrays that the function takes.
#[derive(Debug, Default)]
struct Columns<'a> {
    leases: Leases,
    verdicts: Vec<i32>,
    at: Vec<Option<i64>>,
    doubts: Vec<Option<bool>>,
    reasons: Vec<Option<String>>,
    effects: Vec<i32>,
    until: Vec<Option<i64>>,
    attempts: Vec<Option<String>>,
    channels: Vec<Option<Cow<'a, str>>>,
    destinations: Vec<Option<Cow<'a, str>>>,
    bundles: Vec<Option<Cow<'a, str>>>,
    contents: Vec<Option<String>>,
}

impl<'a> Columns<'a> {
    fn push(&mut self, settlement: &'a Settlement) -> Result<(), StoreFault> {
        use escalation_core::Doubt;
        self.leases.push(&settlement.lease);
        let (verdict, at, doubt, reason, instead) = match &settlement.verdict {
            Verdict::Done => (0, None, None, None, None),
            Verdict::Again { at, doubt } => (1, Some(at), Some(doubt), None, None),
            Verdict::Dead(reason) => (2, None, None, Some(serde_json::to_string(reason)?), None),
            Verdict::PassedOn(reason) => {
                (4, None, None, Some(serde_json::to_string(reason)?), None)
            }
            Verdict::Instead {
                notification,
                at,
                doubt,
            } => (3, Some(at), Some(doubt), None, Some(notification)),
            other => return Err(StoreFault::row(format_args!("the verdict {other:?}"))),
        };
        self.verdicts.push(verdict);
        self.at.push(at.map(|at| micros(*at)));
        self.doubts.push(doubt.map(|doubt| *doubt != Doubt::None));
        self.reasons.push(reason);
        let (effect, until) = match settlement.effect {
            Effect::None => (0, None),
            Effect::Advance => (1, None),
            Effect::Hold { until } => (2, until.map(micros)),
            Effect::End => (3, None),
            other => return Err(StoreFault::row(format_args!("the effect {other:?}"))),
        };
        self.effects.push(effect);
        self.until.push(until);
        let attempt = settlement.attempt.as_ref().map(serde_json::to_string);
        self.attempts.push(attempt.transpose()?);
        self.channels
            .push(instead.map(|other| escaped(other.channel().as_str())));
        self.destinations
            .push(instead.map(|other| escaped(other.destination().unwrap_or_default())));
        self.bundles
            .push(instead.and_then(|other| other.bundle().map(escaped)));
        let content = instead.map(|other| content_column(other));
        self.contents.push(content.transpose()?);
        Ok(())
    }
}

/// Settles each on its own, in order.
pub(crate) async fn settle(
    client: &Client,
    statements: &Statements,
    settlements: &[Settlement],
    now: DateTime<Utc>,
) -> Result<Vec<Settled>, StoreFault> {
    let mut columns = Columns::default();
    for settlement in settlements {
        columns.push(settlement)?;
    }
    let rows = client
        .query_typed(
            &statements.settle,
            &[
                bigint(&micros(now)),
                bigints(&columns.leases.generations),
                (&columns.leases.sequences, Type::INT4_ARRAY),
                bigints(&columns.leases.tokens),
                (&columns.verdicts, Type::INT4_ARRAY),
                bigints(&columns.at),
                (&columns.doubts, Type::BOOL_ARRAY),
                texts(&columns.reasons),
                (&columns.effects, Type::INT4_ARRAY),
                bigints(&columns.until),
                texts(&columns.attempts),
                texts(&columns.channels),
                texts(&columns.destinations),
                texts(&columns.bundles),
                texts(&columns.contents),
            ],
        )
        .await?;
    let mut by_place: Vec<Vec<&Row>> = vec![Vec::new(); settlements.len()];
    for row in &rows {
        let place = usize::try_from(row.try_get::<_, i64>(0)?).unwrap_or(0);
        if let Some(rows) = place
            .checked_sub(1)
            .and_then(|index| by_place.get_mut(index))
        {
            rows.push(row);
        }
    }
    settlements
        .iter()
        .zip(by_place)
        .map(|(settlement, rows)| {
            let Some(first) = rows.first() else {
                return Ok(Settled::Stale);
            };
            let buried = first.try_get::<_, Option<bool>>(5)?.unwrap_or(false);
            let lease = &settlement.lease;
            let in_flight = in_flight(rows, 1, &lease.process, lease.generation)?;
            Ok(if buried {
                Settled::Buried { in_flight }
            } else {
                Settled::Recorded { in_flight }
            })
        })
        .collect()
}
