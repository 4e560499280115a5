//! Requests from outside.

use chrono::{DateTime, Utc};

use super::Engine;
use crate::counters::count;
use crate::{
    Cause, Error, IntakeError, Reason, Received, RejectedRequest, Request, RequestSource, Started,
    Stopped, StoreError,
};

/// What became of a request.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Submitted {
    /// It was a start.
    Started(Started),
    /// It was a stop.
    Stopped(Stopped),
    /// It was refused, and is kept among the dead letters.
    Rejected(Reason),
}

impl Engine {
    /// Handles a JSON request, once however often it comes.
    ///
    /// When this has answered, its effect is committed: it may be confirmed to its source.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot answer; then the request is not handled.
    pub async fn submit(
        &self,
        request: Received,
        now: DateTime<Utc>,
    ) -> Result<Submitted, StoreError> {
        let refused = match Request::parse(&request.body, &self.profile) {
            Ok(Request::Stop(process)) => {
                let stopped = self.stop_requested(&process, Some(&request.id), now).await;
                return match stopped {
                    Ok(stopped) => Ok(Submitted::Stopped(stopped)),
                    Err(Error::Store(error)) => Err(error),
                    Err(error) => self.reject(request, words(&error), now).await,
                };
            }
            Ok(Request::Start(start)) => {
                let start = start.request_id(request.id.clone());
                match self.start(&start, now).await {
                    Ok(started) => return Ok(Submitted::Started(started)),
                    Err(Error::Store(error)) => return Err(error),
                    Err(error) => words(&error),
                }
            }
            Err(error) => words(&error),
        };
        self.reject(request, refused, now).await
    }

    async fn reject(
        &self,
        request: Received,
        refused: String,
        now: DateTime<Utc>,
    ) -> Result<Submitted, StoreError> {
        let reason = Reason::new(Cause::InvalidRequest, refused);
        let mut body = request.body;
        // What is far too long is kept to recognise it by, not to be sent again.
        body.truncate(crate::MAX_REQUEST_BYTES);
        let rejected = RejectedRequest::new(Some(request.id), body, reason.clone());
        self.store.reject(rejected, now).await?;
        count(&self.counters.rejected_requests);
        Ok(Submitted::Rejected(reason))
    }

    /// Handles requests in order until the source has none left, and answers what became of each.
    ///
    /// Each is confirmed after its effect is committed, so a crash at any point loses none.
    ///
    /// # Errors
    /// [`IntakeError`] if source or store cannot answer. What was handled stays handled.
    pub async fn intake(
        &self,
        source: &dyn RequestSource,
        now: DateTime<Utc>,
    ) -> Result<Vec<Submitted>, IntakeError> {
        let mut submitted = Vec::new();
        loop {
            let batch = source.receive().await?;
            if batch.is_empty() {
                return Ok(submitted);
            }
            for request in batch {
                let id = request.id.clone();
                submitted.push(self.submit(request, now).await?);
                source.confirm(&id).await?;
            }
        }
    }
}

/// An error and its causes in one line.
fn words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        source = cause.source();
    }
    words
}
