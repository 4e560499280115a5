use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use twilio_webhook::conversations::ConversationState;
use twilio_webhook::{AccountSid, ChatServiceSid, ConversationSid, MessagingServiceSid};

use crate::form::{Form, form};
use crate::wire::resource;

resource! {
    /// A conversation.
    pub struct Conversation {
        /// Its SID.
        pub sid: ConversationSid,
        /// Whether it goes on.
        pub state: Option<ConversationState>,
        /// The account it belongs to.
        pub account_sid: Option<AccountSid>,
        /// The service it belongs to.
        pub chat_service_sid: Option<ChatServiceSid>,
        /// The Messaging Service that sends its messages by SMS.
        pub messaging_service_sid: Option<MessagingServiceSid>,
        /// A name for people.
        pub friendly_name: Option<String>,
        /// A name for programs.
        pub unique_name: Option<String>,
        /// What else is known about it.
        pub attributes: Option<Value> as json_text,
        /// When it was created.
        pub date_created: Option<DateTime<Utc>>,
        /// When it last changed.
        pub date_updated: Option<DateTime<Utc>>,
    }
}

form! {
    /// What a conversation is to be, when it is made or changed.
    #[derive(Default)]
    pub struct ConversationSettings {
        /// A name for people: at most 256 characters.
        friendly_name(text) = "FriendlyName",
        /// A name for programs, which the REST API takes in place of the SID. Keep it within 64
        /// characters: the documents state no limit, and older ones that.
        unique_name(text) = "UniqueName",
        /// What else is known about it: at most 16 kB.
        attributes(Value) = "Attributes",
        /// Whether it goes on. Timers need one when the conversation is made.
        state(ConversationState) = "State",
        /// The Messaging Service that sends its messages by SMS.
        messaging_service(MessagingServiceSid) = "MessagingServiceSid",
    }
}

impl ConversationSettings {
    /// After this time without a message it becomes inactive: at least a minute.
    pub fn inactive_after(self, time: Duration) -> Self {
        self.timer("Timers.Inactive", time)
    }

    /// After this time it is closed: at least 10 minutes.
    pub fn closed_after(self, time: Duration) -> Self {
        self.timer("Timers.Closed", time)
    }

    fn timer(mut self, name: &'static str, time: Duration) -> Self {
        self.form.set(name, format!("PT{}S", time.as_secs()));
        self
    }

    pub(crate) fn into_form(self) -> Form {
        self.form
    }
}

form! {
    /// Which conversations to list: those that match all that is given.
    #[derive(Default)]
    pub struct ListConversations {
        /// Whether they go on.
        state(ConversationState) = "State",
        /// Created on this day (UTC) or later.
        created_after(NaiveDate) = "StartDate",
        /// Created on this day (UTC) or earlier.
        created_before(NaiveDate) = "EndDate",
        /// How many come in one request: 1 to 100, 50 by default.
        page_size(u32) = "PageSize",
    }
}

impl ListConversations {
    pub(crate) fn into_form(self) -> Form {
        self.form
    }
}
