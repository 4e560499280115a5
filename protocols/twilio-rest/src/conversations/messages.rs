use chrono::{DateTime, Utc};
use serde_json::Value;
use twilio_webhook::{AccountSid, ConversationMessageSid, ConversationSid, ParticipantSid};

use super::Scope;
use crate::form::{Form, form};
use crate::operation::{Operation, Path};
use crate::wire::resource;
use crate::words::words;
use crate::{Error, Pages};

/// What was said in a conversation; see [`Conversations::messages`](super::Conversations::messages).
#[derive(Debug, Clone)]
pub struct ConversationMessages<'a> {
    scope: Scope<'a>,
    path: Path,
}

impl<'a> ConversationMessages<'a> {
    pub(super) const fn new(scope: Scope<'a>, path: Path) -> Self {
        Self { scope, path }
    }

    /// Says something. Who says it need not be a participant.
    ///
    /// # Errors
    /// [`Error::Ambiguous`] if it may have been said: the latest of the [`list`](Self::list) tell,
    /// by a mark of your own in their attributes.
    pub async fn create(&self, message: MessageContent) -> Result<ConversationMessage, Error> {
        let operation = Operation::create(self.path.clone(), message.into_form());
        self.scope.read(operation).await
    }

    /// Looks at a message.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if there is none.
    pub async fn fetch(&self, sid: &ConversationMessageSid) -> Result<ConversationMessage, Error> {
        let operation = Operation::fetch(self.path.clone().join(sid));
        self.scope.read(operation).await
    }

    /// Lists messages, 100 to a page.
    pub fn list(&self, order: Order) -> Pages<ConversationMessage> {
        let mut query = Form::default();
        query.set("Order", order);
        query.set("PageSize", 100);
        let first = Operation::list(self.path.clone(), &query);
        self.scope.pages(first, "messages")
    }

    /// Changes a message. Whoever got it by SMS has it as it was.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if there is none.
    pub async fn update(
        &self,
        sid: &ConversationMessageSid,
        message: MessageContent,
    ) -> Result<ConversationMessage, Error> {
        let operation = Operation::set(self.path.clone().join(sid), message.into_form());
        self.scope.read(operation).await
    }

    /// Takes a message away.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if there is none.
    pub async fn delete(&self, sid: &ConversationMessageSid) -> Result<(), Error> {
        let operation = Operation::delete(self.path.clone().join(sid));
        self.scope.done(operation).await
    }
}

words! {
    /// Which messages come first.
    pub enum Order {
        /// The oldest.
        OldestFirst = "asc",
        /// The latest.
        LatestFirst = "desc",
    }
}

resource! {
    /// A message of a conversation.
    pub struct ConversationMessage {
        /// Its SID.
        pub sid: ConversationMessageSid,
        /// The conversation.
        pub conversation_sid: Option<ConversationSid>,
        /// The account it belongs to.
        pub account_sid: Option<AccountSid>,
        /// Its place in the conversation, from 0.
        pub index: Option<u32>,
        /// Who wrote it.
        pub author: Option<String>,
        /// The participant who wrote it, if it was one.
        pub participant_sid: Option<ParticipantSid>,
        /// The text; none if there is only media.
        pub body: Option<String>,
        /// What else is known about it.
        pub attributes: Option<Value> as json_text,
        /// When it was published.
        pub date_created: Option<DateTime<Utc>>,
        /// When it last changed.
        pub date_updated: Option<DateTime<Utc>>,
    }
}

form! {
    /// What a message of a conversation says.
    #[derive(Default)]
    pub struct MessageContent {
        /// Who says it: `system` unless given.
        author(text) = "Author",
        /// The text: at most 32 kB; 1,600 characters reach those on SMS and WhatsApp.
        body(text) = "Body",
        /// What else is known about it: at most 4 kB.
        attributes(Value) = "Attributes",
        /// Media that has been uploaded, `ME…`.
        media(text) = "MediaSid",
        /// A template of the Content API, `HX…`.
        content(text) = "ContentSid",
        /// What to fill into the template: a JSON object as text.
        content_variables(text) = "ContentVariables",
        /// The subject, for e-mail.
        subject(text) = "Subject",
    }
}

impl MessageContent {
    fn into_form(self) -> Form {
        self.form
    }
}
