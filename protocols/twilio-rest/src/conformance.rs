//! The contract of [`HttpTransport`] as tests, for transports that hosts bring themselves.
//!
//! Each promise is one function, which panics if the promise is broken;
//! [`transport_conformance!`](crate::transport_conformance) makes a test of each. They speak to a
//! small server on loopback, over plain `http`.
//!
//! ```
//! # #[cfg(feature = "reqwest")] mod mine {
//! twilio_rest::transport_conformance!(twilio_rest::ReqwestTransport::plain().unwrap());
//! # }
//! ```

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use bytes::Bytes;
use http::{Request, Response};

use crate::{HttpTransport, TransportError};

/// Makes a tokio test of each promise of [`HttpTransport`], for the transport that `$make` makes.
/// Needs tokio's features `macros`, `rt`, `net` and `time` in the package that uses it.
#[macro_export]
macro_rules! transport_conformance {
    ($make:expr) => {
        $crate::transport_conformance!(@ $make;
            the_request_arrives_as_it_is
            the_answer_comes_back_whole
            an_error_of_the_server_is_an_answer
            a_redirect_is_an_answer
            a_long_answer_is_refused
            nobody_there_means_not_sent
            silence_after_the_request_means_lost
            half_an_answer_means_lost
        );
    };
    (@ $make:expr; $($promise:ident)*) => {
        $(
            #[tokio::test]
            async fn $promise() {
                $crate::conformance::$promise(&$make).await;
            }
        )*
    };
}

/// Method, path, query, headers and body reach the server unchanged, and once.
#[expect(
    clippy::missing_panics_doc,
    reason = "a broken promise panics: see the module"
)]
pub async fn the_request_arrives_as_it_is(transport: &dyn HttpTransport) {
    let server = Server::answering("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
    let request = Request::post(server.url("/Calls%20x.json?PageSize=2&A%3E=1"))
        .header("authorization", "Basic QUM6cw==")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from_static(b"To=%2B44&Event=a&Event=b"))
        .expect("is a request");
    let answer = transport
        .send(request, 1000)
        .await
        .expect("an answer was sent");
    assert_eq!(answer.status(), 204);
    let seen = server.seen();
    assert_eq!(seen.len(), 1, "sent once");
    let (head, body) = seen[0]
        .split_once("\r\n\r\n")
        .expect("a request has a head");
    let head = head.to_ascii_lowercase();
    assert!(
        head.starts_with("post /calls%20x.json?pagesize=2&a%3e=1 http/1.1\r\n"),
        "{head}"
    );
    for header in [
        "\r\nauthorization: basic qum6cw==",
        "\r\ncontent-type: application/x-www-form-urlencoded",
    ] {
        assert!(head.contains(header), "{header:?} in {head}");
    }
    assert_eq!(body, "To=%2B44&Event=a&Event=b");
}

/// Status, headers and the whole body of an answer come back, chunked ones too.
#[expect(
    clippy::missing_panics_doc,
    reason = "a broken promise panics: see the module"
)]
pub async fn the_answer_comes_back_whole(transport: &dyn HttpTransport) {
    let answer = exchange(
        transport,
        "HTTP/1.1 201 Created\r\ntwilio-request-id: RQ1\r\ntransfer-encoding: chunked\r\n\r\n\
         4\r\n{\"a\"\r\n3\r\n:1}\r\n0\r\n\r\n",
    )
    .await
    .expect("an answer was sent");
    assert_eq!(answer.status(), 201);
    assert_eq!(answer.headers()["twilio-request-id"], "RQ1");
    assert_eq!(answer.body().as_ref(), b"{\"a\":1}");
}

/// A status of 4xx or 5xx is no error of the transport.
#[expect(
    clippy::missing_panics_doc,
    reason = "a broken promise panics: see the module"
)]
pub async fn an_error_of_the_server_is_an_answer(transport: &dyn HttpTransport) {
    for (reply, status) in [
        (
            "HTTP/1.1 429 Too Many Requests\r\ncontent-length: 2\r\n\r\n{}",
            429,
        ),
        (
            "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\n{}",
            503,
        ),
    ] {
        let answer = exchange(transport, reply)
            .await
            .expect("an answer was sent");
        assert_eq!(answer.status(), status);
        assert_eq!(answer.body().as_ref(), b"{}");
    }
}

/// A redirect is not followed: password and form were not meant for another place.
#[expect(
    clippy::missing_panics_doc,
    reason = "a broken promise panics: see the module"
)]
pub async fn a_redirect_is_an_answer(transport: &dyn HttpTransport) {
    let elsewhere = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let reply = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n",
        elsewhere.url("/")
    );
    let answer = exchange(transport, &reply)
        .await
        .expect("an answer was sent");
    assert_eq!(answer.status(), 307);
    assert!(elsewhere.seen().is_empty(), "not followed");
}

/// A body that is longer than the limit is [`TransportError::TooLarge`], one of just that length
/// is not.
#[expect(
    clippy::missing_panics_doc,
    reason = "a broken promise panics: see the module"
)]
pub async fn a_long_answer_is_refused(transport: &dyn HttpTransport) {
    let reply = |length: usize| {
        format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{}",
            "x".repeat(length)
        )
    };
    let answer = exchange(transport, &reply(LIMIT))
        .await
        .expect("is within the limit");
    assert_eq!(answer.body().len(), LIMIT);
    let refused = exchange(transport, &reply(LIMIT + 1)).await;
    assert!(
        matches!(refused, Err(TransportError::TooLarge { limit: LIMIT })),
        "{refused:?}"
    );
}

/// Where nobody listens, nothing has been sent, and the transport says so.
#[expect(
    clippy::missing_panics_doc,
    reason = "a broken promise panics: see the module"
)]
pub async fn nobody_there_means_not_sent(transport: &dyn HttpTransport) {
    // A port that was free a moment ago.
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener.local_addr().expect("is bound");
    drop(listener);
    let result = transport
        .send(a_request(format!("http://{address}/")), LIMIT)
        .await;
    assert!(
        matches!(result, Err(TransportError::NotSent(_))),
        "{result:?}"
    );
}

/// A connection that ends without an answer may have done what was asked.
#[expect(
    clippy::missing_panics_doc,
    reason = "a broken promise panics: see the module"
)]
pub async fn silence_after_the_request_means_lost(transport: &dyn HttpTransport) {
    let result = exchange(transport, "").await;
    assert!(matches!(result, Err(TransportError::Lost(_))), "{result:?}");
}

/// An answer that breaks off is not taken for one.
#[expect(
    clippy::missing_panics_doc,
    reason = "a broken promise panics: see the module"
)]
pub async fn half_an_answer_means_lost(transport: &dyn HttpTransport) {
    let reply = "HTTP/1.1 201 Created\r\ncontent-length: 50\r\n\r\n{\"sid\"";
    let result = exchange(transport, reply).await;
    assert!(matches!(result, Err(TransportError::Lost(_))), "{result:?}");
}

/// The longest body that the exchanges here take.
const LIMIT: usize = 1000;

fn a_request(url: String) -> Request<Bytes> {
    Request::post(url)
        .body(Bytes::from_static(b"Status=canceled"))
        .expect("is a request")
}

async fn exchange(
    transport: &dyn HttpTransport,
    reply: &str,
) -> Result<Response<Bytes>, TransportError> {
    let server = Server::answering(reply);
    transport
        .send(a_request(server.url("/Calls.json")), LIMIT)
        .await
}

/// Gives every request on loopback the same answer, closes the connection, and keeps what it saw.
struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    fn answering(reply: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("is bound");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let thread = std::thread::spawn({
            let (reply, seen) = (reply.to_owned(), Arc::clone(&seen));
            move || {
                for mut socket in listener.incoming().map_while(Result::ok) {
                    let request = read_request(&mut socket);
                    if request.is_empty() {
                        // The server itself, to end this.
                        break;
                    }
                    seen.lock()
                        .expect("no test panics while it holds this")
                        .push(request);
                    // The other side may be gone by now: that is its affair.
                    let _ = socket.write_all(reply.as_bytes());
                    let _ = socket.shutdown(Shutdown::Both);
                }
            }
        });
        Self {
            address,
            seen,
            thread: Some(thread),
        }
    }

    fn url(&self, path_and_query: &str) -> String {
        format!("http://{}{path_and_query}", self.address)
    }

    fn seen(&self) -> Vec<String> {
        self.seen
            .lock()
            .expect("no test panics while it holds this")
            .clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A connection that says nothing tells the thread to end.
        drop(std::net::TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Head and body of one request; the body is as long as its `content-length` says.
fn read_request(socket: &mut std::net::TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .to_ascii_lowercase()
                .split("\r\ncontent-length: ")
                .nth(1)
                .and_then(|rest| rest.split("\r\n").next()?.parse().ok())
                .unwrap_or(0);
            if body.len() >= length {
                return text.into_owned();
            }
        }
        match socket.read(&mut chunk) {
            Ok(0) | Err(_) => return String::new(),
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
        }
    }
}
