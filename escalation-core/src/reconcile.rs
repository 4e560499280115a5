//! The seams to attempts that are already on their way.

use async_trait::async_trait;

use crate::{Delivery, InFlight, Outcome, Reason, Response};

/// Finds out what became of an attempt whose outcome is unknown.
///
/// It is asked before each further attempt, and may be asked again about the same one: by another
/// worker after a crash, or because it could not tell.
#[async_trait]
pub trait Reconciler: Send + Sync {
    /// Looks for this attempt: by its key, or where that did not travel along by what was sent, to
    /// whom and when. It has the number and the words that it was made with.
    async fn reconcile(&self, delivery: &Delivery) -> Reconciled;
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reconciled {
    /// It ended like that. [`Outcome::Unknown`] is the same as [`AskAgain`](Self::AskAgain).
    Ended(Outcome),
    /// It never reached the other side: it is safe to deliver.
    NeverSent,
    /// It cannot be told now: ask again after the backoff, up to
    /// [`max_inquiries`](crate::ChannelPolicy::max_inquiries) times.
    AskAgain(Reason),
}

impl Reconciled {
    /// It was delivered.
    #[must_use]
    pub const fn delivered(response: Response) -> Self {
        Self::Ended(Outcome::Delivered(response))
    }
}

/// Cancels attempts that are under way when their process is stopped, where the channel can (a
/// phone that is still ringing).
#[async_trait]
pub trait Canceller: Send + Sync {
    /// Cancels an attempt, as far as that is possible.
    async fn cancel(&self, attempt: &InFlight) -> Cancelled;
}

/// Whether an attempt could be cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cancelled {
    /// It was.
    Cancelled,
    /// It had ended already.
    TooLate,
    /// It goes on.
    Failed(Reason),
}
