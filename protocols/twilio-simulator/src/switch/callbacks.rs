//! Status callbacks: telling the host how a call goes.

use chrono::Utc;
use twilio_webhook::Params;

use crate::switch::status::Status;
use crate::switch::{LegId, Switch};
use crate::transcript::Purpose;

/// A step of a call's progress, by the name under which it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Milestone {
    Initiated,
    Ringing,
    Answered,
    Completed,
}

impl Switch {
    /// Tells the host, if it asked for this event. The leg's status has been set before.
    ///
    /// `SequenceNumber` counts the events sent, so a lone `completed` has 0. `Duration` is in
    /// minutes, rounded up; the recorded callback of a call nobody answered has it as 0.
    pub(super) fn report(&mut self, leg: LegId, milestone: Milestone) {
        let now = self.now();
        let status = self.leg(leg).status;
        let seconds = self.leg(leg).duration().num_seconds();
        let Some(progress) = &mut self.leg_mut(leg).progress else {
            return;
        };
        let wanted = match milestone {
            Milestone::Initiated => progress.events.initiated,
            Milestone::Ringing => progress.events.ringing,
            Milestone::Answered => progress.events.answered,
            Milestone::Completed => progress.events.completed,
        };
        if !wanted {
            return;
        }
        let mut own = Params::new();
        if milestone == Milestone::Completed {
            own.push("CallDuration", seconds.to_string());
            // Durations are never negative, so this rounds up.
            own.push("Duration", ((seconds + 59) / 60).to_string());
            if let Some(code) = sip_response(status) {
                own.push("SipResponseCode", code);
            }
        }
        own.push(
            "Timestamp",
            now.with_timezone(&Utc)
                .format("%a, %d %b %Y %H:%M:%S +0000")
                .to_string(),
        );
        own.push("CallbackSource", "call-progress-events");
        own.push("SequenceNumber", progress.sent.to_string());
        progress.sent += 1;
        let endpoint = progress.endpoint.clone();
        self.notify(leg, endpoint, own, Purpose::StatusCallback);
    }
}

/// The far end's last word. Recorded from Twilio for no-answer (487); by RFC 3261 for the others.
pub(super) fn sip_response(status: Status) -> Option<&'static str> {
    match status {
        Status::NoAnswer | Status::Canceled => Some("487"),
        Status::Busy => Some("486"),
        Status::Failed => Some("404"),
        _ => None,
    }
}
