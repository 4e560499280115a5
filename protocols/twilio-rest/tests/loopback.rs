//! The built-in transport, over real sockets on loopback: what it sends, what it refuses to follow,
//! and which failures it knows to be harmless.
#![cfg(feature = "reqwest")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, post};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use twilio_rest::{Client, CreateCall, Credentials, Error, RetryPolicy, TransportError};

const CALLS: &str = "/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls.json";

async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

fn client(address: SocketAddr) -> Client {
    let account = "AC00000000000000000000000000000001".parse().unwrap();
    Client::builder(account, Credentials::auth_token("s3cret"))
        .base_url(format!("http://{address}"))
        .retry(RetryPolicy::never())
        .body_limit(1000)
        .build()
        .unwrap()
}

fn a_call() -> CreateCall {
    CreateCall::new("+441134960000", "+441134960001").url("https://pbx.example.com/agent")
}

#[tokio::test]
async fn a_call_is_placed() {
    async fn create(headers: HeaderMap, body: Bytes) -> Response {
        assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
        assert!(
            headers["authorization"]
                .to_str()
                .unwrap()
                .starts_with("Basic ")
        );
        assert!(body.starts_with(b"To=%2B441134960000&"));
        let call = r#"{"sid":"CA00000000000000000000000000000002","status":"queued"}"#;
        (StatusCode::CREATED, call).into_response()
    }
    let address = serve(Router::new().route(CALLS, post(create))).await;
    let call = client(address).calls().create(a_call()).await.unwrap();
    assert_eq!(call.sid.as_str(), "CA00000000000000000000000000000002");
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_a_form_and_a_password() {
    let elsewhere = Arc::new(AtomicUsize::new(0));
    let app = Router::new()
        .route(CALLS, post(async || Redirect::temporary("/elsewhere")))
        .route(
            "/elsewhere",
            any(async |State(count): State<Arc<AtomicUsize>>| {
                count.fetch_add(1, Ordering::SeqCst);
            }),
        )
        .with_state(Arc::clone(&elsewhere));
    let error = client(serve(app).await)
        .calls()
        .create(a_call())
        .await
        .unwrap_err();
    assert_eq!(error.api().unwrap().status.as_u16(), 307);
    assert_eq!(elsewhere.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_long_answer_is_not_read_to_its_end() {
    let app = Router::new().route(CALLS, post(async || "x".repeat(1_000_000)));
    let error = client(serve(app).await)
        .calls()
        .create(a_call())
        .await
        .unwrap_err();
    let Error::Ambiguous { cause } = error else {
        panic!("{error:?}")
    };
    assert!(matches!(
        *cause,
        Error::Transport {
            source: TransportError::TooLarge { limit: 1000 },
            ..
        }
    ));
}

#[tokio::test]
async fn nobody_there_is_known_to_be_harmless() {
    // A port that was free a moment ago.
    let address = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let error = client(address).calls().create(a_call()).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Transport {
                source: TransportError::NotSent(_),
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_is_ambiguous() {
    for reply in ["", "HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{"] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _ = socket.read(&mut request).await.unwrap();
            socket.write_all(reply.as_bytes()).await.unwrap();
        });
        let error = client(address).calls().create(a_call()).await.unwrap_err();
        assert!(matches!(error, Error::Ambiguous { .. }), "{error:?}");
    }
}
