//! Requests from outside.

use chrono::{DateTime, Utc};

use super::Engine;
use crate::counters::count;
use crate::{
    Cause, Error, Held, Hold, IntakeError, Reason, Received, RejectedRequest, Request, RequestId,
    RequestSource, Run, Started, Stopped, StoreError, trace,
};

/// What became of a request.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Submitted {
    /// It was a start.
    Started(Started),
    /// It was a stop or a resolve.
    Stopped(Stopped),
    /// It was an acknowledge, a snooze or a reopen.
    Held(Held),
    /// It was refused, and is kept among the dead letters.
    Rejected(Reason),
}

impl Engine {
    /// Handles a JSON request, once however often it comes.
    ///
    /// One that was refused may come again under its name, corrected or to an engine that has the
    /// channel it asks for: it is no repetition then.
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
        let done = match Request::parse(&request.body, &self.profile) {
            Ok(read) => self.done(read, &name_when_done(&request.id), now).await,
            Err(error) => return self.reject(request, words(&error), now).await,
        };
        match done {
            Ok(submitted) => Ok(submitted),
            Err(Error::Store(error)) => Err(error),
            Err(error) => self.reject(request, words(&error), now).await,
        }
    }

    async fn done(
        &self,
        request: Request,
        id: &RequestId,
        now: DateTime<Utc>,
    ) -> Result<Submitted, Error> {
        Ok(match request {
            Request::Start(start) => {
                let start = start.request_id(id.clone());
                Submitted::Started(self.start(&start, now).await?)
            }
            Request::Stop(process) | Request::Resolve(process) => Submitted::Stopped(
                self.stop_requested(Run::current(&process), Some(id), now)
                    .await?,
            ),
            Request::Acknowledge { process, reopens } => {
                // A time beyond the calendar never comes.
                let reopens_at = reopens.and_then(|when| when.instant(now));
                let run = Run::current(&process);
                let held = self.acknowledge_requested(run, reopens_at, Some(id), now);
                Submitted::Held(held.await?)
            }
            Request::Snooze { process, until } => {
                let hold = until.instant(now).map_or(Hold::Open, Hold::Until);
                let run = Run::current(&process);
                Submitted::Held(self.store.hold(run, hold, Some(id), now).await?)
            }
            Request::Reopen(process) => {
                let run = Run::current(&process);
                let held = self.store.hold(run, Hold::Release, Some(id), now);
                Submitted::Held(held.await?)
            }
        })
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
        let id = request.id.clone();
        let rejected = RejectedRequest::new(Some(request.id), body, reason.clone());
        self.store.reject(rejected, now).await?;
        count(&self.counters.rejected_requests);
        trace::rejected(&id, reason.cause());
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

/// What a store remembers of a request that had its effect: another name than of one that is
/// refused, or a request that is corrected would be taken for the refused one and be forgotten.
fn name_when_done(id: &RequestId) -> RequestId {
    // One that is too long for that stands for itself.
    RequestId::new(format!("done:{id}")).unwrap_or_else(|_| id.clone())
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
