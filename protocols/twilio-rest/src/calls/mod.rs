//! Calls: the resource `/2010-04-01/Accounts/{AccountSid}/Calls`.

mod create;
mod resource;

use http::Method;
use twilio_webhook::CallSid;

pub use create::{CallEvent, CallbackMethod, CreateCall, MachineDetection};
pub use resource::Call;

use crate::client::Operation;
use crate::form::Form;
use crate::retry::Repeat;
use crate::{Client, Error};

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
    /// phone rings twice. Otherwise [`Error`] means that it has not been placed, except for
    /// [`Error::Decode`], which means that it has.
    pub async fn create(&self, call: CreateCall) -> Result<Call, Error> {
        let form = call.into_form()?;
        self.client
            .execute(Operation {
                product: "api",
                method: Method::POST,
                path: format!("/2010-04-01/Accounts/{}/Calls.json", self.client.account()),
                form: Some(&form),
                repeat: Repeat::Doubles,
            })
            .await
    }

    /// Looks at a call as it is now.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] for a call that is not this account's.
    pub async fn fetch(&self, sid: &CallSid) -> Result<Call, Error> {
        self.client
            .execute(Operation {
                product: "api",
                method: Method::GET,
                path: self.path(sid),
                form: None,
                repeat: Repeat::Harmless,
            })
            .await
    }

    /// Takes a call back that is still queued or ringing. One that has been answered goes on: see
    /// [`complete`](Self::complete).
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_invalid_call_state`] if it is too late.
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

    async fn set_status(&self, sid: &CallSid, status: &str) -> Result<Call, Error> {
        let mut form = Form::default();
        form.set("Status", status);
        self.client
            .execute(Operation {
                product: "api",
                method: Method::POST,
                path: self.path(sid),
                form: Some(&form),
                // A call cannot be ended twice.
                repeat: Repeat::Harmless,
            })
            .await
    }

    fn path(&self, sid: &CallSid) -> String {
        format!(
            "/2010-04-01/Accounts/{}/Calls/{sid}.json",
            self.client.account()
        )
    }
}
