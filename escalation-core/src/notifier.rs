//! The seam to what delivers.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{
    Channel, Claim, Doubt, Generation, IdempotencyKey, Installation, Lease, Notification, Outcome,
    ProcessId, Sequence, Stage, TenantId,
};

/// Delivers notifications of one channel.
///
/// # The contract
///
/// * It is called after the start of the attempt is committed, once per attempt.
/// * It answers how the attempt ended, and does not answer [`Outcome::RetryAfter`] unless the
///   notification has surely not been delivered; [`Outcome::Unknown`] is the honest answer else.
/// * It may be dropped at any await point (a timeout, a shutdown without drain); the outcome is
///   then unknown.
/// * Where the channel [bundles](crate::ChannelPolicy::bundle), it delivers
///   [all](Delivery::all) that it is given, and answers for all of them.
/// * It bounds its own time if the engine is driven by
///   [`run_once`](crate::Engine::run_once), which has no timer.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Tries to deliver.
    async fn notify(&self, delivery: &Delivery) -> Outcome;
}

/// A [`Notifier`] made of a function, by [`notifier_fn`].
pub struct NotifierFn<F>(F);

/// Makes a [`Notifier`] of an asynchronous function.
///
/// ```
/// use escalation_core::{notifier_fn, Delivery, Outcome, Response};
///
/// let print = notifier_fn(|delivery: Delivery| async move {
///     println!("{} to {:?}", delivery.key(), delivery.notification().destination());
///     Outcome::Delivered(Response::None)
/// });
/// # let _ = print;
/// ```
pub const fn notifier_fn<F, A>(function: F) -> NotifierFn<F>
where
    F: Fn(Delivery) -> A + Send + Sync,
    A: Future<Output = Outcome> + Send,
{
    NotifierFn(function)
}

impl<F> fmt::Debug for NotifierFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NotifierFn")
    }
}

#[async_trait]
impl<F, A> Notifier for NotifierFn<F>
where
    F: Fn(Delivery) -> A + Send + Sync,
    A: Future<Output = Outcome> + Send,
{
    async fn notify(&self, delivery: &Delivery) -> Outcome {
        (self.0)(delivery.clone()).await
    }
}

/// One attempt to deliver one notification.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    lease: Lease,
    tenant: TenantId,
    stage: Stage,
    due_at: DateTime<Utc>,
    attempted_after: DateTime<Utc>,
    notification: Arc<Notification>,
    attempt: u32,
    doubt: Doubt,
    message: Option<Arc<str>>,
    others: Vec<Self>,
    installation: Option<Installation>,
}

impl Delivery {
    /// The next attempt for a claimed notification.
    #[must_use]
    pub fn next(claim: &Claim) -> Self {
        Self {
            lease: claim.lease.clone(),
            tenant: claim.tenant.clone(),
            stage: claim.stage,
            due_at: claim.due_at,
            // What was said of the latest attempt itself was said after it began.
            attempted_after: claim
                .history
                .iter()
                .filter(|earlier| earlier.number < claim.attempts)
                .map(|earlier| earlier.ended_at)
                .fold(claim.due_at, DateTime::max),
            notification: Arc::clone(&claim.notification),
            attempt: claim.attempts.saturating_add(1),
            doubt: claim.doubt,
            message: None,
            others: Vec::new(),
            installation: None,
        }
    }

    /// One delivery of several; `None` of none.
    pub(crate) fn together(deliveries: Vec<Self>) -> Option<Self> {
        let mut deliveries = deliveries.into_iter();
        let mut first = deliveries.next()?;
        first.others = deliveries.collect();
        Some(first)
    }

    /// Its key is told apart from those of other installations.
    pub(crate) fn of(mut self, installation: Option<&Installation>) -> Self {
        self.installation = installation.cloned();
        self
    }

    pub(crate) fn says(&mut self, message: Option<Arc<str>>) {
        self.message = message;
    }

    /// What is known by now of the attempts before.
    pub(crate) fn doubted(mut self, doubt: Doubt) -> Self {
        self.doubt = doubt;
        self
    }

    /// The attempt before this one, to settle what became of it.
    pub(crate) fn earlier(mut self) -> Self {
        self.attempt = self.attempt.saturating_sub(1);
        self
    }

    /// The process that it belongs to.
    #[must_use]
    pub const fn process(&self) -> &ProcessId {
        &self.lease.process
    }

    /// On whose behalf the process runs.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The run of the process.
    #[must_use]
    pub const fn generation(&self) -> Generation {
        self.lease.generation
    }

    /// The position of the notification in its process.
    #[must_use]
    pub const fn sequence(&self) -> Sequence {
        self.lease.sequence
    }

    /// The claim under which this attempt runs.
    #[must_use]
    pub const fn lease(&self) -> &Lease {
        &self.lease
    }

    /// What is the same for all attempts to deliver this notification, and for no other: of this
    /// store, or of all if the engine has an
    /// [installation](crate::EngineBuilder::installation).
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        key(&self.lease, self.installation.as_ref())
    }

    /// What is to be sent.
    #[must_use]
    pub fn notification(&self) -> &Notification {
        &self.notification
    }

    /// The words to send, if the notification names a [template](crate::Template).
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The notifications that travel along, each with a key, a message and an attempt of its own;
    /// none unless the channel [bundles](crate::ChannelPolicy::bundle).
    #[must_use]
    pub fn others(&self) -> &[Self] {
        &self.others
    }

    /// This one and all that travel along.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.others)
    }

    /// The channel to send it over.
    #[must_use]
    pub fn channel(&self) -> &Channel {
        self.notification.channel()
    }

    /// Which round and step of the policy it belongs to.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// When it was due, as planned.
    #[must_use]
    pub const fn due_at(&self) -> DateTime<Utc> {
        self.due_at
    }

    /// When the latest attempt before this one can have begun at the earliest; of what a
    /// [`Reconciler`](crate::Reconciler) is given, when that attempt itself can have: not before the
    /// notification was due, nor before the attempts before it had failed. It need not look further
    /// back.
    #[must_use]
    pub const fn attempted_after(&self) -> DateTime<Utc> {
        self.attempted_after
    }

    /// The number of this attempt, from 1.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether an earlier attempt may have been delivered.
    #[must_use]
    pub const fn doubt(&self) -> Doubt {
        self.doubt
    }
}

/// The key of a lease's notification in that installation.
pub(crate) fn key(lease: &Lease, installation: Option<&Installation>) -> IdempotencyKey {
    match installation {
        Some(installation) => lease.key().of(installation),
        None => lease.key(),
    }
}
