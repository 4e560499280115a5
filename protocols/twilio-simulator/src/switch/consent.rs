//! Who wants no more messages.
//!
//! Twilio keeps opt-outs itself, unless an account has that switched off: whoever writes one of the
//! words to a number is sent nothing more from that number (error 21610) until they write another.
//! The host hears of both as of any message. Source: Twilio's help page on opt-out keywords;
//! confidence: high for the words, medium for where 21610 appears when the message is TwiML's.

use crate::switch::Switch;
use crate::switch::message::MessageId;
use crate::transcript::Event;

/// A message that is nothing but one of these, whatever the case, is the last that is wanted.
const STOP: [&str; 6] = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"];

/// These take it back.
const START: [&str; 3] = ["START", "YES", "UNSTOP"];

/// The recipient has opted out.
pub(crate) const OPTED_OUT: u32 = 21_610;

impl Switch {
    /// Heeds what an inbound message says about further ones.
    pub(super) fn heed(&mut self, id: MessageId) {
        let message = &self.envelope(id).message;
        let word = message.body.trim();
        let is_one_of = |words: &[&str]| words.iter().any(|own| own.eq_ignore_ascii_case(word));
        let pair = (message.to.clone(), message.from.clone());
        let number = pair.0.clone();
        if is_one_of(&STOP) {
            if self.opted_out.insert(pair) {
                self.journal_message(id, Event::OptsOut { of: number });
            }
        } else if is_one_of(&START) && self.opted_out.remove(&pair) {
            self.journal_message(id, Event::OptsIn { of: number });
        }
    }

    /// Whether a phone wants no messages from a number.
    pub(crate) fn is_unwanted(&self, from: &str, to: &str) -> bool {
        // Most accounts have no such phone, and need no copies of the numbers.
        !self.opted_out.is_empty() && self.opted_out.contains(&(from.to_owned(), to.to_owned()))
    }
}
