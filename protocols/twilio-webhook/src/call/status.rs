use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::callback::callback;
use crate::{CallContext, RecordingSid};

callback! {
    /// A call has changed (`StatusCallback` of the REST API or of the number, `statusCallback` of
    /// `<Number>`, `<Client>` and `<Sip>`). The answer is ignored: 204 will do.
    ///
    /// Requests may arrive out of order: sort by `sequence_number`. A call that was cancelled
    /// while still queued sends none at all.
    ///
    /// Sources: Twilio, "TwiML Voice: `<Number>`" and the Calls resource.
    pub struct CallStatusCallback about call: CallContext {
        /// When it changed.
        pub timestamp: Option<DateTime<Utc>> = "Timestamp",
        /// The place of this request in the row, from 0. A number's own callback, sent once at
        /// the end, may lack it.
        pub sequence_number: Option<u32> = "SequenceNumber",
        /// What sent it: `call-progress-events`.
        pub callback_source: Option<String> = "CallbackSource",
        /// How long the call lasted; only at its end.
        pub duration: Option<Duration> = "CallDuration",
        /// The recording, if there is one; only at the call's end.
        pub recording_url: Option<String> = "RecordingUrl",
        /// The recording, if there is one; only at the call's end.
        pub recording_sid: Option<RecordingSid> = "RecordingSid",
        /// The recording's length; only at the call's end.
        pub recording_duration: Option<Duration> = "RecordingDuration",
        /// The answer of the SIP side, as in 486. Undocumented.
        pub sip_response_code: Option<u32> = "SipResponseCode",
    }
}
