//! Who is signed in.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use queue_dispatch::AgentId;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::Console;
use super::hex::hex;
use super::problem::Problem;
use crate::records::{Account, RecordsError, Role, Session};
use crate::system::PhoneSystem;

/// The bytes of a token that nobody can guess.
const TOKEN: usize = 32;
/// What a page must say with each of its requests, in this header.
const CSRF: &str = "x-csrf-token";

/// The request of somebody who is signed in. The key of their session is the hash of a token that only their browser has:
/// who reads the database can sign in as nobody.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    pub(crate) key: String,
    pub(crate) session: Session,
    pub(crate) account: Account,
}

impl SignedIn {
    /// Who it is, if anyone.
    pub(crate) fn of(console: &Console, headers: &HeaderMap) -> Option<Self> {
        let key = key(token(console, headers, Cookie::Session)?);
        Self::still(console, key)
    }

    /// The same session, if it goes on.
    pub(crate) fn still(console: &Console, key: String) -> Option<Self> {
        let session: Session = console.records().get(&key)?;
        let account = console.records().get(&session.account)?;
        (console.system.now() < session.expires_at).then_some(Self {
            key,
            session,
            account,
        })
    }

    /// Which of the agents they are.
    pub(crate) fn agent(&self) -> Result<AgentId, Problem> {
        let agent = self.account.agent.map(AgentId::new);
        agent.ok_or_else(|| Problem::forbidden("This account takes no calls."))
    }

    /// For what only supervisors may do.
    pub(crate) fn supervisor(&self) -> Result<(), Problem> {
        match self.account.role {
            Role::Supervisor => Ok(()),
            _ => Err(Problem::forbidden("Only supervisors can do this.")),
        }
    }

    /// What the others call them.
    pub(crate) fn name<'s>(&'s self, system: &'s PhoneSystem) -> &'s str {
        let agent = self.account.agent.map(AgentId::new);
        let rep = agent.and_then(|agent| system.settings().rep(agent));
        rep.map_or(&*self.session.account, |rep| &*rep.name)
    }

    /// Whether the request comes from one of our pages, which alone know what to say.
    pub(crate) fn is_from_our_page(&self, headers: &HeaderMap) -> bool {
        let said = headers.get(CSRF).map_or(&[][..], HeaderValue::as_bytes);
        said.ct_eq(self.session.csrf.as_bytes()).into()
    }
}

impl FromRequestParts<Console> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Response> {
        Self::of(console, &parts.headers)
            .ok_or_else(|| (StatusCode::UNAUTHORIZED, "Please sign in.").into_response())
    }
}

impl OptionalFromRequestParts<Console> for SignedIn {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        console: &Console,
    ) -> Result<Option<Self>, Infallible> {
        Ok(Self::of(console, &parts.headers))
    }
}

/// Begins a session, and answers the cookie that stands for it. A token is never taken from outside.
pub(crate) async fn begin(console: &Console, account: &str) -> Result<HeaderValue, SessionError> {
    let now = console.system.now();
    for (old, session) in console.records().all::<Session>() {
        if session.expires_at <= now {
            console.records().remove::<Session>(&old).await?;
        }
    }
    let (token, csrf, lasts) = (
        random()?,
        random()?,
        console.system.settings().session_lasts,
    );
    let session = Session {
        account: account.to_owned(),
        csrf,
        expires_at: now + lasts,
    };
    console.records().put(&key(&token), &session).await?;
    Ok(cookie(console, Cookie::Session, &token, lasts)?)
}

/// Ends a session, on every server, and answers the cookie that takes the place of its own.
pub(crate) async fn end(
    console: &Console,
    session: Option<&SignedIn>,
) -> Result<HeaderValue, SessionError> {
    if let Some(SignedIn { key, .. }) = session {
        console.records().remove::<Session>(key).await?;
    }
    Ok(cookie(console, Cookie::Session, "", TimeDelta::zero())?)
}

/// Why a session cannot begin or end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    #[error(transparent)]
    Records(#[from] RecordsError),
    #[error("the system gives no random numbers")]
    Random,
    #[error("the cookie")]
    Cookie(#[from] axum::http::header::InvalidHeaderValue),
}

/// A text that nobody can guess.
pub(crate) fn random() -> Result<String, SessionError> {
    let mut bytes = [0; TOKEN];
    getrandom::fill(&mut bytes).map_err(|_| SessionError::Random)?;
    Ok(hex(&bytes))
}

/// As what a token is written down.
pub(super) fn key(token: &str) -> String {
    hex(&Sha256::digest(token))
}

/// What a cookie stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cookie {
    /// Somebody who is signed in.
    Session,
    /// A browser in which somebody has signed in before.
    Device,
}

pub(super) fn cookie(
    console: &Console,
    which: Cookie,
    token: &str,
    lasts: TimeDelta,
) -> Result<HeaderValue, axum::http::header::InvalidHeaderValue> {
    let (name, seconds) = (cookie_name(console, which), lasts.num_seconds());
    let secure = if console.site.is_secure() {
        "; Secure"
    } else {
        ""
    };
    format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}").parse()
}

/// Under this prefix browsers take a cookie only by `https`, from the host itself, and for all of it.
fn cookie_name(console: &Console, which: Cookie) -> &'static str {
    match (which, console.site.is_secure()) {
        (Cookie::Session, true) => "__Host-session",
        (Cookie::Session, false) => "session",
        (Cookie::Device, true) => "__Host-device",
        (Cookie::Device, false) => "device",
    }
}

/// The token in the request's cookie.
pub(super) fn token<'h>(
    console: &Console,
    headers: &'h HeaderMap,
    which: Cookie,
) -> Option<&'h str> {
    let name = cookie_name(console, which);
    let cookies = headers
        .get_all(COOKIE)
        .into_iter()
        .filter_map(|line| line.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, token)| token)
        .filter(|token| token.len() == TOKEN * 2)
}
