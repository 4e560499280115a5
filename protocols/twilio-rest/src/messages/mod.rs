//! Messages: the resource `/2010-04-01/Accounts/{AccountSid}/Messages`.

mod create;
mod list;
mod resource;

pub use create::{CreateMessage, Retention};
pub use list::ListMessages;
pub use resource::{Message, MessageDirection};
use twilio_webhook::MessageSid;

use crate::form::Form;
use crate::operation::{Operation, Path};
use crate::{Client, Error, Pages};

/// What can be done with messages; see [`Client::messages`].
#[derive(Debug, Clone, Copy)]
pub struct Messages<'a> {
    client: &'a Client,
}

impl<'a> Messages<'a> {
    pub(crate) const fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Sends a message. Twilio queues it and answers at once; whether it arrives comes in status
    /// callbacks.
    ///
    /// # Errors
    /// [`Error::Ambiguous`] if the message may have been sent: look before sending it again, or it
    /// arrives twice. Look at the latest of the [`list`](Self::list) of messages to that address,
    /// as the [front page](crate#under-pressure) does for calls, without a filter by time, since a
    /// message that is queued has not been sent; or wait for a status callback whose URL names your
    /// own record of it. Otherwise [`Error`] means that it has not been sent, except for
    /// [`Error::Decode`], which means that it has.
    /// The [code](Error::code) [`INVALID_TO`](crate::codes::INVALID_TO) means a bad recipient,
    /// [`OPTED_OUT`](crate::codes::OPTED_OUT) one who wants none.
    pub async fn create(&self, message: CreateMessage) -> Result<Message, Error> {
        let form = message.into_form()?;
        let operation = Operation::create(self.path(), form);
        self.client.read(&operation).await
    }

    /// Looks at a message as it is now.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] for a message that is not this account's.
    pub async fn fetch(&self, sid: &MessageSid) -> Result<Message, Error> {
        let operation = Operation::fetch(self.path().join(sid));
        self.client.read(&operation).await
    }

    /// Lists messages, the latest first.
    pub fn list(&self, which: ListMessages) -> Pages<Message> {
        let first = Operation::list(self.path(), &which.into_form());
        Pages::new(self.client, first, "messages")
    }

    /// Takes a scheduled message back that has not been sent.
    ///
    /// # Errors
    /// [`Error`] if it is too late, among others.
    pub async fn cancel(&self, sid: &MessageSid) -> Result<Message, Error> {
        self.set(sid, "Status", "canceled").await
    }

    /// Takes the text out of the record of a message that has arrived, or failed to.
    ///
    /// # Errors
    /// [`Error`] if it is still under way, among others.
    pub async fn redact(&self, sid: &MessageSid) -> Result<Message, Error> {
        self.set(sid, "Body", "").await
    }

    /// Takes the record of a message away, that has arrived or failed to.
    ///
    /// # Errors
    /// [`Error`]; [`NOT_OVER`](crate::codes::NOT_OVER) if it is still under way, or was just now.
    pub async fn delete(&self, sid: &MessageSid) -> Result<(), Error> {
        let operation = Operation::delete(self.path().join(sid));
        self.client.done(&operation).await
    }

    async fn set(
        &self,
        sid: &MessageSid,
        name: &'static str,
        value: &str,
    ) -> Result<Message, Error> {
        let mut form = Form::default();
        form.set(name, value);
        let operation = Operation::set(self.path().join(sid), form);
        self.client.read(&operation).await
    }

    fn path(&self) -> Path {
        self.client.path("Messages")
    }
}
