//! Who waits or talks, when we last heard of them, and who has left for good.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use queue_dispatch::CallId;

use crate::caller::Carried;

/// Twilio asks every 20 seconds or so what a waiting caller shall hear. One who has not been asked about for this long
/// is gone, and the notice of it was lost.
const SILENCE: TimeDelta = TimeDelta::seconds(90);
/// The longest a call lasts, unless the account has asked Twilio for more.
const LONGEST_CALL: TimeDelta = TimeDelta::hours(4);
/// A request about a call that has ended may come this late, and must not bring the call back.
const REMEMBERED: TimeDelta = TimeDelta::hours(1);

/// What this program knows of the callers beside their places, which the queue knows.
#[derive(Debug, Default)]
pub(crate) struct Callers {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    known: HashMap<CallId, Known>,
    ended: HashMap<CallId, DateTime<Utc>>,
}

#[derive(Debug)]
struct Known {
    name: String,
    heard: DateTime<Utc>,
    watched: bool,
    talks_since: Option<DateTime<Utc>>,
    /// How long they had waited when the talk began.
    waited: Option<TimeDelta>,
    carried: Option<Carried>,
    moving: Option<Move>,
}

/// Where an agent has sent a caller whom they talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    /// On hold, to come back to the same agent.
    Hold {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Back in line, for a class or for one agent.
    Line,
    /// To a number outside.
    Outside,
    /// Away: the call is over.
    Goodbye,
}

impl Known {
    /// When they count as gone, unless they are heard of before.
    fn silent_at(&self) -> DateTime<Utc> {
        self.talks_since
            .map_or(self.heard + SILENCE, |since| since + LONGEST_CALL)
    }
}

impl Callers {
    /// Twilio has asked about this waiting caller. `false` if the call has ended before.
    pub(crate) fn heard_of(&self, call: CallId, name: String, now: DateTime<Utc>) -> bool {
        let mut inner = self.lock();
        if inner.ended.contains_key(&call) {
            return false;
        }
        let known = inner.known.entry(call).or_insert(Known {
            name,
            heard: now,
            watched: false,
            talks_since: None,
            waited: None,
            carried: None,
            moving: None,
        });
        (known.heard, known.talks_since, known.waited) = (now, None, None);
        true
    }

    /// The caller is back in line, or otherwise sure to be on the line now.
    pub(crate) fn is_there(&self, call: CallId, now: DateTime<Utc>) {
        if let Some(known) = self.lock().known.get_mut(&call) {
            (known.heard, known.talks_since) = (now, None);
        }
    }

    /// They, who waited since then, talk to a rep from now on, and nothing is asked about them meanwhile.
    pub(crate) fn talks(&self, call: CallId, since: DateTime<Utc>, now: DateTime<Utc>) {
        if let Some(known) = self.lock().known.get_mut(&call) {
            (known.talks_since, known.watched) = (Some(now), false);
            known.waited = Some(now - since);
        }
    }

    /// What our URLs carry of this caller.
    pub(crate) fn carry(&self, call: CallId, carried: Carried) {
        if let Some(known) = self.lock().known.get_mut(&call) {
            known.carried = Some(carried);
        }
    }

    /// What our URLs carried last of this caller.
    pub(crate) fn carried(&self, call: CallId) -> Option<Carried> {
        self.lock().known.get(&call)?.carried
    }

    /// How long they had waited when the talk began.
    pub(crate) fn waited(&self, call: CallId) -> Option<TimeDelta> {
        self.lock().known.get(&call)?.waited
    }

    /// An agent moves them there; `None`: they have arrived, or stay after all.
    pub(crate) fn moves(&self, call: CallId, to: Option<Move>) {
        if let Some(known) = self.lock().known.get_mut(&call) {
            known.moving = to;
        }
    }

    /// Where an agent is moving them.
    pub(crate) fn moving(&self, call: CallId) -> Option<Move> {
        self.lock().known.get(&call)?.moving
    }

    /// Whether they are on hold, or about to be.
    pub(crate) fn is_held(&self, call: CallId) -> bool {
        matches!(self.moving(call), Some(Move::Hold { .. }))
    }

    /// How the timeline calls them.
    pub(crate) fn name(&self, call: CallId) -> String {
        self.lock()
            .known
            .get(&call)
            .map_or_else(|| format!("CA{call}"), |known| known.name.clone())
    }

    /// Whether "overflow due" is held for them.
    pub(crate) fn is_watched(&self, call: CallId) -> bool {
        self.lock()
            .known
            .get(&call)
            .is_some_and(|known| known.watched)
    }

    /// "Overflow due" is held for them from now on.
    pub(crate) fn watch(&self, call: CallId) {
        if let Some(known) = self.lock().known.get_mut(&call) {
            known.watched = true;
        }
    }

    /// They have left the line; the call may go on, and come back.
    pub(crate) fn forget(&self, call: CallId) {
        self.lock().known.remove(&call);
    }

    /// The call has ended: nothing brings it back.
    pub(crate) fn end(&self, call: CallId, now: DateTime<Utc>) {
        let mut inner = self.lock();
        inner.known.remove(&call);
        inner.ended.retain(|_, ended| now - *ended < REMEMBERED);
        inner.ended.insert(call, now);
    }

    pub(crate) fn has_ended(&self, call: CallId) -> bool {
        self.lock().ended.contains_key(&call)
    }

    /// Those who have not been heard of for too long, and when the next one may be.
    pub(crate) fn silent(&self, now: DateTime<Utc>) -> (Vec<CallId>, Option<DateTime<Utc>>) {
        let inner = self.lock();
        let gone = inner
            .known
            .iter()
            .filter(|(_, known)| known.silent_at() <= now)
            .map(|(call, _)| *call)
            .collect();
        let next = inner
            .known
            .values()
            .map(Known::silent_at)
            .filter(|at| *at > now)
            .min();
        (gone, next)
    }

    // Every change is a single call on a collection, so what a panicking thread left behind is whole.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
