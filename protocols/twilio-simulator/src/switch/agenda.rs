//! What will happen, ordered by virtual time.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

/// Events by instant; those of the same instant in the order in which they were put down, so that
/// the same scenario always plays the same way.
#[derive(Debug)]
pub(crate) struct Agenda<T> {
    events: BTreeMap<(DateTime<Utc>, u64), T>,
    sequence: u64,
}

impl<T> Default for Agenda<T> {
    fn default() -> Self {
        Self {
            events: BTreeMap::new(),
            sequence: 0,
        }
    }
}

impl<T> Agenda<T> {
    pub(crate) fn add(&mut self, at: DateTime<Utc>, event: T) {
        self.sequence += 1;
        self.events.insert((at, self.sequence), event);
    }

    pub(crate) fn first(&self) -> Option<(DateTime<Utc>, &T)> {
        self.events
            .first_key_value()
            .map(|((at, _), event)| (*at, event))
    }

    /// All that will happen, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.events.values()
    }

    pub(crate) fn take_first(&mut self) -> Option<(DateTime<Utc>, T)> {
        self.events.pop_first().map(|((at, _), event)| (at, event))
    }
}
