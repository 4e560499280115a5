//! What people do on the console.

use axum::body::Bytes;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use queue_dispatch::{AgentId, CallId, Token};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use twilio_webhook::PhoneNumber;

use super::problem::Problem;
use super::session::SignedIn;
use super::{Console, books};
use crate::one_line;
use crate::talk::{ActionError, Presence, Target};

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
    carry_out(&console, &who, &action, &body).await?;
    Ok(([(CONTENT_TYPE, "application/json")], r#"{"ok":true}"#).into_response())
}

async fn carry_out(
    console: &Console,
    who: &SignedIn,
    action: &str,
    body: &[u8],
) -> Result<(), Problem> {
    let system = &console.system;
    let done = match action {
        "presence" => {
            let PresenceOf { state } = read(body)?;
            system.presence(who.agent()?, state.into()).await
        }
        "answer" => system.answer(who.agent()?, call(body)?).await,
        "decline" => {
            let OfferOf { offer } = read(body)?;
            let offer = offer.parse().map(Token::new);
            let offer = offer.map_err(|_| Problem::bad_request("This is no offer."))?;
            system.decline(who.agent()?, offer).await
        }
        "hold" => system.hold(who.agent()?, call(body)?).await,
        "resume" => system.resume(who.agent()?, call(body)?).await,
        "hang-up" => system.hang_up(who.agent()?, call(body)?).await,
        "look-up" => system.look_up(call(body)?).await,
        "escalation-acknowledge" => {
            let ProcessOf { process } = read(body)?;
            system.acknowledge(&process, who.name(system)).await
        }
        "transfer" => {
            let TransferOf { call, to } = read(body)?;
            system
                .transfer(who.agent()?, call_id(&call)?, to.target()?)
                .await
        }
        _ => return books::write(console, who, action, body).await,
    };
    done.map_err(|error| refused(console, &error))
}

#[derive(Deserialize)]
struct PresenceOf {
    state: Says,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Says {
    Ready,
    Break,
    WrapUpDone,
    SignedOut,
}

impl From<Says> for Presence {
    fn from(says: Says) -> Self {
        match says {
            Says::Ready => Self::Ready,
            Says::Break => Self::Break,
            Says::WrapUpDone => Self::WrapUpDone,
            Says::SignedOut => Self::SignedOut,
        }
    }
}

#[derive(Deserialize)]
struct OfferOf {
    offer: String,
}

#[derive(Deserialize)]
struct CallOf {
    call: String,
}

#[derive(Deserialize)]
struct ProcessOf {
    process: String,
}

#[derive(Deserialize)]
struct TransferOf {
    call: String,
    to: To,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum To {
    Class(String),
    Agent(u64),
    Number(String),
}

impl To {
    fn target(self) -> Result<Target, Problem> {
        Ok(match self {
            Self::Class(class) => match &*class {
                "premium" => Target::Premium,
                "regular" => Target::Regular,
                _ => return Err(Problem::bad_request("There is no such class.")),
            },
            Self::Agent(agent) => Target::Agent(AgentId::new(agent)),
            Self::Number(number) => Target::Number(phone_number(&number)?),
        })
    }
}

/// The call that a request is about.
fn call(body: &[u8]) -> Result<CallId, Problem> {
    let CallOf { call } = read(body)?;
    call_id(&call)
}

fn call_id(call: &str) -> Result<CallId, Problem> {
    call.parse()
        .map_err(|_| Problem::bad_request("This is no call."))
}

/// A number as people write it, with spaces, brackets and hyphens, if it begins with `+`.
pub(crate) fn phone_number(text: &str) -> Result<PhoneNumber, Problem> {
    let plain = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '(' | ')' | '-' | '.'));
    let plain: String = plain.take(64).collect();
    let sorry = "Please write the number with its country, and without (0), as +44 20 7946 0100.";
    // Dialled as it stands, +44 (0)20 is another number than the one that is meant.
    match text.contains("(0)") {
        true => Err(Problem::bad_request(sorry)),
        false => plain.parse().map_err(|_| Problem::bad_request(sorry)),
    }
}

/// What an agent is told who cannot have what they asked for.
fn refused(console: &Console, error: &ActionError) -> Problem {
    let status = match error {
        ActionError::NotYours => StatusCode::FORBIDDEN,
        ActionError::Twilio(_) | ActionError::System(_) => {
            console.system.note(
                "console",
                "cannot do what an agent asks for",
                one_line(error),
            );
            StatusCode::SERVICE_UNAVAILABLE
        }
        _ => StatusCode::CONFLICT,
    };
    Problem::new(status, error.code(), error.to_string())
}

/// What a request says. Whatever else it says is nothing to us.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body)
        .map_err(|error| Problem::bad_request(format!("The request cannot be read: {error}")))
}
