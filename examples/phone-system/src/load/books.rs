//! Who rang, and what became of them.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use twilio_simulator::{Call, CallSid};

/// Callers hang up to the second; what is left is the time to dial and to be connected.
const ALMOST: Duration = Duration::from_secs(1);

/// Every caller, and their fate once the call is over.
#[derive(Debug, Default)]
pub(super) struct Books {
    patience: HashMap<CallSid, Duration>,
    fates: Fates,
}

/// How many callers met each fate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fates {
    /// Those who rang.
    pub rang: u64,
    /// Talked to an agent.
    pub answered: u64,
    /// Hung up when their patience was at its end.
    pub gave_up: u64,
    /// Were sent away, or cut off, before either.
    pub lost: u64,
    /// Were joined to agents more than once.
    pub twice: u64,
}

impl Books {
    pub(super) fn rings(&mut self, call: CallSid, patience: Duration) {
        self.patience.insert(call, patience);
        self.fates.rang += 1;
    }

    /// How many calls are not over.
    pub(super) fn open(&self) -> usize {
        self.patience.len()
    }

    pub(super) fn fates(&self) -> Fates {
        self.fates
    }

    /// A call is over. Those of agents are none of ours.
    pub(super) fn ended(&mut self, call: &Call) {
        let Some(patience) = self.patience.remove(&call.sid) else {
            return;
        };
        let lasted = call.ended_at.map(|ended| ended - call.started_at);
        let lasted = lasted.unwrap_or_default().to_std().unwrap_or_default();
        let fate = match call.joined_times {
            1 => &mut self.fates.answered,
            0 if lasted + ALMOST >= patience => &mut self.fates.gave_up,
            0 => &mut self.fates.lost,
            _ => &mut self.fates.twice,
        };
        *fate += 1;
    }
}

impl Fates {
    /// Everybody has one fate, and a good one.
    #[must_use]
    pub fn balance(&self) -> bool {
        self.lost == 0 && self.twice == 0 && self.rang == self.answered + self.gave_up
    }
}

impl fmt::Display for Fates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rang,
            answered,
            gave_up,
            lost,
            twice,
        } = self;
        write!(
            f,
            "{rang} rang: {answered} answered, {gave_up} gave up, {lost} lost, {twice} answered twice"
        )
    }
}
