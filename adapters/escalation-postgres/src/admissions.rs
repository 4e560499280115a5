//! Counting attempts in flight and attempts per time.

use chrono::{DateTime, Utc};
use deadpool_postgres::Object;
use escalation_core::{Admission, AttemptStart, Begun, RateLimit, Scope};
use postgres_pool::{bigint, bigints, boolean, text, texts};
use tokio_postgres::types::Type;
use tokio_postgres::{IsolationLevel, Transaction};

use crate::columns::{instant, micros, number, position, span};
use crate::error::StoreFault;
use crate::statements::Statements;

/// Whether an attempt has to find room anywhere.
pub(crate) fn is_unlimited(admission: &Admission) -> bool {
    admission.concurrency.is_empty() && admission.rates.is_empty()
}

/// Starts attempts one after another, each counting those before it; all in one transaction.
pub(crate) async fn begin(
    client: &mut Object,
    statements: &Statements,
    attempts: &[AttemptStart],
    now: DateTime<Utc>,
) -> Result<Vec<Begun>, StoreFault> {
    loop {
        match begin_all(client, statements, attempts, now).await? {
            Answer::Begun(begun) => return Ok(begun),
            // Once in the life of a channel; before any row is locked, or two could wait in a circle.
            Answer::Uncounted(channel) => {
                let limit = &statements.limit;
                client.query_typed(limit, &[text(&channel)]).await?;
            }
        }
    }
}

/// What can be said of attempts.
enum Answer<T> {
    Begun(T),
    /// Nothing: what is in flight on this channel is not counted yet.
    Uncounted(String),
}

async fn begin_all(
    client: &mut Object,
    statements: &Statements,
    attempts: &[AttemptStart],
    now: DateTime<Utc>,
) -> Result<Answer<Vec<Begun>>, StoreFault> {
    let transaction = client
        .build_transaction()
        // Each count sees what was committed before it took its scope.
        .isolation_level(IsolationLevel::ReadCommitted)
        .start()
        .await?;
    let mut begun = Vec::with_capacity(attempts.len());
    for attempt in attempts {
        match begin_one(&transaction, statements, attempt, now).await? {
            Answer::Begun(one) => begun.push(one),
            Answer::Uncounted(channel) => {
                transaction.rollback().await?;
                return Ok(Answer::Uncounted(channel));
            }
        }
    }
    transaction.commit().await?;
    Ok(Answer::Begun(begun))
}

/// The rate limits of one scope, with their states.
struct Rates<'a> {
    limits: Vec<&'a RateLimit>,
    names: Vec<String>,
}

impl<'a> Rates<'a> {
    fn of(admission: &'a Admission, scope: Scope) -> Self {
        let limits: Vec<_> = admission
            .rates
            .iter()
            .filter(|rate| rate.scope == scope)
            .collect();
        let names = limits.iter().map(|rate| rate.name()).collect();
        Self { limits, names }
    }

    /// The new states if all have room; when there may be room goes into `refused_until`.
    fn admit(
        &self,
        arrivals: &[Option<i64>],
        now: DateTime<Utc>,
        refused_until: &mut Option<DateTime<Utc>>,
    ) -> Result<Vec<i64>, StoreFault> {
        let mut admitted = Vec::with_capacity(self.limits.len());
        for (rate, arrival) in self.limits.iter().zip(arrivals) {
            match rate.admit(arrival.map(instant).transpose()?, now) {
                Ok(state) => admitted.push(micros(state)),
                Err(until) => *refused_until = (*refused_until).max(Some(until)),
            }
        }
        Ok(admitted)
    }
}

async fn begin_one(
    transaction: &Transaction<'_>,
    statements: &Statements,
    attempt: &AttemptStart,
    told: DateTime<Utc>,
) -> Result<Answer<Begun>, StoreFault> {
    let (lease, admission) = (&attempt.lease, &*attempt.admission);
    let generation = number(lease.generation.number());
    let sequence = position(lease.sequence);
    let limited = |scope| {
        let mut limits = admission.concurrency.iter();
        limits.any(|limit| limit.scope == scope)
    };
    let of_channel = Rates::of(admission, Scope::Channel);
    let of_destination = Rates::of(admission, Scope::Destination);
    let found = transaction
        .query_typed_opt(
            &statements.admission,
            &[
                bigint(&micros(told)),
                bigint(&generation),
                (&sequence, Type::INT4),
                bigint(&number(lease.token.number())),
                boolean(&limited(Scope::Channel)),
                boolean(&limited(Scope::Destination)),
                texts(&of_channel.names),
                texts(&of_destination.names),
            ],
        )
        .await?;
    let Some(found) = found else {
        return Ok(Answer::Begun(Begun::Stale));
    };
    if found.try_get(6)? {
        return Ok(Answer::Uncounted(found.try_get(0)?));
    }
    let now = instant(found.try_get(7)?)?;
    let mut refused_until = None;
    for limit in &admission.concurrency {
        let column = if limit.scope == Scope::Channel { 2 } else { 3 };
        let in_flight: Option<i64> = found.try_get(column)?;
        if in_flight.unwrap_or(0) >= i64::from(limit.max) {
            refused_until = now.checked_add_signed(admission.look_again_after);
        }
    }
    let channel_arrivals: Vec<Option<i64>> = found.try_get(4)?;
    let destination_arrivals: Vec<Option<i64>> = found.try_get(5)?;
    let channel_states = of_channel.admit(&channel_arrivals, now, &mut refused_until)?;
    let destination_states =
        of_destination.admit(&destination_arrivals, now, &mut refused_until)?;

    if let Some(until) = refused_until {
        transaction
            .query_typed(
                &statements.defer,
                &[
                    bigint(&generation),
                    (&sequence, Type::INT4),
                    bigint(&micros(until)),
                ],
            )
            .await?;
        // In the caller's time, as everything that is answered.
        return Ok(Answer::Begun(Begun::Deferred {
            until: told + (until - now),
        }));
    }
    let lasts = span(attempt.lease_until - told);
    transaction
        .query_typed(
            &statements.admit,
            &[
                bigint(&generation),
                (&sequence, Type::INT4),
                bigint(&micros(now).saturating_add(lasts)),
                text(&found.try_get::<_, &str>(0)?),
                text(&found.try_get::<_, &str>(1)?),
                texts(&of_channel.names),
                bigints(&channel_states),
                texts(&of_destination.names),
                bigints(&destination_states),
            ],
        )
        .await?;
    Ok(Answer::Begun(Begun::Started))
}
