use std::time::Duration;

use crate::CallbackMethod;
use crate::form::{Form, form};
use crate::operation::{Operation, Path};

form! {
    /// A change to a call under way.
    ///
    /// ```
    /// use twilio_rest::UpdateCall;
    ///
    /// let change = UpdateCall::twiml("<Response><Say>We close now.</Say></Response>");
    /// # let _ = change;
    /// ```
    pub struct UpdateCall {
        /// How the TwiML of [`redirect`](Self::redirect) is fetched.
        method(CallbackMethod) = "Method",
        /// Where TwiML is fetched if that fails.
        fallback_url(text) = "FallbackUrl",
        /// How.
        fallback_method(CallbackMethod) = "FallbackMethod",
        /// Where the end of the call is reported.
        status_callback(text) = "StatusCallback",
        /// How it is reported.
        status_callback_method(CallbackMethod) = "StatusCallbackMethod",
        /// How long the call may last in all, in whole seconds.
        time_limit(Duration) = "TimeLimit",
    }
}

impl UpdateCall {
    /// Fetches TwiML from here and goes on with it.
    pub fn redirect(url: impl Into<String>) -> Self {
        Self::setting("Url", &url.into())
    }

    /// Goes on with this TwiML: at most 4,000 characters, with absolute URLs only.
    pub fn twiml(twiml: impl Into<String>) -> Self {
        Self::setting("Twiml", &twiml.into())
    }

    /// Goes on as it does, with other limits or callbacks.
    pub fn going_on() -> Self {
        Self {
            form: Form::default(),
        }
    }

    fn setting(name: &'static str, value: &str) -> Self {
        let mut change = Self::going_on();
        change.form.set(name, value);
        change
    }

    pub(crate) fn into_operation(self, path: Path) -> Operation {
        if self.form.contains_any(&["Url", "Twiml"]) {
            Operation::create(path, self.form)
        } else {
            Operation::set(path, self.form)
        }
    }
}
