//! Whether this server lives, whether it should be asked, and what it counts: for whoever runs it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::loops::AT_LEAST_EVERY;
use crate::metrics;
use crate::system::PhoneSystem;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// Time must have been kept within this long: a few looks may fail or be late.
const KEPT_WITHIN: Duration = Duration::from_secs(3 * AT_LEAST_EVERY.as_secs());

/// `/healthz`, `/readyz` and `/metrics`.
pub(crate) fn routes(system: Arc<PhoneSystem>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(measured))
        .with_state(system)
}

/// Whether requests should come here: the database answers, time is kept, and the server is not about to end.
async fn ready(State(system): State<Arc<PhoneSystem>>) -> Response {
    let problem = if system.is_ending() {
        Some("this server is about to end")
    } else if system.kept_time().is_none_or(|ago| ago > KEPT_WITHIN) {
        Some("time is not kept")
    } else if !matches!(
        tokio::time::timeout(PATIENCE, system.reaches_database()).await,
        Ok(true)
    ) {
        Some("the database does not answer")
    } else {
        None
    };
    match problem {
        None => "ready\n".into_response(),
        Some(problem) => (StatusCode::SERVICE_UNAVAILABLE, format!("{problem}\n")).into_response(),
    }
}

async fn measured(State(system): State<Arc<PhoneSystem>>) -> Response {
    let headers = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (headers, metrics::text(&system)).into_response()
}
