//! Colleagues who work by themselves, each in a rhythm of their own.

use std::time::Duration;

use chrono::{DateTime, Utc};
use fastrand::Rng;
use twilio_simulator::{Answers, CallSid, Caller, Error, Script, Simulator};

use super::cast::{COLLEAGUES, Colleague};
use crate::town::REP_LINE;

/// The colleagues, and when each of them does the next thing.
#[derive(Debug)]
pub(super) struct Colleagues {
    rng: Rng,
    shifts: Vec<Shift>,
}

#[derive(Debug)]
struct Shift {
    who: Colleague,
    /// When they dial in next.
    next: DateTime<Utc>,
    leg: Option<CallSid>,
}

impl Colleagues {
    /// They come in one after the other.
    pub(super) fn new(seed: u64, begins: DateTime<Utc>) -> Self {
        let arrivals = COLLEAGUES[1..].iter().zip(0..);
        Self {
            rng: Rng::with_seed(seed),
            shifts: arrivals
                .map(|(who, place)| Shift {
                    who: *who,
                    next: begins + Duration::from_secs(20 + 25 * place),
                    leg: None,
                })
                .collect(),
        }
    }

    /// Gives everybody a phone that is sometimes answered.
    pub(super) fn pick_up(simulator: &mut Simulator) {
        for (place, colleague) in (0..).zip(COLLEAGUES) {
            let takes_it = |after| {
                Answers::after(Duration::from_secs(after))
                    .then(Script::new().hears("press any key").presses("5"))
            };
            let answers = match place {
                // The visitor's own: it picks up by itself, and is no person who would press a key.
                0 => Answers::after(Duration::from_secs(2)),
                _ => Answers::one_of([takes_it(5 + place), takes_it(9 + place), Answers::never()]),
            };
            simulator.phone(colleague.phone, answers);
        }
    }

    /// Whoever is due before this instant dials in, and takes calls for a while; then comes a break.
    pub(super) fn work_until(
        &mut self,
        until: DateTime<Utc>,
        simulator: &mut Simulator,
    ) -> Result<(), Error> {
        for shift in &mut self.shifts {
            while shift.next < until {
                let works = Duration::from_secs(self.rng.u64(480..=1_500));
                let pause = Duration::from_secs(self.rng.u64(60..=360));
                let leg = Caller::from(shift.who.phone)
                    .to(REP_LINE)
                    .named(shift.who.name)
                    .hangs_up_after(works);
                shift.leg = Some(simulator.call_at(shift.next.max(simulator.now()), leg)?);
                shift.next += works + pause;
            }
        }
        Ok(())
    }

    /// The day is over: everybody who is on the line hangs up.
    pub(super) fn go_home(&mut self, simulator: &mut Simulator) {
        for leg in self.shifts.iter_mut().filter_map(|shift| shift.leg.take()) {
            simulator.goes_on(&leg, Script::new().hangs_up());
        }
    }

    /// Nobody works before this instant.
    pub(super) fn skip_to(&mut self, instant: DateTime<Utc>) {
        for (shift, place) in self.shifts.iter_mut().zip(0..) {
            shift.next = shift.next.max(instant + Duration::from_secs(25 * place));
        }
    }
}
