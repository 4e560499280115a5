use crate::callback::from_params_traits;
use crate::open_enum::open_enum;
use crate::value::Field;
use crate::{AccountSid, ParamError, Params};

/// What every request of Conversations says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Context {
    /// The account (`AccountSid`).
    pub account_sid: AccountSid,
    /// What is about to happen or has happened (`EventType`).
    pub event: EventType,
    /// Who caused it (`Source`).
    pub source: Option<Source>,
    /// The user who caused it (`ClientIdentity`), if it was one.
    pub client_identity: Option<String>,
    /// How often this request has been sent before (`RetryCount`). Undocumented.
    pub retry_count: Option<u32>,
}

impl Context {
    /// The names of the parameters read here.
    pub const PARAMETERS: &'static [&'static str] = &[
        "AccountSid",
        "EventType",
        "Source",
        "ClientIdentity",
        "RetryCount",
    ];

    /// Reads what every request of Conversations says.
    ///
    /// # Errors
    /// [`ParamError`] names the first parameter that is missing or malformed.
    pub fn from_params(params: &Params) -> Result<Self, ParamError> {
        Ok(Self {
            account_sid: Field::read(params, &["AccountSid"])?,
            event: Field::read(params, &["EventType"])?,
            source: Field::read(params, &["Source"])?,
            client_identity: Field::read(params, &["ClientIdentity"])?,
            retry_count: Field::read(params, &["RetryCount"])?,
        })
    }
}

from_params_traits!(Context);

/// Whether something can still be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// It is about to happen. A status of 4xx or 5xx refuses it; 200 with nothing lets it happen,
    /// and so does no answer within 5 seconds. 200 with JSON changes it.
    Before,
    /// It has happened. The answer is ignored.
    After,
}

open_enum! {
    /// Who caused an event.
    pub enum Source {
        /// A user's device.
        Sdk = "SDK",
        /// The REST API, having asked for webhooks with `X-Twilio-Webhook-Enabled`.
        Api = "API",
    }
}

open_enum! {
    /// What is about to happen, or has happened.
    pub enum EventType {
        /// A conversation is about to be made.
        ConversationAdd = "onConversationAdd",
        /// A conversation has been made.
        ConversationAdded = "onConversationAdded",
        /// A conversation is about to change.
        ConversationUpdate = "onConversationUpdate",
        /// A conversation has changed.
        ConversationUpdated = "onConversationUpdated",
        /// A conversation is about to be deleted.
        ConversationRemove = "onConversationRemove",
        /// A conversation has been deleted.
        ConversationRemoved = "onConversationRemoved",
        /// A conversation has become active, inactive or closed.
        ConversationStateUpdated = "onConversationStateUpdated",
        /// A message is about to be published.
        MessageAdd = "onMessageAdd",
        /// A message has been published.
        MessageAdded = "onMessageAdded",
        /// A message is about to change.
        MessageUpdate = "onMessageUpdate",
        /// A message has changed.
        MessageUpdated = "onMessageUpdated",
        /// A message is about to be deleted.
        MessageRemove = "onMessageRemove",
        /// A message has been deleted.
        MessageRemoved = "onMessageRemoved",
        /// Someone is about to join.
        ParticipantAdd = "onParticipantAdd",
        /// Someone has joined.
        ParticipantAdded = "onParticipantAdded",
        /// A participant is about to change.
        ParticipantUpdate = "onParticipantUpdate",
        /// A participant has changed.
        ParticipantUpdated = "onParticipantUpdated",
        /// A participant is about to leave.
        ParticipantRemove = "onParticipantRemove",
        /// A participant has left.
        ParticipantRemoved = "onParticipantRemoved",
        /// A message has got further on its way to one recipient.
        DeliveryUpdated = "onDeliveryUpdated",
        /// There is a new user.
        UserAdded = "onUserAdded",
        /// A user is about to change.
        UserUpdate = "onUserUpdate",
        /// A user has changed.
        UserUpdated = "onUserUpdated",
    }
}

impl EventType {
    /// Whether it can still be refused; none for an event that this version does not know.
    #[must_use]
    pub const fn phase(&self) -> Option<Phase> {
        Some(match self {
            Self::ConversationAdd
            | Self::ConversationUpdate
            | Self::ConversationRemove
            | Self::MessageAdd
            | Self::MessageUpdate
            | Self::MessageRemove
            | Self::ParticipantAdd
            | Self::ParticipantUpdate
            | Self::ParticipantRemove
            | Self::UserUpdate => Phase::Before,
            Self::ConversationAdded
            | Self::ConversationUpdated
            | Self::ConversationRemoved
            | Self::ConversationStateUpdated
            | Self::MessageAdded
            | Self::MessageUpdated
            | Self::MessageRemoved
            | Self::ParticipantAdded
            | Self::ParticipantUpdated
            | Self::ParticipantRemoved
            | Self::DeliveryUpdated
            | Self::UserAdded
            | Self::UserUpdated => Phase::After,
            Self::Other(_) => return None,
        })
    }
}
