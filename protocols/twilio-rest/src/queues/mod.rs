//! Queues of calls: the resource `/2010-04-01/Accounts/{AccountSid}/Queues`, and who waits in them.

mod members;
mod resource;

pub use members::{Dequeue, Member, Members};
pub use resource::{Queue, UpdateQueue};
pub use twilio_webhook::QueueSid;

use crate::form::Form;
use crate::operation::{Operation, Path};
use crate::{Client, Error, Pages};

/// What can be done with queues; see [`Client::queues`].
///
/// ```
/// # async fn doc(client: twilio_rest::Client) -> Result<(), twilio_rest::Error> {
/// use twilio_rest::queues::Dequeue;
///
/// let queue = client.queues().create("orders", None).await?;
/// let waiting = client.queues().members(queue.sid).list().collect(100).await?;
/// if let Some(first) = waiting.first() {
///     let to_agent = Dequeue::to("https://pbx.example.com/agent/7");
///     client.queues().members(queue.sid).dequeue(&first.call_sid, to_agent).await?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Queues<'a> {
    client: &'a Client,
}

impl<'a> Queues<'a> {
    pub(crate) const fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Makes a queue. `<Enqueue>` makes one too, so this is needed only to set its size (1,000
    /// unless given, 100 on older pages; at most 5,000) before anybody waits.
    ///
    /// # Errors
    /// [`Error::Ambiguous`] if it may have been made: look for its name in the
    /// [`list`](Self::list).
    pub async fn create(
        &self,
        name: impl Into<String>,
        max_size: Option<u32>,
    ) -> Result<Queue, Error> {
        let mut form = Form::default();
        form.set("FriendlyName", name.into());
        if let Some(size) = max_size {
            form.set("MaxSize", size);
        }
        let operation = Operation::create(self.path(), form);
        self.client.read(&operation).await
    }

    /// Looks at a queue as it is now.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] for one that is not this account's.
    pub async fn fetch(&self, sid: &QueueSid) -> Result<Queue, Error> {
        let operation = Operation::fetch(self.path().join(sid));
        self.client.read(&operation).await
    }

    /// Lists all queues, 1,000 to a page.
    pub fn list(&self) -> Pages<Queue> {
        Pages::new(self.client, Operation::list_all(self.path()), "queues")
    }

    /// The queue of that name: `<Enqueue>` goes by names, REST by SIDs. Reads the list, since
    /// Twilio has no filter for it.
    ///
    /// # Errors
    /// [`Error`] if a page cannot be had.
    pub async fn find(&self, name: &str) -> Result<Option<Queue>, Error> {
        let mut queues = self.list();
        while let Some(queue) = queues.next().await? {
            if queue.friendly_name.as_deref() == Some(name) {
                return Ok(Some(queue));
            }
        }
        Ok(None)
    }

    /// Gives a queue another name or size.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn update(&self, sid: &QueueSid, change: UpdateQueue) -> Result<Queue, Error> {
        let operation = Operation::set(self.path().join(sid), change.into_form());
        self.client.read(&operation).await
    }

    /// Takes an empty queue away.
    ///
    /// # Errors
    /// [`Error`], if somebody waits in it, among others.
    pub async fn delete(&self, sid: &QueueSid) -> Result<(), Error> {
        let operation = Operation::delete(self.path().join(sid));
        self.client.done(&operation).await
    }

    /// Who waits in a queue.
    #[must_use]
    pub const fn members(&self, queue: QueueSid) -> Members<'a> {
        Members::new(self.client, queue)
    }

    fn path(&self) -> Path {
        self.client.path("Queues")
    }
}
