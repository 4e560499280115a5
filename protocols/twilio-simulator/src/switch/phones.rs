//! The phones of a `<Dial>`: ringing them, whispering to the one that answers, and their outcome.

use std::sync::Arc;

use twilio_webhook::Params;

use crate::switch::callbacks::{Milestone, sip_response};
use crate::switch::dial::{Party, dial_result};
use crate::switch::leg::{Context, Endpoint, OnAnswer, Progress};
use crate::switch::program::{
    Dial, Instruction, Link, Phone, Program, Prompt, PromptSound, Target,
};
use crate::switch::status::{Direction, Status};
use crate::switch::{LegId, Switch};
use crate::transcript::{Event, Purpose};

/// Phones that ring, one of which may win.
#[derive(Debug, Default)]
pub(super) struct Phones {
    /// How many of the dial's phones have been dialled.
    pub(super) tried: usize,
    pub(super) ringing: Vec<LegId>,
    /// The last that stopped ringing without an answer.
    pub(super) lost: Option<LegId>,
    pub(super) winner: Option<LegId>,
    pub(super) joined: bool,
}

impl Switch {
    /// Dials the phones whose turn it is: all, or with `sequential` the next one.
    pub(super) fn dial_phones(&mut self, leg: LegId, dial: &Arc<Dial>) {
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
        leg.send_digits = phone.send_digits.clone();
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
        if let Some(digits) = self.leg_mut(child).send_digits.take() {
            let digits = send_digits(digits, whisper);
            return self.run_document(child, Context::PhoneWhisper, Arc::new(digits), None);
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
        if child.to.starts_with("sip:") {
            let code = sip_response(child.status).unwrap_or("200");
            result.push("DialSipResponseCode", code);
        }
        result
    }

    /// The dialling leg goes away, and with it all that it dialled; what its action is to be told.
    pub(super) fn stop_ringing(&mut self, leg: LegId, phones: &Phones) -> Params {
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

/// `sendDigits`: the keys are played to whoever has answered, then the whisper follows.
fn send_digits(digits: String, whisper: Option<Endpoint>) -> Program {
    let keys = Prompt {
        sound: PromptSound::Tones(digits),
        times: 1,
    };
    let mut instructions = vec![Instruction::Playback(Arc::from([keys]))];
    if let Some(whisper) = whisper {
        instructions.push(Instruction::Redirect(Arc::new(Link {
            url: whisper.url.to_string(),
            method: whisper.method,
        })));
    }
    Program {
        instructions,
        ..Program::default()
    }
}
