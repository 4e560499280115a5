//! A colleague who dials in and gets caller after caller.

use std::time::Duration;

use chrono::{DateTime, Utc};
use fastrand::Rng;
use twilio_simulator::{CallSid, Caller, Error, Script, Simulator};

use super::cast::Colleague;
use crate::town::REP_LINE;

#[derive(Debug)]
pub(super) struct DialInAgent {
    who: Colleague,
    rng: Rng,
    /// When they dial in next.
    next: DateTime<Utc>,
    leg: Option<CallSid>,
}

impl DialInAgent {
    pub(super) fn new(who: Colleague, seed: u64, arrives: DateTime<Utc>) -> Self {
        Self {
            who,
            rng: Rng::with_seed(seed),
            next: arrives,
            leg: None,
        }
    }

    pub(super) fn work_until(
        &mut self,
        until: DateTime<Utc>,
        simulator: &mut Simulator,
    ) -> Result<(), Error> {
        if self.next >= until {
            return Ok(());
        }
        let works = Duration::from_secs(self.rng.u64(480..=1_500));
        let pause = Duration::from_secs(self.rng.u64(60..=360));
        let begins = self.next.max(simulator.now());
        let leg = Caller::from(self.who.phone)
            .to(REP_LINE)
            .named(self.who.name)
            .hangs_up_after(works);
        self.leg = Some(simulator.call_at(begins, leg)?);
        self.next = begins + works + pause;
        Ok(())
    }

    pub(super) fn goes_home(&mut self, simulator: &mut Simulator) {
        if let Some(leg) = self.leg.take() {
            simulator.goes_on(&leg, Script::new().hangs_up());
        }
    }

    pub(super) fn skip_to(&mut self, instant: DateTime<Utc>) {
        self.next = instant;
    }
}
