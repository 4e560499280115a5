//! Strict priority.

use std::cmp::Ordering;

use super::{Policy, Rule, Waiting};
use crate::class::ClassId;

/// The more favoured class always goes first: the rule of the two-queue cookbook.
///
/// **Theorem.** No caller is served while one of a more favoured class waits. Hence the wait of the
/// less favoured is unbounded: as long as premium callers keep the agents busy, regular callers
/// starve. Kept for compatibility; prefer [`HeadStart`](super::HeadStart).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Strict;

impl Strict {
    /// The rule; it has nothing to set.
    pub const fn new() -> Self {
        Self
    }
}

impl Policy for Strict {
    fn compare(&self, a: Waiting, b: Waiting) -> Ordering {
        a.class().cmp(&b.class())
    }

    fn turning_point(&self, class: ClassId, other: Waiting) -> Option<i64> {
        Some(if class < other.class() {
            i64::MIN
        } else {
            i64::MAX
        })
    }

    fn rule(&self, _first: Waiting, _second: Waiting) -> Rule {
        Rule::Strict
    }
}
