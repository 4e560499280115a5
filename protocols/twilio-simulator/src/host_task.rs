//! The host's own timers, driven in virtual time.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// Any error of a host.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Something of the host that works by itself rather than on a request: an escalation engine, a
/// dispatcher's ticks, an outbox.
///
/// # Contract
/// The simulator calls [`run_once`](Self::run_once)
/// - when a run begins,
/// - after every exchange with the host (a webhook, or a REST request that the host made),
/// - at the instant that the task named last,
///
/// always with the present virtual time, one task at a time, in the order in which they were given.
/// Tasks are asked again, all of them, for as long as one of them names another instant than it
/// named before: what one task hands to another is done at the same virtual instant, whatever
/// their order. A task may make REST requests; time stands still while it runs.
#[async_trait]
pub trait HostTask: Send + Sync + fmt::Debug {
    /// How the transcript and errors call it.
    fn name(&self) -> &str;

    /// Does all that is due at `now`, and says when to be asked again; `None` for “when something
    /// has happened”. An instant that is not after `now` means “at once”.
    ///
    /// # Errors
    /// An error ends the run; [`Error::HostTask`](crate::Error::HostTask) carries it.
    async fn run_once(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, BoxError>;
}
