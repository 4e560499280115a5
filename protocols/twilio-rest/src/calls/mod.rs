//! Calls: the resource `/2010-04-01/Accounts/{AccountSid}/Calls`.

mod create;
mod list;
mod resource;
mod update;

pub use create::{CallEvent, CreateCall, MachineDetection};
pub use list::ListCalls;
pub use resource::Call;
use twilio_webhook::CallSid;
pub use update::UpdateCall;

use crate::form::Form;
use crate::operation::{Operation, Path};
use crate::recordings::{Recording, RecordingsOf, StartRecording};
use crate::{Client, Error, Pages};

/// What can be done with calls; see [`Client::calls`].
#[derive(Debug, Clone, Copy)]
pub struct Calls<'a> {
    client: &'a Client,
}

impl<'a> Calls<'a> {
    pub(crate) const fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Places a call. Twilio queues it and answers at once; how it goes on comes in status
    /// callbacks.
    ///
    /// # Errors
    /// [`Error::Ambiguous`] if the call may have been placed: look before placing it again, or a
    /// phone rings twice. The [front page](crate#under-pressure) shows how: the latest of the
    /// [`list`](Self::list) of calls to that address, without a filter by time, since a call that
    /// is queued has not started. Otherwise [`Error`] means that it has not been placed, except
    /// for [`Error::Decode`], which means that it has.
    pub async fn create(&self, call: CreateCall) -> Result<Call, Error> {
        let form = call.into_form()?;
        let operation = Operation::create(self.path(), form);
        self.client.read(&operation).await
    }

    /// Looks at a call as it is now.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] for a call that is not this account's.
    pub async fn fetch(&self, sid: &CallSid) -> Result<Call, Error> {
        let operation = Operation::fetch(self.path().join(sid));
        self.client.read(&operation).await
    }

    /// Lists calls, the latest first.
    pub fn list(&self, which: ListCalls) -> Pages<Call> {
        let first = Operation::list(self.path(), &which.into_form());
        Pages::new(self.client, first, "calls")
    }

    /// Changes a call under way: hands it to other TwiML, ends it, shortens it.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_invalid_call_state`] if the call has ended. [`Error::Ambiguous`] if
    /// other TwiML may have begun: it is not begun twice.
    pub async fn update(&self, sid: &CallSid, change: UpdateCall) -> Result<Call, Error> {
        let operation = change.into_operation(self.path().join(sid));
        self.client.read(&operation).await
    }

    /// Hands a call to the TwiML at `url`, fetched by `POST`. What it was doing ends.
    ///
    /// # Errors
    /// As [`update`](Self::update).
    pub async fn redirect(&self, sid: &CallSid, url: impl Into<String>) -> Result<Call, Error> {
        self.update(sid, UpdateCall::redirect(url)).await
    }

    /// Takes a call back that is still queued or ringing. One that has been answered goes on: see
    /// [`complete`](Self::complete).
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_invalid_call_state`] if it is too late, or an earlier attempt whose
    /// answer was lost has done it: [`fetch`](Self::fetch) tells which.
    pub async fn cancel(&self, sid: &CallSid) -> Result<Call, Error> {
        self.set_status(sid, "canceled").await
    }

    /// Ends a call, in whatever state it is.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_invalid_call_state`] if it has ended already.
    pub async fn complete(&self, sid: &CallSid) -> Result<Call, Error> {
        self.set_status(sid, "completed").await
    }

    /// Takes the record of a call away that has ended.
    ///
    /// # Errors
    /// [`Error`]; [`NOT_OVER`](crate::codes::NOT_OVER) if it has not ended, or ended just now.
    pub async fn delete(&self, sid: &CallSid) -> Result<(), Error> {
        let operation = Operation::delete(self.path().join(sid));
        self.client.done(&operation).await
    }

    /// Begins to record a call that is going on.
    ///
    /// # Errors
    /// [`Error`]; [`Error::Ambiguous`] if it may be recorded: [`recordings`](Self::recordings)
    /// lists those there are.
    pub async fn record(&self, sid: &CallSid, how: StartRecording) -> Result<Recording, Error> {
        let path = self.path().join(sid).join("Recordings");
        let operation = Operation::create(path, how.into_form());
        self.client.read(&operation).await
    }

    /// The recordings of a call.
    #[must_use]
    pub fn recordings(&self, sid: &CallSid) -> RecordingsOf<'a> {
        RecordingsOf::new(self.client, self.path().join(sid).join("Recordings"))
    }

    async fn set_status(&self, sid: &CallSid, status: &str) -> Result<Call, Error> {
        let mut form = Form::default();
        form.set("Status", status);
        // A call cannot be ended twice.
        let operation = Operation::set(self.path().join(sid), form);
        self.client.read(&operation).await
    }

    fn path(&self) -> Path {
        self.client.path("Calls")
    }
}
