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
    Answers, CallSid, Caller, Documents, Event, NumberConfig, Purpose, Script, Simulator,
};

const PHONES: [&str; 3] = ["+15550002001", "+15550002002", "client:ann"];
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
}

#[derive(Clone, Copy, Debug)]
enum RestDeed {
    Create(usize, usize),
    Redirect(usize),
    Complete,
    Cancel,
    Twiml,
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
    );
    (attributes, proptest::collection::vec(prompt(), 0..3))
        .prop_map(|((a, b, c, d, e, f), prompts)| {
            format!("<Gather{a}{b}{c}{d}{e}{f}>{}</Gather>", prompts.concat())
        })
        .boxed()
}

fn dial() -> BoxedStrategy<String> {
    let callback =
        " statusCallback=\"/status\" statusCallbackEvent=\"initiated ringing answered completed\"";
    let phone = (0..PHONES.len(), attribute("url", aside())).prop_map(move |(phone, url)| {
        match PHONES[phone].strip_prefix("client:") {
            Some(name) => format!("<Client{url}{callback}>{name}</Client>"),
            None => format!("<Number{url}{callback}>{}</Number>", PHONES[phone]),
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
    )
        .prop_map(|(a, b, c)| format!("<Conference{a}{b}{c}>room</Conference>"));
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
    );
    (attributes, nouns)
        .prop_map(|((a, b, c, d, e, f), nouns)| format!("<Dial{a}{b}{c}{d}{e}{f}>{nouns}</Dial>"))
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

fn verb() -> BoxedStrategy<String> {
    let record = (
        attribute("action", Just("/recorded".to_owned())),
        attribute("timeout", seconds()),
        attribute("maxLength", (1u32..30).prop_map(|n| n.to_string())),
    )
        .prop_map(|(a, b, c)| format!("<Record{a}{b}{c}/>"));
    prop_oneof![
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
                    4 => script.says("sales please"),
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
        proptest::collection::vec((0u64..60, 0usize..6, deed()), 0..4),
    )
        .prop_map(|(documents, phones, queue, callers, rest)| Scenario {
            documents,
            phones,
            queue,
            callers,
            rest,
        })
}

async fn play(scenario: &Scenario) -> Simulator {
    let mut host = Documents::new()
        .with(page("/dialled", "<Say>That was it</Say>"))
        .with(page("/left", "<Say>You have left</Say>"))
        .with(page("/recorded", "<Say>Recorded</Say>"))
        .with(page("/status", ""))
        .with(page("/sorry", "<Say>Sorry</Say>"));
    for (n, body) in scenario.documents.iter().enumerate() {
        let url = format!("http://app.test/d{n}");
        host = host.with(twilio_simulator::Document::new(url, body.as_str()));
    }
    let mut sim = Simulator::builder(ACCOUNT, TOKEN)
        .settings(even_settings().longest_call(secs(600)))
        .transport(Arc::new(host))
        .build()
        .await
        .unwrap();
    for (n, number) in [LINE, REPS].iter().enumerate() {
        let config = NumberConfig::new(format!("http://app.test/d{n}"))
            .status_callback("http://app.test/status");
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
    let mut deeds = scenario.rest.clone();
    deeds.sort_by_key(|(time, _, _)| *time);
    for (time, index, deed) in deeds {
        sim.run_until(at(time)).await.unwrap();
        let calls = sim.calls();
        let path = match (deed, calls.get(index)) {
            (RestDeed::Create(..), _) => "/Calls.json".to_owned(),
            (_, Some(call)) => format!("/Calls/{}.json", call.sid),
            (_, None) => continue,
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
            RestDeed::Redirect(_) => vec![("Url", &url)],
            RestDeed::Complete => vec![("Status", "completed")],
            RestDeed::Cancel => vec![("Status", "canceled")],
            RestDeed::Twiml => vec![("Twiml", "<Response><Say>Now this</Say></Response>")],
        };
        let (status, body) = rest(&sim.rest_url(), Method::POST, &path, &form).await;
        assert!([200, 201, 400].contains(&status), "{status}: {body}");
    }
    sim.run_until_idle().await.unwrap();
    sim
}

/// What must hold of every run.
fn check(sim: &Simulator) {
    let transcript = sim.transcript();
    let mut members: BTreeMap<CallSid, u32> = BTreeMap::new();
    let mut talks: HashMap<(CallSid, CallSid), i32> = HashMap::new();
    let mut ended: HashMap<CallSid, DateTime<Utc>> = HashMap::new();
    let mut sequence: HashMap<CallSid, u32> = HashMap::new();
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
                    _ => {}
                }
            }
            _ => {}
        }
    }
    assert!(members.values().all(|count| *count == 0), "{members:?}");
    assert!(talks.values().all(|count| *count == 0), "{talks:?}");
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
}

/// The scenarios are worth their time: between them they come to everything that is checked.
#[test]
fn random_scenarios_reach_what_they_are_to_check() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut told = String::new();
    let mut asked = String::new();
    let mut conferences = 0;
    for _ in 0..400 {
        let scenario = scenario().new_tree(&mut runner).unwrap().current();
        let sim = runtime.block_on(play(&scenario));
        told.push_str(&sim.transcript().to_string());
        for request in sim.transcript().requests() {
            asked.push_str(request.path());
            asked.push_str(&request.parameters.to_form());
            asked.push('\n');
        }
        conferences += sim
            .calls()
            .iter()
            .flat_map(|call| &call.heard)
            .filter(|heard| matches!(heard.what, twilio_simulator::Sound::Conference(_)))
            .count();
    }
    assert!(conferences > 0);
    for word in [
        "talks to",
        "waits for somebody",
        "a loop",
        "cut short",
        "(fallback)",
        "(waiting)",
    ] {
        assert!(told.contains(word), "no scenario in which {word}");
    }
    for result in [
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
    ] {
        assert!(asked.contains(result), "no scenario with {result}");
    }
}
