use std::time::Duration;

use crate::callback::callback;
use crate::open_enum::open_enum;
use crate::{CallContext, CallSid};

callback! {
    /// `<Dial>` is over (its `action`), whatever came of it. Answer with TwiML, which takes over
    /// the call that dialled.
    ///
    /// Also sent when the dialling party hung up: the call's status is final then and the answer is
    /// discarded. For a `<Dial>` with `<Queue>` see [`DialQueueResult`](crate::DialQueueResult).
    ///
    /// Source: Twilio, "TwiML Voice: `<Dial>`".
    pub struct DialResult about call: CallContext {
        /// What came of it.
        pub status: DialStatus = "DialCallStatus",
        /// The leg that was dialled; none after a conference.
        pub dialed_call_sid: Option<CallSid> = "DialCallSid",
        /// How long the two talked; none after a conference, nor if the dialled leg was
        /// redirected first.
        pub duration: Option<Duration> = "DialCallDuration",
        /// Whether the two were ever joined.
        pub bridged: Option<bool> = "DialBridged",
        /// The recording, if `record` was set.
        pub recording_url: Option<String> = "RecordingUrl",
    }
}

open_enum! {
    /// What came of a `<Dial>`.
    pub enum DialStatus {
        /// Answered, and over now.
        Completed = "completed",
        /// Answered; only after a conference.
        Answered = "answered",
        /// The called party was busy.
        Busy = "busy",
        /// Nobody answered in time.
        NoAnswer = "no-answer",
        /// Could not be placed.
        Failed = "failed",
        /// Taken back before it was answered.
        Canceled = "canceled",
    }
}

callback! {
    /// The SIP party that was dialled asks to be transferred (the `referUrl` of `<Dial>`). Answer
    /// with TwiML that does it.
    ///
    /// Source: Twilio, "TwiML Voice: `<Dial>`".
    pub struct DialRefer about call: CallContext {
        /// Where to, a SIP address or a number.
        pub target: String = "ReferTransferTarget",
    }
}
