//! The seam to where requests come from.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::{RequestId, StoreError};

/// Yields requests, and takes them back unless they are confirmed.
///
/// # The contract
///
/// * Requests of one process come in the order sent.
/// * A request that was received and not confirmed comes again.
/// * A confirmed request may come again too, with the same id; the store recognises it.
#[async_trait]
pub trait RequestSource: Send + Sync + std::fmt::Debug {
    /// The next requests in order; empty if there are none now.
    ///
    /// # Errors
    /// [`SourceError`] if the source cannot answer.
    async fn receive(&self) -> Result<Vec<Received>, SourceError>;

    /// Confirms that a request is handled: its effect is committed, or it is a dead letter.
    ///
    /// # Errors
    /// [`SourceError`] if the source cannot answer; the request will then come again.
    async fn confirm(&self, request: &RequestId) -> Result<(), SourceError>;
}

/// A request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// Its name at its source, the same when it comes again.
    pub id: RequestId,
    /// Its words.
    pub body: Vec<u8>,
}

impl Received {
    /// A request of that name.
    #[must_use]
    pub fn new(id: RequestId, body: impl Into<Vec<u8>>) -> Self {
        Self {
            id,
            body: body.into(),
        }
    }
}

/// A [`RequestSource`] in memory: a queue that gives out each request until it is confirmed.
///
/// ```
/// use escalation_core::{MemorySource, Received, RequestId, RequestSource};
///
/// # futures::executor::block_on(async {
/// let source = MemorySource::new();
/// source.send(Received::new(RequestId::new("m1")?, "{}"));
/// let received = source.receive().await?.remove(0);
/// assert_eq!(source.receive().await?.len(), 1, "not confirmed yet");
/// source.confirm(&received.id).await?;
/// assert!(source.receive().await?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
#[derive(Debug, Default)]
pub struct MemorySource {
    requests: Mutex<VecDeque<Received>>,
}

impl MemorySource {
    /// A source without requests.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a request behind the others.
    pub fn send(&self, request: Received) {
        self.lock().push_back(request);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Received>> {
        // Nothing that runs under the lock can leave it half changed.
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl RequestSource for MemorySource {
    async fn receive(&self) -> Result<Vec<Received>, SourceError> {
        Ok(self.lock().iter().cloned().collect())
    }

    async fn confirm(&self, request: &RequestId) -> Result<(), SourceError> {
        self.lock().retain(|waiting| waiting.id != *request);
        Ok(())
    }
}

/// Why a source could not answer.
#[derive(Debug, thiserror::Error)]
#[error("the source of requests failed")]
#[non_exhaustive]
pub struct SourceError {
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl SourceError {
    /// Wraps what went wrong.
    #[must_use]
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: source.into(),
        }
    }
}

/// Why intake stopped. What was handled before stays handled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// The source could not answer.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The store could not answer; the request is not confirmed and will come again.
    #[error(transparent)]
    Store(#[from] StoreError),
}
