use chrono::{DateTime, Utc};
use serde_json::Value;
use twilio_webhook::conversations::ConversationState;
use twilio_webhook::{ChatServiceSid, ConversationSid, ParticipantSid};

use super::MessagingBinding;
use crate::wire::resource;

resource! {
    /// One conversation that somebody is in. A user may be in 1,000 that are not closed.
    pub struct Seat {
        /// The conversation.
        pub conversation_sid: ConversationSid,
        /// The service it belongs to.
        pub chat_service_sid: Option<ChatServiceSid>,
        /// Somebody, as a participant of it.
        pub participant_sid: Option<ParticipantSid>,
        /// The user's name; none for someone on SMS or WhatsApp.
        pub participant_identity: Option<String>,
        /// Where messages go; none for one who only chats.
        pub participant_messaging_binding: Option<MessagingBinding>,
        /// Its name for people.
        pub conversation_friendly_name: Option<String>,
        /// Its name for programs.
        pub conversation_unique_name: Option<String>,
        /// What else is known about it.
        pub conversation_attributes: Option<Value> as json_text,
        /// Whether it goes on.
        pub conversation_state: Option<ConversationState>,
        /// When it was created.
        pub conversation_date_created: Option<DateTime<Utc>>,
        /// When it last changed.
        pub conversation_date_updated: Option<DateTime<Utc>>,
    }
}
