//! `<Dial>`: what is common to phones, queues and conferences.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use twilio_webhook::Params;

use crate::switch::conference::Left;
use crate::switch::leg::{Activity, Endpoint};
use crate::switch::phones::Phones;
use crate::switch::program::{Dial, RecordedFrom, Target};
use crate::switch::queue::QueueId;
use crate::switch::status::Status;
use crate::switch::tape::Taping;
use crate::switch::{LegId, Switch, Token};

/// A `<Dial>` under way.
#[derive(Debug)]
pub(crate) struct Dialling {
    pub(super) dial: Arc<Dial>,
    pub(super) action: Option<Endpoint>,
    pub(super) party: Party,
    /// Ends the waiting: for an answer, or for somebody to arrive in a queue.
    pub(super) timeout: Option<Token>,
    /// Ends the talking.
    pub(super) time_limit: Option<Token>,
    /// Records it.
    pub(super) taping: Option<Taping>,
}

/// Who is on the other side.
#[derive(Debug)]
pub(super) enum Party {
    Phones(Phones),
    Queue(Queueing),
    Conference,
}

/// A queue, and the member that was taken from it.
#[derive(Debug)]
pub(super) struct Queueing {
    pub(super) queue: Option<QueueId>,
    pub(super) whisper: Option<Endpoint>,
    pub(super) member: Option<LegId>,
    pub(super) joined_at: Option<DateTime<Utc>>,
}

impl Dialling {
    pub(crate) fn awaits(&self, token: Token) -> bool {
        self.timeout == Some(token) || self.time_limit == Some(token)
    }
}

impl Switch {
    pub(super) fn dial(&mut self, leg: LegId, dial: Arc<Dial>) {
        let action = match dial.action.as_ref().map(|link| self.follow(leg, link)) {
            None => None,
            Some(Ok(action)) => Some(action),
            Some(Err(problem)) => return self.fatal(leg, 11100, &problem),
        };
        self.leg_mut(leg).activity = Activity::Dialling;
        let mut dialling = Dialling {
            dial: Arc::clone(&dial),
            action,
            party: Party::Conference,
            timeout: None,
            time_limit: None,
            taping: None,
        };
        if let Some((order, RecordedFrom::Ringing)) = &dial.recording
            && matches!(dial.target, Target::Phones(_))
        {
            match self.tape_as_ordered(leg, order, "DialVerb") {
                Ok(taping) => dialling.taping = Some(taping),
                Err(problem) => return self.fatal(leg, 11100, &problem),
            }
        }
        match &dial.target {
            Target::Phones(_) => {
                dialling.party = Party::Phones(Phones::default());
                self.leg_mut(leg).dialling = Some(dialling);
                self.dial_phones(leg, &dial);
            }
            Target::Queue { name, whisper } => {
                let whisper = match whisper.as_ref().map(|link| self.follow(leg, link)) {
                    None => None,
                    Some(Ok(whisper)) => Some(whisper),
                    Some(Err(problem)) => return self.fatal(leg, 11100, &problem),
                };
                dialling.party = Party::Queue(Queueing {
                    queue: None,
                    whisper,
                    member: None,
                    joined_at: None,
                });
                self.leg_mut(leg).dialling = Some(dialling);
                self.dial_queue(leg, name);
            }
            Target::Conference(conference) => {
                self.leg_mut(leg).dialling = Some(dialling);
                self.enter_conference(leg, Arc::clone(conference));
            }
        }
    }

    /// A `<Dial>` is over and its leg is still there: on to the action or the next verb.
    pub(super) fn dialled(&mut self, leg: LegId, mut result: Params) {
        let Some(dialling) = self.leg_mut(leg).dialling.take() else {
            return;
        };
        self.end_of_dial_recording(&dialling, &mut result);
        self.leg_mut(leg).activity = Activity::Idle;
        match dialling.action {
            Some(action) => self.continue_at(leg, action, result),
            None => self.run(leg),
        }
    }

    /// The leg of a `<Dial>` goes away; everybody it dialled is let go. What the action would have
    /// been told, and where.
    pub(super) fn stop_dialling(&mut self, leg: LegId, left: Left) -> Option<(Endpoint, Params)> {
        let dialling = self.leg_mut(leg).dialling.take()?;
        let mut result = match &dialling.party {
            Party::Phones(phones) => self.stop_ringing(leg, phones),
            Party::Queue(queueing) => self.stop_queueing(leg, queueing),
            Party::Conference => {
                self.leave_conference(leg, left);
                Params::new().with("DialCallStatus", "answered")
            }
        };
        self.end_of_dial_recording(&dialling, &mut result);
        dialling.action.map(|action| (action, result))
    }

    /// The two on a `<Dial>` that is recorded can hear each other.
    pub(super) fn record_dial(&mut self, leg: LegId) {
        let Some(dialling) = &self.leg(leg).dialling else {
            return;
        };
        let dial = Arc::clone(&dialling.dial);
        let Some((order, RecordedFrom::Answer)) = &dial.recording else {
            return;
        };
        match self.tape_as_ordered(leg, order, "DialVerb") {
            Ok(taping) => {
                if let Some(dialling) = &mut self.leg_mut(leg).dialling {
                    dialling.taping = Some(taping);
                }
            }
            // The talk goes on, unrecorded.
            Err(problem) => self.journal_log(leg, 11100, problem),
        }
    }

    fn end_of_dial_recording(&mut self, dialling: &Dialling, result: &mut Params) {
        if let Some(taping) = &dialling.taping {
            self.stop_tape(taping);
            result.push("RecordingUrl", self.tape_url(taping.tape));
        }
    }

    /// Nobody answered in time, nobody arrived in the queue, or the talk has been long enough.
    pub(super) fn dial_timer(&mut self, leg: LegId, token: Token) {
        let Some(dialling) = &mut self.leg_mut(leg).dialling else {
            return;
        };
        let talked_enough = dialling.time_limit == Some(token);
        if !talked_enough {
            dialling.timeout = None;
        }
        match &dialling.party {
            Party::Phones(_) if talked_enough => self.hang_up_the_other(leg),
            Party::Phones(phones) => {
                for child in phones.ringing.clone() {
                    self.end(child, Status::NoAnswer);
                }
            }
            Party::Queue(_) if talked_enough => self.hang_up_the_other(leg),
            Party::Queue(_) => self.queue_stayed_empty(leg),
            Party::Conference => {
                self.leave_conference(leg, Left::HungUp);
                self.dialled(leg, Params::new().with("DialCallStatus", "answered"));
            }
        }
    }

    /// The person on the dialling leg presses `*`, which with `hangupOnStar` ends the other leg.
    pub(super) fn star_in_dial(&mut self, leg: LegId) {
        let dialling = self.leg(leg).dialling.as_ref();
        if !dialling.is_some_and(|dialling| dialling.dial.hangup_on_star) {
            return;
        }
        if matches!(self.leg(leg).activity, Activity::Conferring) {
            self.leave_conference(leg, Left::HungUp);
            self.dialled(leg, Params::new().with("DialCallStatus", "answered"));
        } else {
            self.hang_up_the_other(leg);
        }
    }

    /// Ends the talk at the dialling leg's side: a dialled leg is hung up, a member of a queue
    /// goes on in its own document.
    fn hang_up_the_other(&mut self, leg: LegId) {
        match self.leg(leg).dialling.as_ref().map(|d| &d.party) {
            Some(Party::Phones(phones)) => {
                if let Some(winner) = phones.winner {
                    self.end(winner, Status::Completed);
                }
            }
            Some(Party::Queue(_)) => self.dismiss_member(leg),
            Some(Party::Conference) | None => {}
        }
    }
}

/// `DialCallStatus`: that of the dialled leg.
pub(super) fn dial_result(status: Status) -> Params {
    Params::new().with("DialCallStatus", status.as_str())
}
