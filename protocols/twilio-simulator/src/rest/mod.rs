//! The REST interface: what stands in the place of `https://api.twilio.com`.
//!
//! [`handle`] is a function from a request to an answer; [`RestFace`] serves it on the loopback
//! interface.

mod auth;
mod calls;
mod conferences;
mod filter;
mod form;
mod limit;
mod list;
mod lost;
mod messages;
mod numbers;
mod participants;
mod queues;
mod recordings;
mod reply;
mod route;

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::Response;
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
    pub(crate) async fn listen(switch: Arc<Mutex<Switch>>, port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, port)).await?;
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
    let reply = handle(&mut switch, &head.headers, request);
    if switch.loses_answer() {
        return lost::answer();
    }
    reply.into_response()
}

/// Answers one request, and writes it into the transcript.
fn handle(switch: &mut Switch, headers: &HeaderMap, request: RestRequest) -> Reply {
    switch.count_rest_request();
    // The request comes before what it leads to, though its status is known only afterwards.
    let place = switch.transcript().entries().len();
    let account = switch.account().to_string();
    let prefix = format!("/2010-04-01/Accounts/{account}");
    let below = request.path.strip_prefix(&prefix).map(str::to_owned);
    let reply = if !auth::is_authentic(switch, headers, &account) {
        Reply::error(401, 20_003, "Authenticate")
    } else if let Some(refusal) = limit::refuses(switch) {
        refusal
    } else {
        match below.as_deref() {
            Some(path) => route::route(switch, path, &request),
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
