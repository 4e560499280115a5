//! Takes over what is planned in the tables of the original component, roesc.

use chrono::{DateTime, Utc};
use escalation_core::{
    CallerIds, EscalationStore, PlanError, Profile, Request, RequestError, Started, StoreError,
};
use tokio_postgres::Client;

use crate::PostgresStore;
use crate::edn::{self, EdnError};

/// What an import has done.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Imported {
    /// How many processes were created.
    pub created: usize,
    /// How many were there already, and were left as they are: an import may be repeated.
    pub already_running: usize,
    /// Those that cannot be read: the names, and why.
    pub refused: Vec<(String, Unreadable)>,
    /// The registry of caller ids, if there is one.
    pub caller_ids: Option<CallerIds>,
}

/// Why a process of the original component cannot be taken over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// Its notifications are not written as the component writes them.
    #[error("its notifications are not EDN")]
    Edn(#[from] EdnError),
    /// It is no request that the component would have taken.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// It plans nothing that can be kept.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

/// Why an import stopped. What was created until then stays; repeat it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The original tables cannot be read.
    #[error("the tables of the original component cannot be read")]
    Source(#[from] tokio_postgres::Error),
    /// The registry of caller ids is not JSON.
    #[error("the property `caller-id-registry` is not an object of texts")]
    CallerIds(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Starts every process of the original component's tables `process` and `property`, which are in the
/// database, and on the search path, of `source`; they are only read.
///
/// Each keeps its name, its notifications in their order, and every key that they have. Stop the
/// component before, or both will deliver.
///
/// # Errors
/// [`ImportError`] if either database does not answer. A process that cannot be read stops nothing: it
/// is in the answer.
pub async fn import(
    store: &PostgresStore,
    source: &Client,
    now: DateTime<Utc>,
) -> Result<Imported, ImportError> {
    let mut imported = Imported::default();
    let registry = source
        .query_typed_opt(
            "SELECT property_value FROM property WHERE property_key = 'caller-id-registry'",
            &[],
        )
        .await?;
    if let Some(registry) = registry
        && let Some(json) = registry.try_get::<_, Option<&str>>(0)?
    {
        let ids =
            serde_json::from_str(json).map_err(|error| ImportError::CallerIds(error.into()))?;
        imported.caller_ids = Some(ids);
    }
    let rows = source
        .query_typed("SELECT id, notifications FROM process ORDER BY at, id", &[])
        .await?;
    for row in &rows {
        let (id, notifications): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
        match plan(id, notifications, now) {
            Ok(process) => match store.start(process, now).await? {
                Started::Created(_) => imported.created += 1,
                _ => imported.already_running += 1,
            },
            Err(why) => imported.refused.push((id.to_owned(), why)),
        }
    }
    Ok(imported)
}

fn plan(
    id: &str,
    notifications: &str,
    now: DateTime<Utc>,
) -> Result<escalation_core::NewProcess, Unreadable> {
    let request = serde_json::json!({
        "process-id": id,
        "action": "start",
        "notifications": edn::parse(notifications)?,
    });
    match Request::parse(request.to_string().as_bytes(), &Profile::compat())? {
        Request::Start(start) => Ok(start.plan(now)?),
        // The action is written above.
        _ => Err(EdnError {
            at: 0,
            expected: "notifications",
        }
        .into()),
    }
}
