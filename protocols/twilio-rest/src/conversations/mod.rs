//! Conversations: version 1 of that API, which Twilio's pages now call "Conversations (classic)",
//! on a host of its own.

mod conversation;
mod messages;
mod participants;
mod seats;
mod webhooks;

pub use conversation::{Conversation, ConversationSettings, ListConversations};
pub use messages::{ConversationMessage, ConversationMessages, MessageContent, Order};
pub use participants::{
    ConversationParticipant, ConversationParticipants, MessagingBinding, NewParticipant,
    ParticipantSettings,
};
pub use seats::Seat;
pub use twilio_webhook::conversations::{ConversationState, EventType};
pub use twilio_webhook::{ChatServiceSid, ConversationMessageSid, ConversationSid, ParticipantSid};
pub use webhooks::{NewWebhook, Webhook, WebhookSettings, Webhooks};

pub use crate::sid::WebhookSid;

use crate::form::Form;
use crate::operation::{Operation, Path};
use crate::{Client, Error, Pages};

/// What can be done with conversations; see [`Client::conversations`].
///
/// Where a conversation is asked for, it is its SID or its unique name.
///
/// ```
/// # async fn doc(client: twilio_rest::Client) -> Result<(), twilio_rest::Error> {
/// use twilio_rest::conversations::{ConversationSettings, MessageContent, NewParticipant};
///
/// let conversations = client.conversations();
/// let chat = ConversationSettings::default().unique_name("order-17");
/// let conversation = conversations.create(chat).await?;
/// conversations
///     .participants(&conversation.sid)
///     .create(NewParticipant::sms("+441134960000", "+441134960001"))
///     .await?;
/// conversations
///     .messages("order-17")
///     .create(MessageContent::default().author("kitchen").body("It is on its way."))
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Conversations<'a> {
    scope: Scope<'a>,
}

impl<'a> Conversations<'a> {
    pub(crate) const fn new(client: &'a Client) -> Self {
        Self {
            scope: Scope {
                client,
                service: None,
                fires_webhooks: false,
            },
        }
    }

    /// Those of this service, instead of the account's default one.
    #[must_use]
    pub const fn in_service(mut self, service: ChatServiceSid) -> Self {
        self.scope.service = Some(service);
        self
    }

    /// Lets what is done here be reported to webhooks, as what users do is. Beware of circles: a
    /// webhook that does something that is reported to it.
    #[must_use]
    pub const fn firing_webhooks(mut self) -> Self {
        self.scope.fires_webhooks = true;
        self
    }

    /// Makes a conversation.
    ///
    /// # Errors
    /// [`Error::is_conflict`] if there is one of that unique name (50353): [`fetch`](Self::fetch)
    /// it. [`Error::Ambiguous`] if it may have been made: with a unique name, fetch it too.
    pub async fn create(&self, settings: ConversationSettings) -> Result<Conversation, Error> {
        let operation = Operation::create(self.path(), settings.into_form());
        self.scope.read(operation).await
    }

    /// Makes a conversation and up to 10 participants in one request. They may join a moment
    /// later: Twilio only promises to add them.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub async fn create_with_participants(
        &self,
        settings: ConversationSettings,
        participants: impl IntoIterator<Item = NewParticipant>,
    ) -> Result<Conversation, Error> {
        let mut form = settings.into_form();
        for participant in participants {
            form.add("Participant", participant.into_json());
        }
        let path = self.scope.path("ConversationWithParticipants");
        self.scope.read(Operation::create(path, form)).await
    }

    /// Looks at a conversation.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if there is none.
    pub async fn fetch(&self, conversation: impl AsRef<str>) -> Result<Conversation, Error> {
        let operation = Operation::fetch(self.path().join_name(conversation.as_ref()));
        self.scope.read(operation).await
    }

    /// Lists conversations.
    pub fn list(&self, which: ListConversations) -> Pages<Conversation> {
        let first = Operation::list(self.path(), &which.into_form());
        self.scope.pages(first, "conversations")
    }

    /// Changes a conversation, also to [closed](ConversationState::Closed), which is for ever.
    /// A closed one keeps its unique name, so give it another in the same request if the name is
    /// needed again.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_conflict`] if another has that unique name; [`CONVERSATION_CLOSED`](crate::codes::CONVERSATION_CLOSED)
    /// if it is closed.
    pub async fn update(
        &self,
        conversation: impl AsRef<str>,
        settings: ConversationSettings,
    ) -> Result<Conversation, Error> {
        let path = self.path().join_name(conversation.as_ref());
        self.scope
            .read(Operation::set(path, settings.into_form()))
            .await
    }

    /// Takes a conversation away, messages and all.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if there is none.
    pub async fn delete(&self, conversation: impl AsRef<str>) -> Result<(), Error> {
        let path = self.path().join_name(conversation.as_ref());
        self.scope.done(Operation::delete(path)).await
    }

    /// Who is in a conversation.
    #[must_use]
    pub fn participants(&self, conversation: impl AsRef<str>) -> ConversationParticipants<'a> {
        let path = self.below(conversation.as_ref(), "Participants");
        ConversationParticipants::new(self.scope, path)
    }

    /// What was said in a conversation.
    #[must_use]
    pub fn messages(&self, conversation: impl AsRef<str>) -> ConversationMessages<'a> {
        let path = self.below(conversation.as_ref(), "Messages");
        ConversationMessages::new(self.scope, path)
    }

    /// The webhooks of one conversation alone.
    #[must_use]
    pub fn webhooks(&self, conversation: impl AsRef<str>) -> Webhooks<'a> {
        let path = self.below(conversation.as_ref(), "Webhooks");
        Webhooks::new(self.scope, path)
    }

    /// Lists the conversations that a user is in, 50 to a page.
    pub fn of_identity(&self, identity: impl Into<String>) -> Pages<Seat> {
        self.seats("Identity", &identity.into())
    }

    /// Lists the conversations that a phone is in (`+441134960000`, `whatsapp:+441134960000`), 50
    /// to a page.
    pub fn of_address(&self, address: impl Into<String>) -> Pages<Seat> {
        self.seats("Address", &address.into())
    }

    fn seats(&self, field: &'static str, value: &str) -> Pages<Seat> {
        let mut query = Form::default();
        query.set(field, value);
        query.set("PageSize", 50);
        let path = self.scope.path("ParticipantConversations");
        let first = Operation::list(path, &query);
        self.scope.pages(first, "conversations")
    }

    fn below(&self, conversation: &str, collection: &str) -> Path {
        self.path().join_name(conversation).join(collection)
    }

    fn path(&self) -> Path {
        self.scope.path("Conversations")
    }
}

/// What everything about conversations has in common.
#[derive(Debug, Clone, Copy)]
struct Scope<'a> {
    client: &'a Client,
    service: Option<ChatServiceSid>,
    fires_webhooks: bool,
}

impl Scope<'_> {
    fn path(&self, collection: &str) -> Path {
        match self.service {
            None => Path::of_conversations(collection),
            Some(service) => Path::of_conversations("Services")
                .join(service)
                .join(collection),
        }
    }

    async fn read<T: serde::de::DeserializeOwned>(&self, operation: Operation) -> Result<T, Error> {
        self.client
            .read(&operation.firing_webhooks(self.fires_webhooks))
            .await
    }

    async fn done(&self, operation: Operation) -> Result<(), Error> {
        self.client
            .done(&operation.firing_webhooks(self.fires_webhooks))
            .await
    }

    fn pages<T: serde::de::DeserializeOwned>(
        &self,
        first: Operation,
        key: &'static str,
    ) -> Pages<T> {
        Pages::new(self.client, first, key)
    }
}
