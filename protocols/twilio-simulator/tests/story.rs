//! Scenes of a phone system: what callers and reps live through, asserted on the transcript.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

mod support;

use support::*;
use twilio_simulator::{Answers, CallStatus, Caller, Script};

#[tokio::test]
async fn a_caller_chooses_waits_and_is_taken_by_a_rep() {
    let mut sim = simulator([
        page("/voice", r#"<Gather numDigits="1" action="/menu"><Say>Welcome. Press 1.</Say></Gather><Say>Goodbye</Say>"#),
        page("/menu", r#"<Enqueue waitUrl="/wait" action="/left">sales</Enqueue>"#).when("Digits", "1"),
        page("/wait", "<Say>Please hold</Say><Pause length=\"9\"/>"),
        page("/left", "<Say>Thank you</Say>"),
        page("/rep", r#"<Dial action="/dialled"><Queue url="/whisper">sales</Queue></Dial>"#),
        page("/whisper", "<Say>Connecting</Say>"),
        page("/dialled", "<Hangup/>"),
    ])
    .await;
    let start = sim.now();
    let caller = sim
        .call_at(
            start,
            Caller::from(CALLER)
                .to(LINE)
                .named("Mrs Hall")
                .hears("press 1")
                .presses("1")
                .gets_through()
                .hangs_up_after(secs(30)),
        )
        .unwrap();
    let rep = sim
        .call_at(
            start + chrono::TimeDelta::seconds(25),
            Caller::from("client:ann").to(REPS),
        )
        .unwrap();
    sim.run_until_idle().await.unwrap();
    let story = sim.transcript().to_string();
    println!("{story}");
    let (caller, rep) = (sim.call(&caller).unwrap(), sim.call(&rep).unwrap());
    assert_eq!(caller.status, CallStatus::Completed);
    assert_eq!(rep.status, CallStatus::Completed);
    assert!(caller.heard_text("Connecting"));
    assert_eq!(sim.queue_size("sales"), Some(0));
    let transcript = sim.transcript();
    let left: Vec<_> = transcript.requests_to("/left").collect();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].parameter("QueueResult"), Some("bridged"));
    assert_eq!(left[0].parameter("QueueTime"), Some("24"));
    let dialled = transcript.requests_to("/dialled").next().unwrap();
    assert_eq!(dialled.parameter("DequeueResult"), Some("bridged"));
    assert_eq!(dialled.parameter("DequeuedCallDuration"), Some("30"));
}

#[tokio::test]
async fn phone_dial_smoke() {
    let mut sim = simulator([page(
        "/voice",
        r#"<Dial>+15550002001</Dial><Say>Goodbye</Say>"#,
    )])
    .await;
    sim.phone(
        "+15550002001",
        Answers::after(secs(3)).then(Script::new().hangs_up_after(secs(10))),
    );
    let start = sim.now();
    let sid = sim.call_at(start, Caller::from(CALLER).to(LINE)).unwrap();
    sim.run_until_idle().await.unwrap();
    println!("{}", sim.transcript());
    assert!(sim.call(&sid).unwrap().heard_text("Goodbye"));
}

#[tokio::test]
async fn a_document_of_thousands_of_verbs_that_take_no_time_does_not_nest() {
    let verbs = "<Dial/>".repeat(9_000);
    let mut sim = simulator([page("/voice", &format!("{verbs}<Say>Done</Say>"))]).await;
    let start = sim.now();
    let sid = sim.call_at(start, Caller::from(CALLER).to(LINE)).unwrap();
    sim.run_until_idle().await.unwrap();
    assert!(sim.call(&sid).unwrap().heard_text("Done"));
}
