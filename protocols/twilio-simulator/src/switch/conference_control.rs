//! What REST does with conferences and those who are in them.

use twilio_webhook::Params;

use crate::switch::conference::{Ended, Left, Phase, RoomId};
use crate::switch::leg::Endpoint;
use crate::switch::{LegId, Switch};

impl Switch {
    /// Everybody goes on in their own document.
    pub(crate) fn end_conference_by_rest(&mut self, id: RoomId) {
        if let Some(first) = self.room(id).legs.first().copied() {
            self.end_conference(id, first, Ended::ByRest, Left::RestEnded);
        }
        self.settle();
    }

    /// One participant goes on in their own document.
    pub(crate) fn kick(&mut self, leg: LegId) {
        self.leave_conference(leg, Left::Kicked);
        self.dialled(leg, Params::new().with("DialCallStatus", "answered"));
        self.settle();
    }

    pub(crate) fn set_muted(&mut self, leg: LegId, muted: bool) {
        let Some(attendance) = &mut self.leg_mut(leg).attendance else {
            return;
        };
        if std::mem::replace(&mut attendance.muted, muted) == muted {
            return;
        }
        let event = if muted {
            "participant-mute"
        } else {
            "participant-unmute"
        };
        self.tell_of_participant(leg, "mute", event, Params::new());
    }

    pub(crate) fn set_end_on_exit(&mut self, leg: LegId, ends: bool) {
        let Some(attendance) = &mut self.leg_mut(leg).attendance else {
            return;
        };
        if std::mem::replace(&mut attendance.end_on_exit, ends) != ends {
            self.tell_of_participant(leg, "modify", "participant-modify", Params::new());
        }
    }

    /// Holds somebody, with a document to hear meanwhile; without one they hear nothing.
    pub(crate) fn hold(&mut self, leg: LegId, music: Option<Endpoint>) {
        let Some(attendance) = &mut self.leg_mut(leg).attendance else {
            return;
        };
        let held = attendance.hold.replace(music).is_some();
        let room = attendance.room;
        if !held {
            self.tell_of_participant(leg, "hold", "participant-hold", Params::new());
        }
        if self.room(room).phase == Phase::InProgress {
            self.interrupt_conference(leg);
            self.wait_for_conference(leg);
        }
        self.settle();
    }

    pub(crate) fn unhold(&mut self, leg: LegId) {
        let Some(attendance) = &mut self.leg_mut(leg).attendance else {
            return;
        };
        if attendance.hold.take().is_none() {
            return;
        }
        let room = attendance.room;
        self.tell_of_participant(leg, "hold", "participant-unhold", Params::new());
        if self.room(room).phase == Phase::InProgress {
            self.take_part(leg);
        }
        self.settle();
    }
}
