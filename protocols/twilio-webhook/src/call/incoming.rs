use crate::CallContext;
use crate::callback::callback;

callback! {
    /// Twilio asks what to do with a call: someone rang our number, or a call that we placed was
    /// answered. Answer with TwiML; an empty `<Response/>` hangs up.
    ///
    /// The same parameters come with every request for TwiML, so this type also serves the URL of
    /// `<Redirect>`, the whisper URL of `<Number>`, `<Client>` and `<Sip>`, and the `waitUrl` of
    /// `<Conference>`.
    ///
    /// An answer to a `GET` may be cached by Twilio unless its headers forbid that.
    ///
    /// Source: Twilio, "TwiML for Programmable Voice"; the SIP parameters from "Receiving SIP".
    pub struct IncomingCall about call: CallContext {
        /// The SIP domain that was called, on a call from SIP.
        pub sip_domain: Option<String> = "SipDomain",
        /// The `Call-ID` of the SIP dialogue, on a call from SIP. Its custom headers are in
        /// `extra`, as `SipHeader_X-…`.
        pub sip_call_id: Option<String> = "SipCallId",
    }
}
