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
//!   was unknown; both carry the same [`IdempotencyKey`]. No other notification of the store has it,
//!   and none of another store either if the engine has an
//!   [installation](EngineBuilder::installation).
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
//! | What happens | What comes of it | Tested by |
//! | --- | --- | --- |
//! | a worker is killed, at any instant | its [lease](EngineBuilder::lease) runs out, and another worker takes over; an attempt that had begun is in doubt, and the [`UnknownPolicy`] decides | `killed`: `nothing_is_lost_and_only_what_was_in_doubt_is_sent_twice` |
//! | the store cannot be reached, or restarts | the call answers [`StoreError`], nothing of it is half done; [`Engine::run`] asks again after a second | `killed`: `a_store_that_loses_its_connection_at_any_call_loses_nothing` |
//! | two workers hold one lease | one does: the word of the older [`Token`] is refused and changes nothing | conformance: `a_stale_lease_changes_nothing` |
//! | a notifier hangs | after the [`attempt_timeout`](ChannelPolicy::attempt_timeout) the outcome is unknown; other channels go on | `running`: `a_hanging_notifier_holds_up_nobody_and_its_outcome_is_unknown` |
//! | a notifier answers after that | nobody listens; whether it was delivered is the `UnknownPolicy`'s question | `running`: `an_answer_after_its_time_is_not_listened_to` |
//! | a notifier answers after its worker has lost the lease | the answer is refused; the worker that took over decides | `running`: `the_answer_of_a_worker_that_lost_its_lease_changes_nothing` |
//! | a reconciler can never tell | it is asked [so many times](ChannelPolicy::max_inquiries), with growing waits; then a dead letter, and nobody is rung again | `in_doubt`: `a_provider_that_never_tells_is_asked_so_many_times_and_then_it_is_a_dead_letter` |
//! | a notifier fails half the time | [retries](Backoff) with growing waits, then a dead letter with its history | `failures`: `a_notifier_that_fails_half_the_time_delivers_everything_in_the_end_and_once` |
//! | the last step fails where a failure [only advances](Reaction::Advance) | nothing follows that could tell anybody: a dead letter | `escalating`: `busy_at_the_last_step_is_not_lost` |
//! | a notifier panics | the outcome is unknown; no other delivery notices | `recorded_cases`: `a_notifier_that_panics_touches_no_other_a7` |
//! | a precondition or reconciler panics | it is asked again later; a window that panics is unknown, so the delivery goes out; no other delivery notices | `failures`: `a_host_that_panics_in_any_seam_takes_no_other_delivery_with_it` |
//! | the clock jumps ahead or back by hours | [`Engine::run`] claims nothing until it has been steady for a lease; then what is due by the new time is sent, late or not as the [`LatePolicy`] says, and nothing twice | `running`: `a_clock_that_jumps_back_loses_nothing_and_rings_nobody_twice`, `a_clock_that_jumps_ahead_is_believed_after_it_has_been_steady_for_a_lease` |
//! | `run_once` is told a wrong time | it is believed: what is due by then is sent, once | `failures`: `runs_once_with_clocks_hours_apart_send_twice_only_what_was_in_doubt` |
//! | the request is no JSON, is badly typed, too long or 10 MB | [rejected](Submitted::Rejected), kept as a dead letter in its own words (up to 1 MiB), confirmed to its source; the next one is handled | `failures`: `poison_and_ten_megabytes_are_kept_visibly_and_hold_up_nobody` |
//! | the channel is unknown | a request is rejected; a notification that was kept before is a dead letter | `recorded_cases`: `what_no_notifier_serves_is_a_dead_letter_a9` |
//! | the message lacks a field | the request is rejected | `messages`: `a_message_that_cannot_be_written_is_refused_when_it_is_asked_for` |
//! | the number or address is bad | the strict [`Profile`] rejects what has no form; what the notifier [rejects](Outcome::Rejected) is a dead letter, or [goes another way](Reaction::Instead) | `failures`: `a_bad_number_is_a_dead_letter_that_says_so_and_touches_no_other` |
//! | `at` is negative or past | due at once, subject to the `LatePolicy`; the strict profile rejects what is not above 0 | `failures`: `times_that_are_negative_past_or_in_year_9999_are_due_then` |
//! | `at` is in the year 9999 | due then; beyond the calendar it is rejected | `requests`: `a_time_beyond_the_calendar_is_refused` |
//! | a span is absurdly long, or the clock shows the end of the calendar | sums stop there; within its last three days nothing is claimed, and nothing is lost | `extremes`: `no_configuration_and_no_clock_make_an_engine_panic`, `no_timer_makes_the_loop_panic` |
//! | somebody answers for a run that is over, and another of its name runs | a word about [one run only](Run::only) touches no other | conformance: `a_word_about_one_run_touches_no_other` |
//! | a detail is nested too deep to be read again | refused when it is asked for | `extremes`: `a_detail_that_could_not_be_read_again_is_refused` |
//! | a request is delivered again | within an hour it [changes nothing](Started::DuplicateRequest) | `intake`: `a_redelivered_start_does_not_revive_an_ended_process_r12` |
//! | a request that was refused comes again, corrected | it is handled: a refusal is no effect that could be repeated | `intake`: `a_refused_request_can_be_corrected_under_its_name` |
//! | a database is created anew | its keys are new if its [`Installation`] is | `installation`: `a_database_created_anew_repeats_no_key_if_its_installation_is_new` |
//! | one tenant floods the store | tenants take turns; it delays only itself | `messages`: `a_flood_of_one_tenant_does_not_keep_another_waiting` |
//!
//! A test is named with its file in `tests/`. The stores run the same failures on real databases,
//! with programs killed and connections cut.
//!
//! # Watching it
//!
//! With the feature `tracing` an engine tells each claim, attempt (a span that holds what its
//! notifier logs), outcome, retry, dead letter, jump of the clock and failure of the store, under the
//! target `escalation_core`. Names of processes and channels are told, so let those be no secrets;
//! destinations, details, messages and the words of a [`Reason`] are not. [`Engine::counts`] costs
//! nothing to ask.
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
mod run;
mod seconds;
mod source;
mod stage;
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
pub use run::Run;
pub use source::{IntakeError, MemorySource, Received, RequestSource, SourceError};
pub use stage::Stage;
pub use store::{DeadLetters, Discarded, EscalationStore, StoreError};
pub use template::{MessageError, Template, TemplateError};
pub use wire::{MAX_REQUEST_BYTES, RequestError};
