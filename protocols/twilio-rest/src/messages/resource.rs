use chrono::{DateTime, Utc};
use twilio_webhook::{AccountSid, Address, MessageSid, MessageStatus, MessagingServiceSid};

use crate::wire::resource;
use crate::words::open_words;

resource! {
    /// A message, as the REST API shows it.
    pub struct Message {
        /// Its SID.
        pub sid: MessageSid,
        /// How far it is.
        pub status: MessageStatus,
        /// The account it belongs to.
        pub account_sid: Option<AccountSid>,
        /// The Messaging Service that chose, or is to choose, the sender.
        pub messaging_service_sid: Option<MessagingServiceSid>,
        /// Who gets it.
        pub to: Option<Address>,
        /// Who sends it; none until a Messaging Service has chosen.
        pub from: Option<Address>,
        /// Who started it.
        pub direction: Option<MessageDirection>,
        /// What it says.
        pub body: Option<String>,
        /// In how many parts it is sent, and paid for. 0 while a Messaging Service chooses.
        pub num_segments: Option<u32>,
        /// How many pictures and the like it has.
        pub num_media: Option<u32>,
        /// Why it did not arrive, as in 30007.
        pub error_code: Option<u32>,
        /// That in words.
        pub error_message: Option<String>,
        /// What it cost, negative, as a decimal number; comes some time after it was sent.
        pub price: Option<String>,
        /// The currency of the price, as in `USD`.
        pub price_unit: Option<String>,
        /// When it was sent, or came in.
        pub date_sent: Option<DateTime<Utc>>,
        /// When it was created.
        pub date_created: Option<DateTime<Utc>>,
        /// When it last changed.
        pub date_updated: Option<DateTime<Utc>>,
    }
}

open_words! {
    /// Who started a message.
    pub enum MessageDirection {
        /// Someone wrote to us.
        Inbound = "inbound",
        /// We wrote, through the REST API.
        OutboundApi = "outbound-api",
        /// We wrote, by a verb during a call.
        OutboundCall = "outbound-call",
        /// We answered, by TwiML.
        OutboundReply = "outbound-reply",
    }
}
