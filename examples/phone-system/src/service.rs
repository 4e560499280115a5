//! How callers are served: what an operator may choose beside the account, the lines and the people.

use chrono::TimeDelta;

/// How callers are served. Every choice has a default.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Service {
    /// Time after each call in which an agent on the console gets no other. Default 30 s.
    pub wrap_up: TimeDelta,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            wrap_up: TimeDelta::seconds(30),
        }
    }
}
