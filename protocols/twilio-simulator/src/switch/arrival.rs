//! A call that reaches one of the account's numbers.

use chrono::{DateTime, Utc};
use twilio_webhook::{CallSid, Params};

use crate::caller::{Caller, Signature};
use crate::error::Error;
use crate::switch::cookies::Cookies;
use crate::switch::leg::{Activity, Context, OnAnswer, Progress};
use crate::switch::person::Person;
use crate::switch::program::CallEvents;
use crate::switch::status::{Direction, Status};
use crate::switch::{Due, Leg, LegId, Switch};
use crate::transcript::{Event, Purpose};

/// Someone who is about to ring.
#[derive(Debug)]
pub(super) struct Arrival {
    sid: CallSid,
    caller: Caller,
}

impl Switch {
    pub(crate) fn schedule_caller(
        &mut self,
        at: DateTime<Utc>,
        caller: Caller,
    ) -> Result<CallSid, Error> {
        let now = self.now();
        if at < now {
            return Err(Error::Past { at, now });
        }
        if !self.numbers.contains_key(&caller.to) {
            return Err(Error::UnknownNumber {
                caller: caller.name().to_owned(),
                number: caller.to,
            });
        }
        let sid = self.call_sid();
        let arrival = Box::new(Arrival { sid, caller });
        self.agenda.add(at, Due::Arrival(arrival));
        Ok(sid)
    }

    pub(super) fn arrive(&mut self, arrival: Arrival) {
        let Arrival { sid, caller } = arrival;
        // The number was there when the call was scheduled, and numbers are never taken away.
        let Some(number) = self.numbers.get(&caller.to).cloned() else {
            return;
        };
        let rings = Event::Rings {
            name: caller.name().to_owned(),
            from: caller.from.clone(),
            to: caller.to.clone(),
        };
        let mut leg = self.new_leg(sid, Direction::Inbound, caller.from, caller.to);
        leg.status = Status::Ringing;
        leg.parameters = caller.parameters.into_iter().collect();
        leg.fallback = number.fallback;
        leg.progress = number.status_callback.map(|endpoint| Progress {
            endpoint,
            events: CallEvents::DEFAULT,
            sent: 0,
        });
        leg.person = Person::with(caller.script.drawn(&mut self.chance));
        let leg = self.add_leg(leg);
        self.journal(leg, rings);
        let Some(voice) = number.voice else {
            let message = "the number has no voice URL".to_owned();
            self.journal_log(leg, 0, message);
            return self.apologise(leg);
        };
        match caller.signature {
            Signature::Genuine => {
                self.fetch_document(leg, voice, Params::new(), Context::Call, Purpose::Document);
                self.person_begins(leg);
            }
            Signature::Forged => {
                self.leg_mut(leg).progress = None;
                self.fetch_forged(leg, voice);
            }
        }
    }

    /// A leg of which nothing has happened yet.
    pub(super) fn new_leg(
        &self,
        sid: CallSid,
        direction: Direction,
        from: String,
        to: String,
    ) -> Leg {
        let now = self.now();
        Leg {
            sid,
            parent: None,
            direction,
            from,
            to,
            status: Status::Queued,
            started_at: now,
            answered_at: None,
            ended_at: None,
            parameters: Params::new(),
            cookies: Cookies::default(),
            fallback: None,
            on_answer: OnAnswer::Nothing,
            send_digits: None,
            time_limit: None,
            recording: None,
            progress: None,
            frames: Vec::new(),
            activity: Activity::Idle,
            membership: None,
            dialling: None,
            attendance: None,
            services: Vec::new(),
            person: Person::with(crate::script::Script::new()),
            utterance: None,
            heard: Vec::new(),
            requests_now: (now, 0),
        }
    }

    /// The leg is answered: time starts to count, and its person can hear.
    pub(super) fn answer(&mut self, leg: LegId) {
        let now = self.now();
        let answered = self.leg_mut(leg);
        if answered.is_answered() {
            return;
        }
        answered.answered_at = Some(now);
        answered.status = Status::InProgress;
        self.journal(leg, Event::Answered);
    }
}
