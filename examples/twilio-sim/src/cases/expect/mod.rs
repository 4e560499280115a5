//! Comparing what happened with what a case expects, word by word.

mod end;
mod heard;
mod messages;
mod requests;
mod rest;

use chrono::{DateTime, Utc};
use serde_json::Value;
use twilio_simulator::{CallSid, Event};

use super::json::{fields, list, plain};
use super::stage::{Played, after};

/// All differences; none if the case passes.
///
/// `also_accept` leaves room where sources differ: a list under a path as `end.caller.status` has
/// further values for that place; an object with words of `expect` is another expectation, which
/// takes the place of those words; remarks in prose say nothing that can be compared.
pub(crate) fn differences(case: &Value, played: &Played) -> Vec<String> {
    let expect = &case["expect"];
    let found = differences_from(expect, &case["also_accept"], played);
    let alternatives = match &case["also_accept"] {
        Value::Array(alternatives) => alternatives.as_slice(),
        one => std::slice::from_ref(one),
    };
    for alternative in alternatives {
        let words = alternative.get("expect").unwrap_or(alternative);
        let is_expectation = fields(words).next().is_some()
            && fields(words).all(|(word, _)| WORDS.contains(&word.as_str()));
        if found.is_empty() || !is_expectation {
            continue;
        }
        let mut other = expect.clone();
        for (word, value) in fields(words) {
            other[word] = value.clone();
        }
        if differences_from(&other, &Value::Null, played).is_empty() {
            return Vec::new();
        }
    }
    found
}

/// The words of `expect`.
const WORDS: &[&str] = &[
    "requests",
    "callbacks",
    "never_requested",
    "heard",
    "end",
    "log",
    "rest",
    "messages_sent",
];

fn differences_from(expect: &Value, also_accept: &Value, played: &Played) -> Vec<String> {
    let mut found = Differences {
        played,
        found: Vec::new(),
    };
    if !expect.is_object() {
        found.note("the case expects nothing: it needs \"expect\", an object".to_owned());
    }
    for (word, expected) in fields(expect) {
        match word.as_str() {
            "requests" => found.requests(expected),
            "callbacks" => found.callbacks(expected),
            "never_requested" => found.never_requested(expected),
            "heard" => found.heard(expected),
            "end" => found.end(expected, also_accept),
            "log" => found.log(expected),
            "rest" => found.rest(expected),
            "messages_sent" => found.messages_sent(expected),
            other => found.unknown(other, "expect"),
        }
    }
    found.found
}

/// The differences found so far, and what they are looked for in.
struct Differences<'a> {
    played: &'a Played,
    found: Vec<String>,
}

impl Differences<'_> {
    fn note(&mut self, difference: String) {
        self.found.push(difference);
    }

    fn unknown(&mut self, word: &str, place: &str) {
        self.note(format!("{word:?} is not a word of {place}"));
    }

    fn equal(&mut self, place: &str, word: &str, expected: &Value, given: &str) {
        let expected = plain(expected);
        if expected != given {
            self.note(format!("{place}: {word} {given:?}, expected {expected:?}"));
        }
    }

    fn since_start(&self, instant: DateTime<Utc>) -> f64 {
        (instant - self.played.start).num_milliseconds() as f64 / 1000.0
    }

    /// Exact, give or take a millisecond.
    fn at(&mut self, place: &str, expected: &Value, instant: DateTime<Utc>) {
        let seconds = self.since_start(instant);
        let Some(wanted) = expected.as_f64() else {
            return self.note(format!("{place}: {expected} is no time"));
        };
        let off = instant - after(self.played.start, wanted);
        if off.num_milliseconds().abs() > 1 {
            self.note(format!("{place}: at {seconds} s, expected {expected} s"));
        }
    }

    /// A leg by the case's name for it: a call, or `child:` and the number that was dialled.
    fn is_leg(&self, name: &str, sid: CallSid) -> bool {
        match name.strip_prefix("child:") {
            Some(number) => self
                .played
                .sim
                .call(&sid)
                .is_some_and(|call| call.parent.is_some() && call.to == number),
            None => self.played.calls.get(name) == Some(&sid),
        }
    }

    fn log(&mut self, expected: &Value) {
        let transcript = self.played.sim.transcript();
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
            let wanted: Vec<String> = expected.iter().map(ToString::to_string).collect();
            self.note(format!("log: {codes:?}, expected [{}]", wanted.join(", ")));
        }
        for (code, expected) in codes.iter().zip(expected) {
            for (word, value) in fields(expected) {
                let fits = match word.as_str() {
                    "code" => *value == *code,
                    "code_any" => list(value).any(|any| *any == *code),
                    other => {
                        self.unknown(other, "log");
                        continue;
                    }
                };
                if !fits {
                    self.note(format!("log: {code}, expected {expected}"));
                }
            }
        }
    }
}
