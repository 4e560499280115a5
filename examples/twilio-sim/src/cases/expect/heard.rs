//! `heard`: what the caller's leg hears, in order.

use serde_json::Value;
use twilio_simulator::{CallSid, Heard, Sound};

use super::Differences;
use crate::cases::json::{fields, list, plain};

impl Differences<'_> {
    /// That of the call named `caller`, or of the only one.
    pub(super) fn heard(&mut self, expected: &Value) {
        let calls = &self.played.calls;
        let Some(sid) = calls.get("caller").or_else(|| calls.values().next()) else {
            return self.note("there is nobody who could hear".to_owned());
        };
        let call = self.played.sim.call(sid);
        let heard = call.map(|call| call.heard).unwrap_or_default();
        let expected: Vec<&Value> = list(expected).collect();
        if heard.len() != expected.len() {
            let sounds: Vec<String> = heard.iter().map(|heard| self.sound(heard).1).collect();
            self.note(format!(
                "{} sounds expected, heard: {sounds:?}",
                expected.len()
            ));
        }
        for (index, (expected, heard)) in expected.iter().zip(&heard).enumerate() {
            let place = format!("sound {}", index + 1);
            for (word, value) in fields(expected) {
                self.heard_word(&place, word, value, heard);
            }
        }
    }

    fn heard_word(&mut self, place: &str, word: &str, expected: &Value, heard: &Heard) {
        match word {
            "say" | "play" | "beep" | "bridge" | "error_message" => {
                let (kind, what) = self.sound(heard);
                let wanted = plain(expected);
                if (kind, what.as_str()) != (word, wanted.as_str()) {
                    self.note(format!(
                        "{place}: {kind} {what:?}, expected {word} {wanted:?}"
                    ));
                }
            }
            "at_s" => self.at(place, expected, heard.from),
            "until_s" | "cut_at_s" => {
                match heard.until {
                    Some(until) => self.at(place, expected, until),
                    None => self.note(format!("{place}: it never ends")),
                }
                if word == "cut_at_s" && !heard.cut {
                    self.note(format!("{place}: it is not cut"));
                }
            }
            "times_at_least" => {
                if u64::from(heard.times) < expected.as_u64().unwrap_or(u64::MAX) {
                    self.note(format!(
                        "{place}: heard {} times, expected at least {expected}",
                        heard.times
                    ));
                }
            }
            other => self.unknown(other, "heard"),
        }
    }

    /// The case's word for a sound, and what goes with it.
    fn sound(&self, heard: &Heard) -> (&'static str, String) {
        match &heard.what {
            Sound::Speech(text) => ("say", text.clone()),
            Sound::Media(url) => ("play", url.clone()),
            Sound::Beep => ("beep", "true".to_owned()),
            Sound::ErrorMessage => ("error_message", "true".to_owned()),
            Sound::Person(sid) => ("bridge", self.person(*sid)),
            Sound::Conference(name) => ("bridge", format!("conference:{name}")),
            other => ("a sound without a word", format!("{other:?}")),
        }
    }

    /// A leg by the case's name for it, or by the number that was dialled.
    fn person(&self, sid: CallSid) -> String {
        let named = self.played.calls.iter().find(|(_, own)| **own == sid);
        match named {
            Some((name, _)) => name.clone(),
            None => self
                .played
                .sim
                .call(&sid)
                .map(|call| call.to)
                .unwrap_or_default(),
        }
    }
}
