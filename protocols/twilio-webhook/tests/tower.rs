//! `VerifyLayer` lets only what Twilio signed through to the service within, body and all.
#![cfg(feature = "tower")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::convert::Infallible;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use tower::{Layer as _, ServiceExt as _, service_fn};
use twilio_webhook::{Params, PublicUrl, SignatureCheck, Verifier, VerifyLayer, sign};

/// Says how many parameters there were, and repeats the body.
async fn echo(request: Request<Full<bytes::Bytes>>) -> Result<Response<String>, Infallible> {
    let params = request.extensions().get::<Params>().unwrap().len();
    let body = request.into_body().collect().await.unwrap().to_bytes();
    Ok(Response::new(format!(
        "{params} {}",
        String::from_utf8_lossy(&body)
    )))
}

async fn answer(signature: &str, body: &'static str) -> Response<String> {
    let public = PublicUrl::at("https://pbx.example.com").unwrap();
    let check = SignatureCheck::new(Verifier::new("12345"), public).with_body_limit(20);
    let request = Request::post("/any")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-twilio-signature", signature)
        .body(Body::from(body))
        .unwrap();
    VerifyLayer::new(check)
        .layer(service_fn(echo))
        .oneshot(request)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_signed_request_gets_through_with_its_body() {
    let params = Params::from_form("A=1&B=2").unwrap();
    let signature = sign("12345", "https://pbx.example.com/any", &params);
    let response = answer(&signature, "A=1&B=2").await;
    assert_eq!(
        (response.status(), response.body().as_str()),
        (StatusCode::OK, "2 A=1&B=2")
    );
}

#[tokio::test]
async fn anything_else_gets_a_bare_status() {
    for (signature, body, status) in [
        ("AAAA", "A=1&B=2", StatusCode::FORBIDDEN),
        ("AAAA", "A=%FF", StatusCode::BAD_REQUEST),
        (
            "AAAA",
            "A=1234567890123456789",
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
    ] {
        let response = answer(signature, body).await;
        assert_eq!((response.status(), response.body().as_str()), (status, ""));
    }
}
