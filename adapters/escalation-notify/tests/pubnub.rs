//! Publishing to a server on loopback that answers as PubNub's documentation says, through the real
//! HTTP client: what arrives there, and what each answer means for a notification.
#![cfg(feature = "reqwest")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pubnub.rs"]
mod loopback;
mod support;

use std::sync::Arc;

use chrono::TimeDelta;
use escalation_core::{
    Backoff, Cause, Channel, ChannelPolicy, Engine, EscalationStore, MemoryStore, Notification,
    Notifier, Outcome, ProcessId, Response, StartRequest, Timer, VirtualTimer,
};
use escalation_notify::{PubNub, PubNubError};
use loopback::{Behaviour, Loopback};
use serde_json::json;
use support::{delivery, now, start};
use twilio_rest::ReqwestTransport;

fn pubnub(server: &Loopback) -> PubNub {
    let transport = Arc::new(ReqwestTransport::plain().unwrap());
    PubNub::new(transport, Arc::new(start), "pub-c-1", "sub-c-1")
        .unwrap()
        .service(&server.origin())
        .unwrap()
}

fn to(channel: &str) -> Notification {
    Notification::after(Channel::PUBNUB, now()).to_pubnub_channel(channel)
}

async fn published(server: &Loopback, notification: Notification) -> Outcome {
    pubnub(server).notify(&delivery(notification)).await
}

#[tokio::test]
async fn a_message_arrives_on_its_channel() {
    let server = Loopback::start(Behaviour::Publishes).await;
    let pubnub = pubnub(&server).user("an order").token("p0AkFl/+=");
    let notification = to("caf\u{e9} 7?#%&").with("order", 17).unwrap();
    let outcome = pubnub.notify(&delivery(notification)).await;
    assert_eq!(outcome, Outcome::Delivered(Response::None));

    let [request] = &server.requests()[..] else {
        panic!("one request: {:?}", server.requests())
    };
    assert_eq!(request.method, "POST");
    // Read back the way a server does.
    assert_eq!(
        request.path,
        ["publish", "pub-c-1", "sub-c-1", "0", "caf\u{e9} 7?#%&", "0"]
    );
    assert_eq!(
        request.query,
        [("store", "0"), ("uuid", "an order"), ("auth", "p0AkFl/+=")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    assert_eq!(
        request.header("content-type"),
        Some("application/json; charset=UTF-8")
    );
    assert_eq!(
        request.body,
        json!({
            "key": "order/17/1/0", "process-id": "order/17", "attempt": 1,
            "notification": {
                "channel": "pubnub", "after": 0, "pubnub-channel": "caf\u{e9} 7?#%&", "order": 17
            }
        })
    );
}

/// The ancestor's channel with a slash went to another path altogether.
#[tokio::test]
async fn a_channel_cannot_leave_its_place_in_the_path() {
    let server = Loopback::start(Behaviour::Publishes).await;
    for channel in ["a/b", "../../x", ".", "..", "a?store=1", "a#b", "%2e%2e"] {
        let outcome = published(&server, to(channel)).await;
        let requests = server.requests();
        let last = requests.last().unwrap();
        let place = (last.path.get(4).map(String::as_str), last.path.len());
        if matches!(channel, "." | "..") {
            // No URL can say these as a segment; no PubNub channel has such a name.
            assert!(
                matches!(outcome, Outcome::Rejected(_)),
                "{channel}: {outcome:?}"
            );
        } else {
            assert_eq!(place, (Some(channel), 6), "{channel}");
            assert_eq!(outcome, Outcome::Delivered(Response::None), "{channel}");
        }
    }
}

#[tokio::test]
async fn each_answer_of_pubnub_has_one_outcome() {
    let rejected = [
        (
            Behaviour::InvalidKey,
            "answered 400 Bad Request: Invalid Key",
        ),
        (Behaviour::Forbidden, "answered 403 Forbidden: Forbidden"),
        (
            Behaviour::TooLarge,
            "answered 413 Payload Too Large: Message Too Large",
        ),
        (Behaviour::UriTooLong, "answered 414 URI Too Long"),
    ];
    for (behaviour, words) in rejected {
        let server = Loopback::start(behaviour).await;
        let Outcome::Rejected(reason) = published(&server, to("c")).await else {
            panic!("{behaviour:?} is for ever")
        };
        assert_eq!(reason.detail(), words);
    }

    for behaviour in [Behaviour::Status(429), Behaviour::Status(503)] {
        let server = Loopback::start(behaviour).await;
        let outcome = published(&server, to("c")).await;
        let Outcome::RetryAfter { at_least, .. } = outcome else {
            panic!("{behaviour:?} is for now: {outcome:?}")
        };
        assert_eq!(at_least, Some(TimeDelta::seconds(7)), "as it asks for");
    }

    // It may have published, and then failed to say so.
    for behaviour in [
        Behaviour::Status(500),
        Behaviour::Status(502),
        Behaviour::Status(504),
        Behaviour::CutsBeforeAnswering,
        Behaviour::CutsWithinTheAnswer,
        Behaviour::Gibberish,
    ] {
        let server = Loopback::start(behaviour).await;
        let outcome = published(&server, to("c")).await;
        let Outcome::Unknown(reason) = outcome else {
            panic!("nobody can tell after {behaviour:?}: {outcome:?}")
        };
        assert!(!reason.detail().contains("pub-c-1"), "{reason} shows a key");
        assert_eq!(server.requests().len(), 1, "sent again behind our back");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_has_published_nothing() {
    let server = Loopback::start(Behaviour::Publishes).await;
    let pubnub = pubnub(&server);
    server.stop().await;
    let outcome = pubnub.notify(&delivery(to("c"))).await;
    let Outcome::RetryAfter { reason, .. } = outcome else {
        panic!("nothing was sent: {outcome:?}")
    };
    assert_eq!(reason.cause(), Cause::Throttled);
    assert!(!reason.detail().contains("pub-c-1"), "{reason} shows a key");
}

/// A message of more than 32 KiB is refused by the server, kept, and not tried again.
#[tokio::test]
async fn a_message_that_is_too_large_is_a_dead_letter_after_one_attempt() {
    let server = Loopback::start(Behaviour::Publishes).await;
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("pubnub", Arc::new(pubnub(&server)))
        .build()
        .unwrap();
    let long = to("c").with("words", "x".repeat(33_000)).unwrap();
    let request = StartRequest::new(ProcessId::new("a").unwrap()).notify(long);
    engine.start(&request, start()).await.unwrap();
    assert_eq!(engine.run_once(start()).await.unwrap(), None);
    let letters = engine.store().dead_letters(None, 9).await.unwrap();
    let why = letters[0].reason.to_string();
    assert!(why.contains("Message Too Large"), "{why}");
    assert_eq!(server.requests().len(), 1);
}

/// Whoever subscribes can drop the second one: it has the same key.
#[tokio::test]
async fn what_was_in_doubt_is_published_again_under_the_same_key() {
    let server = Loopback::start(Behaviour::CutsBeforeAnswering).await;
    let policy = ChannelPolicy::new().backoff(Backoff::new(TimeDelta::seconds(10)).jitter(0.0));
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("pubnub", Arc::new(pubnub(&server)))
        .channel("pubnub", policy)
        .installation("hotel-7".parse().unwrap())
        .build()
        .unwrap();
    let request = StartRequest::new(ProcessId::new("a").unwrap()).notify(to("c"));
    engine.start(&request, start()).await.unwrap();
    let next = engine.run_once(start()).await.unwrap().unwrap();
    server.behave(Behaviour::Publishes);
    assert_eq!(engine.run_once(next).await.unwrap(), None);
    let told: Vec<_> = server
        .requests()
        .iter()
        .map(|request| (request.body["key"].clone(), request.body["attempt"].clone()))
        .collect();
    assert_eq!(
        told,
        [
            (json!("hotel-7/a/1/0"), json!(1)),
            (json!("hotel-7/a/1/0"), json!(2))
        ]
    );
}

/// It holds up nobody for longer than an attempt may take. On virtual time: nothing here sleeps.
#[tokio::test]
async fn a_server_that_never_answers_leaves_the_outcome_unknown() {
    let server = Loopback::start(Behaviour::NeverAnswers).await;
    let store = Arc::new(MemoryStore::new());
    let engine = Engine::builder(Arc::clone(&store) as _)
        .notifier("pubnub", Arc::new(pubnub(&server)))
        .build()
        .unwrap();
    let request = StartRequest::new(ProcessId::new("a").unwrap()).notify(to("c"));
    engine.start(&request, start()).await.unwrap();
    let timer = VirtualTimer::new(start());
    tokio::select! {
        () = engine.run(&timer, std::future::pending()) => {}
        () = async {
            server.asked().await;
            while engine.counts().unknown == 0 {
                timer.set(timer.now() + TimeDelta::seconds(20));
                tokio::task::yield_now().await;
            }
        } => {}
    }
    assert_eq!(engine.counts().unknown, 1);
    let left = store.process(&ProcessId::new("a").unwrap()).await.unwrap();
    let history = &left.unwrap().open[0].history;
    assert_eq!(history[0].reason.cause(), Cause::Timeout);
}

#[test]
fn what_cannot_be_published_to_is_refused_when_it_is_set_up() {
    let transport = Arc::new(ReqwestTransport::plain().unwrap());
    let with = |publish: &str, subscribe: &str| {
        PubNub::new(transport.clone(), Arc::new(start), publish, subscribe)
    };
    for (publish, subscribe, which) in [("", "s", "publish"), ("p", " \n", "subscribe")] {
        let refused = with(publish, subscribe).unwrap_err();
        assert_eq!(refused, PubNubError::Key { which });
    }
    let service = |url: &str| with("p", "s").unwrap().service(url);
    for url in [
        "https://ps.pndsn.com",
        "https://ps.pndsn.com/",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
    ] {
        assert!(service(url).is_ok(), "{url}");
    }
    for url in [
        "",
        "ps.pndsn.com",
        "ftp://ps.pndsn.com",
        "https://",
        "https://ps.pndsn.com/v1",
        "https://ps.pndsn.com?x",
        "https://ps.pndsn.com#x",
        "https://me:pw@ps.pndsn.com",
        "https://ps.pndsn.com:99999",
    ] {
        let refused = service(url).unwrap_err();
        assert!(matches!(refused, PubNubError::Service { .. }), "{url}");
    }
    let shown = format!("{:?}", with("pub-c-1", "sub-c-1").unwrap().token("t0ken"));
    assert!(
        !shown.contains("pub-c-1") && !shown.contains("t0ken"),
        "{shown}"
    );
}
