//! The REST interface: what stands in the place of `https://api.twilio.com`.
//!
//! [`handle`] is a function from a request to an answer; [`RestFace`] serves it on the loopback
//! interface.

mod calls;
mod form;
mod list;
mod messages;
mod queues;
mod reply;

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use twilio_webhook::Params;

use self::reply::Reply;
use crate::switch::Switch;
use crate::transcript::Event;

/// Longest form that is read.
const FORM_LIMIT: usize = 1024 * 1024;

/// A request to the REST interface.
#[derive(Debug)]
struct RestRequest {
    method: Method,
    path: String,
    query: Params,
    form: Params,
}

/// The REST interface, served until it is dropped.
pub(crate) struct RestFace {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl RestFace {
    pub(crate) async fn listen(switch: Arc<Mutex<Switch>>) -> std::io::Result<Self> {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let router = Router::new().fallback(serve).with_state(switch);
        let server = tokio::spawn(async move {
            // `axum::serve` handles its own accept errors and does not return.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, server })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for RestFace {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl fmt::Debug for RestFace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RestFace").field(&self.url()).finish()
    }
}

async fn serve(State(switch): State<Arc<Mutex<Switch>>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, FORM_LIMIT).await else {
        return Reply::error(413, 20_001, "The request is too long").into_response();
    };
    let Ok(form) = Params::from_form(&body) else {
        return Reply::error(400, 20_001, "The form is not UTF-8").into_response();
    };
    let request = RestRequest {
        method: head.method,
        path: head.uri.path().to_owned(),
        query: Params::from_query(head.uri.query().unwrap_or_default()).unwrap_or_default(),
        form,
    };
    let mut switch = switch.lock().unwrap_or_else(PoisonError::into_inner);
    handle(&mut switch, &head.headers, request).into_response()
}

/// Answers one request, and writes it into the transcript.
fn handle(switch: &mut Switch, headers: &HeaderMap, request: RestRequest) -> Reply {
    switch.count_rest_request();
    // The request comes before what it leads to, though its status is known only afterwards.
    let place = switch.transcript().entries().len();
    let account = switch.account().to_string();
    let prefix = format!("/2010-04-01/Accounts/{account}");
    let below = request.path.strip_prefix(&prefix).map(str::to_owned);
    let reply = if !is_authentic(switch, headers, &account) {
        Reply::error(401, 20_003, "Authenticate")
    } else {
        match below.as_deref().and_then(|path| path.strip_suffix(".json")) {
            Some(path) => route(switch, path, &request),
            None => Reply::not_found(&request.path),
        }
    };
    switch.journal_account(
        place,
        Event::Rest {
            method: request.method,
            path: below.unwrap_or(request.path),
            parameters: request.form,
            status: reply.status(),
            code: reply.code(),
        },
    );
    reply
}

fn route(switch: &mut Switch, path: &str, request: &RestRequest) -> Reply {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match (&request.method, parts.as_slice()) {
        (&Method::POST, ["Calls"]) => calls::create(switch, &request.form),
        (&Method::GET, ["Calls"]) => calls::index(switch, request),
        (&Method::GET, ["Calls", sid]) => calls::fetch(switch, sid, &request.path),
        (&Method::POST, ["Calls", sid]) => calls::update(switch, sid, &request.path, &request.form),
        (&Method::POST, ["Queues"]) => queues::create(switch, &request.form),
        (&Method::GET, ["Queues"]) => queues::index(switch, request),
        (&Method::GET, ["Queues", sid]) => queues::fetch(switch, sid, &request.path),
        (&Method::GET, ["Queues", sid, "Members"]) => queues::members(switch, sid, request),
        (&Method::GET, ["Queues", sid, "Members", call]) => {
            queues::member(switch, sid, call, &request.path)
        }
        (&Method::POST, ["Queues", sid, "Members", call]) => {
            queues::dequeue(switch, sid, call, request)
        }
        (&Method::POST, ["Messages"]) => messages::create(switch, &request.form),
        (&Method::GET, ["Messages"]) => messages::index(switch, request),
        (&Method::GET, ["Messages", sid]) => messages::fetch(switch, sid, &request.path),
        (&Method::POST, ["Messages", sid]) => messages::update(switch, sid, request),
        (&Method::DELETE, ["Messages", sid]) => messages::delete(switch, sid, &request.path),
        _ => Reply::not_simulated(&request.method, &request.path),
    }
}

/// HTTP Basic: the account's SID and its auth token.
fn is_authentic(switch: &Switch, headers: &HeaderMap, account: &str) -> bool {
    headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|encoded| STANDARD.decode(encoded.trim()).ok())
        .and_then(|decoded| String::from_utf8(decoded).ok())
        .is_some_and(|pair| {
            pair.split_once(':')
                .is_some_and(|(user, password)| user == account && switch.accepts_token(password))
        })
}
