//! Where in a policy a notification stands.

use std::fmt;

/// How far an escalation has come: which round of its [`Policy`](crate::Policy), and which step of
/// that round. Both count from 1; later stages are greater. Notifications without a policy are all
/// of the first one.
///
/// ```
/// use escalation_core::Stage;
///
/// assert!(Stage::new(1, 2) < Stage::new(2, 1));
/// assert_eq!(Stage::new(1, 2).to_string(), "step 2");
/// assert_eq!(Stage::new(2, 1).to_string(), "round 2, step 1");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Stage(u32);

/// More steps than a round can have, and more rounds than a policy: each has a notification, and
/// [`MAX_NOTIFICATIONS`](crate::MAX_NOTIFICATIONS) are fewer.
const STEPS: u32 = 1 << 14;

impl Stage {
    /// That step of that round, each from 1 to 16,384; what lies outside counts as the nearest.
    #[must_use]
    pub fn new(round: u32, step: u32) -> Self {
        let place = |number: u32| number.clamp(1, STEPS) - 1;
        Self(place(round) * STEPS + place(step))
    }

    /// The stage that a store has kept as this [`number`](Self::number).
    #[must_use]
    pub const fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// One number for both, in the same order, for stores to keep; it fits into 28 bits.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The round, from 1.
    #[must_use]
    pub const fn round(self) -> u32 {
        self.0 / STEPS + 1
    }

    /// The step of the round, from 1. Each repeat of a step counts as a step of its own.
    #[must_use]
    pub const fn step(self) -> u32 {
        self.0 % STEPS + 1
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.round() > 1 {
            write!(f, "round {}, ", self.round())?;
        }
        write!(f, "step {}", self.step())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MAX_NOTIFICATIONS;

    #[test]
    fn every_stage_of_a_policy_has_a_number_of_its_own() {
        let last = u32::try_from(MAX_NOTIFICATIONS).unwrap();
        for (round, step) in [(1, 1), (1, last), (2, 1), (last, 1), (last, last)] {
            let stage = Stage::new(round, step);
            assert_eq!((stage.round(), stage.step()), (round, step));
            assert_eq!(Stage::from_number(stage.number()), stage);
            assert!(stage.number() < 1 << 28);
        }
        assert_eq!(Stage::new(0, 0), Stage::default());
        assert_eq!(Stage::new(u32::MAX, u32::MAX).round(), STEPS);
        assert_eq!(Stage::from_number(u32::MAX).step(), STEPS);
    }
}
