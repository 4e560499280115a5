//! How a leg ends, and what that means for everybody it has to do with.

use std::sync::Arc;

use crate::switch::callbacks::Milestone;
use crate::switch::conference::Left;
use crate::switch::leg::{Activity, Context, Endpoint};
use crate::switch::program::Program;
use crate::switch::status::Status;
use crate::switch::{LegId, Switch};
use crate::transcript::{Event, Purpose};

/// Why a leg leaves what it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Departure {
    /// Its call is over.
    Ended,
    /// REST has another document for it.
    Redirected,
}

impl Switch {
    /// Ends a leg. Actions that are waiting for the outcome of something are still told, with
    /// `CallStatus=completed`; what they answer is not run.
    pub(super) fn end(&mut self, leg: LegId, status: Status) {
        if !self.leg(leg).is_alive() {
            return;
        }
        let now = self.now();
        self.ended += 1;
        self.cut_sound(leg);
        let ending = self.leg_mut(leg);
        ending.status = status;
        ending.ended_at = Some(now);
        let duration = ending.duration().to_std().unwrap_or_default();
        self.journal(
            leg,
            Event::Ended {
                status: status.into(),
                duration,
            },
        );
        self.depart(leg, Departure::Ended);
        self.end_services(leg);
        self.phone_ended(leg);
        self.leg_mut(leg).frames.clear();
        self.report(leg, Milestone::Completed);
    }

    /// REST ends a call that has been answered, or takes it back before.
    pub(crate) fn end_by_rest(&mut self, leg: LegId, status: Status) {
        // A call that is taken back before it set out tells nobody.
        if self.leg(leg).status == Status::Queued {
            self.leg_mut(leg).progress = None;
        }
        self.end(leg, status);
        self.settle();
    }

    /// REST sends a live call to a URL; what it was doing is not told of it, but for its queue.
    pub(crate) fn redirect_by_rest(&mut self, leg: LegId, endpoint: Endpoint) {
        self.depart(leg, Departure::Redirected);
        self.phone_redirected(leg);
        self.answer(leg);
        self.fetch_document(
            leg,
            endpoint,
            twilio_webhook::Params::new(),
            Context::Call,
            Purpose::Document,
        );
        self.settle();
    }

    /// REST gives a live call a document.
    pub(crate) fn run_by_rest(&mut self, leg: LegId, program: Arc<Program>) {
        self.depart(leg, Departure::Redirected);
        self.phone_redirected(leg);
        self.run_document(leg, Context::Call, program, None);
        self.settle();
    }

    /// Takes a leg out of everything it is in.
    fn depart(&mut self, leg: LegId, departure: Departure) {
        self.cut_sound(leg);
        let activity = std::mem::replace(&mut self.leg_mut(leg).activity, Activity::Idle);
        let hung_up = departure == Departure::Ended;
        match activity {
            Activity::Recording(recording) if hung_up => self.recording_hung_up(leg, recording),
            Activity::Recording(recording) => self.recording_broken_off(&recording),
            Activity::Session(session) => self.session_broken_off(leg, &session, hung_up),
            // Whoever it is joined to is parted from it below, and must find it joined.
            Activity::Joined | Activity::Conferring => self.leg_mut(leg).activity = activity,
            _ => {}
        }
        let left = if hung_up { Left::HungUp } else { Left::Updated };
        if let Some((action, result)) = self.stop_dialling(leg, left)
            && departure == Departure::Ended
        {
            self.notify(leg, action, result, Purpose::Notice);
        }
        self.drop_membership(
            leg,
            match departure {
                Departure::Ended => "hangup",
                Departure::Redirected => "redirected",
            },
        );
    }
}
