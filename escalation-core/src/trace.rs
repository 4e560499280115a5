//! What an engine tells of itself while it works, with the feature `tracing`; nothing without it.
//!
//! | | level | says |
//! | --- | --- | --- |
//! | span `attempt` | info | the notification and the attempt's number; what the notifier logs is inside |
//! | `claimed` | debug | how many were claimed |
//! | `begun`, `delivered` | info | |
//! | `failed`, `unknown` | warn | the cause; whether it is tried again is said by the settlement |
//! | `again`, `instead` | info | when, and over which channel |
//! | `passed on` | info | the cause: the next step takes its place |
//! | `dead letter` | error | the cause |
//! | `deferred`, `stale`, `skipped` | debug | |
//! | `started`, `stopped` | info | the process |
//! | `cancelled` | info | how it went |
//! | `request rejected` | warn | its id and the cause |
//! | `clock jumped` | warn | by how many milliseconds, and in how many it is trusted again |
//! | `store failed` | error | what for, and the store's words |
//!
//! Names of processes and channels are told, destinations, details, messages and the words of a
//! [`Reason`](crate::Reason) are not: they may hold numbers and names of people.

#[cfg_attr(feature = "tracing", path = "trace/told.rs")]
#[cfg_attr(not(feature = "tracing"), path = "trace/untold.rs")]
mod teller;

pub(crate) use teller::{
    AttemptSpan, begun, buried, cancelled, claimed, clock_jumped, deferred, ended, passed_on,
    rejected, settled, skipped, stale, started, stopped, store_failed,
};
