//! The REST interface: what a client library gets back, and what its requests lead to.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

mod support;

use http::Method;
use serde_json::Value;
use support::*;
use twilio_simulator::{Answers, CallSid, CallStatus, Caller, Script, Simulator, Transcript};

const PHONE: &str = "+15550002001";

type Form<'a> = &'a [(&'a str, &'a str)];

/// A phone that answers after three seconds and stays on the line.
async fn stage(verbs: &str) -> Simulator {
    let mut sim = simulator([
        page("/voice", verbs),
        page("/other", "<Say>Elsewhere</Say>"),
        page("/status", ""),
        page("/left", ""),
    ])
    .await;
    let answers = Answers::after(secs(3)).rings_after(secs(1));
    sim.phone(PHONE, answers.then(Script::new().hangs_up_after(secs(60))));
    sim
}

async fn create(sim: &Simulator, more: &[(&str, &str)]) -> (u16, Value) {
    let mut form = vec![("To", PHONE), ("From", LINE)];
    form.extend_from_slice(more);
    rest(&sim.rest_url(), Method::POST, "/Calls.json", &form).await
}

async fn placed(sim: &Simulator, more: &[(&str, &str)]) -> String {
    let (status, call) = create(sim, more).await;
    assert_eq!(status, 201, "{call}");
    call["sid"].as_str().unwrap().to_owned()
}

async fn update(sim: &Simulator, sid: &str, form: &[(&str, &str)]) -> (u16, Value) {
    rest(
        &sim.rest_url(),
        Method::POST,
        &format!("/Calls/{sid}.json"),
        form,
    )
    .await
}

async fn run_for(sim: &mut Simulator, seconds: i64) {
    let until = sim.now() + chrono::TimeDelta::seconds(seconds);
    sim.run_until(until).await.unwrap();
}

fn status(sim: &Simulator, sid: &str) -> CallStatus {
    sim.call(&CallSid::parse(sid).unwrap()).unwrap().status
}

fn statuses(transcript: &Transcript) -> Vec<String> {
    transcript
        .requests_to("/status")
        .map(|r| r.parameter("CallStatus").unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_created_call_looks_like_twilios() {
    let sim = stage("<Say>Hello</Say>").await;
    let (code, call) = create(&sim, &[("Url", VOICE)]).await;
    assert_eq!(code, 201);
    assert_eq!(call["status"], "queued");
    assert_eq!(call["direction"], "outbound-api");
    assert_eq!(call["account_sid"], ACCOUNT);
    assert_eq!(call["date_created"], "Mon, 05 Jan 2026 09:00:00 +0000");
    assert_eq!(call["duration"], Value::Null);
    let sid = call["sid"].as_str().unwrap();
    assert!(CallSid::parse(sid).is_ok());
    let uri = format!("/2010-04-01/Accounts/{ACCOUNT}/Calls/{sid}.json");
    assert_eq!(call["uri"], uri.as_str());
    let (code, fetched) = rest(
        &sim.rest_url(),
        Method::GET,
        &format!("/Calls/{sid}.json"),
        &[],
    )
    .await;
    assert_eq!((code, &fetched), (200, &call));
}

#[tokio::test]
async fn the_way_of_a_call_is_reported_as_far_as_asked_for() {
    let mut sim = stage("<Say>Hello</Say>").await;
    let all = [
        ("Url", VOICE),
        ("StatusCallback", "http://app.test/status"),
        ("StatusCallbackEvent", "initiated"),
        ("StatusCallbackEvent", "ringing"),
        ("StatusCallbackEvent", "answered"),
        ("StatusCallbackEvent", "completed"),
    ];
    let sid = placed(&sim, &all).await;
    sim.run_until_idle().await.unwrap();
    assert_eq!(
        statuses(&sim.transcript()),
        ["initiated", "ringing", "in-progress", "completed"]
    );
    let (_, call) = rest(
        &sim.rest_url(),
        Method::GET,
        &format!("/Calls/{sid}.json"),
        &[],
    )
    .await;
    assert_eq!(call["status"], "completed");
    assert_eq!(call["duration"], "1");
    assert_eq!(call["start_time"], "Mon, 05 Jan 2026 09:00:03 +0000");
}

#[tokio::test]
async fn one_event_parameter_with_several_words_loses_its_events() {
    let mut sim = stage("<Say>Hello</Say>").await;
    placed(
        &sim,
        &[
            ("Url", VOICE),
            ("StatusCallback", "http://app.test/status"),
            (
                "StatusCallbackEvent",
                "initiated ringing answered completed",
            ),
        ],
    )
    .await;
    sim.run_until_idle().await.unwrap();
    assert!(statuses(&sim.transcript()).is_empty());
}

#[tokio::test]
async fn calls_end_as_the_phone_behaves() {
    for (answers, expected) in [
        (Answers::busy(), CallStatus::Busy),
        (Answers::fails(), CallStatus::Failed),
        (Answers::never(), CallStatus::NoAnswer),
        (Answers::after(secs(1)), CallStatus::Completed),
    ] {
        let mut sim = stage("<Say>Hello</Say>").await;
        sim.phone(PHONE, answers);
        let form = [
            ("Url", VOICE),
            ("Timeout", "20"),
            ("StatusCallback", "http://app.test/status"),
        ];
        let sid = placed(&sim, &form).await;
        sim.run_until_idle().await.unwrap();
        assert_eq!(status(&sim, &sid), expected);
        assert_eq!(statuses(&sim.transcript()), [expected.as_str()]);
        let last = sim
            .transcript()
            .requests_to("/status")
            .last()
            .unwrap()
            .clone();
        assert_eq!(last.parameter("SequenceNumber"), Some("0"));
        if expected == CallStatus::NoAnswer {
            assert_eq!(last.parameter("CallDuration"), Some("0"));
            assert_eq!(last.parameter("SipResponseCode"), Some("487"));
            // 20 seconds, and the five that Twilio adds.
            assert_eq!(
                last.parameter("Timestamp"),
                Some("Mon, 05 Jan 2026 09:00:25 +0000")
            );
        }
    }
}

#[tokio::test]
async fn a_call_can_be_taken_back_only_before_it_is_answered() {
    let mut sim = stage("<Pause length=\"30\"/>").await;
    let early = placed(
        &sim,
        &[("Url", VOICE), ("StatusCallback", "http://app.test/status")],
    )
    .await;
    // Still queued: nobody is told.
    let (code, call) = update(&sim, &early, &[("Status", "canceled")]).await;
    assert_eq!((code, &call["status"]), (200, &Value::from("canceled")));
    let ringing = placed(
        &sim,
        &[("Url", VOICE), ("StatusCallback", "http://app.test/status")],
    )
    .await;
    run_for(&mut sim, 2).await;
    let (code, _) = update(&sim, &ringing, &[("Status", "canceled")]).await;
    assert_eq!(code, 200);
    let answered = placed(&sim, &[("Url", VOICE)]).await;
    run_for(&mut sim, 10).await;
    let (code, error) = update(&sim, &answered, &[("Status", "canceled")]).await;
    assert_eq!((code, &error["code"]), (400, &Value::from(21_220)));
    let (code, call) = update(&sim, &answered, &[("Status", "completed")]).await;
    assert_eq!((code, &call["status"]), (200, &Value::from("completed")));
    let (code, error) = update(&sim, &answered, &[("Status", "completed")]).await;
    assert_eq!((code, &error["code"]), (400, &Value::from(21_220)));
    sim.run_until_idle().await.unwrap();
    assert_eq!(statuses(&sim.transcript()), ["canceled"]);
    let never_asked = sim.transcript().requests_to("/voice").count();
    assert_eq!(never_asked, 1);
}

#[tokio::test]
async fn a_live_call_is_sent_elsewhere_and_its_queue_is_told() {
    let mut sim = stage(r#"<Enqueue action="/left">line</Enqueue>"#).await;
    let start = sim.now();
    let caller = sim.call_at(start, Caller::from(CALLER).to(LINE)).unwrap();
    run_for(&mut sim, 10).await;
    let (code, _) = update(&sim, caller.as_str(), &[("Url", "http://app.test/other")]).await;
    assert_eq!(code, 200);
    sim.run_until_idle().await.unwrap();
    assert!(sim.call(&caller).unwrap().heard_text("Elsewhere"));
    assert_eq!(sim.queue_size("line"), Some(0));
    let transcript = sim.transcript();
    let left = transcript.requests_to("/left").next().unwrap();
    assert_eq!(left.parameter("QueueResult"), Some("redirected"));
    assert_eq!(left.parameter("QueueTime"), Some("10"));
}

#[tokio::test]
async fn the_person_a_redirected_caller_talked_to_goes_on() {
    let mut sim = simulator([
        page("/voice", r#"<Enqueue action="/left">line</Enqueue>"#),
        page("/left", ""),
        page(
            "/rep",
            r#"<Dial action="/dialled"><Queue>line</Queue></Dial>"#,
        ),
        page("/dialled", "<Say>Next, please</Say>"),
        page("/other", "<Say>Elsewhere</Say>"),
    ])
    .await;
    let start = sim.now();
    let caller = sim.call_at(start, Caller::from(CALLER).to(LINE)).unwrap();
    let rep = sim
        .call_at(start, Caller::from("client:ann").to(REPS))
        .unwrap();
    run_for(&mut sim, 10).await;
    update(&sim, caller.as_str(), &[("Url", "http://app.test/other")]).await;
    sim.run_until_idle().await.unwrap();
    assert!(sim.call(&rep).unwrap().heard_text("Next, please"));
    assert!(sim.call(&caller).unwrap().heard_text("Elsewhere"));
    let transcript = sim.transcript();
    let left = transcript.requests_to("/left").next().unwrap();
    assert_eq!(
        left.parameter("QueueResult"),
        Some("redirected-from-bridged")
    );
}

#[tokio::test]
async fn inline_twiml_runs_without_a_request_and_needs_absolute_actions() {
    let mut sim = stage("").await;
    let twiml_ok = "<Response><Say>Ahoy</Say></Response>";
    let sid = placed(&sim, &[("Twiml", twiml_ok)]).await;
    sim.run_until_idle().await.unwrap();
    assert_eq!(sim.transcript().requests().count(), 0);
    assert!(sim.calls()[0].heard_text("Ahoy"));
    assert_eq!(status(&sim, &sid), CallStatus::Completed);
    let relative =
        r#"<Response><Gather timeout="1" actionOnEmptyResult="true" action="/x"/></Response>"#;
    placed(&sim, &[("Twiml", relative)]).await;
    sim.run_until_idle().await.unwrap();
    assert!(sim.transcript().to_string().contains("! 11100"));
}

#[tokio::test]
async fn refusals_carry_twilios_codes() {
    let sim = stage("").await;
    let long = format!("<Response><Say>{}</Say></Response>", "x".repeat(4000));
    let cases: [(Form<'_>, u16, u32); 9] = [
        (&[("From", LINE), ("Url", VOICE)], 400, 21_201),
        (&[("To", PHONE), ("Url", VOICE)], 400, 21_213),
        (
            &[("To", PHONE), ("From", "+19995550000"), ("Url", VOICE)],
            400,
            21_210,
        ),
        (&[("To", PHONE), ("From", LINE)], 400, 21_205),
        (
            &[("To", PHONE), ("From", LINE), ("Url", "nonsense")],
            400,
            21_205,
        ),
        (
            &[("To", PHONE), ("From", LINE), ("Twiml", &long)],
            400,
            32_018,
        ),
        (
            &[("To", PHONE), ("From", LINE), ("Twiml", "<Response>")],
            400,
            12_100,
        ),
        (
            &[
                ("To", PHONE),
                ("From", LINE),
                ("Url", VOICE),
                ("Timeout", "soon"),
            ],
            400,
            20_001,
        ),
        (
            &[
                ("To", PHONE),
                ("From", LINE),
                ("Url", VOICE),
                ("Method", "PUT"),
            ],
            400,
            20_001,
        ),
    ];
    for (form, status, code) in cases {
        let (got, error) = rest(&sim.rest_url(), Method::POST, "/Calls.json", form).await;
        assert_eq!(got, status, "{form:?}");
        assert_eq!(error["code"], code, "{form:?}");
        assert_eq!(error["status"], status);
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        );
        assert!(
            error["more_info"]
                .as_str()
                .unwrap()
                .ends_with(&code.to_string())
        );
    }
    assert!(sim.calls().is_empty());
    let unknown = "/Calls/CA00000000000000000000000000000000.json";
    let (got, error) = rest(&sim.rest_url(), Method::GET, unknown, &[]).await;
    assert_eq!((got, &error["code"]), (404, &Value::from(20_404)));
}

#[tokio::test]
async fn a_wrong_token_is_not_let_in() {
    let sim = stage("").await;
    let (code, error) = rest_as(&sim.rest_url(), "guess", Method::POST, "/Calls.json", &[]).await;
    assert_eq!((code, &error["code"]), (401, &Value::from(20_003)));
    assert!(!sim.transcript().to_string().contains("guess"));
    assert!(!format!("{sim:?}").contains(TOKEN));
}

#[tokio::test]
async fn what_is_not_simulated_is_answered_501() {
    let sim = stage("").await;
    let (code, _) = create(&sim, &[("Url", VOICE), ("MachineDetection", "Enable")]).await;
    assert_eq!(code, 501);
    let (code, _) = rest(&sim.rest_url(), Method::POST, "/Conversations.json", &[]).await;
    assert_eq!(code, 501);
}

#[tokio::test]
async fn queues_are_made_listed_and_their_members_taken_out() {
    let mut sim = stage(r#"<Enqueue action="/left">line</Enqueue>"#).await;
    let base = sim.rest_url();
    let form = [("FriendlyName", "line"), ("MaxSize", "20")];
    let (code, queue) = rest(&base, Method::POST, "/Queues.json", &form).await;
    assert_eq!(code, 201);
    assert_eq!(queue["max_size"], 20);
    let sid = queue["sid"].as_str().unwrap().to_owned();
    let (code, _) = rest(&base, Method::POST, "/Queues.json", &form).await;
    assert_eq!(code, 400);
    let start = sim.now();
    let mut callers = Vec::new();
    for n in 1..=3 {
        let caller = Caller::from(format!("+1555000100{n}")).to(LINE);
        callers.push(sim.call_at(start, caller).unwrap());
    }
    run_for(&mut sim, 8).await;
    let members = format!("/Queues/{sid}/Members");
    let (_, page) = rest(
        &base,
        Method::GET,
        &format!("{members}.json?PageSize=2"),
        &[],
    )
    .await;
    let shown = page["queue_members"].as_array().unwrap();
    assert_eq!(shown.len(), 2);
    assert_eq!(shown[0]["call_sid"], callers[0].as_str());
    assert_eq!(shown[1]["position"], 2);
    assert_eq!(shown[1]["wait_time"], 8);
    let next = page["next_page_uri"].as_str().unwrap();
    let next = next.split_once(ACCOUNT).unwrap().1;
    let (_, page) = rest(&base, Method::GET, next, &[]).await;
    assert_eq!(page["queue_members"][0]["call_sid"], callers[2].as_str());
    assert_eq!(page["next_page_uri"], Value::Null);
    // The second is preferred to the first.
    let second = format!("{members}/{}.json", callers[1]);
    let elsewhere = [("Url", "http://app.test/other")];
    let (code, member) = rest(&base, Method::POST, &second, &elsewhere).await;
    assert_eq!((code, &member["position"]), (200, &Value::from(2)));
    let front = format!("{members}/Front.json");
    let (_, member) = rest(&base, Method::GET, &front, &[]).await;
    assert_eq!(member["call_sid"], callers[0].as_str());
    sim.run_until_idle().await.unwrap();
    assert!(sim.call(&callers[1]).unwrap().heard_text("Elsewhere"));
    let transcript = sim.transcript();
    let left = transcript.requests_to("/left").next().unwrap();
    assert_eq!(left.parameter("QueueResult"), Some("redirected"));
}

#[tokio::test]
async fn calls_are_listed_newest_first_and_filtered() {
    let mut sim = stage("<Say>Hello</Say>").await;
    sim.phone("+1555", Answers::busy());
    let first = placed(&sim, &[("Url", VOICE)]).await;
    let form = [("To", "+1555"), ("From", LINE), ("Url", VOICE)];
    rest(&sim.rest_url(), Method::POST, "/Calls.json", &form).await;
    sim.run_until_idle().await.unwrap();
    let (_, page) = rest(&sim.rest_url(), Method::GET, "/Calls.json", &[]).await;
    assert_eq!(page["calls"].as_array().unwrap().len(), 2);
    assert_eq!(page["calls"][1]["sid"], first.as_str());
    let (_, page) = rest(&sim.rest_url(), Method::GET, "/Calls.json?Status=busy", &[]).await;
    assert_eq!(page["calls"].as_array().unwrap().len(), 1);
    assert_eq!(page["calls"][0]["to"], "+1555");
    let (code, _) = rest(&sim.rest_url(), Method::GET, "/Calls.json?Colour=red", &[]).await;
    assert_eq!(code, 501);
}
