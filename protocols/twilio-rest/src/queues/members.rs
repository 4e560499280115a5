use std::time::Duration;

use chrono::{DateTime, Utc};
use twilio_webhook::{CallSid, QueueSid};

use crate::form::{Form, form};
use crate::operation::{Operation, Path};
use crate::wire::resource;
use crate::{CallbackMethod, Client, Error, Pages};

/// Who waits in a queue; see [`Queues::members`](super::Queues::members).
#[derive(Debug, Clone, Copy)]
pub struct Members<'a> {
    client: &'a Client,
    queue: QueueSid,
}

impl<'a> Members<'a> {
    pub(crate) const fn new(client: &'a Client, queue: QueueSid) -> Self {
        Self { client, queue }
    }

    /// Looks at a waiting call.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if it does not wait here.
    pub async fn fetch(&self, call: &CallSid) -> Result<Member, Error> {
        let operation = Operation::fetch(self.path().join(call));
        self.client.read(&operation).await
    }

    /// Looks at the call that has waited longest.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] if nobody waits.
    pub async fn fetch_front(&self) -> Result<Member, Error> {
        let operation = Operation::fetch(self.path().join("Front"));
        self.client.read(&operation).await
    }

    /// Lists who waits, the longest first, 1,000 to a page.
    pub fn list(&self) -> Pages<Member> {
        let first = Operation::list_all(self.path());
        Pages::new(self.client, first, "queue_members")
    }

    /// Takes a call out of the queue and hands it to other TwiML. What its `<Enqueue>` says as
    /// action is then requested with `QueueResult=redirected` first.
    ///
    /// # Errors
    /// [`Error::is_not_found`] if it waits here no longer: hung up, or taken by somebody else.
    /// [`Error::Ambiguous`] if it may have been taken: [`fetch`](Self::fetch) finds it while it
    /// waits.
    pub async fn dequeue(&self, call: &CallSid, to: Dequeue) -> Result<Member, Error> {
        let operation = Operation::create(self.path().join(call), to.into_form());
        self.client.read(&operation).await
    }

    /// Takes the call that has waited longest.
    ///
    /// # Errors
    /// [`Error::is_not_found`] if nobody waits. [`Error::Ambiguous`] if one may have been taken;
    /// which one, only the callbacks of that call tell.
    pub async fn dequeue_front(&self, to: Dequeue) -> Result<Member, Error> {
        let operation = Operation::create(self.path().join("Front"), to.into_form());
        self.client.read(&operation).await
    }

    fn path(&self) -> Path {
        self.client.path("Queues").join(self.queue).join("Members")
    }
}

resource! {
    /// A call that waits in a queue.
    pub struct Member {
        /// The call.
        pub call_sid: CallSid,
        /// Where it waits.
        pub queue_sid: Option<QueueSid>,
        /// Its place, from 1. None or 0 for one that has just been taken out.
        pub position: Option<u32>,
        /// How long it has waited.
        pub wait_time: Option<Duration>,
        /// Since when it waits.
        pub date_enqueued: Option<DateTime<Utc>>,
    }
}

form! {
    /// What becomes of a call that is taken out of a queue.
    pub struct Dequeue {
        /// How its TwiML is fetched.
        method(CallbackMethod) = "Method",
    }
}

impl Dequeue {
    /// It goes on with the TwiML from here, fetched by `POST` unless [`method`](Self::method) says
    /// otherwise.
    pub fn to(url: impl Into<String>) -> Self {
        let mut form = Form::default();
        form.set("Url", url.into());
        Self { form }
    }

    fn into_form(self) -> Form {
        self.form
    }
}
