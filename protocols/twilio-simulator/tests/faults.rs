//! A host that fails in every way of the plan, and how the call goes on.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

mod support;

use std::sync::Arc;

use http::StatusCode;
use support::*;
use twilio_simulator::{
    Call, CallStatus, Caller, Documents, Event, Fault, Faults, NumberConfig, Simulator, Sound,
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
