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
mod selection;
mod skill;
mod slab;
mod snapshot;
mod stats;
mod store;
mod time;
mod timers;
mod turn;

pub use agent::{Agent, AgentState, Reach};
pub use caller::{CallState, Caller};
pub use class::{ClassId, ClassName};
pub use command::{Command, Commands, Offer, Void, Why};
pub use config::{Config, ConfigBuilder, ConfigError, Pause, Unstaffed};
pub use dispatcher::{Applied, Dispatcher, Error};
pub use estimate::WaitEstimate;
pub use event::Event;
pub use ids::{AgentId, CallId, ParseCallIdError, Token};
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
