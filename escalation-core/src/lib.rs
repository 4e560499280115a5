//! Escalation processes with timed notifications: decided here, delivered by the host, through
//! crashes, on any storage.
//!
//! ```
//! use std::sync::Arc;
//! use chrono::{DateTime, TimeDelta};
//! use escalation_core::*;
//!
//! # futures::executor::block_on(async {
//! let ring_everyone = notifier_fn(|delivery: Delivery| async move {
//!     println!("{} has waited for 3 minutes", delivery.process());
//!     Outcome::Delivered(Response::None)
//! });
//! let engine = Engine::builder(Arc::new(MemoryStore::new()))
//!     .notifier("overflow", Arc::new(ring_everyone))
//!     .build()?;
//!
//! let enqueued = DateTime::from_timestamp(1_700_000_000, 0).ok_or("out of range")?;
//! let call = ProcessId::new("CA0123")?;
//! let overflow = Notification::after(Channel::new("overflow")?, TimeDelta::minutes(3));
//! engine.start(&StartRequest::new(call.clone()).notify(overflow), enqueued).await?;
//!
//! let next = engine.run_once(enqueued).await?.ok_or("nothing planned")?;
//! assert_eq!(next, enqueued + TimeDelta::minutes(3));
//! engine.run_once(next).await?;
//! assert_eq!(engine.counts().delivered, 1);
//! // Had the call been answered before: engine.stop(&call, now).await?
//! assert_eq!(engine.stop(&call, next).await?, Stopped::NotRunning);
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
//!
//! The main type is [`Engine`]. It keeps processes in an [`EscalationStore`] ([`MemoryStore`] here,
//! a file by the crate `escalation-sqlite`), and hands each due notification to the [`Notifier`]
//! of its channel. A process is a list of [`Notification`]s at stated times, or the steps of a
//! [`Policy`]; it ends with its last notification, or when it is [stopped](Engine::stop).
//!
//! # What is promised
//!
//! * A started process survives any crash. Nothing is lost: what cannot be delivered is a
//!   [`DeadLetter`] with its reason.
//! * A notification is delivered at least once, and a second time only if the outcome of an attempt
//!   was unknown; both carry the same [`IdempotencyKey`].
//! * After [`Engine::stop`] has answered, no further attempt starts.
//!
//! # What we do not do
//!
//! No runtime, no thread, no clock, no I/O: the host brings them through the seams
//! [`EscalationStore`], [`Notifier`], [`RequestSource`], [`Clock`] and [`Timer`]. Exactly-once
//! delivery does not exist; see the promises above for what does.

mod admission;
mod backoff;
mod bundling;
mod caller_ids;
mod changes;
mod channel;
mod channel_policy;
mod clock;
#[cfg(feature = "conformance")]
pub mod conformance;
mod counters;
mod dead_letter;
mod decision;
mod engine;
mod error;
mod forecast;
mod id;
mod lease;
mod memory;
mod notification;
mod notifier;
mod outcome;
mod plan;
mod policy;
mod precondition;
mod process;
mod profile;
mod reconcile;
mod request;
mod seconds;
mod source;
mod store;
mod template;
mod wire;

pub use admission::{Admission, ConcurrencyLimit, RateLimit, Scope};
pub use backoff::Backoff;
pub use caller_ids::CallerIds;
pub use changes::Changes;
pub use channel::{Channel, InvalidChannel};
pub use channel_policy::{ChannelPolicy, ClosedWindow, LatePolicy, Reaction, UnknownPolicy};
pub use clock::{Clock, Timer, VirtualTimer};
pub(crate) use counters::Counters;
pub use counters::Counts;
pub use dead_letter::{DeadLetter, LetterContent, LetterId, RejectedRequest, Replayed};
pub use engine::{BuildError, Engine, EngineBuilder, Submitted};
pub use error::Error;
pub use forecast::{Expected, Forecast, Why};
pub use id::{
    Generation, IdempotencyKey, InvalidId, MAX_ID_BYTES, ProcessId, RequestId, Sequence, TenantId,
    Token,
};
pub use lease::{
    Attempt, AttemptStart, Begun, Claim, Doubt, Effect, Lease, Settled, Settlement, Superseded,
    Verdict,
};
pub use memory::MemoryStore;
pub use notification::{DetailError, Details, Notification, When};
pub use notifier::{Delivery, Notifier, NotifierFn, notifier_fn};
pub use outcome::{Cause, Outcome, Reason, Response};
pub use plan::{MAX_NOTIFICATIONS, NewProcess, PlanError, Planned};
pub use policy::{Policy, Step};
pub use precondition::{Check, DeliveryWindow, Precondition, Window};
pub use process::{
    Held, Hold, HoldState, InFlight, NotificationState, OpenNotification, ProcessSnapshot,
    ProcessSummary, REQUESTS_REMEMBERED_FOR, Started, Stopped,
};
pub use profile::Profile;
pub use reconcile::{Cancelled, Canceller, Reconciled, Reconciler};
pub use request::{IfRunning, Request, StartRequest};
pub use source::{IntakeError, MemorySource, Received, RequestSource, SourceError};
pub use store::{DeadLetters, Discarded, EscalationStore, StoreError};
pub use template::{MessageError, Template, TemplateError};
pub use wire::{MAX_REQUEST_BYTES, RequestError};
