//! An independent mock (Prism, from Stoplight) that knows Twilio's OpenAPI document takes every
//! request of this client, and its answers are read, made-up ones too.
//!
//! Prism is found at `TWILIO_PRISM_URL`; see `tests/data/README.md` for how to start it.
#![cfg(feature = "reqwest")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use twilio_rest::{
    CallEvent, CallSid, CallbackMethod, Client, ClientBuilder, CreateCall, Credentials, Error,
    HttpTransport, MachineDetection, ReqwestTransport, RetryPolicy, TransportError,
};

/// Tells Prism which of the documented answers to give.
struct Prefer {
    transport: ReqwestTransport,
    answer: &'static str,
}

#[async_trait]
impl HttpTransport for Prefer {
    async fn send(
        &self,
        mut request: Request<Bytes>,
        body_limit: usize,
    ) -> Result<Response<Bytes>, TransportError> {
        request
            .headers_mut()
            .insert("prefer", HeaderValue::from_static(self.answer));
        self.transport.send(request, body_limit).await
    }
}

fn builder() -> ClientBuilder {
    let url = std::env::var("TWILIO_PRISM_URL")
        .expect("TWILIO_PRISM_URL names a running Prism, such as http://127.0.0.1:4010");
    let account = "AC00000000000000000000000000000001".parse().unwrap();
    Client::builder(account, Credentials::auth_token("s3cret")).base_url(url)
}

fn client() -> Client {
    builder().build().unwrap()
}

fn client_that_gets(answer: &'static str) -> Client {
    let transport = ReqwestTransport::plain().unwrap();
    builder()
        .transport(Prefer { transport, answer })
        .retry(
            RetryPolicy::default()
                .attempts(2)
                .spans(Duration::from_millis(1), Duration::from_millis(1))
                .longest_retry_after(Duration::ZERO),
        )
        .build()
        .unwrap()
}

fn a_call() -> CreateCall {
    CreateCall::new("+15005550006", "+15005550001").url("https://a.example/v")
}

fn sid() -> CallSid {
    "CA00000000000000000000000000000002".parse().unwrap()
}

#[tokio::test]
#[ignore = "needs Prism: scripts/test starts it"]
async fn every_request_is_taken() {
    let calls = [
        a_call(),
        a_call().twiml("<Response><Say>a + b & c</Say></Response>"),
        a_call().application("AP00000000000000000000000000000003"),
        CreateCall::new("client:alice", "+15005550001").url("https://a.example/v"),
        a_call()
            .method(CallbackMethod::Get)
            .fallback("https://a.example/f", CallbackMethod::Post)
            .status_callback("https://a.example/s", CallEvent::ALL)
            .status_callback_method(CallbackMethod::Post)
            .timeout(Duration::from_secs(20))
            .time_limit(Duration::from_secs(3600))
            .send_digits("ww1#")
            .caller_id("+15005550001")
            .reason("Your parcel")
            .call_token("token")
            .sip_auth("user", "password")
            .record()
            .recording_status_callback("https://a.example/r")
            .machine_detection(MachineDetection::DetectMessageEnd)
            .async_machine_detection("https://a.example/amd"),
        a_call().status_callback("https://a.example/s", [CallEvent::Completed]),
    ];
    let client = client();
    for call in calls {
        client.calls().create(call).await.unwrap();
    }
    client.calls().fetch(&sid()).await.unwrap();
    client.calls().cancel(&sid()).await.unwrap();
    client.calls().complete(&sid()).await.unwrap();
}

#[tokio::test]
#[ignore = "needs Prism: scripts/test starts it"]
async fn prism_does_look_at_what_it_is_sent() {
    // Otherwise the test above would prove nothing.
    for wrong in [
        CreateCall::new("+15005550006", "+15005550001").url("not a url"),
        a_call().unchecked("Timeout", "soon"),
        a_call().unchecked("Method", "FETCH"),
    ] {
        let error = client().calls().create(wrong).await.unwrap_err();
        assert_eq!(error.api().unwrap().status.as_u16(), 422, "{error:?}");
    }
}

#[tokio::test]
#[ignore = "needs Prism: scripts/test starts it"]
async fn documented_errors_are_read() {
    let error = client_that_gets("code=404")
        .calls()
        .fetch(&sid())
        .await
        .unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    assert_eq!(error.code(), Some(20_404));

    let error = client_that_gets("code=429")
        .calls()
        .create(a_call())
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Throttled {
                attempts: 2,
                retry_after: Some(_),
                ..
            }
        ),
        "{error:?}"
    );

    let error = client_that_gets("code=503")
        .calls()
        .create(a_call())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Ambiguous { .. }), "{error:?}");
    assert_eq!(error.code(), Some(20_503));

    let error = client_that_gets("code=500")
        .calls()
        .cancel(&sid())
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Server { attempts: 2, .. }),
        "{error:?}"
    );
}

#[tokio::test]
#[ignore = "needs Prism: scripts/test starts it"]
async fn made_up_answers_are_read_or_refused_and_never_panic() {
    let client = client_that_gets("dynamic=true");
    let mut read = 0;
    for _ in 0..200 {
        match client.calls().fetch(&sid()).await {
            Ok(_) => read += 1,
            Err(Error::Decode { .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    println!("{read} of 200 made-up answers could be read");
    assert!(read > 100, "{read} of 200");
}
