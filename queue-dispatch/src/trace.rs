//! What a dispatcher tells of itself while it works, with the feature `tracing`; nothing without it.
//!
//! | event | level | says |
//! | --- | --- | --- |
//! | `commanded` | info | each command in the words of its timeline, and the version that led to it |
//! | `refused` | debug | why an event had no effect |
//! | `took in` | debug | how many lines of others were read |
//! | `store failed` | error | what for, and the store's words |
//!
//! Calls and agents are told by their numbers in the queue. Who calls ([`PartyId`](crate::PartyId))
//! is not told.

#[cfg_attr(feature = "tracing", path = "trace/told.rs")]
#[cfg_attr(not(feature = "tracing"), path = "trace/untold.rs")]
mod teller;

pub(crate) use teller::{commanded, refused, store_failed, took_in};
