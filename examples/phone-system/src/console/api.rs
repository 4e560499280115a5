//! What people do on the console.

use axum::body::Bytes;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use queue_dispatch::{AgentId, CallId, Token};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Console;
use super::desk::{self, Presence};
use super::problem::Problem;
use super::session::SignedIn;

/// `POST /console/api/ACTION`: JSON in, JSON out.
pub(crate) async fn acts(
    State(console): State<Console>,
    Path(action): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let who = SignedIn::of(&console, &headers).ok_or_else(Problem::signed_out)?;
    if !who.is_from_our_page(&headers) {
        let text = "Please load this page again.";
        return Err(Problem::new(StatusCode::FORBIDDEN, "csrf", text));
    }
    let body = Bytes::from_request(request, &())
        .await
        .map_err(|rejection| {
            let code = match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => "too-long",
                _ => "bad-request",
            };
            Problem::new(rejection.status(), code, rejection.body_text())
        })?;
    let answer = carry_out(&console, &who, &action, &body).await?;
    Ok(([(CONTENT_TYPE, "application/json")], answer.to_string()).into_response())
}

async fn carry_out(
    console: &Console,
    who: &SignedIn,
    action: &str,
    body: &[u8],
) -> Result<Value, Problem> {
    let system = &console.system;
    match action {
        "presence" => {
            let PresenceOf { state } = read(body)?;
            desk::presence(system, who.agent()?, state).await?;
        }
        "answer" => desk::answer(system, who.agent()?, call(body)?).await?,
        "decline" => {
            let OfferOf { offer } = read(body)?;
            let offer = offer.parse().map(Token::new);
            let offer = offer.map_err(|_| Problem::bad_request("This is no offer."))?;
            desk::decline(system, who.agent()?, offer).await?;
        }
        _ => return Err(Problem::unknown("There is no such action.")),
    }
    Ok(json!({ "ok": true }))
}

#[derive(Deserialize)]
struct PresenceOf {
    state: Presence,
}

#[derive(Deserialize)]
struct OfferOf {
    offer: String,
}

#[derive(Deserialize)]
struct CallOf {
    call: String,
}

/// The call that a request is about.
fn call(body: &[u8]) -> Result<CallId, Problem> {
    let CallOf { call } = read(body)?;
    call.parse()
        .map_err(|_| Problem::bad_request("This is no call."))
}

/// What a request says. Whatever else it says is nothing to us.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body)
        .map_err(|error| Problem::bad_request(format!("The request cannot be read: {error}")))
}

impl SignedIn {
    /// Which of the agents they are.
    fn agent(&self) -> Result<AgentId, Problem> {
        self.account
            .agent
            .map(AgentId::new)
            .ok_or_else(|| Problem::forbidden("This account takes no calls."))
    }
}
