//! What is told to `tracing`: what was asked for and what came of it, and nothing that is secret or
//! somebody's own.
#![cfg(feature = "tracing")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod every;

use std::io::Write;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use tracing_subscriber::fmt::format::FmtSpan;
use twilio_rest::{Client, Credentials, RetryPolicy, TransportError};

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn requests_leave_traces_without_secrets() {
    let written = Written::default();
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        // The digits of an instant could look like a number that is not to be told.
        .without_time()
        .with_writer(move || writer.clone())
        .finish();
    let _subscriber = tracing::subscriber::set_default(subscriber);

    let answers = Mutex::new(0);
    let transport = move |_: Request<Bytes>| {
        let mut answers = answers.lock().unwrap();
        *answers += 1;
        match *answers % 3 {
            0 => Err(TransportError::lost("reset while dialling +441134960000")),
            1 => Ok(Response::builder()
                .status(400)
                .header("twilio-request-id", "RQ1")
                .body(Bytes::from(
                    r#"{"code":21211,"message":"+441134960000 is none"}"#,
                ))
                .unwrap()),
            _ => Ok(Response::new(Bytes::from(
                r#"{"sid":"CA00000000000000000000000000000002","status":"queued","body":"It is"}"#,
            ))),
        }
    };
    let client = Client::builder(every::sid("AC"), Credentials::auth_token("s3cret"))
        .transport(transport)
        .retry(RetryPolicy::default().attempts(2))
        .build()
        .unwrap();
    let asked = every::request(&client).await.len();

    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    let spans = text
        .lines()
        .filter(|line| line.trim_end().ends_with(" close"))
        .count();
    assert_eq!(spans, asked);
    for part in [
        "product=\"api\" method=POST",
        "path=\"/2010-04-01/Accounts/AC00000000000000000000000000000002/Calls\"",
        "/Conferences/CF00000000000000000000000000000002/Participants/CA0000",
        "product=\"conversations\" method=DELETE path=\"/v1/Conversations\"",
        "attempts=1 status=400 request_id=\"RQ1\"",
        "attempts=2",
        "answered",
        "not answered",
    ] {
        assert!(text.contains(part), "{part}");
    }
    for secret in [
        "s3cret",
        "QUMw",
        "44113",
        "%2B44",
        "password",
        "kitchen",
        "It is",
        "pbx.example",
        "ada",
        "bob",
        "room",
    ] {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}
