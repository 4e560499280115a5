//! `Signed<T>` lets only what Twilio signed through to a handler, and tells senders nothing else.
#![cfg(feature = "axum")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::FromRef;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower::ServiceExt as _;
use twilio_webhook::{
    GatherResult, IncomingCall, Params, PublicUrl, Rejection, SignatureCheck, Signed, Verifier,
    body_sha256, sign,
};

const TOKEN: &str = "12345";
const BASE: &str = "https://pbx.example.com";

#[derive(Clone)]
struct Pbx(SignatureCheck);

impl FromRef<Pbx> for SignatureCheck {
    fn from_ref(pbx: &Pbx) -> Self {
        pbx.0.clone()
    }
}

fn app() -> Router {
    let check = SignatureCheck::new(Verifier::new(TOKEN), PublicUrl::at(BASE).unwrap())
        .with_body_limit(1000);
    Router::new()
        .route("/incoming", post(incoming).get(incoming))
        .route("/gather", post(gather))
        .route("/any", get(any).post(any))
        .with_state(Pbx(check))
}

async fn incoming(Signed(request): Signed<IncomingCall>) -> String {
    request.call.from.to_string()
}

async fn gather(request: Result<Signed<GatherResult>, Rejection>) -> Response {
    match request {
        Ok(Signed(gathered)) => gathered.digits.unwrap_or_default().into_response(),
        Err(rejection) => rejection.with_twiml("<Response><Say>Sorry</Say></Response>"),
    }
}

async fn any(Signed(params): Signed<Params>) -> String {
    params.to_form()
}

fn call() -> Params {
    Params::new()
        .with("AccountSid", "AC00000000000000000000000000000001")
        .with("ApiVersion", "2010-04-01")
        .with("CallSid", "CA00000000000000000000000000000002")
        .with("CallStatus", "ringing")
        .with("Direction", "inbound")
        .with("From", "+441134960000")
        .with("To", "+441134960001")
}

fn form(path: &str, params: &Params, signature: &str) -> Request<Body> {
    Request::post(path)
        .header(
            "content-type",
            "application/x-www-form-urlencoded; charset=UTF-8",
        )
        .header("X-Twilio-Signature", signature)
        .body(Body::from(params.to_form()))
        .unwrap()
}

fn signed_form(path: &str, params: &Params) -> Request<Body> {
    form(path, params, &sign(TOKEN, &format!("{BASE}{path}"), params))
}

async fn answer(request: Request<Body>) -> (StatusCode, String) {
    let response = app().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 100_000).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_signed_form_is_read() {
    let (status, body) = answer(signed_form("/incoming?line=2", &call())).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "+441134960000"));
}

#[tokio::test]
async fn a_signed_get_has_its_parameters_in_the_query() {
    let path = format!("/incoming?{}", call().to_form());
    let signature = sign(TOKEN, &format!("{BASE}{path}"), &Params::new());
    let request = Request::get(path)
        .header("x-twilio-signature", signature)
        .body(Body::empty())
        .unwrap();
    let (status, body) = answer(request).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "+441134960000"));
}

#[tokio::test]
async fn a_forged_signature_is_403_and_says_nothing() {
    let good = sign(TOKEN, &format!("{BASE}/incoming"), &call());
    let unsigned = Request::post("/incoming")
        .body(Body::from(call().to_form()))
        .unwrap();
    for request in [
        form("/incoming", &call(), "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        form("/incoming", &call(), "not base64"),
        form("/incoming", &call().with("Digits", "1"), &good),
        form("/incoming?line=2", &call(), &good),
        unsigned,
    ] {
        assert_eq!(
            answer(request).await,
            (StatusCode::FORBIDDEN, String::new())
        );
    }
}

#[tokio::test]
async fn a_missing_parameter_is_400_with_an_apology_where_the_host_has_one() {
    let without_from: Params = call().iter().filter(|(name, _)| *name != "From").collect();
    let (status, body) = answer(signed_form("/incoming", &without_from)).await;
    assert_eq!((status, body.as_str()), (StatusCode::BAD_REQUEST, ""));

    let (status, body) = answer(signed_form("/gather", &without_from)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body, "<Response><Say>Sorry</Say></Response>");

    // Whoever forges does not get to see it.
    let (status, body) = answer(form("/gather", &without_from, "AAAA")).await;
    assert_eq!((status, body.as_str()), (StatusCode::FORBIDDEN, ""));
}

#[tokio::test]
async fn a_long_body_is_413() {
    let long = call().with("Body", "x".repeat(1000));
    let (status, _) = answer(signed_form("/incoming", &long)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_body_that_is_no_form_needs_its_hash_in_the_signed_url() {
    let json = r#"{"a":1}"#;
    let path = format!("/any?x=1&bodySHA256={}", body_sha256(json));
    let signature = sign(TOKEN, &format!("{BASE}{path}"), &Params::new());
    let request = |content_type: &str, body: &'static str| {
        Request::post(&path)
            .header("content-type", content_type)
            .header("x-twilio-signature", &signature)
            .body(Body::from(body))
            .unwrap()
    };
    assert_eq!(
        answer(request("application/json", r#"{"a":1}"#)).await.0,
        StatusCode::OK
    );
    // The signed URL replayed with another body, another type, or none.
    assert_eq!(
        answer(request("application/json", r#"{"a":2}"#)).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        answer(request("application/json", "")).await.0,
        StatusCode::FORBIDDEN
    );
    let form = "application/x-www-form-urlencoded";
    assert_eq!(answer(request(form, "a=1")).await.0, StatusCode::FORBIDDEN);
    assert_eq!(answer(request(form, "")).await.0, StatusCode::FORBIDDEN);

    let signature = sign(TOKEN, &format!("{BASE}/any"), &Params::new());
    let unvouched = Request::post("/any")
        .header("content-type", "application/json")
        .header("x-twilio-signature", signature)
        .body(Body::from(json))
        .unwrap();
    assert_eq!(answer(unvouched).await.0, StatusCode::FORBIDDEN);
}
