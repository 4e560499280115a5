//! When several notifications become one delivery.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Claim, Settlement, Verdict};

/// How notifications of a channel that name the same [bundle](crate::Notification::bundled_as) are
/// put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bundling {
    /// How long the first one waits for others.
    pub(crate) window: TimeDelta,
    /// The most in one delivery.
    pub(crate) max: usize,
}

impl Bundling {
    /// Whether it is too early to deliver, since others may come.
    pub(crate) fn waits(self, claim: &Claim, now: DateTime<Utc>) -> bool {
        claim.attempts == 0 && now < self.closes_at(claim)
    }

    /// Looks at it again when its bundle closes.
    pub(crate) fn put_off(self, claim: &Claim) -> Settlement {
        let again = Verdict::Again {
            at: self.closes_at(claim),
            doubt: claim.doubt,
        };
        Settlement::new(claim.lease.clone(), again)
    }

    fn closes_at(self, claim: &Claim) -> DateTime<Utc> {
        claim
            .due_at
            .checked_add_signed(self.window)
            .unwrap_or(claim.due_at)
    }
}
