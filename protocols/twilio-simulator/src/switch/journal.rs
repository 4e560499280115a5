//! Writing down what happens.

use crate::simulator::Evidence;
use crate::switch::message::MessageId;
use crate::switch::request::About;
use crate::switch::{LegId, Switch};
use crate::transcript::{Entry, Event};

impl Switch {
    /// Writes down what happens on a leg.
    pub(super) fn journal(&mut self, leg: LegId, event: Event) {
        if self.evidence == Evidence::None {
            return;
        }
        let (at, call) = (self.now(), Some(self.leg(leg).sid));
        let message = None;
        self.transcript.push(Entry {
            at,
            call,
            message,
            event,
        });
    }

    /// Writes down what happens to a call or a message.
    pub(super) fn journal_about(&mut self, about: About, event: Event) {
        match about {
            About::Leg(leg) => self.journal(leg, event),
            About::Message(message) => self.journal_message(message, event),
        }
    }

    /// Writes down what happens to a message.
    pub(super) fn journal_message(&mut self, message: MessageId, event: Event) {
        let (at, call) = (self.now(), None);
        if self.evidence == Evidence::None {
            return;
        }
        let message = Some(self.envelope(message).message.sid);
        self.transcript.push(Entry {
            at,
            call,
            message,
            event,
        });
    }

    /// As [`journal_log`](Self::journal_log), of a call or a message.
    pub(super) fn log_about(&mut self, about: About, code: u32, message: impl Into<String>) {
        let message = message.into();
        self.journal_about(about, Event::Logged { code, message });
    }

    /// Writes down what concerns no single leg, after so many entries.
    pub(crate) fn journal_account(&mut self, place: usize, event: Event) {
        if self.evidence == Evidence::None {
            return;
        }
        let (at, call) = (self.now(), None);
        let message = None;
        let entry = Entry {
            at,
            call,
            message,
            event,
        };
        self.transcript.insert(place, entry);
    }

    /// Makes an entry in the account's error log. 0 is the simulator's own code.
    pub(crate) fn journal_log(&mut self, leg: LegId, code: u32, message: impl Into<String>) {
        let message = message.into();
        self.journal(leg, Event::Logged { code, message });
    }

    /// Refuses what cannot be simulated: the run will end, and so does the call.
    pub(super) fn refuse(&mut self, leg: LegId, what: &str) {
        self.journal(
            leg,
            Event::Refused {
                what: what.to_owned(),
            },
        );
        if self.refusal.is_none() {
            self.refusal = Some((what.to_owned(), self.leg(leg).sid));
        }
    }
}
