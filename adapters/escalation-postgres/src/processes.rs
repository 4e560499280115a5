//! Starting, stopping, holding and looking at processes.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use escalation_core::{
    Generation, Held, Hold, HoldState, IfRunning, InFlight, Lease, NewProcess, OpenNotification,
    Planned, ProcessId, ProcessSnapshot, ProcessSummary, REQUESTS_REMEMBERED_FOR, RequestId, Run,
    Started, Stopped,
};
use postgres_pool::{bigint, bigints, boolean, text, texts};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};

use crate::columns::{
    content, content_column, escaped, generation, history, instant, micros, number, process_id,
    sequence, small, span, stage, state, tenant_id, token,
};
use crate::error::StoreFault;
use crate::statements::Statements;

/// What is due within this time is announced to the other workers; each looks by itself more often
/// than that.
const ANNOUNCED: i64 = 15_000_000;

fn request_column(request: Option<&RequestId>) -> Option<String> {
    request.map(|request| escaped(request.as_str()).into_owned())
}

pub(crate) async fn start(
    client: &Client,
    statements: &Statements,
    new: &NewProcess,
    now: DateTime<Utc>,
) -> Result<Started, StoreFault> {
    let id = escaped(new.process.as_str());
    let tenant = escaped(new.tenant.as_str());
    let request = request_column(new.request.as_ref());
    let if_running = match new.if_running {
        IfRunning::Replace => "replace",
        IfRunning::Extend => "extend",
        _ => "keep",
    };
    let mut steps = Vec::with_capacity(new.notifications.len());
    let mut due = Vec::with_capacity(steps.capacity());
    let mut channels = Vec::with_capacity(steps.capacity());
    let mut destinations = Vec::with_capacity(steps.capacity());
    let mut bundles = Vec::with_capacity(steps.capacity());
    let mut contents = Vec::with_capacity(steps.capacity());
    for planned in &new.notifications {
        let notification = &planned.notification;
        steps.push(i32::try_from(planned.stage.number()).unwrap_or(i32::MAX));
        due.push(micros(planned.due_at));
        channels.push(escaped(notification.channel().as_str()));
        destinations.push(escaped(notification.destination().unwrap_or_default()));
        bundles.push(notification.bundle().map(escaped));
        contents.push(content_column(notification)?);
    }
    let rows = client
        .query_typed(
            &statements.start,
            &[
                bigint(&micros(now)),
                text(&id),
                text(&request),
                text(&if_running),
                text(&tenant),
                bigint(&micros(new.started_at)),
                bigint(&span(REQUESTS_REMEMBERED_FOR)),
                bigint(&ANNOUNCED),
                (&steps, Type::INT4_ARRAY),
                bigints(&due),
                texts(&channels),
                texts(&destinations),
                texts(&bundles),
                texts(&contents),
            ],
        )
        .await?;
    let Some(first) = rows.first() else {
        return Err(StoreFault::row("no answer to a start"));
    };
    let started = || generation(first.try_get(1)?);
    match first.try_get(0)? {
        "duplicate" => Ok(Started::DuplicateRequest),
        "running" => Ok(Started::AlreadyRunning(started()?)),
        "extended" => Ok(Started::Extended {
            generation: started()?,
            first: sequence(first.try_get(2)?)?,
        }),
        "created" => Ok(Started::Created(started()?)),
        "replaced" => Ok(Started::Replaced {
            generation: started()?,
            in_flight: in_flight(&rows, 3, &new.process, generation(first.try_get(7)?)?)?,
        }),
        other => Err(StoreFault::row(other)),
    }
}

pub(crate) async fn stop(
    client: &Client,
    statements: &Statements,
    run: Run<'_>,
    request: Option<&RequestId>,
    now: DateTime<Utc>,
) -> Result<Stopped, StoreFault> {
    let id = escaped(run.process().as_str());
    let only = run.generation().map(|only| number(only.number()));
    let rows = client
        .query_typed(
            &statements.stop,
            &[
                bigint(&micros(now)),
                text(&id),
                text(&request_column(request)),
                bigint(&span(REQUESTS_REMEMBERED_FOR)),
                bigint(&only),
            ],
        )
        .await?;
    let Some(first) = rows.first() else {
        return Err(StoreFault::row("no answer to a stop"));
    };
    match first.try_get(0)? {
        "duplicate" => Ok(Stopped::DuplicateRequest),
        "not running" => Ok(Stopped::NotRunning),
        "ended" => {
            let generation = generation(first.try_get(1)?)?;
            let cancelled: i64 = first.try_get(2)?;
            Ok(Stopped::Ended {
                generation,
                cancelled: usize::try_from(cancelled).unwrap_or(usize::MAX),
                in_flight: in_flight(&rows, 3, run.process(), generation)?,
            })
        }
        other => Err(StoreFault::row(other)),
    }
}

pub(crate) async fn hold(
    client: &Client,
    statements: &Statements,
    run: Run<'_>,
    hold: Hold,
    request: Option<&RequestId>,
    now: DateTime<Utc>,
) -> Result<Held, StoreFault> {
    let (release, until) = match hold {
        Hold::Release => (true, None),
        Hold::Until(until) => (false, Some(micros(until))),
        _ => (false, None),
    };
    let id = escaped(run.process().as_str());
    let only = run.generation().map(|only| number(only.number()));
    let rows = client
        .query_typed(
            &statements.hold,
            &[
                bigint(&micros(now)),
                text(&id),
                text(&request_column(request)),
                boolean(&release),
                bigint(&until),
                bigint(&span(REQUESTS_REMEMBERED_FOR)),
                bigint(&only),
            ],
        )
        .await?;
    let Some(first) = rows.first() else {
        return Err(StoreFault::row("no answer to a hold"));
    };
    match first.try_get(0)? {
        "duplicate" => Ok(Held::DuplicateRequest),
        "not running" => Ok(Held::NotRunning),
        "changed" => {
            let generation = generation(first.try_get(1)?)?;
            Ok(Held::Changed {
                generation,
                in_flight: in_flight(&rows, 2, run.process(), generation)?,
            })
        }
        other => Err(StoreFault::row(other)),
    }
}

/// The attempts in rows whose columns from `at` on are those of the function `in_flight`; a row
/// without one has no sequence.
pub(crate) fn in_flight<'a>(
    rows: impl IntoIterator<Item = &'a Row>,
    at: usize,
    process: &ProcessId,
    generation: Generation,
) -> Result<Vec<InFlight>, StoreFault> {
    let mut found = Vec::new();
    for row in rows {
        let Some(position) = row.try_get::<_, Option<i32>>(at)? else {
            continue;
        };
        let lease = Lease::new(
            process.clone(),
            generation,
            sequence(position)?,
            token(row.try_get(at + 1)?)?,
        );
        let notification = Arc::new(content(row.try_get(at + 3)?)?);
        found.push(InFlight::new(
            lease,
            small(row.try_get(at + 2)?)?,
            notification,
        ));
    }
    Ok(found)
}

fn hold_state(since: Option<i64>, until: Option<i64>) -> Result<HoldState, StoreFault> {
    Ok(match since {
        Some(since) => HoldState::Held {
            since: instant(since)?,
            until: until.map(instant).transpose()?,
        },
        None => HoldState::Running,
    })
}

pub(crate) async fn snapshot(
    client: &mut deadpool_postgres::Object,
    statements: &Statements,
    process: &ProcessId,
) -> Result<Option<ProcessSnapshot>, StoreFault> {
    // Both look-ups see one state.
    let transaction = client
        .build_transaction()
        .isolation_level(tokio_postgres::IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await?;
    let id = escaped(process.as_str());
    let Some(found) = transaction
        .query_typed_opt(&statements.process, &[text(&id)])
        .await?
    else {
        return Ok(None);
    };
    let key: i64 = found.try_get(0)?;
    let rows = transaction
        .query_typed(&statements.open, &[bigint(&key)])
        .await?;
    transaction.commit().await?;
    let mut open = Vec::with_capacity(rows.len());
    for row in &rows {
        let planned = Planned::new(
            sequence(row.try_get(0)?)?,
            stage(row.try_get(1)?)?,
            instant(row.try_get(2)?)?,
            Arc::new(content(row.try_get(6)?)?),
        );
        let ready_at = instant(row.try_get(3)?)?;
        let mut notification = OpenNotification::new(planned, ready_at, state(row.try_get(4)?)?);
        notification.attempts = small(row.try_get(5)?)?;
        notification.history = history(row.try_get(7)?)?;
        open.push(notification);
    }
    Ok(Some(ProcessSnapshot::new(
        process.clone(),
        generation(key)?,
        tenant_id(found.try_get(1)?)?,
        instant(found.try_get(2)?)?,
        hold_state(found.try_get(3)?, found.try_get(4)?)?,
        open,
    )))
}

pub(crate) async fn list(
    client: &Client,
    statements: &Statements,
    after: Option<Generation>,
    max: usize,
) -> Result<Vec<ProcessSummary>, StoreFault> {
    let after = after.map_or(0, |after| number(after.number()));
    let max = i64::try_from(max).unwrap_or(i64::MAX);
    let rows = client
        .query_typed(&statements.processes, &[bigint(&after), bigint(&max)])
        .await?;
    rows.iter()
        .map(|row| {
            let mut summary = ProcessSummary::new(
                process_id(row.try_get(0)?)?,
                generation(row.try_get(1)?)?,
                tenant_id(row.try_get(2)?)?,
                instant(row.try_get(3)?)?,
            );
            summary.hold = hold_state(row.try_get(4)?, row.try_get(5)?)?;
            summary.open = usize::try_from(row.try_get::<_, i64>(6)?).unwrap_or(usize::MAX);
            summary.ready_at = row.try_get::<_, Option<i64>>(7)?.map(instant).transpose()?;
            Ok(summary)
        })
        .collect()
}
