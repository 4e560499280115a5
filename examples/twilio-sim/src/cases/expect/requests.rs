//! `requests`, `callbacks` and `never_requested`.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::Value;
use twilio_simulator::{CallSid, Event, HostRequest, MessageSid, Purpose};

use super::Differences;
use crate::cases::json::{fields, list, plain};

/// A request of the transcript with its time and call.
struct Made {
    at: DateTime<Utc>,
    call: Option<CallSid>,
    message: Option<MessageSid>,
    request: HostRequest,
}

impl Differences<'_> {
    /// The requests for documents, in order for each call; of calls that the case does not name,
    /// as dialled legs, too.
    pub(super) fn requests(&mut self, expected: &Value) {
        let made: Vec<Made> = self
            .made()
            .into_iter()
            .filter(|made| made.request.purpose != Purpose::StatusCallback)
            .collect();
        let names: BTreeSet<String> = list(expected)
            .map(|request| plain(&request["call"]))
            .chain(made.iter().filter_map(|made| self.name_of(made)))
            .collect();
        for name in names {
            let expected: Vec<&Value> = list(expected).filter(|e| e["call"] == *name).collect();
            let made: Vec<&Made> = made
                .iter()
                .filter(|made| self.is_about(&name, made))
                .collect();
            self.row(&name, &expected, &made);
        }
    }

    /// The status callbacks, in order for each URL.
    pub(super) fn callbacks(&mut self, expected: &Value) {
        let made: Vec<Made> = self
            .made()
            .into_iter()
            .filter(|made| made.request.purpose == Purpose::StatusCallback)
            .collect();
        if list(expected).next().is_none() && !made.is_empty() {
            let urls: Vec<&str> = made.iter().map(|made| made.request.url.as_str()).collect();
            self.note(format!("no callbacks expected, made: {urls:?}"));
        }
        let urls: BTreeSet<String> = list(expected).map(|e| plain(&e["url"])).collect();
        for url in urls {
            let expected: Vec<&Value> = list(expected).filter(|e| e["url"] == *url).collect();
            let made: Vec<&Made> = made.iter().filter(|made| made.request.url == url).collect();
            self.row(&url, &expected, &made);
        }
    }

    pub(super) fn never_requested(&mut self, expected: &Value) {
        let transcript = self.played.sim.transcript();
        for url in list(expected) {
            if transcript.requests().any(|request| *url == *request.url) {
                self.note(format!("{url} was requested"));
            }
        }
    }

    fn made(&self) -> Vec<Made> {
        self.played
            .sim
            .transcript()
            .entries()
            .iter()
            .filter_map(|entry| match &entry.event {
                Event::Request(request) => Some(Made {
                    at: entry.at,
                    call: entry.call,
                    message: entry.message,
                    request: request.clone(),
                }),
                _ => None,
            })
            .collect()
    }

    /// The case's name for what a request is about; for a leg that was dialled, by its number.
    fn name_of(&self, made: &Made) -> Option<String> {
        let played = self.played;
        if let Some(sid) = made.message {
            let mut messages = played.messages.iter();
            return messages.find_map(|(name, own)| (*own == sid).then(|| name.clone()));
        }
        let sid = made.call?;
        match played.calls.iter().find(|(_, own)| **own == sid) {
            Some((name, _)) => Some(name.clone()),
            None => Some(format!("child:{}", played.sim.call(&sid)?.to)),
        }
    }

    fn is_about(&self, name: &str, made: &Made) -> bool {
        match made.message {
            Some(sid) => self.played.messages.get(name) == Some(&sid),
            None => made.call.is_some_and(|sid| self.is_leg(name, sid)),
        }
    }

    fn row(&mut self, name: &str, expected: &[&Value], made: &[&Made]) {
        if expected.len() != made.len() {
            let urls: Vec<&str> = made.iter().map(|m| m.request.url.as_str()).collect();
            self.note(format!(
                "{name}: {} requests expected, made: {urls:?}",
                expected.len()
            ));
        }
        for (index, (expected, made)) in expected.iter().zip(made).enumerate() {
            let place = format!("{name}: request {}", index + 1);
            for (word, value) in fields(expected) {
                self.request_word(&place, word, value, made);
            }
        }
    }

    fn request_word(&mut self, place: &str, word: &str, expected: &Value, made: &Made) {
        match word {
            "call" => {
                let name = plain(expected);
                if !self.is_about(&name, made) {
                    self.note(format!("{place}: is not about the call {name}"));
                }
            }
            "method" => self.equal(place, word, expected, made.request.method.as_str()),
            "url" => self.equal(place, word, expected, &made.request.url),
            "at_s" => self.at(place, expected, made.at),
            "at_between_s" => {
                let seconds = self.since_start(made.at);
                let bound = |index: usize| expected[index].as_f64().unwrap_or(f64::NAN);
                if !(bound(0) <= seconds && seconds <= bound(1)) {
                    self.note(format!(
                        "{place}: at {seconds} s, expected within {expected}"
                    ));
                }
            }
            "params" => {
                for (parameter, value) in fields(expected) {
                    self.parameter(place, parameter, value, &made.request);
                }
            }
            "absent" => {
                for parameter in list(expected) {
                    let parameter = plain(parameter);
                    let given = match parameter.strip_suffix("|nonempty") {
                        Some(name) => made.request.parameter(name).filter(|v| !v.is_empty()),
                        None => made.request.parameter(&parameter),
                    };
                    if given.is_some() {
                        self.note(format!("{place}: {parameter} should be absent"));
                    }
                }
            }
            other => self.unknown(other, place),
        }
    }

    fn parameter(&mut self, place: &str, name: &str, expected: &Value, request: &HostRequest) {
        let expected = plain(expected);
        let given = request.parameter(name).unwrap_or_default();
        let fits = match expected.strip_prefix('$') {
            None if expected == "*" => !given.is_empty(),
            None => expected == given,
            Some(leg) => match leg.strip_prefix("queue:") {
                Some(queue) => self
                    .played
                    .queues
                    .get(queue)
                    .is_some_and(|sid| sid == given),
                None => CallSid::parse(given).is_ok_and(|sid| self.is_leg(leg, sid)),
            },
        };
        if !fits {
            self.note(format!("{place}: {name}={given:?}, expected {expected:?}"));
        }
    }
}
