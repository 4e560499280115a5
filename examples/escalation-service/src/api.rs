//! The HTTP interface: requests in, what is going on out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRef, Path, Query, Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{AppendHeaders, Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, Utc};
use escalation_core::{
    Engine, Error, InvalidId, LetterId, MAX_REQUEST_BYTES, ProcessId, Received, Replayed,
    RequestId, Response as Answer, Submitted, Timer,
};
use escalation_notify::{Pressed, TokioTimer};
use serde::Deserialize;
use serde_json::json;
use subtle::ConstantTimeEq as _;
use twilio_webhook::{CallStatus, Params, SignatureCheck, Signed};

use crate::channels::{KEY_PATH, STATUS_PATH, Service};
use crate::page::Shown;
use crate::settings::Secret;
use crate::{metrics, page, show};

/// What the handlers share.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    pub(crate) service: Arc<Service>,
    pub(crate) token: Option<Secret>,
    /// For Twilio's requests; `None` when no phone asks for keys.
    pub(crate) check: Option<SignatureCheck>,
}

/// What Twilio reaches, once its signatures can be checked.
#[derive(Debug, Clone)]
struct Callbacks {
    service: Arc<Service>,
    check: SignatureCheck,
}

impl FromRef<Callbacks> for SignatureCheck {
    fn from_ref(callbacks: &Callbacks) -> Self {
        callbacks.check.clone()
    }
}

/// Why a request is not answered as asked.
enum Refusal {
    Id(InvalidId),
    BadKey,
    NotFound(&'static str),
    Conflict(&'static str),
    Failed(String),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, problem) = match self {
            Self::Id(error) => (StatusCode::BAD_REQUEST, error.to_string()),
            Self::BadKey => (
                StatusCode::BAD_REQUEST,
                "`Idempotency-Key` must be visible ASCII, and not empty".to_owned(),
            ),
            Self::NotFound(what) => (StatusCode::NOT_FOUND, what.to_owned()),
            Self::Conflict(what) => (StatusCode::CONFLICT, what.to_owned()),
            // Its details are for the log.
            Self::Failed(problem) => {
                tracing::error!(problem, "a request failed");
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    "the store cannot answer now".to_owned(),
                )
            }
        };
        (status, Json(json!({ "problem": problem }))).into_response()
    }
}

fn failed(error: impl std::error::Error + 'static) -> Refusal {
    Refusal::Failed(show::problem(&error))
}

/// The whole web application.
pub(crate) fn app(api: Api) -> Router {
    let guarded = Router::new()
        .route("/requests", post(submit))
        .route("/processes", get(processes))
        .route("/processes/{id}", get(explain))
        .route("/dead-letters", get(dead_letters))
        .route("/dead-letters/{id}/replay", post(replay))
        .route("/", get(status))
        .layer(middleware::from_fn_with_state(api.clone(), with_token));
    let open = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(measured));
    let mut app = guarded.merge(open).with_state(api.clone());
    if let Some(check) = api.check {
        let service = api.service;
        let callbacks = Router::new()
            .route(&format!("/{KEY_PATH}"), post(key))
            .route(&format!("/{STATUS_PATH}"), post(call_ended))
            .with_state(Callbacks { service, check });
        app = app.merge(callbacks);
    }
    // A request that is one byte too long is to become a dead letter; much more is refused unread.
    app.layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(middleware::from_fn(not_too_long))
}

const LONGEST_BODY: usize = 4 * MAX_REQUEST_BYTES;

/// Refuses what says itself that it is too long, before it is sent. What says nothing, or lies, is
/// cut off at the limit.
async fn not_too_long(request: Request, next: Next) -> Response {
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > LONGEST_BODY as u64) {
        let problem = format!("send at most {LONGEST_BODY} bytes");
        let told = Json(json!({ "problem": problem }));
        return (StatusCode::PAYLOAD_TOO_LARGE, told).into_response();
    }
    next.run(request).await
}

/// `Authorization: Bearer …`, if a token is set; or the token as a password, by which a browser shows
/// what there is to see. Not to change anything: a browser would say it for any page that asks it to.
async fn with_token(State(api): State<Api>, request: Request, next: Next) -> Response {
    let Some(token) = &api.token else {
        return next.run(request).await;
    };
    let given = request.headers().get(AUTHORIZATION).map(|it| it.as_bytes());
    let bearer = given.and_then(|given| given.strip_prefix(b"Bearer "));
    let password = given.filter(|_| request.method() == Method::GET);
    let password = password.and_then(password_of);
    // Its time tells the token's length at most.
    let is_token = |given: &[u8]| given.ct_eq(token.expose().as_bytes()).into();
    if bearer.is_some_and(is_token) || password.is_some_and(|given| is_token(&given)) {
        return next.run(request).await;
    }
    // Browsers know what to do with the second.
    let challenge = AppendHeaders([
        (WWW_AUTHENTICATE, "Bearer"),
        (
            WWW_AUTHENTICATE,
            "Basic realm=\"escalations: any name, the token\"",
        ),
    ]);
    (StatusCode::UNAUTHORIZED, challenge, "the token is needed\n").into_response()
}

/// The password of `Basic` (RFC 7617), whoever gives it.
fn password_of(given: &[u8]) -> Option<Vec<u8>> {
    let pair = BASE64.decode(given.strip_prefix(b"Basic ")?).ok()?;
    let colon = pair.iter().position(|byte| *byte == b':')?;
    Some(pair[colon + 1..].to_vec())
}

/// A request in the JSON form of escalation-core; `Idempotency-Key` names it.
async fn submit(
    State(api): State<Api>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let now = TokioTimer.now();
    let name = match headers.get("idempotency-key").map(HeaderValue::to_str) {
        Some(Ok(key)) if !key.trim_matches('"').is_empty() => {
            format!("http:{}", key.trim_matches('"'))
        }
        Some(_) => return Err(Refusal::BadKey),
        None => unnamed(now),
    };
    let id = RequestId::new(name).map_err(Refusal::Id)?;
    let done = api
        .service
        .engine
        .submit(Received::new(id, body.to_vec()), now)
        .await;
    let submitted = done.map_err(failed)?;
    let status = match submitted {
        Submitted::Rejected(_) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let (outcome, detail) = show::submitted(&submitted);
    Ok((
        status,
        Json(json!({ "outcome": outcome, "detail": detail })),
    )
        .into_response())
}

/// A request without a name is a request of its own: no other process has this number, and in this
/// one no other request has that count, even if the clock is set back.
fn unnamed(now: DateTime<Utc>) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let process = std::process::id();
    format!("unnamed:{}:{process}:{count}", now.timestamp_micros())
}

const PAGE: usize = 200;

async fn processes(State(api): State<Api>) -> Result<Response, Refusal> {
    let running = api
        .service
        .engine
        .store()
        .processes(None, PAGE)
        .await
        .map_err(failed)?;
    let running: Vec<_> = running.iter().map(show::process).collect();
    Ok(Json(running).into_response())
}

async fn explain(State(api): State<Api>, Path(id): Path<String>) -> Result<Response, Refusal> {
    let id = ProcessId::new(id).map_err(Refusal::Id)?;
    match api.service.engine.explain(&id).await.map_err(failed)? {
        Some(forecast) => Ok(forecast.to_string().into_response()),
        None => Err(Refusal::NotFound("no process of that name runs")),
    }
}

async fn dead_letters(State(api): State<Api>) -> Result<Response, Refusal> {
    let letters = api
        .service
        .engine
        .store()
        .dead_letters(None, PAGE)
        .await
        .map_err(failed)?;
    let letters: Vec<_> = letters.iter().map(show::letter).collect();
    Ok(Json(letters).into_response())
}

async fn replay(State(api): State<Api>, Path(id): Path<u64>) -> Result<Response, Refusal> {
    let store = api.service.engine.store();
    match store
        .replay(LetterId::new(id), TokioTimer.now())
        .await
        .map_err(failed)?
    {
        Replayed::Due => Ok(Json(json!({ "outcome": "due" })).into_response()),
        Replayed::NotFound => Err(Refusal::NotFound("there is no such dead letter")),
        Replayed::NameTaken => Err(Refusal::Conflict("a newer process of its name runs")),
        _ => Err(Refusal::Conflict(
            "it is a request: send that anew, corrected",
        )),
    }
}

/// Ready once the store answers.
async fn ready(State(api): State<Api>) -> Result<&'static str, Refusal> {
    api.service
        .engine
        .store()
        .next_due()
        .await
        .map_err(failed)?;
    Ok("ready\n")
}

async fn measured(State(api): State<Api>) -> Response {
    let text = metrics::text(&api.service.engine.counts());
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

fn shown<T>(found: &[T]) -> Shown<'_, T> {
    Shown {
        first: found.get(..PAGE).unwrap_or(found),
        more: found.len() > PAGE,
    }
}

async fn status(State(api): State<Api>) -> Result<Response, Refusal> {
    let store = api.service.engine.store();
    let running = store.processes(None, PAGE + 1).await.map_err(failed)?;
    let letters = store.dead_letters(None, PAGE + 1).await.map_err(failed)?;
    let page = page::draw(
        &shown(&running),
        &shown(&letters),
        &api.service.engine.counts(),
        TokioTimer.now(),
    );
    let headers = [
        (CACHE_CONTROL, "no-store"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'",
        ),
    ];
    Ok((headers, Html(page)).into_response())
}

#[derive(Deserialize)]
struct About {
    escalation: String,
}

/// Somebody has pressed a key during a call of ours.
async fn key(
    State(callbacks): State<Callbacks>,
    Query(about): Query<About>,
    Signed(params): Signed<Params>,
) -> Response {
    let service = &callbacks.service;
    let digits = params.get("Digits").unwrap_or_default();
    let Some(phone) = &service.phone else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(pressed) = phone.pressed(&about.escalation, digits) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let told = tell(&service.engine, &pressed, TokioTimer.now()).await;
    if let Err(error) = told {
        // The notifier, which waits for this call, tells the engine too.
        tracing::error!(%error, process = %pressed.process, "a key press was not taken in");
    }
    (
        [(CONTENT_TYPE, "text/xml"), (CACHE_CONTROL, "no-store")],
        pressed.twiml,
    )
        .into_response()
}

/// Tells the engine what was pressed, so that what else rings is silenced at once.
async fn tell(engine: &Engine, pressed: &Pressed, now: DateTime<Utc>) -> Result<(), Error> {
    match pressed.response {
        Answer::Acknowledged => drop(engine.acknowledge(pressed.run(), None, now).await?),
        Answer::Resolved => drop(engine.resolve(pressed.run(), now).await?),
        _ => {}
    }
    Ok(())
}

/// A call of ours is over.
async fn call_ended(
    State(callbacks): State<Callbacks>,
    Query(about): Query<About>,
    Signed(params): Signed<Params>,
) -> StatusCode {
    let call = params.get("CallSid").and_then(|sid| sid.parse().ok());
    let status = params.get("CallStatus");
    if let (Some(phone), Some(call), Some(status)) = (&callbacks.service.phone, call, status) {
        phone.status(&about.escalation, call, &CallStatus::from(status));
    }
    StatusCode::NO_CONTENT
}
