//! A host that fails in every way of the plan, and how the call goes on.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

mod support;

use std::sync::Arc;

use http::StatusCode;
use support::*;
use twilio_simulator::{
    Call, CallStatus, Caller, Documents, Event, Fault, Faults, HostClock, NumberConfig, Params,
    Simulator, Sound, Transport, TransportError,
};

fn host() -> Documents {
    Documents::new()
        .with(page(
            "/voice",
            "<Say>First</Say><Redirect>/second</Redirect>",
        ))
        .with(page("/second", "<Say>Second</Say>"))
        .with(page("/sorry", "<Say>Sorry</Say>"))
        .with(page("/ended", ""))
}

async fn play(faults: Faults) -> (Simulator, Call) {
    let mut sim = Simulator::builder(ACCOUNT, TOKEN)
        .settings(even_settings())
        .transport(Arc::new(faults))
        .build()
        .await
        .unwrap();
    let config = NumberConfig::new(VOICE)
        .fallback_url("http://app.test/sorry")
        .status_callback("http://app.test/ended");
    sim.number(LINE, config).unwrap();
    let start = sim.now();
    let sid = sim.call_at(start, Caller::from(CALLER).to(LINE)).unwrap();
    sim.run_until_idle().await.unwrap();
    let call = sim.call(&sid).unwrap();
    (sim, call)
}

fn said(call: &Call) -> Vec<&str> {
    call.heard
        .iter()
        .map(|heard| match &heard.what {
            Sound::Speech(text) => text.as_str(),
            _ => "?",
        })
        .collect()
}

#[tokio::test]
async fn each_fault_leads_to_the_fallback_with_its_code() {
    for (fault, code) in [
        (Fault::Refused, "11200"),
        (Fault::Reset, "11200"),
        (Fault::Restarts, "11200"),
        (Fault::Delayed(secs(16)), "11200"),
        (Fault::Status(StatusCode::BAD_GATEWAY), "11200"),
        (Fault::Truncated, "12100"),
        (Fault::ContentType("image/gif"), "12300"),
        (Fault::AnswerLost, "11200"),
        (Fault::Slow(secs(20)), "11200"),
    ] {
        // A connection that cannot be made is tried once more.
        let (sim, call) = play(Faults::new(Arc::new(host()), 0).at("/second", 1..=2, fault)).await;
        assert_eq!(said(&call), ["First", "Sorry"]);
        let transcript = sim.transcript();
        let sorry = transcript.requests_to("/sorry").next().unwrap();
        assert_eq!(sorry.parameter("ErrorCode"), Some(code));
        assert_eq!(sorry.parameter("ErrorUrl"), Some("http://app.test/second"));
        assert_eq!(call.status, CallStatus::Completed);
    }
}

#[tokio::test]
async fn a_fallback_that_fails_too_is_not_asked_again() {
    let faults = Faults::new(Arc::new(host()), 0)
        .at("/voice", 1..=9, Fault::Refused)
        .at("/sorry", 1..=9, Fault::Refused);
    let (sim, call) = play(faults).await;
    assert_eq!(call.heard.last().unwrap().what, Sound::ErrorMessage);
    // Once, and once more for want of a connection.
    assert_eq!(sim.transcript().requests_to("/sorry").count(), 2);
}

#[tokio::test]
async fn a_slow_answer_takes_its_time() {
    let faults = Faults::new(Arc::new(host()), 0).at("/second", 1..=1, Fault::Slow(secs(7)));
    let (_, call) = play(faults).await;
    assert_eq!(said(&call), ["First", "Second"]);
    assert_eq!(call.duration(), secs(9));
    // One second of speech, fifteen of waiting in vain, one of apology.
    let faults = Faults::new(Arc::new(host()), 0).at("/second", 1..=1, Fault::Slow(secs(90)));
    let (_, call) = play(faults).await;
    assert_eq!(said(&call), ["First", "Sorry"]);
    assert_eq!(call.duration(), secs(17));
}

#[tokio::test]
async fn a_callback_that_fails_is_logged_and_changes_nothing() {
    let faults = Faults::new(Arc::new(host()), 0).at("/ended", 1..=2, Fault::Refused);
    let (sim, call) = play(faults).await;
    assert_eq!(call.status, CallStatus::Completed);
    let logged = sim.transcript();
    let last = logged.entries().last().unwrap();
    assert!(matches!(last.event, Event::Logged { code: 11200, .. }));
}

#[tokio::test]
async fn the_same_seed_strikes_the_same_requests() {
    let plan = |seed| {
        let fault = Fault::Status(StatusCode::SERVICE_UNAVAILABLE);
        Faults::new(Arc::new(host()), seed)
            .sometimes("/voice", 50, fault.clone())
            .sometimes("/second", 50, fault)
    };
    let mut stories = Vec::new();
    for seed in 0..16 {
        let (once, _) = play(plan(seed)).await;
        let (twice, _) = play(plan(seed)).await;
        let story = once.transcript().to_string();
        assert_eq!(story, twice.transcript().to_string());
        stories.push(story);
    }
    stories.sort();
    stories.dedup();
    assert!(stories.len() >= 2, "chance strikes always or never");
}

#[tokio::test]
async fn a_connection_that_cannot_be_made_is_tried_once_more() {
    let faults = Faults::new(Arc::new(host()), 0).at("/second", 1..=1, Fault::Refused);
    let (sim, call) = play(faults).await;
    assert_eq!(said(&call), ["First", "Second"]);
    assert_eq!(sim.transcript().requests_to("/second").count(), 2);
}

#[tokio::test]
async fn the_fragment_of_a_url_says_how_patient_twilio_is() {
    for (fragment, fault, expected) in [
        ("rc=3&amp;rp=5xx", Fault::Status(StatusCode::BAD_GATEWAY), 3),
        ("rc=0", Fault::Refused, 1),
        ("ct=2000&amp;rc=2", Fault::Unreachable, 3),
        ("rc=5&amp;rp=all", Fault::Status(StatusCode::NOT_FOUND), 3),
        // The third attempt is answered.
        ("rc=2&amp;rt=4000&amp;rp=rt", Fault::Slow(secs(6)), 3),
    ] {
        let voice = format!("<Redirect>/second#{fragment}</Redirect>");
        let host = Documents::new()
            .with(page("/voice", &voice))
            .with(page("/second", "<Say>Second</Say>"))
            .with(page("/sorry", "<Say>Sorry</Say>"));
        let takes = match fault {
            Fault::Slow(_) => 8,
            Fault::Unreachable => 4,
            _ => 0,
        };
        let faults = Faults::new(Arc::new(host), 0).at("/second", 1..=2, fault);
        let (sim, call) = play(faults).await;
        let transcript = sim.transcript();
        let requests: Vec<_> = transcript.requests_to("/second").collect();
        assert_eq!(requests.len(), expected, "{fragment}");
        assert!(
            requests
                .iter()
                .all(|made| made.url == "http://app.test/second")
        );
        let heard = if expected > 1 { "Second" } else { "Sorry" };
        assert_eq!(said(&call), [heard], "{fragment}");
        if takes > 0 {
            assert_eq!(
                call.heard[0].from - call.started_at,
                chrono::TimeDelta::seconds(takes)
            );
        }
    }
}

/// A call through REST whose four callbacks go to `/ended`.
async fn reported(faults: Faults) -> Vec<(String, chrono::TimeDelta)> {
    let mut sim = Simulator::builder(ACCOUNT, TOKEN)
        .settings(even_settings())
        .transport(Arc::new(faults))
        .build()
        .await
        .unwrap();
    sim.number(LINE, NumberConfig::new(VOICE)).unwrap();
    sim.phone("+15550002001", twilio_simulator::Answers::after(secs(2)));
    let mut form = vec![
        ("To", "+15550002001"),
        ("From", LINE),
        ("Url", VOICE),
        ("StatusCallback", "http://app.test/ended"),
    ];
    for event in ["initiated", "ringing", "answered", "completed"] {
        form.push(("StatusCallbackEvent", event));
    }
    let start = sim.now();
    rest(&sim.rest_url(), http::Method::POST, "/Calls.json", &form).await;
    sim.run_until_idle().await.unwrap();
    let transcript = sim.transcript();
    let mut arrived = Vec::new();
    for entry in transcript.entries() {
        let Event::Answer(answer) = &entry.event else {
            continue;
        };
        let request = transcript
            .requests()
            .find(|request| request.number == answer.number)
            .unwrap();
        if request.path() == "/ended" {
            let status = request.parameter("CallStatus").unwrap().to_owned();
            arrived.push((status, entry.at - start));
        }
    }
    arrived
}

#[tokio::test]
async fn callbacks_arrive_out_of_order_twice_or_never() {
    let plan = |nth, fault| Faults::new(Arc::new(host()), 0).at("/ended", nth..=nth, fault);
    let arrived = reported(plan(1, Fault::Delayed(secs(3)))).await;
    let order: Vec<&str> = arrived.iter().map(|(status, _)| status.as_str()).collect();
    assert_eq!(order, ["ringing", "in-progress", "initiated", "completed"]);
    assert_eq!(arrived[2].1, chrono::TimeDelta::seconds(3));
    let arrived = reported(plan(2, Fault::Lost)).await;
    assert_eq!(arrived.len(), 4, "Twilio knows nothing of the loss");
    let counted = Arc::new(Counter::default());
    let faults = Faults::new(Arc::clone(&counted) as Arc<dyn Transport>, 0)
        .at("/ended", 1..=1, Fault::Duplicated)
        .at("/ended", 2..=2, Fault::Lost);
    reported(faults).await;
    let seen = counted.0.lock().unwrap();
    let statuses: Vec<&str> = seen.iter().map(String::as_str).collect();
    assert_eq!(
        statuses,
        ["initiated", "initiated", "in-progress", "completed"]
    );
}

/// Answers every document with silence, and notes the callbacks.
#[derive(Debug, Default)]
struct Counter(std::sync::Mutex<Vec<String>>);

#[async_trait::async_trait]
impl Transport for Counter {
    async fn send(
        &self,
        request: http::Request<bytes::Bytes>,
    ) -> Result<http::Response<bytes::Bytes>, TransportError> {
        if request.uri().path() == "/ended" {
            let form = Params::from_form(request.body()).unwrap();
            let status = form.get("CallStatus").unwrap().to_owned();
            self.0.lock().unwrap().push(status);
        }
        Ok(http::Response::builder()
            .status(204)
            .body(bytes::Bytes::new())
            .unwrap())
    }
}

#[tokio::test]
async fn a_host_that_dies_is_started_again_and_its_clock_may_jump() {
    let deaths = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let count = Arc::clone(&deaths);
    let faults = Faults::new(Arc::new(host()), 0)
        .at("/second", 1..=1, Fault::Restarts)
        .restart_with(move || {
            count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        });
    let (_, call) = play(faults).await;
    assert_eq!(deaths.load(std::sync::atomic::Ordering::SeqCst), 1);
    assert_eq!(said(&call), ["First", "Sorry"]);
    let aside = Simulator::builder(ACCOUNT, TOKEN).build().await.unwrap();
    let clock = HostClock::of(aside.clock());
    let by = chrono::TimeDelta::minutes(-20);
    let faults = Faults::new(Arc::new(host()), 0)
        .at("/second", 1..=1, Fault::ClockJumps(by))
        .host_clock(clock.clone());
    let (_, call) = play(faults).await;
    assert_eq!(said(&call), ["First", "Second"]);
    assert_eq!(clock.now(), aside.now() + by);
}

/// A host that marks its document, and sends it once.
#[derive(Debug, Default)]
struct Marked {
    sent: std::sync::Mutex<Vec<Option<String>>>,
}

#[async_trait::async_trait]
impl Transport for Marked {
    async fn send(
        &self,
        request: http::Request<bytes::Bytes>,
    ) -> Result<http::Response<bytes::Bytes>, TransportError> {
        let known = request.headers().get("if-none-match");
        let known = known.map(|value| value.to_str().unwrap().to_owned());
        let answer = http::Response::builder().header("etag", "\"v1\"");
        let answer = if known.is_some() {
            answer.status(304).body(bytes::Bytes::new())
        } else {
            let verbs = r#"<Say>First</Say><Redirect method="GET">/voice?again</Redirect>"#;
            let body = bytes::Bytes::from(twiml(verbs));
            answer.header("content-type", "text/xml").body(body)
        };
        self.sent.lock().unwrap().push(known);
        Ok(answer.unwrap())
    }
}

#[tokio::test]
async fn a_document_that_has_not_changed_is_not_sent_again_but_to_get() {
    let host = Arc::new(Marked::default());
    let mut sim = Simulator::builder(ACCOUNT, TOKEN)
        .settings(even_settings())
        .transport(host.clone())
        .build()
        .await
        .unwrap();
    sim.number(LINE, NumberConfig::new(VOICE)).unwrap();
    let caller = Caller::from(CALLER)
        .to(LINE)
        .waits(std::time::Duration::from_millis(3_500))
        .hangs_up();
    let call = sim.call_at(sim.now(), caller).unwrap();
    sim.run_until_idle().await.unwrap();
    assert_eq!(said(&sim.call(&call).unwrap()), ["First"; 4]);
    let tag = Some("\"v1\"".to_owned());
    // POST, then GET for the first time, then as it is known.
    assert_eq!(*host.sent.lock().unwrap(), [None, None, tag.clone(), tag]);
}
