use chrono::{DateTime, Utc};

use crate::callback::callback;
use crate::open_enum::open_enum;
use crate::{AccountSid, CallSid, CallStatus, ConferenceSid};

callback! {
    /// A conference has changed (`statusCallback` of `<Conference>`). The answer is ignored.
    ///
    /// URL and events are those that the first participant brought; later ones are not heard. What
    /// is sent depends on the event, so most fields are optional.
    ///
    /// Source: Twilio, "TwiML Voice: `<Conference>`".
    pub struct ConferenceStatusCallback {
        /// The account.
        pub account_sid: AccountSid = "AccountSid",
        /// The conference.
        pub conference_sid: ConferenceSid = "ConferenceSid",
        /// The name in the TwiML.
        pub friendly_name: String = "FriendlyName",
        /// What happened.
        pub event: ConferenceEvent = "StatusCallbackEvent",
        /// The place of this event in the row, as they may arrive out of order.
        pub sequence_number: u32 = "SequenceNumber",
        /// When it happened.
        pub timestamp: DateTime<Utc> = "Timestamp",
        /// The participant.
        pub call_sid: Option<CallSid> = "CallSid",
        /// The name we gave the participant.
        pub participant_label: Option<String> = "ParticipantLabel",
        /// Whether the participant is not heard.
        pub muted: Option<bool> = "Muted",
        /// Whether the participant is on hold.
        pub hold: Option<bool> = "Hold",
        /// Whether the participant is heard by one other only.
        pub coaching: Option<bool> = "Coaching",
        /// Whether the conference ends when the participant leaves.
        pub end_conference_on_exit: Option<bool> = "EndConferenceOnExit",
        /// Whether the conference starts when the participant joins.
        pub start_conference_on_enter: Option<bool> = "StartConferenceOnEnter",
        /// How the participant's call is, having left.
        pub participant_call_status: Option<CallStatus> = "ParticipantCallStatus",
        /// Why the participant left.
        pub reason_participant_left: Option<ParticipantLeft> = "ReasonParticipantLeft",
        /// Whose leaving ended the conference.
        pub call_sid_ending_conference: Option<CallSid> = "CallSidEndingConference",
        /// The name we gave that participant.
        pub participant_label_ending_conference: Option<String> = "ParticipantLabelEndingConference",
        /// Why the conference ended.
        pub reason_conference_ended: Option<ConferenceEnded> = "ReasonConferenceEnded",
        /// Why the conference ended, in words.
        pub reason: Option<String> = "Reason",
        /// Why an announcement could not be played.
        pub reason_announcement_failed: Option<String> = "ReasonAnnouncementFailed",
        /// The announcement.
        pub announce_url: Option<String> = "AnnounceUrl",
    }
}

open_enum! {
    /// What happened in a conference. The words of the attribute `statusCallbackEvent` are others.
    pub enum ConferenceEvent {
        /// It has started.
        ConferenceStart = "conference-start",
        /// It has ended.
        ConferenceEnd = "conference-end",
        /// Someone has joined.
        ParticipantJoin = "participant-join",
        /// Someone has left.
        ParticipantLeave = "participant-leave",
        /// Someone is not heard any more.
        ParticipantMute = "participant-mute",
        /// Someone is heard again.
        ParticipantUnmute = "participant-unmute",
        /// Someone is on hold.
        ParticipantHold = "participant-hold",
        /// Someone is back from hold.
        ParticipantUnhold = "participant-unhold",
        /// Someone's settings have changed.
        ParticipantModify = "participant-modify",
        /// Someone has begun to speak.
        ParticipantSpeechStart = "participant-speech-start",
        /// Someone has stopped speaking.
        ParticipantSpeechStop = "participant-speech-stop",
        /// An announcement has been played.
        AnnouncementEnd = "announcement-end",
        /// An announcement could not be played.
        AnnouncementFail = "announcement-fail",
    }
}

open_enum! {
    /// Why a conference ended.
    pub enum ConferenceEnded {
        /// The REST API ended it.
        ViaApi = "conference-ended-via-api",
        /// The REST API removed the last participant.
        LastParticipantKicked = "last-participant-kicked",
        /// The last participant left.
        LastParticipantLeft = "last-participant-left",
        /// The REST API removed one whose leaving ends it.
        ModeratorKicked = "participant-with-end-conference-on-exit-kicked",
        /// One whose leaving ends it left.
        ModeratorLeft = "participant-with-end-conference-on-exit-left",
    }
}

open_enum! {
    /// Why a participant left a conference.
    pub enum ParticipantLeft {
        /// The REST API ended the conference.
        ConferenceEndedViaApi = "conference_ended_via_api",
        /// One whose leaving ends it left.
        ModeratorEndedConference = "moderator_ended_conference",
        /// The REST API moved or removed the participant.
        UpdatedViaApi = "participant_updated_via_api",
        /// The participant hung up.
        HungUp = "participant_hung_up",
        /// The participant never got in.
        AddFailed = "participant_add_failed",
    }
}
