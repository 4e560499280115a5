//! Calls over a Twilio that is played on a virtual clock: real HTTP to its REST face, and people who
//! press keys, are busy, or do not answer.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use escalation_core::{
    CallerIds, Cause, Channel, Notification, Notifier, Outcome, Reconciled, Reconciler, Response,
    Timer, VirtualTimer,
};
use escalation_notify::{Answering, Phone};
use support::{delivery, now};
use twilio_rest::{CallStatus, Client, Credentials, ReqwestTransport};
use twilio_simulator::{Answers, NumberConfig, Script, Simulator, Transport, TransportError};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const OURS: &str = "+15550100";
const THEIRS: &str = "+15550002001";

/// The host's pages: what is pressed, and how calls end.
#[derive(Default)]
struct Host(OnceLock<Arc<Phone>>);

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Host")
    }
}

#[async_trait]
impl Transport for Host {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let pairs = |text: &[u8]| -> HashMap<String, String> {
            url::form_urlencoded::parse(text).into_owned().collect()
        };
        let about = pairs(request.uri().query().unwrap_or_default().as_bytes());
        let form = pairs(request.body());
        let phone = self.0.get().unwrap();
        let mut page = String::new();
        if request.uri().path() == "/key" {
            let pressed = phone.pressed(&about["escalation"], &form["Digits"]);
            page = pressed.unwrap().twiml;
        } else {
            let status = CallStatus::from(form["CallStatus"].as_str());
            phone.status(
                &about["escalation"],
                form["CallSid"].parse().unwrap(),
                &status,
            );
        }
        let answer = http::Response::builder().header("content-type", "text/xml");
        Ok(answer.body(page.into()).unwrap())
    }
}

/// What becomes of a call to a phone that behaves like this, and what is found of it afterwards.
async fn called(answers: Answers, callbacks: bool) -> (Outcome, Reconciled) {
    let host = Arc::new(Host::default());
    let mut sim = Simulator::builder(ACCOUNT, "auth token")
        .transport(Arc::clone(&host) as Arc<dyn Transport>)
        .build()
        .await
        .unwrap();
    sim.number(OURS, NumberConfig::new("http://app.test/voice"))
        .unwrap();
    sim.phone(THEIRS, answers);
    let client = Client::builder(
        ACCOUNT.parse().unwrap(),
        Credentials::auth_token("auth token"),
    )
    .base_url(sim.rest_url())
    .transport(ReqwestTransport::plain().unwrap())
    .build()
    .unwrap();
    let timer = Arc::new(VirtualTimer::new(sim.now()));
    let phone = |answering: Answering| {
        let timer = Arc::clone(&timer) as Arc<dyn Timer>;
        let ids = CallerIds::new().otherwise(OURS);
        let mut phone = Phone::builder(client.clone(), ids, timer, answering);
        if callbacks {
            let poll_rarely = TimeDelta::hours(1);
            phone = phone
                .status_callback("http://app.test/status")
                .unwrap()
                .poll_every(poll_rarely)
                .longest_call(poll_rarely * 100);
        }
        Arc::new(phone.build())
    };
    let asking = Answering::asking(
        "Order {order} waits.".parse().unwrap(),
        "Press 4 to take it.",
        "http://app.test/key",
    )
    .unwrap()
    .key('4', Response::Acknowledged)
    .key('#', Response::Resolved);
    let calling = phone(asking.clone());
    host.0.set(Arc::clone(&calling)).unwrap();

    let call = Notification::after(Channel::PHONE, now()).to_phone_number(THEIRS);
    let about = delivery(call.with("order", 17).unwrap());
    let clock = async {
        loop {
            sim.run_until(sim.now() + TimeDelta::seconds(1))
                .await
                .unwrap();
            timer.set(sim.now());
            tokio::task::yield_now().await;
        }
    };
    let outcome = tokio::select! {
        biased;
        outcome = calling.notify(&about) => outcome,
        () = clock => unreachable!("a clock runs for ever"),
    };
    // Another worker takes over, and knows nothing of that call; all that rings has rung out.
    sim.run_until(sim.now() + TimeDelta::minutes(5))
        .await
        .unwrap();
    let found = phone(asking).reconcile(&about).await;
    (outcome, found)
}

fn after_three_seconds(script: Script) -> Answers {
    Answers::after(Duration::from_secs(3)).then(script)
}

#[tokio::test]
async fn somebody_presses_a_key() {
    for (key, response) in [("4", Response::Acknowledged), ("#", Response::Resolved)] {
        for callbacks in [false, true] {
            let script = Script::new().hears("press 4").presses(key);
            let (outcome, found) = called(after_three_seconds(script), callbacks).await;
            assert_eq!(outcome, Outcome::Delivered(response), "{key} {callbacks}");
            // What was pressed is the first worker's knowledge: it is asked again, not lost.
            assert_cause(found, Cause::Unconfirmed);
        }
    }
}

fn assert_cause(found: Reconciled, expected: Cause) {
    match found {
        Reconciled::Ended(Outcome::RetryAfter { reason, .. }) => {
            assert_eq!(reason.cause(), expected);
        }
        other => panic!("{expected:?}: {other:?}"),
    }
}

#[tokio::test]
async fn nobody_takes_it() {
    let wrong = Script::new()
        .hears("press 4")
        .presses("7")
        .hangs_up_after(Duration::from_secs(5));
    let silent = Script::new().hangs_up_after(Duration::from_secs(2));
    for callbacks in [false, true] {
        for (answers, cause) in [
            (Answers::busy(), Cause::Busy),
            (Answers::never(), Cause::NoAnswer),
            (Answers::fails(), Cause::BadDestination),
            (after_three_seconds(wrong.clone()), Cause::Unconfirmed),
            (after_three_seconds(silent.clone()), Cause::Unconfirmed),
        ] {
            let (outcome, found) = called(answers, callbacks).await;
            match outcome {
                Outcome::RetryAfter { reason, .. } => assert_eq!(reason.cause(), cause, "{reason}"),
                other => panic!("{cause:?} {callbacks}: {other:?}"),
            }
            assert_cause(found, cause);
        }
    }
}
