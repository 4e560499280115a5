use std::time::Duration;

use chrono::{DateTime, Utc};
use twilio_webhook::{Address, MessagingServiceSid};

use crate::Error;
use crate::form::{Form, form};
use crate::words::words;

form! {
    /// A message to be sent: from whom, to whom, and what.
    ///
    /// ```
    /// use twilio_rest::CreateMessage;
    ///
    /// let message = CreateMessage::new("+441134960000", "+441134960001")
    ///     .body("Your table is ready.")
    ///     .status_callback("https://pbx.example.com/message/17");
    /// # let _ = message;
    /// ```
    ///
    /// At least one of [`body`](Self::body), [`media`](Self::media) and
    /// [`content`](Self::content) must be given. The documentation of each field is at Twilio's
    /// Messages resource.
    pub struct CreateMessage {
        /// What it says: at most 1,600 characters. Cut into parts of 160 characters, or of 70 if
        /// one is beyond GSM-7.
        body(text) = "Body",
        /// Where pictures and the like are found: at most 10 public URLs, 5 MB in all.
        media(texts) = "MediaUrl",
        /// A template of the Content API, `HX…`.
        content(text) = "ContentSid",
        /// What to fill into the template: a JSON object as text, `{"1":"Ada"}`.
        content_variables(text) = "ContentVariables",
        /// Sends from here, if the number first chosen cannot.
        fallback_from(into Address) = "FallbackFrom",
        /// Where it is reported how far the message is, by `POST`.
        status_callback(text) = "StatusCallback",
        /// How long it may wait to be sent before it fails: 1 to 36,000 whole seconds, which is
        /// the default (older copies of Twilio's page say 14,400).
        validity(Duration) = "ValidityPeriod",
        /// The highest price, in US dollars with up to four decimal places: `0.05`.
        max_price(text) = "MaxPrice",
        /// Replaces what looks like GSM-7, as curly quotes do, by what is: shorter messages.
        smart_encoded(bool) = "SmartEncoded",
        /// Shortens links, with a Messaging Service that has a domain for it.
        shorten_urls(bool) = "ShortenUrls",
        /// Whether there will be word from the recipient that it has arrived.
        provide_feedback(bool) = "ProvideFeedback",
        /// How many times this was tried before, this time included; only counted.
        attempt(u32) = "Attempt",
        /// Whether Twilio keeps the text.
        content_retention(Retention) = "ContentRetention",
        /// Sends an MMS even if there is no picture.
        send_as_mms(bool) = "SendAsMms",
    }
}

/// At least one of these must be given.
const CONTENTS: [&str; 3] = ["Body", "MediaUrl", "ContentSid"];

impl CreateMessage {
    /// A message to `to` from a number, short code or name of the account's own. For other
    /// channels both begin with the channel: `whatsapp:+441134960000`.
    pub fn new(to: impl Into<Address>, from: impl Into<Address>) -> Self {
        let mut form = Form::default();
        form.set("To", to.into());
        form.set("From", from.into());
        Self { form }
    }

    /// A message to `to` from whichever number the Messaging Service chooses.
    pub fn by_service(to: impl Into<Address>, service: MessagingServiceSid) -> Self {
        let mut form = Form::default();
        form.set("To", to.into());
        form.set("MessagingServiceSid", service);
        Self { form }
    }

    /// Sends it at this time, at least 5 minutes (older pages: 15) and at most 35 days ahead.
    /// Only with a Messaging Service: see [`by_service`](Self::by_service).
    pub fn send_at(mut self, time: DateTime<Utc>) -> Self {
        self.form.set("ScheduleType", "fixed");
        self.form.set("SendAt", time);
        self
    }

    pub(crate) fn into_form(self) -> Result<Form, Error> {
        if !self.form.contains_any(&CONTENTS) {
            return Err(Error::Request {
                problem: "a message needs a body, media or content",
            });
        }
        if self.form.contains("SendAt") && !self.form.contains("MessagingServiceSid") {
            return Err(Error::Request {
                problem: "only a Messaging Service sends at a set time: use \
                          CreateMessage::by_service",
            });
        }
        Ok(self.form)
    }
}

words! {
    /// What Twilio keeps of a message.
    pub enum Retention {
        /// All of it.
        Retain = "retain",
        /// Nothing once it is sent. Needs to be agreed with Twilio.
        Discard = "discard",
    }
}
