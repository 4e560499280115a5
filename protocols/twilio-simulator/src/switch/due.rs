//! What is due, and playing it.

use chrono::{DateTime, Utc};
use twilio_webhook::{MessageSid, MessageStatus};

use crate::switch::arrival::Arrival;
use crate::switch::leg::Endpoint;
use crate::switch::message::MessageId;
use crate::switch::outbound::FarEnd;
use crate::switch::request::Fetch;
use crate::switch::status::Status;
use crate::switch::tape::TapeId;
use crate::switch::{LegId, Switch, Token, after};
use crate::text_message::TextMessage;
use crate::transport::TransportError;

/// What the agenda holds.
#[derive(Debug)]
pub(super) enum Due {
    /// Somebody rings.
    Arrival(Box<Arrival>),
    /// What a leg does has run its time.
    Timer(LegId, Token),
    /// The person on a leg has waited long enough for their next step.
    Person(LegId, Token),
    /// The patience of the person on a leg is at its end.
    Patience(LegId),
    /// A call has lasted as long as REST said that it may.
    TimeLimit(LegId),
    /// Something happens at the far end of an outbound leg that is not answered.
    FarEnd(LegId, FarEnd),
    /// Somebody writes.
    Letter(Box<TextMessage>, MessageSid),
    /// A recording has been written out: its words, and who is told.
    Transcribed(TapeId, Box<(String, Endpoint)>),
    /// A message gets on.
    Message(MessageId, MessageStatus),
    /// A request that was held up on its way arrives at the host.
    Send(Box<Fetch>),
    /// The answer to a request arrives, of which the transport says that it took time.
    Answer(
        Box<Fetch>,
        Box<Result<http::Response<bytes::Bytes>, TransportError>>,
    ),
}

impl Switch {
    /// When the next event happens; those that nobody waits for any more are dropped on the way,
    /// so that they do not move the clock.
    pub(crate) fn next_event_at(&mut self) -> Option<DateTime<Utc>> {
        let event = loop {
            match self.agenda.first() {
                Some((_, due)) if !self.is_awaited(due) => drop(self.agenda.take_first()),
                first => break first.map(|(at, _)| at),
            }
        };
        let longest = self.longest_call().map(|(at, _)| at);
        event.into_iter().chain(longest).min()
    }

    /// The call that has lasted longest, and when it will have lasted as long as a call may. Legs
    /// are kept in the order in which they began, so this needs no timer for each.
    fn longest_call(&mut self) -> Option<(DateTime<Utc>, LegId)> {
        while self.living(self.oldest).is_none() {
            if self.oldest.0 >= self.legs.next() {
                return None;
            }
            self.oldest.0 += 1;
        }
        let began = self.leg(self.oldest).started_at;
        Some((after(began, self.settings.longest_call), self.oldest))
    }

    /// Plays the next event. The clock has been set to its time.
    pub(crate) fn handle_next(&mut self) {
        let event = self.agenda.first().map(|(at, _)| at);
        if let Some((at, leg)) = self.longest_call()
            && event.is_none_or(|event| at <= event)
        {
            self.lasts_no_longer(leg);
            return self.settle();
        }
        let Some((_, due)) = self.agenda.take_first() else {
            return;
        };
        match due {
            Due::Arrival(arrival) => self.arrive(*arrival),
            Due::Timer(leg, token) => self.timer_fires(leg, token),
            Due::Person(leg, _) => self.person_continues(leg),
            Due::Patience(leg) => self.person_hangs_up(leg),
            Due::TimeLimit(leg) => self.lasts_no_longer(leg),
            Due::FarEnd(leg, event) => self.far_end(leg, event),
            Due::Letter(text, sid) => self.letter_arrives(*text, sid),
            Due::Message(message, status) => self.message_is(message, status),
            Due::Transcribed(tape, told) => self.transcribed(tape, &told.0, told.1),
            Due::Send(fetch) => self.send_held(*fetch),
            Due::Answer(fetch, answer) => self.take_answer(*fetch, *answer),
        }
        self.settle();
    }

    /// Whether anything still waits for this event.
    fn is_awaited(&self, due: &Due) -> bool {
        match due {
            Due::Arrival(_)
            | Due::Answer(..)
            | Due::Letter(..)
            | Due::Message(..)
            | Due::Transcribed(..)
            | Due::Send(_) => true,
            Due::Timer(leg, token) => self.awaits_timer(*leg, *token),
            Due::Person(leg, token) => self
                .living(*leg)
                .is_some_and(|leg| leg.person.awaits(*token)),
            Due::Patience(leg) => self
                .living(*leg)
                .is_some_and(|leg| !leg.person.has_got_through()),
            Due::TimeLimit(leg) => self.living(*leg).is_some(),
            Due::FarEnd(leg, _) => self.living(*leg).is_some_and(|leg| !leg.is_answered()),
        }
    }

    fn lasts_no_longer(&mut self, leg: LegId) {
        self.journal_log(leg, 0, "the call has reached its longest duration");
        self.end(leg, Status::Completed);
    }
}
