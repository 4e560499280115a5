//! Head start.

use std::cmp::Ordering;

use chrono::TimeDelta;

use super::{Policy, Rule, Waiting};
use crate::class::ClassId;
use crate::time::{Micros, span};

/// Each class starts with a credit of waiting time: the default policy, premium 120 s.
///
/// Callers are served in the order of *waited + credit*. The order of two callers never changes
/// while they wait, so a position announced only falls, and no timer is needed.
///
/// **Theorem.** Let `c` be the difference of two classes' credits. Nobody of the favoured class who
/// arrives more than `c` after a caller of the other overtakes that caller. So the favoured class
/// costs a regular caller at most the service of those premium callers who arrive within `c` of
/// them: starvation is impossible.
///
/// *Proof.* Arrivals `t` (regular) and `t' > t + c` (premium): at any `now`,
/// `now - t' + c < now - t`, so the regular caller's key is the larger. ∎
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadStart {
    credits: Vec<Micros>,
}

impl HeadStart {
    /// Credits by class, in the order of the configuration; a class without one has none.
    pub fn new(credits: impl IntoIterator<Item = TimeDelta>) -> Self {
        Self {
            credits: credits.into_iter().map(span).collect(),
        }
    }

    /// The ready-made pair: premium callers count as having waited this much longer.
    pub fn premium(credit: TimeDelta) -> Self {
        Self::new([credit])
    }

    fn credit(&self, class: ClassId) -> Micros {
        self.credits.get(class.index()).copied().unwrap_or(0)
    }

    /// In 128 bits: a sum held at the end of the range would make callers alike who are not.
    fn key(&self, caller: Waiting) -> i128 {
        i128::from(caller.waited_micros()) + i128::from(self.credit(caller.class()))
    }
}

impl Policy for HeadStart {
    fn compare(&self, a: Waiting, b: Waiting) -> Ordering {
        self.key(b).cmp(&self.key(a))
    }

    fn turning_point(&self, class: ClassId, other: Waiting) -> Option<i64> {
        let turn = self.key(other) - i128::from(self.credit(class));
        let ends = (i128::from(i64::MIN), i128::from(i64::MAX));
        i64::try_from(turn.clamp(ends.0, ends.1)).ok()
    }

    fn rule(&self, first: Waiting, second: Waiting) -> Rule {
        if first.waited_micros() >= second.waited_micros() {
            return Rule::LongestWait;
        }
        let credit = self
            .credit(first.class())
            .saturating_sub(self.credit(second.class()));
        Rule::HeadStart {
            credit: TimeDelta::microseconds(credit),
        }
    }
}
