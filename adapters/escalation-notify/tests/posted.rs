//! Webhooks, PubNub and the console: what is sent, and what each answer means.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use escalation_core::{Cause, Channel, Notification, Notifier, Outcome, Response};
use escalation_notify::{Console, PubNub, Webhook, WebhookError, WebhookSecret};
use futures::executor::block_on;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use support::{Scripted, delivery, now, start};
use twilio_rest::TransportError;

/// The secret of the Standard Webhooks specification's examples.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn hook() -> Notification {
    Notification::after(Channel::new("webhook").unwrap(), now())
}

fn webhook(http: &Scripted) -> Webhook {
    let secret = WebhookSecret::new(SECRET).unwrap();
    Webhook::new(Arc::new(http.transport()), Arc::new(start), secret)
        .to("https://orders.example.com/escalations")
        .unwrap()
}

fn sent(webhook: &Webhook, notification: Notification) -> Outcome {
    block_on(webhook.notify(&delivery(notification)))
}

#[test]
fn a_webhook_is_json_signed_as_standard_webhooks_says() {
    let http = Scripted::answers(200, "");
    let outcome = sent(&webhook(&http), hook().with("order", 17).unwrap());
    assert_eq!(outcome, Outcome::Delivered(Response::None));
    let seen = http.seen.lock().unwrap();
    let request = &seen[0];
    assert_eq!(request.uri(), "https://orders.example.com/escalations");
    let header = |name: &str| request.headers()[name].to_str().unwrap();
    assert_eq!(header("webhook-id"), "order/17/1/0");
    assert_eq!(header("idempotency-key"), "\"order/17/1/0\"");
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(header("escalation-attempt"), "1");
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(
        body,
        json!({
            "key": "order/17/1/0", "process-id": "order/17", "round": 1, "step": 1,
            "due-at": "2023-11-14T22:13:20Z",
            "notification": {"channel": "webhook", "after": 0, "order": 17}
        })
    );
    // Verified the way its libraries do: `v1,` and base64 of the HMAC of `id.timestamp.body`.
    let key = BASE64_STANDARD
        .decode(SECRET.strip_prefix("whsec_").unwrap())
        .unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{}.{}.", header("webhook-id"), start().timestamp()).as_bytes());
    mac.update(request.body());
    let signature = header("webhook-signature").strip_prefix("v1,").unwrap();
    mac.verify_slice(&BASE64_STANDARD.decode(signature).unwrap())
        .unwrap();
    assert_eq!(header("webhook-timestamp"), start().timestamp().to_string());
}

#[test]
fn whoever_gets_a_webhook_may_answer_for_the_people_behind_it() {
    for (body, response) in [
        (r#"{"response":"acknowledged"}"#, Response::Acknowledged),
        (r#"{"response":"resolved","by":"Ada"}"#, Response::Resolved),
        (r#"{"response":"whatever"}"#, Response::None),
        ("thank you", Response::None),
    ] {
        let http = Scripted::answers(202, body);
        assert_eq!(sent(&webhook(&http), hook()), Outcome::Delivered(response));
    }
}

#[test]
fn what_may_have_arrived_is_unknown_and_what_has_not_is_tried_again() {
    let http = Scripted::default()
        .then_fails(TransportError::TimedOut)
        .then_fails(TransportError::not_sent("refused"))
        .then(500, "")
        .then(429, "")
        .then(404, "");
    let webhook = webhook(&http);
    assert!(matches!(sent(&webhook, hook()), Outcome::Unknown(_)));
    assert!(matches!(sent(&webhook, hook()), Outcome::RetryAfter { .. }));
    assert!(matches!(sent(&webhook, hook()), Outcome::Unknown(_)));
    assert!(matches!(sent(&webhook, hook()), Outcome::RetryAfter { .. }));
    let Outcome::Rejected(reason) = sent(&webhook, hook()) else {
        panic!("404 is for ever")
    };
    assert_eq!(reason.detail(), "answered 404 Not Found");
}

/// A request must not make the worker ask its own network.
#[test]
fn a_notification_chooses_only_among_the_places_allowed() {
    let http = Scripted::default();
    let webhook = webhook(&http)
        .or_where_the_request_says(["https://hooks.example.com/in", "http://127.0.0.1:8080/"])
        .unwrap();
    let to = |url: &str| {
        let reason = match sent(&webhook, hook().with("to", url).unwrap()) {
            Outcome::Rejected(reason) => reason,
            // The script is empty: it was sent.
            Outcome::RetryAfter { .. } => return true,
            other => panic!("{url}: {other:?}"),
        };
        assert_eq!(reason.cause(), Cause::BadDestination);
        false
    };
    for url in [
        "https://hooks.example.com/in",
        "https://hooks.example.com/in/a?b",
        "http://127.0.0.1:8080/x",
    ] {
        assert!(to(url), "{url}");
    }
    for url in [
        "https://hooks.example.com/inside",
        "https://hooks.example.com/",
        "https://hooks.example.com/in/../admin",
        "https://hooks.example.com/in/%2e%2e/admin",
        "https://hooks.example.com/in/..%2Fadmin",
        "https://hooks.example.com/in\\..\\admin",
        "http://hooks.example.com/in",
        "https://hooks.example.com.evil.example/in",
        "https://hooks.example.com@evil.example/in",
        "https://user:pw@hooks.example.com/in",
        "http://127.0.0.1/",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "not a url",
    ] {
        assert!(!to(url), "{url}");
    }
}

#[test]
fn secrets_are_read_strictly_and_never_shown() {
    let secret = WebhookSecret::new(SECRET).unwrap();
    assert_eq!(format!("{secret:?}"), "WebhookSecret(…)");
    for wrong in ["", "whsec_", "hello", "c2hvcnQ="] {
        let error = WebhookSecret::new(wrong).unwrap_err();
        assert!(matches!(error, WebhookError::Secret));
        assert!(!error.to_string().contains("c2hvcnQ"), "{error}");
    }
}

fn pubnub(http: &Scripted) -> PubNub {
    PubNub::new(Arc::new(http.transport()), Arc::new(start), "pub", "sub")
        .unwrap()
        .user("orders")
        .service("http://127.0.0.1:1")
        .unwrap()
}

#[test]
fn pubnub_gets_a_message_on_an_encoded_channel() {
    let http = Scripted::answers(200, r#"[1,"Sent","17000000000000000"]"#);
    let notification = Notification::after(Channel::PUBNUB, now()).to_pubnub_channel("ch 1/ž");
    let outcome = block_on(pubnub(&http).notify(&delivery(notification)));
    assert_eq!(outcome, Outcome::Delivered(Response::None));
    let lines = http.lines();
    assert!(
        lines[0].starts_with("POST /publish/pub/sub/0/ch%201%2F%C5%BE/0?store=0&uuid=orders {"),
        "{lines:?}"
    );
    let seen = http.seen.lock().unwrap();
    let body: Value = serde_json::from_slice(seen[0].body()).unwrap();
    assert_eq!(body["key"], "order/17/1/0");
    assert_eq!(body["notification"]["pubnub-channel"], "ch 1/ž");
}

#[test]
fn what_pubnub_says_is_believed() {
    let outcome = |status, body: &str| {
        let http = Scripted::answers(status, body);
        let to = Notification::after(Channel::PUBNUB, now()).to_pubnub_channel("c");
        block_on(pubnub(&http).notify(&delivery(to)))
    };
    assert!(matches!(
        outcome(200, r#"[0,"Invalid Key","1"]"#),
        Outcome::Rejected(_)
    ));
    assert!(matches!(outcome(200, "<html>"), Outcome::Unknown(_)));
    assert!(matches!(
        outcome(403, r#"{"message":"Forbidden"}"#),
        Outcome::Rejected(_)
    ));
    assert!(matches!(
        outcome(414, r#"[0,"Message Too Large"]"#),
        Outcome::Rejected(_)
    ));
    let nowhere = delivery(Notification::after(Channel::PUBNUB, now()));
    let outcome = block_on(pubnub(&Scripted::default()).notify(&nowhere));
    assert!(matches!(outcome, Outcome::Rejected(_)), "{outcome:?}");
}

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_console_has_a_line_for_each_notification() {
    let page = Page::default();
    let console = Console::new(page.clone(), "order {order}: {note}".parse().unwrap());
    let channel = || Channel::new("console").unwrap();
    let forged = Notification::after(channel(), now())
        .with("order", 17)
        .unwrap()
        .with("note", "a\norder/18/1/0 console all is well")
        .unwrap();
    let outcome = block_on(console.notify(&delivery(forged)));
    assert_eq!(outcome, Outcome::Delivered(Response::None));
    let lacking = delivery(Notification::after(channel(), now()));
    let Outcome::Rejected(reason) = block_on(console.notify(&lacking)) else {
        panic!("there is no order")
    };
    assert!(reason.detail().contains("the field `order`"), "{reason}");
    let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
    assert_eq!(
        text,
        "order/17/1/0 console order 17: a order/18/1/0 console all is well\n"
    );
}
