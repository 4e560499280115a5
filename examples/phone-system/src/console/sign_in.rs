//! Signing in and out.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use queue_dispatch::Reach;

use super::Console;
use super::account::{self, LONGEST_NAME, LONGEST_PASSWORD};
use super::assets;
use super::attempts::Place;
use super::device;
use super::password::PasswordError;
use super::session::{self, SessionError, SignedIn};
use crate::one_line;
use crate::records::{Account, Session};
use crate::talk::Presence;

/// `GET /console/sign-in`: the page.
pub(crate) async fn page(State(console): State<Console>, signed_in: Option<SignedIn>) -> Response {
    match signed_in {
        Some(_) => Redirect::to("/console").into_response(),
        None => assets::sign_in(None, console.hint()),
    }
}

/// `POST /console/sign-in`: name and password.
pub(crate) async fn signs_in(
    State(console): State<Console>,
    Peer(peer): Peer,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(form) = Form::read(&body) else {
        return again(
            &console,
            StatusCode::BAD_REQUEST,
            "Please fill in name and password.",
        );
    };
    let from = address(peer, &headers);
    let account: Option<Account> = console.records().get(&form.name);
    let device = account
        .as_ref()
        .and_then(|account| device::of(&console, &headers, account));
    let is_known = device.is_some();
    let place = device.map_or(Place::Address(from), Place::Device);
    if let Err(wait) = console
        .attempts
        .begins(&form.name, &place, console.system.now())
    {
        let minutes = (wait.num_seconds() + 59) / 60;
        let message = format!("There were too many attempts. Please try again in {minutes} min.");
        console.system.note_of_strangers(
            "console",
            "refuses attempts to sign in",
            &format!("too many from {from}"),
        );
        let again = again(&console, StatusCode::TOO_MANY_REQUESTS, &message);
        return (
            [(RETRY_AFTER, wait.num_seconds().max(1).to_string())],
            again,
        )
            .into_response();
    }
    let hash = account.map(|account| account.password_hash);
    match console.passwords.is(form.password, hash).await {
        Ok(true) => {
            console.attempts.succeeded(&form.name, &place);
            console
                .system
                .note(&form.name, "signs in to the console", "");
            // Whatever session the browser had is over: a new one begins for whoever it is now.
            let old = SignedIn::of(&console, &headers);
            let began = match session::end(&console, old.as_ref()).await {
                Ok(_) => session::begin(&console, &form.name).await,
                Err(error) => Err(error),
            };
            match began {
                Ok(cookie) => {
                    let mut answer =
                        ([(SET_COOKIE, cookie)], Redirect::to("/console")).into_response();
                    if !is_known {
                        remember(&console, &form.name, &mut answer).await;
                    }
                    answer
                }
                Err(error) => unavailable(&console, &error),
            }
        }
        Ok(false) => {
            console.system.note_of_strangers(
                "console",
                "refuses a password",
                &format!("from {from}"),
            );
            again(
                &console,
                StatusCode::FORBIDDEN,
                "Name or password is not right.",
            )
        }
        Err(error) => {
            console.attempts.takes_back(&form.name, &place);
            let again = again(
                &console,
                StatusCode::SERVICE_UNAVAILABLE,
                "Too many sign in at once. Please try again.",
            );
            if !matches!(error, PasswordError::Busy) {
                console
                    .system
                    .note("console", "cannot check a password", one_line(&error));
            }
            ([(RETRY_AFTER, "1")], again).into_response()
        }
    }
}

/// From now on the browser is known. One that cannot be remembered is signed in all the same.
async fn remember(console: &Console, name: &str, answer: &mut Response) {
    match device::remember(console, name).await {
        Ok(cookie) => {
            answer.headers_mut().append(SET_COOKIE, cookie);
        }
        Err(error) => console
            .system
            .note("console", "cannot remember a browser", one_line(&error)),
    }
}

/// `POST /console/sign-out`: whoever has the cookie is signed out, on every server.
pub(crate) async fn signs_out(State(console): State<Console>, headers: HeaderMap) -> Response {
    let who = SignedIn::of(&console, &headers);
    match session::end(&console, who.as_ref()).await {
        Ok(cookie) => {
            if let Some(who) = who {
                let name = &who.session.account;
                console.system.note(name, "signs out of the console", "");
                leaves(&console, &who).await;
            }
            ([(SET_COOKIE, cookie)], Redirect::to("/console/sign-in")).into_response()
        }
        Err(error) => unavailable(&console, &error),
    }
}

/// Whoever is at no console any more is not asked for calls there.
async fn leaves(console: &Console, who: &SignedIn) {
    let Ok(agent) = who.agent() else { return };
    let mut sessions = console.records().all::<Session>().into_iter();
    let is_elsewhere = sessions.any(|(_, session)| session.account == who.session.account);
    let is_on_the_line = console.system.floor.queue.read(|queue| {
        let agent = queue.agent(agent);
        agent.is_some_and(|agent| agent.reach == Reach::OnTheLine)
    });
    if is_elsewhere || is_on_the_line {
        return;
    }
    if let Err(error) = console.system.presence(agent, Presence::SignedOut).await {
        console
            .system
            .note("console", "cannot sign an agent out", one_line(&error));
    }
}

fn again(console: &Console, status: StatusCode, message: &str) -> Response {
    (status, assets::sign_in(Some(message), console.hint())).into_response()
}

fn unavailable(console: &Console, error: &SessionError) -> Response {
    console
        .system
        .note("console", "cannot keep a session", one_line(error));
    again(
        console,
        StatusCode::SERVICE_UNAVAILABLE,
        "Signing in and out does not work right now. Please try again.",
    )
}

/// What the page asks for.
struct Form {
    name: String,
    password: String,
}

impl Form {
    /// The form, if both fields are filled in, once, and of sane length.
    fn read(body: &[u8]) -> Option<Self> {
        let (mut name, mut password) = (None, None);
        for (field, value) in form_urlencoded::parse(body) {
            let field = match &*field {
                "name" => &mut name,
                "password" => &mut password,
                _ => continue,
            };
            if field.replace(value.into_owned()).is_some() {
                return None;
            }
        }
        let name = account::key(&name?);
        let password: String = password?;
        let sane = (1..=LONGEST_NAME).contains(&name.len())
            && (1..=LONGEST_PASSWORD).contains(&password.len());
        sane.then_some(Self { name, password })
    }
}

/// Who has opened the connection, where the server says so.
pub(crate) struct Peer(Option<SocketAddr>);

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(peer.map(|ConnectInfo(peer)| *peer)))
    }
}

/// Where a request comes from. What `X-Forwarded-For` says counts only behind a proxy of our own, which stands on this
/// machine or in this network, and only its last word: the proxy's, the words before it are anybody's.
fn address(peer: Option<SocketAddr>, headers: &HeaderMap) -> IpAddr {
    let peer = peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| {
        peer.ip().to_canonical()
    });
    let near = match peer {
        IpAddr::V4(peer) => peer.is_loopback() || peer.is_private() || peer.is_unspecified(),
        IpAddr::V6(peer) => peer.is_loopback() || peer.is_unique_local(),
    };
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
    let said = forwarded
        .filter(|_| near)
        .and_then(|line| line.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    said.unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_with_care() {
        let read = |body: &str| Form::read(body.as_bytes()).map(|form| (form.name, form.password));
        let ann = Some(("ann".to_owned(), "p&ss w\u{f6}rd".to_owned()));
        assert_eq!(read("name=+Ann+&password=p%26ss+w%C3%B6rd&more=1"), ann);
        for bad in [
            "",
            "name=ann",
            "name=&password=x",
            "name=ann&password=",
            "name=ann&name=ben&password=x",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
        assert_eq!(
            read(&format!("name=ann&password={}", "x".repeat(257))),
            None
        );
        assert!(
            read("name=%ff%fe&password=%00").is_some(),
            "tried, and wrong"
        );
    }

    #[test]
    fn only_a_proxy_of_ours_says_where_a_request_comes_from() {
        let from = |peer: &str, line: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", line.parse().unwrap());
            address(Some(peer.parse().unwrap()), &headers).to_string()
        };
        assert_eq!(
            from("127.0.0.1:1", "203.0.113.9, 198.51.100.7"),
            "198.51.100.7"
        );
        assert_eq!(from("10.0.0.2:1", "2001:db8::7"), "2001:db8::7");
        assert_eq!(from("192.0.2.1:1", "198.51.100.7"), "192.0.2.1");
        assert_eq!(from("127.0.0.1:1", "for me"), "127.0.0.1");
    }
}
