//! Setting a case up and playing it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use twilio_simulator::{
    Answers, CallSid, Caller, Document, Documents, NumberConfig, Script, Settings, Simulator,
    SpeechRate,
};

use crate::support::{ACCOUNT, TOKEN, rest};

/// What came of a case.
pub(crate) struct Played {
    pub(crate) sim: Simulator,
    pub(crate) start: DateTime<Utc>,
    pub(crate) calls: BTreeMap<String, CallSid>,
    /// The answers of the REST interface: when, to what, and status and body.
    pub(crate) rest: Vec<(f64, String, u16, Value)>,
}

/// Something that is to be done from outside while the case runs.
enum Deed<'a> {
    Create(&'a str, &'a Value),
    Rest(&'a Value),
}

pub(crate) async fn play(case: &Value) -> Result<Played, String> {
    let host = documents(case)?;
    let mut sim = Simulator::builder(ACCOUNT, TOKEN)
        .settings(settings(case)?)
        .transport(Arc::new(host))
        .build()
        .await
        .map_err(|error| error.to_string())?;
    let start = sim.now();
    for (name, queue) in fields(&case["queues_before"]) {
        let max_size = queue["max_size"].as_u64().unwrap_or(1000) as usize;
        sim.queue(name, max_size);
    }
    for (number, party) in fields(&case["parties"]) {
        let who = format!("child:{number}");
        sim.phone(number, answers(party, actions(case, &who)?)?);
    }
    let mut calls = BTreeMap::new();
    let mut deeds: Vec<(f64, Deed<'_>)> = Vec::new();
    for (name, call) in fields(&case["calls"]) {
        let at = call["start_at_s"].as_f64().unwrap_or(0.0);
        match text(call, "kind")? {
            "inbound" => {
                let sid = inbound(&mut sim, case, name, call, after(start, at))?;
                calls.insert(name.clone(), sid);
            }
            "api" => {
                let script = actions(case, name)?;
                sim.phone(text(call, "to")?, answers(&call["party"], script)?);
                // The number that is shown must be one of the account's.
                let own = NumberConfig::new("http://app.test/unused");
                sim.number(text(call, "from")?, own)
                    .map_err(|error| error.to_string())?;
                deeds.push((at, Deed::Create(name, call)));
            }
            other => return Err(format!("calls of kind {other} are not simulated")),
        }
    }
    for action in list(&case["actions"]) {
        if action["do"] == "rest" {
            deeds.push((number(action, "at_s")?, Deed::Rest(action)));
        }
    }
    deeds.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut answers = Vec::new();
    for (at, deed) in deeds {
        sim.run_until(after(start, at))
            .await
            .map_err(|error| error.to_string())?;
        let (path, form, what, created) = match deed {
            Deed::Create(name, call) => (
                "/Calls.json".to_owned(),
                creation(call),
                "create",
                Some(name),
            ),
            Deed::Rest(action) => {
                let mut path = text(action, "path")?.to_owned();
                for (name, sid) in &calls {
                    path = path.replace(&format!("${name}"), sid.as_str());
                }
                let form = fields(&action["form"])
                    .map(|(name, value)| (name.clone(), plain(value)))
                    .collect();
                (path, form, "rest", None)
            }
        };
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let (status, body) = rest(&sim.rest_url(), http::Method::POST, &path, &form).await;
        if let (Some(name), Some(sid)) = (created, body["sid"].as_str()) {
            let sid = CallSid::parse(sid).map_err(|error| error.to_string())?;
            calls.insert(name.to_owned(), sid);
        }
        answers.push((at, what.to_owned(), status, body));
    }
    sim.run_until_idle()
        .await
        .map_err(|error| error.to_string())?;
    Ok(Played {
        sim,
        start,
        calls,
        rest: answers,
    })
}

fn inbound(
    sim: &mut Simulator,
    case: &Value,
    name: &str,
    call: &Value,
    at: DateTime<Utc>,
) -> Result<CallSid, String> {
    let to = text(call, "to")?;
    let mut config = NumberConfig::new(text(call, "voice_url")?).voice_method(
        call["voice_method"]
            .as_str()
            .unwrap_or("POST")
            .parse()
            .map_err(|_| "voice_method")?,
    );
    if let Some(url) = call["fallback_url"].as_str() {
        config = config.fallback_url(url);
    }
    if let Some(url) = call["status_callback"].as_str() {
        config = config.status_callback(url);
    }
    sim.number(to, config).map_err(|error| error.to_string())?;
    let caller = Caller::from(text(call, "from")?)
        .to(to)
        .named(name)
        .does(actions(case, name)?);
    sim.call_at(at, caller).map_err(|error| error.to_string())
}

fn documents(case: &Value) -> Result<Documents, String> {
    let mut host = Documents::new();
    for given in list(&case["documents"]) {
        let body = given["body"].as_str().unwrap_or_default();
        let mut document = Document::new(text(given, "url")?, body);
        for (word, value) in fields(given) {
            document = match word.as_str() {
                "url" | "body" => document,
                "status" => document.status(
                    http::StatusCode::from_u16(value.as_u64().unwrap_or(0) as u16)
                        .map_err(|error| error.to_string())?,
                ),
                "content_type" => document.content_type(value.as_str().unwrap_or_default()),
                "delay_s" => document.takes(duration(value)?),
                "nth" => {
                    let nth = plain(value);
                    let (from, to) = nth.split_once('-').unwrap_or((&nth, &nth));
                    let bound = |text: &str| text.parse().map_err(|_| format!("nth {nth}"));
                    document.nth(bound(from)?..=bound(to)?)
                }
                "when" => fields(value).fold(document, |document, (name, wanted)| {
                    document.when(name.as_str(), plain(wanted))
                }),
                "headers" => {
                    for (name, value) in fields(value) {
                        let name: http::HeaderName =
                            name.parse().map_err(|_| "a header's name".to_owned())?;
                        let value = plain(value);
                        let value = value.parse().map_err(|_| "a header's value".to_owned())?;
                        document = document.header(name, value);
                    }
                    document
                }
                other => return Err(format!("unknown word in a document: {other}")),
            };
        }
        host = host.with(document);
    }
    Ok(host)
}

fn settings(case: &Value) -> Result<Settings, String> {
    let mut settings = Settings::default()
        .speech(SpeechRate::Each(Duration::from_secs(1)))
        .any_media(Duration::from_secs(1));
    for (kind, lengths) in fields(&case["durations"]) {
        for (what, length) in fields(lengths) {
            settings = match kind.as_str() {
                "say" => settings.text(what, duration(length)?),
                "play" => settings.media(what, duration(length)?),
                other => return Err(format!("unknown word in durations: {other}")),
            };
        }
    }
    Ok(settings)
}

/// What one person does, as a script; what is done by others is left out.
fn actions(case: &Value, who: &str) -> Result<Script, String> {
    let mut own: Vec<&Value> = list(&case["actions"])
        .filter(|action| {
            action["do"] != "rest" && action["who"].as_str().unwrap_or("caller") == who
        })
        .collect();
    own.sort_by(|a, b| {
        let at = |action: &Value| action["at_s"].as_f64().unwrap_or(0.0);
        at(a).total_cmp(&at(b))
    });
    let begins = case["calls"][who]["start_at_s"].as_f64().unwrap_or(0.0);
    let mut script = Script::new();
    for (index, action) in own.iter().enumerate() {
        let at = number(action, "at_s")?;
        script = script.waits_until(Duration::from_secs_f64((at - begins).max(0.0)));
        script = match text(action, "do")? {
            "press" => script.presses(text(action, "keys")?),
            "hangup" => script.hangs_up(),
            "talk" => {
                let until = at + number(action, "for_s")?;
                // People can hang up while they speak; a script does one thing after the other.
                let next = own.get(index + 1).and_then(|next| next["at_s"].as_f64());
                let until = next.map_or(until, |next| until.min(next));
                script.speaks_for(Duration::from_secs_f64(until - at))
            }
            other => return Err(format!("unknown action: {other}")),
        };
    }
    Ok(script)
}

fn answers(party: &Value, then: Script) -> Result<Answers, String> {
    let mut answers = None;
    let mut script = Script::new();
    for (word, value) in fields(party) {
        match word.as_str() {
            "answer_after_s" => answers = Some(Answers::after(duration(value)?)),
            "busy_after_s" => answers = Some(Answers::busy_after(duration(value)?)),
            "fail_after_s" => answers = Some(Answers::fails_after(duration(value)?)),
            "never" => answers = Some(Answers::never()),
            "talk_s" => script = script.hangs_up_after(duration(value)?),
            "ring_after_s" => {}
            other => return Err(format!("unknown word of a party: {other}")),
        }
    }
    let mut answers = answers.ok_or("a party that does nothing")?;
    if let Some(rings) = party.get("ring_after_s") {
        answers = answers.rings_after(duration(rings)?);
    }
    let script = if then.steps().is_empty() {
        script
    } else {
        then
    };
    Ok(answers.then(script))
}

fn creation(call: &Value) -> Vec<(String, String)> {
    let mut form = Vec::new();
    for (word, value) in fields(call) {
        let name = match word.as_str() {
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
                    form.push(("StatusCallbackEvent".to_owned(), plain(event)));
                }
                continue;
            }
            _ => continue,
        };
        form.push((name.to_owned(), plain(value)));
    }
    form
}

pub(crate) fn after(start: DateTime<Utc>, seconds: f64) -> DateTime<Utc> {
    start + TimeDelta::microseconds((seconds * 1e6) as i64)
}

pub(crate) fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

pub(crate) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub(crate) fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, String> {
    value[name].as_str().ok_or(format!("no {name}"))
}

pub(crate) fn number(value: &Value, name: &str) -> Result<f64, String> {
    value[name].as_f64().ok_or(format!("no {name}"))
}

fn duration(value: &Value) -> Result<Duration, String> {
    value
        .as_f64()
        .map(Duration::from_secs_f64)
        .ok_or_else(|| format!("{value} is no time"))
}

/// A text without its quotes; numbers as they are written.
pub(crate) fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
