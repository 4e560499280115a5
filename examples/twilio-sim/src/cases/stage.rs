//! Setting a case up and playing it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use http::Method;
use serde_json::Value;
use twilio_simulator::{
    Answers, CallSid, Caller, Document, Documents, MessageSid, NumberConfig, Params, Script,
    Settings, Simulator, SpeechRate, TextMessage,
};

use super::CaseError;
use super::json::{duration, fields, list, number, plain, text};
use crate::rest::{RestClient, RestError};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const TOKEN: &str = "the secret of the cases";

/// The words of a case that say nothing about what is to happen.
const REMARKS: &[&str] = &["id", "about", "confidence", "note", "sources", "verbs"];

/// What came of a case.
pub(crate) struct Played {
    pub(crate) sim: Simulator,
    /// t = 0.
    pub(crate) start: DateTime<Utc>,
    /// The calls by the case's names for them.
    pub(crate) calls: BTreeMap<String, CallSid>,
    /// The messages that come in, likewise.
    pub(crate) messages: BTreeMap<String, MessageSid>,
    /// The SIDs of the queues that there are at the end, by name.
    pub(crate) queues: BTreeMap<String, String>,
    /// The answers of the REST interface.
    pub(crate) rest: Vec<RestAnswer>,
}

/// An answer of the REST interface.
pub(crate) struct RestAnswer {
    pub(crate) at: f64,
    /// What asked: `create` or `rest`.
    pub(crate) what: &'static str,
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// Something that is to be done from outside while the case runs.
enum Deed<'a> {
    Create(&'a str, &'a Value),
    Rest(&'a Value),
}

pub(super) async fn play(case: &Value) -> Result<Played, CaseError> {
    check_words(case)?;
    let mut sim = Simulator::builder(ACCOUNT, TOKEN)
        .settings(settings(case)?)
        .transport(Arc::new(documents(case)?))
        .build()
        .await?;
    let start = sim.now();
    for (name, queue) in fields(&case["queues_before"]) {
        let max_size = queue["max_size"].as_u64().unwrap_or(1000);
        sim.queue(name, usize::try_from(max_size).unwrap_or(usize::MAX));
    }
    for (number, party) in fields(&case["parties"]) {
        let script = actions(case, &format!("child:{number}"))?;
        sim.phone(number, answers(party, script)?);
    }
    let mut played = Played {
        sim,
        start,
        calls: BTreeMap::new(),
        messages: BTreeMap::new(),
        queues: BTreeMap::new(),
        rest: Vec::new(),
    };
    let mut deeds = played.schedule(case)?;
    for action in list(&case["actions"]) {
        if action["do"] == "rest" {
            deeds.push((number(action, "at_s", "an action")?, Deed::Rest(action)));
        }
    }
    deeds.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (at, deed) in deeds {
        played.sim.run_until(after(start, at)).await?;
        played.do_by_rest(at, deed).await?;
    }
    played.sim.run_until_idle().await?;
    played.queues = queues_by_name(&played.client()).await?;
    Ok(played)
}

impl Played {
    /// Puts what comes in on the agenda; calls that are made by REST are deeds.
    fn schedule<'a>(&mut self, case: &'a Value) -> Result<Vec<(f64, Deed<'a>)>, CaseError> {
        let mut deeds = Vec::new();
        for (name, call) in fields(&case["calls"]) {
            let place = format!("the call {name}");
            let at = call["start_at_s"].as_f64().unwrap_or(0.0);
            let instant = after(self.start, at);
            match text(call, "kind", &place)? {
                "inbound" => {
                    let sid = inbound(&mut self.sim, case, name, call, instant)?;
                    self.calls.insert(name.clone(), sid);
                }
                "sms" => {
                    let sid = message(&mut self.sim, call, instant, &place)?;
                    self.messages.insert(name.clone(), sid);
                }
                "api" => {
                    let answers = answers(&call["party"], actions(case, name)?)?;
                    self.sim.phone(text(call, "to", &place)?, answers);
                    // The number that is shown must be one of the account's.
                    let own = NumberConfig::new("http://app.test/unused");
                    self.sim.number(text(call, "from", &place)?, own)?;
                    deeds.push((at, Deed::Create(name, call)));
                }
                other => return Err(CaseError::unknown(other, &format!("kind of {place}"))),
            }
        }
        Ok(deeds)
    }

    async fn do_by_rest(&mut self, at: f64, deed: Deed<'_>) -> Result<(), CaseError> {
        const PLACE: &str = "a rest action";
        let mut method = Method::POST;
        let (path, form, what) = match &deed {
            Deed::Create(_, call) => ("/Calls.json".to_owned(), creation(call)?, "create"),
            Deed::Rest(action) => {
                let path = self.path(text(action, "path", PLACE)?).await?;
                let mut form = Params::new();
                for (word, value) in fields(action) {
                    match word.as_str() {
                        "at_s" | "do" | "who" | "path" => {}
                        "method" => {
                            method = plain(value)
                                .parse()
                                .map_err(|_| CaseError::needs(PLACE, "a method"))?;
                        }
                        "form" => form.extend(
                            fields(value).map(|(name, value)| (name.clone(), plain(value))),
                        ),
                        other => return Err(CaseError::unknown(other, PLACE)),
                    }
                }
                (path, form, "rest")
            }
        };
        let (status, body) = self.client().request(method, &path, &form).await?;
        if let (Deed::Create(name, _), Some(sid)) = (&deed, body["sid"].as_str())
            && let Ok(sid) = CallSid::parse(sid)
        {
            self.calls.insert((*name).to_owned(), sid);
        }
        self.rest.push(RestAnswer {
            at,
            what,
            status,
            body,
        });
        Ok(())
    }

    /// A path with the SIDs of the legs and queues that it names by `$`.
    async fn path(&self, written: &str) -> Result<String, CaseError> {
        let mut path = written.to_owned();
        for call in self.sim.calls() {
            if call.parent.is_some() {
                path = path.replace(&format!("$child:{}", call.to), call.sid.as_str());
            }
        }
        for (name, sid) in &self.calls {
            path = path.replace(&format!("${name}"), sid.as_str());
        }
        if path.contains("$queue:") {
            for (name, sid) in queues_by_name(&self.client()).await? {
                path = path.replace(&format!("$queue:{name}"), &sid);
            }
        }
        Ok(path)
    }

    fn client(&self) -> RestClient {
        RestClient::new(self.sim.rest_url(), ACCOUNT, TOKEN)
    }
}

/// The SIDs of all queues.
pub(super) async fn queues_by_name(
    client: &RestClient,
) -> Result<BTreeMap<String, String>, RestError> {
    let path = "/Queues.json?PageSize=1000";
    let (_, queues) = client.request(Method::GET, path, &Params::new()).await?;
    let queues = list(&queues["queues"]);
    Ok(queues
        .map(|queue| (plain(&queue["friendly_name"]), plain(&queue["sid"])))
        .collect())
}

fn check_words(case: &Value) -> Result<(), CaseError> {
    const PLAYED: &[&str] = &[
        "actions",
        "also_accept",
        "calls",
        "documents",
        "durations",
        "expect",
        "parties",
        "queues_before",
    ];
    match fields(case)
        .find(|(word, _)| !PLAYED.contains(&word.as_str()) && !REMARKS.contains(&word.as_str()))
    {
        Some((word, _)) => Err(CaseError::unknown(word, "a case")),
        None => Ok(()),
    }
}

fn inbound(
    sim: &mut Simulator,
    case: &Value,
    name: &str,
    call: &Value,
    at: DateTime<Utc>,
) -> Result<CallSid, CaseError> {
    let place = format!("the call {name}");
    let to = text(call, "to", &place)?;
    let mut config = NumberConfig::new(text(call, "voice_url", &place)?);
    for (word, value) in fields(call) {
        let value = plain(value);
        config = match word.as_str() {
            "kind" | "from" | "to" | "start_at_s" | "voice_url" => config,
            "voice_method" => config.voice_method(
                value
                    .parse()
                    .map_err(|_| CaseError::needs(&place, "a voice_method"))?,
            ),
            "fallback_url" => config.fallback_url(value),
            "status_callback" => config.status_callback(value),
            other => return Err(CaseError::unknown(other, &place)),
        };
    }
    sim.number(to, config)?;
    let caller = Caller::from(text(call, "from", &place)?)
        .to(to)
        .named(name)
        .does(actions(case, name)?);
    Ok(sim.call_at(at, caller)?)
}

fn message(
    sim: &mut Simulator,
    message: &Value,
    at: DateTime<Utc>,
    place: &str,
) -> Result<MessageSid, CaseError> {
    let to = text(message, "to", place)?;
    let mut config = NumberConfig::new("http://app.test/unused");
    let mut letter = TextMessage::from(text(message, "from", place)?).to(to);
    for (word, value) in fields(message) {
        let value = plain(value);
        match word.as_str() {
            "kind" | "from" | "to" | "start_at_s" => {}
            "body" => letter = letter.body(value),
            "sms_url" => config = config.messaging_url(value),
            "sms_fallback_url" | "fallback_url" => config = config.messaging_fallback_url(value),
            "sms_method" => {
                config = config.messaging_method(
                    value
                        .parse()
                        .map_err(|_| CaseError::needs(place, "an sms_method"))?,
                );
            }
            other => return Err(CaseError::unknown(other, place)),
        }
    }
    sim.number(to, config)?;
    Ok(sim.message_at(at, letter)?)
}

fn documents(case: &Value) -> Result<Documents, CaseError> {
    let mut host = Documents::new();
    for given in list(&case["documents"]) {
        host = host.with(document(given)?);
    }
    Ok(host)
}

fn document(given: &Value) -> Result<Document, CaseError> {
    const PLACE: &str = "a document";
    let body = given["body"].as_str().unwrap_or_default();
    let mut document = Document::new(text(given, "url", PLACE)?, body);
    for (word, value) in fields(given) {
        let wrong = || CaseError::needs(PLACE, format!("another {word} than {value}"));
        document = match word.as_str() {
            "url" | "body" => document,
            "status" => {
                let status = value.as_u64().and_then(|code| u16::try_from(code).ok());
                let status = status.and_then(|code| http::StatusCode::from_u16(code).ok());
                document.status(status.ok_or_else(wrong)?)
            }
            "content_type" => document.content_type(value.as_str().unwrap_or_default()),
            "delay_s" => document.takes(duration(value, PLACE)?),
            "nth" => {
                let nth = plain(value);
                let (from, to) = nth.split_once('-').unwrap_or((&nth, &nth));
                let bound = |text: &str| text.trim().parse().map_err(|_| wrong());
                document.nth(bound(from)?..=bound(to)?)
            }
            "when" => fields(value).fold(document, |document, (name, wanted)| {
                document.when(name.as_str(), plain(wanted))
            }),
            "headers" => {
                for (name, value) in fields(value) {
                    let name = name.parse::<http::HeaderName>().map_err(|_| wrong())?;
                    let value = plain(value).parse().map_err(|_| wrong())?;
                    document = document.header(name, value);
                }
                document
            }
            other => return Err(CaseError::unknown(other, PLACE)),
        };
    }
    Ok(document)
}

fn settings(case: &Value) -> Result<Settings, CaseError> {
    const PLACE: &str = "durations";
    let mut settings = Settings::default()
        .speech(SpeechRate::Each(Duration::from_secs(1)))
        .any_media(Duration::from_secs(1));
    for (kind, lengths) in fields(&case["durations"]) {
        for (what, length) in fields(lengths) {
            settings = match kind.as_str() {
                "say" => settings.text(what, duration(length, PLACE)?),
                "play" => settings.media(what, duration(length, PLACE)?),
                other => return Err(CaseError::unknown(other, PLACE)),
            };
        }
    }
    Ok(settings)
}

/// What one person does, as a script; what is done by others is left out.
fn actions(case: &Value, who: &str) -> Result<Script, CaseError> {
    const PLACE: &str = "an action";
    let mut own = Vec::new();
    for action in list(&case["actions"]) {
        let actor = action["who"].as_str().unwrap_or("caller");
        let is_there = match actor.strip_prefix("child:") {
            Some(number) => case["parties"].get(number).is_some(),
            None => case["calls"].get(actor).is_some(),
        };
        if action["do"] == "rest" {
            continue;
        }
        if !is_there {
            return Err(CaseError::unknown(actor, "the people of the case"));
        }
        if actor == who {
            own.push((number(action, "at_s", PLACE)?, action));
        }
    }
    own.sort_by(|a, b| a.0.total_cmp(&b.0));
    let begins = case["calls"][who]["start_at_s"].as_f64().unwrap_or(0.0);
    let mut script = Script::new();
    for (index, (at, action)) in own.iter().enumerate() {
        for (word, _) in fields(action) {
            if !["at_s", "who", "do", "keys", "for_s"].contains(&word.as_str()) {
                return Err(CaseError::unknown(word, PLACE));
            }
        }
        script = script.waits_until(seconds(at - begins));
        script = match text(action, "do", PLACE)? {
            "press" => script.presses(text(action, "keys", PLACE)?),
            "hangup" => script.hangs_up(),
            "talk" => {
                let until = at + number(action, "for_s", PLACE)?;
                // People can hang up while they speak; a script does one thing after the other.
                let until = own.get(index + 1).map_or(until, |next| until.min(next.0));
                script.speaks_for(seconds(until - at))
            }
            other => return Err(CaseError::unknown(other, "what can be done")),
        };
    }
    Ok(script)
}

fn answers(party: &Value, then: Script) -> Result<Answers, CaseError> {
    const PLACE: &str = "a party";
    let mut answers = None;
    let mut rings = None;
    let mut presses = Script::new();
    let mut talks = None;
    for (word, value) in fields(party) {
        match word.as_str() {
            "answer_after_s" => answers = Some(Answers::after(duration(value, PLACE)?)),
            "busy_after_s" => answers = Some(Answers::busy_after(duration(value, PLACE)?)),
            "fail_after_s" => answers = Some(Answers::fails_after(duration(value, PLACE)?)),
            "never" => answers = Some(Answers::never()),
            "talk_s" => talks = Some(duration(value, PLACE)?),
            "ring_after_s" => rings = Some(duration(value, PLACE)?),
            // After whatever the answer leads to at that instant, as a whisper that asks.
            "presses" => presses = presses.waits(Duration::ZERO).presses(plain(value)),
            other => return Err(CaseError::unknown(other, PLACE)),
        }
    }
    let mut answers = answers.ok_or_else(|| CaseError::needs(PLACE, "a way to answer or not"))?;
    if let Some(time) = rings {
        answers = answers.rings_after(time);
    }
    if !then.steps().is_empty() {
        return Ok(answers.then(then));
    }
    Ok(answers.then(match talks {
        Some(time) => presses.hangs_up_after(time),
        None => presses,
    }))
}

fn creation(call: &Value) -> Result<Params, CaseError> {
    let mut form = Params::new();
    for (word, value) in fields(call) {
        let name = match word.as_str() {
            "kind" | "start_at_s" | "party" => continue,
            "from" => "From",
            "to" => "To",
            "url" => "Url",
            "method" => "Method",
            "twiml" => "Twiml",
            "timeout" | "timeout_s" => "Timeout",
            "fallback_url" => "FallbackUrl",
            "status_callback" => "StatusCallback",
            "status_callback_event" => {
                for event in list(value) {
                    form.push("StatusCallbackEvent", plain(event));
                }
                continue;
            }
            other => return Err(CaseError::unknown(other, "a call made by REST")),
        };
        form.push(name, plain(value));
    }
    Ok(form)
}

pub(super) fn after(start: DateTime<Utc>, seconds: f64) -> DateTime<Utc> {
    start + TimeDelta::microseconds((seconds * 1e6).round() as i64)
}

/// A time in seconds; zero if it is below.
fn seconds(time: f64) -> Duration {
    Duration::try_from_secs_f64(time).unwrap_or_default()
}
