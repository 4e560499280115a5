//! An independent mock that knows Twilio's OpenAPI document (Prism, from Stoplight) takes what the
//! notifiers ask of Twilio.

#![cfg(feature = "reqwest")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use escalation_core::{
    CallerIds, Canceller, Channel, InFlight, Notification, Notifier, Reconciler, Response, Timer,
    VirtualTimer,
};
use escalation_notify::{Answering, Phone, Sender, Sms};
use http::StatusCode;
use support::{delivery, now, start};
use twilio_rest::{
    CallbackMethod, Client, Credentials, HttpTransport, ReqwestTransport, TransportError,
};

/// What was asked, and the status of each answer.
#[derive(Clone)]
struct Noted {
    transport: ReqwestTransport,
    asked: Arc<Mutex<Vec<(String, StatusCode, Bytes)>>>,
}

#[async_trait]
impl HttpTransport for Noted {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        body_limit: usize,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let asked = format!("{} {}", request.method(), request.uri().path());
        let answer = self.transport.send(request, body_limit).await?;
        let noted = (asked, answer.status(), answer.body().clone());
        self.asked.lock().unwrap().push(noted);
        Ok(answer)
    }
}

#[tokio::test]
#[ignore = "needs Prism: scripts/test starts it"]
async fn every_request_of_the_notifiers_is_taken() {
    let url = std::env::var("TWILIO_PRISM_URL")
        .expect("TWILIO_PRISM_URL names a running Prism, such as http://127.0.0.1:4010");
    let noted = Noted {
        transport: ReqwestTransport::plain().unwrap(),
        asked: Arc::default(),
    };
    let account = "AC00000000000000000000000000000001".parse().unwrap();
    let client = Client::builder(account, Credentials::auth_token("s3cret"))
        .base_url(url)
        .transport(noted.clone())
        .build()
        .unwrap();
    let timer: Arc<dyn Timer> = Arc::new(VirtualTimer::new(start()));
    let ids = || CallerIds::new().otherwise("+15005550001");
    let text = || "Order {order} waits.".parse().unwrap();
    let about = Notification::after(Channel::PHONE, now())
        .to_phone_number("+15005550006")
        .until(start() + TimeDelta::hours(1))
        .with("order", 17)
        .unwrap();
    let about = delivery(about);

    for answering in [
        Answering::saying(text()),
        Answering::fetching("https://a.example/voice", CallbackMethod::Get).unwrap(),
        Answering::asking(text(), "Press 4.", "https://a.example/key")
            .unwrap()
            .key('4', Response::Acknowledged),
    ] {
        let phone = Phone::builder(client.clone(), ids(), Arc::clone(&timer), answering)
            .status_callback("https://a.example/status")
            .unwrap()
            .detect_machines()
            .build();
        // The call is made; what it is like is Prism's invention, so nobody waits for its end.
        let brief = std::time::Duration::from_millis(500);
        let _ = tokio::time::timeout(brief, phone.notify(&about)).await;
        let another = Phone::builder(
            client.clone(),
            ids(),
            Arc::clone(&timer),
            Answering::saying(text()),
        )
        .build();
        another.reconcile(&about).await;
        let notification = Arc::new(about.notification().clone());
        let attempt = InFlight::new(about.lease().clone(), 1, notification);
        phone.cancel(&attempt).await;
        another.cancel(&attempt).await;
    }
    let senders = [
        Sender::Numbers(ids()),
        Sender::Service("MG00000000000000000000000000000001".parse().unwrap()),
    ];
    for sender in senders {
        let sms = Sms::new(client.clone(), sender, Arc::clone(&timer), text());
        sms.notify(&about).await;
        sms.reconcile(&about).await;
    }

    let asked = noted.asked.lock().unwrap();
    for kind in ["POST", "GET"] {
        for what in ["/Calls", "/Messages.json"] {
            let sent = |(line, ..): &&(String, _, _)| line.starts_with(kind) && line.contains(what);
            assert!(
                asked.iter().any(|each| sent(&each)),
                "{kind} {what}: {asked:?}"
            );
        }
    }
    let refused: Vec<_> = asked
        .iter()
        .filter(|(_, status, _)| !status.is_success())
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}
