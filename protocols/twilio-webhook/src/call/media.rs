use chrono::{DateTime, Utc};

use crate::callback::callback;
use crate::open_enum::open_enum;
use crate::{AccountSid, CallSid, SiprecSid, StreamSid, TranscriptionSid};

callback! {
    /// A media stream has started, stopped or failed (`statusCallback` of `<Stream>` or the REST
    /// API). The answer is ignored.
    ///
    /// Source: Twilio, "TwiML Voice: `<Stream>`".
    pub struct StreamStatusCallback {
        /// The account.
        pub account_sid: AccountSid = "AccountSid",
        /// The call.
        pub call_sid: CallSid = "CallSid",
        /// The stream.
        pub stream_sid: StreamSid = "StreamSid",
        /// The name we gave it.
        pub name: Option<String> = "StreamName",
        /// What happened.
        pub event: StreamEvent = "StreamEvent",
        /// Why it failed.
        pub error: Option<String> = "StreamError",
        /// When it happened.
        pub timestamp: DateTime<Utc> = "Timestamp",
    }
}

open_enum! {
    /// What happened to a media stream.
    pub enum StreamEvent {
        /// It has started.
        Started = "stream-started",
        /// It has stopped.
        Stopped = "stream-stopped",
        /// It has failed.
        Error = "stream-error",
    }
}

callback! {
    /// A SIPREC session has started, stopped or failed (`statusCallback` of `<Siprec>` or the REST
    /// API). The answer is ignored.
    ///
    /// The page says that the standard parameters of a call come too; those are in `extra`, as
    /// the session needs none of them.
    ///
    /// Source: Twilio, "TwiML Voice: `<Siprec>`".
    pub struct SiprecStatusCallback {
        /// The account.
        pub account_sid: AccountSid = "AccountSid",
        /// The call.
        pub call_sid: CallSid = "CallSid",
        /// The session.
        pub siprec_sid: SiprecSid = "SiprecSid",
        /// The name we gave it.
        pub name: Option<String> = "SiprecName",
        /// What happened.
        pub event: SiprecEvent = "SiprecEvent",
        /// When it happened.
        pub timestamp: DateTime<Utc> = "Timestamp",
        /// Why it failed.
        pub error: Option<String> = "SiprecError",
        /// Why it failed, as Twilio's error code.
        pub error_code: Option<u32> = "SiprecErrorCode",
    }
}

open_enum! {
    /// What happened to a SIPREC session.
    pub enum SiprecEvent {
        /// It has started.
        Started = "siprec-started",
        /// It has stopped.
        Stopped = "siprec-stopped",
        /// It has failed.
        Error = "siprec-error",
    }
}

callback! {
    /// A call is being written down as it goes on (`statusCallbackUrl` of `<Transcription>`). The
    /// answer is ignored.
    ///
    /// Source: Twilio, "TwiML Voice: `<Transcription>`", read in part: only what every event has
    /// is required.
    pub struct TranscriptionStatusCallback {
        /// The account.
        pub account_sid: AccountSid = "AccountSid",
        /// The call.
        pub call_sid: CallSid = "CallSid",
        /// The transcription.
        pub transcription_sid: TranscriptionSid = "TranscriptionSid",
        /// When it happened.
        pub timestamp: DateTime<Utc> = "Timestamp",
        /// The place of this event in the row, as they may arrive out of order.
        pub sequence_id: u32 = "SequenceId",
        /// What happened.
        pub event: TranscriptionEvent = "TranscriptionEvent",
        /// The name we gave it.
        pub name: Option<String> = "Name",
        /// Which side was heard: `inbound_track` or `outbound_track`.
        pub track: Option<String> = "Track",
        /// What was said, as JSON: `{"transcript": …, "confidence": …}`.
        pub data: Option<String> = "TranscriptionData",
        /// Whether this is the last word on it, not a first guess.
        pub is_final: Option<bool> = "Final",
        /// Whether first guesses are sent as well.
        pub partial_results: Option<bool> = "PartialResults",
        /// The language, as in `en-US`.
        pub language_code: Option<String> = "LanguageCode",
        /// Who recognises the speech.
        pub engine: Option<String> = "TranscriptionEngine",
        /// How, as JSON.
        pub provider_configuration: Option<String> = "ProviderConfiguration",
        /// What we called the inbound side.
        pub inbound_track_label: Option<String> = "InboundTrackLabel",
        /// What we called the outbound side.
        pub outbound_track_label: Option<String> = "OutboundTrackLabel",
    }
}

open_enum! {
    /// What happened to a real-time transcription.
    pub enum TranscriptionEvent {
        /// It has started.
        Started = "transcription-started",
        /// Something was said.
        Content = "transcription-content",
        /// It has stopped.
        Stopped = "transcription-stopped",
        /// It has failed.
        Error = "transcription-error",
    }
}
