use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::Message;
use escalation_core::{Received, RequestId, RequestSource, SourceError};

/// Requests from an SQS FIFO queue.
///
/// ```no_run
/// use std::time::Duration;
/// use escalation_sqs::SqsRequests;
///
/// # async fn run(client: aws_sdk_sqs::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let url = "https://sqs.eu-central-1.amazonaws.com/123456789012/escalations.fifo";
/// let source = SqsRequests::new(client, url)
///     .wait(Duration::from_secs(3))?
///     .visibility(Duration::from_secs(60))?;
/// # let _ = source;
/// # Ok(())
/// # }
/// ```
///
/// Whoever sends sets the message group to the process id, so that the requests of one process
/// keep their order and the others do not wait for them, and a deduplication id for each request.
///
/// A message is deleted when its effect is committed and not before; until then it is hidden for
/// the [visibility](Self::visibility), and comes again if the worker dies. A message that is
/// handled and whose deletion fails comes again too: its `MessageId`, which is the request's id,
/// tells the store so. What no worker can handle, because the store refuses it again and again, is
/// for the queue's redrive policy; what cannot be read becomes a dead letter of ours instead.
pub struct SqsRequests {
    client: Client,
    queue_url: String,
    wait: Duration,
    visibility: Option<Duration>,
    /// The latest receipt of each message that was received and not confirmed.
    receipts: Mutex<HashMap<RequestId, String>>,
}

/// A time that SQS does not offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{setting} of {asked:?}: SQS takes whole seconds from {least} to {most}")]
#[non_exhaustive]
pub struct SqsSettingsError {
    /// Which setting.
    pub setting: &'static str,
    /// The refused time.
    pub asked: Duration,
    /// The least seconds.
    pub least: u64,
    /// The most seconds.
    pub most: u64,
}

impl SqsRequests {
    /// Receives from this queue: without waiting for messages, and hidden as the queue says.
    pub fn new(client: Client, queue_url: impl Into<String>) -> Self {
        Self {
            client,
            queue_url: queue_url.into(),
            wait: Duration::ZERO,
            visibility: None,
            receipts: Mutex::default(),
        }
    }

    /// Waits so long for the first message (long polling), up to 20 s. The original component
    /// waits 3 s.
    ///
    /// # Errors
    /// [`SqsSettingsError`] unless it is whole seconds up to 20.
    pub fn wait(mut self, wait: Duration) -> Result<Self, SqsSettingsError> {
        self.wait = checked("wait", wait, 0, 20)?;
        Ok(self)
    }

    /// Hides what is received for so long, up to 12 hours: longer than ten requests take to be
    /// committed.
    ///
    /// # Errors
    /// [`SqsSettingsError`] unless it is whole seconds from 1 to 43,200.
    pub fn visibility(mut self, time: Duration) -> Result<Self, SqsSettingsError> {
        self.visibility = Some(checked("visibility", time, 1, 43_200)?);
        Ok(self)
    }

    /// Gives back what was received and is not confirmed: for a shutdown that does not keep other
    /// workers waiting until the visibility has run out.
    ///
    /// # Errors
    /// [`SourceError`] if SQS refuses one of them, such as one whose time is over, or cannot answer;
    /// all are asked for, and those that are not given back come again when their time is over.
    pub async fn release(&self) -> Result<(), SourceError> {
        let receipts: Vec<_> = self.lock().drain().map(|(_, receipt)| receipt).collect();
        let mut released = Ok(());
        for receipt in receipts {
            let now = self
                .client
                .change_message_visibility()
                .queue_url(&self.queue_url)
                .receipt_handle(receipt)
                .visibility_timeout(0);
            if let Err(error) = now.send().await {
                released = released.and(Err(SourceError::new(error)));
            }
        }
        released
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RequestId, String>> {
        // Nothing that runs under the lock can leave it half changed.
        self.receipts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_in(&self, message: Message) -> Result<Received, SourceError> {
        // SQS always sends both.
        let id = message.message_id.unwrap_or_default();
        let id = RequestId::new(id).map_err(SourceError::new)?;
        let receipt = message.receipt_handle.unwrap_or_default();
        self.lock().insert(id.clone(), receipt);
        Ok(Received::new(id, message.body.unwrap_or_default()))
    }
}

fn checked(
    setting: &'static str,
    asked: Duration,
    least: u64,
    most: u64,
) -> Result<Duration, SqsSettingsError> {
    if asked.subsec_nanos() == 0 && (least..=most).contains(&asked.as_secs()) {
        return Ok(asked);
    }
    Err(SqsSettingsError {
        setting,
        asked,
        least,
        most,
    })
}

/// Seconds that were checked to be few.
fn seconds(time: Duration) -> i32 {
    i32::try_from(time.as_secs()).unwrap_or(i32::MAX)
}

#[async_trait]
impl RequestSource for SqsRequests {
    async fn receive(&self) -> Result<Vec<Received>, SourceError> {
        let request = self
            .client
            .receive_message()
            .queue_url(&self.queue_url)
            .max_number_of_messages(10)
            .wait_time_seconds(seconds(self.wait))
            .set_visibility_timeout(self.visibility.map(seconds));
        let answer = request.send().await.map_err(SourceError::new)?;
        let messages = answer.messages.unwrap_or_default();
        messages
            .into_iter()
            .map(|message| self.take_in(message))
            .collect()
    }

    async fn confirm(&self, request: &RequestId) -> Result<(), SourceError> {
        let Some(receipt) = self.lock().get(request).cloned() else {
            // Confirmed before.
            return Ok(());
        };
        let deletion = self
            .client
            .delete_message()
            .queue_url(&self.queue_url)
            .receipt_handle(receipt);
        deletion.send().await.map_err(SourceError::new)?;
        self.lock().remove(request);
        Ok(())
    }
}

impl fmt::Debug for SqsRequests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqsRequests")
            .field("queue_url", &self.queue_url)
            .field("wait", &self.wait)
            .field("visibility", &self.visibility)
            .finish_non_exhaustive()
    }
}
