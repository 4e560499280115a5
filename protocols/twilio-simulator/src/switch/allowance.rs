//! How many REST requests the account may make.

use chrono::{DateTime, Utc};

use crate::chance::Chance;
use crate::switch::{Switch, after};

/// What has been used of the account's allowance.
#[derive(Debug)]
pub(super) struct Allowance {
    /// Draws of its own, so that refusals and losses change nothing else in a run.
    chance: Chance,
    window_began: DateTime<Utc>,
    used: u32,
}

impl Allowance {
    pub(super) fn seeded(seed: u64) -> Self {
        Self {
            chance: Chance::seeded(seed ^ 0x5f5f_4c49_4d49_5421),
            window_began: DateTime::UNIX_EPOCH,
            used: 0,
        }
    }
}

impl Switch {
    /// Whether the answer to a REST request is lost on its way.
    pub(crate) fn loses_answer(&mut self) -> bool {
        let percent = u64::from(self.settings.rest_answers_lost);
        percent > 0 && self.rest_allowance.chance.percent() < percent
    }

    /// Counts a REST request; whether it is refused.
    pub(crate) fn is_one_too_many(&mut self) -> bool {
        let now = self.now();
        let percent = u64::from(self.settings.rest_refusals);
        let allowance = &mut self.rest_allowance;
        if percent > 0 && allowance.chance.percent() < percent {
            return true;
        }
        let Some((most, window)) = self.settings.rest_limit else {
            return false;
        };
        if now >= after(allowance.window_began, window) {
            allowance.window_began = now;
            allowance.used = 0;
        }
        allowance.used = allowance.used.saturating_add(1);
        allowance.used > most
    }
}
