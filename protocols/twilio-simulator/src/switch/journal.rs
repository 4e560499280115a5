//! Writing down what happens.

use crate::switch::{LegId, Switch};
use crate::transcript::{Entry, Event};

impl Switch {
    /// Writes down what happens on a leg.
    pub(super) fn journal(&mut self, leg: LegId, event: Event) {
        let (at, call) = (self.now(), Some(self.leg(leg).sid));
        self.transcript.push(Entry { at, call, event });
    }

    /// Writes down what concerns no single leg, after so many entries.
    pub(crate) fn journal_account(&mut self, place: usize, event: Event) {
        let (at, call) = (self.now(), None);
        self.transcript.insert(place, Entry { at, call, event });
    }

    /// Makes an entry in the account's error log. 0 is the simulator's own code.
    pub(super) fn journal_log(&mut self, leg: LegId, code: u32, message: impl Into<String>) {
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
