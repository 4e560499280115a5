use chrono::{DateTime, Utc};
use twilio_webhook::{AccountSid, PhoneNumber};

use crate::form::{Form, form};
use crate::sid::IncomingNumberSid;
use crate::wire::resource;

resource! {
    /// A phone number of the account.
    pub struct IncomingNumber {
        /// Its SID.
        pub sid: IncomingNumberSid,
        /// The number.
        pub phone_number: Option<PhoneNumber>,
        /// The account it belongs to.
        pub account_sid: Option<AccountSid>,
        /// A name for it.
        pub friendly_name: Option<String>,
        /// What it can do.
        pub capabilities: Option<Capabilities>,
        /// `in-use`, or what keeps it from that.
        pub status: Option<String>,
        /// Whether it is new to Twilio.
        pub beta: Option<bool>,
        /// `twilio` or `hosted`.
        pub origin: Option<String>,
        /// Where TwiML for calls is fetched.
        pub voice_url: Option<String>,
        /// How.
        pub voice_method: Option<String>,
        /// Where it is fetched if that fails.
        pub voice_fallback_url: Option<String>,
        /// The TwiML application that handles calls.
        pub voice_application_sid: Option<String>,
        /// Whether the caller's name is looked up.
        pub voice_caller_id_lookup: Option<bool>,
        /// Where the end of calls is reported.
        pub status_callback: Option<String>,
        /// Where TwiML for messages is fetched.
        pub sms_url: Option<String>,
        /// How.
        pub sms_method: Option<String>,
        /// Where it is fetched if that fails.
        pub sms_fallback_url: Option<String>,
        /// The TwiML application that handles messages.
        pub sms_application_sid: Option<String>,
        /// The SIP trunk that calls go to.
        pub trunk_sid: Option<String>,
        /// When it was bought.
        pub date_created: Option<DateTime<Utc>>,
        /// When it last changed.
        pub date_updated: Option<DateTime<Utc>>,
    }
}

resource! {
    /// What a number can do.
    pub struct Capabilities {
        /// Calls.
        pub voice: Option<bool>,
        /// Short messages.
        pub sms: Option<bool>,
        /// Messages with pictures.
        pub mms: Option<bool>,
        /// Faxes.
        pub fax: Option<bool>,
    }
}

form! {
    /// Which numbers to list: those that match all that is given.
    #[derive(Default)]
    pub struct ListIncomingNumbers {
        /// Digits that occur in it, `*` for any one of them.
        phone_number(text) = "PhoneNumber",
        /// Its name.
        friendly_name(text) = "FriendlyName",
        /// Whether it is new to Twilio.
        beta(bool) = "Beta",
        /// `twilio` or `hosted`.
        origin(text) = "Origin",
        /// How many come in one request: 1 to 1,000, 50 by default.
        page_size(u32) = "PageSize",
    }
}

impl ListIncomingNumbers {
    pub(crate) fn into_form(self) -> Form {
        self.form
    }
}
