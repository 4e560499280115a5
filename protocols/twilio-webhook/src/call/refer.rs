use crate::callback::callback;
use crate::{CallContext, CallStatus};

callback! {
    /// `<Refer>` is over (its `action`): the other side took the transfer or not. Answer with
    /// TwiML, which takes over the call.
    ///
    /// Success is `in-progress` with 202 and 200. Twilio's page says that the status is left out
    /// when the transfer was refused, and shows one that is not.
    ///
    /// Source: Twilio, "TwiML Voice: `<Refer>`".
    pub struct ReferResult about call: CallContext {
        /// How far the transferred call is.
        pub status: Option<CallStatus> = "ReferCallStatus",
        /// The answer to the `REFER`.
        pub refer_sip_response_code: Option<u32> = "ReferSipResponseCode",
        /// The last status of the new call, as the other side reports it.
        pub notify_sip_response_code: Option<u32> = "NotifySipResponseCode",
    }
}
