//! A lively day: who rings when, and what they do. It never ends; chance makes each different.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;
use twilio_simulator::{Answers, Caller, Error, MessageDirection, Script, Simulator, TextMessage};

use super::cast::{CUSTOMERS, Customer};
use crate::town::{LINE, PREMIUM_LINE};

/// Times go in rounds of half an hour: a lull, an ordinary time, a rush. Seconds between two callers, on average.
const ROUND: [(TimeDelta, u64); 4] = [
    (TimeDelta::minutes(6), 22),
    (TimeDelta::minutes(14), 30),
    (TimeDelta::minutes(20), 14),
    (TimeDelta::minutes(30), 45),
];
/// When closed, people ring too.
const CLOSED: u64 = 25;
/// Nobody else rings while so many wait: it would help nobody to watch a line that only grows.
const CROWDED: usize = 14;

/// Numbers that nobody knows.
const STRANGERS: [&str; 3] = ["+447700900351", "+441632960352", "+442079460353"];

/// Draws the callers.
#[derive(Debug)]
pub(super) struct Day {
    rng: Rng,
    next: DateTime<Utc>,
    /// Who rings next in this list; everybody gets their turn before anybody rings again.
    turns: Vec<usize>,
    /// So many have found us closed.
    in_vain: usize,
    /// Messages that were written up to then are answered.
    answered: DateTime<Utc>,
}

impl Day {
    pub(super) fn new(seed: u64, begins: DateTime<Utc>) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            next: begins,
            turns: Vec::new(),
            in_vain: 0,
            answered: begins,
        }
    }

    /// Gives those who ask to be called back a phone. Most answer it.
    pub(super) fn have_phones(simulator: &mut Simulator) {
        let wants_it = |after| {
            let talks = Script::new().is_asked().presses("1").gets_through();
            let talks = talks.hangs_up_after(Duration::from_secs(60 + 5 * after));
            Answers::after(Duration::from_secs(after))
                .then(talks.gives_up_after(Duration::from_secs(600)))
        };
        let numbers = CUSTOMERS.iter().map(|customer| customer.number);
        for number in numbers.chain(STRANGERS) {
            let ways = [wants_it(3), wants_it(5), wants_it(8), Answers::never()];
            simulator.phone(number, Answers::one_of(ways));
        }
    }

    /// Most of those who were asked by SMS how it went say so.
    pub(super) fn answers_messages(&mut self, simulator: &mut Simulator) -> Result<(), Error> {
        let asked = simulator.messages().into_iter().filter(|message| {
            message.direction == MessageDirection::OutboundApi && message.created_at > self.answered
        });
        for message in asked.collect::<Vec<_>>() {
            self.answered = self.answered.max(message.created_at);
            let is_customer = CUSTOMERS.iter().any(|one| one.number == message.to);
            let rating = ["5", "5, thank you!", "4", "4", "2 - I waited for ages", ""];
            let rating = rating[self.rng.usize(..rating.len())];
            if !is_customer || rating.is_empty() {
                continue;
            }
            let at = simulator.now() + Duration::from_secs(self.rng.u64(10..=40));
            let answer = TextMessage::from(message.to).to(message.from).body(rating);
            simulator.message_at(at, answer)?;
        }
        Ok(())
    }

    /// Those who ring before this instant, and when.
    pub(super) fn callers_until(
        &mut self,
        until: DateTime<Utc>,
        open: bool,
        waiting: usize,
    ) -> Vec<(DateTime<Utc>, Caller)> {
        let mut callers = Vec::new();
        while self.next < until {
            let at = self.next;
            let mean = if open { between(at) } else { CLOSED };
            // From a quarter of the mean to nearly twice as much.
            let pause = self.rng.u64(mean * 250..mean * 1_750);
            self.next += Duration::from_millis(pause);
            if waiting + callers.len() < CROWDED {
                let customer = self.somebody();
                callers.push((at, self.caller(&customer, open)));
            }
        }
        callers
    }

    /// Nobody rings before this instant.
    pub(super) fn skip_to(&mut self, instant: DateTime<Utc>) {
        self.next = self.next.max(instant);
    }

    fn somebody(&mut self) -> Customer {
        if self.rng.u8(..100) < 12 {
            let number = STRANGERS[self.rng.usize(..STRANGERS.len())];
            return Customer {
                number,
                name: number,
                premium: false,
            };
        }
        if self.turns.is_empty() {
            self.turns = (0..CUSTOMERS.len()).collect();
            self.rng.shuffle(&mut self.turns);
        }
        CUSTOMERS[self.turns.pop().unwrap_or_default()]
    }

    fn caller(&mut self, customer: &Customer, open: bool) -> Caller {
        // Not every premium customer remembers the number that they were given.
        let line = if customer.premium && self.rng.u8(..100) < 60 {
            PREMIUM_LINE
        } else {
            LINE
        };
        let caller = Caller::from(customer.number).to(line).named(customer.name);
        if open {
            caller.does(self.wants_to_talk())
        } else {
            caller.does(self.finds_us_closed())
        }
    }

    fn wants_to_talk(&mut self) -> Script {
        let topic = if self.rng.bool() { "1" } else { "2" };
        let talk = Duration::from_secs(self.rng.u64(35..=180));
        let patience = match self.rng.u8(..100) {
            // Some have no time at all, some have until somebody comes.
            0..20 => self.rng.u64(35..=150),
            20..75 => self.rng.u64(200..=420),
            _ => 900,
        };
        let waits = Script::new()
            .hears("press 2")
            .presses(topic)
            .gives_up_after(Duration::from_secs(patience));
        // Some ask to be called back, unless somebody has answered by then.
        let waits = match self.rng.u8(..100) {
            0..12 => waits.waits(Duration::from_secs(25)).presses("1"),
            _ => waits,
        };
        waits.gets_through().hangs_up_after(talk)
    }

    /// In turn, so that whoever looks on sees each soon.
    fn finds_us_closed(&mut self) -> Script {
        self.in_vain += 1;
        let script = Script::new().hears("press 1");
        match self.in_vain % 3 {
            1 => script
                .presses("1")
                .hears("after the tone")
                .speaks_for(Duration::from_secs(self.rng.u64(8..=25)))
                .presses("#"),
            2 => script.waits(Duration::from_secs(3)).presses("2"),
            _ => script.hangs_up_after(Duration::from_secs(2)),
        }
    }
}

/// The mean time between two callers at this time of the day, in seconds.
fn between(at: DateTime<Utc>) -> u64 {
    let into = TimeDelta::seconds(at.timestamp().rem_euclid(1_800));
    ROUND
        .iter()
        .find(|(until, _)| into < *until)
        .map_or(CLOSED, |(_, mean)| *mean)
}

#[cfg(test)]
mod tests {
    use twilio_simulator::Step;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_same_seed_is_the_same_day_and_another_seed_another() {
        let (from, until) = (at("2026-05-01T08:00:00Z"), at("2026-05-01T10:00:00Z"));
        let day = |seed| Day::new(seed, from).callers_until(until, true, 0);
        // Nobody leaves in this test, so the line fills up.
        assert_eq!(day(1).len(), CROWDED);
        assert_eq!(day(1), day(1));
        assert_ne!(day(1), day(2));
    }

    #[test]
    fn of_those_who_find_us_closed_each_third_leaves_a_message_and_each_third_wants_a_call() {
        let mut day = Day::new(1, at("2026-05-01T07:57:00Z"));
        let pressed = std::iter::repeat_with(|| {
            let script = day.finds_us_closed();
            let first = script.steps().iter().find_map(|step| match step {
                Step::Presses(keys) => Some(keys.clone()),
                _ => None,
            });
            first.unwrap_or_default()
        });
        let pressed: Vec<_> = pressed.take(6).collect();
        assert_eq!(pressed, ["1", "2", "", "1", "2", ""]);
    }

    #[test]
    fn everybody_rings_in_the_course_of_a_day() {
        let from = at("2026-05-01T08:00:00Z");
        let mut day = Day::new(7, from);
        let mut rang = std::collections::BTreeSet::new();
        for minute in 1..=240 {
            for (_, caller) in day.callers_until(from + TimeDelta::minutes(minute), true, 0) {
                rang.insert(caller.name().to_owned());
            }
        }
        for customer in CUSTOMERS {
            assert!(rang.contains(customer.name), "{}", customer.name);
        }
    }
}
