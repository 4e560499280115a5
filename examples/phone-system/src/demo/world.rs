//! The world around the phone system: the simulated Twilio, who rings, and who works.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::Clock as _;
use twilio_simulator::Simulator;

use super::DemoError;
use super::clock::DemoClock;
use super::colleagues::Colleagues;
use super::day::Day;
use crate::system::PhoneSystem;

/// How far ahead things are planned.
const STEP: TimeDelta = TimeDelta::seconds(5);
/// For so long, a call that is over is known to the simulated Twilio.
const REMEMBERED: TimeDelta = TimeDelta::minutes(10);
/// For so long after closing, and before opening, it is worth to look on.
const AROUND_THE_NIGHT: TimeDelta = TimeDelta::minutes(6);

/// What happens around the phone system.
#[derive(Debug)]
pub(super) struct World {
    simulator: Simulator,
    clock: DemoClock,
    system: Arc<PhoneSystem>,
    day: Day,
    colleagues: Colleagues,
}

impl World {
    pub(super) fn new(
        simulator: Simulator,
        clock: DemoClock,
        system: Arc<PhoneSystem>,
        seed: u64,
        begins: DateTime<Utc>,
    ) -> Self {
        Self {
            simulator,
            clock,
            system,
            day: Day::new(seed, begins),
            colleagues: Colleagues::new(seed, begins),
        }
    }

    /// Lets the world live for a moment.
    pub(super) async fn step(&mut self) -> Result<(), DemoError> {
        self.skip_the_night()?;
        let until = self.clock.now() + STEP;
        let (open, waiting) = (self.system.hours().is_open(until)?, self.system.waiting());
        for (at, caller) in self.day.callers_until(until, open, waiting) {
            self.simulator
                .call_at(at.max(self.simulator.now()), caller)?;
        }
        if open {
            self.colleagues.work_until(until, &mut self.simulator)?;
        } else if waiting == 0 {
            self.colleagues.go_home(&mut self.simulator);
        }
        self.simulator.run_until(until).await?;
        self.simulator.forget_before(until - REMEMBERED);
        Ok(())
    }

    /// When everybody has gone home, morning comes at once.
    fn skip_the_night(&mut self) -> Result<(), DemoError> {
        let (now, hours) = (self.clock.now(), self.system.hours());
        let status = hours.status(now)?;
        let closed_long_enough = status
            .since()
            .is_none_or(|since| now - since > AROUND_THE_NIGHT);
        if status.is_open() || !closed_long_enough || !self.is_quiet() {
            return Ok(());
        }
        let Some(opens) = hours.next_opening(now)? else {
            return Ok(());
        };
        let morning = opens - AROUND_THE_NIGHT;
        if morning > now {
            self.clock.skip_to(morning);
            self.day.skip_to(morning);
            self.colleagues.skip_to(opens);
            // Its loops sleep by the time that it was.
            self.system.wake();
        }
        Ok(())
    }

    /// Nobody is on the line.
    fn is_quiet(&self) -> bool {
        let tally = self.simulator.spectator().tally();
        tally.ended == tally.legs
    }
}
