//! Colleagues who work by themselves, each in a rhythm of their own.

use std::ops::Range;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Timelike as _, Utc};
use queue_dispatch::AgentId;
use twilio_simulator::{Answers, Error, Script, Simulator};

use super::cast::{COLLEAGUES, ON_CALL};
use super::console_agent::ConsoleAgent;
use super::dial_in_agent::DialInAgent;
use crate::system::PhoneSystem;

/// Of the colleagues, so many use the console; the others dial in and stay on the line.
const ON_THE_CONSOLE: usize = 3;
/// In these minutes of every hour all of them sit together, away from their phones. Callers wait, every phone rings in vain,
/// and people on call are told.
const MEETING: Range<u32> = 6..13;

/// Everybody but the visitor.
#[derive(Debug)]
pub(super) struct Colleagues {
    on_the_console: Vec<ConsoleAgent>,
    on_the_line: Vec<DialInAgent>,
    meet: bool,
}

impl Colleagues {
    /// They come in one after the other.
    pub(super) fn new(seed: u64, begins: DateTime<Utc>) -> Self {
        let arrives = |place: u64| begins + Duration::from_secs(15 + 20 * place);
        let (console, line) = COLLEAGUES[1..].split_at(ON_THE_CONSOLE);
        Self {
            // The visitor is agent 1.
            on_the_console: (0..)
                .zip(console)
                .map(|(place, _)| {
                    ConsoleAgent::new(AgentId::new(place + 2), seed ^ place, arrives(place))
                })
                .collect(),
            on_the_line: (ON_THE_CONSOLE as u64..)
                .zip(line)
                .map(|(place, who)| DialInAgent::new(*who, seed ^ place, arrives(place)))
                .collect(),
            meet: false,
        }
    }

    /// Gives everybody a phone. The visitor's picks up by itself, and is no person who would press a key.
    pub(super) fn have_phones(simulator: &mut Simulator) {
        let takes_it = |after| {
            Answers::after(Duration::from_secs(after))
                .then(Script::new().hears("press any key").presses("5"))
        };
        for (place, colleague) in COLLEAGUES.iter().enumerate() {
            simulator.phone(
                colleague.phone,
                match place {
                    0 => Answers::after(Duration::from_secs(2)),
                    1..=ON_THE_CONSOLE => Answers::one_of([1, 2, 2, 3, 3, 4, 5].map(takes_it)),
                    // On a bench in the park, or on the train.
                    _ => Answers::one_of([takes_it(6), takes_it(9), Answers::never()]),
                },
            );
        }
        let takes_charge = Script::new().is_asked().presses("1");
        for somebody in ON_CALL {
            let picks_up = Answers::after(Duration::from_secs(12));
            simulator.phone(somebody.phone, picks_up.then(takes_charge.clone()));
        }
    }

    /// Goes to the meeting, or comes back from it.
    async fn meet(&mut self, now: DateTime<Utc>, system: &PhoneSystem, simulator: &mut Simulator) {
        let meet = MEETING.contains(&now.minute());
        if meet == std::mem::replace(&mut self.meet, meet) {
            return;
        }
        if !meet {
            return Self::have_phones(simulator);
        }
        let ends = now + TimeDelta::minutes((MEETING.end - now.minute()).into());
        for colleague in &COLLEAGUES[1..] {
            simulator.phone(colleague.phone, Answers::never());
        }
        for agent in &mut self.on_the_line {
            agent.goes_home(simulator);
        }
        for agent in &mut self.on_the_console {
            agent.leaves(system).await;
        }
        self.skip_to(ends);
    }

    /// Everybody does what they are about to do before this instant.
    pub(super) async fn work_until(
        &mut self,
        until: DateTime<Utc>,
        system: &PhoneSystem,
        simulator: &mut Simulator,
    ) -> Result<(), Error> {
        self.meet(until, system, simulator).await;
        for agent in &mut self.on_the_line {
            agent.work_until(until, simulator)?;
        }
        for agent in &mut self.on_the_console {
            agent.work_until(until, system).await;
        }
        Ok(())
    }

    /// The day is over.
    pub(super) async fn go_home(&mut self, system: &PhoneSystem, simulator: &mut Simulator) {
        for agent in &mut self.on_the_line {
            agent.goes_home(simulator);
        }
        for agent in &mut self.on_the_console {
            agent.goes_home(system).await;
        }
    }

    /// Nobody works before this instant.
    pub(super) fn skip_to(&mut self, instant: DateTime<Utc>) {
        for (place, agent) in (0..).zip(&mut self.on_the_line) {
            agent.skip_to(instant + Duration::from_secs(25 * place));
        }
        for (place, agent) in (0..).zip(&mut self.on_the_console) {
            agent.skip_to(instant + Duration::from_secs(10 * place));
        }
    }
}
