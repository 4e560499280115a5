use std::time::Duration;

use twilio_webhook::Address;

use crate::Error;
use crate::form::Form;

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
/// One of [`url`](Self::url), [`twiml`](Self::twiml) and [`application`](Self::application) must be
/// given. The documentation of each field is at Twilio's Calls resource. `Debug` shows the names of
/// the fields only.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct CreateCall {
    form: Form,
}

impl CreateCall {
    /// A call to `to`, which sees `from` as the caller: a number of the account's own or one it
    /// has verified, or any name if `to` is a client.
    pub fn new(to: impl Into<Address>, from: impl Into<Address>) -> Self {
        let mut form = Form::default();
        form.set("To", to.into().to_string());
        form.set("From", from.into().to_string());
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

    fn answer(mut self, name: &str, value: String) -> Self {
        for other in ["Url", "Twiml", "ApplicationSid"] {
            self.form.remove(other);
        }
        self.form.set(name, value);
        self
    }

    /// How TwiML is fetched.
    pub fn method(self, method: CallbackMethod) -> Self {
        self.set("Method", method.as_str())
    }

    /// Where TwiML is fetched if the first URL fails.
    pub fn fallback(self, url: impl Into<String>, method: CallbackMethod) -> Self {
        self.set("FallbackUrl", url)
            .set("FallbackMethod", method.as_str())
    }

    /// Where the given events are reported, by `POST`. Twilio's default, for an empty list, is
    /// [`CallEvent::Completed`] alone.
    pub fn status_callback(
        self,
        url: impl Into<String>,
        events: impl IntoIterator<Item = CallEvent>,
    ) -> Self {
        self.set("StatusCallback", url).list(
            "StatusCallbackEvent",
            events.into_iter().map(CallEvent::as_str),
        )
    }

    /// How events are reported.
    pub fn status_callback_method(self, method: CallbackMethod) -> Self {
        self.set("StatusCallbackMethod", method.as_str())
    }

    /// How long it rings before it counts as not answered: whole seconds up to 600, 60 by default.
    /// Twilio adds 5 seconds on some routes.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.set("Timeout", timeout.as_secs().to_string())
    }

    /// How long the call may last: whole seconds, 4 hours by default.
    pub fn time_limit(self, limit: Duration) -> Self {
        self.set("TimeLimit", limit.as_secs().to_string())
    }

    /// Keys to press once answered: digits, `*`, `#`, and `w` for a pause of half a second.
    pub fn send_digits(self, digits: impl Into<String>) -> Self {
        self.set("SendDigits", digits)
    }

    /// Shows this number or name instead of `from`.
    pub fn caller_id(self, caller_id: impl Into<String>) -> Self {
        self.set("CallerId", caller_id)
    }

    /// Why we call, shown on phones that support branded calls: at most 50 characters.
    pub fn reason(self, reason: impl Into<String>) -> Self {
        self.set("CallReason", reason)
    }

    /// Allows `from` to be the number of the call that this token came with.
    pub fn call_token(self, token: impl Into<String>) -> Self {
        self.set("CallToken", token)
    }

    /// Name and password for a SIP address that asks for them.
    pub fn sip_auth(self, username: impl Into<String>, password: impl Into<String>) -> Self {
        self.set("SipAuthUsername", username)
            .set("SipAuthPassword", password)
    }

    /// Records the call, both sides in one channel.
    pub fn record(self) -> Self {
        self.set("Record", "true")
    }

    /// Where the recording is reported, by `POST`.
    pub fn recording_status_callback(self, url: impl Into<String>) -> Self {
        self.set("RecordingStatusCallback", url)
    }

    /// Finds out whether a person or a machine has answered.
    pub fn machine_detection(self, detection: MachineDetection) -> Self {
        self.set("MachineDetection", detection.as_str())
    }

    /// Reports the result of [`machine_detection`](Self::machine_detection) here and lets the call
    /// go on meanwhile, instead of waiting for it before TwiML is fetched.
    pub fn async_machine_detection(self, url: impl Into<String>) -> Self {
        self.set("AsyncAmd", "true")
            .set("AsyncAmdStatusCallback", url)
    }

    /// Any other field, unchecked, under its name on the wire. Repeat it for a list.
    pub fn unchecked(mut self, name: &str, value: impl Into<String>) -> Self {
        self.form.add(name, value);
        self
    }

    fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.form.set(name, value);
        self
    }

    fn list(mut self, name: &str, values: impl Iterator<Item = &'static str>) -> Self {
        self.form.remove(name);
        for value in values {
            self.form.add(name, value);
        }
        self
    }

    pub(crate) fn into_form(self) -> Result<Form, Error> {
        if ["Url", "Twiml", "ApplicationSid"]
            .iter()
            .any(|name| self.form.contains(name))
        {
            Ok(self.form)
        } else {
            Err(Error::Request {
                problem: "a call needs a url, twiml or application to say what happens when it is \
                          answered",
            })
        }
    }
}

/// What is reported about a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallEvent {
    /// Twilio begins to dial.
    Initiated,
    /// It rings.
    Ringing,
    /// Somebody answered.
    Answered,
    /// It is over, whatever came of it.
    Completed,
}

impl CallEvent {
    /// All of them, in the order in which they happen.
    pub const ALL: [Self; 4] = [
        Self::Initiated,
        Self::Ringing,
        Self::Answered,
        Self::Completed,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initiated => "initiated",
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Completed => "completed",
        }
    }
}

/// How Twilio makes a request to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallbackMethod {
    /// `POST`, with a form.
    Post,
    /// `GET`, with a query. Answers may be cached.
    Get,
}

impl CallbackMethod {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Get => "GET",
        }
    }
}

/// What to wait for when finding out who has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MachineDetection {
    /// Report as soon as it is clear.
    Enable,
    /// With a machine, report at the end of its greeting, when a message can be left.
    DetectMessageEnd,
}

impl MachineDetection {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enable => "Enable",
            Self::DetectMessageEnd => "DetectMessageEnd",
        }
    }
}
