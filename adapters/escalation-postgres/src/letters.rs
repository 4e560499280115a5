//! Dead letters.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use escalation_core::{
    DeadLetter, Discarded, LetterContent, LetterId, REQUESTS_REMEMBERED_FOR, RejectedRequest,
    Replayed, RequestId,
};
use postgres_pool::{bigint, bytea, text};
use tokio_postgres::{Client, Row};

use crate::columns::{
    content, escaped, generation, history, instant, micros, number, process_id, sequence, span,
    stage, tenant_id, unescaped,
};
use crate::error::StoreFault;
use crate::statements::Statements;

pub(crate) async fn reject(
    client: &Client,
    statements: &Statements,
    rejected: &RejectedRequest,
    now: DateTime<Utc>,
) -> Result<(), StoreFault> {
    let request = rejected.request.as_ref().map(RequestId::as_str);
    client
        .query_typed(
            &statements.reject,
            &[
                bigint(&micros(now)),
                text(&serde_json::to_string(&rejected.reason)?),
                text(&request.map(escaped)),
                bytea(&rejected.body),
                bigint(&span(REQUESTS_REMEMBERED_FOR)),
            ],
        )
        .await?;
    Ok(())
}

pub(crate) async fn list(
    client: &Client,
    statements: &Statements,
    after: Option<LetterId>,
    max: usize,
) -> Result<Vec<DeadLetter>, StoreFault> {
    let after = after.map_or(0, |after| number(after.number()));
    let max = i64::try_from(max).unwrap_or(i64::MAX);
    let rows = client
        .query_typed(&statements.letters, &[bigint(&after), bigint(&max)])
        .await?;
    rows.iter().map(letter).collect()
}

fn letter(row: &Row) -> Result<DeadLetter, StoreFault> {
    let id = LetterId::new(row.try_get::<_, i64>(0)?.unsigned_abs());
    let content = match row.try_get::<_, Option<&str>>(3)? {
        Some(process) => LetterContent::Notification {
            process: process_id(process)?,
            tenant: tenant_id(row.try_get(4)?)?,
            generation: generation(row.try_get(5)?)?,
            sequence: sequence(row.try_get(6)?)?,
            stage: stage(row.try_get(7)?)?,
            due_at: instant(row.try_get(8)?)?,
            notification: Arc::new(content(row.try_get(9)?)?),
            history: history(row.try_get(10)?)?,
        },
        None => LetterContent::Request {
            request: row
                .try_get::<_, Option<&str>>(11)?
                .map(|id| RequestId::new(unescaped(id)))
                .transpose()
                .map_err(StoreFault::row)?,
            body: row.try_get(12)?,
        },
    };
    let reason = serde_json::from_str(row.try_get(2)?)?;
    Ok(DeadLetter::new(
        id,
        instant(row.try_get(1)?)?,
        reason,
        content,
    ))
}

pub(crate) async fn replay(
    client: &Client,
    statements: &Statements,
    letter: LetterId,
    now: DateTime<Utc>,
) -> Result<Replayed, StoreFault> {
    let row = client
        .query_typed_one(
            &statements.replay,
            &[bigint(&micros(now)), bigint(&number(letter.number()))],
        )
        .await?;
    match row.try_get(0)? {
        "due" => Ok(Replayed::Due),
        "not found" => Ok(Replayed::NotFound),
        "not replayable" => Ok(Replayed::NotReplayable),
        "name taken" => Ok(Replayed::NameTaken),
        other => Err(StoreFault::row(other)),
    }
}

pub(crate) async fn discard(
    client: &Client,
    statements: &Statements,
    letter: LetterId,
) -> Result<Discarded, StoreFault> {
    let gone = client
        .query_typed_opt(&statements.discard, &[bigint(&number(letter.number()))])
        .await?;
    Ok(match gone {
        Some(_) => Discarded::Discarded,
        None => Discarded::NotFound,
    })
}

/// Forgets letters older than that, and what else nobody needs any more.
pub(crate) async fn retain(
    client: &Client,
    statements: &Statements,
    keep: TimeDelta,
    now: DateTime<Utc>,
) -> Result<(), StoreFault> {
    client
        .query_typed(
            &statements.retain,
            &[bigint(&micros(now)), bigint(&span(keep))],
        )
        .await?;
    Ok(())
}
