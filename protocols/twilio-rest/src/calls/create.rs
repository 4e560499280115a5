use std::time::Duration;

use twilio_webhook::Address;

use crate::form::{Form, form};
use crate::words::words;
use crate::{CallbackMethod, Error};

form! {
    /// A call to be placed: from whom, to whom, and what happens when it is answered.
    ///
    /// ```
    /// use std::time::Duration;
    /// use twilio_rest::{CallEvent, CreateCall};
    ///
    /// let call = CreateCall::new("client:alice", "+441134960001")
    ///     .url("https://pbx.example.com/agent/alice")
    ///     .timeout(Duration::from_secs(20))
    ///     .status_callback("https://pbx.example.com/status", [CallEvent::Answered, CallEvent::Completed]);
    /// # let _ = call;
    /// ```
    ///
    /// One of [`url`](Self::url), [`twiml`](Self::twiml) and [`application`](Self::application)
    /// must be given. The documentation of each field is at Twilio's Calls resource.
    pub struct CreateCall {
        /// How TwiML is fetched.
        method(CallbackMethod) = "Method",
        /// How events are reported.
        status_callback_method(CallbackMethod) = "StatusCallbackMethod",
        /// How long it rings before it counts as not answered: whole seconds up to 600, 60 by
        /// default. Twilio adds 5 seconds on some routes.
        timeout(Duration) = "Timeout",
        /// How long the call may last: whole seconds, 4 hours by default.
        time_limit(Duration) = "TimeLimit",
        /// Keys to press once answered: digits, `*`, `#`, and `w` for a pause of half a second.
        send_digits(text) = "SendDigits",
        /// Shows this number or name instead of `from`.
        caller_id(text) = "CallerId",
        /// Why we call, shown on phones that support branded calls: at most 50 characters.
        reason(text) = "CallReason",
        /// Allows `from` to be the number of the call that this token came with.
        call_token(text) = "CallToken",
        /// Where the recording is reported, by `POST`.
        recording_status_callback(text) = "RecordingStatusCallback",
        /// Finds out whether a person or a machine has answered.
        machine_detection(MachineDetection) = "MachineDetection",
        /// How long that may take: 3 to 59 seconds, 30 by default.
        machine_detection_timeout(Duration) = "MachineDetectionTimeout",
    }
}

/// Of these, the last one given counts.
const ANSWERS: [&str; 3] = ["Url", "Twiml", "ApplicationSid"];

impl CreateCall {
    /// A call to `to`, which sees `from` as the caller: a number of the account's own or one it
    /// has verified, or any name if `to` is a client.
    pub fn new(to: impl Into<Address>, from: impl Into<Address>) -> Self {
        let mut form = Form::default();
        form.set("To", to.into());
        form.set("From", from.into());
        Self { form }
    }

    /// When answered, TwiML is fetched from here, by `POST` unless [`method`](Self::method) says
    /// otherwise. Takes the place of TwiML and application.
    pub fn url(self, url: impl Into<String>) -> Self {
        self.answer("Url", url.into())
    }

    /// When answered, this TwiML runs: at most 4,000 characters, with absolute URLs only. Takes
    /// the place of URL and application.
    pub fn twiml(self, twiml: impl Into<String>) -> Self {
        self.answer("Twiml", twiml.into())
    }

    /// When answered, the TwiML application `AP…` handles it. Takes the place of URL and TwiML, and
    /// its callbacks that of the ones given here.
    pub fn application(self, sid: impl Into<String>) -> Self {
        self.answer("ApplicationSid", sid.into())
    }

    /// Where TwiML is fetched if the first URL fails.
    pub fn fallback(mut self, url: impl Into<String>, method: CallbackMethod) -> Self {
        self.form.set("FallbackUrl", url.into());
        self.form.set("FallbackMethod", method);
        self
    }

    /// Where the given events are reported, by `POST`. Twilio's default, for an empty list, is
    /// [`CallEvent::Completed`] alone.
    pub fn status_callback(
        mut self,
        url: impl Into<String>,
        events: impl IntoIterator<Item = CallEvent>,
    ) -> Self {
        self.form.set("StatusCallback", url.into());
        self.form.set_all("StatusCallbackEvent", events);
        self
    }

    /// Name and password for a SIP address that asks for them.
    pub fn sip_auth(mut self, username: impl Into<String>, password: impl Into<String>) -> Self {
        self.form.set("SipAuthUsername", username.into());
        self.form.set("SipAuthPassword", password.into());
        self
    }

    /// Records the call, both sides in one channel.
    pub fn record(mut self) -> Self {
        self.form.set("Record", true);
        self
    }

    /// Reports the result of [`machine_detection`](Self::machine_detection) here and lets the call
    /// go on meanwhile, instead of waiting for it before TwiML is fetched.
    pub fn async_machine_detection(mut self, url: impl Into<String>) -> Self {
        self.form.set("AsyncAmd", true);
        self.form.set("AsyncAmdStatusCallback", url.into());
        self
    }

    fn answer(mut self, name: &'static str, value: String) -> Self {
        for other in ANSWERS {
            self.form.remove(other);
        }
        self.form.set(name, value);
        self
    }

    pub(crate) fn into_form(self) -> Result<Form, Error> {
        if self.form.contains_any(&ANSWERS) {
            Ok(self.form)
        } else {
            Err(Error::Request {
                problem: "a call needs a url, twiml or application to say what happens when it is \
                          answered",
            })
        }
    }
}

words! {
    /// What is reported about a call.
    pub enum CallEvent {
        /// Twilio begins to dial.
        Initiated = "initiated",
        /// It rings.
        Ringing = "ringing",
        /// Somebody answered.
        Answered = "answered",
        /// It is over, whatever came of it.
        Completed = "completed",
    }
}

impl CallEvent {
    /// All of them, in the order in which they happen.
    pub const ALL: [Self; 4] = [
        Self::Initiated,
        Self::Ringing,
        Self::Answered,
        Self::Completed,
    ];
}

words! {
    /// What to wait for when finding out who has answered.
    pub enum MachineDetection {
        /// Report as soon as it is clear.
        Enable = "Enable",
        /// With a machine, report at the end of its greeting, when a message can be left.
        DetectMessageEnd = "DetectMessageEnd",
    }
}
