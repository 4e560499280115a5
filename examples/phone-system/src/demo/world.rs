//! The world around the phone system: the simulated Twilio, who rings, and who works.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::Clock as _;
use twilio_simulator::Simulator;

use super::DemoError;
use super::clock::DemoClock;
use super::colleagues::Colleagues;
use super::control::Control;
use super::day::Day;
use crate::system::PhoneSystem;

/// How far ahead things are planned.
const STEP: TimeDelta = TimeDelta::milliseconds(1_500);
/// The same while somebody at the control waits for it.
const SHORT_STEP: TimeDelta = TimeDelta::milliseconds(300);
/// For so long, a call that is over is known to the simulated Twilio, and what was recorded of it can be heard.
const REMEMBERED: TimeDelta = TimeDelta::hours(24);
/// For so long after closing, and before opening, it is worth to look on.
const AROUND_THE_NIGHT: TimeDelta = TimeDelta::minutes(6);

/// What happens around the phone system.
#[derive(Debug)]
pub(super) struct World {
    pub(super) simulator: Simulator,
    pub(super) clock: DemoClock,
    pub(super) system: Arc<PhoneSystem>,
    pub(super) life: Life,
}

/// Who makes it happen.
#[derive(Debug)]
pub(super) enum Life {
    /// Chance.
    Lively(Lively),
    /// Somebody who asks for each thing.
    Controlled(Control),
}

/// Callers and colleagues with a will of their own.
#[derive(Debug)]
pub(super) struct Lively {
    day: Day,
    colleagues: Colleagues,
    was_open: bool,
}

impl Lively {
    pub(super) fn new(seed: u64, begins: DateTime<Utc>) -> Self {
        Self {
            day: Day::new(seed, begins),
            colleagues: Colleagues::new(seed, begins),
            was_open: false,
        }
    }
}

impl World {
    /// Lets the world live for a moment.
    pub(super) async fn step(&mut self) -> Result<(), DemoError> {
        let now = self.clock.now();
        let until = match &mut self.life {
            Life::Controlled(control) => {
                control
                    .carry_out(&mut self.simulator, &self.system, &self.clock)
                    .await;
                now + SHORT_STEP
            }
            Life::Lively(_) => self.live().await?,
        };
        self.simulator.run_until(until).await?;
        self.simulator.forget_before(until - REMEMBERED);
        Ok(())
    }

    async fn live(&mut self) -> Result<DateTime<Utc>, DemoError> {
        self.skip_the_night()?;
        let until = self.clock.now() + STEP;
        let (open, waiting) = (self.system.hours().is_open(until)?, self.system.waiting());
        let Life::Lively(lively) = &mut self.life else {
            return Ok(until);
        };
        for (at, caller) in lively.day.callers_until(until, open, waiting) {
            let at = at.max(self.simulator.now());
            self.simulator.call_at(at, caller)?;
        }
        lively.day.answers_messages(&mut self.simulator)?;
        let colleagues = &mut lively.colleagues;
        if open {
            if !std::mem::replace(&mut lively.was_open, true) {
                colleagues.skip_to(until);
            }
            colleagues
                .work_until(until, &self.system, &mut self.simulator)
                .await?;
        } else if waiting == 0 && std::mem::take(&mut lively.was_open) {
            colleagues.go_home(&self.system, &mut self.simulator).await;
        }
        Ok(until)
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
            if let Life::Lively(lively) = &mut self.life {
                lively.day.skip_to(morning);
            }
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
