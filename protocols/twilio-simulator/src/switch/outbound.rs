//! Outbound legs, from setting out to the far end's answer.

use std::time::Duration;

use crate::answers::Outcome;
use crate::switch::callbacks::Milestone;
use crate::switch::leg::{Context, OnAnswer, Progress};
use crate::switch::person::Person;
use crate::switch::program::RecordingEvents;
use crate::switch::status::{Direction, Status};
use crate::switch::{Due, Leg, LegId, Switch, after};
use crate::transcript::{Event, Purpose};

/// What happens at the far end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FarEnd {
    /// A call made by REST leaves the queue of calls to be made.
    SetsOut(Duration),
    Rings,
    Answers,
    Busy,
    Fails,
    /// Nobody came in the time that REST allows.
    TimesOut,
}

/// A call to be made by REST.
#[derive(Debug)]
pub(crate) struct NewCall {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) on_answer: OnAnswer,
    pub(crate) fallback: Option<super::Endpoint>,
    pub(crate) progress: Option<Progress>,
    pub(crate) timeout: Duration,
    /// It is ended so long after it was answered.
    pub(crate) time_limit: Option<Duration>,
    /// Keys that are played to whoever answers.
    pub(crate) send_digits: Option<String>,
    pub(crate) recording: Option<NewRecording>,
}

/// How a call made by REST is recorded.
#[derive(Clone, Debug)]
pub(crate) struct NewRecording {
    pub(crate) channels: u8,
    pub(crate) callback: Option<super::Endpoint>,
    pub(crate) events: RecordingEvents,
}

impl Switch {
    /// Makes a call; it is `queued` and sets out at once, but after what is happening now.
    pub(crate) fn place_call(&mut self, call: NewCall) -> LegId {
        let sid = self.call_sid();
        let leg = self.new_leg(sid, Direction::OutboundApi, call.from, call.to);
        let leg = self.add_leg(Leg {
            on_answer: call.on_answer,
            fallback: call.fallback,
            progress: call.progress,
            send_digits: call.send_digits,
            time_limit: call.time_limit,
            recording: call.recording.map(Box::new),
            ..leg
        });
        let now = self.now();
        self.agenda
            .add(now, Due::FarEnd(leg, FarEnd::SetsOut(call.timeout)));
        leg
    }

    pub(super) fn far_end(&mut self, leg: LegId, event: FarEnd) {
        match event {
            FarEnd::SetsOut(timeout) => {
                self.leg_mut(leg).status = Status::Initiated;
                let calls = self.leg(leg);
                let dials = Event::Dials {
                    from: calls.from.clone(),
                    to: calls.to.clone(),
                    parent: None,
                };
                self.journal(leg, dials);
                self.report(leg, Milestone::Initiated);
                self.ring_out(leg);
                let limit = timeout.saturating_add(self.settings.ring_buffer);
                self.schedule(leg, limit, FarEnd::TimesOut);
            }
            FarEnd::Rings => {
                self.leg_mut(leg).status = Status::Ringing;
                self.journal(leg, Event::Ringing);
                self.report(leg, Milestone::Ringing);
            }
            FarEnd::Answers => self.far_end_answers(leg),
            FarEnd::Busy => self.end(leg, Status::Busy),
            FarEnd::Fails => self.end(leg, Status::Failed),
            FarEnd::TimesOut => self.end(leg, Status::NoAnswer),
        }
    }

    /// Puts down what the phone will do. A number of which nobody said anything cannot be reached.
    pub(super) fn ring_out(&mut self, leg: LegId) {
        let Some(answers) = self.phones.get(&self.leg(leg).to).cloned() else {
            let message = format!(
                "nobody said what happens at {}: describe it with Simulator::phone",
                self.leg(leg).to
            );
            self.journal_log(leg, 0, message);
            return self.schedule(leg, Duration::ZERO, FarEnd::Fails);
        };
        let answers = answers.drawn(&mut self.chance);
        let (ends, outcome) = match answers.outcome {
            Outcome::Answered(time) => (Some(time), Some(FarEnd::Answers)),
            Outcome::Busy(time) => (Some(time), Some(FarEnd::Busy)),
            Outcome::Failed(time) => (Some(time), Some(FarEnd::Fails)),
            Outcome::Never => (None, None),
        };
        let rings = match outcome {
            // Engaged and dead lines do not ring, unless the script says so.
            Some(FarEnd::Busy | FarEnd::Fails) => answers.rings_after,
            _ => Some(answers.rings_after.unwrap_or_default()),
        };
        if let Some(rings) = rings
            && ends.is_none_or(|ends| rings <= ends)
        {
            self.schedule(leg, rings, FarEnd::Rings);
        }
        if let (Some(time), Some(outcome)) = (ends, outcome) {
            self.schedule(leg, time, outcome);
        }
        self.leg_mut(leg).person = Person::with(answers.script);
    }

    fn schedule(&mut self, leg: LegId, time: Duration, event: FarEnd) {
        let at = after(self.now(), time);
        self.agenda.add(at, Due::FarEnd(leg, event));
    }

    fn far_end_answers(&mut self, leg: LegId) {
        self.answer(leg);
        self.report(leg, Milestone::Answered);
        if let Some(limit) = self.leg(leg).time_limit {
            let at = after(self.now(), limit);
            self.agenda.add(at, Due::TimeLimit(leg));
        }
        if let Some(new) = self.leg_mut(leg).recording.take() {
            let taping = self.start_tape(
                leg,
                None,
                "OutboundAPI",
                new.channels,
                new.callback,
                new.events,
            );
            self.record_call(leg, taping);
        }
        if self.leg(leg).parent.is_none()
            && let Some(digits) = self.leg_mut(leg).send_digits.take()
        {
            self.journal(leg, Event::Plays { url: digits });
        }
        match self.leg(leg).on_answer.clone() {
            OnAnswer::Nothing => {}
            OnAnswer::Fetch(url) => self.fetch_document(
                leg,
                url,
                twilio_webhook::Params::new(),
                Context::Call,
                Purpose::Document,
            ),
            OnAnswer::Run(program) => self.run_document(leg, Context::Call, program, None),
            OnAnswer::TellParent(whisper) => self.phone_answered(leg, whisper),
        }
        self.person_begins(leg);
    }
}
