//! The seams to what the host knows at the moment of delivery.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::Delivery;

/// Asked right before each delivery: does the reason for it still hold ("is the caller still
/// queued?")?
///
/// A closure over what the host knows is a precondition:
///
/// ```
/// use escalation_core::{Check, Delivery, Precondition};
///
/// fn still_queued(queued: Vec<String>) -> impl Precondition {
///     move |delivery: &Delivery| {
///         if queued.iter().any(|call| call == delivery.process().as_str()) {
///             Check::Proceed
///         } else {
///             Check::End
///         }
///     }
/// }
/// # let _ = still_queued(Vec::new());
/// ```
#[async_trait]
pub trait Precondition: Send + Sync {
    /// Says whether to deliver. No attempt has started yet.
    async fn check(&self, delivery: &Delivery) -> Check;
}

/// What a [`Precondition`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Check {
    /// The reason holds: deliver.
    Proceed,
    /// Not this one; the process goes on.
    Skip,
    /// The reason is gone: the process ends.
    End,
    /// It cannot be told now: ask again at that time.
    AskAgainAt(DateTime<Utc>),
}

#[async_trait]
impl<F> Precondition for F
where
    F: Fn(&Delivery) -> Check + Send + Sync,
{
    async fn check(&self, delivery: &Delivery) -> Check {
        self(delivery)
    }
}

/// Asked right before each delivery: may the destination be disturbed at this time?
///
/// A closure over opening hours is one.
#[async_trait]
pub trait DeliveryWindow: Send + Sync {
    /// Says when this delivery may happen.
    async fn window(&self, delivery: &Delivery, now: DateTime<Utc>) -> Window;
}

/// When a delivery may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Window {
    /// Now.
    Now,
    /// Not before that instant: it waits, unless the channel skips what meets a closed window.
    NotBefore(DateTime<Utc>),
    /// Never again: a dead letter.
    Never,
    /// It cannot be told. It is delivered now: better disturbed than forgotten.
    Unknown,
}

#[async_trait]
impl<F> DeliveryWindow for F
where
    F: Fn(&Delivery, DateTime<Utc>) -> Window + Send + Sync,
{
    async fn window(&self, delivery: &Delivery, now: DateTime<Utc>) -> Window {
        self(delivery, now)
    }
}
