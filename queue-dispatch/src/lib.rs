//! Premium before regular, fair, with agents, reservations and live statistics: a call queue that
//! can be embedded.
//!
//! ```
//! use chrono::{DateTime, TimeDelta};
//! use queue_dispatch::{Agent, AgentId, CallId, ClassId, Command, Commands, Config, Event, Queue};
//!
//! let nine = DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default();
//! let (ann, bob, eve) = (CallId::new(1), CallId::new(2), AgentId::new(7));
//! let mut queue = Queue::new(Config::premium_and_regular());
//! let mut out = Commands::new();
//!
//! // Bob rings a minute after Ann, and is premium.
//! queue.step(&Event::enqueue(ann, ClassId::REGULAR), nine, &mut out)?;
//! let later = nine + TimeDelta::minutes(1);
//! queue.step(&Event::enqueue(bob, ClassId::PREMIUM), later, &mut out)?;
//! assert_eq!(queue.position(bob, later), Some(1));
//! assert_eq!(queue.position(ann, later), Some(2));
//!
//! // Eve signs in, and asks for the next caller.
//! queue.step(&Event::SignedIn(Agent::new(eve).on_the_line()), later, &mut out)?;
//! queue.step(&Event::NextCaller { agent: eve }, later, &mut out)?;
//! let [Command::Offer(offer)] = out.as_slice() else { panic!("one offer") };
//! assert_eq!(offer.call, bob);
//! assert_eq!(offer.why.to_string(), "premium before regular: head start 120 s");
//!
//! // Each later word carries the offer's token; a stale one has no effect.
//! let token = offer.token;
//! queue.step(&Event::OfferAccepted { token }, later, &mut out)?;
//! queue.step(&Event::HungUp { call: bob }, later, &mut out)?;
//! assert!(queue.step(&Event::Bridged { token }, later, &mut out).is_err());
//! # Ok::<(), queue_dispatch::Refusal>(())
//! ```
//!
//! The main type is [`Queue`], a pure decision core: an [`Event`] and the instant go in, [`Command`]s
//! with their reasons come out, and [`Queue::wake_at`] says when to come back. [`Dispatcher`] is the
//! shell around it that request handlers share: it logs each event to a [`QueueStore`] before it
//! takes effect, so that several processes can serve one queue.
//!
//! # How a call goes
//!
//! [`Enqueue`](Event::Enqueue) → an offer to an agent, each with a new [`Token`] →
//! [`OfferAccepted`](Event::OfferAccepted) → [`Command::Connect`] → [`Bridged`](Event::Bridged) →
//! [`CallEnded`](Event::CallEnded). Agents are rung by the host, or stay on the line and ask for the
//! [`NextCaller`](Event::NextCaller).
//!
//! Whatever goes wrong has one outcome:
//!
//! | what | the caller | the agent |
//! |---|---|---|
//! | caller hangs up while offered or being bridged | gone, counted as abandoned | offer cancelled; idle, in the old place |
//! | caller hung up, and rings back in time ([`resume_within`](ConfigBuilder::resume_within)) | the old place, if the host says [who calls](Caller::party) | – |
//! | caller [leaves](Event::Left) to be called back, say | gone, counted as left | offer cancelled; idle, in the old place |
//! | agent declines | head of the class, time kept | paused ([`after_reject`](ConfigBuilder::after_reject)) |
//! | agent does not answer | head of the class, time kept | on break ([`after_miss`](ConfigBuilder::after_miss)) |
//! | agent goes on break | head of the class, time kept; one being bridged goes on | on break after the call |
//! | agent signs out, or is gone | head of the class, time kept | signed out; forgotten by [`AgentRemoved`](Event::AgentRemoved) |
//! | two agents accept when everyone is rung | the first has the call | the second's offer was cancelled, its token is stale |
//! | bridge fails, or does not come in time | head of the class, time kept | paused ([`after_failure`](ConfigBuilder::after_failure)) |
//! | host restarts | head of the class, time kept; talks go on | idle, in the old place |
//!
//! Who goes first between the classes is a [`Policy`]: [`HeadStart`] by default, [`Strict`],
//! [`AccumulatingPriority`], [`Cap`] or your own, each with its theorem. What happens to those who
//! wait long is a [`Ladder`]: skills relax, everyone is rung, voicemail. The cookbook's stateless
//! loop over Twilio's own queues is [`RepLoop`]; staffing by Erlang's formulas is in [`erlang`].
//!
//! # Several processes
//!
//! Processes that share a log share the queue. Whoever logs an event carries out its commands, and
//! nobody else; one loop in each process keeps time and [follows](Dispatcher::follow) what the
//! others log. What a crash can take along is in [`Dispatcher`]'s documentation.
//!
//! # Watching it
//!
//! With the feature `tracing` a [`Dispatcher`] tells each command with its reason, refusals and
//! failures of the store as events; who calls is not among them. [`Stats`] count in O(1).
//!
//! # What it does not do
//!
//! It reads no clock, opens no socket, starts no thread and names no async runtime. It does not
//! speak to a telephone system: the host carries out the commands. It does not know who calls unless
//! the host says so. It does not fire the overflow by itself: who owns the three minutes says
//! [`Event::OverflowDue`], unless a [`Rung`] is put on the queue's own clock. Agents, and the log,
//! grow until the host [removes](Event::AgentRemoved) them and
//! [saves snapshots](Dispatcher::save_snapshot).

mod agent;
mod caller;
mod class;
mod command;
mod config;
#[cfg(feature = "conformance")]
pub mod conformance;
mod dispatcher;
pub mod erlang;
mod estimate;
mod event;
mod hash;
mod ids;
mod ladder;
mod line;
#[cfg(test)]
mod line_oracle;
mod offer;
mod policy;
mod queue;
mod refusal;
mod rep_loop;
mod ring_back;
#[cfg(test)]
mod schedules;
mod selection;
mod skill;
mod snapshot;
mod stats;
mod store;
mod sync;
mod table;
#[cfg(test)]
mod table_oracle;
mod time;
mod timers;
mod trace;
mod turn;

pub use agent::{Agent, AgentState, Reach};
pub use caller::{CallState, Caller};
pub use class::{ClassId, ClassName};
pub use command::{Command, Commands, Offer, Void, Why};
pub use config::{Config, ConfigBuilder, ConfigError, Pause, Unstaffed};
pub use dispatcher::{Applied, Dispatcher, Error};
pub use estimate::WaitEstimate;
pub use event::Event;
pub use ids::{AgentId, CallId, ParseCallIdError, PartyId, Token};
pub use ladder::{Exit, Ladder, Measure, RingEveryone, Rung, Scope, Trigger};
pub use policy::{AccumulatingPriority, Cap, HeadStart, Policy, Rule, Strict, Waiting};
pub use queue::{Effect, Queue};
pub use refusal::{OfferStage, Refusal};
pub use rep_loop::{
    Attempt, Decision, DequeueResult, ParseAttemptError, RepCallback, RepLeg, RepLoop,
};
pub use selection::Selection;
pub use skill::{Needs, Skill, SkillId, TooManyNeeds};
pub use snapshot::{Snapshot, SnapshotError};
pub use stats::Stats;
pub use store::{AppendError, MemoryStore, QueueStore, Recorded, StoreError};
