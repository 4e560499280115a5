//! The client at the simulator's REST interface: what it asks for happens, calls ring and are
//! answered, messages arrive, members are taken out of queues. Virtual time, real HTTP.
#![cfg(feature = "reqwest")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;
use std::time::Duration;

use twilio_rest::conferences::{CreateParticipant, ListConferences, UpdateParticipant};
use twilio_rest::incoming_numbers::{ListIncomingNumbers, NumberSettings};
use twilio_rest::queues::Dequeue;
use twilio_rest::recordings::{ListRecordings, MediaFormat, RecordingStatus, StartRecording};
use twilio_rest::{
    CallEvent, CallSid, CallStatus, Client, CreateCall, CreateMessage, Credentials, Error,
    ListCalls, ListMessages, MessageStatus, RetryPolicy, UpdateCall,
};
use twilio_simulator::{
    Answers, Caller, Document, Documents, NumberConfig, Script, Settings, Simulator, SpeechRate,
};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const LINE: &str = "+15550009001";
const PHONE: &str = "+15550002001";

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn page(path: &str, verbs: &str) -> Document {
    Document::new(
        format!("http://app.test{path}"),
        format!("<Response>{verbs}</Response>"),
    )
}

/// A phone that answers after three seconds and stays for a minute.
async fn stage() -> (Simulator, Client) {
    stage_with(Settings::default()).await
}

async fn stage_with(settings: Settings) -> (Simulator, Client) {
    let pages = [
        page("/voice", "<Say>Hello</Say><Pause length=\"60\"/>"),
        page("/other", "<Say>Elsewhere</Say><Pause length=\"60\"/>"),
        page("/wait", "<Say>Please wait</Say><Pause length=\"600\"/>"),
        page("/enqueue", r#"<Enqueue waitUrl="/wait">orders</Enqueue>"#),
        page("/room", "<Dial><Conference>room 17</Conference></Dial>"),
        page("/status", ""),
    ];
    let host = pages.into_iter().fold(Documents::new(), Documents::with);
    let mut sim = Simulator::builder(ACCOUNT, "s3cret")
        .settings(settings.speech(SpeechRate::Each(secs(1))))
        .transport(Arc::new(host))
        .build()
        .await
        .unwrap();
    sim.number(LINE, NumberConfig::new("http://app.test/enqueue"))
        .unwrap();
    let answers = Answers::after(secs(3));
    sim.phone(PHONE, answers.then(Script::new().hangs_up_after(secs(60))));
    let client = Client::builder(ACCOUNT.parse().unwrap(), Credentials::auth_token("s3cret"))
        .base_url(sim.rest_url())
        .build()
        .unwrap();
    (sim, client)
}

async fn run_for(sim: &mut Simulator, seconds: i64) {
    let until = sim.now() + chrono::TimeDelta::seconds(seconds);
    sim.run_until(until).await.unwrap();
}

fn a_call() -> CreateCall {
    CreateCall::new(PHONE, LINE)
        .url("http://app.test/voice")
        .status_callback("http://app.test/status", CallEvent::ALL)
}

#[tokio::test]
async fn a_call_is_placed_redirected_and_ended() {
    let (mut sim, client) = stage().await;
    let calls = client.calls();
    let call = calls.create(a_call()).await.unwrap();
    assert_eq!(call.status, CallStatus::Queued);
    assert_eq!(call.account_sid.unwrap().as_str(), ACCOUNT);
    assert_eq!(call.to.unwrap().to_string(), PHONE);
    assert_eq!(call.date_created, Some(sim.now()));

    run_for(&mut sim, 5).await;
    let fetched = calls.fetch(&call.sid).await.unwrap();
    assert_eq!(fetched.status, CallStatus::InProgress);
    let redirected = calls.redirect(&call.sid, "http://app.test/other").await;
    assert_eq!(redirected.unwrap().sid, call.sid);
    run_for(&mut sim, 1).await;
    let inline = UpdateCall::twiml("<Response><Say>Goodbye</Say><Pause/></Response>");
    calls.update(&call.sid, inline).await.unwrap();
    run_for(&mut sim, 1).await;
    calls.complete(&call.sid).await.unwrap();
    sim.run_until_idle().await.unwrap();

    let ended = calls.fetch(&call.sid).await.unwrap();
    assert_eq!(ended.status, CallStatus::Completed);
    assert_eq!(ended.duration, Some(secs(4)));
    let seen = sim.call(&call.sid).unwrap();
    for words in ["Hello", "Elsewhere", "Goodbye"] {
        assert!(seen.heard_text(words), "{words}");
    }
    let error = calls.cancel(&call.sid).await.unwrap_err();
    assert!(error.is_invalid_call_state(), "{error:?}");
}

#[tokio::test]
async fn a_ringing_call_is_taken_back() {
    let (mut sim, client) = stage().await;
    let call = client.calls().create(a_call()).await.unwrap();
    run_for(&mut sim, 2).await;
    client.calls().cancel(&call.sid).await.unwrap();
    sim.run_until_idle().await.unwrap();
    let call = client.calls().fetch(&call.sid).await.unwrap();
    assert_eq!(call.status, CallStatus::Canceled);
}

#[tokio::test]
async fn lists_have_several_pages() {
    let (mut sim, client) = stage().await;
    let mut placed = Vec::new();
    for _ in 0..7 {
        placed.push(client.calls().create(a_call()).await.unwrap().sid);
    }
    sim.run_until_idle().await.unwrap();
    let which = ListCalls::default().to(PHONE).page_size(3);
    let mut pages = client.calls().list(which.clone());
    let mut sizes = Vec::new();
    while let Some(page) = pages.next_page().await.unwrap() {
        sizes.push(page.len());
    }
    assert_eq!(sizes, [3, 3, 1]);
    let listed = client.calls().list(which).collect(100).await.unwrap();
    let mut listed: Vec<CallSid> = listed.iter().map(|call| call.sid).collect();
    listed.sort();
    placed.sort();
    assert_eq!(listed, placed);
}

#[tokio::test]
async fn twilios_refusals_have_their_codes() {
    let (_sim, client) = stage().await;
    let nobody = CreateCall::new("", LINE).url("http://app.test/voice");
    let error = client.calls().create(nobody).await.unwrap_err();
    assert!(matches!(error, Error::Api(_)), "{error:?}");
    let api = error.api().unwrap();
    assert_eq!(api.status.as_u16(), 400);
    assert!(api.code.is_some() && api.more_info.is_some(), "{api:?}");

    let unknown = "CA0123456789abcdef0123456789abcdef".parse().unwrap();
    let error = client.calls().fetch(&unknown).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    assert_eq!(error.code(), Some(20_404));

    let stranger = Client::builder(client.account(), Credentials::auth_token("guess"))
        .base_url(_sim.rest_url())
        .build()
        .unwrap();
    let error = stranger.calls().fetch(&unknown).await.unwrap_err();
    assert_eq!(error.code(), Some(20_003));
}

#[tokio::test]
async fn a_waiting_caller_is_taken_out_of_the_queue() {
    let (mut sim, client) = stage().await;
    let queue = client.queues().create("orders", Some(10)).await.unwrap();
    let caller = Caller::from("+15550001001").to(LINE);
    let call = sim
        .call_at(sim.now(), caller.gives_up_after(secs(300)))
        .unwrap();
    run_for(&mut sim, 30).await;

    let found = client.queues().find("orders").await.unwrap().unwrap();
    assert_eq!((found.sid, found.current_size), (queue.sid, Some(1)));
    assert_eq!(client.queues().find("nobody").await.unwrap(), None);
    let members = client.queues().members(queue.sid);
    let waiting = members.list().collect(10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].call_sid, call);
    assert_eq!(waiting[0].position, Some(1));
    assert!(waiting[0].wait_time.unwrap() >= secs(25));
    assert_eq!(members.fetch_front().await.unwrap().call_sid, call);

    members
        .dequeue(&call, Dequeue::to("http://app.test/other"))
        .await
        .unwrap();
    run_for(&mut sim, 5).await;
    assert!(sim.call(&call).unwrap().heard_text("Elsewhere"));
    let error = members.fetch(&call).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    let error = members
        .dequeue_front(Dequeue::to("http://app.test/other"))
        .await
        .unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    sim.run_until_idle().await.unwrap();
}

#[tokio::test]
async fn a_message_is_sent_and_looked_at() {
    let (mut sim, client) = stage().await;
    let messages = client.messages();
    let message = CreateMessage::new("+15550003001", LINE)
        .body("Your table is ready, çela va")
        .status_callback("http://app.test/status");
    let sent = messages.create(message).await.unwrap();
    assert_eq!(sent.num_segments, Some(1));
    sim.run_until_idle().await.unwrap();

    let arrived = messages.fetch(&sent.sid).await.unwrap();
    assert_eq!(arrived.status, MessageStatus::Delivered);
    assert_eq!(
        arrived.body.as_deref(),
        Some("Your table is ready, çela va")
    );
    let which = ListMessages::default().to("+15550003001");
    let found = messages.list(which.clone()).collect(10).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].sid, sent.sid);

    let redacted = messages.redact(&sent.sid).await.unwrap();
    assert_eq!(redacted.body, None);
    messages.delete(&sent.sid).await.unwrap();
    let error = messages.fetch(&sent.sid).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    assert!(messages.list(which).collect(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_conference_is_found_by_its_name_and_ruled() {
    let (mut sim, client) = stage().await;
    let first = CreateCall::new(PHONE, LINE).url("http://app.test/room");
    let first = client.calls().create(first).await.unwrap().sid;
    run_for(&mut sim, 6).await;

    let which = ListConferences::default().friendly_name("room 17");
    let found = client.conferences().list(which).collect(10).await.unwrap();
    assert_eq!(found.len(), 1);
    let participants = client.conferences().participants(found[0].sid);
    let second = CreateParticipant::new("+15550002002", LINE).label("second");
    sim.phone(
        "+15550002002",
        Answers::after(secs(1)).then(Script::new().hangs_up_after(secs(60))),
    );
    let second = participants.create(second).await.unwrap();
    assert_eq!(second.label.as_deref(), Some("second"));
    run_for(&mut sim, 5).await;

    let present = participants.list().collect(10).await.unwrap();
    let mut present: Vec<CallSid> = present.iter().map(|member| member.call_sid).collect();
    present.sort();
    let mut expected = [first, second.call_sid];
    expected.sort();
    assert_eq!(present, expected);

    let muted = UpdateParticipant::default().muted(true);
    let muted = participants.update(&first, muted).await.unwrap();
    assert_eq!(muted.muted, Some(true));
    participants.remove(&second.call_sid).await.unwrap();
    run_for(&mut sim, 1).await;
    assert!(
        participants
            .fetch(&second.call_sid)
            .await
            .unwrap_err()
            .is_not_found()
    );
    let ended = client.conferences().end(&found[0].sid).await.unwrap();
    assert_eq!(ended.sid, found[0].sid);
    sim.run_until_idle().await.unwrap();
    let ended = client.conferences().fetch(&found[0].sid).await.unwrap();
    assert_eq!(ended.status.as_str(), "completed");
    assert!(ended.reason_conference_ended.is_some());
}

#[tokio::test]
async fn a_call_is_recorded() {
    let (mut sim, client) = stage().await;
    let call = client.calls().create(a_call()).await.unwrap().sid;
    run_for(&mut sim, 5).await;
    let started = StartRecording::default().channels("dual");
    let recording = client.calls().record(&call, started).await.unwrap();
    assert_eq!(recording.call_sid, Some(call));
    run_for(&mut sim, 3).await;
    let of_call = client.calls().recordings(&call);
    of_call.stop(&recording.sid).await.unwrap();
    sim.run_until_idle().await.unwrap();

    let recordings = client.recordings();
    let done = recordings.fetch(&recording.sid).await.unwrap();
    assert_eq!(done.status, Some(RecordingStatus::Completed));
    assert_eq!(done.duration, Some(secs(3)));
    let sound = recordings.sound(&recording.sid, MediaFormat::Wav).await;
    let sound = sound.unwrap();
    assert!(sound.starts_with(b"RIFF") && sound.len() > 44);
    let all = recordings.list(ListRecordings::default().call(call));
    assert_eq!(all.collect(10).await.unwrap(), [done]);
    assert_eq!(of_call.list().collect(10).await.unwrap().len(), 1);
    recordings.delete(&recording.sid).await.unwrap();
    assert!(
        recordings
            .fetch(&recording.sid)
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[tokio::test]
async fn a_number_gets_another_address() {
    let (mut sim, client) = stage().await;
    let numbers = client.incoming_numbers();
    let line = LINE.parse().unwrap();
    let number = numbers.find(&line).await.unwrap().unwrap();
    let settings = NumberSettings::default().voice_url("http://app.test/voice");
    let changed = numbers.update(&number.sid, settings).await.unwrap();
    assert_eq!(changed.voice_url.as_deref(), Some("http://app.test/voice"));
    let all = numbers
        .list(ListIncomingNumbers::default())
        .collect(10)
        .await;
    assert_eq!(all.unwrap().len(), 1);
    assert_eq!(numbers.find(&PHONE.parse().unwrap()).await.unwrap(), None);

    let caller = Caller::from("+15550001001")
        .to(LINE)
        .gives_up_after(secs(10));
    let call = sim.call_at(sim.now(), caller).unwrap();
    sim.run_until_idle().await.unwrap();
    assert!(sim.call(&call).unwrap().heard_text("Hello"));
}

#[tokio::test]
async fn an_api_key_opens_too() {
    let (mut sim, client) = stage().await;
    let key = "SK0123456789abcdef0123456789abcdef";
    sim.api_key(key, "k3y");
    for (secret, opens) in [("k3y", true), ("guess", false)] {
        let client = Client::builder(
            client.account(),
            Credentials::api_key(key.parse().unwrap(), secret),
        );
        let client = client.base_url(sim.rest_url()).build().unwrap();
        assert_eq!(client.queues().list().next().await.is_ok(), opens);
    }
}

#[tokio::test]
async fn too_many_requests_are_refused_and_undone() {
    let limit = Settings::default().rest_limit(3, secs(10));
    let (sim, _) = stage_with(limit).await;
    let client = Client::builder(ACCOUNT.parse().unwrap(), Credentials::auth_token("s3cret"))
        .base_url(sim.rest_url())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    for _ in 0..3 {
        client.calls().create(a_call()).await.unwrap();
    }
    let error = client.calls().create(a_call()).await.unwrap_err();
    let Error::Throttled {
        retry_after: Some(wait),
        ..
    } = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(wait, secs(1));
    assert_eq!(sim.calls().len(), 3);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_ambiguous_and_looking_finds_the_call() {
    let lossy = Settings::default().rest_answers_lost(100);
    let (sim, _) = stage_with(lossy).await;
    let client = Client::builder(ACCOUNT.parse().unwrap(), Credentials::auth_token("s3cret"))
        .base_url(sim.rest_url())
        .build()
        .unwrap();
    let error = client.calls().create(a_call()).await.unwrap_err();
    assert!(matches!(error, Error::Ambiguous { .. }), "{error:?}");
    // Placed, and once: what the error says may be so.
    assert_eq!(sim.calls().len(), 1);
    assert_eq!(sim.calls()[0].to, PHONE);
}

#[tokio::test]
async fn with_every_third_answer_lost_each_call_is_placed_exactly_once() {
    let lossy = Settings::default().rest_answers_lost(33);
    let (mut sim, _) = stage_with(lossy).await;
    let client = Client::builder(ACCOUNT.parse().unwrap(), Credentials::auth_token("s3cret"))
        .base_url(sim.rest_url())
        .build()
        .unwrap();
    let mut ambiguous = 0;
    for job in 0..40 {
        let phone = format!("+1555000{job:04}");
        sim.phone(phone.as_str(), Answers::busy_after(secs(1)));
        let call = CreateCall::new(phone.as_str(), LINE).url("http://app.test/voice");
        match client.calls().create(call.clone()).await {
            Ok(_) => {}
            Err(Error::Ambiguous { .. }) => {
                ambiguous += 1;
                // Look before placing it again: reads are repeated until one gets through.
                let mut placed = client.calls().list(ListCalls::default().to(phone.as_str()));
                assert!(placed.next().await.unwrap().is_some());
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!((4..36).contains(&ambiguous), "{ambiguous}");
    assert_eq!(sim.calls().len(), 40);
}
