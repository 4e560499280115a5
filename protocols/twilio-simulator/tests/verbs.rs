//! A scenario for each verb beside the well-trodden ones: recordings, transcriptions, SIP, partial
//! results, streams, relays, payments, transfers.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

mod support;

use support::*;
use twilio_simulator::{Answers, Call, Caller, HostRequest, Script, Simulator};

const PHONE: &str = "+15550002001";

/// Plays one call to a line that answers with these verbs.
async fn play(verbs: &str, caller: Caller) -> (Simulator, Call) {
    let mut sim = simulator([
        page("/voice", verbs),
        page("/next", "<Say>Next</Say>"),
        page("/told", ""),
        page("/tape", ""),
        page("/words", ""),
        page("/whisper", "<Say>A caller</Say>"),
    ])
    .await;
    sim.phone(PHONE, Answers::after(secs(2)).then(talks_for(5)));
    sim.phone("sip:ann@office.test", Answers::busy());
    let sid = sim.call_at(sim.now(), caller).unwrap();
    sim.run_until_idle().await.unwrap();
    let call = sim.call(&sid).unwrap();
    (sim, call)
}

fn caller() -> Caller {
    Caller::from(CALLER).to(LINE)
}

fn talks_for(seconds: u64) -> Script {
    Script::new().gets_through().hangs_up_after(secs(seconds))
}

fn told(sim: &Simulator, path: &str) -> Vec<HostRequest> {
    sim.transcript().requests_to(path).cloned().collect()
}

fn values(sim: &Simulator, path: &str, name: &str) -> Vec<String> {
    told(sim, path)
        .iter()
        .map(|request| request.parameter(name).unwrap_or("-").to_owned())
        .collect()
}

#[tokio::test]
async fn a_recording_is_reported_and_transcribed_afterwards() {
    let (sim, call) = play(
        r#"<Record action="/next" recordingStatusCallback="/tape"
           recordingStatusCallbackEvent="in-progress completed absent"
           transcribe="true" transcribeCallback="/words"/>"#,
        caller().says("please call me back").hangs_up(),
    )
    .await;
    assert_eq!(
        values(&sim, "/tape", "RecordingStatus"),
        ["in-progress", "completed"]
    );
    // A second of speech is too short to be transcribed.
    assert!(told(&sim, "/words").is_empty());
    assert_eq!(values(&sim, "/next", "Digits"), ["hangup"]);
    assert_eq!(call.duration(), secs(1));
    let (sim, call) = play(
        r#"<Record action="/next" transcribe="true" transcribeCallback="/words"/>"#,
        caller()
            .waits(secs(1))
            .says("one")
            .waits(secs(2))
            .says("two")
            .presses("#"),
    )
    .await;
    assert_eq!(values(&sim, "/words", "TranscriptionText"), ["one two"]);
    assert_eq!(values(&sim, "/words", "CallSid"), [call.sid.to_string()]);
    let words = &told(&sim, "/words")[0];
    let action = &told(&sim, "/next")[0];
    for name in ["RecordingSid", "RecordingUrl"] {
        assert_eq!(words.parameter(name), action.parameter(name));
    }
    // Without transcribe, a callback alone is not enough.
    let (sim, _) = play(
        r#"<Record action="/next" transcribeCallback="/words"/>"#,
        caller().speaks_for(secs(9)).hangs_up(),
    )
    .await;
    assert!(told(&sim, "/words").is_empty());
}

#[tokio::test]
async fn a_dial_is_recorded_from_the_answer_or_from_ringing() {
    for (record, seconds, channels) in [
        ("record-from-answer", "5", "1"),
        ("record-from-ringing-dual", "7", "2"),
        ("true", "5", "1"),
    ] {
        let verbs = format!(
            r#"<Dial action="/next" record="{record}" recordingStatusCallback="/tape">{PHONE}</Dial>"#
        );
        let (sim, call) = play(&verbs, caller()).await;
        let tape = &told(&sim, "/tape")[0];
        for (name, value) in [
            ("RecordingStatus", "completed"),
            ("RecordingDuration", seconds),
            ("RecordingChannels", channels),
            ("RecordingSource", "DialVerb"),
            ("CallSid", call.sid.as_str()),
        ] {
            assert_eq!(tape.parameter(name), Some(value), "{record} {name}");
        }
        let action = &told(&sim, "/next")[0];
        assert_eq!(
            action.parameter("RecordingUrl"),
            tape.parameter("RecordingUrl")
        );
    }
}

#[tokio::test]
async fn sip_is_dialled_as_a_phone_is() {
    let verbs =
        r#"<Dial action="/next"><Sip statusCallback="/told">sip:ann@office.test</Sip></Dial>"#;
    let (sim, _) = play(verbs, caller()).await;
    assert_eq!(values(&sim, "/next", "DialCallStatus"), ["busy"]);
    assert_eq!(values(&sim, "/next", "DialSipResponseCode"), ["486"]);
    assert_eq!(values(&sim, "/told", "CallStatus"), ["busy"]);
}

#[tokio::test]
async fn digits_are_sent_before_the_whisper_and_the_talk() {
    let verbs = format!(
        r#"<Dial action="/next"><Number sendDigits="ww12" url="/whisper">{PHONE}</Number></Dial>"#
    );
    let (sim, call) = play(&verbs, caller()).await;
    let whisper = told(&sim, "/whisper");
    assert_eq!(whisper.len(), 1);
    let child = sim.calls().into_iter().find(|call| call.parent.is_some());
    let child = child.unwrap();
    assert!(child.heard_text("A caller"));
    // Four tones of half a second, a whisper of one second.
    let joined = call.heard.first().unwrap().from;
    assert_eq!((joined - child.answered_at.unwrap()).num_seconds(), 3);
}

#[tokio::test]
async fn partial_results_come_while_the_caller_speaks() {
    let (sim, _) = play(
        r#"<Gather input="speech" action="/next" partialResultCallback="/told" speechTimeout="3"/>"#,
        caller()
            .waits(secs(1))
            .says("sales")
            .waits(secs(1))
            .says("please"),
    )
    .await;
    assert_eq!(
        values(&sim, "/told", "UnstableSpeechResult"),
        ["sales", "sales please"]
    );
    assert_eq!(values(&sim, "/told", "SequenceNumber"), ["0", "1"]);
    assert_eq!(values(&sim, "/next", "SpeechResult"), ["sales please"]);
}

#[tokio::test]
async fn without_barge_in_speech_does_not_cut_the_prompt() {
    let verbs = r#"<Gather input="speech" action="/next" bargeIn="false" speechTimeout="2">
                   <Say>One</Say><Say>Two</Say><Say>Three</Say></Gather>"#;
    let (sim, call) = play(verbs, caller().waits(secs(1)).says("sales")).await;
    assert_eq!(values(&sim, "/next", "SpeechResult"), ["sales"]);
    assert!(call.heard.iter().all(|heard| !heard.cut));
    assert!(call.heard_text("Three"));
}

#[tokio::test]
async fn what_runs_beside_a_call_starts_and_stops() {
    let (sim, _) = play(
        r#"<Start><Stream name="ear" url="wss://media.test" statusCallback="/told"/></Start>
           <Start><Transcription statusCallbackUrl="/words"/></Start>
           <Start><Recording recordingStatusCallback="/tape"/></Start>
           <Start><Siprec name="archive" statusCallback="/told"/></Start>
           <Say>Hello</Say><Stop><Stream name="ear"/></Stop><Pause length="5"/>"#,
        caller().waits(secs(2)).says("good morning"),
    )
    .await;
    assert_eq!(
        values(&sim, "/told", "StreamEvent"),
        ["stream-started", "-", "stream-stopped", "-"]
    );
    assert_eq!(
        values(&sim, "/told", "SiprecEvent"),
        ["-", "siprec-started", "-", "siprec-stopped"]
    );
    assert_eq!(
        values(&sim, "/words", "TranscriptionEvent"),
        [
            "transcription-started",
            "transcription-content",
            "transcription-stopped"
        ]
    );
    assert!(values(&sim, "/words", "TranscriptionData")[1].contains("good morning"));
    assert_eq!(values(&sim, "/tape", "RecordingDuration"), ["6"]);
    assert_eq!(
        values(&sim, "/tape", "RecordingSource"),
        ["StartCallRecordingTwiML"]
    );
}

#[tokio::test]
async fn a_stream_holds_the_call_until_the_other_side_lets_go() {
    let verbs = r#"<Connect action="/next"><Stream url="wss://bot.test" statusCallback="/told"/>
                   </Connect><Say>Never</Say>"#;
    let (sim, call) = play(verbs, caller()).await;
    assert_eq!(
        values(&sim, "/told", "StreamEvent"),
        ["stream-started", "stream-stopped"]
    );
    assert!(call.heard_text("Next") && !call.heard_text("Never"));
    assert_eq!(call.duration(), secs(11));
    let relay = r#"<Connect action="/next"><ConversationRelay url="wss://bot.test"/></Connect>"#;
    let (sim, _) = play(relay, caller().waits(secs(4)).hangs_up()).await;
    assert_eq!(values(&sim, "/next", "SessionDuration"), ["4"]);
    assert_eq!(values(&sim, "/next", "CallStatus"), ["completed"]);
}

#[tokio::test]
async fn a_payment_tells_its_steps_and_its_result() {
    let verbs = r#"<Pay action="/next" statusCallback="/told" chargeAmount="9.50"
                   postalCode="false"/>"#;
    let (sim, call) = play(verbs, caller()).await;
    assert_eq!(
        values(&sim, "/told", "For"),
        [
            "payment-card-number",
            "expiration-date",
            "security-code",
            "payment-processing"
        ]
    );
    let action = &told(&sim, "/next")[0];
    assert_eq!(action.parameter("Result"), Some("success"));
    assert_eq!(
        action.parameter("PaymentCardNumber"),
        Some("xxxxxxxxxxxx1111")
    );
    assert!(action.parameter("PaymentConfirmationCode").is_some());
    assert_eq!(call.duration(), secs(21));
    let (sim, _) = play(verbs, caller().waits(secs(7)).hangs_up()).await;
    assert_eq!(values(&sim, "/next", "Result"), ["caller-hung-up"]);
    assert_eq!(values(&sim, "/told", "For").len(), 2);
}

#[tokio::test]
async fn a_transfer_tells_how_it_went() {
    let verbs = r#"<Refer action="/next"><Sip>sip:ann@office.test</Sip></Refer>"#;
    let (sim, call) = play(verbs, caller()).await;
    assert_eq!(values(&sim, "/next", "ReferCallStatus"), ["in-progress"]);
    assert_eq!(values(&sim, "/next", "ReferSipResponseCode"), ["202"]);
    assert!(call.heard_text("Next"));
}

#[tokio::test]
async fn an_echo_lasts_until_the_caller_hangs_up() {
    let (_, call) = play("<Echo/>", caller().waits(secs(8)).hangs_up()).await;
    assert_eq!(call.duration(), secs(8));
}
