use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::callback::callback;
use crate::open_enum::open_enum;
use crate::value::ParamValue;
use crate::{AccountSid, CallContext, CallSid, ConferenceSid, RecordingSid, TranscriptionSid};

callback! {
    /// `<Record>` is over (its `action`): silence, a key, the time limit or a hang-up. Answer with
    /// TwiML, which takes over the call; after a hang-up it is a notice only.
    ///
    /// Source: Twilio, "TwiML Voice: `<Record>`".
    pub struct RecordResult about call: CallContext {
        /// The recording; perhaps not to be had yet.
        pub recording_url: String = "RecordingUrl",
        /// Its length, before silence is trimmed.
        pub recording_duration: Duration = "RecordingDuration",
        /// The recording.
        pub recording_sid: Option<RecordingSid> = "RecordingSid",
        /// What ended it: a key or a hang-up; none for silence and the time limit.
        pub ended_by: Option<RecordEnd> = "Digits",
    }
}

/// What ended a recording.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RecordEnd {
    /// This key was pressed.
    Key(String),
    /// The caller hung up (`hangup`).
    Hangup,
}

impl fmt::Display for RecordEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Key(key) => key,
            Self::Hangup => "hangup",
        })
    }
}

impl ParamValue for RecordEnd {
    const EXPECTED: &'static str = "a key or hangup";

    fn parse(text: &str) -> Option<Self> {
        Some(if text == "hangup" {
            Self::Hangup
        } else {
            Self::Key(text.to_owned())
        })
    }
}

callback! {
    /// A recording has changed (`recordingStatusCallback` of `<Record>`, `<Dial>`, `<Conference>`
    /// or the REST API). The answer is ignored.
    ///
    /// Sources: Twilio, "TwiML Voice: `<Record>`", "`<Dial>`" and "`<Conference>`".
    pub struct RecordingStatusCallback {
        /// The account.
        pub account_sid: AccountSid = "AccountSid",
        /// The call, always the parent leg; none for a conference.
        pub call_sid: Option<CallSid> = "CallSid",
        /// The conference, if one was recorded.
        pub conference_sid: Option<ConferenceSid> = "ConferenceSid",
        /// The recording.
        pub recording_sid: RecordingSid = "RecordingSid",
        /// Where the recording is.
        pub recording_url: String = "RecordingUrl",
        /// How far it is.
        pub status: RecordingStatus = "RecordingStatus",
        /// Its length; probably missing while it goes on.
        pub duration: Option<Duration> = "RecordingDuration",
        /// 1, or 2 if the two sides are kept apart.
        pub channels: Option<u32> = "RecordingChannels",
        /// When it began; documented for `<Dial>` and `<Conference>`.
        pub start_time: Option<DateTime<Utc>> = "RecordingStartTime",
        /// What made it.
        pub source: Option<RecordingSource> = "RecordingSource",
        /// Which side was recorded. Undocumented for the verbs.
        pub track: Option<RecordingTrack> = "RecordingTrack",
        /// Why it failed, as Twilio's error code. Undocumented for the verbs.
        pub error_code: Option<u32> = "ErrorCode",
    }
}

open_enum! {
    /// How far a recording is.
    pub enum RecordingStatus {
        /// Going on.
        InProgress = "in-progress",
        /// Done and to be had.
        Completed = "completed",
        /// Nothing was recorded, or it was silent and trimmed away.
        Absent = "absent",
        /// Could not be made.
        Failed = "failed",
    }
}

open_enum! {
    /// What made a recording. The last four are from examples, not from a list.
    pub enum RecordingSource {
        /// `<Record>`.
        RecordVerb = "RecordVerb",
        /// `<Dial record>`.
        DialVerb = "DialVerb",
        /// `<Conference record>`.
        Conference = "Conference",
        /// The `Record` field of a call placed by REST.
        OutboundApi = "OutboundAPI",
        /// An Elastic SIP Trunk.
        Trunking = "Trunking",
        /// The REST API, on a call that was going on.
        StartCallRecordingApi = "StartCallRecordingAPI",
        /// The REST API, on a conference that was going on.
        StartConferenceRecordingApi = "StartConferenceRecordingAPI",
    }
}

open_enum! {
    /// Which side of a call was recorded.
    pub enum RecordingTrack {
        /// What Twilio heard.
        Inbound = "inbound",
        /// What Twilio said.
        Outbound = "outbound",
        /// Both.
        Both = "both",
    }
}

callback! {
    /// A recording has been written down (`transcribeCallback` of `<Record>`), perhaps long after
    /// the call. The answer is ignored. Only recordings of 2 to 120 seconds are.
    ///
    /// Source: Twilio, "TwiML Voice: `<Record>`".
    pub struct TranscribeCallback about call: CallContext {
        /// The transcription.
        pub transcription_sid: TranscriptionSid = "TranscriptionSid",
        /// What was said; empty if it failed.
        pub text: String = "TranscriptionText",
        /// Whether it worked.
        pub status: TranscriptionStatus = "TranscriptionStatus",
        /// Where the transcription is.
        pub url: String = "TranscriptionUrl",
        /// The recording.
        pub recording_sid: RecordingSid = "RecordingSid",
        /// Where the recording is.
        pub recording_url: String = "RecordingUrl",
    }
}

open_enum! {
    /// Whether a recording could be written down.
    pub enum TranscriptionStatus {
        /// It could.
        Completed = "completed",
        /// It could not.
        Failed = "failed",
    }
}
