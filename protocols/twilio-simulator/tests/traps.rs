//! What simulators of Twilio most often get wrong, one test each; and what fetching a document can
//! run into.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

mod support;

use chrono::TimeDelta;
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderValue, StatusCode};
use support::*;
use twilio_simulator::{
    Answers, Call, CallStatus, Caller, Document, Event, HostRequest, Script, Simulator, Sound,
    Transcript, TransportError,
};

const PHONE: &str = "+15550002001";

/// Plays one call; the simulator, the call, and the requests made for it.
async fn play(
    documents: impl IntoIterator<Item = Document>,
    script: Script,
) -> (Simulator, Call, Transcript) {
    let mut sim = simulator(documents).await;
    sim.phone(
        PHONE,
        Answers::after(secs(5)).then(Script::new().hangs_up_after(secs(20))),
    );
    let start = sim.now();
    let caller = Caller::from(CALLER).to(LINE).does(script);
    let sid = sim.call_at(start, caller).unwrap();
    sim.run_until_idle().await.unwrap();
    let call = sim.call(&sid).unwrap();
    let transcript = sim.transcript();
    (sim, call, transcript)
}

fn paths(transcript: &Transcript) -> Vec<&str> {
    transcript.requests().map(HostRequest::path).collect()
}

/// When requests to a path were made, in seconds since the beginning.
fn seconds_of(sim: &Simulator, path: &str) -> Vec<i64> {
    let transcript = sim.transcript();
    let begin = transcript.entries()[0].at;
    transcript
        .entries()
        .iter()
        .filter(|entry| matches!(&entry.event, Event::Request(r) if r.path() == path))
        .map(|entry| (entry.at - begin).num_seconds())
        .collect()
}

fn logged(transcript: &Transcript) -> Vec<u32> {
    transcript
        .entries()
        .iter()
        .filter_map(|entry| match entry.event {
            Event::Logged { code, .. } => Some(code),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn finish_on_key_as_first_key_falls_through_without_a_request() {
    let gather = page("/voice", r#"<Gather action="/got"/><Say>Next</Say>"#);
    let (_, call, transcript) = play([gather], Script::new().waits(secs(1)).presses("#")).await;
    assert_eq!(paths(&transcript), ["/voice"]);
    assert!(call.heard_text("Next"));
}

#[tokio::test]
async fn an_empty_finish_on_key_makes_hash_and_star_digits() {
    let gather = page("/voice", r#"<Gather action="/got" finishOnKey=""/>"#);
    let (sim, _, transcript) = play(
        [gather, page("/got", "")],
        Script::new()
            .waits(secs(1))
            .presses("1#")
            .waits(secs(2))
            .presses("*"),
    )
    .await;
    let got = transcript.requests_to("/got").next().unwrap();
    assert_eq!(got.parameter("Digits"), Some("1#*"));
    // Five seconds after the last key, at three.
    assert_eq!(seconds_of(&sim, "/got"), [8]);
}

#[tokio::test]
async fn the_gather_timeout_restarts_at_each_key() {
    let gather = page("/voice", r#"<Gather action="/got" timeout="4"/>"#);
    let keys = Script::new()
        .waits(secs(3))
        .presses("1")
        .waits(secs(3))
        .presses("2")
        .waits(secs(3))
        .presses("3");
    let (sim, _, transcript) = play([gather, page("/got", "")], keys).await;
    let got = transcript.requests_to("/got").next().unwrap();
    assert_eq!(got.parameter("Digits"), Some("123"));
    assert_eq!(seconds_of(&sim, "/got"), [13]);
}

#[tokio::test]
async fn the_first_key_cuts_the_prompt() {
    let gather = page(
        "/voice",
        r#"<Gather numDigits="2" action="/got"><Say loop="5">Menu</Say></Gather>"#,
    );
    let (_, call, _) = play(
        [gather, page("/got", "")],
        Script::new()
            .waits(secs(2))
            .waits(std::time::Duration::from_millis(500))
            .presses("12"),
    )
    .await;
    assert_eq!(call.heard.len(), 1);
    assert!(call.heard[0].cut);
    assert_eq!(call.heard[0].times, 3);
}

#[tokio::test]
async fn speech_ends_with_silence_and_is_reported() {
    let gather = page(
        "/voice",
        r#"<Gather input="dtmf speech" speechTimeout="2" action="/got"><Say>Who?</Say></Gather>"#,
    );
    let (sim, _, transcript) = play(
        [gather, page("/got", "")],
        Script::new().hears("who").says("sales please"),
    )
    .await;
    let got = transcript.requests_to("/got").next().unwrap();
    assert_eq!(got.parameter("SpeechResult"), Some("sales please"));
    assert!(got.parameter("Confidence").is_some());
    assert_eq!(got.parameter("Digits"), None);
    assert_eq!(seconds_of(&sim, "/got"), [3]);
}

#[tokio::test]
async fn an_empty_answer_of_an_action_ends_the_call() {
    let (_, call, _) = play(
        [
            page(
                "/voice",
                r#"<Gather numDigits="1" action="/got"/><Say>Never</Say>"#,
            ),
            page("/got", ""),
        ],
        Script::new().waits(secs(1)).presses("1"),
    )
    .await;
    assert!(call.heard.is_empty());
    assert_eq!(call.duration(), secs(1));
}

#[tokio::test]
async fn pause_first_delays_the_answer_and_reject_after_it_still_rejects() {
    let (sim, call, _) = play(
        [page("/voice", r#"<Pause length="4"/><Say>Hello</Say>"#)],
        Script::new(),
    )
    .await;
    let begin = sim.transcript().entries()[0].at;
    assert_eq!(call.answered_at, Some(begin + TimeDelta::seconds(4)));
    let (_, call, _) = play(
        [page(
            "/voice",
            r#"<Pause length="4"/><Reject reason="busy"/>"#,
        )],
        Script::new(),
    )
    .await;
    assert_eq!(call.status, CallStatus::Busy);
    assert_eq!(call.answered_at, None);
}

#[tokio::test]
async fn reject_after_something_answered_is_a_hangup() {
    let (_, call, _) = play([page("/voice", "<Say>Hello</Say><Reject/>")], Script::new()).await;
    assert_eq!(call.status, CallStatus::Completed);
}

#[tokio::test]
async fn a_redirect_in_the_wait_document_comes_back_to_wait_url() {
    let (_, _, transcript) = play(
        [
            page("/voice", r#"<Enqueue waitUrl="/wait">line</Enqueue>"#),
            page("/wait", "<Redirect>/more</Redirect>"),
            page("/more", "<Pause length=\"10\"/>"),
        ],
        Script::new().hangs_up_after(secs(15)),
    )
    .await;
    assert_eq!(
        paths(&transcript),
        ["/voice", "/wait", "/more", "/wait", "/more"]
    );
}

#[tokio::test]
async fn leave_goes_to_the_verb_after_enqueue_or_to_its_action() {
    let documents = |action: &str| {
        [
            page(
                "/voice",
                &format!("<Enqueue waitUrl=\"/wait\"{action}>line</Enqueue><Say>After</Say>"),
            ),
            page("/wait", "<Pause length=\"3\"/><Leave/>"),
            page("/left", "<Say>Action</Say>"),
        ]
    };
    let (_, call, _) = play(documents(""), Script::new()).await;
    assert!(call.heard_text("After"));
    let (_, call, transcript) = play(documents(" action=\"/left\""), Script::new()).await;
    assert!(call.heard_text("Action") && !call.heard_text("After"));
    let left = transcript.requests_to("/left").next().unwrap();
    assert_eq!(left.parameter("QueueResult"), Some("leave"));
    assert_eq!(left.parameter("QueueTime"), Some("3"));
}

#[tokio::test]
async fn a_full_queue_refuses_without_a_queue_sid() {
    let mut sim = simulator([
        page("/voice", r#"<Enqueue action="/left">small</Enqueue>"#),
        page("/left", ""),
    ])
    .await;
    sim.queue("small", 1);
    let start = sim.now();
    for from in ["+15550001001", "+15550001002"] {
        let caller = Caller::from(from).to(LINE).hangs_up_after(secs(20));
        sim.call_at(start, caller).unwrap();
    }
    sim.run_until_idle().await.unwrap();
    let transcript = sim.transcript();
    let results: Vec<_> = transcript
        .requests_to("/left")
        .map(|r| {
            (
                r.parameter("QueueResult").unwrap(),
                r.parameter("QueueSid").is_some(),
            )
        })
        .collect();
    assert_eq!(results, [("queue-full", false), ("hangup", true)]);
}

#[tokio::test]
async fn dial_queue_waits_at_an_empty_queue_and_two_callers_never_meet() {
    let mut sim = simulator([
        page("/voice", r#"<Enqueue>line</Enqueue>"#),
        page(
            "/rep",
            r#"<Dial timeout="6" action="/dialled"><Queue>line</Queue></Dial>"#,
        ),
        page("/dialled", ""),
    ])
    .await;
    let start = sim.now();
    sim.queue("line", 10);
    let rep = sim
        .call_at(start, Caller::from("client:ann").to(REPS))
        .unwrap();
    sim.run_until_idle().await.unwrap();
    let transcript = sim.transcript();
    let dialled = transcript.requests_to("/dialled").next().unwrap();
    assert_eq!(dialled.parameter("DequeueResult"), Some("queue-empty"));
    assert!(dialled.parameter("QueueSid").is_some());
    assert_eq!(sim.call(&rep).unwrap().duration(), secs(6));
    let later = sim.now() + TimeDelta::seconds(1);
    for from in ["+15550001001", "+15550001002"] {
        let caller = Caller::from(from).to(LINE).hangs_up_after(secs(9));
        sim.call_at(later, caller).unwrap();
    }
    sim.run_until_idle().await.unwrap();
    assert!(sim.calls().iter().all(|call| call.heard.is_empty()));
}

#[tokio::test]
async fn dial_queue_on_a_queue_that_does_not_exist_fails_at_once() {
    let (_, call, transcript) = play(
        [
            page(
                "/voice",
                r#"<Dial action="/dialled"><Queue>nowhere</Queue></Dial>"#,
            ),
            page("/dialled", ""),
        ],
        Script::new(),
    )
    .await;
    let dialled = transcript.requests_to("/dialled").next().unwrap();
    assert_eq!(dialled.parameter("DequeueResult"), Some("queue-not-found"));
    assert_eq!(dialled.parameter("QueueSid"), None);
    assert_eq!(call.duration(), secs(0));
}

#[tokio::test]
async fn a_dial_rings_five_seconds_longer_than_it_says() {
    let mut sim = simulator([
        page(
            "/voice",
            &format!(r#"<Dial timeout="10" action="/dialled">{PHONE}</Dial>"#),
        ),
        page("/dialled", ""),
    ])
    .await;
    sim.phone(PHONE, Answers::never());
    let start = sim.now();
    sim.call_at(start, Caller::from(CALLER).to(LINE)).unwrap();
    sim.run_until_idle().await.unwrap();
    assert_eq!(seconds_of(&sim, "/dialled"), [15]);
    let transcript = sim.transcript();
    let dialled = transcript.requests_to("/dialled").next().unwrap();
    assert_eq!(dialled.parameter("DialCallStatus"), Some("no-answer"));
    assert_eq!(dialled.parameter("DialBridged"), Some("false"));
}

#[tokio::test]
async fn a_whisper_that_declines_is_completed_but_not_bridged() {
    let (_, call, transcript) = play(
        [
            page(
                "/voice",
                &format!(
                    r#"<Dial action="/dialled"><Number url="/whisper">{PHONE}</Number></Dial>"#
                ),
            ),
            page("/whisper", "<Say>A call for you</Say><Hangup/>"),
            page("/dialled", ""),
        ],
        Script::new(),
    )
    .await;
    let dialled = transcript.requests_to("/dialled").next().unwrap();
    assert_eq!(dialled.parameter("DialCallStatus"), Some("completed"));
    assert_eq!(dialled.parameter("DialBridged"), Some("false"));
    assert!(call.heard.is_empty());
    let whisper = transcript.requests_to("/whisper").next().unwrap();
    assert!(whisper.parameter("ParentCallSid").is_some());
    assert_eq!(whisper.parameter("Direction"), Some("outbound-dial"));
}

#[tokio::test]
async fn the_first_phone_to_answer_wins_and_the_others_are_hung_up() {
    let mut sim = simulator([
        page(
            "/voice",
            r#"<Dial action="/dialled"><Number>+1555</Number><Client>ann</Client></Dial>"#,
        ),
        page("/dialled", ""),
    ])
    .await;
    sim.phone("+1555", Answers::after(secs(9)));
    sim.phone(
        "client:ann",
        Answers::after(secs(3)).then(Script::new().hangs_up_after(secs(7))),
    );
    let start = sim.now();
    sim.call_at(start, Caller::from(CALLER).to(LINE)).unwrap();
    sim.run_until_idle().await.unwrap();
    let calls = sim.calls();
    assert_eq!(calls[1].status, CallStatus::Canceled);
    assert_eq!(calls[2].status, CallStatus::Completed);
    let transcript = sim.transcript();
    let dialled = transcript.requests_to("/dialled").next().unwrap();
    assert_eq!(
        dialled.parameter("DialCallSid"),
        Some(calls[2].sid.as_str())
    );
    assert_eq!(dialled.parameter("DialCallDuration"), Some("7"));
}

#[tokio::test]
async fn sequential_phones_ring_one_after_the_other() {
    let mut sim = simulator([page(
        "/voice",
        r#"<Dial sequential="true" timeout="5"><Number>+1555</Number><Number>+1556</Number></Dial>"#,
    )])
    .await;
    sim.phone("+1555", Answers::never());
    sim.phone(
        "+1556",
        Answers::after(secs(2)).then(Script::new().hangs_up_after(secs(1))),
    );
    let start = sim.now();
    sim.call_at(start, Caller::from(CALLER).to(LINE)).unwrap();
    sim.run_until_idle().await.unwrap();
    let calls = sim.calls();
    assert_eq!(calls[1].status, CallStatus::NoAnswer);
    assert_eq!(calls[2].started_at, start + TimeDelta::seconds(10));
    assert_eq!(calls[0].duration(), secs(13));
}

#[tokio::test]
async fn hangup_on_star_ends_the_other_leg_and_only_the_caller_may_use_it() {
    let documents = [page(
        "/voice",
        &format!(r#"<Dial hangupOnStar="true">{PHONE}</Dial><Say>Still here</Say>"#),
    )];
    let (sim, call, _) = play(documents.clone(), Script::new().waits(secs(8)).presses("*")).await;
    assert!(call.heard_text("Still here"));
    assert_eq!(sim.calls()[1].duration(), secs(3));
    let mut sim = simulator(documents).await;
    let star = Script::new()
        .waits(secs(1))
        .presses("*")
        .hangs_up_after(secs(9));
    sim.phone(PHONE, Answers::after(secs(1)).then(star));
    let start = sim.now();
    sim.call_at(start, Caller::from(CALLER).to(LINE)).unwrap();
    sim.run_until_idle().await.unwrap();
    assert_eq!(sim.calls()[1].duration(), secs(10));
}

#[tokio::test]
async fn a_caller_who_hangs_up_still_has_the_action_told_and_nothing_run() {
    for (script, status, bridged) in [
        (Script::new().hangs_up_after(secs(2)), "canceled", "false"),
        (Script::new().hangs_up_after(secs(9)), "completed", "true"),
    ] {
        let (_, _, transcript) = play(
            [
                page(
                    "/voice",
                    &format!(r#"<Dial action="/dialled">{PHONE}</Dial>"#),
                ),
                page("/dialled", "<Redirect>/never</Redirect>"),
            ],
            script,
        )
        .await;
        assert_eq!(paths(&transcript), ["/voice", "/dialled"]);
        let dialled = transcript.requests_to("/dialled").next().unwrap();
        assert_eq!(dialled.parameter("CallStatus"), Some("completed"));
        assert_eq!(dialled.parameter("DialCallStatus"), Some(status));
        assert_eq!(dialled.parameter("DialBridged"), Some(bridged));
    }
}

#[tokio::test]
async fn a_caller_who_hangs_up_in_gather_tells_nobody() {
    let (_, _, transcript) = play(
        [page(
            "/voice",
            r#"<Gather action="/got" actionOnEmptyResult="true"/>"#,
        )],
        Script::new().waits(secs(1)).presses("1").hangs_up(),
    )
    .await;
    assert_eq!(paths(&transcript), ["/voice"]);
}

#[tokio::test]
async fn the_status_callbacks_of_a_dialled_leg_count_what_was_sent() {
    let number = |events: &str| {
        [
            page(
                "/voice",
                &format!(
                    r#"<Dial><Number statusCallback="/status"{events}>{PHONE}</Number></Dial>"#
                ),
            ),
            page("/status", ""),
        ]
    };
    let sent = |transcript: &Transcript| -> Vec<(String, String)> {
        transcript
            .requests_to("/status")
            .map(|r| {
                let get = |name| r.parameter(name).unwrap().to_owned();
                (get("CallStatus"), get("SequenceNumber"))
            })
            .collect()
    };
    let pair = |status: &str, number: &str| (status.to_owned(), number.to_owned());
    let (_, _, transcript) = play(number(""), Script::new()).await;
    assert_eq!(sent(&transcript), [pair("completed", "0")]);
    let all = r#" statusCallbackEvent="initiated ringing answered completed""#;
    let (_, _, transcript) = play(number(all), Script::new()).await;
    assert_eq!(
        sent(&transcript),
        [
            pair("initiated", "0"),
            pair("ringing", "1"),
            pair("in-progress", "2"),
            pair("completed", "3")
        ]
    );
    let last = transcript.requests_to("/status").last().unwrap();
    assert_eq!(last.parameter("CallDuration"), Some("20"));
    assert_eq!(last.parameter("Duration"), Some("1"));
    assert_eq!(
        last.parameter("CallbackSource"),
        Some("call-progress-events")
    );
    assert_eq!(
        last.parameter("Timestamp"),
        Some("Mon, 05 Jan 2026 09:00:25 +0000")
    );
}

#[tokio::test]
async fn an_http_redirect_of_an_action_loses_the_digits() {
    let (_, call, transcript) = play(
        [
            page("/voice", r#"<Gather numDigits="1" action="/old"/>"#),
            page("/old", "")
                .status(StatusCode::FOUND)
                .header(LOCATION, HeaderValue::from_static("/new")),
            page("/new", "<Say>Here</Say>"),
        ],
        Script::new().waits(secs(1)).presses("1"),
    )
    .await;
    let new = transcript.requests_to("/new").next().unwrap();
    assert_eq!(new.method, http::Method::GET);
    assert_eq!(new.parameter("Digits"), None);
    assert!(new.parameter("From").is_some());
    assert!(call.heard_text("Here"));
}

#[tokio::test]
async fn http_redirects_without_end_are_an_error() {
    let (_, _, transcript) = play(
        [page("/voice", "")
            .status(StatusCode::TEMPORARY_REDIRECT)
            .header(LOCATION, HeaderValue::from_static("/voice"))],
        Script::new(),
    )
    .await;
    assert_eq!(paths(&transcript).len(), 11);
    assert_eq!(logged(&transcript), [11215]);
}

#[tokio::test]
async fn relative_urls_follow_the_document_and_get_keeps_the_query_of_the_url() {
    let (_, call, transcript) = play(
        [
            page("/voice", "<Redirect>\n  /ivr/menu?lang=en \n</Redirect>"),
            page(
                "/ivr/menu?lang=en",
                r#"<Gather numDigits="1" method="GET" action="next?step=2"/>"#,
            ),
            page("/ivr/next?step=2", "<Say>Second</Say>"),
        ],
        Script::new().waits(secs(1)).presses("4"),
    )
    .await;
    assert_eq!(paths(&transcript), ["/voice", "/ivr/menu", "/ivr/next"]);
    let next = transcript.requests_to("/ivr/next").next().unwrap();
    assert_eq!(next.url, "http://app.test/ivr/next?step=2");
    assert_eq!(next.parameter("Digits"), Some("4"));
    assert!(call.heard_text("Second"));
}

#[tokio::test]
async fn cookies_come_back_within_the_call() {
    #[derive(Debug)]
    struct Crumbs(std::sync::Mutex<Vec<Option<String>>>);
    #[async_trait::async_trait]
    impl twilio_simulator::Transport for Crumbs {
        async fn send(
            &self,
            request: http::Request<bytes::Bytes>,
        ) -> Result<http::Response<bytes::Bytes>, TransportError> {
            let cookie = request.headers().get("cookie");
            let cookie = cookie.map(|value| value.to_str().unwrap().to_owned());
            let first = cookie.is_none();
            self.0.lock().unwrap().push(cookie);
            let verbs = if first { "<Redirect/>" } else { "" };
            let mut response = http::Response::new(twiml(verbs).into());
            let headers = response.headers_mut();
            headers.insert("content-type", HeaderValue::from_static("text/xml"));
            headers.insert(SET_COOKIE, HeaderValue::from_static("basket=7; Path=/"));
            headers.append(SET_COOKIE, HeaderValue::from_static("lang=en"));
            Ok(response)
        }
    }
    let host = std::sync::Arc::new(Crumbs(Default::default()));
    let mut sim = Simulator::builder(ACCOUNT, TOKEN)
        .transport(host.clone())
        .build()
        .await
        .unwrap();
    sim.number(LINE, twilio_simulator::NumberConfig::new(VOICE))
        .unwrap();
    let start = sim.now();
    sim.call_at(start, Caller::from(CALLER).to(LINE)).unwrap();
    sim.run_until_idle().await.unwrap();
    let seen = host.0.lock().unwrap().clone();
    assert_eq!(seen, [None, Some("basket=7; lang=en".to_owned())]);
}

#[tokio::test]
async fn every_way_to_fail_has_twilios_code_and_the_caller_hears_it() {
    for (document, code) in [
        (page("/voice", "").status(StatusCode::NOT_FOUND), 11200),
        (
            page("/voice", "").fails(TransportError::Connect("refused".to_owned())),
            11200,
        ),
        (
            page("/voice", "").fails(TransportError::TimedOut(secs(15))),
            11200,
        ),
        (
            page("/voice", &format!("<Say>{}</Say>", "x".repeat(70_000))),
            11750,
        ),
        (
            Document::new(VOICE, "<Response><Say>no end</Response>"),
            12100,
        ),
        (
            Document::new(VOICE, "\n<?xml version=\"1.0\"?><Response/>"),
            12100,
        ),
        (Document::new(VOICE, "<Answer/>"), 12100),
        (page("/voice", "").content_type(""), 12300),
        (page("/voice", "").content_type("image/png"), 12300),
    ] {
        let (_, call, transcript) = play([document], Script::new()).await;
        assert_eq!(logged(&transcript), [code]);
        assert_eq!(call.heard.last().unwrap().what, Sound::ErrorMessage);
        assert_eq!(call.status, CallStatus::Completed);
    }
}

#[tokio::test]
async fn plain_text_is_read_out_and_audio_is_played() {
    let text = Document::new(VOICE, "Back soon").content_type("text/plain");
    let (_, call, _) = play([text], Script::new()).await;
    assert_eq!(call.heard[0].what, Sound::Speech("Back soon".to_owned()));
    let audio = Document::new(VOICE, "RIFF").content_type("audio/wav");
    let (_, call, _) = play([audio], Script::new()).await;
    assert_eq!(call.heard[0].what, Sound::Media(VOICE.to_owned()));
}

#[tokio::test]
async fn a_slow_host_takes_virtual_time_in_which_the_caller_may_hang_up() {
    let slow = page("/voice", "<Say>Too late</Say>").takes(secs(8));
    let (_, call, _) = play([slow.clone()], Script::new().hangs_up_after(secs(3))).await;
    assert!(call.heard.is_empty());
    assert_eq!(call.status, CallStatus::NoAnswer);
    let (_, call, _) = play([slow], Script::new()).await;
    assert!(call.heard_text("Too late"));
}

#[tokio::test]
async fn a_loop_of_redirects_is_reported_and_ended() {
    let (_, call, transcript) = play([page("/voice", "<Redirect/>")], Script::new()).await;
    assert_eq!(paths(&transcript).len(), 100);
    assert_eq!(call.status, CallStatus::Completed);
    assert!(transcript.to_string().contains("a loop"));
}

#[tokio::test]
async fn a_call_lasts_four_hours_at_most() {
    let (_, call, _) = play(
        [page("/voice", r#"<Enqueue>line</Enqueue>"#)],
        Script::new(),
    )
    .await;
    assert_eq!(call.duration(), secs(4 * 3600));
}

#[tokio::test]
async fn what_is_not_simulated_ends_the_run() {
    let mut sim = simulator([page(
        "/voice",
        "<Say>Hello</Say><Dial><Application>AP1</Application></Dial>",
    )])
    .await;
    let start = sim.now();
    let sid = sim.call_at(start, Caller::from(CALLER).to(LINE)).unwrap();
    let error = sim.run_until_idle().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "a noun of Dial other than Number, Client, Sip, Queue and Conference is not simulated yet (call {sid})"
        )
    );
}

#[tokio::test]
async fn a_conference_lets_the_others_go_on_when_its_moderator_leaves() {
    let mut sim = simulator([
        page(
            "/voice",
            r#"<Dial action="/dialled"><Conference>room</Conference></Dial>"#,
        ),
        page(
            "/rep",
            r#"<Dial><Conference endConferenceOnExit="true">room</Conference></Dial>"#,
        ),
        page("/dialled", "<Say>Over</Say>"),
    ])
    .await;
    let start = sim.now();
    let caller = sim.call_at(start, Caller::from(CALLER).to(LINE)).unwrap();
    let moderator = Caller::from("client:ann")
        .to(REPS)
        .gets_through()
        .hangs_up_after(secs(9));
    sim.call_at(start, moderator).unwrap();
    sim.run_until_idle().await.unwrap();
    let transcript = sim.transcript();
    let dialled = transcript.requests_to("/dialled").next().unwrap();
    assert_eq!(dialled.parameter("DialCallStatus"), Some("answered"));
    assert_eq!(dialled.parameter("DialCallSid"), None);
    assert!(sim.call(&caller).unwrap().heard_text("Over"));
}

#[tokio::test]
async fn a_recording_ends_with_a_key_and_says_which() {
    let (_, _, transcript) = play(
        [
            page(
                "/voice",
                r##"<Record finishOnKey="#" action="/recorded" recordingStatusCallback="/kept"/>"##,
            ),
            page("/recorded", ""),
            page("/kept", ""),
        ],
        Script::new().speaks_for(secs(7)).presses("1#"),
    )
    .await;
    let recorded = transcript.requests_to("/recorded").next().unwrap();
    assert_eq!(recorded.parameter("Digits"), Some("#"));
    assert_eq!(recorded.parameter("RecordingDuration"), Some("7"));
    let kept = transcript.requests_to("/kept").next().unwrap();
    assert_eq!(kept.parameter("RecordingStatus"), Some("completed"));
    assert_eq!(kept.parameter("From"), None);
}

#[tokio::test]
async fn every_request_can_be_made_again_with_curl_and_its_signature_holds() {
    let (_, _, transcript) = play(
        [
            page("/voice", r#"<Redirect method="GET">/it's?a=1 2</Redirect>"#),
            page("/it's?a=1%202", "<Redirect/>").nth(1..=1),
            page("/it's?a=1%202", ""),
        ],
        Script::new(),
    )
    .await;
    assert_eq!(transcript.requests().count(), 3);
    let verifier = twilio_webhook::Verifier::new(TOKEN);
    for request in transcript.requests() {
        let curl = request.to_curl();
        // As a shell would read it.
        let words: Vec<String> = curl
            .replace(r"'\''", "\u{1}")
            .split('\'')
            .map(|word| word.replace('\u{1}', "'"))
            .collect();
        let (url, signature) = (
            &words[1],
            words[3].strip_prefix("X-Twilio-Signature: ").unwrap(),
        );
        let body = words.get(5).map_or("", String::as_str);
        let form = twilio_simulator::Params::from_form(body).unwrap();
        verifier.verify(url, signature, &form).unwrap();
        assert_eq!(request.method == http::Method::GET, form.is_empty());
        let everything = format!("{url}{body}");
        assert!(everything.contains("CallSid=CA"), "{curl}");
    }
}

#[tokio::test]
async fn a_wait_document_that_fails_leaves_the_queue_with_an_error() {
    let (sim, call, transcript) = play(
        [
            page(
                "/voice",
                r#"<Enqueue waitUrl="/wait" action="/left">line</Enqueue>"#,
            ),
            page("/wait", "").status(StatusCode::INTERNAL_SERVER_ERROR),
            page("/left", "<Say>We are sorry</Say>"),
        ],
        Script::new(),
    )
    .await;
    assert_eq!(logged(&transcript), [11200]);
    let left = transcript.requests_to("/left").next().unwrap();
    assert_eq!(left.parameter("QueueResult"), Some("error"));
    assert!(call.heard_text("We are sorry"));
    assert_eq!(sim.queue_size("line"), Some(0));
}

#[tokio::test]
async fn an_agent_who_leaves_during_the_whisper_lets_the_caller_go_on() {
    let mut sim = simulator([
        page("/voice", r#"<Enqueue action="/left">line</Enqueue>"#),
        page("/left", "<Say>Nobody</Say>"),
        page(
            "/rep",
            r#"<Dial action="/dialled"><Queue url="/whisper">line</Queue></Dial>"#,
        ),
        page("/whisper", "<Pause length=\"5\"/>"),
        page("/dialled", ""),
    ])
    .await;
    let start = sim.now();
    let caller = sim.call_at(start, Caller::from(CALLER).to(LINE)).unwrap();
    let agent = Caller::from("client:ann").to(REPS).hangs_up_after(secs(2));
    sim.call_at(start, agent).unwrap();
    sim.run_until_idle().await.unwrap();
    let transcript = sim.transcript();
    let left = transcript.requests_to("/left").next().unwrap();
    assert_eq!(left.parameter("QueueResult"), Some("bridging-in-process"));
    assert!(sim.call(&caller).unwrap().heard_text("Nobody"));
    let dialled = transcript.requests_to("/dialled").next().unwrap();
    assert_eq!(dialled.parameter("DequeueResult"), Some("hangup"));
    assert_eq!(dialled.parameter("CallStatus"), Some("completed"));
}

#[tokio::test]
async fn a_caller_who_hangs_up_before_the_answer_was_not_answered() {
    let (_, call, transcript) = play(
        [
            page(
                "/voice",
                &format!(r#"<Dial answerOnBridge="true" action="/dialled">{PHONE}</Dial>"#),
            ),
            page("/dialled", ""),
        ],
        Script::new().hangs_up_after(secs(2)),
    )
    .await;
    assert_eq!(call.status, CallStatus::NoAnswer);
    assert_eq!(call.answered_at, None);
    let dialled = transcript.requests_to("/dialled").next().unwrap();
    assert_eq!(dialled.parameter("DialCallStatus"), Some("canceled"));
}

#[tokio::test]
async fn without_an_action_gather_and_record_ask_again_and_dial_and_enqueue_go_on() {
    let voice = "<Gather numDigits=\"1\" timeout=\"5\"/><Say>after gather</Say>";
    let script = Script::new().waits(secs(1)).presses("1").waits(secs(2));
    let script = script.hangs_up();
    let (_, _, transcript) = play([page("/voice", voice)], script).await;
    assert_eq!(paths(&transcript), ["/voice", "/voice"]);

    let script = Script::new().waits(secs(2)).presses("#").waits(secs(2));
    let script = script.hangs_up();
    let (_, _, transcript) = play([page("/voice", "<Record/>")], script).await;
    let actions = transcript
        .requests()
        .filter(|asked| asked.parameter("RecordingUrl").is_some());
    assert!(actions.count() > 0, "{transcript}");
    assert!(paths(&transcript).iter().all(|path| *path == "/voice"));

    let voice = format!("<Dial>{PHONE}</Dial><Say>after dial</Say>");
    let (_, call, transcript) = play([page("/voice", &voice)], Script::new()).await;
    assert!(call.heard_text("after dial"), "{transcript}");
    assert_eq!(paths(&transcript), ["/voice"]);

    let voice = r#"<Enqueue waitUrl="/wait">q</Enqueue><Say>after enqueue</Say>"#;
    let pages = [page("/voice", voice), page("/wait", "<Leave/>")];
    let (_, call, transcript) = play(pages, Script::new()).await;
    assert!(call.heard_text("after enqueue"), "{transcript}");
}

#[tokio::test]
async fn a_bridged_callers_action_comes_after_the_talk_and_counts_the_wait_alone() {
    let mut sim = simulator([
        page(
            "/voice",
            r#"<Enqueue action="/done" waitUrl="/wait">q</Enqueue>"#,
        ),
        page("/wait", "<Pause length=\"60\"/>"),
        page("/rep", "<Dial><Queue>q</Queue></Dial>"),
        page("/done", "<Hangup/>"),
    ])
    .await;
    let start = sim.now();
    sim.call_at(start, Caller::from(CALLER).to(LINE)).unwrap();
    let rep = Caller::from(PHONE)
        .to(REPS)
        .gets_through()
        .hangs_up_after(secs(40));
    sim.call_at(start + chrono::TimeDelta::seconds(10), rep)
        .unwrap();
    sim.run_until_idle().await.unwrap();
    let transcript = sim.transcript();
    let done = transcript.requests_to("/done").next().unwrap();
    assert_eq!(done.parameter("QueueResult"), Some("bridged"));
    assert_eq!(done.parameter("QueueTime"), Some("10"));
    assert!(seconds_of(&sim, "/done")[0] >= 50, "{transcript}");
}

#[tokio::test]
async fn a_lone_completed_is_number_0_and_its_duration_is_in_minutes() {
    let mut sim = simulator([
        page("/voice", "<Pause length=\"61\"/>"),
        page("/status", ""),
    ])
    .await;
    sim.phone(PHONE, Answers::after(secs(5)).then(Script::new()));
    let form = [
        ("To", PHONE),
        ("From", LINE),
        ("Url", VOICE),
        ("StatusCallback", "http://app.test/status"),
    ];
    let (status, _) = rest(&sim.rest_url(), http::Method::POST, "/Calls.json", &form).await;
    assert_eq!(status, 201);
    sim.run_until_idle().await.unwrap();
    let transcript = sim.transcript();
    let told: Vec<_> = transcript.requests_to("/status").collect();
    assert_eq!(told.len(), 1, "{transcript}");
    assert_eq!(told[0].parameter("SequenceNumber"), Some("0"));
    assert_eq!(told[0].parameter("CallDuration"), Some("61"));
    assert_eq!(told[0].parameter("Duration"), Some("2"));
}

#[tokio::test]
async fn a_queue_holds_a_thousand_and_silent_recordings_are_kept() {
    let pages = [
        page("/voice", r#"<Enqueue waitUrl="/wait">q</Enqueue>"#),
        page("/wait", "<Pause length=\"60\"/>"),
    ];
    let script = Script::new().waits(secs(1)).hangs_up();
    let (_, _, transcript) = play(pages, script).await;
    let wait = transcript.requests_to("/wait").next().unwrap();
    assert_eq!(wait.parameter("MaxQueueSize"), Some("1000"));

    let pages = [
        page("/voice", r#"<Record action="/kept" timeout="5"/>"#),
        page("/kept", "<Hangup/>"),
    ];
    let (_, _, transcript) = play(pages, Script::new()).await;
    let kept = transcript.requests_to("/kept").next().unwrap();
    assert!(kept.parameter("RecordingUrl").is_some(), "{transcript}");
}

#[tokio::test]
async fn an_event_that_there_is_not_is_warned_of() {
    for dial in [
        format!(
            r#"<Dial><Number statusCallback="/s" statusCallbackEvent="answered complete">{PHONE}</Number></Dial>"#
        ),
        format!(
            r#"<Dial record="record-from-answer" recordingStatusCallback="/s" recordingStatusCallbackEvent="done">{PHONE}</Dial>"#
        ),
        r#"<Dial><Conference statusCallback="/s" statusCallbackEvent="started">r</Conference></Dial>"#
            .to_owned(),
    ] {
        let pages = [page("/voice", &dial), page("/s", "")];
        let (_, _, transcript) = play(pages, Script::new().hangs_up_after(secs(30))).await;
        assert!(logged(&transcript).contains(&12200), "{dial}\n{transcript}");
    }
}

#[tokio::test]
async fn several_events_in_one_parameter_are_lost_and_the_transcript_says_so() {
    let mut sim = simulator([page("/voice", "<Say>Hello</Say>"), page("/status", "")]).await;
    sim.phone(PHONE, Answers::after(secs(5)).then(Script::new()));
    let form = [
        ("To", PHONE),
        ("From", LINE),
        ("Url", VOICE),
        ("StatusCallback", "http://app.test/status"),
        ("StatusCallbackEvent", "initiated completed"),
    ];
    let (status, _) = rest(&sim.rest_url(), http::Method::POST, "/Calls.json", &form).await;
    assert_eq!(status, 201);
    sim.run_until_idle().await.unwrap();
    let transcript = sim.transcript();
    assert_eq!(transcript.requests_to("/status").count(), 0);
    assert_eq!(logged(&transcript), [0], "{transcript}");
    assert!(
        transcript.to_string().contains("once for each event"),
        "{transcript}"
    );
}

#[tokio::test]
async fn what_a_verb_does_not_know_is_warned_of_wherever_it_stands() {
    for verbs in [
        "<Hangup because=\"bored\"/>",
        "<Reject because=\"bored\"/>",
        "<Gather><Say shout=\"true\">Hello</Say></Gather>",
    ] {
        let (_, _, transcript) = play([page("/voice", verbs)], Script::new()).await;
        assert_eq!(logged(&transcript), [12200], "{verbs}\n{transcript}");
    }
}
