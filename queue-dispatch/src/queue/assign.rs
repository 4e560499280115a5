//! Matching callers with agents, and making offers.

use super::Queue;
use crate::agent::{AgentState, Reach};
use crate::caller::{NONE, Stage};
use crate::class::ClassId;
use crate::command::{Command, Commands, Why};
use crate::ids::Token;
use crate::ladder::{Measure, RingEveryone, Scope};
use crate::offer::OfferRow;
use crate::policy::{Rule, Waiting, precedes};
use crate::refusal::OfferStage;
use crate::time::{Micros, after, instant};
use crate::timers::Due;

impl Queue {
    /// Makes offers until no idle agent stands beside a waiting caller.
    pub(super) fn assign(&mut self, now: Micros, out: &mut Commands) {
        while let Some(agent) = self.idle.first() {
            let Some((call, why)) = self.head(now) else {
                break;
            };
            let answer_by = self.answer_by(agent, now);
            let offer = self.reserve(call, agent, why, answer_by, false);
            self.settle(agent, now);
            out.push(Command::Offer(self.offer_view(offer)));
        }
        if !self.everyone.is_empty() {
            self.join_rounds(now, out);
        }
    }

    /// The caller who goes first, and why.
    fn head(&mut self, now: Micros) -> Option<(u32, Why)> {
        let policy = &*self.config.policy;
        let mut best: Option<(u32, Waiting)> = None;
        let mut second: Option<Waiting> = None;
        for (index, line) in (0..).zip(&mut self.lines) {
            let Some(call) = line.first() else { continue };
            let head = Waiting::new(
                ClassId::new(index),
                now.saturating_sub(self.calls[call].since),
            );
            match best {
                Some((_, leader)) if !precedes(policy, head, leader) => {
                    if second.is_none_or(|other| precedes(policy, head, other)) {
                        second = Some(head);
                    }
                }
                _ => {
                    second = best.map(|(_, leader)| leader);
                    best = Some((call, head));
                }
            }
        }
        let (call, first) = best?;
        let rule = second.map_or(Rule::LongestWait, |second| policy.rule(first, second));
        let name = |caller: Waiting| self.config.classes[caller.class().index()];
        Some((
            call,
            Why::First {
                class: name(first),
                over: second.map(name),
                rule,
            },
        ))
    }

    pub(super) fn why_taken(&self, call: u32) -> Why {
        Why::Taken {
            class: self.config.classes[self.calls[call].class.index()],
        }
    }

    fn answer_by(&self, agent: u32, now: Micros) -> Micros {
        after(
            now,
            match self.agents[agent as usize].profile.reach {
                Reach::Rung => self.config.answer_within,
                Reach::OnTheLine => self.config.poll_within,
            },
        )
    }

    /// Writes an offer into the table, with the next token. The agent is to be settled next.
    pub(super) fn reserve(
        &mut self,
        call: u32,
        agent: u32,
        why: Why,
        answer_by: Micros,
        everyone: bool,
    ) -> u32 {
        self.last_token += 1;
        let token = Token::new(self.last_token);
        let offer = self.offers.insert(OfferRow {
            token,
            call,
            agent,
            stage: OfferStage::Ringing,
            everyone,
            timer: None,
            answer_by,
            talking_since: 0,
            why,
            next_of_call: self.calls[call].offers,
            next_of_agent: self.agents[agent as usize].offers,
        });
        self.by_token.insert(token, offer);
        self.offers[offer].timer = Some(self.timers.arm(
            answer_by,
            Due::Offer(offer),
            token.number(),
        ));
        self.agents[agent as usize].offers = offer;
        self.agents[agent as usize].ringing += 1;
        let row = &mut self.calls[call];
        row.offers = offer;
        if row.stage == Stage::Waiting {
            row.stage = if everyone {
                Stage::Everyone
            } else {
                Stage::Offered
            };
            self.lines[row.class.index()].hide(row.slot);
        }
        offer
    }

    /// A round of ringing everyone: an offer for each phone in scope, in this step.
    pub(super) fn ring_everyone(&mut self, call: u32, now: Micros, out: &mut Commands) {
        let Some(ring) = self.ring_of(call) else {
            return;
        };
        let row = &mut self.calls[call];
        row.round += 1;
        let round = row.round;
        if let Some(timer) = row.next_round.take() {
            self.timers.cancel(timer);
        }
        // An agent who is being offered this caller already takes part.
        let mut offer = self.calls[call].offers;
        while offer != NONE {
            self.offers[offer].everyone = true;
            let agent = self.offers[offer].agent;
            self.agents[agent as usize].rang_for = (self.calls[call].arrival, round);
            offer = self.offers[offer].next_of_call;
        }
        let mut phones: Vec<u32> = self.idle.waiting().collect();
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
    fn join_rounds(&mut self, now: Micros, out: &mut Commands) {
        for index in 0..self.everyone.len() {
            let call = self.everyone[index];
            let round = (self.calls[call].arrival, self.calls[call].round);
            let free: Vec<u32> = self
                .idle
                .waiting()
                .filter(|&agent| self.agents[agent as usize].rang_for != round)
                .collect();
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
            waited: chrono::TimeDelta::microseconds(now.saturating_sub(row.since)),
            round: row.round,
        };
        self.agents[agent as usize].rang_for = (row.arrival, row.round);
        let offer = self.reserve(call, agent, why, answer_by, true);
        self.settle(agent, now);
        out.push(Command::Offer(self.offer_view(offer)));
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
}
