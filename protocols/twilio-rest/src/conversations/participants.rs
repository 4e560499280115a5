use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use twilio_webhook::{AccountSid, Address, ConversationSid, ParticipantSid, RoleSid};

use super::Scope;
use crate::form::{Form, form};
use crate::operation::{Operation, Path};
use crate::wire::resource;
use crate::{Error, Pages};

/// Who is in a conversation; see [`Conversations::participants`](super::Conversations::participants).
#[derive(Debug, Clone)]
pub struct ConversationParticipants<'a> {
    scope: Scope<'a>,
    path: Path,
}

impl<'a> ConversationParticipants<'a> {
    pub(super) const fn new(scope: Scope<'a>, path: Path) -> Self {
        Self { scope, path }
    }

    /// Adds somebody.
    ///
    /// # Errors
    /// [`Error::is_already_participant`] if they are in it: as good as done.
    /// [`Error::Ambiguous`] if they may be: add them again, and that is the answer.
    pub async fn create(
        &self,
        participant: NewParticipant,
    ) -> Result<ConversationParticipant, Error> {
        let operation = Operation::create(self.path.clone(), participant.into_form());
        self.scope.read(operation).await
    }

    /// Looks at a participant.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if there is none.
    pub async fn fetch(&self, sid: &ParticipantSid) -> Result<ConversationParticipant, Error> {
        let operation = Operation::fetch(self.path.clone().join(sid));
        self.scope.read(operation).await
    }

    /// Lists who is in it, 100 to a page.
    pub fn list(&self) -> Pages<ConversationParticipant> {
        let first = Operation::list_by(self.path.clone(), 100);
        self.scope.pages(first, "participants")
    }

    /// Changes a participant.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if there is none.
    pub async fn update(
        &self,
        sid: &ParticipantSid,
        settings: ParticipantSettings,
    ) -> Result<ConversationParticipant, Error> {
        let operation = Operation::set(self.path.clone().join(sid), settings.into_form());
        self.scope.read(operation).await
    }

    /// Takes somebody out of it.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if there is none.
    pub async fn remove(&self, sid: &ParticipantSid) -> Result<(), Error> {
        let operation = Operation::delete(self.path.clone().join(sid));
        self.scope.done(operation).await
    }
}

resource! {
    /// Somebody in a conversation.
    pub struct ConversationParticipant {
        /// Its SID.
        pub sid: ParticipantSid,
        /// The conversation.
        pub conversation_sid: Option<ConversationSid>,
        /// The account it belongs to.
        pub account_sid: Option<AccountSid>,
        /// The user's name; none for someone on SMS or WhatsApp.
        pub identity: Option<String>,
        /// Where messages go; none for one who only chats.
        pub messaging_binding: Option<MessagingBinding>,
        /// What the participant may do.
        pub role_sid: Option<RoleSid>,
        /// What else is known about the participant.
        pub attributes: Option<Value> as json_text,
        /// The last message that the participant has read.
        pub last_read_message_index: Option<u32>,
        /// When that was.
        pub last_read_timestamp: Option<DateTime<Utc>>,
        /// When the participant joined.
        pub date_created: Option<DateTime<Utc>>,
        /// When the participant last changed.
        pub date_updated: Option<DateTime<Utc>>,
    }
}

resource! {
    /// Where the messages of a conversation go for somebody who has no chat.
    pub struct MessagingBinding {
        /// The participant's address.
        pub address: Option<Address>,
        /// Our address towards the participant.
        pub proxy_address: Option<Address>,
        /// The participant's address within a group.
        pub projected_address: Option<Address>,
    }
}

form! {
    /// Somebody to join a conversation.
    pub struct NewParticipant {
        /// What the participant may do.
        role(RoleSid) = "RoleSid",
        /// What else is known about the participant: at most 4 kB.
        attributes(Value) = "Attributes",
        /// Our address, seen by those without a chat, for one who has a chat.
        projected_address(into Address) = "MessagingBinding.ProjectedAddress",
    }
}

impl NewParticipant {
    /// A user of the chat.
    pub fn chat(identity: impl Into<String>) -> Self {
        let mut form = Form::default();
        form.set("Identity", identity.into());
        Self { form }
    }

    /// Somebody on SMS or WhatsApp (`whatsapp:+441134960000`), who sees `proxy`, a number of the
    /// account's own. The pair may be in one open conversation only.
    pub fn sms(address: impl Into<Address>, proxy: impl Into<Address>) -> Self {
        let mut form = Form::default();
        form.set("MessagingBinding.Address", address.into());
        form.set("MessagingBinding.ProxyAddress", proxy.into());
        Self { form }
    }

    fn into_form(self) -> Form {
        self.form
    }

    /// As one of several, made together with a conversation: names as the form has them, but in
    /// snake case and nested.
    pub(super) fn into_json(self) -> String {
        let mut participant = Map::new();
        let mut binding = Map::new();
        for (name, value) in self.form.pairs() {
            match name.strip_prefix("MessagingBinding.") {
                Some(name) => binding.insert(snake_case(name), value.into()),
                None => participant.insert(snake_case(name), value.into()),
            };
        }
        if !binding.is_empty() {
            participant.insert("messaging_binding".into(), binding.into());
        }
        Value::from(participant).to_string()
    }
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

form! {
    /// What a participant is to be.
    #[derive(Default)]
    pub struct ParticipantSettings {
        /// What the participant may do.
        role(RoleSid) = "RoleSid",
        /// What else is known about the participant: at most 4 kB.
        attributes(Value) = "Attributes",
        /// The user's name.
        identity(text) = "Identity",
        /// Our address towards the participant.
        proxy_address(into Address) = "MessagingBinding.ProxyAddress",
        /// Our address, seen by those without a chat.
        projected_address(into Address) = "MessagingBinding.ProjectedAddress",
        /// The last message that the participant has read.
        last_read_message_index(u32) = "LastReadMessageIndex",
    }
}

impl ParticipantSettings {
    fn into_form(self) -> Form {
        self.form
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn participants_as_json() {
        assert_eq!(
            NewParticipant::chat("ada \"a\"").into_json(),
            r#"{"identity":"ada \"a\""}"#
        );
        assert_eq!(
            NewParticipant::sms("+441134960000", "+441134960001").into_json(),
            concat!(
                r#"{"messaging_binding":{"address":"+441134960000","#,
                r#""proxy_address":"+441134960001"}}"#
            )
        );
    }
}
