//! The log says why a request was turned away, and neither token, signature nor number.
#![cfg(all(feature = "axum", feature = "tracing"))]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{FromRef, FromRequest as _};
use axum::http::Request;
use twilio_webhook::{IncomingCall, Params, PublicUrl, SignatureCheck, Signed, Verifier, sign};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[derive(Clone)]
struct Pbx(SignatureCheck);

impl FromRef<Pbx> for SignatureCheck {
    fn from_ref(pbx: &Pbx) -> Self {
        pbx.0.clone()
    }
}

fn logged(signature: &str, params: &Params) -> String {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer({
        let log = log.clone();
        move || log.clone()
    });
    let public = PublicUrl::at("https://pbx.example.com").unwrap();
    let pbx = Pbx(SignatureCheck::new(Verifier::new("s3cret-token"), public));
    let request = Request::post("/incoming?key=q")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("x-twilio-signature", signature)
        .body(Body::from(params.to_form()))
        .unwrap();
    tracing::subscriber::with_default(subscriber.finish(), || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let refused = runtime.block_on(Signed::<IncomingCall>::from_request(request, &pbx));
        refused.unwrap_err();
    });
    String::from_utf8(log.0.lock().unwrap().clone()).unwrap()
}

#[test]
fn the_reason_is_logged_and_no_secret() {
    let params = Params::new()
        .with("From", "+441134960000")
        .with("CallSid", "CA1");
    let good = sign(
        "s3cret-token",
        "https://pbx.example.com/incoming?key=q",
        &params,
    );

    let forged = logged("AAAAAAAAAAAAAAAAAAAAAAAAAAA=", &params);
    assert!(forged.contains("status=403"), "{forged}");
    assert!(forged.contains("the signature does not match"), "{forged}");
    let malformed = logged(&good, &params);
    assert!(malformed.contains("status=400"), "{malformed}");
    assert!(
        malformed.contains(r#"parameter CallSid is "CA1""#),
        "{malformed}"
    );

    for log in [forged, malformed] {
        assert!(
            log.contains("method=POST") && log.contains("path=\"/incoming\""),
            "{log}"
        );
        for secret in ["s3cret-token", "AAAAAAAA", &good, "441134960000", "key=q"] {
            assert!(!log.contains(secret), "{secret} in {log}");
        }
    }
}
