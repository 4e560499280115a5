//! How callers are served: what an operator may choose beside the account, the lines and the people.

use chrono::TimeDelta;

use crate::on_call::OnCall;

/// How callers are served. Every choice has a default.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Service {
    /// Time after each call in which an agent on the console gets no other. Default 30 s.
    pub wrap_up: TimeDelta,
    /// What those who wait hear between two words on their place: the URL of a sound of up to half a minute. Default our own
    /// music.
    pub music: Option<String>,
    /// Who is told when every phone has rung in vain. Default nobody.
    pub on_call: OnCall,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            wrap_up: TimeDelta::seconds(30),
            music: None,
            on_call: OnCall::default(),
        }
    }
}
