//! `messages_sent`: the messages that leave, in order.

use serde_json::Value;
use twilio_simulator::MessageDirection;

use super::Differences;
use crate::cases::json::{fields, list, plain};

impl Differences<'_> {
    pub(super) fn messages_sent(&mut self, expected: &Value) {
        let messages = self.played.sim.messages();
        let sent: Vec<_> = messages
            .iter()
            .filter(|message| message.direction != MessageDirection::Inbound)
            .collect();
        let expected: Vec<&Value> = list(expected).collect();
        if sent.len() != expected.len() {
            let bodies: Vec<&str> = sent.iter().map(|message| message.body.as_str()).collect();
            self.note(format!(
                "{} messages expected, sent: {bodies:?}",
                expected.len()
            ));
        }
        for (index, (expected, message)) in expected.iter().zip(sent).enumerate() {
            let place = format!("message {}", index + 1);
            for (word, value) in fields(expected) {
                match word.as_str() {
                    "from" => self.equal(&place, word, value, &message.from),
                    "to" => self.equal(&place, word, value, &message.to),
                    "body" => self.equal(&place, word, value, &message.body),
                    "status" => self.equal(&place, word, value, message.status.as_str()),
                    "direction" => self.equal(&place, word, value, message.direction.as_str()),
                    "at_s" => self.at(&place, value, message.created_at),
                    "media" => {
                        let one = std::slice::from_ref(value);
                        let wanted = value.as_array().map_or(one, Vec::as_slice);
                        let wanted: Vec<String> = wanted.iter().map(plain).collect();
                        if wanted != message.media {
                            self.note(format!(
                                "{place}: media {:?}, expected {wanted:?}",
                                message.media
                            ));
                        }
                    }
                    other => self.unknown(other, "messages_sent"),
                }
            }
        }
    }
}
