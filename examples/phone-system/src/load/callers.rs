//! Who rings, and who answers, under load.

use std::time::Duration;

use chrono::{DateTime, Utc};
use fastrand::Rng;
use twilio_simulator::{Call, Caller, Error, Simulator};

use super::books::{Books, Fates};
use crate::town::{LINE, PREMIUM_LINE, REP_LINE};

/// How long an agent stays on the line before they dial in anew. Twilio ends calls after four hours.
const SHIFT: Duration = Duration::from_secs(90 * 60);

/// Callers who ring one after the other, so that there are always as many on the line.
#[derive(Debug)]
pub(super) struct Callers {
    rng: Rng,
    calls: usize,
    at_once: usize,
    living: usize,
    rung: u64,
    books: Books,
}

impl Callers {
    pub(super) fn new(calls: usize, at_once: usize, seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            calls,
            at_once,
            living: 0,
            rung: 0,
            books: Books::default(),
        }
    }

    /// As many ring before this instant as are missing, though not all of them at once.
    pub(super) fn ring_until(
        &mut self,
        until: DateTime<Utc>,
        simulator: &mut Simulator,
    ) -> Result<(), Error> {
        let now = simulator.now();
        let width = (until - now).num_microseconds().unwrap_or_default().max(1);
        let missing = self.calls.saturating_sub(self.living);
        for _ in 0..missing.min(self.at_once) {
            let at = now + chrono::TimeDelta::microseconds(self.rng.i64(0..width));
            let (patience, caller) = self.somebody();
            let call = simulator.call_at(at, caller)?;
            self.books.rings(call, patience);
        }
        Ok(())
    }

    fn somebody(&mut self) -> (Duration, Caller) {
        self.rung += 1;
        // 800 numbers of Ofcom's for use in drama: more than are on the line at once.
        let from = format!("+447700900{:03}", self.rung % 800);
        let line = if self.rng.u8(..100) < 25 {
            PREMIUM_LINE
        } else {
            LINE
        };
        let patience = match self.rng.u8(..100) {
            0..25 => self.rng.u64(45..=150),
            _ => self.rng.u64(400..=900),
        };
        let patience = Duration::from_secs(patience);
        let talk = Duration::from_secs(self.rng.u64(20..=60));
        let caller = Caller::from(from)
            .to(line)
            .hears("press 2")
            .presses(if self.rng.bool() { "1" } else { "2" })
            .gives_up_after(patience)
            .gets_through()
            .hangs_up_after(talk);
        (patience, caller)
    }

    /// Looks who is on the line, and answers how many.
    pub(super) fn look(&mut self, simulator: &Simulator) -> usize {
        let calls = simulator.calls();
        let living = calls
            .iter()
            .filter(|call| call.ended_at.is_none() && (call.to == LINE || call.to == PREMIUM_LINE));
        self.living = living.count();
        self.living
    }

    /// A call is over and forgotten.
    pub(super) fn ended(&mut self, call: &Call) {
        self.books.ended(call);
    }

    /// Every call is over.
    pub(super) fn is_over(&self) -> bool {
        self.books.open() == 0
    }

    /// What became of everybody; who is still on the line is lost.
    pub(super) fn fates(&self) -> Fates {
        self.books.fates()
    }
}

/// Names and phones.
pub(super) fn agents(count: usize) -> Vec<(String, String)> {
    (0..count)
        .map(|place| (format!("Agent {}", place + 1), phone(place)))
        .collect()
}

/// Room for 900 agents beside the callers' 800 numbers: those of another range of Ofcom's.
fn phone(place: usize) -> String {
    format!("+441632960{place:03}")
}

/// Agents who dial in and stay on the line.
#[derive(Debug)]
pub(super) struct Agents {
    next: Vec<DateTime<Utc>>,
}

impl Agents {
    pub(super) fn new(count: usize) -> Self {
        Self {
            next: vec![DateTime::<Utc>::MIN_UTC; count],
        }
    }

    /// Whoever is due dials in.
    pub(super) fn work_until(
        &mut self,
        until: DateTime<Utc>,
        simulator: &mut Simulator,
    ) -> Result<(), Error> {
        for (place, next) in self.next.iter_mut().enumerate() {
            if *next < until {
                let at = simulator.now().max(*next);
                let leg = Caller::from(phone(place))
                    .to(REP_LINE)
                    .hangs_up_after(SHIFT);
                simulator.call_at(at, leg)?;
                // A moment later, when the end of the old leg is known.
                *next = at + SHIFT + Duration::from_secs(10);
            }
        }
        Ok(())
    }
}
