//! Telling the host what happens in a conference.
//!
//! URL and events are those of the first who entered. `SequenceNumber` counts what was told, from 1.
//! In what order the joining of the second participant and the start are told is not written down:
//! here the joining comes first.

use chrono::SecondsFormat;
use twilio_webhook::Params;

use crate::switch::conference::{Attendance, Ended, Left, RoomId};
use crate::switch::{LegId, Switch};

impl Ended {
    /// `ReasonConferenceEnded`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::ByRest => "conference-ended-via-api",
            Self::LastLeft => "last-participant-left",
            Self::LastKicked => "last-participant-kicked",
            Self::ModeratorLeft => "participant-with-end-conference-on-exit-left",
            Self::ModeratorKicked => "participant-with-end-conference-on-exit-kicked",
        }
    }
}

impl Left {
    /// `ReasonParticipantLeft`.
    fn as_str(self) -> &'static str {
        match self {
            Self::HungUp => "participant_hung_up",
            Self::Updated | Self::Kicked => "participant_updated_via_api",
            Self::ModeratorEnded => "moderator_ended_conference",
            Self::RestEnded => "conference_ended_via_api",
        }
    }
}

impl Switch {
    /// Tells what happens to somebody who is in a conference.
    pub(super) fn tell_of_participant(&mut self, leg: LegId, key: &str, event: &str, more: Params) {
        let Some(attendance) = &self.leg(leg).attendance else {
            return;
        };
        let room = attendance.room;
        let mut own = self.participant_parameters(leg, attendance);
        own.extend(more);
        self.tell_of_conference(room, leg, key, event, own);
    }

    /// Somebody in a conference begins to speak, or has spoken; nobody hears one who is muted.
    pub(super) fn voice_in_conference(&mut self, leg: LegId, event: &str) {
        let heard = |attendance: &Attendance| !attendance.muted && attendance.hold.is_none();
        if self.leg(leg).attendance.as_ref().is_some_and(heard) {
            self.tell_of_participant(leg, "speaker", event, Params::new());
        }
    }

    pub(super) fn tell_of_leaving(&mut self, leg: LegId, attendance: &Attendance, why: Left) {
        let own = self
            .participant_parameters(leg, attendance)
            .with("ParticipantCallStatus", self.leg(leg).status.as_str())
            .with("ReasonParticipantLeft", why.as_str());
        self.tell_of_conference(attendance.room, leg, "leave", "participant-leave", own);
    }

    pub(super) fn tell_of_end(&mut self, room: RoomId, by: LegId, why: Ended) {
        let mut own = Params::new();
        if why != Ended::ByRest {
            own.push("CallSidEndingConference", self.leg(by).sid.as_str());
        }
        own.push("ReasonConferenceEnded", why.as_str());
        own.push("Reason", why.as_str().replace('-', " "));
        self.tell_of_conference(room, by, "end", "conference-end", own);
    }

    /// Tells what happens, if it was asked for.
    pub(super) fn tell_of_conference(
        &mut self,
        id: RoomId,
        leg: LegId,
        key: &str,
        event: &str,
        own: Params,
    ) {
        let time = self.now().to_rfc3339_opts(SecondsFormat::Secs, true);
        let account = self.account.to_string();
        let room = self.room_mut(id);
        let Some((endpoint, events)) = &room.callback else {
            return;
        };
        if !events.contains(key) {
            return;
        }
        room.told += 1;
        let endpoint = endpoint.clone();
        let mut told = Params::new()
            .with("ConferenceSid", &room.sid)
            .with("FriendlyName", &room.name)
            .with("AccountSid", account)
            .with("SequenceNumber", room.told)
            .with("Timestamp", time)
            .with("StatusCallbackEvent", event);
        told.extend(own);
        self.notify_bare(leg, endpoint, told);
    }

    fn participant_parameters(&self, leg: LegId, attendance: &Attendance) -> Params {
        let mut own = Params::new()
            .with("CallSid", self.leg(leg).sid.as_str())
            .with("Muted", attendance.muted)
            .with("Hold", attendance.hold.is_some())
            .with("Coaching", attendance.conference.coach.is_some())
            .with("EndConferenceOnExit", attendance.end_on_exit)
            .with(
                "StartConferenceOnEnter",
                attendance.conference.start_on_enter,
            );
        if let Some(label) = &attendance.conference.label {
            own.push("ParticipantLabel", label);
        }
        own
    }
}
