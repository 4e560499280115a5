//! `<Conference>`.

use super::{Link, RecordingOrder};

/// `<Conference>`.
#[derive(Clone, Debug)]
pub(crate) struct Conference {
    pub(crate) name: String,
    pub(crate) start_on_enter: bool,
    pub(crate) end_on_exit: bool,
    pub(crate) muted: bool,
    pub(crate) label: Option<String>,
    /// The call that alone hears this one.
    pub(crate) coach: Option<String>,
    pub(crate) max_participants: usize,
    pub(crate) wait: Option<Link>,
    pub(crate) callback: Option<ConferenceCallback>,
    pub(crate) recording: Option<RecordingOrder>,
}

/// Where what happens in a conference is reported, and which of it.
#[derive(Clone, Debug)]
pub(crate) struct ConferenceCallback {
    pub(crate) link: Link,
    pub(crate) events: ConferenceEvents,
}

/// Which events of a conference are told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ConferenceEvents(u16);

impl ConferenceEvents {
    /// The names, by which the events are asked for.
    const NAMES: [&str; 9] = [
        "start",
        "end",
        "join",
        "leave",
        "mute",
        "hold",
        "modify",
        "speaker",
        "announcement",
    ];

    /// Adds an event by its name; false if there is no such event.
    pub(crate) fn add(&mut self, name: &str) -> bool {
        match Self::bit(name) {
            0 => false,
            bit => {
                self.0 |= bit;
                true
            }
        }
    }

    pub(crate) fn contains(self, name: &str) -> bool {
        self.0 & Self::bit(name) != 0
    }

    fn bit(name: &str) -> u16 {
        Self::NAMES
            .iter()
            .position(|own| *own == name)
            .map_or(0, |at| 1 << at)
    }
}
