//! Recordings, as documents ask for them.

use super::Link;

/// How something is to be recorded.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecordingOrder {
    pub(crate) callback: Option<Link>,
    pub(crate) events: RecordingEvents,
    /// Each side on a channel of its own.
    pub(crate) dual: bool,
}

/// Which events of a recording are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordingEvents {
    pub(crate) in_progress: bool,
    pub(crate) completed: bool,
    pub(crate) absent: bool,
}

impl RecordingEvents {
    pub(crate) const NONE: Self = Self {
        in_progress: false,
        completed: false,
        absent: false,
    };

    /// Adds an event by its name; false if there is no such event.
    pub(crate) fn add(&mut self, name: &str) -> bool {
        match name {
            "in-progress" => self.in_progress = true,
            "completed" => self.completed = true,
            "absent" => self.absent = true,
            _ => return false,
        }
        true
    }
}

impl Default for RecordingEvents {
    /// What Twilio sends when nothing is asked for.
    fn default() -> Self {
        Self {
            completed: true,
            ..Self::NONE
        }
    }
}
