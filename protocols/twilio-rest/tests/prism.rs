//! An independent mock (Prism, from Stoplight) that knows Twilio's OpenAPI document takes every
//! request of this client, and its answers are read, made-up ones too.
//!
//! Prism is found at `TWILIO_PRISM_URL`; see `tests/data/README.md` for how to start it.
#![cfg(feature = "reqwest")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod every;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use twilio_rest::{
    CallSid, Client, ClientBuilder, CreateCall, Credentials, Error, HttpTransport,
    ReqwestTransport, RetryPolicy, TransportError,
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
    let results = every::request(&client()).await;
    let taken = results.len();
    let refused: Vec<_> = results
        .into_iter()
        .filter(|(_, result)| result.is_err())
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
    println!("{taken} requests were taken");
}

#[tokio::test]
#[ignore = "needs Prism: scripts/test starts it"]
async fn a_list_that_goes_in_circles_ends() {
    // The next page of the document's own example is the same example.
    let mut queues = client().queues().list();
    let mut read = 0;
    let error = loop {
        match queues.next().await {
            Ok(queue) => read += usize::from(queue.is_some()),
            Err(error) => break error,
        }
        assert!(read < 100, "{read}");
    };
    assert!(matches!(error, Error::Page { .. }), "{error:?}");
    assert_eq!(read, 2);
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
    let (mut read, mut asked) = (0, 0);
    for _ in 0..5 {
        for (id, result) in every::request(&client).await {
            asked += 1;
            match result {
                Ok(()) => read += 1,
                Err(Error::Decode { .. }) => {}
                Err(error) => panic!("{id}: {error:?}"),
            }
        }
    }
    println!("{read} of {asked} made-up answers could be read");
    assert!(read * 2 > asked, "{read} of {asked}");
}
