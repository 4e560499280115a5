//! `end`: calls, queues and conferences as they are when nothing happens any more.

use serde_json::Value;
use twilio_simulator::Call;

use super::Differences;
use crate::cases::json::{fields, list};

impl Differences<'_> {
    pub(super) fn end(&mut self, expected: &Value, also_accept: &Value) {
        for (name, expected) in fields(expected) {
            if let Some(queue) = name.strip_prefix("queue:") {
                self.end_of_queue(name, queue, expected);
            } else if let Some(room) = name.strip_prefix("conference:") {
                self.end_of_conference(name, room, expected);
            } else {
                let accept = &also_accept[format!("end.{name}.status").as_str()];
                self.end_of_call(name, expected, accept);
            }
        }
    }

    fn end_of_queue(&mut self, name: &str, queue: &str, expected: &Value) {
        let size = self.played.sim.queue_size(queue).unwrap_or(0) as u64;
        for (word, value) in fields(expected) {
            match word.as_str() {
                "size" if value.as_u64() == Some(size) => {}
                "size" => self.note(format!("{name}: size {size}, expected {value}")),
                other => self.unknown(other, name),
            }
        }
    }

    /// A conference is completed when nobody is in it any more.
    fn end_of_conference(&mut self, name: &str, room: &str, expected: &Value) {
        let status = match self.played.sim.conference_size(room) {
            None => "completed",
            Some(_) => "in-progress",
        };
        for (word, value) in fields(expected) {
            match word.as_str() {
                "status" => self.equal(name, word, value, status),
                other => self.unknown(other, name),
            }
        }
    }

    fn end_of_call(&mut self, name: &str, expected: &Value, accept: &Value) {
        let sim = &self.played.sim;
        let call = sim
            .calls()
            .into_iter()
            .find(|call| self.is_leg(name, call.sid));
        let Some(call) = call else {
            return self.note(format!("there is no call {name}"));
        };
        for (word, value) in fields(expected) {
            self.end_word(name, word, value, accept, &call);
        }
    }

    fn end_word(&mut self, name: &str, word: &str, expected: &Value, accept: &Value, call: &Call) {
        let status = call.status.as_str();
        match word {
            "status" => {
                if *expected != *status && !list(accept).any(|also| *also == *status) {
                    self.note(format!("{name}: status {status}, expected {expected}"));
                }
            }
            "status_any" => {
                if !list(expected).any(|any| *any == *status) {
                    self.note(format!(
                        "{name}: status {status}, expected one of {expected}"
                    ));
                }
            }
            "answered" => {
                let answered = call.answered_at.is_some();
                if expected.as_bool() != Some(answered) {
                    self.note(format!("{name}: answered {answered}, expected {expected}"));
                }
            }
            "answered_at_s" | "ended_at_s" => {
                let instant = if word == "ended_at_s" {
                    call.ended_at
                } else {
                    call.answered_at
                };
                match instant {
                    Some(instant) => self.at(&format!("{name}: {word}"), expected, instant),
                    None => self.note(format!("{name}: no {word}")),
                }
            }
            "duration_s" => {
                let seconds = call.duration().as_secs();
                if expected.as_u64() != Some(seconds) {
                    self.note(format!("{name}: lasts {seconds} s, expected {expected} s"));
                }
            }
            "direction" => self.equal(name, word, expected, call.direction.as_str()),
            "from" => self.equal(name, word, expected, &call.from),
            "to" => self.equal(name, word, expected, &call.to),
            other => self.unknown(other, name),
        }
    }
}
