//! Every kind of request that Twilio's pages describe has a typed form, every parameter a typed
//! field, every documented word of a list a variant. What is left out, or not insisted on though
//! the pages list it as always sent, stands in a table here with its reason.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Debug;

use serde_json::Value;
use twilio_webhook::{
    AnsweredByCallback, CallStatusCallback, ConferenceStatusCallback, DialQueueResult, DialRefer,
    DialResult, EnqueueResult, FromParams, GatherPartialResult, GatherResult, IncomingCall,
    IncomingMessage, MessageStatusCallback, ParamError, Params, PayResult, PayStatusCallback,
    QueueWait, QueueWhisper, RecordResult, RecordingStatusCallback, ReferResult,
    SiprecStatusCallback, StreamStatusCallback, TaskAssignment, TranscribeCallback,
    TranscriptionStatusCallback, conversations,
};

const DATA: &str = include_str!("data/callbacks.json");

/// Kinds that have no typed form.
const NOT_REQUESTS_OF_TODAY: [(&str, &str); 3] = [
    (
        "pay.prompt",
        "<Prompt> makes no request; its parameters are attributes of TwiML",
    ),
    ("chat.pre", "Programmable Chat ended on 25 July 2022"),
    ("chat.post", "Programmable Chat ended on 25 July 2022"),
];

/// Parameters that have no field.
const WITHOUT_FIELD: [(&str, &str, &str); 2] = [
    (
        "message.incoming",
        "MediaUrl{N}",
        "in `extra`, through `IncomingMessage::media`",
    ),
    (
        "message.incoming",
        "MediaContentType{N}",
        "in `extra`, through `IncomingMessage::media`",
    ),
];

/// Parameters that the pages list as always sent and that a request may lack here.
const NOT_INSISTED_ON: [(&str, &str, &str); 19] = [
    (
        "call.statusCallback",
        "Timestamp",
        "not in the older list of the Voice page",
    ),
    (
        "call.statusCallback",
        "CallbackSource",
        "not in the older list of the Voice page",
    ),
    (
        "call.statusCallback",
        "SequenceNumber",
        "not in the older list of the Voice page",
    ),
    ("dial.noun.statusCallback", "Timestamp", "as above"),
    ("dial.noun.statusCallback", "CallbackSource", "as above"),
    ("dial.noun.statusCallback", "SequenceNumber", "as above"),
    (
        "dial.noun.statusCallback",
        "ParentCallSid",
        "the type also serves calls without a parent",
    ),
    (
        "dial.queue.action",
        "DequeueResult",
        "documented no more: all are to be treated as optional",
    ),
    (
        "recordingStatusCallback",
        "RecordingDuration",
        "unknown while the recording goes on",
    ),
    (
        "recordingStatusCallback",
        "RecordingChannels",
        "unknown while the recording goes on",
    ),
    (
        "recordingStatusCallback",
        "RecordingSource",
        "older recordings lack it",
    ),
    (
        "siprec.statusCallback",
        "SiprecName",
        "a session need not be given a name",
    ),
    ("message.incoming", "NumSegments", "not on every channel"),
    (
        "message.incoming",
        "SmsSid",
        "older name of MessageSid, read in its place",
    ),
    (
        "message.incoming",
        "SmsMessageSid",
        "older name of MessageSid, read in its place",
    ),
    (
        "message.statusCallback",
        "SmsSid",
        "older name of MessageSid, read in its place",
    ),
    (
        "message.statusCallback",
        "SmsStatus",
        "older name of MessageStatus, read in its place",
    ),
    (
        "message.statusCallback",
        "MessageSid",
        "its older name is read in its place",
    ),
    (
        "message.statusCallback",
        "MessageStatus",
        "its older name is read in its place",
    ),
];

struct Read {
    shown: String,
    extra: Params,
}

type Reader = fn(&Params) -> Result<Read, ParamError>;

fn read<T: FromParams + Debug>(
    params: &Params,
    extra: fn(&T) -> &Params,
) -> Result<Read, ParamError> {
    let request = T::from_params(params)?;
    Ok(Read {
        shown: format!("{request:?}"),
        extra: extra(&request).clone(),
    })
}

macro_rules! reader {
    ($type:ty) => {
        (|params| read::<$type>(params, |request| &request.extra)) as Reader
    };
}

fn reader(kind: &str) -> Reader {
    match kind {
        "voice.incoming" | "dial.noun.url" | "conference.waitUrl" => reader!(IncomingCall),
        "call.statusCallback" | "dial.noun.statusCallback" => reader!(CallStatusCallback),
        "gather.action" => reader!(GatherResult),
        "gather.partialResultCallback" => reader!(GatherPartialResult),
        "record.action" => reader!(RecordResult),
        "recordingStatusCallback" => reader!(RecordingStatusCallback),
        "record.transcribeCallback" => reader!(TranscribeCallback),
        "dial.action" => reader!(DialResult),
        "dial.queue.action" => reader!(DialQueueResult),
        "dial.referUrl" => reader!(DialRefer),
        "queue.url" => reader!(QueueWhisper),
        "enqueue.action" => reader!(EnqueueResult),
        "enqueue.waitUrl" => reader!(QueueWait),
        "conference.statusCallback" => reader!(ConferenceStatusCallback),
        "refer.action" => reader!(ReferResult),
        "pay.action" => reader!(PayResult),
        "pay.statusCallback" => reader!(PayStatusCallback),
        "siprec.statusCallback" => reader!(SiprecStatusCallback),
        "stream.statusCallback" => reader!(StreamStatusCallback),
        "message.incoming" => reader!(IncomingMessage),
        "message.statusCallback" => reader!(MessageStatusCallback),
        "taskrouter.assignmentCallback" => reader!(TaskAssignment),
        "transcription.status" => reader!(TranscriptionStatusCallback),
        "amd.status" => reader!(AnsweredByCallback),
        "conversations" => |params| read::<conversations::Event>(params, extra_of_event),
        unknown => panic!("no typed form for {unknown}"),
    }
}

fn extra_of_event(event: &conversations::Event) -> &Params {
    use conversations::Event;
    match event {
        Event::Conversation(event) => &event.extra,
        Event::ConversationState(event) => &event.extra,
        Event::Message(event) => &event.extra,
        Event::Participant(event) => &event.extra,
        Event::Delivery(event) => &event.extra,
        Event::User(event) => &event.extra,
        other => panic!("{other:?} is not known"),
    }
}

/// One documented parameter.
#[derive(Debug, Clone)]
struct Parameter {
    name: String,
    always: bool,
    /// Values to try: each word of a list, or one of the type.
    values: Vec<String>,
}

impl Parameter {
    fn new(name: &str, kind: &str, always: bool, words: Vec<String>) -> Self {
        let sid = |prefix: &str| format!("{prefix}{}", "0123456789abcdef".repeat(2));
        let one = |value: &str| vec![value.to_owned()];
        let values = match kind {
            // A list without words: those of another kind.
            _ if name == "EventType" && words.is_empty() => one("READ"),
            _ if name == "DialCallStatus" && words.is_empty() => one("no-answer"),
            _ if name == "SmsStatus" && words.is_empty() => one("received"),
            _ if !words.is_empty() => words,
            "sid" => one(&sid("SM")),
            sids if sids.starts_with("sid ") => sids[4..]
                .trim_end_matches('?')
                .split('|')
                .map(sid)
                .collect(),
            "address" => vec![
                "+441134960000".into(),
                "client:alice".into(),
                "anonymous".into(),
            ],
            "integer" | "integer seconds" | "int" => vec!["0".into(), "17".into()],
            "decimal" | "decimal 0.0-1.0" => vec!["0.0".into(), "0.93".into()],
            "boolean" | "bool" => vec!["true".into(), "false".into()],
            "RFC 2822" | "RFC 2822 UTC" | "rfc2822" => one("Tue, 03 Mar 2026 09:00:00 +0000"),
            "ISO 8601" | "iso8601" => one("2026-03-03T09:00:00.123Z"),
            "timestamp" => {
                vec![
                    "Tue, 03 Mar 2026 09:00:00 +0000".into(),
                    "2026-03-03T09:00:00Z".into(),
                ]
            }
            "string" if matches!(name, "Latitude" | "Longitude") => one("-53.8"),
            "string" if matches!(name, "Forwarded" | "FrequentlyForwarded") => one("true"),
            "string" if matches!(name, "Final" | "PartialResults") => one("true"),
            "string" if name == "OriginalRepliedMessageSid" => one(&sid("SM")),
            "string" if name == "ReferralNumMedia" => one("1"),
            _ => one("text, as it is"),
        };
        Self {
            name: name.to_owned(),
            always,
            values,
        }
    }

    /// From webhooks.json: `{"name", "type", "always", "enum"}`.
    fn of_page(parameter: &Value) -> Self {
        let words = parameter["enum"].as_array().into_iter().flatten();
        Self::new(
            parameter["name"].as_str().unwrap(),
            parameter["type"].as_str().unwrap(),
            parameter["always"].as_bool().unwrap(),
            words
                .map(|word| word.as_str().unwrap().to_owned())
                .collect(),
        )
    }

    /// From a type written as `enum a|b`, `a b`, or the name of a type.
    fn of_words(name: &str, kind: &str, always: bool) -> Self {
        let words = match kind.strip_prefix("enum ") {
            Some(words) => words.split('|').map(str::to_owned).collect(),
            None if kind.contains('_') || kind.contains("-s") => {
                kind.split(' ').map(str::to_owned).collect()
            }
            None => Vec::new(),
        };
        let kind = match (kind, name) {
            ("sid", "CallSid") => "sid CA",
            ("sid", "AccountSid") => "sid AC",
            ("sid", "TranscriptionSid") => "sid GT",
            (kind, _) => kind,
        };
        Self::new(name, kind, always, words)
    }
}

/// A kind of request and all its parameters.
struct Kind {
    id: String,
    reader: Reader,
    parameters: Vec<Parameter>,
    /// A parameter's value that the kind needs to be itself.
    fixed: Vec<(String, String)>,
}

impl Kind {
    fn params(&self, value_of: impl Fn(&Parameter) -> Option<String>) -> Params {
        let fixed = |name: &str| {
            self.fixed
                .iter()
                .find(|(other, _)| other == name)
                .map(|(_, value)| value.clone())
        };
        self.parameters
            .iter()
            .filter_map(|parameter| {
                let value = value_of(parameter)?;
                Some((
                    parameter.name.clone(),
                    fixed(&parameter.name).unwrap_or(value),
                ))
            })
            .collect()
    }

    fn full(&self) -> Params {
        self.params(|parameter| parameter.values.first().cloned())
    }
}

fn kinds() -> Vec<Kind> {
    let data: Value = serde_json::from_str(DATA).unwrap();
    let list = |value: &Value| -> Vec<Parameter> {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(Parameter::of_page)
            .collect()
    };
    let mut kinds = Vec::new();
    for callback in data["callbacks"].as_array().unwrap() {
        let id = callback["id"].as_str().unwrap();
        if NOT_REQUESTS_OF_TODAY.iter().any(|(kind, _)| *kind == id) {
            continue;
        }
        let mut own = list(&callback["parameters"]);
        let standard = match callback["standard_parameters"].as_str().unwrap() {
            "none" => Vec::new(),
            standard => list(&data[standard]),
        };
        let standard = standard.into_iter().filter(|parameter| {
            // What a kind says itself about a parameter counts.
            id != "siprec.statusCallback" && !own.iter().any(|own| own.name == parameter.name)
        });
        let standard: Vec<_> = standard.collect();
        own.extend(standard);
        match callback["events"]
            .as_object()
            .filter(|_| id.starts_with("conversations."))
        {
            None => kinds.push(Kind {
                id: id.into(),
                reader: reader(id),
                parameters: own,
                fixed: vec![],
            }),
            Some(events) => kinds.extend(events.iter().map(|(event, more)| Kind {
                id: event.clone(),
                reader: reader("conversations"),
                parameters: own.iter().cloned().chain(list(more)).collect(),
                fixed: vec![("EventType".into(), event.clone())],
            })),
        }
    }
    for event in data["conversations"].as_array().unwrap() {
        let name = event["event"].as_str().unwrap();
        let common = [
            ("AccountSid", "sid AC"),
            ("EventType", "string"),
            ("Source", "enum SDK|API"),
        ];
        let mut parameters: Vec<_> = common
            .iter()
            .map(|(name, kind)| Parameter::of_words(name, kind, false))
            .collect();
        for (name, kind) in event["params"].as_object().unwrap() {
            let kind = kind.as_str().unwrap().split("? ").next().unwrap();
            if name != "AccountSid" {
                parameters.push(Parameter::of_words(name, kind, false));
            }
        }
        kinds.push(Kind {
            id: name.to_owned(),
            reader: reader("conversations"),
            parameters,
            fixed: vec![("EventType".into(), name.into())],
        });
    }
    for request in data["more"].as_array().unwrap() {
        let id = request["id"].as_str().unwrap();
        let of = |key: &str, always: bool| -> Vec<Parameter> {
            let parameters = request[key].as_array().into_iter().flatten();
            parameters
                .map(|parameter| {
                    let text = |key: &str| parameter[key].as_str().unwrap();
                    Parameter::of_words(text("name"), text("type"), always)
                })
                .collect()
        };
        let parameters = [of("always", true), of("sometimes", false)].concat();
        kinds.push(Kind {
            id: id.into(),
            reader: reader(id),
            parameters,
            fixed: vec![],
        });
    }
    kinds
}

#[test]
fn every_kind_and_parameter_has_a_typed_form() {
    let mut problems = Vec::new();
    for kind in kinds() {
        let read = match (kind.reader)(&kind.full()) {
            Ok(read) => read,
            Err(error) => {
                problems.push(format!("{}: {error}", kind.id));
                continue;
            }
        };
        for (name, _) in read.extra.iter() {
            let excused = WITHOUT_FIELD
                .iter()
                .any(|(of, without, _)| *of == kind.id && *without == name);
            if !excused {
                problems.push(format!("{}: {name} has no field", kind.id));
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
    // 27 kinds, of which the two of Conversations have 10 and 13 events, these once more by their
    // own page, and 2 from elsewhere.
    assert_eq!(kinds().len(), 25 + 23 + 23 + 2);
}

#[test]
fn every_documented_value_is_known() {
    let mut problems = Vec::new();
    for kind in kinds() {
        for tried in &kind.parameters {
            for value in &tried.values {
                let params = kind.params(|parameter| {
                    let value = if parameter.name == tried.name {
                        Some(value)
                    } else {
                        parameter.values.first()
                    };
                    value.cloned()
                });
                match (kind.reader)(&params) {
                    Err(error) => {
                        problems.push(format!("{}: {}={value}: {error}", kind.id, tried.name))
                    }
                    // What an address is may be anything.
                    Ok(read)
                        if read.shown.contains(&format!("Other({value:?})"))
                            && !value.contains(' ') =>
                    {
                        problems.push(format!("{}: {}={value} is not known", kind.id, tried.name));
                    }
                    Ok(_) => {}
                }
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn a_missing_parameter_is_named_unless_excused() {
    let (mut problems, mut excuses) = (Vec::new(), Vec::new());
    for kind in kinds() {
        // The events of Conversations have their own rule: see the module's documentation.
        if !kind.fixed.is_empty() {
            continue;
        }
        for missing in &kind.parameters {
            let params = kind.params(|parameter| {
                (parameter.name != missing.name)
                    .then(|| parameter.values.first().cloned())
                    .flatten()
            });
            let named = match (kind.reader)(&params) {
                Err(ParamError::Missing { name }) if name == missing.name => true,
                Err(error) => {
                    problems.push(format!("{}: without {}: {error}", kind.id, missing.name));
                    continue;
                }
                Ok(_) => false,
            };
            let excused = NOT_INSISTED_ON
                .iter()
                .any(|(of, name, _)| *of == kind.id && *name == missing.name);
            if excused {
                excuses.push(missing.name.clone());
            }
            let older_name_read = missing.name == "MessageSid";
            if missing.always != named && !excused && !older_name_read {
                problems.push(format!(
                    "{}: {}, always={}, is not",
                    kind.id, missing.name, missing.always
                ));
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
    assert_eq!(
        excuses.len(),
        NOT_INSISTED_ON.len(),
        "each excuse is for something: {excuses:?}"
    );
}

#[test]
fn a_malformed_parameter_is_named_with_its_value() {
    for kind in kinds() {
        for wrong in &kind.parameters {
            if wrong.name != "CallSid" && wrong.name != "AccountSid" {
                continue;
            }
            let params = kind.params(|parameter| {
                if parameter.name == wrong.name {
                    Some("CA12".to_owned())
                } else {
                    parameter.values.first().cloned()
                }
            });
            let error = (kind.reader)(&params).err().unwrap();
            assert_eq!(error.name(), wrong.name, "{}", kind.id);
            assert!(error.to_string().contains("\"CA12\""), "{error}");
        }
    }
}

#[test]
fn what_is_unknown_is_kept() {
    for kind in kinds() {
        let params = kind
            .full()
            .with("StirVerstat", "TN-Validation-Passed-A")
            .with("New", "1")
            .with("New", "2");
        let read = (kind.reader)(&params).unwrap();
        assert_eq!(
            read.extra.get("StirVerstat"),
            Some("TN-Validation-Passed-A"),
            "{}",
            kind.id
        );
        assert_eq!(
            read.extra.all("New").collect::<Vec<_>>(),
            ["1", "2"],
            "{}",
            kind.id
        );
    }
}

#[test]
fn media_are_listed_as_far_as_they_were_sent() {
    let mut params = kinds()
        .iter()
        .find(|kind| kind.id == "message.incoming")
        .unwrap()
        .full();
    params = params
        .into_iter()
        .filter(|(name, _)| name != "NumMedia")
        .collect();
    params.extend([
        ("NumMedia", "4000000000"),
        ("MediaUrl0", "https://a.example/0"),
        ("MediaContentType0", "image/png"),
        ("MediaUrl1", "https://a.example/1"),
    ]);
    let message = IncomingMessage::from_params(&params).unwrap();
    let media: Vec<_> = message
        .media()
        .map(|media| (media.url, media.content_type))
        .collect();
    assert_eq!(
        media,
        [
            ("https://a.example/0", Some("image/png")),
            ("https://a.example/1", None)
        ]
    );
}
