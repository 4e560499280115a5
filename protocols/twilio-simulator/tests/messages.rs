//! Messages: what is written to a number, what the host answers, and what becomes of what it sends.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

mod support;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{COOKIE, SET_COOKIE};
use http::{Method, StatusCode};
use support::*;
use twilio_simulator::{
    Caller, Delivery, Document, Documents, Message, MessageDirection, MessageStatus, NumberConfig,
    Simulator, TextMessage, Transport, TransportError,
};

const PHONE: &str = "+15550002001";

async fn stage(documents: impl IntoIterator<Item = Document>) -> Simulator {
    let host = documents
        .into_iter()
        .fold(Documents::new(), Documents::with)
        .with(page("/status", ""));
    let mut sim = Simulator::builder(ACCOUNT, TOKEN)
        .settings(even_settings())
        .transport(Arc::new(host))
        .build()
        .await
        .unwrap();
    let config = NumberConfig::new(VOICE)
        .messaging_url("http://app.test/sms")
        .messaging_fallback_url("http://app.test/sorry");
    sim.number(LINE, config).unwrap();
    sim
}

async fn write(sim: &mut Simulator, body: &str) {
    let text = TextMessage::from(CALLER).to(LINE).body(body);
    sim.message_at(sim.now(), text).unwrap();
    sim.run_until_idle().await.unwrap();
}

fn sent(sim: &Simulator) -> Vec<Message> {
    let mut all = sim.messages();
    all.retain(|message| message.direction != MessageDirection::Inbound);
    all
}

fn statuses(sim: &Simulator) -> Vec<String> {
    sim.transcript()
        .requests_to("/status")
        .map(|request| request.parameter("MessageStatus").unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_message_is_told_with_its_parameters_and_answered() {
    let mut sim = stage([page(
        "/sms",
        "<Message>Hello</Message><Message to=\"+15550002001\"><Body>Look</Body>\
         <Media>http://media.test/a.png</Media></Message>",
    )])
    .await;
    let text = TextMessage::from(CALLER)
        .to(LINE)
        .body("hi")
        .media("http://media.test/cow.png", "image/png")
        .parameter("FromCountry", "GB");
    let sid = sim.message_at(sim.now(), text).unwrap();
    assert!(sim.message(&sid).is_none());
    sim.run_until_idle().await.unwrap();
    let transcript = sim.transcript();
    let request = transcript.requests().next().unwrap();
    for (name, value) in [
        ("MessageSid", sid.as_str()),
        ("SmsSid", sid.as_str()),
        ("AccountSid", ACCOUNT),
        ("From", CALLER),
        ("To", LINE),
        ("Body", "hi"),
        ("NumMedia", "1"),
        ("NumSegments", "1"),
        ("MediaUrl0", "http://media.test/cow.png"),
        ("MediaContentType0", "image/png"),
        ("FromCountry", "GB"),
        ("SmsStatus", "received"),
    ] {
        assert_eq!(request.parameter(name), Some(value), "{name}");
    }
    assert!(sid.as_str().starts_with("MM"));
    let sent = sent(&sim);
    assert_eq!(sent.len(), 2);
    assert_eq!((sent[0].from.as_str(), sent[0].to.as_str()), (LINE, CALLER));
    assert_eq!(sent[0].direction, MessageDirection::OutboundReply);
    assert_eq!(sent[0].body, "Hello");
    assert_eq!(sent[0].status, MessageStatus::Delivered);
    assert_eq!(
        (sent[1].to.as_str(), sent[1].body.as_str()),
        (PHONE, "Look")
    );
    assert_eq!(sent[1].media, ["http://media.test/a.png"]);
}

#[tokio::test]
async fn an_empty_answer_sends_nothing_and_plain_text_is_sent_back() {
    let mut sim = stage([page("/sms", "")]).await;
    write(&mut sim, "hi").await;
    assert!(sent(&sim).is_empty());
    let url = "http://app.test/sms";
    let plain = Document::new(url, "Hello you").content_type("text/plain");
    let mut sim = stage([plain]).await;
    write(&mut sim, "hi").await;
    assert_eq!(sent(&sim)[0].body, "Hello you");
    let nothing = Document::new(url, "").status(StatusCode::NO_CONTENT);
    let mut sim = stage([nothing]).await;
    write(&mut sim, "hi").await;
    assert!(sent(&sim).is_empty());
}

#[tokio::test]
async fn redirects_are_followed_and_what_follows_them_is_not_done() {
    let mut sim = stage([
        page("/sms", "<Redirect>next</Redirect><Message>No</Message>"),
        page("/next", "<Message statusCallback=\"/status\">Yes</Message>"),
    ])
    .await;
    write(&mut sim, "hi").await;
    let sent = sent(&sim);
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].body, "Yes");
    assert_eq!(statuses(&sim), ["queued", "sent", "delivered"]);
    let mut sim = stage([page("/sms", "<Redirect>/sms</Redirect>")]).await;
    write(&mut sim, "hi").await;
    assert!(sim.transcript().to_string().contains("a loop"));
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_leads_to_the_fallback_url_once() {
    let broken = Document::new("http://app.test/sms", "<Response><Message>");
    let mut sim = stage([broken, page("/sorry", "<Message>Sorry</Message>")]).await;
    write(&mut sim, "hi").await;
    assert_eq!(sent(&sim)[0].body, "Sorry");
    let transcript = sim.transcript();
    let sorry = transcript.requests_to("/sorry").next().unwrap();
    assert_eq!(sorry.parameter("ErrorCode"), Some("12100"));
    assert_eq!(sorry.parameter("ErrorUrl"), Some("http://app.test/sms"));
    assert_eq!(sorry.parameter("Body"), Some("hi"));
    let broken = || Document::new("http://app.test/sms", "").status(StatusCode::BAD_GATEWAY);
    let worse = Document::new("http://app.test/sorry", "<oops/>");
    let mut sim = stage([broken(), worse]).await;
    write(&mut sim, "hi").await;
    assert!(sent(&sim).is_empty());
    assert_eq!(sim.transcript().requests_to("/sorry").count(), 1);
}

/// Hands out a cookie, and writes down those it gets.
#[derive(Debug, Default)]
struct Baker(Mutex<Vec<String>>);

#[async_trait]
impl Transport for Baker {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let cookie = request.headers().get(COOKIE);
        let cookie = cookie.map_or(String::new(), |value| value.to_str().unwrap().to_owned());
        self.0.lock().unwrap().push(cookie);
        let response = http::Response::builder().header(SET_COOKIE, "basket=7; Path=/");
        Ok(response.status(204).body(Bytes::new()).unwrap())
    }
}

#[tokio::test]
async fn cookies_are_kept_for_a_pair_of_numbers() {
    let host = Arc::new(Baker::default());
    let mut sim = Simulator::builder(ACCOUNT, TOKEN)
        .transport(Arc::clone(&host) as Arc<dyn Transport>)
        .build()
        .await
        .unwrap();
    let config = NumberConfig::new(VOICE).messaging_url("http://app.test/sms");
    sim.number(LINE, config).unwrap();
    write(&mut sim, "one").await;
    write(&mut sim, "two").await;
    let other = TextMessage::from(PHONE).to(LINE).body("three");
    sim.message_at(sim.now(), other).unwrap();
    sim.run_until_idle().await.unwrap();
    assert_eq!(*host.0.lock().unwrap(), ["", "basket=7", ""]);
}

#[tokio::test]
async fn a_message_by_rest_is_reported_as_it_gets_on() {
    for (delivery, expected, code) in [
        (
            Delivery::after(secs(3)),
            &["queued", "sent", "delivered"][..],
            None,
        ),
        (
            Delivery::undelivered(30_003),
            &["queued", "sent", "undelivered"],
            Some(30_003),
        ),
        (Delivery::fails(30_007), &["queued", "failed"], Some(30_007)),
        (Delivery::without_receipt(), &["queued", "sent"], None),
    ] {
        let mut sim = stage([]).await;
        sim.handset(PHONE, delivery.sent_after(secs(2)));
        let form = [
            ("To", PHONE),
            ("From", LINE),
            ("Body", "Your table is ready"),
            ("StatusCallback", "http://app.test/status"),
        ];
        let base = sim.rest_url();
        let (status, message) = rest(&base, Method::POST, "/Messages.json", &form).await;
        assert_eq!(status, 201);
        assert_eq!(message["status"], "queued");
        assert_eq!(message["direction"], "outbound-api");
        assert_eq!(message["num_segments"], "1");
        sim.run_until_idle().await.unwrap();
        assert_eq!(statuses(&sim), expected);
        let sid = message["sid"].as_str().unwrap();
        let path = format!("/Messages/{sid}.json");
        let (status, message) = rest(&base, Method::GET, &path, &[]).await;
        assert_eq!(status, 200);
        assert_eq!(message["status"], *expected.last().unwrap());
        assert_eq!(message["error_code"].as_u64(), code);
        let (_, list) = rest(&base, Method::GET, "/Messages.json", &[]).await;
        assert_eq!(list["messages"][0], message);
        let (_, redacted) = rest(&base, Method::POST, &path, &[("Body", "")]).await;
        assert_eq!(redacted["body"], "");
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_as_twilio_does() {
    let sim = stage([]).await;
    let long = "x".repeat(1601);
    for (form, code) in [
        (vec![("From", LINE), ("Body", "x")], 21_604),
        (vec![("To", PHONE), ("Body", "x")], 21_603),
        (vec![("To", PHONE), ("From", LINE)], 21_602),
        (vec![("To", "soon"), ("From", LINE), ("Body", "x")], 21_211),
        (vec![("To", PHONE), ("From", CALLER), ("Body", "x")], 21_606),
        (vec![("To", PHONE), ("From", LINE), ("Body", &long)], 21_617),
    ] {
        let (status, body) = rest(&sim.rest_url(), Method::POST, "/Messages.json", &form).await;
        assert_eq!((status, body["code"].as_u64()), (400, Some(code)), "{body}");
    }
    let form = [
        ("To", PHONE),
        ("From", LINE),
        ("Body", "x"),
        ("SendAt", "later"),
    ];
    let (status, _) = rest(&sim.rest_url(), Method::POST, "/Messages.json", &form).await;
    assert_eq!(status, 501);
}

#[tokio::test]
async fn sms_in_a_call_sends_and_goes_on_or_asks_its_action() {
    let mut sim = stage([
        page(
            "/voice",
            "<Sms statusCallback=\"/status\">One</Sms><Sms action=\"/told\" to=\"+15550002001\">Two\
             </Sms><Say>Never</Say>",
        ),
        page("/told", "<Say>Done</Say>"),
    ])
    .await;
    let caller = Caller::from(CALLER).to(LINE);
    let call = sim.call_at(sim.now(), caller).unwrap();
    sim.run_until_idle().await.unwrap();
    let sent = sent(&sim);
    assert_eq!((sent[0].from.as_str(), sent[0].to.as_str()), (LINE, CALLER));
    assert_eq!(sent[0].direction, MessageDirection::OutboundCall);
    assert_eq!(sent[1].to, PHONE);
    let transcript = sim.transcript();
    let told = transcript.requests_to("/told").next().unwrap();
    assert_eq!(told.parameter("SmsSid"), Some(sent[1].sid.as_str()));
    let call = sim.call(&call).unwrap();
    assert!(call.heard_text("Done") && !call.heard_text("Never"));
    assert_eq!(statuses(&sim), ["queued", "sent", "delivered"]);
}

#[tokio::test]
async fn whoever_writes_stop_is_sent_nothing_more_until_start() {
    let mut sim = stage([page("/sms", "<Message>As you wish</Message>")]).await;
    write(&mut sim, " Stop ").await;
    // The host hears of it, and what it answers cannot be sent.
    assert_eq!(sent(&sim)[0].status, MessageStatus::Failed);
    assert_eq!(sent(&sim)[0].error_code, Some(21_610));
    let form = [("To", CALLER), ("From", LINE), ("Body", "News")];
    let base = sim.rest_url();
    let (status, body) = rest(&base, Method::POST, "/Messages.json", &form).await;
    assert_eq!((status, &body["code"]), (400, &21_610.into()));
    // Another phone is another matter.
    let other = [("To", PHONE), ("From", LINE), ("Body", "News")];
    let (status, _) = rest(&base, Method::POST, "/Messages.json", &other).await;
    assert_eq!(status, 201);
    write(&mut sim, "UNSTOP").await;
    let (status, _) = rest(&base, Method::POST, "/Messages.json", &form).await;
    assert_eq!(status, 201);
    let story = sim.transcript().to_string();
    assert!(
        story.contains("wants no more messages from +15550009001"),
        "{story}"
    );
    assert!(
        story.contains("wants messages from +15550009001 again"),
        "{story}"
    );
}

#[tokio::test]
async fn a_sentence_that_begins_with_stop_is_no_opt_out() {
    let mut sim = stage([page("/sms", "<Message>As you wish</Message>")]).await;
    write(&mut sim, "Stop by at five").await;
    assert_eq!(sent(&sim)[0].status, MessageStatus::Delivered);
}
