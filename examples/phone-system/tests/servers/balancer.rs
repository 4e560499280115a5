//! A load balancer as simple as they come: requests go round, and one that a server did not take goes to the next.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use tokio::net::TcpListener;
use twilio_rest::{HttpTransport as _, ReqwestTransport};

use crate::AnyError;

/// The balancer, which runs until its runtime ends.
#[derive(Debug, Clone)]
pub(crate) struct Balancer {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    servers: Mutex<Vec<SocketAddr>>,
    next: AtomicUsize,
    transport: ReqwestTransport,
    cut: AtomicUsize,
    nobody: AtomicUsize,
}

impl Balancer {
    pub(crate) async fn start() -> Result<Self, AnyError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            servers: Mutex::default(),
            next: AtomicUsize::new(0),
            transport: ReqwestTransport::plain()?,
            cut: AtomicUsize::new(0),
            nobody: AtomicUsize::new(0),
        });
        let app = Router::new()
            .fallback(forward)
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { address, shared })
    }

    /// Requests go to these servers from now on.
    pub(crate) fn balances(&self, servers: Vec<SocketAddr>) {
        *self
            .shared
            .servers
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = servers;
    }

    /// How many requests were cut off by a server's death, and how many found no server.
    pub(crate) fn failures(&self) -> (usize, usize) {
        let shared = &self.shared;
        (
            shared.cut.load(Ordering::Relaxed),
            shared.nobody.load(Ordering::Relaxed),
        )
    }
}

impl Shared {
    /// A server that has failed is not asked any more.
    fn gives_up(&self, failed: SocketAddr) {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        servers.retain(|server| *server != failed);
    }
}

async fn forward(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<axum::body::Body> {
    let servers = shared
        .servers
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let first = shared.next.fetch_add(1, Ordering::Relaxed);
    for turn in 0..servers.len() {
        let server = servers[(first + turn) % servers.len()];
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let mut request = Request::builder()
            .method(method.clone())
            .uri(format!("http://{server}{path}"));
        for name in ["content-type", "x-twilio-signature"] {
            if let Some(value) = headers.get(name) {
                request = request.header(name, value);
            }
        }
        let Ok(request) = request.body(body.clone()) else {
            continue;
        };
        match shared.transport.send(request, 1 << 20).await {
            Ok(answer) => return answer.map(Into::into),
            // It was not taken: the next one may.
            Err(error) if !error.may_have_been_done() => shared.gives_up(server),
            // It may have been done, and must not be done again.
            Err(_) => {
                shared.gives_up(server);
                shared.cut.fetch_add(1, Ordering::Relaxed);
                return status(StatusCode::BAD_GATEWAY);
            }
        }
    }
    shared.nobody.fetch_add(1, Ordering::Relaxed);
    status(StatusCode::SERVICE_UNAVAILABLE)
}

fn status(status: StatusCode) -> Response<axum::body::Body> {
    let mut response = Response::new(axum::body::Body::empty());
    *response.status_mut() = status;
    response
}
