//! The contract of [`Transport`] as tests.
//!
//! Serve [`host`] where your transport can reach it, and list all cases with
//! [`transport_conformance!`](crate::transport_conformance). Each case panics when the transport
//! breaks its promise.

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use bytes::Bytes;
use http::header::{COOKIE, LOCATION, SET_COOKIE};
use http::{Method, StatusCode};

use crate::transport::Transport;

/// The host that the cases ask: `/echo` tells what it was asked, `/status/{code}` answers with that
/// status, `/redirect` sends to `/echo`, `/cookie` sets two cookies, and `/bytes` has all bytes.
pub fn host() -> Router {
    let status = |Path(code): Path<u16>| async move {
        StatusCode::from_u16(code).unwrap_or(StatusCode::IM_A_TEAPOT)
    };
    let redirect = || async { (StatusCode::FOUND, [(LOCATION, "/echo")]) };
    let cookie = || async {
        let mut response = StatusCode::OK.into_response();
        for pair in ["basket=7", "lang=en"] {
            let value = http::HeaderValue::from_static(pair);
            response.headers_mut().append(SET_COOKIE, value);
        }
        response
    };
    let bytes = || async { (0..=u8::MAX).collect::<Vec<u8>>() };
    Router::new()
        .route("/echo", any(echo))
        .route("/status/{code}", any(status))
        .route("/redirect", any(redirect))
        .route("/cookie", any(cookie))
        .route("/bytes", any(bytes))
}

/// Method, path with query, signature, cookies and body, a line each.
async fn echo(request: Request) -> Response {
    let (head, body) = request.into_parts();
    let header = |name: &str| {
        head.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let uri = head.uri.path_and_query().map_or("", |path| path.as_str());
    let text = format!(
        "{}\n{uri}\n{}\n{}\n",
        head.method,
        header("x-twilio-signature"),
        header(COOKIE.as_str()),
    );
    let body = to_bytes(body, 65_536).await.unwrap_or_default();
    [Bytes::from(text), body].concat().into_response()
}

async fn ask(
    transport: &dyn Transport,
    method: Method,
    base: &str,
    path: &str,
    body: &'static str,
) -> http::Response<Bytes> {
    let request = http::Request::builder()
        .method(method)
        .uri(format!("{base}{path}"))
        .header("x-twilio-signature", "0/KCTR6DLpKmkAf8muzZqo1nDgQ=")
        .body(Bytes::from_static(body.as_bytes()));
    let request = request.expect("the base of the host is a URL");
    let answer = transport.send(request).await;
    answer.unwrap_or_else(|error| panic!("{path} must be answered: {error}"))
}

/// The host gets method, URL, headers and body as they are.
pub async fn the_request_arrives_unchanged(transport: &dyn Transport, base: &str) {
    let path = "/echo?step=2&note=a%20b";
    let answer = ask(
        transport,
        Method::POST,
        base,
        path,
        "CallSid=CA1&Digits=%23",
    )
    .await;
    let expected = format!("POST\n{path}\n0/KCTR6DLpKmkAf8muzZqo1nDgQ=\n\nCallSid=CA1&Digits=%23");
    assert_eq!(answer.body(), expected.as_bytes());
    let answer = ask(transport, Method::GET, base, path, "").await;
    assert!(answer.body().starts_with(b"GET\n"), "the method is kept");
}

/// Every status is an answer, not an error.
pub async fn every_status_is_handed_back(transport: &dyn Transport, base: &str) {
    for code in [204, 404, 500, 503] {
        let path = format!("/status/{code}");
        let answer = ask(transport, Method::POST, base, &path, "").await;
        assert_eq!(answer.status().as_u16(), code);
    }
}

/// Redirects are handed back, with where they lead.
pub async fn redirects_are_not_followed(transport: &dyn Transport, base: &str) {
    let answer = ask(transport, Method::POST, base, "/redirect", "").await;
    assert_eq!(answer.status(), StatusCode::FOUND);
    let location = answer.headers().get(LOCATION).map(|value| value.as_bytes());
    assert_eq!(location, Some(&b"/echo"[..]));
}

/// Cookies are handed back, all of them, and not sent by the transport itself.
pub async fn cookies_are_not_kept(transport: &dyn Transport, base: &str) {
    let answer = ask(transport, Method::GET, base, "/cookie", "").await;
    assert_eq!(answer.headers().get_all(SET_COOKIE).iter().count(), 2);
    let answer = ask(transport, Method::GET, base, "/echo", "").await;
    assert!(
        answer.body().ends_with(b"=\n\n"),
        "no cookie was to be sent"
    );
}

/// Bodies are bytes.
pub async fn bodies_arrive_byte_by_byte(transport: &dyn Transport, base: &str) {
    let answer = ask(transport, Method::GET, base, "/bytes", "").await;
    let all: Vec<u8> = (0..=u8::MAX).collect();
    assert_eq!(answer.body(), &all);
}

/// Writes all cases as tests of one transport.
///
/// The argument is an expression of a future that gives the transport, the base URL of
/// [`host`](crate::conformance::host), and whatever must live as long as the test. The crate that
/// uses this needs `tokio` with its macros.
#[macro_export]
macro_rules! transport_conformance {
    ($stage:expr) => {
        $crate::transport_conformance!($stage;
            the_request_arrives_unchanged,
            every_status_is_handed_back,
            redirects_are_not_followed,
            cookies_are_not_kept,
            bodies_arrive_byte_by_byte
        );
    };
    ($stage:expr; $($case:ident),*) => {
        $(
            #[tokio::test]
            async fn $case() {
                let (transport, base, _alive) = $stage.await;
                $crate::conformance::$case(&transport, &base).await;
            }
        )*
    };
}
