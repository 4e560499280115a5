//! Running documents, verb by verb.

use std::sync::Arc;

use twilio_webhook::Params;
use url::Url;

use crate::switch::leg::{Activity, Context, Endpoint, Frame};
use crate::switch::program::{Instruction, Link, Program, PromptSound, Target};
use crate::switch::status::Status;
use crate::switch::{LegId, Switch, Token, urls};
use crate::transcript::Purpose;

impl Switch {
    /// Puts a document on a leg and runs it.
    pub(super) fn run_document(
        &mut self,
        leg: LegId,
        context: Context,
        program: Arc<Program>,
        base: Option<Url>,
    ) {
        for (code, warning) in program.warnings.clone() {
            self.journal_log(leg, code, warning);
        }
        // The call's own document stays below that of a queue; every other one replaces it.
        let below = match context {
            Context::Call | Context::PhoneWhisper => 0,
            Context::Wait | Context::QueueWhisper => 1,
        };
        let runner = self.leg_mut(leg);
        runner.frames.truncate(below);
        runner.frames.push(Frame {
            program,
            next: 0,
            base,
            context,
        });
        self.run(leg);
    }

    /// The leg is ready for its next verb. It comes to that in [`settle`](Self::settle): were it run
    /// from here, a document of verbs that take no time would nest as deep as it is long.
    pub(super) fn run(&mut self, leg: LegId) {
        self.leg_mut(leg).activity = Activity::Idle;
        self.ready.push_back(leg);
    }

    /// Runs every leg that is ready, in the order in which they became so.
    pub(super) fn settle(&mut self) {
        while let Some(leg) = self.ready.pop_front() {
            if matches!(self.leg(leg).activity, Activity::Idle) {
                self.run_verbs(leg);
            }
        }
    }

    /// Runs verbs until one of them takes time.
    fn run_verbs(&mut self, leg: LegId) {
        while self.leg(leg).is_alive() {
            let Some(frame) = self.leg_mut(leg).frames.last_mut() else {
                return;
            };
            let Some(instruction) = frame.program.instructions.get(frame.next).cloned() else {
                let context = frame.context;
                return self.document_ends(leg, context);
            };
            frame.next += 1;
            if !is_allowed(frame.context, &instruction) {
                let message = format!(
                    "{} is skipped: its document may not hold it",
                    instruction.name()
                );
                self.journal_log(leg, 12200, message);
                continue;
            }
            if answers_the_call(&instruction) {
                self.answer(leg);
            }
            match instruction {
                Instruction::Playback(prompts) => return self.play(leg, &prompts),
                Instruction::Gather(gather) => return self.gather(leg, gather),
                Instruction::Record(record) => return self.record(leg, record),
                Instruction::Dial(dial) => return self.dial(leg, dial),
                Instruction::Enqueue(enqueue) => return self.enqueue(leg, enqueue),
                Instruction::Leave => {
                    if self.leg(leg).membership.is_some() {
                        return self.leave_queue(leg, "leave");
                    }
                    // Outside a queue there is nothing to leave.
                }
                Instruction::Sms(sms) => {
                    if self.sms(leg, &sms) {
                        return;
                    }
                }
                Instruction::Connect(handover) => return self.connect(leg, &handover),
                Instruction::Start(services) => {
                    if !self.start_services(leg, &services) {
                        return;
                    }
                }
                Instruction::Stop(services) => self.stop_services(leg, &services),
                Instruction::Echo => return self.echo(leg),
                Instruction::Pay(pay) => return self.pay(leg, pay),
                Instruction::Refer(action) => return self.refer(leg, action.as_deref()),
                Instruction::Redirect(link) => return self.redirect(leg, &link),
                Instruction::Reject { busy } => return self.reject(leg, busy),
                Instruction::Hangup => return self.end(leg, Status::Completed),
                Instruction::Refuse(what) => {
                    self.refuse(leg, &what);
                    return self.end(leg, Status::Completed);
                }
            }
        }
    }

    /// The document of a leg has no more verbs.
    fn document_ends(&mut self, leg: LegId, context: Context) {
        match context {
            Context::Call => {
                self.answer(leg);
                self.end(leg, Status::Completed);
            }
            Context::Wait => self.wait_again(leg),
            Context::PhoneWhisper => self.phone_has_heard_whisper(leg),
            Context::QueueWhisper => self.member_has_heard_whisper(leg),
        }
    }

    fn redirect(&mut self, leg: LegId, link: &Link) {
        match self.endpoint(leg, Some(&link.url), link.method.clone()) {
            Ok(endpoint) => self.continue_at(leg, endpoint, Params::new()),
            Err(problem) => self.fatal(leg, 11100, &problem),
        }
    }

    fn reject(&mut self, leg: LegId, busy: bool) {
        let status = match (self.leg(leg).is_answered(), busy) {
            (true, _) => Status::Completed,
            (false, true) => Status::Busy,
            (false, false) => Status::NoAnswer,
        };
        self.end(leg, status);
    }

    /// Fetches the document that goes on where the present one stands: an action or a redirect.
    pub(super) fn continue_at(&mut self, leg: LegId, endpoint: Endpoint, own: Params) {
        let context = self
            .leg(leg)
            .frames
            .last()
            .map_or(Context::Call, |frame| frame.context);
        self.fetch_document(leg, endpoint, own, context, Purpose::Document);
    }

    /// A URL of the present document; without one, the document's own.
    pub(super) fn endpoint(
        &self,
        leg: LegId,
        written: Option<&str>,
        method: http::Method,
    ) -> Result<Endpoint, String> {
        let base = self.leg(leg).frames.last().and_then(|f| f.base.as_ref());
        let url = match (written, base) {
            (Some(written), base) => urls::resolve(base, written)
                .map_err(|reason| format!("{written:?} cannot be requested: {reason}")),
            (None, Some(base)) => Ok(base.clone()),
            (None, None) => {
                Err("TwiML that came by REST has no URL of its own to go back to".to_owned())
            }
        }?;
        Ok(Endpoint::new(url, method))
    }

    /// Resolves a link of the present document.
    pub(super) fn follow(&self, leg: LegId, link: &Link) -> Result<Endpoint, String> {
        self.endpoint(leg, Some(&link.url), link.method.clone())
    }

    /// Whether what a leg does still waits for this timer.
    pub(super) fn awaits_timer(&self, leg: LegId, token: Token) -> bool {
        let Some(leg) = self.living(leg) else {
            return false;
        };
        let own = match &leg.activity {
            Activity::Playing(playback) => playback.awaits(token),
            Activity::Gathering(gathering) => gathering.awaits(token),
            Activity::Recording(recording) => recording.awaits(token),
            Activity::Session(session) => session.awaits(token),
            _ => false,
        };
        let dialling = leg.dialling.as_ref();
        own || dialling.is_some_and(|dialling| dialling.awaits(token))
    }

    pub(super) fn timer_fires(&mut self, leg: LegId, token: Token) {
        if self
            .leg(leg)
            .dialling
            .as_ref()
            .is_some_and(|dialling| dialling.awaits(token))
        {
            return self.dial_timer(leg, token);
        }
        match std::mem::replace(&mut self.leg_mut(leg).activity, Activity::Idle) {
            Activity::Playing(playback) => match self.next_prompt(leg, playback) {
                Some(playback) => self.leg_mut(leg).activity = Activity::Playing(playback),
                None => self.run(leg),
            },
            Activity::Gathering(gathering) => self.gather_timer(leg, gathering, token),
            Activity::Session(session) => self.session_timer(leg, session),
            Activity::Recording(recording) => self.recording_timer(leg, recording),
            other => self.leg_mut(leg).activity = other,
        }
    }

    /// Takes the leg out of what it is doing, without asking anybody: REST has another document.
    pub(super) fn interrupt(&mut self, leg: LegId) {
        self.cut_sound(leg);
        self.leg_mut(leg).activity = Activity::Idle;
    }
}

/// The documents of a queue, of a conference and of a whisper may only be heard, reacted to and left.
/// What Twilio does with other verbs there is not written down; here they are skipped with a warning.
fn is_allowed(context: Context, instruction: &Instruction) -> bool {
    match instruction {
        Instruction::Playback(_)
        | Instruction::Redirect(_)
        | Instruction::Hangup
        | Instruction::Refuse(_) => true,
        Instruction::Gather(_) => context != Context::QueueWhisper,
        Instruction::Leave => matches!(context, Context::Call | Context::Wait),
        Instruction::Record(_)
        | Instruction::Dial(_)
        | Instruction::Enqueue(_)
        | Instruction::Sms(_)
        | Instruction::Connect(_)
        | Instruction::Start(_)
        | Instruction::Stop(_)
        | Instruction::Echo
        | Instruction::Pay(_)
        | Instruction::Refer(_)
        | Instruction::Reject { .. } => context == Context::Call,
    }
}

/// Every verb answers a call that is still ringing, but for three: `Reject` refuses it, `Pause`
/// lets it ring on, and a `Dial` with `answerOnBridge` rings until the other side answers.
fn answers_the_call(instruction: &Instruction) -> bool {
    match instruction {
        Instruction::Reject { .. } => false,
        Instruction::Playback(prompts) => !prompts
            .iter()
            .all(|prompt| matches!(prompt.sound, PromptSound::Silence(_))),
        Instruction::Dial(dial) => {
            !(dial.answer_on_bridge && matches!(dial.target, Target::Phones(_)))
        }
        _ => true,
    }
}
