//! Strict priority with a limit.

use std::cmp::Ordering;

use chrono::TimeDelta;

use super::{Policy, Rule, Waiting};
use crate::class::ClassId;
use crate::time::{Micros, span};

/// Strict priority until somebody has waited past the limit; from then on the oldest goes first,
/// whatever the class.
///
/// **Theorem.** Once a caller has waited `cap`, nobody who arrived later is served before them.
/// Those past the limit are ordered by age alone: a limit that kept the classes apart would let
/// premium callers past the limit starve regular ones past it.
///
/// *Proof.* Past the limit goes before not past it, and among those past it the longer wait goes
/// first; who arrived later has waited less, whether past the limit or not. ∎
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    cap: Micros,
}

impl Cap {
    /// Past this wait, class no longer counts. Zero is plain first come, first served.
    pub fn new(cap: TimeDelta) -> Self {
        Self { cap: span(cap) }
    }

    fn past(&self, caller: Waiting) -> bool {
        caller.waited_micros() >= self.cap
    }
}

impl Policy for Cap {
    fn compare(&self, a: Waiting, b: Waiting) -> Ordering {
        match (self.past(a), self.past(b)) {
            (true, true) => b.waited_micros().cmp(&a.waited_micros()),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => a.class().cmp(&b.class()),
        }
    }

    fn turning_point(&self, class: ClassId, other: Waiting) -> Option<i64> {
        Some(if self.past(other) {
            other.waited_micros()
        } else if class < other.class() {
            i64::MIN
        } else {
            self.cap.saturating_sub(1)
        })
    }

    fn rule(&self, first: Waiting, second: Waiting) -> Rule {
        if !self.past(first) {
            Rule::Strict
        } else if first.class() > second.class() {
            Rule::PastCap {
                cap: TimeDelta::microseconds(self.cap),
            }
        } else {
            Rule::LongestWait
        }
    }
}
