//! The second half of a step: an admitted event takes effect. It cannot fail.

use super::Queue;
use super::admit::{Admitted, Repeat};
use crate::agent::Presence;
use crate::caller::CallRow;
use crate::command::{Command, Commands, Void};
use crate::line::NOWHERE;
use crate::refusal::OfferStage;
use crate::time::{Micros, instant};
use crate::timers::Due;

impl Queue {
    pub(super) fn repeat(&self, again: Repeat, out: &mut Commands) {
        match again {
            Repeat::Nothing => {}
            Repeat::Offer(offer) => out.push(Command::Offer(self.offer_view(offer))),
            Repeat::Connect(offer) => out.push(self.connect(offer)),
        }
    }

    pub(super) fn perform(&mut self, event: Admitted<'_>, now: Micros, out: &mut Commands) {
        match event {
            Admitted::Enqueue {
                call,
                class,
                since,
                needs,
                party,
            } => {
                let since = match party.and_then(|party| self.resume(party, now)) {
                    Some(old) => {
                        self.stats[class.index()].resumed += 1;
                        let since = since.min(old);
                        out.push(Command::PlaceResumed {
                            call,
                            waiting_since: instant(since),
                        });
                        since
                    }
                    None => since,
                };
                let mut row = CallRow::new(call, class, since, self.arrivals, needs);
                row.party = party;
                let row = self.calls.insert(row);
                self.arrivals += 1;
                self.join_line(row);
                self.climb_what_is_due(row, now, out);
            }
            Admitted::HungUp { call } => self.hang_up(call, now, out),
            Admitted::Left { call, exit } => self.leave(call, exit, now, out),
            Admitted::AddAgent(agent) => {
                let row = self.add_agent(agent);
                self.settle(row, now);
            }
            Admitted::SignIn(agent) => {
                let row = self.add_agent(agent);
                let agent = &mut self.agents[row as usize];
                if agent.presence == Presence::SignedOut {
                    agent.presence = Presence::Break;
                }
                self.settle(row, now);
            }
            Admitted::Ready { agent } => {
                self.end_wrap_up(agent);
                self.end_pause(agent);
                let row = &mut self.agents[agent as usize];
                if row.presence != Presence::Ready || row.ticket == NOWHERE {
                    row.idle_since = now;
                }
                row.presence = Presence::Ready;
                self.settle(agent, now);
            }
            Admitted::Break { agent } => {
                self.agents[agent as usize].presence = Presence::Break;
                self.end_pause(agent);
                self.withdraw(
                    agent,
                    Void::AgentOnBreak,
                    |offer| offer == OfferStage::Ringing,
                    now,
                    out,
                );
            }
            Admitted::SignOut { agent } => self.sign_out(agent, now, out),
            Admitted::RemoveAgent { agent } => self.remove_agent(agent, now, out),
            Admitted::Take { agent, call } => self.take(agent, call, now, out),
            Admitted::WrapUpDone { agent } => {
                self.end_wrap_up(agent);
                self.agents[agent as usize].idle_since = now;
                self.settle(agent, now);
            }
            Admitted::Accept { offer } => self.accept(offer, now, out),
            Admitted::Reject { offer } => {
                let class = self.class_of(offer);
                self.stats[class.index()].rejected += 1;
                self.come_to_nothing(offer, Void::Rejected, self.config.after_reject, now, out);
            }
            Admitted::TimeOut { offer } => self.miss(offer, now, out),
            Admitted::Bridged { offer } => self.bridged(offer, now),
            Admitted::BridgeFailed { offer } => {
                self.bridge_failed(offer, Void::BridgeFailed, now, out)
            }
            Admitted::Ended { offer } => {
                let call = self.end_talk(offer, now);
                self.forget(call);
            }
            Admitted::Transfer {
                offer,
                class,
                since,
            } => {
                let call = self.end_talk(offer, now);
                let row = &mut self.calls[call];
                let party = row.party;
                *row = CallRow::new(row.id, class, since, self.arrivals, row.needs);
                row.party = party;
                self.arrivals += 1;
                self.join_line(call);
                self.climb_what_is_due(call, now, out);
            }
            Admitted::Reclassify { call, class } => {
                self.leave_line(call);
                self.calls[call].class = class;
                self.enter_line(call);
                self.climb_what_is_due(call, now, out);
            }
            Admitted::Climb { call, rung } => self.climb(call, rung, now, out),
            Admitted::Restart => self.restart(now, out),
            Admitted::Tick | Admitted::Repeat(_) => {}
        }
    }

    /// Everything whose time has come, in the order of its instants.
    pub(super) fn fire_due(&mut self, now: Micros, out: &mut Commands) {
        while let Some(due) = self.timers.pop_due(now) {
            match due {
                Due::Offer(offer) => {
                    self.offers[offer].timer = None;
                    let reason = match self.offers[offer].stage {
                        OfferStage::Ringing => Void::NoAnswer,
                        OfferStage::Connecting | OfferStage::Talking => Void::BridgeTimedOut,
                    };
                    out.push(self.cancel(offer, reason));
                    match reason {
                        Void::NoAnswer => self.miss(offer, now, out),
                        _ => self.bridge_failed(offer, reason, now, out),
                    }
                }
                Due::WrapUp(agent) => {
                    self.agents[agent as usize].wrap_up = None;
                    self.agents[agent as usize].idle_since = now;
                    self.settle(agent, now);
                }
                Due::Pause(agent) => {
                    self.agents[agent as usize].pause = None;
                    self.settle(agent, now);
                }
                Due::Round(call) => {
                    self.calls[call].next_round = None;
                    self.ring_everyone(call, now, out);
                }
                Due::Rung(class, rung) => self.fire_rung(class, rung, now, out),
            }
        }
    }
}
