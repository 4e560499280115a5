//! Conferences: what is told of them, and what REST does with them.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

mod support;

use http::Method;
use serde_json::Value;
use support::*;
use twilio_simulator::{Answers, CallSid, Caller, Script, Simulator};

const PHONE: &str = "+15550002001";

/// A line that leads into a room, and one whose callers moderate it.
async fn stage() -> Simulator {
    let events = "start end join leave mute hold modify";
    let room = |attributes: &str| {
        format!(
            r#"<Dial action="/out"><Conference statusCallback="/events" waitUrl="/wait"
               statusCallbackEvent="{events}" {attributes}>room</Conference></Dial>"#
        )
    };
    let mut sim = simulator([
        page(
            "/voice",
            &room(r#"startConferenceOnEnter="false" participantLabel="guest""#),
        ),
        page(
            "/rep",
            &room(
                r#"endConferenceOnExit="true" record="record-from-start"
                   recordingStatusCallback="/tape""#,
            ),
        ),
        page("/events", ""),
        page("/tape", ""),
        page("/wait", "<Say>Wait</Say><Pause length=\"60\"/>"),
        page("/music", "<Play>http://media.test/hold.mp3</Play>"),
        page("/out", "<Say>Out</Say>"),
        page("/status", ""),
    ])
    .await;
    sim.phone(PHONE, Answers::after(secs(2)).then(Script::new()));
    sim
}

fn events(sim: &Simulator) -> Vec<String> {
    sim.transcript()
        .requests_to("/events")
        .map(|request| request.parameter("StatusCallbackEvent").unwrap().to_owned())
        .collect()
}

async fn wait(sim: &mut Simulator, seconds: i64) {
    let until = sim.now() + chrono::TimeDelta::seconds(seconds);
    sim.run_until(until).await.unwrap();
}

async fn ask(sim: &Simulator, method: Method, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
    rest(&sim.rest_url(), method, path, form).await
}

/// A guest and a moderator who talk; their calls, and the conference's path.
async fn talking(sim: &mut Simulator) -> (CallSid, CallSid, String) {
    let guest = Caller::from(CALLER).to(LINE);
    let moderator = Caller::from("+15550001002").to(REPS);
    let guest = sim.call_at(sim.now(), guest).unwrap();
    wait(sim, 5).await;
    let moderator = sim.call_at(sim.now(), moderator).unwrap();
    wait(sim, 5).await;
    let (_, list) = ask(sim, Method::GET, "/Conferences.json?FriendlyName=room", &[]).await;
    let sid = list["conferences"][0]["sid"].as_str().unwrap();
    (guest, moderator, format!("/Conferences/{sid}"))
}

#[tokio::test]
async fn a_conference_is_told_from_beginning_to_end() {
    let mut sim = stage().await;
    let guest = Caller::from(CALLER).to(LINE);
    let guest = sim.call_at(sim.now(), guest).unwrap();
    wait(&mut sim, 5).await;
    let moderator = Caller::from("+15550001002").to(REPS);
    let moderator = moderator.gets_through().hangs_up_after(secs(9));
    let moderator = sim.call_at(sim.now(), moderator).unwrap();
    sim.run_until_idle().await.unwrap();
    assert_eq!(
        events(&sim),
        [
            "participant-join",
            "participant-join",
            "conference-start",
            "participant-leave",
            "participant-leave",
            "conference-end"
        ]
    );
    let transcript = sim.transcript();
    let told: Vec<_> = transcript.requests_to("/events").collect();
    let numbers: Vec<_> = told
        .iter()
        .map(|request| request.parameter("SequenceNumber").unwrap())
        .collect();
    assert_eq!(numbers, ["1", "2", "3", "4", "5", "6"]);
    assert_eq!(told[0].parameter("ParticipantLabel"), Some("guest"));
    assert_eq!(told[0].parameter("CallSid"), Some(guest.as_str()));
    assert_eq!(
        told[3].parameter("ReasonParticipantLeft"),
        Some("participant_hung_up")
    );
    assert_eq!(
        told[4].parameter("ReasonParticipantLeft"),
        Some("moderator_ended_conference")
    );
    let end = told[5];
    assert_eq!(
        end.parameter("ReasonConferenceEnded"),
        Some("participant-with-end-conference-on-exit-left")
    );
    assert_eq!(
        end.parameter("CallSidEndingConference"),
        Some(moderator.as_str())
    );
    assert!(sim.call(&guest).unwrap().heard_text("Out"));
}

#[tokio::test]
async fn participants_are_listed_muted_held_and_taken_out() {
    let mut sim = stage().await;
    let (guest, moderator, room) = talking(&mut sim).await;
    let list = format!("{room}/Participants.json");
    let (code, body) = ask(&sim, Method::GET, &list, &[]).await;
    assert_eq!(
        (code, body["participants"].as_array().unwrap().len()),
        (200, 2)
    );
    let path = format!("{room}/Participants/{guest}.json");
    let (_, body) = ask(&sim, Method::POST, &path, &[("Muted", "true")]).await;
    assert_eq!(body["muted"], true);
    let form = [("Hold", "true"), ("HoldUrl", "http://app.test/music")];
    let (_, body) = ask(&sim, Method::POST, &path, &form).await;
    assert_eq!(body["hold"], true);
    let (_, held) = ask(&sim, Method::GET, &format!("{list}?Hold=true"), &[]).await;
    assert_eq!(held["participants"].as_array().unwrap().len(), 1);
    wait(&mut sim, 3).await;
    let (_, body) = ask(&sim, Method::POST, &path, &[("Hold", "false")]).await;
    assert_eq!(body["hold"], false);
    wait(&mut sim, 1).await;
    let story = sim.transcript().to_string();
    assert!(story.contains("hold.mp3"), "{story}");
    // By label, as well.
    let path = format!("{room}/Participants/guest.json");
    let (code, _) = ask(&sim, Method::DELETE, &path, &[]).await;
    assert_eq!(code, 204);
    wait(&mut sim, 3).await;
    assert!(sim.call(&guest).unwrap().heard_text("Out"));
    assert!(sim.call(&moderator).unwrap().ended_at.is_none());
    let (code, _) = ask(&sim, Method::GET, &path, &[]).await;
    assert_eq!(code, 404);
    assert_eq!(
        events(&sim)[3..],
        [
            "participant-mute",
            "participant-hold",
            "participant-unhold",
            "participant-leave"
        ]
    );
    ask(
        &sim,
        Method::POST,
        &format!("{room}.json"),
        &[("Status", "completed")],
    )
    .await;
    sim.run_until_idle().await.unwrap();
}

#[tokio::test]
async fn rest_ends_a_conference_and_everybody_goes_on() {
    let mut sim = stage().await;
    let (guest, moderator, room) = talking(&mut sim).await;
    let path = format!("{room}.json");
    let (code, body) = ask(&sim, Method::POST, &path, &[("Status", "completed")]).await;
    assert_eq!((code, &body["status"]), (200, &Value::from("completed")));
    assert_eq!(body["reason_conference_ended"], "conference-ended-via-api");
    sim.run_until_idle().await.unwrap();
    for call in [guest, moderator] {
        assert!(sim.call(&call).unwrap().heard_text("Out"));
    }
    assert_eq!(sim.conference_size("room"), None);
    let (_, list) = ask(
        &sim,
        Method::GET,
        "/Conferences.json?Status=in-progress",
        &[],
    )
    .await;
    assert!(list["conferences"].as_array().unwrap().is_empty());
    let (code, _) = ask(
        &sim,
        Method::POST,
        &path,
        &[("AnnounceUrl", "http://a.test/")],
    )
    .await;
    assert_eq!(code, 501);
}

#[tokio::test]
async fn somebody_is_called_into_a_conference() {
    let mut sim = stage().await;
    let form = [
        ("To", PHONE),
        ("From", LINE),
        ("Label", "expert"),
        ("EndConferenceOnExit", "true"),
        ("StatusCallback", "http://app.test/status"),
    ];
    let (code, first) = ask(
        &sim,
        Method::POST,
        "/Conferences/call/Participants.json",
        &form,
    )
    .await;
    assert_eq!(code, 201, "{first}");
    assert_eq!(first["status"], "queued");
    assert_eq!(first["label"], "expert");
    wait(&mut sim, 5).await;
    assert_eq!(sim.conference_size("call"), Some(1));
    let sid = CallSid::parse(first["call_sid"].as_str().unwrap()).unwrap();
    let path = format!("/Calls/{sid}.json");
    ask(&sim, Method::POST, &path, &[("Status", "completed")]).await;
    sim.run_until_idle().await.unwrap();
    assert_eq!(sim.conference_size("call"), None);
    assert_eq!(sim.transcript().requests_to("/status").count(), 1);
    let form = [("To", PHONE), ("From", CALLER)];
    let (_, refused) = ask(
        &sim,
        Method::POST,
        "/Conferences/call/Participants.json",
        &form,
    )
    .await;
    assert_eq!(refused["code"], 21_210);
}

#[tokio::test]
async fn who_speaks_is_told_unless_nobody_hears_it() {
    let room = r#"<Dial><Conference statusCallback="/events"
        statusCallbackEvent="speaker mute">r</Conference></Dial>"#;
    let muted = room.replace("speaker mute\"", "speaker mute\" muted=\"true\"");
    let pages = [
        page("/voice", room),
        page("/rep", &muted),
        page("/events", ""),
    ];
    let mut sim = simulator(pages).await;
    let speaks = |from: &str, to: &str| {
        let caller = Caller::from(from).to(to);
        caller
            .waits(secs(3))
            .says("Hello")
            .waits(secs(2))
            .hangs_up()
    };
    sim.call_at(sim.now(), speaks(CALLER, LINE)).unwrap();
    sim.call_at(sim.now(), speaks("+15550001002", REPS))
        .unwrap();
    sim.run_until_idle().await.unwrap();
    assert_eq!(
        events(&sim),
        ["participant-speech-start", "participant-speech-stop"]
    );
}
