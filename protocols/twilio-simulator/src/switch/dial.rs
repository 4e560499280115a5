//! `<Dial>`: the part that is common to all it dials, and phones.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use twilio_webhook::Params;

use crate::call::Sound;
use crate::switch::callbacks::Milestone;
use crate::switch::leg::{Activity, Context, Endpoint, OnAnswer, Progress};
use crate::switch::program::{Dial, Phone, Target};
use crate::switch::queue::QueueId;
use crate::switch::status::{Direction, Status};
use crate::switch::{LegId, Switch, Token};
use crate::transcript::{Event, Purpose};

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
}

/// Who is on the other side.
#[derive(Debug)]
pub(super) enum Party {
    Phones(Phones),
    Queue(Queueing),
    Conference,
}

/// Phones that ring, one of which may win.
#[derive(Debug, Default)]
pub(super) struct Phones {
    /// How many of the dial's phones have been dialled.
    tried: usize,
    ringing: Vec<LegId>,
    /// The last that stopped ringing without an answer.
    lost: Option<LegId>,
    winner: Option<LegId>,
    joined: bool,
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
        };
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

    /// Dials the phones whose turn it is: all, or with `sequential` the next one.
    fn dial_phones(&mut self, leg: LegId, dial: &Arc<Dial>) {
        let Target::Phones(phones) = &dial.target else {
            return;
        };
        let tried = self.phones(leg).map_or(0, |phones| phones.tried);
        let turn = if dial.sequential {
            1
        } else {
            phones.len().max(1)
        };
        let time = dial.timeout.saturating_add(self.settings.ring_buffer);
        let timeout = self.timer(leg, time);
        if let Some(dialling) = &mut self.leg_mut(leg).dialling {
            dialling.timeout = Some(timeout);
        }
        let children: Vec<LegId> = phones
            .iter()
            .skip(tried)
            .take(turn)
            .map(|phone| self.dial_phone(leg, dial, phone))
            .collect();
        if let Some(state) = self.phones_mut(leg) {
            state.tried = tried + children.len();
            state.ringing.clone_from(&children);
        }
        if children.is_empty() {
            return self.dialled(leg, dial_result(Status::Failed));
        }
        for child in children {
            self.set_out(child);
        }
    }

    fn dial_phone(&mut self, parent: LegId, dial: &Dial, phone: &Phone) -> LegId {
        let mut problems = Vec::new();
        let mut endpoint = |link| {
            self.follow(parent, link)
                .map_err(|problem| problems.push(problem))
                .ok()
        };
        let whisper = phone.whisper.as_ref().and_then(&mut endpoint);
        let progress = phone.status_callback.as_ref().and_then(|callback| {
            Some(Progress {
                endpoint: endpoint(&callback.link)?,
                events: callback.events,
                sent: 0,
            })
        });
        for problem in problems {
            self.journal_log(parent, 11100, problem);
        }
        let sid = self.call_sid();
        let from = dial
            .caller_id
            .clone()
            .unwrap_or_else(|| self.leg(parent).from.clone());
        let mut leg = self.new_leg(sid, Direction::OutboundDial, from, phone.address.clone());
        leg.status = Status::Initiated;
        leg.parent = Some(parent);
        leg.progress = progress;
        leg.on_answer = OnAnswer::TellParent(whisper);
        self.add_leg(leg)
    }

    /// A dialled leg is answered: it wins, the others are hung up, and the whisper runs on it.
    pub(super) fn phone_answered(&mut self, child: LegId, whisper: Option<Endpoint>) {
        let Some(parent) = self.leg(child).parent else {
            return;
        };
        let Some(phones) = self.phones_mut(parent) else {
            return;
        };
        phones.winner = Some(child);
        phones.ringing.retain(|leg| *leg != child);
        let losers = std::mem::take(&mut phones.ringing);
        if let Some(dialling) = &mut self.leg_mut(parent).dialling {
            dialling.timeout = None;
        }
        for loser in losers {
            self.end(loser, Status::Canceled);
        }
        match whisper {
            Some(whisper) => self.fetch_document(
                child,
                whisper,
                Params::new(),
                Context::PhoneWhisper,
                Purpose::Document,
            ),
            None => self.phone_has_heard_whisper(child),
        }
    }

    /// Joins a dialled leg to its parent.
    pub(super) fn phone_has_heard_whisper(&mut self, child: LegId) {
        let Some(parent) = self.leg(child).parent else {
            return;
        };
        self.leg_mut(child).frames.clear();
        if let Some(phones) = self.phones_mut(parent) {
            phones.joined = true;
        }
        self.join(parent, child);
    }

    /// Lets two legs hear each other. The first is the one whose `<Dial>` it is.
    pub(super) fn join(&mut self, dialler: LegId, other: LegId) {
        self.answer(dialler);
        self.cut_sound(dialler);
        self.cut_sound(other);
        let sids = (self.leg(dialler).sid, self.leg(other).sid);
        self.leg_mut(dialler).activity = Activity::Joined;
        self.leg_mut(other).activity = Activity::Joined;
        self.journal(dialler, Event::Joined { with: sids.1 });
        self.hear(dialler, Sound::Person(sids.1));
        self.hear(other, Sound::Person(sids.0));
        let limit = self
            .leg(dialler)
            .dialling
            .as_ref()
            .and_then(|dialling| dialling.dial.time_limit);
        if let Some(limit) = limit {
            let token = self.timer(dialler, limit);
            if let Some(dialling) = &mut self.leg_mut(dialler).dialling {
                dialling.time_limit = Some(token);
            }
        }
        self.person_gets_through(dialler);
        self.person_gets_through(other);
    }

    /// Two legs can no longer hear each other.
    pub(super) fn part(&mut self, dialler: LegId, other: LegId) {
        let from = self.leg(other).sid;
        for leg in [dialler, other] {
            if matches!(self.leg(leg).activity, Activity::Joined) {
                self.leg_mut(leg).activity = Activity::Idle;
                self.heard_until_now(leg);
            }
        }
        self.journal(dialler, Event::Parted { from });
    }

    /// A dialled leg has ended, in whatever way.
    pub(super) fn phone_ended(&mut self, child: LegId) {
        let Some(parent) = self.leg(child).parent else {
            return;
        };
        let Some(phones) = self.phones_mut(parent) else {
            return;
        };
        if phones.winner == Some(child) {
            let joined = phones.joined;
            if joined {
                self.part(parent, child);
            }
            let result = self.phone_result(parent);
            return self.dialled(parent, result);
        }
        if !phones.ringing.contains(&child) {
            return;
        }
        phones.ringing.retain(|leg| *leg != child);
        phones.lost = Some(child);
        if !phones.ringing.is_empty() || phones.winner.is_some() {
            return;
        }
        let tried = phones.tried;
        let dial = self
            .leg(parent)
            .dialling
            .as_ref()
            .map(|d| Arc::clone(&d.dial));
        match dial {
            Some(dial) if matches!(&dial.target, Target::Phones(all) if dial.sequential && tried < all.len()) =>
            {
                self.dial_phones(parent, &dial);
            }
            _ => {
                let result = self.phone_result(parent);
                self.dialled(parent, result);
            }
        }
    }

    /// A dialled leg was given another document: it goes its own way.
    pub(super) fn phone_redirected(&mut self, child: LegId) {
        let Some(parent) = self.leg(child).parent else {
            return;
        };
        let Some(phones) = self.phones(parent) else {
            return;
        };
        if phones.winner != Some(child) {
            return;
        }
        let joined = phones.joined;
        if joined {
            self.part(parent, child);
        }
        let sid = self.leg(child).sid;
        // Twilio's page: no DialCallDuration when the child was redirected.
        let result = dial_result(Status::Completed)
            .with("DialCallSid", sid.as_str())
            .with("DialBridged", joined.to_string());
        self.dialled(parent, result);
    }

    /// What the action of a `<Dial>` of phones is told.
    fn phone_result(&self, parent: LegId) -> Params {
        let Some(phones) = self.phones(parent) else {
            return Params::new();
        };
        let Some(child) = phones.winner.or(phones.lost).map(|leg| self.leg(leg)) else {
            return dial_result(Status::Canceled);
        };
        let mut result = dial_result(child.status).with("DialCallSid", child.sid.as_str());
        if child.is_answered() {
            let seconds = child.duration().num_seconds();
            result.push("DialCallDuration", seconds.to_string());
        }
        result.push("DialBridged", phones.joined.to_string());
        result
    }

    /// A `<Dial>` is over and its leg is still there: on to the action or the next verb.
    pub(super) fn dialled(&mut self, leg: LegId, result: Params) {
        let Some(dialling) = self.leg_mut(leg).dialling.take() else {
            return;
        };
        self.leg_mut(leg).activity = Activity::Idle;
        match dialling.action {
            Some(action) => self.continue_at(leg, action, result),
            None => self.run(leg),
        }
    }

    /// The leg of a `<Dial>` goes away; everybody it dialled is let go. What the action would have
    /// been told, and where.
    pub(super) fn stop_dialling(&mut self, leg: LegId) -> Option<(Endpoint, Params)> {
        let dialling = self.leg_mut(leg).dialling.take()?;
        let result = match &dialling.party {
            Party::Phones(phones) => {
                let result = match phones.winner {
                    Some(winner) => {
                        if phones.joined {
                            self.part(leg, winner);
                        }
                        self.end(winner, Status::Completed);
                        let winner = self.leg(winner);
                        dial_result(Status::Completed)
                            .with("DialCallSid", winner.sid.as_str())
                            .with(
                                "DialCallDuration",
                                winner.duration().num_seconds().to_string(),
                            )
                            .with("DialBridged", phones.joined.to_string())
                    }
                    None => {
                        let mut result = dial_result(Status::Canceled);
                        if let Some(child) = phones.ringing.first() {
                            result.push("DialCallSid", self.leg(*child).sid.as_str());
                        }
                        result.push("DialBridged", "false");
                        result
                    }
                };
                for child in phones.ringing.clone() {
                    self.end(child, Status::Canceled);
                }
                result
            }
            Party::Queue(queueing) => self.stop_queueing(leg, queueing),
            Party::Conference => {
                self.leave_conference(leg);
                Params::new().with("DialCallStatus", "answered")
            }
        };
        dialling.action.map(|action| (action, result))
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
                self.leave_conference(leg);
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
            self.leave_conference(leg);
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

    fn phones(&self, leg: LegId) -> Option<&Phones> {
        match &self.leg(leg).dialling.as_ref()?.party {
            Party::Phones(phones) => Some(phones),
            _ => None,
        }
    }

    fn phones_mut(&mut self, leg: LegId) -> Option<&mut Phones> {
        match &mut self.leg_mut(leg).dialling.as_mut()?.party {
            Party::Phones(phones) => Some(phones),
            _ => None,
        }
    }

    /// A dialled leg sets out: from here on the far end decides.
    fn set_out(&mut self, child: LegId) {
        let leg = self.leg(child);
        let dials = Event::Dials {
            from: leg.from.clone(),
            to: leg.to.clone(),
            parent: leg.parent.map(|parent| self.leg(parent).sid),
        };
        self.journal(child, dials);
        self.report(child, Milestone::Initiated);
        self.ring_out(child);
    }
}

/// `DialCallStatus`: that of the dialled leg.
pub(super) fn dial_result(status: Status) -> Params {
    Params::new().with("DialCallStatus", status.as_str())
}
