//! The queue against a real SQS server, with the three differences from AWS in mind that moto has:
//! it forgets deduplication ids after a deletion, gives a duplicate a new id, and answers a deletion
//! with an expired receipt with success. Nothing here rests on those.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(feature = "sqs")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_sqs::types::QueueAttributeName;
use chrono::DateTime;
use escalation_core::conformance::{SOURCE_CASES, SourceUnderTest};
use escalation_core::{Engine, MemoryStore, ProcessId, RequestSource, Started, Submitted};
use escalation_sqs::SqsRequests;

fn client() -> Client {
    let url =
        std::env::var("TEST_SQS_URL").expect("TEST_SQS_URL: scripts/test starts an SQS server");
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "tests"))
        .endpoint_url(url)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

struct Queue {
    client: Client,
    url: String,
    source: SqsRequests,
    sent: AtomicUsize,
}

impl Queue {
    async fn new(name: &str) -> Self {
        let client = client();
        let queue = client
            .create_queue()
            .queue_name(format!("{name}-{}.fifo", std::process::id()))
            .attributes(QueueAttributeName::FifoQueue, "true")
            .send()
            .await
            .unwrap();
        let url = queue.queue_url.unwrap();
        let source = SqsRequests::new(client.clone(), &url)
            .visibility(Duration::from_secs(600))
            .unwrap();
        Self {
            client,
            url,
            source,
            sent: AtomicUsize::new(0),
        }
    }

    async fn send_to(&self, group: &str, body: &str) {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        self.client
            .send_message()
            .queue_url(&self.url)
            .message_group_id(group)
            .message_deduplication_id(number.to_string())
            .message_body(body)
            .send()
            .await
            .unwrap();
    }
}

#[async_trait]
impl SourceUnderTest for Queue {
    fn source(&self) -> &dyn RequestSource {
        &self.source
    }

    async fn send(&self, body: &str) {
        self.send_to("one process", body).await;
    }

    /// As a worker that shuts down; one that dies has the same effect when the visibility ends.
    async fn lose_the_worker(&self) {
        self.source.release().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs an SQS server: scripts/test starts it"]
async fn the_contract_of_a_source() {
    for case in SOURCE_CASES {
        println!("{case:?}");
        (case.check)(&Queue::new(case.name).await).await;
    }
}

/// A broken request does not hold up those behind it, of its process or of others.
#[tokio::test]
#[ignore = "needs an SQS server: scripts/test starts it"]
async fn poison_is_refused_visibly_and_the_queue_goes_on() {
    let queue = Queue::new("poison").await;
    queue.send_to("a", "{").await;
    queue
        .send_to("a", r#"{"process-id":"a","action":"stop"}"#)
        .await;
    queue
        .send_to("b", r#"{"process-id":"b","action":"stop"}"#)
        .await;
    let store = Arc::new(MemoryStore::new());
    let engine = Engine::builder(store).build().unwrap();
    let submitted = engine
        .intake(&queue.source, DateTime::UNIX_EPOCH)
        .await
        .unwrap();
    let refused = submitted
        .iter()
        .filter(|done| matches!(done, Submitted::Rejected(_)))
        .count();
    assert_eq!((submitted.len(), refused), (3, 1));
    assert_eq!(queue.source.receive().await.unwrap(), []);
}

/// The visibility runs out while a worker still commits: both workers handle the request, and it is
/// one request.
#[tokio::test]
#[ignore = "needs an SQS server: scripts/test starts it"]
async fn a_message_that_comes_again_while_it_is_handled_is_done_once() {
    let queue = Queue::new("twice").await;
    let start = r#"{"process-id":"a","action":"start","notifications":
        [{"channel":"phone","at":60,"phone-number":"+385"}]}"#;
    queue.send_to("a", start).await;
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .build()
        .unwrap();
    let first = queue.source.receive().await.unwrap();
    // As if its time had run out.
    queue.lose_the_worker().await;
    let other = SqsRequests::new(queue.client.clone(), &queue.url);
    let second = other.receive().await.unwrap();
    assert_eq!(first, second, "the same id and the same words");

    let now = DateTime::UNIX_EPOCH;
    let done = engine.submit(second[0].clone(), now).await.unwrap();
    assert!(
        matches!(done, Submitted::Started(Started::Created(_))),
        "{done:?}"
    );
    other.confirm(&second[0].id).await.unwrap();
    // The process ends before the first worker gets on.
    let process = ProcessId::new("a").unwrap();
    engine.stop(&process, now).await.unwrap();
    let done = engine.submit(first[0].clone(), now).await.unwrap();
    assert!(
        !matches!(done, Submitted::Started(Started::Created(_))),
        "{done:?}"
    );
    queue.source.confirm(&first[0].id).await.unwrap();
    assert_eq!(other.receive().await.unwrap(), []);
}

#[tokio::test]
#[ignore = "needs an SQS server: scripts/test starts it"]
async fn a_queue_that_is_not_there_is_an_error_with_its_reason() {
    let error = SqsRequests::new(client(), "http://127.0.0.1:1/123456789012/none.fifo")
        .receive()
        .await
        .unwrap_err();
    assert!(std::error::Error::source(&error).is_some(), "{error:?}");
}

#[test]
fn times_that_sqs_does_not_offer_are_refused() {
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .build();
    let source = || {
        SqsRequests::new(
            Client::from_conf(config.clone()),
            "http://127.0.0.1:1/q.fifo",
        )
    };
    assert!(source().wait(Duration::from_secs(21)).is_err());
    assert!(source().visibility(Duration::ZERO).is_err());
    let error = source().wait(Duration::from_millis(1_500)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "wait of 1.5s: SQS takes whole seconds from 0 to 20"
    );
}
