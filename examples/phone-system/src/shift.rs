//! The servers of a [`Town`](crate::morning::Town): who is asked next, and who keeps time.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{self, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use twilio_rest::{HttpTransport as _, ReqwestTransport};
use twilio_simulator::{BoxError, HostTask};

use crate::system::PhoneSystem;

/// The longest request or answer, in bytes.
const LONGEST: usize = 1 << 20;

/// Servers on one database. Requests go round among those that live.
#[derive(Debug, Default)]
pub(crate) struct Shift {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    servers: Vec<Server>,
    turn: usize,
}

#[derive(Debug, Clone)]
struct Server {
    system: Arc<PhoneSystem>,
    address: SocketAddr,
    health: Health,
}

/// How a server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    /// As it should.
    Well,
    /// It does nothing for a while, and knows nothing of what others did meanwhile.
    Asleep,
    /// It dies as soon as it has decided that phones are to ring, and before it rings them.
    Doomed,
    /// It is no more.
    Dead,
}

impl Shift {
    /// Another server comes on; the first one is that of the town's own address.
    pub(crate) fn comes_on(&self, system: Arc<PhoneSystem>, address: SocketAddr) {
        self.lock().servers.push(Server {
            system,
            address,
            health: Health::Well,
        });
    }

    /// The first server was started again.
    pub(crate) fn restarts(&self, system: Arc<PhoneSystem>) {
        if let Some(first) = self.lock().servers.first_mut() {
            first.system = system;
        }
    }

    pub(crate) fn is(&self, server: usize, health: Health) {
        if let Some(server) = self.lock().servers.get_mut(server) {
            server.health = health;
        }
    }

    /// Passes a request to the server whose turn it is. `here` is the first one.
    pub(crate) async fn answer(&self, request: Request, here: Next) -> Response {
        let address = {
            let mut inner = self.lock();
            inner.turn += 1;
            let turn = inner.turn;
            let awake: Vec<(usize, SocketAddr)> = (0..)
                .zip(&inner.servers)
                .filter(|(_, server)| matches!(server.health, Health::Well | Health::Doomed))
                .map(|(number, server)| (number, server.address))
                .collect();
            match awake.len() {
                0 => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
                awake_now => match awake[turn % awake_now] {
                    (0, _) => None,
                    (_, address) => Some(address),
                },
            }
        };
        match address {
            None => here.run(request).await,
            Some(address) => pass_on(request, address).await.unwrap_or_else(|error| {
                (StatusCode::BAD_GATEWAY, error.to_string()).into_response()
            }),
        }
    }

    // Every change is a single assignment, so what a panicking thread left behind is whole.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn pass_on(request: Request, to: SocketAddr) -> Result<Response, BoxError> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut passed = http::Request::builder()
        .method(parts.method)
        .uri(format!("http://{to}{path}"));
    for name in ["content-type", "x-twilio-signature"] {
        if let Some(value) = parts.headers.get(name) {
            passed = passed.header(name, value);
        }
    }
    let passed = passed.body(to_bytes(body, LONGEST).await?)?;
    let answer = ReqwestTransport::plain()?.send(passed, LONGEST).await?;
    Ok(answer.map(Into::into))
}

#[async_trait]
impl HostTask for Shift {
    fn name(&self) -> &str {
        "phone system"
    }

    async fn run_once(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, BoxError> {
        let servers = self.lock().servers.clone();
        let several = servers.len() > 1;
        let mut wakes = Vec::new();
        for (number, Server { system, health, .. }) in servers.into_iter().enumerate() {
            if matches!(health, Health::Asleep | Health::Dead) {
                continue;
            }
            wakes.push(system.run_once(now).await);
            if health == Health::Doomed && system.floor.outbox.has_orders() {
                self.is(number, Health::Dead);
                continue;
            }
            system.ring_phones().await;
            // What became of the ringing may be due at once.
            wakes.pop();
            wakes.push(system.run_once(now).await);
            system.write_journal().await;
        }
        if several {
            // In service each follows the others by itself.
            let servers = self.lock().servers.clone();
            for Server { system, health, .. } in servers {
                if matches!(health, Health::Well | Health::Doomed) {
                    system.catch_up().await;
                }
            }
        }
        Ok(wakes.into_iter().flatten().min())
    }
}
