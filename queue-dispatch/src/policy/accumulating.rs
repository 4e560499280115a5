//! Accumulating priority.

use std::cmp::Ordering;

use super::{Policy, Rule, Waiting};
use crate::class::ClassId;

/// Every caller gathers priority while waiting, each class at its own rate: Kleinrock's
/// time-dependent priority, the accumulating priority queue of Stanford, Taylor and Ziedins
/// (Queueing Systems 77, 2014, doi 10.1007/s11134-013-9382-6).
///
/// **Theorem.** Let the rates be `p > r`. A favoured caller who arrives `d` after a regular one
/// overtakes once the regular one has waited `d / (1 - r/p)` and not before; in particular one who
/// arrives more than `(1 - r/p) · W` later cannot overtake before the regular caller has waited `W`.
///
/// *Proof.* After the regular caller has waited `w`, the two priorities are `r·w` and `p·(w - d)`;
/// the latter is larger exactly when `w > d / (1 - r/p)`. ∎
///
/// Positions may therefore grow while a caller waits, but only because somebody did overtake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccumulatingPriority {
    rates: Vec<u32>,
}

impl AccumulatingPriority {
    /// Priority gathered per second of waiting, by class; a class without a rate gathers 1.
    ///
    /// Only the ratios matter. A rate of 0 is taken as 1: a class must not stand still for ever.
    pub fn new(rates: impl IntoIterator<Item = u32>) -> Self {
        Self {
            rates: rates.into_iter().map(|rate| rate.max(1)).collect(),
        }
    }

    fn rate(&self, class: ClassId) -> u32 {
        self.rates.get(class.index()).copied().unwrap_or(1)
    }

    fn priority(&self, caller: Waiting) -> i128 {
        i128::from(caller.waited_micros()) * i128::from(self.rate(caller.class()))
    }
}

impl Policy for AccumulatingPriority {
    fn compare(&self, a: Waiting, b: Waiting) -> Ordering {
        self.priority(b).cmp(&self.priority(a))
    }

    fn turning_point(&self, class: ClassId, other: Waiting) -> Option<i64> {
        let wait = self
            .priority(other)
            .div_euclid(i128::from(self.rate(class)));
        i64::try_from(wait).ok()
    }

    fn rule(&self, first: Waiting, second: Waiting) -> Rule {
        if first.waited_micros() >= second.waited_micros() {
            return Rule::LongestWait;
        }
        Rule::Accumulated {
            rate: self.rate(first.class()),
            over: self.rate(second.class()),
        }
    }
}
