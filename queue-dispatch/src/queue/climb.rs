//! The ladder: what happens to those who wait long.

use chrono::TimeDelta;

use super::Queue;
use crate::agent::AgentState;
use crate::caller::{NONE, Stage};
use crate::command::{Command, Commands, Why};
use crate::config::Unstaffed;
use crate::ladder::{Exit, Measure, RingEveryone, Scope, Trigger};
use crate::time::{Micros, after, instant, span};
use crate::timers::{Due, TimerId};

/// The queue's own clock for one rung and one class.
///
/// Inside a class callers stand in order of waiting time, so one timer per rung serves them all: it
/// is set for the first who has not reached the rung, and moves on from there. A caller who leaves
/// costs nothing; at worst the clock looks in vain.
#[derive(Debug, Clone, Copy)]
pub(super) struct RungClock {
    pub(super) timer: Option<TimerId>,
    /// Everyone who joined at or before this instant has been looked at.
    pub(super) seen: Micros,
}

impl Default for RungClock {
    fn default() -> Self {
        Self {
            timer: None,
            seen: i64::MIN,
        }
    }
}

impl Queue {
    pub(super) fn climb(&mut self, call: u32, rung: usize, now: Micros, out: &mut Commands) {
        self.calls[call].climbed |= 1 << rung;
        match self.config.ladder.rungs()[rung].measure {
            Measure::RingEveryone(_) => {
                self.calls[call].everyone_rung = rung as u8;
                self.calls[call].round = 0;
                self.ring_everyone(call, now, out);
            }
            Measure::SendTo(exit) => self.send_to(call, exit, now, out),
            Measure::RelaxSkills { levels } => {
                self.calls[call].relaxed = self.calls[call].relaxed.max(levels);
                self.fresh_calls.push(call);
            }
        }
    }

    fn send_to(&mut self, call: u32, exit: Exit, now: Micros, out: &mut Commands) {
        let row = &self.calls[call];
        let (id, waited) = (row.id, now.saturating_sub(row.since));
        self.leave(call, exit, now, out);
        out.push(Command::Leave {
            call: id,
            exit,
            waited: TimeDelta::microseconds(waited),
        });
    }

    /// Climbs the rungs of the queue's own clock that a waiting caller has reached, and sets the
    /// clocks for the others. For one who joins with time waited, or comes back from an offer
    /// during which a rung was passed.
    pub(super) fn climb_what_is_due(&mut self, call: u32, now: Micros, out: &mut Commands) {
        for rung in 0..self.config.ladder.rungs().len() {
            let at = match &self.config.ladder.rungs()[rung] {
                step if step.trigger == Trigger::OwnClock => {
                    after(self.calls[call].since, step.after)
                }
                _ => continue,
            };
            if at > now {
                self.set_rung_clock(self.calls[call].class.index(), rung, at);
            } else if self.may_climb(call, rung) {
                let id = self.calls[call].id;
                self.climb(call, rung, now, out);
                if !self.calls.contains(id) {
                    return;
                }
            }
        }
    }

    /// Whether a rung of the queue's own clock applies now. One that does not, because an agent has
    /// the caller, is looked at again when the caller is back in line.
    fn may_climb(&self, call: u32, rung: usize) -> bool {
        let row = &self.calls[call];
        row.climbed >> rung & 1 == 0
            && match self.config.ladder.rungs()[rung].measure {
                Measure::RelaxSkills { .. } => true,
                Measure::RingEveryone(_) => matches!(row.stage, Stage::Waiting | Stage::Offered),
                // Phones that ring are worth more than voicemail: not while they do.
                Measure::SendTo(_) => row.stage == Stage::Waiting,
            }
    }

    pub(super) fn set_rung_clock(&mut self, class: usize, rung: usize, at: Micros) {
        let rungs = self.config.ladder.rungs().len();
        let clock = &mut self.rungs[class * rungs + rung];
        if let Some(timer) = clock.timer {
            if self.timers.at(timer) <= at {
                return;
            }
            self.timers.cancel(timer);
        }
        clock.timer = Some(self.timers.arm(
            at,
            Due::Rung(class as u8, rung as u8),
            (class * 256 + rung) as u64,
        ));
    }

    /// A rung's clock strikes: everyone of the class who has reached the rung climbs it.
    pub(super) fn fire_rung(&mut self, class: u8, rung: u8, now: Micros, out: &mut Commands) {
        let (class, rung) = (usize::from(class), usize::from(rung));
        let clock = class * self.config.ladder.rungs().len() + rung;
        self.rungs[clock].timer = None;
        let wait = span(self.config.ladder.rungs()[rung].after);
        let mut next = self.lines[class].ticket_after(self.rungs[clock].seen);
        while let Some(at) = self.lines[class].held_from(next) {
            let call = self.lines[class].holder(at);
            let reached = self.calls[call].since.saturating_add(wait);
            if reached > now {
                return self.set_rung_clock(class, rung, reached);
            }
            self.rungs[clock].seen = self.calls[call].since;
            if self.may_climb(call, rung) {
                self.climb(call, rung, now, out);
            }
            next = at + 1;
        }
    }

    /// A round of ringing everyone: an offer for each phone in scope, in this step.
    pub(super) fn ring_everyone(&mut self, call: u32, now: Micros, out: &mut Commands) {
        let Some(ring) = self.ring_of(call) else {
            return;
        };
        let row = &mut self.calls[call];
        row.round = row.round.saturating_add(1);
        let round = row.round;
        if let Some(timer) = row.next_round.take() {
            self.timers.cancel(timer);
        }
        // An agent who is being offered this caller already takes part.
        let mut offer = self.calls[call].offers;
        while offer != NONE {
            self.offers[offer].everyone = true;
            self.note_rung(self.offers[offer].agent, call);
            offer = self.offers[offer].next_of_call;
        }
        let mut phones: Vec<u32> = self.not_yet_rung(call).collect();
        if ring.scope == Scope::NotOnACall {
            let others = self
                .agents
                .iter()
                .zip(0..)
                .filter(|(row, _)| match row.state() {
                    AgentState::SignedOut
                    | AgentState::Break
                    | AgentState::Paused
                    | AgentState::WrapUp => true,
                    AgentState::Ready | AgentState::Reserved | AgentState::Talking => false,
                });
            let mut others: Vec<u32> = others.map(|(_, agent)| agent).collect();
            others.sort_by_key(|&agent| self.agents[agent as usize].profile.id);
            phones.append(&mut others);
        }
        phones.truncate(usize::from(ring.at_most));
        let answer_by = after(now, ring.ring_for);
        for agent in phones {
            self.ring_for_everyone(call, agent, answer_by, now, out);
        }
        if self.calls[call].offers == NONE {
            let again_at = self.plan_next_round(call, now).map(instant);
            out.push(Command::NobodyToRing {
                call: self.calls[call].id,
                round,
                again_at,
            });
        } else {
            self.calls[call].stage = Stage::Everyone;
            self.everyone.push(call);
        }
    }

    /// Agents who became free while everyone is rung are rung too, once a round.
    pub(super) fn join_rounds(&mut self, now: Micros, out: &mut Commands) {
        for index in 0..self.everyone.len() {
            let call = self.everyone[index];
            let free: Vec<u32> = self.not_yet_rung(call).collect();
            for agent in free {
                let answer_by = self.answer_by(agent, now);
                self.ring_for_everyone(call, agent, answer_by, now, out);
            }
        }
    }

    fn ring_for_everyone(
        &mut self,
        call: u32,
        agent: u32,
        answer_by: Micros,
        now: Micros,
        out: &mut Commands,
    ) {
        let row = &self.calls[call];
        let why = Why::Everyone {
            class: self.config.classes[row.class.index()],
            waited: TimeDelta::microseconds(now.saturating_sub(row.since)),
            round: row.round,
        };
        self.note_rung(agent, call);
        let offer = self.reserve(call, agent, why, answer_by, true);
        self.settle(agent, now);
        out.push(Command::Offer(self.offer_view(offer)));
    }

    /// A caller's round of ringing everyone, as the agents note it.
    fn round_of(&self, call: u32) -> (u64, u16) {
        (self.calls[call].arrival, self.calls[call].round)
    }

    /// The idle whom this caller's round has not rung.
    fn not_yet_rung(&self, call: u32) -> impl Iterator<Item = u32> + '_ {
        let round = self.round_of(call);
        let rung = move |agent: u32| self.agents[agent as usize].rung.contains(&round);
        self.idle.waiting().filter(move |&agent| !rung(agent))
    }

    /// Notes that this round rang the agent, and forgets the rounds that are over.
    fn note_rung(&mut self, agent: u32, call: u32) {
        let mut rung = std::mem::take(&mut self.agents[agent as usize].rung);
        let rings = |round| {
            self.everyone
                .iter()
                .any(|&call| self.round_of(call) == round)
        };
        rung.retain(|&round| rings(round));
        rung.push(self.round_of(call));
        self.agents[agent as usize].rung = rung;
    }

    /// Arms the next round of ringing everyone, when one is left.
    pub(super) fn plan_next_round(&mut self, call: u32, now: Micros) -> Option<Micros> {
        let ring = self.ring_of(call)?;
        let row = &self.calls[call];
        if row.round == 0 || row.round >= ring.rounds {
            return None;
        }
        if let Some(timer) = row.next_round {
            return Some(self.timers.at(timer));
        }
        let at = after(now, ring.again_after);
        self.calls[call].next_round = Some(self.timers.arm(at, Due::Round(call), row.arrival));
        Some(at)
    }

    fn ring_of(&self, call: u32) -> Option<RingEveryone> {
        match self
            .config
            .ladder
            .rungs()
            .get(usize::from(self.calls[call].everyone_rung))?
            .measure
        {
            Measure::RingEveryone(ring) => Some(ring),
            Measure::RelaxSkills { .. } | Measure::SendTo(_) => None,
        }
    }

    /// The last agent has signed out: those who wait leave, if the configuration says so.
    pub(super) fn leave_when_unstaffed(&mut self, now: Micros, out: &mut Commands) {
        let Unstaffed::Leave(exit) = self.config.unstaffed else {
            return;
        };
        if self.staffing.staffed > 0 {
            return;
        }
        for class in 0..self.lines.len() {
            while let Some(call) = self.lines[class].first() {
                self.send_to(call, exit, now, out);
            }
        }
    }
}
