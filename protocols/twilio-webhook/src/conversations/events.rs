use chrono::{DateTime, Utc};

use crate::callback::{callback, from_params_traits};
use crate::open_enum::open_enum;
use crate::{
    Address, ChatServiceSid, ConversationMessageSid, ConversationSid, DeliveryReceiptSid,
    MessagingServiceSid, ParamError, Params, ParticipantSid, RoleSid, Sid, UserSid,
};

use super::{Context, EventType};

/// Any request of Conversations, by what it is about.
///
/// ```
/// use twilio_webhook::Params;
/// use twilio_webhook::conversations::{Event, Phase};
///
/// let params = Params::from_form("AccountSid=AC00000000000000000000000000000001\
///     &EventType=onMessageAdd&Source=SDK&ConversationSid=CH00000000000000000000000000000002\
///     &Body=Hello&Author=alice&Attributes=%7B%7D")?;
/// let event = Event::from_params(&params)?;
/// let Event::Message(message) = event else { panic!("not a message") };
/// assert_eq!(message.event.event.phase(), Some(Phase::Before));
/// assert_eq!(message.body.as_deref(), Some("Hello"));
/// assert_eq!(message.sid, None);     // it does not exist yet
/// # Ok::<(), twilio_webhook::ParamError>(())
/// ```
///
/// Neither order nor uniqueness is promised: a message's `index` orders, and the header
/// `I-Twilio-Idempotency-Token` tells a repeated request.
///
/// Source: Twilio, "Conversations Webhooks".
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A conversation.
    Conversation(ConversationEvent),
    /// The state of a conversation.
    ConversationState(ConversationStateEvent),
    /// A message.
    Message(MessageEvent),
    /// A participant.
    Participant(ParticipantEvent),
    /// The delivery of a message.
    Delivery(DeliveryEvent),
    /// A user.
    User(UserEvent),
    /// An event that this version does not know.
    Other {
        /// What every request says.
        event: Context,
        /// All that this one says besides.
        extra: Params,
    },
}

impl Event {
    /// Reads the request.
    ///
    /// # Errors
    /// [`ParamError`] names the first parameter that is missing or malformed.
    pub fn from_params(params: &Params) -> Result<Self, ParamError> {
        use EventType as Type;

        let event = Context::from_params(params)?;
        match event.event {
            Type::ConversationAdd
            | Type::ConversationAdded
            | Type::ConversationUpdate
            | Type::ConversationUpdated
            | Type::ConversationRemove
            | Type::ConversationRemoved => {
                ConversationEvent::from_params(params).map(Self::Conversation)
            }
            Type::ConversationStateUpdated => {
                ConversationStateEvent::from_params(params).map(Self::ConversationState)
            }
            Type::MessageAdd
            | Type::MessageAdded
            | Type::MessageUpdate
            | Type::MessageUpdated
            | Type::MessageRemove
            | Type::MessageRemoved => MessageEvent::from_params(params).map(Self::Message),
            Type::ParticipantAdd
            | Type::ParticipantAdded
            | Type::ParticipantUpdate
            | Type::ParticipantUpdated
            | Type::ParticipantRemove
            | Type::ParticipantRemoved => {
                ParticipantEvent::from_params(params).map(Self::Participant)
            }
            Type::DeliveryUpdated => DeliveryEvent::from_params(params).map(Self::Delivery),
            Type::UserAdded | Type::UserUpdate | Type::UserUpdated => {
                UserEvent::from_params(params).map(Self::User)
            }
            Type::Other(_) => {
                let extra = params.without(&[Context::PARAMETERS]);
                Ok(Self::Other { event, extra })
            }
        }
    }

    /// What every request says, whatever it is about.
    #[must_use]
    pub const fn context(&self) -> &Context {
        match self {
            Self::Conversation(about) => &about.event,
            Self::ConversationState(about) => &about.event,
            Self::Message(about) => &about.event,
            Self::Participant(about) => &about.event,
            Self::Delivery(about) => &about.event,
            Self::User(about) => &about.event,
            Self::Other { event, .. } => event,
        }
    }
}

from_params_traits!(Event);

callback! {
    /// A conversation is about to be made, changed or deleted, or has been.
    ///
    /// Before it is made it has no SID and no dates.
    pub struct ConversationEvent about event: Context {
        /// The conversation.
        pub sid: Option<ConversationSid> = "ConversationSid",
        /// When it was made.
        pub date_created: Option<DateTime<Utc>> = "DateCreated",
        /// When it last changed.
        pub date_updated: Option<DateTime<Utc>> = "DateUpdated",
        /// When it was deleted.
        pub date_removed: Option<DateTime<Utc>> = "DateRemoved",
        /// Its name for people.
        pub friendly_name: Option<String> = "FriendlyName",
        /// Its name for programs.
        pub unique_name: Option<String> = "UniqueName",
        /// What else is known about it, as JSON.
        pub attributes: Option<String> = "Attributes",
        /// The Conversations service.
        pub chat_service_sid: Option<ChatServiceSid> = "ChatServiceSid",
        /// The Messaging Service.
        pub messaging_service_sid: Option<MessagingServiceSid> = "MessagingServiceSid",
        /// Whether it goes on.
        pub state: Option<ConversationState> = "State",
        /// Our address that the first message came to.
        pub proxy_address: Option<Address> = "MessagingBinding.ProxyAddress",
        /// The sender of the first message; the first of several for a group.
        pub address: Option<Address> = "MessagingBinding.Address",
        /// Our address within a group.
        pub projected_address: Option<Address> = "MessagingBinding.ProjectedAddress",
        /// Who started the group.
        pub author_address: Option<Address> = "MessagingBinding.AuthorAddress",
        /// The text of the first message.
        pub message_body: Option<String> = "MessageBody",
        /// What came with the first message, as JSON.
        pub media: Option<String> = "Media",
    }
}

open_enum! {
    /// Whether a conversation goes on.
    pub enum ConversationState {
        /// Being made.
        Initializing = "initializing",
        /// Going on.
        Active = "active",
        /// Silent for long.
        Inactive = "inactive",
        /// Over: nothing can be added.
        Closed = "closed",
    }
}

callback! {
    /// A conversation has become active, inactive or closed.
    pub struct ConversationStateEvent about event: Context {
        /// The conversation.
        pub sid: ConversationSid = "ConversationSid",
        /// The Conversations service.
        pub chat_service_sid: Option<ChatServiceSid> = "ChatServiceSid",
        /// The Messaging Service.
        pub messaging_service_sid: Option<MessagingServiceSid> = "MessagingServiceSid",
        /// When.
        pub state_updated: Option<DateTime<Utc>> = "StateUpdated",
        /// What it was.
        pub from: ConversationState = "StateFrom",
        /// What it is.
        pub to: ConversationState = "StateTo",
        /// What caused it.
        pub reason: Option<StateChangeReason> = "Reason",
    }
}

open_enum! {
    /// What changed the state of a conversation.
    pub enum StateChangeReason {
        /// The REST API.
        Api = "API",
        /// Time.
        Timer = "TIMER",
        /// A message.
        Event = "EVENT",
    }
}

callback! {
    /// A message is about to be published, changed or deleted, or has been.
    ///
    /// Before it is published it has no SID and no index.
    pub struct MessageEvent about event: Context {
        /// The conversation.
        pub conversation_sid: ConversationSid = "ConversationSid",
        /// The message.
        pub sid: Option<ConversationMessageSid> = "MessageSid",
        /// Its place in the conversation.
        pub index: Option<u32> = "Index",
        /// When it was published.
        pub date_created: Option<DateTime<Utc>> = "DateCreated",
        /// When it last changed.
        pub date_updated: Option<DateTime<Utc>> = "DateUpdated",
        /// When it was deleted.
        pub date_removed: Option<DateTime<Utc>> = "DateRemoved",
        /// The text; none if there is only media.
        pub body: Option<String> = "Body",
        /// Who wrote it.
        pub author: Option<String> = "Author",
        /// The participant who wrote it, if it was one.
        pub participant_sid: Option<ParticipantSid> = "ParticipantSid",
        /// What else is known about it, as JSON.
        pub attributes: Option<String> = "Attributes",
        /// What came with it, as JSON.
        pub media: Option<String> = "Media",
        /// The Messaging Service.
        pub messaging_service_sid: Option<MessagingServiceSid> = "MessagingServiceSid",
    }
}

callback! {
    /// Someone is about to join, change or leave, or has.
    pub struct ParticipantEvent about event: Context {
        /// The conversation.
        pub conversation_sid: ConversationSid = "ConversationSid",
        /// The participant; none before having joined.
        pub sid: Option<ParticipantSid> = "ParticipantSid",
        /// When the participant joined.
        pub date_created: Option<DateTime<Utc>> = "DateCreated",
        /// When the participant last changed.
        pub date_updated: Option<DateTime<Utc>> = "DateUpdated",
        /// When the participant left.
        pub date_removed: Option<DateTime<Utc>> = "DateRemoved",
        /// The user's name; none for someone on SMS or WhatsApp.
        pub identity: Option<String> = "Identity",
        /// What the participant may do.
        pub role_sid: Option<RoleSid> = "RoleSid",
        /// What else is known about the participant, as JSON.
        pub attributes: Option<String> = "Attributes",
        /// Our address towards the participant; none for one who only chats.
        pub proxy_address: Option<Address> = "MessagingBinding.ProxyAddress",
        /// The participant's address; none for one who only chats.
        pub address: Option<Address> = "MessagingBinding.Address",
        /// The participant's address within a group.
        pub projected_address: Option<Address> = "MessagingBinding.ProjectedAddress",
        /// How the participant takes part.
        pub binding_type: Option<BindingType> = "MessagingBinding.Type",
        /// The last message that the participant has read.
        pub last_read_message_index: Option<u32> = "LastReadMessageIndex",
    }
}

open_enum! {
    /// How someone takes part in a conversation.
    pub enum BindingType {
        /// By text message.
        Sms = "SMS",
        /// In a chat of our own.
        Chat = "CHAT",
        /// By WhatsApp.
        Whatsapp = "WHATSAPP",
    }
}

callback! {
    /// A message has got further on its way to one recipient.
    pub struct DeliveryEvent about event: Context {
        /// The conversation.
        pub conversation_sid: ConversationSid = "ConversationSid",
        /// The Conversations service.
        pub chat_service_sid: Option<ChatServiceSid> = "ChatServiceSid",
        /// The message.
        pub message_sid: ConversationMessageSid = "MessageSid",
        /// The receipt.
        pub receipt_sid: Option<DeliveryReceiptSid> = "DeliveryReceiptSid",
        /// The message on the channel: `SM…` for SMS.
        pub channel_message_sid: Option<Sid> = "ChannelMessageSid",
        /// The recipient.
        pub participant_sid: Option<ParticipantSid> = "ParticipantSid",
        /// How far it is.
        pub status: DeliveryStatus = "Status",
        /// Why it failed, as Twilio's error code.
        pub error_code: Option<u32> = "ErrorCode",
        /// When it was sent.
        pub date_created: Option<DateTime<Utc>> = "DateCreated",
        /// When it last changed.
        pub date_updated: Option<DateTime<Utc>> = "DateUpdated",
    }
}

open_enum! {
    /// How far a message of a conversation is, on its way to one recipient.
    pub enum DeliveryStatus {
        /// With the carrier.
        Sent = "sent",
        /// Arrived.
        Delivered = "delivered",
        /// Read.
        Read = "read",
        /// Did not arrive.
        Undelivered = "undelivered",
        /// Could not be sent.
        Failed = "failed",
    }
}

callback! {
    /// There is a new user, or one is about to change or has changed.
    pub struct UserEvent about event: Context {
        /// The user.
        pub sid: UserSid = "UserSid",
        /// The Conversations service.
        pub chat_service_sid: Option<ChatServiceSid> = "ChatServiceSid",
        /// The user's name for programs.
        pub identity: String = "Identity",
        /// What the user may do.
        pub role_sid: Option<RoleSid> = "RoleSid",
        /// What else is known about the user, as JSON.
        pub attributes: Option<String> = "Attributes",
        /// The user's name for people.
        pub friendly_name: Option<String> = "FriendlyName",
        /// When the user was made.
        pub date_created: Option<DateTime<Utc>> = "DateCreated",
        /// When the user last changed.
        pub date_updated: Option<DateTime<Utc>> = "DateUpdated",
        /// Whether the user has a device connected.
        pub is_online: Option<bool> = "isOnline",
        /// Whether the user can be notified.
        pub is_notifiable: Option<bool> = "isNotifiable",
    }
}
