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
//!   [`DeadLetter`] with its reason, which can be [replayed](DeadLetters::replay).
//! * A notification is delivered at least once, and a second time only if the outcome of an attempt
//!   was unknown; both carry the same [`IdempotencyKey`].
//! * After [`Engine::stop`] has answered, no further attempt starts.
//!
//! # Where to find what
//!
//! | To | see |
//! | --- | --- |
//! | escalate in steps, repeats and rounds | [`Policy`] |
//! | start, stop, [acknowledge](Engine::acknowledge), [snooze](Engine::snooze), see [what will ring and why](Engine::forecast) | [`Engine`] |
//! | speak the JSON of the original escalation component, or more | [`Request::parse`], [`Profile`] |
//! | retry, limit, bundle, go over to another channel, be late | [`ChannelPolicy`] |
//! | ask "still queued?" or "open now?" before ringing | [`Precondition`], [`DeliveryWindow`] |
//! | say it in words | [`Template`] |
//! | share an engine between customers | [`StartRequest::tenant`] |
//! | start within your own transaction | [`Engine::plan`], and `start_in` of the store's crate |
//!
//! # When things go wrong
//!
//! | What happens | What comes of it |
//! | --- | --- |
//! | a worker is killed, at any instant | its [lease](EngineBuilder::lease) runs out, and another worker takes over; an attempt that had begun is in doubt, and the [`UnknownPolicy`] decides |
//! | the store cannot be reached, or restarts | the call answers [`StoreError`], nothing of it is half done; [`Engine::run`] asks again after a second |
//! | two workers hold one lease | one does: the word of the older [`Token`] is refused and changes nothing |
//! | a notifier hangs | after the [`attempt_timeout`](ChannelPolicy::attempt_timeout) the outcome is unknown; other channels go on |
//! | a notifier answers after that | nobody listens; whether it was delivered is the `UnknownPolicy`'s question |
//! | a notifier fails half the time | [retries](Backoff) with growing waits, then a dead letter with its history |
//! | a notifier panics | the outcome is unknown; no other delivery notices |
//! | a precondition or reconciler panics | it is asked again later; a window that panics is unknown, so the delivery goes out; no other delivery notices |
//! | the clock jumps ahead or back by hours | [`Engine::run`] claims nothing until it has been steady for a lease; then what is due by the new time is sent, late or not as the [`LatePolicy`] says, and nothing twice |
//! | `run_once` is told a wrong time | it is believed: what is due by then is sent, once |
//! | the request is no JSON, is badly typed, too long or 10 MB | [rejected](Submitted::Rejected), kept as a dead letter in its own words (up to 1 MiB), confirmed to its source; the next one is handled |
//! | the channel is unknown | a request is rejected; a notification that was kept before is a dead letter |
//! | the message lacks a field | the request is rejected |
//! | the number or address is bad | the strict [`Profile`] rejects what has no form; what the notifier [rejects](Outcome::Rejected) is a dead letter, or [goes another way](Reaction::Instead) |
//! | `at` is negative or past | due at once, subject to the `LatePolicy`; the strict profile rejects what is not above 0 |
//! | `at` is in the year 9999 | due then; beyond the calendar it is rejected |
//! | a request is delivered again | within an hour it [changes nothing](Started::DuplicateRequest) |
//! | one tenant floods the store | tenants take turns; it delays only itself |
//!
//! Each line is a test.
//!
//! # What we do not do
//!
//! No runtime, no thread, no clock, no I/O: the host brings them through the seams
//! [`EscalationStore`], [`Notifier`], [`RequestSource`], [`Clock`] and [`Timer`]. Exactly-once
//! delivery does not exist; see the promises above for what does. No rotas: who is on call is the
//! host's to say, when it starts the process.

mod admission;
mod backoff;
mod bundling;
mod calendar;
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
mod installation;
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
mod trace;
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
pub use installation::{Installation, InvalidInstallation};
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
