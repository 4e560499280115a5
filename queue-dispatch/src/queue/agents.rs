//! Agents: pauses, wrap-ups, and their place among the idle.

use super::Queue;
use crate::agent::{Agent, AgentRow, Presence};
use crate::command::{Command, Commands, Void};
use crate::config::Pause;
use crate::line::NOWHERE;
use crate::refusal::OfferStage;
use crate::stats::Counted;
use crate::time::{Micros, after, instant};
use crate::timers::Due;

impl Queue {
    pub(super) fn add_agent(&mut self, agent: &Agent) -> u32 {
        if let Some(&row) = self.by_agent.get(&agent.id) {
            self.agents[row as usize].profile = agent.clone();
            return row;
        }
        let row = self.agents.len() as u32;
        self.agents.push(AgentRow::new(agent.clone()));
        self.by_agent.insert(agent.id, row);
        row
    }

    pub(super) fn sign_out(&mut self, agent: u32, now: Micros, out: &mut Commands) {
        self.agents[agent as usize].presence = Presence::SignedOut;
        self.end_pause(agent);
        self.end_wrap_up(agent);
        self.withdraw(
            agent,
            Void::AgentGone,
            |offer| offer != OfferStage::Talking,
            now,
            out,
        );
    }

    /// Forgets an agent who is not talking.
    pub(super) fn remove_agent(&mut self, agent: u32, now: Micros, out: &mut Commands) {
        // The callers go back when the agent is gone: else everyone who is rung for one of them
        // would include the agent.
        let back = self.void(agent, Void::AgentGone, |_| true, out);
        self.end_pause(agent);
        self.end_wrap_up(agent);
        self.leave_idle(agent);
        self.forget_agent(agent);
        for call in back {
            self.back_in_line(call, Void::AgentGone, now, out);
        }
    }

    /// Takes the agent's row out. Whoever became known later moves up one row, so that a restored
    /// queue numbers them alike. O(agents + timers).
    fn forget_agent(&mut self, agent: u32) {
        let row = self.agents.remove(agent as usize);
        self.by_agent.remove(&row.profile.id);
        self.staffing.recount(row.counted, Counted::default());
        let moved = |other: u32| other - u32::from(other > agent);
        self.by_agent
            .values_mut()
            .for_each(|other| *other = moved(*other));
        self.idle.relabel(moved);
        self.timers.relabel(|due| match due {
            Due::WrapUp(other) => Due::WrapUp(moved(other)),
            Due::Pause(other) => Due::Pause(moved(other)),
            Due::Offer(_) | Due::Round(_) | Due::Rung(..) => due,
        });
        for offer in self.offers.rows_mut() {
            offer.agent = moved(offer.agent);
        }
        self.fresh_agents.retain(|&other| other != agent);
        self.fresh_agents
            .iter_mut()
            .for_each(|other| *other = moved(*other));
        if self.last_agent >= agent {
            let last = (self.agents.len() as u32).saturating_sub(1);
            self.last_agent = self.last_agent.checked_sub(1).unwrap_or(last);
        }
    }

    pub(super) fn pause(
        &mut self,
        agent: u32,
        pause: Pause,
        reason: Void,
        now: Micros,
        out: &mut Commands,
    ) {
        let row = &mut self.agents[agent as usize];
        let until = match pause {
            Pause::None => return,
            Pause::UntilReady => {
                row.presence = Presence::Break;
                None
            }
            Pause::For(time) => {
                let at = after(now, time);
                if let Some(timer) = row.pause.take() {
                    self.timers.cancel(timer);
                }
                row.pause = Some(
                    self.timers
                        .arm(at, Due::Pause(agent), row.profile.id.number()),
                );
                Some(instant(at))
            }
        };
        out.push(Command::AgentPaused {
            agent: row.profile.id,
            until,
            reason,
        });
    }

    pub(super) fn end_pause(&mut self, agent: u32) {
        if let Some(timer) = self.agents[agent as usize].pause.take() {
            self.timers.cancel(timer);
        }
    }

    pub(super) fn end_wrap_up(&mut self, agent: u32) {
        if let Some(timer) = self.agents[agent as usize].wrap_up.take() {
            self.timers.cancel(timer);
        }
    }

    pub(super) fn leave_idle(&mut self, agent: u32) {
        let row = &mut self.agents[agent as usize];
        if row.ticket != NOWHERE {
            self.idle.leave(row.ticket);
            row.ticket = NOWHERE;
        }
    }

    /// Brings the line of the idle, and the staffing counts, in accord with the agent's row: an
    /// available agent stands in line, one with an offer or a pause keeps the place, any other gives
    /// it up.
    pub(super) fn settle(&mut self, agent: u32, now: Micros) {
        let row = &self.agents[agent as usize];
        if row.is_available() {
            self.fresh_agents.push(agent);
            if row.ticket == NOWHERE {
                let since = row.idle_since.min(now);
                let Self { agents, idle, .. } = self;
                idle.join(since, agent, |agent, ticket| {
                    agents[agent as usize].ticket = ticket
                });
            } else {
                self.idle.show(row.ticket);
            }
        } else if row.presence == Presence::Ready && row.wrap_up.is_none() {
            if row.ticket != NOWHERE {
                self.idle.hide(row.ticket);
            }
        } else {
            self.leave_idle(agent);
        }
        let row = &mut self.agents[agent as usize];
        let busy = row.load() > 0 || row.wrap_up.is_some();
        let counted = Counted {
            staffed: busy || row.presence != Presence::SignedOut,
            busy,
            serving: match row.presence {
                Presence::Ready => row.profile.capacity.get(),
                Presence::Break | Presence::SignedOut => 0,
            },
        };
        let before = std::mem::replace(&mut row.counted, counted);
        self.staffing.recount(before, counted);
    }
}
