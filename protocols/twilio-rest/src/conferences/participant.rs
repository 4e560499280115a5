use std::time::Duration;

use chrono::{DateTime, Utc};
use twilio_webhook::{AccountSid, Address, CallSid, ConferenceSid};

use crate::CallbackMethod;
use crate::calls::{CallEvent, MachineDetection};
use crate::form::{Form, form};
use crate::operation::{Operation, Path};
use crate::wire::resource;
use crate::words::open_words;

resource! {
    /// Somebody in a conference.
    pub struct Participant {
        /// The call.
        pub call_sid: CallSid,
        /// The conference.
        pub conference_sid: Option<ConferenceSid>,
        /// The account it belongs to.
        pub account_sid: Option<AccountSid>,
        /// How far the call is.
        pub status: Option<ParticipantStatus>,
        /// The name given when it was added.
        pub label: Option<String>,
        /// Whether the others do not hear it.
        pub muted: Option<bool>,
        /// Whether it hears music instead of the others.
        pub hold: Option<bool>,
        /// Whether it is heard only by the one it coaches.
        pub coaching: Option<bool>,
        /// Whom it coaches.
        pub call_sid_to_coach: Option<CallSid>,
        /// Whether the conference begins when it enters.
        pub start_conference_on_enter: Option<bool>,
        /// Whether the conference ends when it leaves.
        pub end_conference_on_exit: Option<bool>,
        /// How long it waited to be placed.
        pub queue_time: Option<Duration> as milliseconds,
        /// When it was created.
        pub date_created: Option<DateTime<Utc>>,
        /// When it last changed.
        pub date_updated: Option<DateTime<Utc>>,
    }
}

open_words! {
    /// How far the call of a participant is.
    pub enum ParticipantStatus {
        /// Waiting to be placed.
        Queued = "queued",
        /// Being placed.
        Connecting = "connecting",
        /// Ringing.
        Ringing = "ringing",
        /// In the conference.
        Connected = "connected",
        /// Over.
        Complete = "complete",
        /// Could not be placed, or was not answered.
        Failed = "failed",
    }
}

form! {
    /// Somebody to be called into a conference.
    pub struct CreateParticipant {
        /// A name for it, unique in the conference: at most 128 characters.
        label(text) = "Label",
        /// How long it rings before it counts as not answered: 5 to 600 whole seconds, 60 by
        /// default.
        timeout(Duration) = "Timeout",
        /// How long it may last in all, in whole seconds.
        time_limit(Duration) = "TimeLimit",
        /// Whether the others do not hear it.
        muted(bool) = "Muted",
        /// Whether it is heard: `true`, `false`, `onEnter` or `onExit`.
        beep(text) = "Beep",
        /// Whether the conference begins when it enters, which is the default.
        start_conference_on_enter(bool) = "StartConferenceOnEnter",
        /// Whether the conference ends when it leaves.
        end_conference_on_exit(bool) = "EndConferenceOnExit",
        /// What plays until the conference begins; empty for silence.
        wait_url(text) = "WaitUrl",
        /// How that is fetched.
        wait_method(CallbackMethod) = "WaitMethod",
        /// Whether the others hear it ring.
        early_media(bool) = "EarlyMedia",
        /// How many may be in the conference: at most 250.
        max_participants(u32) = "MaxParticipants",
        /// Records this participant alone.
        record(bool) = "Record",
        /// Where that recording is reported.
        recording_status_callback(text) = "RecordingStatusCallback",
        /// Records the conference: `record-from-start` or `do-not-record`.
        conference_record(text) = "ConferenceRecord",
        /// Where events of the conference are reported.
        conference_status_callback(text) = "ConferenceStatusCallback",
        /// Which: `start`, `end`, `join`, `leave`, `mute`, `hold`, `modify`, `speaker`,
        /// `announcement`.
        conference_status_callback_events(texts) = "ConferenceStatusCallbackEvent",
        /// Whether it is heard only by [`call_sid_to_coach`](Self::call_sid_to_coach).
        coaching(bool) = "Coaching",
        /// Whom it coaches.
        call_sid_to_coach(CallSid) = "CallSidToCoach",
        /// Shows this number or name instead of `from`.
        caller_id(text) = "CallerId",
        /// Why we call, shown on phones that support branded calls.
        reason(text) = "CallReason",
        /// Finds out whether a person or a machine has answered.
        machine_detection(MachineDetection) = "MachineDetection",
        /// Where the result is reported.
        machine_detection_callback(text) = "AmdStatusCallback",
    }
}

impl CreateParticipant {
    /// A call to `to`, which sees `from` as the caller: a number of the account's own or one it
    /// has verified, or any name if `to` is a client.
    pub fn new(to: impl Into<Address>, from: impl Into<Address>) -> Self {
        let mut form = Form::default();
        form.set("To", to.into());
        form.set("From", from.into());
        Self { form }
    }

    /// Where the given events of the call are reported, by `POST`.
    pub fn status_callback(
        mut self,
        url: impl Into<String>,
        events: impl IntoIterator<Item = CallEvent>,
    ) -> Self {
        self.form.set("StatusCallback", url.into());
        self.form.set_all("StatusCallbackEvent", events);
        self
    }

    pub(crate) fn into_form(self) -> Form {
        self.form
    }
}

form! {
    /// A change for somebody in a conference.
    ///
    /// ```
    /// use twilio_rest::conferences::UpdateParticipant;
    ///
    /// let hold = UpdateParticipant::default().hold(true).hold_url("https://pbx.example.com/music");
    /// # let _ = hold;
    /// ```
    #[derive(Default)]
    pub struct UpdateParticipant {
        /// Whether the others do not hear it.
        muted(bool) = "Muted",
        /// Whether it hears music instead of the others.
        hold(bool) = "Hold",
        /// What plays on hold.
        hold_url(text) = "HoldUrl",
        /// How that is fetched.
        hold_method(CallbackMethod) = "HoldMethod",
        /// Plays or says this to the participant alone.
        announce_url(text) = "AnnounceUrl",
        /// How that is fetched.
        announce_method(CallbackMethod) = "AnnounceMethod",
        /// What plays while the conference waits to go on.
        wait_url(text) = "WaitUrl",
        /// How that is fetched.
        wait_method(CallbackMethod) = "WaitMethod",
        /// Whether it is heard when it leaves.
        beep_on_exit(bool) = "BeepOnExit",
        /// Whether the conference ends when it leaves.
        end_conference_on_exit(bool) = "EndConferenceOnExit",
        /// Whether it is heard only by [`call_sid_to_coach`](Self::call_sid_to_coach).
        coaching(bool) = "Coaching",
        /// Whom it coaches.
        call_sid_to_coach(CallSid) = "CallSidToCoach",
    }
}

impl UpdateParticipant {
    fn announces(&self) -> bool {
        self.form.contains("AnnounceUrl")
    }

    pub(crate) fn into_operation(self, path: Path) -> Operation {
        if self.announces() {
            Operation::create(path, self.form)
        } else {
            Operation::set(path, self.form)
        }
    }
}
