//! Matching callers with agents, and making offers.

use super::Queue;
use crate::agent::Reach;
use crate::caller::Stage;
use crate::class::ClassId;
use crate::command::{Command, Commands, Why};
use crate::ids::Token;
use crate::offer::OfferRow;
use crate::policy::{Rule, Waiting, precedes};
use crate::refusal::OfferStage;
use crate::selection::Selection;
use crate::time::{Micros, after};
use crate::timers::Due;

impl Queue {
    /// Makes offers until no idle agent stands beside a waiting caller whom they may serve.
    pub(super) fn assign(&mut self, now: Micros, out: &mut Commands) {
        if self.skilled > 0 {
            self.assign_by_skill(now, out);
        } else {
            while self.idle.len() > 0 {
                let Some((call, why)) = self.head(now) else {
                    break;
                };
                let Some(agent) = self.select(call, |_| true) else {
                    break;
                };
                self.make_offer(call, agent, why, now, out);
            }
        }
        self.fresh_calls.clear();
        self.fresh_agents.clear();
        if !self.everyone.is_empty() {
            self.join_rounds(now, out);
        }
    }

    pub(super) fn make_offer(
        &mut self,
        call: u32,
        agent: u32,
        why: Why,
        now: Micros,
        out: &mut Commands,
    ) {
        let answer_by = self.answer_by(agent, now);
        let offer = self.reserve(call, agent, why, answer_by, false);
        self.settle(agent, now);
        out.push(Command::Offer(self.offer_view(offer)));
    }

    /// Which idle agent gets a caller, of those whom the filter admits.
    pub(super) fn select(&mut self, call: u32, admits: impl Fn(u32) -> bool) -> Option<u32> {
        let simple = self.skilled == 0;
        if simple && self.config.selection == Selection::LongestIdle {
            return self.idle.first();
        }
        let caller = &self.calls[call];
        let able = |agent: &u32| {
            admits(*agent)
                && caller
                    .needs
                    .are_met(&self.agents[*agent as usize].profile.skills, caller.relaxed)
        };
        let mut able_and_idle = self.idle.waiting().filter(able);
        let agent = match self.config.selection {
            Selection::LongestIdle => able_and_idle.next()?,
            Selection::FewestCalls => {
                able_and_idle.min_by_key(|&agent| self.agents[agent as usize].calls)?
            }
            Selection::LeastTalkTime => {
                able_and_idle.min_by_key(|&agent| self.agents[agent as usize].talked)?
            }
            Selection::RoundRobin => {
                let agents = self.agents.len() as u32;
                able_and_idle
                    .min_by_key(|&agent| (agent + agents - self.last_agent - 1) % agents)?
            }
            Selection::Random { seed } => {
                let count = able_and_idle.count() as u64;
                let lot = draw(seed, self.last_token).checked_rem(count)?;
                self.idle.waiting().filter(able).nth(lot as usize)?
            }
        };
        self.last_agent = agent;
        Some(agent)
    }

    /// The caller who goes first, and why.
    pub(super) fn head(&mut self, now: Micros) -> Option<(u32, Why)> {
        let policy = &*self.config.policy;
        let mut best: Option<(u32, Waiting)> = None;
        let mut second: Option<Waiting> = None;
        for (class, line) in ClassId::all().zip(&mut self.lines) {
            let Some(call) = line.first() else { continue };
            let head = Waiting::new(class, now.saturating_sub(self.calls[call].since));
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

    pub(super) fn answer_by(&self, agent: u32, now: Micros) -> Micros {
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
            self.lines[row.class.index()].hide(row.ticket);
        }
        offer
    }
}

/// A number drawn from a seed and a counter: the finaliser of SplitMix64.
fn draw(seed: u64, counter: u64) -> u64 {
    let mut z = seed.wrapping_add(counter.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}
