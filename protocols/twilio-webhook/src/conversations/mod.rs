//! Requests of Conversations, which Twilio now calls "Conversations (classic)": before
//! (`onMessageAdd`) and after (`onMessageAdded`) something changes.
//!
//! Read any of them as an [`Event`], or the one that a URL is for as its own type.
//!
//! A parameter is required here if it says what happened to what. The others are optional, even
//! where Twilio's page lists them as always sent: an event is better read in part than refused.

mod context;
mod events;

pub use context::{Context, EventType, Phase, Source};
pub use events::{
    BindingType, ConversationEvent, ConversationState, ConversationStateEvent, DeliveryEvent,
    DeliveryStatus, Event, MessageEvent, ParticipantEvent, StateChangeReason, UserEvent,
};
