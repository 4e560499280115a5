use crate::CallbackMethod;
use crate::form::{Form, form};

form! {
    /// What becomes of calls and messages to a number.
    #[derive(Default)]
    pub struct NumberSettings {
        /// A name for it: at most 64 characters.
        friendly_name(text) = "FriendlyName",
        /// Where TwiML for calls is fetched.
        voice_url(text) = "VoiceUrl",
        /// How.
        voice_method(CallbackMethod) = "VoiceMethod",
        /// Where it is fetched if that fails.
        voice_fallback_url(text) = "VoiceFallbackUrl",
        /// How.
        voice_fallback_method(CallbackMethod) = "VoiceFallbackMethod",
        /// The TwiML application `AP…` that handles calls, in place of the URLs.
        voice_application(text) = "VoiceApplicationSid",
        /// Whether the caller's name is looked up.
        voice_caller_id_lookup(bool) = "VoiceCallerIdLookup",
        /// Where the end of calls is reported.
        status_callback(text) = "StatusCallback",
        /// How.
        status_callback_method(CallbackMethod) = "StatusCallbackMethod",
        /// Where TwiML for messages is fetched.
        sms_url(text) = "SmsUrl",
        /// How.
        sms_method(CallbackMethod) = "SmsMethod",
        /// Where it is fetched if that fails.
        sms_fallback_url(text) = "SmsFallbackUrl",
        /// How.
        sms_fallback_method(CallbackMethod) = "SmsFallbackMethod",
        /// The TwiML application `AP…` that handles messages, in place of the URLs.
        sms_application(text) = "SmsApplicationSid",
        /// The address `AD…` that the law of some countries asks for.
        address(text) = "AddressSid",
        /// The identity `RI…` that the law of some countries asks for.
        identity(text) = "IdentitySid",
        /// The regulatory bundle `BU…`.
        bundle(text) = "BundleSid",
        /// The SIP trunk `TK…` that calls go to, in place of the URLs.
        trunk(text) = "TrunkSid",
    }
}

impl NumberSettings {
    pub(crate) fn into_form(self) -> Form {
        self.form
    }

    pub(crate) fn into_purchase(mut self, what: &'static str, value: &str) -> Form {
        self.form.set(what, value);
        self.form
    }
}
