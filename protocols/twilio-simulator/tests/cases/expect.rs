//! Comparing what happened with what a case expects, word by word.

use serde_json::Value;
use twilio_simulator::{Call, Event, HostRequest, Purpose, Sound};

use crate::stage::{Played, after, fields, list, plain};

/// All differences; none if the case passes.
pub(crate) fn differences(case: &Value, played: &Played) -> Vec<String> {
    let mut found = Vec::new();
    for (word, expected) in fields(&case["expect"]) {
        match word.as_str() {
            "requests" => requests(expected, played, &mut found),
            "callbacks" => callbacks(expected, played, &mut found),
            "never_requested" => never_requested(expected, played, &mut found),
            "heard" => heard(expected, played, &mut found),
            "end" => end(expected, &case["also_accept"], played, &mut found),
            "log" => log(expected, played, &mut found),
            "rest" => rest(expected, played, &mut found),
            other => found.push(format!("unknown word in expect: {other}")),
        }
    }
    found
}

/// A request of the transcript with its time.
struct Made<'a> {
    at: chrono::DateTime<chrono::Utc>,
    call: Option<twilio_simulator::CallSid>,
    request: &'a HostRequest,
}

fn made<'a>(transcript: &'a twilio_simulator::Transcript) -> Vec<Made<'a>> {
    transcript
        .entries()
        .iter()
        .filter_map(|entry| match &entry.event {
            Event::Request(request) => Some(Made {
                at: entry.at,
                call: entry.call,
                request,
            }),
            _ => None,
        })
        .collect()
}

fn requests(expected: &Value, played: &Played, found: &mut Vec<String>) {
    let transcript = played.sim.transcript();
    let made = made(&transcript);
    for (name, sid) in &played.calls {
        let expected: Vec<&Value> = list(expected).filter(|e| e["call"] == **name).collect();
        let made: Vec<&Made<'_>> = made
            .iter()
            .filter(|m| m.call == Some(*sid) && m.request.purpose != Purpose::StatusCallback)
            .collect();
        compare_row(name, &expected, &made, played, found);
    }
    for e in list(expected) {
        if !played.calls.keys().any(|name| e["call"] == **name) {
            found.push(format!("a request of the unknown call {}", e["call"]));
        }
    }
}

fn callbacks(expected: &Value, played: &Played, found: &mut Vec<String>) {
    let transcript = played.sim.transcript();
    let made = made(&transcript);
    let mut urls: Vec<String> = list(expected).map(|e| plain(&e["url"])).collect();
    urls.sort();
    urls.dedup();
    for url in urls {
        let expected: Vec<&Value> = list(expected).filter(|e| plain(&e["url"]) == url).collect();
        let made: Vec<&Made<'_>> = made
            .iter()
            .filter(|m| m.request.purpose == Purpose::StatusCallback && m.request.url == url)
            .collect();
        compare_row(&url, &expected, &made, played, found);
    }
}

fn compare_row(
    name: &str,
    expected: &[&Value],
    made: &[&Made<'_>],
    played: &Played,
    found: &mut Vec<String>,
) {
    if expected.len() != made.len() {
        let urls: Vec<&str> = made.iter().map(|m| m.request.url.as_str()).collect();
        found.push(format!(
            "{name}: {} requests expected, made: {urls:?}",
            expected.len()
        ));
    }
    for (index, (expected, made)) in expected.iter().zip(made).enumerate() {
        let place = format!("{name}: request {}", index + 1);
        for (word, value) in fields(expected) {
            match word.as_str() {
                "call" => {}
                "method" => equal(
                    &place,
                    word,
                    &plain(value),
                    made.request.method.as_str(),
                    found,
                ),
                "url" => equal(&place, word, &plain(value), &made.request.url, found),
                "at_s" => at(&place, value, made.at, played, found),
                "at_between_s" => {
                    let seconds = since(made.at, played);
                    let bound = |index: usize| value[index].as_f64().unwrap_or(f64::NAN);
                    if !(bound(0) <= seconds && seconds <= bound(1)) {
                        found.push(format!("{place}: at {seconds} s, expected within {value}"));
                    }
                }
                "params" => {
                    for (parameter, value) in fields(value) {
                        parameter_matches(&place, parameter, value, made.request, played, found);
                    }
                }
                "absent" => {
                    for parameter in list(value) {
                        let parameter = plain(parameter);
                        let given = match parameter.strip_suffix("|nonempty") {
                            Some(name) => made.request.parameter(name).filter(|v| !v.is_empty()),
                            None => made.request.parameter(&parameter),
                        };
                        if given.is_some() {
                            found.push(format!("{place}: {parameter} should be absent"));
                        }
                    }
                }
                other => found.push(format!("{place}: unknown word {other}")),
            }
        }
    }
}

fn parameter_matches(
    place: &str,
    name: &str,
    expected: &Value,
    request: &HostRequest,
    played: &Played,
    found: &mut Vec<String>,
) {
    let expected = plain(expected);
    let given = request.parameter(name).unwrap_or_default();
    let fits = match expected.as_str() {
        "*" => !given.is_empty(),
        sid if sid.starts_with("$queue:") => given.starts_with("QU") && given.len() == 34,
        sid if sid.starts_with("$child:") => played
            .sim
            .calls()
            .iter()
            .any(|call| call.sid.as_str() == given && call.to == sid["$child:".len()..]),
        sid if sid.starts_with('$') => played
            .calls
            .get(&sid[1..])
            .is_some_and(|sid| sid.as_str() == given),
        text => text == given,
    };
    if !fits {
        found.push(format!("{place}: {name}={given:?}, expected {expected:?}"));
    }
}

fn never_requested(expected: &Value, played: &Played, found: &mut Vec<String>) {
    let transcript = played.sim.transcript();
    for url in list(expected) {
        if transcript.requests().any(|r| *url == *r.url) {
            found.push(format!("{url} was requested"));
        }
    }
}

/// What the caller's leg hears: that of the call named `caller`, or of the only one.
fn heard(expected: &Value, played: &Played, found: &mut Vec<String>) {
    let Some(sid) = played
        .calls
        .get("caller")
        .or_else(|| played.calls.values().next())
    else {
        return found.push("nobody who could hear".to_owned());
    };
    let heard = played
        .sim
        .call(sid)
        .map(|call| call.heard)
        .unwrap_or_default();
    let expected: Vec<&Value> = list(expected).collect();
    if heard.len() != expected.len() {
        found.push(format!(
            "{} sounds expected, heard: {heard:?}",
            expected.len()
        ));
    }
    for (index, (expected, heard)) in expected.iter().zip(&heard).enumerate() {
        let place = format!("sound {}", index + 1);
        let sound = match &heard.what {
            Sound::Speech(text) => ("say", text.clone()),
            Sound::Media(url) => ("play", url.clone()),
            Sound::Beep => ("beep", "true".to_owned()),
            Sound::ErrorMessage => ("error_message", "true".to_owned()),
            Sound::Person(sid) => ("bridge", person(played, *sid)),
            Sound::Conference(name) => ("bridge", format!("conference:{name}")),
            other => ("?", format!("{other:?}")),
        };
        for (word, value) in fields(expected) {
            match word.as_str() {
                "say" | "play" | "beep" | "bridge" | "error_message" => {
                    let wanted = (word.as_str(), plain(value));
                    if wanted != (sound.0, sound.1.clone()) {
                        found.push(format!("{place}: {sound:?}, expected {wanted:?}"));
                    }
                }
                "at_s" => at(&place, value, heard.from, played, found),
                "until_s" | "cut_at_s" => {
                    match heard.until {
                        Some(until) => at(&place, value, until, played, found),
                        None => found.push(format!("{place}: it never ends")),
                    }
                    if word == "cut_at_s" && !heard.cut {
                        found.push(format!("{place}: it is not cut"));
                    }
                }
                "times_at_least" => {
                    if u64::from(heard.times) < value.as_u64().unwrap_or(u64::MAX) {
                        found.push(format!("{place}: heard {} times", heard.times));
                    }
                }
                other => found.push(format!("{place}: unknown word {other}")),
            }
        }
    }
}

/// A leg by the case's name for it, or by the number that was dialled.
fn person(played: &Played, sid: twilio_simulator::CallSid) -> String {
    match played.calls.iter().find(|(_, own)| **own == sid) {
        Some((name, _)) => name.clone(),
        None => played
            .sim
            .call(&sid)
            .map(|call| call.to)
            .unwrap_or_default(),
    }
}

fn end(expected: &Value, also_accept: &Value, played: &Played, found: &mut Vec<String>) {
    for (name, expected) in fields(expected) {
        if let Some(queue) = name.strip_prefix("queue:") {
            let size = played.sim.queue_size(queue).unwrap_or(0) as u64;
            for (word, value) in fields(expected) {
                if word != "size" || value.as_u64() != Some(size) {
                    found.push(format!("{name}: size {size}, expected {expected}"));
                }
            }
            continue;
        }
        if let Some(room) = name.strip_prefix("conference:") {
            // A conference is completed when nobody is in it any more.
            let empty = played.sim.conference_size(room).is_none();
            if !empty || expected["status"] != "completed" {
                found.push(format!("{name}: still going on, expected {expected}"));
            }
            continue;
        }
        let call = match name.strip_prefix("child:") {
            Some(number) => played
                .sim
                .calls()
                .into_iter()
                .find(|call| call.parent.is_some() && call.to == number),
            None => played.calls.get(name).and_then(|sid| played.sim.call(sid)),
        };
        match call {
            Some(call) => {
                let accept = &also_accept[format!("end.{name}.status").as_str()];
                end_of_call(name, expected, accept, &call, played, found);
            }
            None => found.push(format!("there is no call {name}")),
        }
    }
}

fn end_of_call(
    name: &str,
    expected: &Value,
    accept: &Value,
    call: &Call,
    played: &Played,
    found: &mut Vec<String>,
) {
    let status = call.status.as_str();
    for (word, value) in fields(expected) {
        match word.as_str() {
            "status" => {
                if *value != *status && !list(accept).any(|also| *also == *status) {
                    found.push(format!("{name}: status {status}, expected {value}"));
                }
            }
            "status_any" => {
                if !list(value).any(|any| *any == *status) {
                    found.push(format!("{name}: status {status}, expected one of {value}"));
                }
            }
            "answered" => {
                if value.as_bool() != Some(call.answered_at.is_some()) {
                    found.push(format!("{name}: answered, expected {value}"));
                }
            }
            "answered_at_s" | "ended_at_s" => {
                let instant = if word == "ended_at_s" {
                    call.ended_at
                } else {
                    call.answered_at
                };
                match instant {
                    Some(instant) => at(&format!("{name}: {word}"), value, instant, played, found),
                    None => found.push(format!("{name}: no {word}")),
                }
            }
            "duration_s" => {
                let seconds = call.duration().as_secs();
                if value.as_u64() != Some(seconds) {
                    found.push(format!("{name}: lasts {seconds} s, expected {value}"));
                }
            }
            "direction" => equal(name, word, &plain(value), call.direction.as_str(), found),
            "from" => equal(name, word, &plain(value), &call.from, found),
            "to" => equal(name, word, &plain(value), &call.to, found),
            other => found.push(format!("{name}: unknown word {other}")),
        }
    }
}

fn log(expected: &Value, played: &Played, found: &mut Vec<String>) {
    let transcript = played.sim.transcript();
    let codes: Vec<u32> = transcript
        .entries()
        .iter()
        .filter_map(|entry| match entry.event {
            Event::Logged { code, .. } => Some(code),
            _ => None,
        })
        .collect();
    let expected: Vec<&Value> = list(expected).collect();
    if codes.len() != expected.len() {
        found.push(format!("log {codes:?}, expected {expected:?}"));
    }
    for (code, expected) in codes.iter().zip(expected) {
        for (word, value) in fields(expected) {
            let fits = match word.as_str() {
                "code" => *value == *code,
                "code_any" => list(value).any(|any| *any == *code),
                _ => false,
            };
            if !fits {
                found.push(format!("log: {code}, expected {expected}"));
            }
        }
    }
}

fn rest(expected: &Value, played: &Played, found: &mut Vec<String>) {
    for expected in list(expected) {
        let answer = played.rest.iter().find(|(at, what, _, _)| {
            if expected["do"] == "create" {
                what == "create"
            } else {
                what == "rest" && expected["at_s"].as_f64() == Some(*at)
            }
        });
        let Some((_, _, status, body)) = answer else {
            found.push(format!("no REST request for {expected}"));
            continue;
        };
        for (word, value) in fields(expected) {
            match word.as_str() {
                "do" | "at_s" => {}
                "status" => {
                    if *value != *status {
                        found.push(format!("REST: {status}, expected {value}"));
                    }
                }
                "body" => {
                    for (name, value) in fields(value) {
                        if body[name] != *value {
                            found.push(format!("REST: {name} {}, expected {value}", body[name]));
                        }
                    }
                }
                other => found.push(format!("REST: unknown word {other}")),
            }
        }
    }
}

fn since(instant: chrono::DateTime<chrono::Utc>, played: &Played) -> f64 {
    (instant - played.start).num_milliseconds() as f64 / 1000.0
}

fn at(
    place: &str,
    expected: &Value,
    instant: chrono::DateTime<chrono::Utc>,
    played: &Played,
    found: &mut Vec<String>,
) {
    let wanted = after(played.start, expected.as_f64().unwrap_or(f64::NAN));
    if (instant - wanted).num_milliseconds().abs() > 1 {
        let seconds = since(instant, played);
        found.push(format!("{place}: at {seconds} s, expected {expected}"));
    }
}

fn equal(place: &str, word: &str, expected: &str, given: &str, found: &mut Vec<String>) {
    if expected != given {
        found.push(format!("{place}: {word} {given:?}, expected {expected:?}"));
    }
}
