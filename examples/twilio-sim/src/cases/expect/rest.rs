//! `rest`: the answers of the REST interface.

use serde_json::Value;

use super::Differences;
use crate::cases::json::{fields, list};

impl Differences<'_> {
    /// In order: `do: create` is the creation of a call, all else answers the action at its time.
    pub(super) fn rest(&mut self, expected: &Value) {
        let mut answers: Vec<_> = self.played.rest.iter().collect();
        for expected in list(expected) {
            let place = answers.iter().position(|answer| {
                if expected["do"] == "create" {
                    answer.what == "create"
                } else {
                    let at = expected.get("at_s").map(Value::as_f64);
                    answer.what == "rest" && at.is_none_or(|at| at == Some(answer.at))
                }
            });
            let Some(place) = place else {
                self.note(format!("no REST request for {expected}"));
                continue;
            };
            let answer = answers.remove(place);
            for (word, value) in fields(expected) {
                match word.as_str() {
                    // By these it was found.
                    "do" | "at_s" => {}
                    "status" if *value == answer.status => {}
                    "status" => {
                        self.note(format!("REST: status {}, expected {value}", answer.status));
                    }
                    "body" => {
                        for (name, value) in fields(value) {
                            let given = &answer.body[name];
                            if given != value {
                                self.note(format!("REST: {name} {given}, expected {value}"));
                            }
                        }
                    }
                    other => self.unknown(other, "rest"),
                }
            }
        }
    }
}
