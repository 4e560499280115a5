//! Random documents, callers, phones and REST requests: nothing panics, everything ends, and what
//! must hold of every run holds.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

mod support;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use http::Method;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use support::*;
use twilio_simulator::{
    Answers, Call, CallSid, Caller, Delivery, Documents, Event, Fault, Faults, MessageStatus,
    NumberConfig, Purpose, Script, Simulator, TextMessage,
};

const PHONES: [&str; 4] = [
    "+15550002001",
    "+15550002002",
    "client:ann",
    "sip:bob@office.test",
];
const DOCUMENTS: usize = 6;

/// A scenario that can be played more than once.
#[derive(Clone, Debug)]
struct Scenario {
    documents: Vec<String>,
    phones: Vec<Answers>,
    /// The room in the queue, if it is there from the beginning.
    queue: Option<usize>,
    /// When they ring, and what they do.
    callers: Vec<(u64, Script)>,
    /// When, to which call, and with which form.
    rest: Vec<(u64, usize, RestDeed)>,
    /// When somebody writes, and whether what is answered arrives.
    letters: Vec<(u64, bool)>,
    /// How many of a hundred requests are lost, late, doubled or refused.
    faults: u8,
}

#[derive(Clone, Copy, Debug)]
enum RestDeed {
    Create(usize, usize),
    Redirect(usize),
    Complete,
    Cancel,
    Twiml,
    Message,
    /// Of the conference: ends it, or mutes, holds or takes out its first participant.
    EndRoom,
    Mute,
    Hold,
    Unhold,
    Kick,
    /// Somebody is called into the conference.
    Add(usize),
    Record,
}

fn path() -> impl Strategy<Value = String> {
    (0..DOCUMENTS).prop_map(|n| format!("/d{n}"))
}

/// The documents that are made for waiting and whispering; now and then another one.
fn aside() -> impl Strategy<Value = String> {
    prop_oneof![4 => (DOCUMENTS - 2..DOCUMENTS).prop_map(|n| format!("/d{n}")), 1 => path()]
}

/// ` name="value"`, or nothing.
fn attribute(
    name: &'static str,
    value: impl Strategy<Value = String> + 'static,
) -> BoxedStrategy<String> {
    proptest::option::of(value)
        .prop_map(move |value| value.map_or_else(String::new, |v| format!(" {name}=\"{v}\"")))
        .boxed()
}

fn seconds() -> impl Strategy<Value = String> {
    (0u32..12).prop_map(|seconds| seconds.to_string())
}

fn flag() -> impl Strategy<Value = String> {
    any::<bool>().prop_map(|flag| flag.to_string())
}

fn prompt() -> BoxedStrategy<String> {
    prop_oneof![
        attribute("loop", (0u32..3).prop_map(|n| n.to_string()))
            .prop_map(|a| format!("<Say{a}>Press one or hold</Say>")),
        Just("<Play>http://media.test/cow.mp3</Play>".to_owned()),
        Just("<Play digits=\"1w2\"/>".to_owned()),
        attribute("length", seconds()).prop_map(|a| format!("<Pause{a}/>")),
    ]
    .boxed()
}

fn gather() -> BoxedStrategy<String> {
    let attributes = (
        attribute("action", path()),
        attribute("timeout", seconds()),
        attribute("numDigits", (1u32..3).prop_map(|n| n.to_string())),
        attribute(
            "finishOnKey",
            prop_oneof![Just("#"), Just("*"), Just("")].prop_map(str::to_owned),
        ),
        attribute("actionOnEmptyResult", flag()),
        attribute(
            "input",
            prop_oneof![Just("dtmf"), Just("speech"), Just("dtmf speech")].prop_map(str::to_owned),
        ),
        attribute("partialResultCallback", Just("/told".to_owned())),
        attribute("bargeIn", flag()),
    );
    (attributes, proptest::collection::vec(prompt(), 0..3))
        .prop_map(|((a, b, c, d, e, f, g, h), prompts)| {
            format!(
                "<Gather{a}{b}{c}{d}{e}{f}{g}{h}>{}</Gather>",
                prompts.concat()
            )
        })
        .boxed()
}

fn dial() -> BoxedStrategy<String> {
    let callback =
        " statusCallback=\"/status\" statusCallbackEvent=\"initiated ringing answered completed\"";
    let phone = (0..PHONES.len(), attribute("url", aside())).prop_map(move |(phone, url)| {
        let phone = PHONES[phone];
        match phone.split_once(':') {
            Some(("client", name)) => format!("<Client{url}{callback}>{name}</Client>"),
            Some(_) => format!("<Sip{url}{callback}>{phone}</Sip>"),
            None => format!("<Number{url}{callback} sendDigits=\"w1\">{phone}</Number>"),
        }
    });
    let queue = proptest::option::weighted(0.8, aside()).prop_map(|url| match url {
        Some(url) => format!("<Queue url=\"{url}\">line</Queue>"),
        None => "<Queue>line</Queue>".to_owned(),
    });
    let room = (
        attribute("startConferenceOnEnter", flag()),
        attribute("endConferenceOnExit", flag()),
        attribute("waitUrl", aside()),
        attribute("muted", flag()),
        attribute("maxParticipants", (2u32..4).prop_map(|n| n.to_string())),
        attribute("record", Just("record-from-start".to_owned())),
    )
        .prop_map(|(a, b, c, d, e, f)| {
            let told = "statusCallback=\"/room\" recordingStatusCallback=\"/told\" \
                        statusCallbackEvent=\"start end join leave mute hold modify\"";
            format!("<Conference{a}{b}{c}{d}{e}{f} {told}>room</Conference>")
        });
    let nouns = prop_oneof![
        2 => proptest::collection::vec(phone, 1..4).prop_map(|phones| phones.concat()),
        2 => queue,
        1 => room,
    ];
    let attributes = (
        attribute("action", Just("/dialled".to_owned())),
        attribute("timeout", seconds()),
        attribute("timeLimit", (1u32..20).prop_map(|n| n.to_string())),
        attribute("hangupOnStar", flag()),
        attribute("answerOnBridge", flag()),
        attribute("sequential", flag()),
        attribute(
            "record",
            prop_oneof![Just("record-from-answer"), Just("record-from-ringing-dual")]
                .prop_map(str::to_owned),
        ),
    );
    (attributes, nouns)
        .prop_map(|((a, b, c, d, e, f, g), nouns)| {
            format!("<Dial{a}{b}{c}{d}{e}{f}{g} recordingStatusCallback=\"/told\">{nouns}</Dial>")
        })
        .boxed()
}

fn enqueue() -> BoxedStrategy<String> {
    (
        attribute("action", Just("/left".to_owned())),
        attribute("waitUrl", aside()),
    )
        .prop_map(|(a, b)| format!("<Enqueue{a}{b}>line</Enqueue>"))
        .boxed()
}

/// What a call is handed to, or what runs beside it.
fn service() -> BoxedStrategy<String> {
    let stream = "<Stream name=\"s\" url=\"wss://bot.test\" statusCallback=\"/told\"/>";
    let fixed = [
        format!("<Connect action=\"/handed\">{stream}</Connect>"),
        format!("<Start>{stream}</Start>"),
        format!("<Stop>{stream}</Stop>"),
        "<Connect><ConversationRelay url=\"wss://bot.test\"/></Connect>".to_owned(),
        "<Start><Transcription statusCallbackUrl=\"/told\"/></Start><Pause length=\"9\"/>"
            .to_owned(),
        "<Start><Transcription statusCallbackUrl=\"/told\"/></Start><Echo/>".to_owned(),
        "<Start><Recording recordingStatusCallback=\"/told\"/></Start>".to_owned(),
        "<Pay action=\"/paid\" statusCallback=\"/told\"/>".to_owned(),
        "<Refer action=\"/handed\"><Sip>sip:bob@office.test</Sip></Refer>".to_owned(),
        "<Sms statusCallback=\"/message\">Hello</Sms>".to_owned(),
        "<Sms action=\"/handed\">Hello</Sms>".to_owned(),
        "<Echo/>".to_owned(),
    ];
    (0..fixed.len()).prop_map(move |n| fixed[n].clone()).boxed()
}

fn verb() -> BoxedStrategy<String> {
    let record = (
        attribute("action", Just("/recorded".to_owned())),
        attribute("timeout", seconds()),
        attribute("maxLength", (1u32..30).prop_map(|n| n.to_string())),
    )
        .prop_map(|(a, b, c)| {
            let told = "recordingStatusCallback=\"/told\" transcribe=\"true\" \
                        recordingStatusCallbackEvent=\"in-progress completed absent\"";
            format!("<Record{a}{b}{c} {told} transcribeCallback=\"/told\"/>")
        });
    prop_oneof![
        1 => service(),
        4 => prompt(),
        3 => gather(),
        3 => dial(),
        3 => enqueue(),
        1 => record,
        1 => Just("<Leave/>".to_owned()),
        1 => path().prop_map(|url| format!("<Redirect>{url}</Redirect>")),
        1 => attribute("reason", Just("busy".to_owned())).prop_map(|a| format!("<Reject{a}/>")),
        1 => Just("<Hangup/>".to_owned()),
        1 => Just("<say>wrong case</say>".to_owned()),
    ]
    .boxed()
}

fn document() -> BoxedStrategy<String> {
    prop_oneof![
        12 => proptest::collection::vec(verb(), 0..5).prop_map(|verbs| twiml(&verbs.concat())),
        1 => Just("<Response><Say>never closed</Response>".to_owned()),
        1 => Just(String::new()),
    ]
    .boxed()
}

/// What a document for waiting or whispering mostly holds.
fn aside_document() -> BoxedStrategy<String> {
    let verb = prop_oneof![
        4 => prompt(),
        2 => gather(),
        2 => Just("<Leave/>".to_owned()),
        1 => path().prop_map(|url| format!("<Redirect>{url}</Redirect>")),
        1 => Just("<Hangup/>".to_owned()),
        1 => verb(),
    ];
    proptest::collection::vec(verb, 0..4)
        .prop_map(|verbs| twiml(&verbs.concat()))
        .boxed()
}

fn script() -> BoxedStrategy<Script> {
    let step = (0u32..8, 0u64..20, "[0-9*#]{1,3}");
    (
        proptest::collection::vec(step, 0..6),
        proptest::option::of(0u64..100),
    )
        .prop_map(|(steps, patience)| {
            let script = steps
                .into_iter()
                .fold(Script::new(), |script, (kind, time, keys)| match kind {
                    0 => script.hears("one"),
                    1 => script.waits(secs(time)),
                    2 | 3 => script.presses(keys),
                    4 => script.waits(secs(time % 4)).says("sales please"),
                    5 => script.speaks_for(secs(time)),
                    6 => script.gets_through(),
                    _ => script.hangs_up_after(secs(time)),
                });
            match patience {
                Some(time) => script.gives_up_after(secs(time)),
                None => script,
            }
        })
        .boxed()
}

fn answers() -> BoxedStrategy<Answers> {
    (0u32..5, 0u64..20, script())
        .prop_map(|(kind, time, script)| match kind {
            0 => Answers::busy_after(secs(time)),
            1 => Answers::fails_after(secs(time)),
            2 => Answers::never(),
            _ => Answers::after(secs(time)).then(script),
        })
        .boxed()
}

fn deed() -> BoxedStrategy<RestDeed> {
    prop_oneof![
        (0..PHONES.len(), 0..DOCUMENTS).prop_map(|(phone, url)| RestDeed::Create(phone, url)),
        (0..DOCUMENTS).prop_map(RestDeed::Redirect),
        Just(RestDeed::Complete),
        Just(RestDeed::Cancel),
        Just(RestDeed::Twiml),
        Just(RestDeed::Message),
        Just(RestDeed::EndRoom),
        Just(RestDeed::Mute),
        Just(RestDeed::Hold),
        Just(RestDeed::Unhold),
        Just(RestDeed::Kick),
        (0..PHONES.len()).prop_map(RestDeed::Add),
        Just(RestDeed::Record),
    ]
    .boxed()
}

/// Anything at all; or, so that people meet, a line that enqueues or asks and one that dials.
fn documents() -> impl Strategy<Value = Vec<String>> {
    let opening = proptest::option::of((
        prop_oneof![2 => enqueue(), 1 => gather()],
        document(),
        dial(),
    ));
    (
        proptest::collection::vec(document(), DOCUMENTS - 2),
        proptest::collection::vec(aside_document(), 2),
        opening,
    )
        .prop_map(|(documents, asides, opening)| {
            let mut all = [documents, asides].concat();
            if let Some((first, then, second)) = opening {
                all[0] = then.replacen("<Response>", &format!("<Response>{first}"), 1);
                all[1] = twiml(&second);
            }
            all
        })
}

fn scenario() -> impl Strategy<Value = Scenario> {
    (
        documents(),
        proptest::collection::vec(answers(), PHONES.len()),
        proptest::option::of(1usize..4),
        proptest::collection::vec((0u64..40, script()), 1..5),
        proptest::collection::vec((0u64..60, 0usize..6, deed()), 0..5),
        proptest::collection::vec((0u64..60, any::<bool>()), 0..3),
        prop_oneof![3 => Just(0u8), 1 => 0u8..20],
    )
        .prop_map(
            |(documents, phones, queue, callers, rest, letters, faults)| Scenario {
                documents,
                phones,
                queue,
                callers,
                rest,
                letters,
                faults,
            },
        )
}

async fn play(scenario: &Scenario) -> Simulator {
    play_and(scenario, Memory::Whole).await.0
}

/// Whether what is over is forgotten, every second.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Memory {
    Whole,
    ASecond,
}

/// Runs on, and collects the calls that are forgotten on the way.
async fn run(
    sim: &mut Simulator,
    until: Option<DateTime<Utc>>,
    memory: Memory,
    forgotten: &mut Vec<Call>,
) {
    loop {
        let next = sim.now() + TimeDelta::seconds(1);
        let tally = sim.spectator().tally();
        let seems_idle = tally.legs > 0 && tally.legs == tally.ended;
        if memory == Memory::Whole || until.map_or(seems_idle, |until| next >= until) {
            break;
        }
        sim.run_until(next).await.unwrap();
        forgotten.extend(sim.forget_before(sim.now()));
    }
    match until {
        Some(until) => sim.run_until(until).await.unwrap(),
        None => sim.run_until_idle().await.unwrap(),
    }
}

async fn play_and(scenario: &Scenario, memory: Memory) -> (Simulator, Vec<Call>) {
    let mut forgotten = Vec::new();
    let mut host = Documents::new()
        .with(page("/dialled", "<Say>That was it</Say>"))
        .with(page("/left", "<Say>You have left</Say>"))
        .with(page("/recorded", "<Say>Recorded</Say>"))
        .with(page("/status", ""))
        .with(page("/told", ""))
        .with(page("/room", ""))
        .with(page("/message", ""))
        .with(page("/handed", "<Say>Handed back</Say>"))
        .with(page("/paid", "<Say>Paid</Say>"))
        .with(page(
            "/sms",
            "<Message statusCallback=\"/message\">Thank you</Message>",
        ))
        .with(page("/sorry", "<Say>Sorry</Say>"));
    for (n, body) in scenario.documents.iter().enumerate() {
        let url = format!("http://app.test/d{n}");
        host = host.with(twilio_simulator::Document::new(url, body.clone()));
    }
    let host = Faults::new(Arc::new(host), 11)
        .sometimes("*", scenario.faults, Fault::Lost)
        .sometimes("*", scenario.faults, Fault::Delayed(secs(3)))
        .sometimes("*", scenario.faults, Fault::Duplicated)
        .sometimes("*", scenario.faults, Fault::Refused)
        .sometimes("*", scenario.faults, Fault::Slow(secs(2)));
    let mut sim = Simulator::builder(ACCOUNT, TOKEN)
        .settings(even_settings().longest_call(secs(600)))
        .transport(Arc::new(host))
        .build()
        .await
        .unwrap();
    for (n, number) in [LINE, REPS].iter().enumerate() {
        let config = NumberConfig::new(format!("http://app.test/d{n}"))
            .status_callback("http://app.test/status")
            .messaging_url("http://app.test/sms");
        let config = if n == 0 {
            config.fallback_url("http://app.test/sorry")
        } else {
            config
        };
        sim.number(*number, config).unwrap();
    }
    for (phone, answers) in PHONES.iter().zip(&scenario.phones) {
        sim.phone(*phone, answers.clone());
    }
    if let Some(max_size) = scenario.queue {
        sim.queue("line", max_size);
    }
    let start = sim.now();
    let at = |seconds: u64| start + TimeDelta::seconds(i64::try_from(seconds).unwrap());
    for (n, (time, script)) in scenario.callers.iter().enumerate() {
        let number = if n % 2 == 0 { LINE } else { REPS };
        let from = format!("+1555000100{n}");
        let caller = Caller::from(from).to(number).does(script.clone());
        sim.call_at(at(*time), caller).unwrap();
    }
    for (n, (time, arrives)) in scenario.letters.iter().enumerate() {
        let from = format!("+1555000300{n}");
        let delivery = if *arrives {
            Delivery::after(secs(2))
        } else {
            Delivery::undelivered(30_003)
        };
        sim.handset(from.clone(), delivery);
        let text = TextMessage::from(from).to(LINE).body("hi");
        sim.message_at(at(*time), text).unwrap();
    }
    let mut deeds = scenario.rest.clone();
    deeds.sort_by_key(|(time, _, _)| *time);
    for (time, index, deed) in deeds {
        run(&mut sim, Some(at(time)), memory, &mut forgotten).await;
        let calls = sim.calls();
        let room = conference(&sim).await;
        let (method, path) = match (deed, calls.get(index), room) {
            (RestDeed::Create(..), ..) => (Method::POST, "/Calls.json".to_owned()),
            (RestDeed::Message, ..) => (Method::POST, "/Messages.json".to_owned()),
            (RestDeed::Add(_), ..) => {
                let path = "/Conferences/room/Participants.json";
                (Method::POST, path.to_owned())
            }
            (RestDeed::EndRoom, _, Some((room, _))) => (Method::POST, format!("{room}.json")),
            (RestDeed::Kick, _, Some((_, Some(one)))) => (Method::DELETE, one),
            (
                RestDeed::Mute | RestDeed::Hold | RestDeed::Unhold,
                _,
                Some((_, Some(participant))),
            ) => (Method::POST, participant),
            (
                RestDeed::EndRoom
                | RestDeed::Kick
                | RestDeed::Mute
                | RestDeed::Hold
                | RestDeed::Unhold,
                ..,
            ) => continue,
            (RestDeed::Record, Some(call), _) => {
                (Method::POST, format!("/Calls/{}/Recordings.json", call.sid))
            }
            (_, Some(call), _) => (Method::POST, format!("/Calls/{}.json", call.sid)),
            (_, None, _) => continue,
        };
        let url = match deed {
            RestDeed::Create(_, n) | RestDeed::Redirect(n) => format!("http://app.test/d{n}"),
            _ => String::new(),
        };
        let form: Vec<(&str, &str)> = match deed {
            RestDeed::Create(phone, _) => vec![
                ("To", PHONES[phone]),
                ("From", LINE),
                ("Url", &url),
                ("Timeout", "10"),
                ("StatusCallback", "http://app.test/status"),
                ("StatusCallbackEvent", "initiated"),
                ("StatusCallbackEvent", "answered"),
                ("StatusCallbackEvent", "completed"),
            ],
            RestDeed::Add(phone) => vec![
                ("To", PHONES[phone]),
                ("From", LINE),
                ("Timeout", "10"),
                ("TimeLimit", "30"),
                ("StatusCallback", "http://app.test/status"),
            ],
            RestDeed::Message => vec![
                ("To", PHONES[0]),
                ("From", LINE),
                ("Body", "Hello"),
                ("StatusCallback", "http://app.test/message"),
            ],
            RestDeed::Redirect(_) => vec![("Url", &url)],
            RestDeed::Complete | RestDeed::EndRoom => vec![("Status", "completed")],
            RestDeed::Cancel => vec![("Status", "canceled")],
            RestDeed::Twiml => vec![("Twiml", "<Response><Say>Now this</Say></Response>")],
            RestDeed::Mute => vec![("Muted", "true")],
            RestDeed::Hold => vec![("Hold", "true"), ("HoldUrl", "http://app.test/d5")],
            RestDeed::Unhold => vec![("Hold", "false")],
            RestDeed::Record => vec![("RecordingStatusCallback", "http://app.test/told")],
            RestDeed::Kick => vec![],
        };
        let (status, body) = rest(&sim.rest_url(), method, &path, &form).await;
        assert!([200, 201, 204, 400].contains(&status), "{status}: {body}");
    }
    run(&mut sim, None, memory, &mut forgotten).await;
    (sim, forgotten)
}

/// The living conference and its first participant, as paths.
async fn conference(sim: &Simulator) -> Option<(String, Option<String>)> {
    let size = sim.conference_size("room")?;
    let base = sim.rest_url();
    let (_, list) = rest(&base, Method::GET, "/Conferences.json", &[]).await;
    let rooms = list["conferences"].as_array().unwrap();
    let living = rooms.iter().find(|room| room["status"] != "completed")?;
    let path = format!("/Conferences/{}", living["sid"].as_str().unwrap());
    let (_, list) = rest(
        &base,
        Method::GET,
        &format!("{path}/Participants.json"),
        &[],
    )
    .await;
    let participants = list["participants"].as_array().unwrap();
    assert_eq!(participants.len(), size);
    let first = participants.first().map(|one| {
        format!(
            "{path}/Participants/{}.json",
            one["call_sid"].as_str().unwrap()
        )
    });
    Some((path, first))
}

/// What must hold of every run.
fn check(sim: &Simulator) {
    let transcript = sim.transcript();
    let mut members: BTreeMap<CallSid, u32> = BTreeMap::new();
    let mut talks: HashMap<(CallSid, CallSid), i32> = HashMap::new();
    let mut ended: HashMap<CallSid, DateTime<Utc>> = HashMap::new();
    let mut sequence: HashMap<CallSid, u32> = HashMap::new();
    let mut rooms: HashMap<String, (u32, i32, bool)> = HashMap::new();
    let mut tapes: HashMap<String, u32> = HashMap::new();
    let mut retried = 0;
    let mut last = None;
    for entry in transcript.entries() {
        assert!(last.is_none_or(|last| last <= entry.at), "time runs back");
        last = Some(entry.at);
        let Some(sid) = entry.call else { continue };
        match &entry.event {
            Event::Ended { .. } => {
                assert!(ended.insert(sid, entry.at).is_none(), "{sid} ends twice");
            }
            Event::JoinsQueue { .. } => {
                let count = members.entry(sid).or_default();
                *count += 1;
                assert_eq!(*count, 1, "{sid} joins a queue that it is in");
            }
            Event::LeavesQueue { .. } => {
                let count = members.get_mut(&sid).expect("it is in a queue");
                *count -= 1;
            }
            Event::Joined { with } => *talks.entry((sid, *with)).or_default() += 1,
            Event::Parted { from } => *talks.entry((sid, *from)).or_default() -= 1,
            Event::Says { .. } | Event::Plays { .. } | Event::Presses { .. } => {
                assert!(
                    !ended.contains_key(&sid),
                    "{sid} is over and still heard of"
                );
            }
            // A retry of a request that could not be delivered repeats it.
            Event::Answer(answer) if answer.summary.ends_with("once more") => {
                retried = answer.number
            }
            Event::Request(request) if request.path() == "/room" => {
                let sid = request.parameter("ConferenceSid").unwrap().to_owned();
                let (told, inside, over) = rooms.entry(sid).or_default();
                if request.parameter("SequenceNumber") == Some(told.to_string().as_str()) {
                    assert!(retried > 0, "told twice");
                    continue;
                }
                *told += 1;
                assert_eq!(
                    request.parameter("SequenceNumber"),
                    Some(told.to_string().as_str())
                );
                assert!(!*over, "told of a conference that is over");
                match request.parameter("StatusCallbackEvent").unwrap() {
                    "participant-join" => *inside += 1,
                    "participant-leave" => *inside -= 1,
                    "conference-end" => *over = true,
                    _ => {}
                }
                assert!(*inside >= 0);
            }
            Event::Request(request) if request.path() == "/told" => {
                if let (Some(sid), Some("completed" | "absent")) = (
                    request.parameter("RecordingSid"),
                    request.parameter("RecordingStatus"),
                ) {
                    *tapes.entry(sid.to_owned()).or_default() += 1;
                }
            }
            Event::Request(request) => {
                for name in [
                    "CallSid",
                    "AccountSid",
                    "From",
                    "To",
                    "CallStatus",
                    "Direction",
                ] {
                    assert!(request.parameter(name).is_some(), "no {name}");
                }
                assert_eq!(request.parameter("CallSid"), Some(sid.as_str()));
                let over = ended.contains_key(&sid);
                match request.purpose {
                    Purpose::StatusCallback => {
                        let next = sequence.entry(sid).or_default();
                        let number = request.parameter("SequenceNumber");
                        if *next > 0 && number == Some((*next - 1).to_string().as_str()) {
                            assert!(retried > 0, "told twice");
                            continue;
                        }
                        assert_eq!(
                            request.parameter("SequenceNumber"),
                            Some(next.to_string().as_str())
                        );
                        *next += 1;
                    }
                    Purpose::Notice => {}
                    _ => assert!(!over, "{sid} asks for a document after its end"),
                }
                match request.path() {
                    "/dialled" => {
                        let status = request.parameter("DialCallStatus").unwrap();
                        assert!(
                            [
                                "completed",
                                "answered",
                                "busy",
                                "no-answer",
                                "failed",
                                "canceled"
                            ]
                            .contains(&status),
                            "{status}"
                        );
                    }
                    "/left" => assert!(request.parameter("QueueResult").is_some()),
                    "/recorded" => assert!(request.parameter("RecordingUrl").is_some()),
                    "/paid" => assert!(request.parameter("Result").is_some()),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    assert!(members.values().all(|count| *count == 0), "{members:?}");
    assert!(talks.values().all(|count| *count == 0), "{talks:?}");
    for (told, inside, over) in rooms.values() {
        assert!(*told == 0 || (*inside == 0 && *over), "{rooms:?}");
    }
    assert!(
        retried > 0 || tapes.values().all(|count| *count == 1),
        "a recording ends twice"
    );
    for message in sim.messages() {
        assert!(
            matches!(
                message.status,
                MessageStatus::Received | MessageStatus::Delivered | MessageStatus::Undelivered
            ),
            "{message:?}"
        );
    }
    assert_eq!(sim.queue_size("line").unwrap_or(0), 0);
    assert_eq!(sim.conference_size("room"), None);
    for call in sim.calls() {
        assert!(call.status.is_final(), "{} is {}", call.sid, call.status);
        assert_eq!(Some(&call.ended_at.unwrap()), ended.get(&call.sid));
        for heard in &call.heard {
            let until = heard.until.expect("every sound ends");
            assert!(heard.from <= until && until <= call.ended_at.unwrap());
        }
        if call.parent.is_some() {
            assert!(sequence.get(&call.sid).is_some_and(|sent| *sent >= 2));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_everything_ends_in_order(scenario in scenario()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (first, second) = runtime.block_on(async {
            let first = play(&scenario).await;
            let second = play(&scenario).await;
            (first, second)
        });
        check(&first);
        prop_assert_eq!(first.transcript().to_string(), second.transcript().to_string());
    }

    #[test]
    fn what_is_forgotten_makes_no_difference(scenario in scenario()) {
        // A queue that is made anew has a new SID, and by REST it shows what is forgotten.
        let scenario = Scenario { queue: scenario.queue.or(Some(3)), rest: Vec::new(), ..scenario };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (whole, (mut second, forgotten)) = runtime.block_on(async {
            (play(&scenario).await, play_and(&scenario, Memory::ASecond).await)
        });
        prop_assert_eq!(whole.transcript().to_string(), second.transcript().to_string());
        let later = second.now() + TimeDelta::days(1);
        let mut calls = [forgotten, second.forget_before(later)].concat();
        prop_assert!(second.calls().is_empty() && second.messages().is_empty());
        prop_assert_eq!(second.queue_size("line"), Some(0), "it was there from the beginning");
        // A parent is forgotten with or after its children.
        let sids = |calls: &[Call]| calls.iter().map(|call| call.sid).collect::<Vec<_>>();
        let mut all = whole.calls();
        calls.sort_by_key(|call| call.sid);
        all.sort_by_key(|call| call.sid);
        prop_assert_eq!(sids(&calls), sids(&all), "each call is handed out once");
    }

    #[test]
    fn forgetting_never_forgets_what_is_still_needed(scenario in scenario()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (sim, _) = runtime.block_on(play_and(&scenario, Memory::ASecond));
        prop_assert!(sim.calls().iter().all(|call| call.ended_at.is_some()));
    }
}

/// What the stories tell between them.
const TOLD: &[&str] = &[
    "talks to",
    "waits for somebody",
    "a loop",
    "cut short",
    "(fallback)",
    "(waiting)",
];

/// What the host is asked between them.
const ASKED: &[&str] = &[
    "QueueResult=bridged",
    "QueueResult=queue-full",
    "QueueResult=hangup",
    "QueueResult=leave",
    "DequeueResult=queue-empty",
    "DequeueResult=queue-not-found",
    "DequeueResult=bridged",
    "DialCallStatus=completed",
    "DialCallStatus=answered",
    "DialCallStatus=busy",
    "DialCallStatus=no-answer",
    "DialCallStatus=failed",
    "DialCallStatus=canceled",
    "DialBridged=false",
    "DequeingCallSid=",
    "Digits=hangup",
    "SpeechResult=",
    "ErrorCode=12100",
    "conference-start",
    "participant-hold",
    "participant-mute",
    "last-participant-left",
    "conference-ended-via-api",
    "RecordingSource=DialVerb",
    "RecordingSource=Conference",
    "RecordingSource=RecordVerb",
    "TranscriptionText=",
    "UnstableSpeechResult=",
    "stream-stopped",
    "transcription-content",
    "ReferCallStatus=",
    "Result=caller-hung-up",
    "MessageStatus=undelivered",
    "MessageStatus=delivered",
    "DialSipResponseCode=",
];

/// The scenarios are worth their time: between them they come to everything that is checked.
#[test]
fn random_scenarios_reach_what_they_are_to_check() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (mut told, mut asked) = (TOLD.to_vec(), ASKED.to_vec());
    let mut conferences = 0;
    for _ in 0..4_000 {
        let scenario = scenario().new_tree(&mut runner).unwrap().current();
        let sim = runtime.block_on(play(&scenario));
        let story = sim.transcript().to_string();
        told.retain(|word| !story.contains(word));
        for request in sim.transcript().requests() {
            let form = request.parameters.to_form();
            asked.retain(|word| !form.contains(word));
        }
        conferences += sim
            .calls()
            .iter()
            .flat_map(|call| &call.heard)
            .filter(|heard| matches!(heard.what, twilio_simulator::Sound::Conference(_)))
            .count();
        if told.is_empty() && asked.is_empty() && conferences > 0 {
            return;
        }
    }
    panic!("no scenario with {told:?} or {asked:?}; {conferences} conferences");
}
