use std::time::Duration;

use chrono::{DateTime, Utc};
use twilio_webhook::{AccountSid, QueueSid};

use crate::form::{Form, form};
use crate::wire::resource;

resource! {
    /// A queue of calls.
    pub struct Queue {
        /// Its SID.
        pub sid: QueueSid,
        /// The account it belongs to.
        pub account_sid: Option<AccountSid>,
        /// Its name, as `<Enqueue>` says it.
        pub friendly_name: Option<String>,
        /// How many wait.
        pub current_size: Option<u32>,
        /// How many may wait.
        pub max_size: Option<u32>,
        /// How long those who wait have waited, on average.
        pub average_wait_time: Option<Duration>,
        /// When it was created.
        pub date_created: Option<DateTime<Utc>>,
        /// When it last changed.
        pub date_updated: Option<DateTime<Utc>>,
    }
}

form! {
    /// Another name or size for a queue.
    #[derive(Default)]
    pub struct UpdateQueue {
        /// Its name: at most 64 characters.
        friendly_name(text) = "FriendlyName",
        /// How many may wait: at most 5,000.
        max_size(u32) = "MaxSize",
    }
}

impl UpdateQueue {
    pub(crate) fn into_form(self) -> Form {
        self.form
    }
}
