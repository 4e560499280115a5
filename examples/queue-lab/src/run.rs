//! Plays a centre's callers against one policy: a discrete-event simulation around the queue.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use chrono::{DateTime, Utc};
use queue_dispatch::{Agent, AgentId, CallId, Command, Commands, Config, Event, Queue, Token};

use crate::callers::{HOUR, Micros, Visitor, micros};
use crate::centre::Centre;

/// How one caller's wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Answered,
    HungUp,
    Voicemail,
}

/// One caller's wait, in the order of the visitors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait {
    pub(crate) length: Micros,
    pub(crate) end: End,
}

/// What came of a policy.
#[derive(Debug)]
pub(crate) struct Played {
    /// By visitor; `None` never remains once the run is over.
    pub(crate) waits: Vec<Option<Wait>>,
    /// The share of their time that agents were busy.
    pub(crate) occupancy: Option<f64>,
}

/// What is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Coming {
    AgentSpeaks(Token),
    TalkEnds(Token),
    PatienceEnds(usize),
    HourBegins(usize),
}

/// Serves the visitors; `progress` hears how many have arrived, now and then.
pub(crate) fn play(
    centre: &Centre,
    config: Config,
    visitors: &[Visitor],
    progress: impl FnMut(usize),
) -> Played {
    let mut run = Run {
        centre,
        visitors,
        queue: Queue::new(config),
        out: Commands::new(),
        agenda: BinaryHeap::new(),
        written: 0,
        waits: vec![None; visitors.len()],
        over: 0,
        signed_in: 0,
    };
    run.play_out(progress);
    Played {
        occupancy: run.queue.occupancy(),
        waits: run.waits,
    }
}

struct Run<'a> {
    centre: &'a Centre,
    visitors: &'a [Visitor],
    queue: Queue,
    out: Commands,
    /// The second number keeps what falls together in the order in which it was written.
    agenda: BinaryHeap<Reverse<(Micros, u64, Coming)>>,
    written: u64,
    waits: Vec<Option<Wait>>,
    over: usize,
    signed_in: u32,
}

impl Run<'_> {
    fn play_out(&mut self, mut progress: impl FnMut(usize)) {
        self.put(0, Coming::HourBegins(0));
        let mut arrived = 0;
        while self.over < self.visitors.len() {
            let arrival = self.visitors.get(arrived).map(|visitor| visitor.at);
            let coming = self.agenda.peek().map(|Reverse((at, ..))| *at);
            let wake = self.queue.wake_at().map(|at| at.timestamp_micros());
            // Hours begin for ever, so something always comes.
            let Some(now) = [arrival, coming, wake].into_iter().flatten().min() else {
                return;
            };
            if coming == Some(now) {
                if let Some(Reverse((_, _, coming))) = self.agenda.pop() {
                    self.happen(coming, now);
                }
            } else if arrival == Some(now) {
                self.arrive(arrived, now);
                arrived += 1;
                if arrived.is_multiple_of(4096) {
                    progress(arrived);
                }
            } else {
                self.tell(&Event::Tick, now);
            }
        }
        progress(arrived);
    }

    fn put(&mut self, at: Micros, coming: Coming) {
        self.written += 1;
        self.agenda.push(Reverse((at, self.written, coming)));
    }

    fn arrive(&mut self, number: usize, now: Micros) {
        let visitor = self.visitors[number];
        if let Some(patience) = visitor.patience {
            self.put(now + patience, Coming::PatienceEnds(number));
        }
        let call = CallId::new(number as u128);
        self.tell(&Event::enqueue(call, visitor.class), now);
    }

    fn happen(&mut self, coming: Coming, now: Micros) {
        match coming {
            Coming::AgentSpeaks(token) => self.tell(&Event::OfferAccepted { token }, now),
            Coming::TalkEnds(token) => self.tell(&Event::CallEnded { token }, now),
            Coming::PatienceEnds(number) => {
                if self.waits[number].is_none() {
                    self.end(number, now, End::HungUp);
                    let call = CallId::new(number as u128);
                    self.tell(&Event::HungUp { call }, now);
                }
            }
            Coming::HourBegins(hour) => {
                self.staff(hour, now);
                self.put(now + HOUR, Coming::HourBegins(hour + 1));
            }
        }
    }

    /// As many agents as the hour has; who is on a call ends it first.
    fn staff(&mut self, hour: usize, now: Micros) {
        let wanted = self.centre.agents.at(hour).unwrap_or(0);
        while self.signed_in < wanted {
            let agent = AgentId::new(self.signed_in.into());
            self.tell(&Event::SignedIn(Agent::new(agent)), now);
            self.tell(&Event::Ready { agent }, now);
            self.signed_in += 1;
        }
        while self.signed_in > wanted {
            self.signed_in -= 1;
            let agent = AgentId::new(self.signed_in.into());
            self.tell(&Event::SignedOut { agent }, now);
        }
    }

    /// Tells the queue, and carries out what it asks for.
    fn tell(&mut self, event: &Event, now: Micros) {
        self.out.clear();
        let mut out = std::mem::take(&mut self.out);
        // Refused are only words about an offer that is void by now: the caller hung up, or the
        // agent went home, between the ring and the answer. They have no effect, by contract.
        if self.queue.step(event, instant(now), &mut out).is_ok() {
            for command in &out {
                match command {
                    Command::Offer(offer) => {
                        let answer = now + micros(self.centre.answer_after);
                        self.put(answer, Coming::AgentSpeaks(offer.token));
                    }
                    Command::Connect { token, call, .. } => self.connect(*token, *call, now),
                    Command::Leave { call, .. } => {
                        self.end(call.number() as usize, now, End::Voicemail);
                    }
                    // Void offers are not answered, and nobody hears the music here.
                    _ => {}
                }
            }
        }
        self.out = out;
    }

    fn connect(&mut self, token: Token, call: CallId, now: Micros) {
        let number = call.number() as usize;
        self.end(number, now, End::Answered);
        self.put(now + self.visitors[number].talk, Coming::TalkEnds(token));
        let bridged = Event::Bridged { token };
        // Bridging is at once, so it cannot be refused; and it asks for nothing more.
        let _ = self
            .queue
            .step(&bridged, instant(now), &mut Commands::new());
    }

    fn end(&mut self, number: usize, now: Micros, end: End) {
        let length = now - self.visitors[number].at;
        self.waits[number] = Some(Wait { length, end });
        self.over += 1;
    }
}

fn instant(at: Micros) -> DateTime<Utc> {
    // Any number of microseconds that a file may ask for is within chrono's range of years.
    DateTime::from_timestamp_micros(at).unwrap_or_default()
}
