//! The second half of a step: an admitted event takes effect. It cannot fail.

use super::Queue;
use super::admit::{Admitted, Repeat};
use crate::agent::{Agent, AgentRow, Presence};
use crate::caller::{CallRow, NONE, Stage};
use crate::class::ClassId;
use crate::command::{Command, Commands, Void};
use crate::config::Pause;
use crate::hash::insert_with_room;
use crate::line::NOWHERE;
use crate::refusal::OfferStage;
use crate::stats::Counted;
use crate::time::{Micros, after, instant, span};
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
            } => {
                let row = CallRow::new(call, class, since, self.arrivals, needs);
                let row = self.calls.insert(row);
                insert_with_room(&mut self.by_call, call, row);
                self.arrivals += 1;
                self.join_line(row);
                self.climb_what_is_due(row, now, out);
            }
            Admitted::HungUp { call } => self.hang_up(call, now, out),
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
                if row.presence != Presence::Ready || row.slot == NOWHERE {
                    row.idle_since = now;
                }
                row.presence = Presence::Ready;
                self.settle(agent, now);
            }
            Admitted::Break { agent } => {
                self.agents[agent as usize].presence = Presence::Break;
                self.withdraw(
                    agent,
                    Void::AgentOnBreak,
                    |offer| offer == OfferStage::Ringing,
                    now,
                    out,
                );
                self.end_pause(agent);
                self.settle(agent, now);
            }
            Admitted::SignOut { agent } => {
                self.agents[agent as usize].presence = Presence::SignedOut;
                self.withdraw(
                    agent,
                    Void::AgentGone,
                    |offer| offer != OfferStage::Talking,
                    now,
                    out,
                );
                self.end_pause(agent);
                self.end_wrap_up(agent);
                self.settle(agent, now);
            }
            Admitted::Take { agent, call } => {
                let why = self.why_taken(call);
                let offer = self.reserve(
                    call,
                    agent,
                    why,
                    after(now, self.config.bridge_within),
                    false,
                );
                self.accept(offer, now, out);
            }
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
                let (id, needs) = (self.calls[call].id, self.calls[call].needs);
                self.calls[call] = CallRow::new(id, class, since, self.arrivals, needs);
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

    // Callers.

    fn join_line(&mut self, call: u32) {
        self.stats[self.calls[call].class.index()].joined += 1;
        self.enter_line(call);
    }

    pub(super) fn enter_line(&mut self, call: u32) {
        let pace = self.pace();
        let Self { calls, lines, .. } = self;
        let row = &mut calls[call];
        if row.pace == 0 {
            row.pace = pace;
        }
        let (class, since) = (row.class, row.since);
        self.skilled += u32::from(!row.needs.is_nothing());
        self.fresh_calls.push(call);
        lines[class.index()].join(since, call, |call, slot| calls[call].slot = slot);
    }

    pub(super) fn leave_line(&mut self, call: u32) {
        let row = &mut self.calls[call];
        self.skilled -= u32::from(!row.needs.is_nothing());
        self.lines[row.class.index()].leave(row.slot);
        row.slot = NOWHERE;
    }

    /// The call has left the queue.
    fn forget(&mut self, call: u32) {
        if let Some(timer) = self.calls[call].next_round.take() {
            self.timers.cancel(timer);
        }
        self.by_call.remove(&self.calls[call].id);
        self.calls.remove(call);
    }

    fn hang_up(&mut self, call: u32, now: Micros, out: &mut Commands) {
        if self.calls[call].stage == Stage::Talking {
            let call = self.end_talk(self.calls[call].offers, now);
            return self.forget(call);
        }
        let wait = now.saturating_sub(self.calls[call].since);
        self.stats[self.calls[call].class.index()].abandon(wait, &self.config);
        self.leave_unserved(call, Void::CallerGone, now, out);
    }

    /// Takes a caller out who was not bridged.
    pub(super) fn leave_unserved(
        &mut self,
        call: u32,
        reason: Void,
        now: Micros,
        out: &mut Commands,
    ) {
        if self.calls[call].stage == Stage::Everyone {
            self.everyone.retain(|&other| other != call);
        }
        while self.calls[call].offers != NONE {
            let offer = self.calls[call].offers;
            out.push(self.cancel(offer, reason));
            let agent = self.close(offer);
            self.settle(agent, now);
        }
        self.leave_line(call);
        self.forget(call);
    }

    /// Back at the old place, which is the head of the class: nobody of the class waits longer.
    fn back_in_line(&mut self, call: u32, reason: Void, now: Micros, out: &mut Commands) {
        if self.calls[call].stage == Stage::Everyone {
            self.everyone.retain(|&other| other != call);
        }
        let row = &mut self.calls[call];
        row.stage = Stage::Waiting;
        self.lines[row.class.index()].show(row.slot);
        out.push(Command::BackInLine {
            call: row.id,
            reason,
        });
        self.fresh_calls.push(call);
        self.plan_next_round(call, now);
        self.climb_what_is_due(call, now, out);
    }

    // Offers.

    /// "Stop ringing", for an offer that is about to be closed.
    fn cancel(&self, offer: u32, reason: Void) -> Command {
        let row = &self.offers[offer];
        Command::CancelOffer {
            token: row.token,
            agent: self.agents[row.agent as usize].profile.id,
            call: self.calls[row.call].id,
            reason,
        }
    }

    fn connect(&self, offer: u32) -> Command {
        let row = &self.offers[offer];
        let agent = self.agents[row.agent as usize].profile.id;
        Command::Connect {
            token: row.token,
            call: self.calls[row.call].id,
            agent,
        }
    }

    fn class_of(&self, offer: u32) -> ClassId {
        self.calls[self.offers[offer].call].class
    }

    fn accept(&mut self, offer: u32, now: Micros, out: &mut Commands) {
        let (call, agent) = (self.offers[offer].call, self.offers[offer].agent);
        let winner = self.agents[agent as usize].profile.id;
        if self.calls[call].stage == Stage::Everyone {
            self.everyone.retain(|&other| other != call);
            let mut next = self.calls[call].offers;
            while next != NONE {
                let other = next;
                next = self.offers[other].next_of_call;
                if other != offer {
                    out.push(self.cancel(other, Void::TakenBy(winner)));
                    let loser = self.close(other);
                    self.settle(loser, now);
                }
            }
        }
        self.calls[call].stage = Stage::Connecting;
        if let Some(timer) = self.calls[call].next_round.take() {
            self.timers.cancel(timer);
        }
        // Whoever takes a call is neither pausing nor wrapping up any more.
        self.end_pause(agent);
        self.end_wrap_up(agent);
        let bridge_by = after(now, self.config.bridge_within);
        let row = &mut self.offers[offer];
        row.stage = OfferStage::Connecting;
        if let Some(timer) = row.timer.take() {
            self.timers.cancel(timer);
        }
        row.timer = Some(
            self.timers
                .arm(bridge_by, Due::Offer(offer), row.token.number()),
        );
        let row = &mut self.agents[agent as usize];
        row.ringing -= 1;
        row.connecting += 1;
        self.settle(agent, now);
        out.push(self.connect(offer));
    }

    fn bridged(&mut self, offer: u32, now: Micros) {
        let row = &mut self.offers[offer];
        row.stage = OfferStage::Talking;
        row.talking_since = now;
        if let Some(timer) = row.timer.take() {
            self.timers.cancel(timer);
        }
        let (call, agent) = (row.call, row.agent);
        self.calls[call].stage = Stage::Talking;
        self.leave_line(call);
        let caller = &self.calls[call];
        self.stats[caller.class.index()].answer(now.saturating_sub(caller.since), &self.config);
        let row = &mut self.agents[agent as usize];
        row.connecting -= 1;
        row.talking += 1;
        row.calls += 1;
        row.idle_since = now;
        self.leave_idle(agent);
        self.settle(agent, now);
    }

    fn miss(&mut self, offer: u32, now: Micros, out: &mut Commands) {
        let class = self.class_of(offer);
        self.stats[class.index()].missed += 1;
        // When everyone is rung, phones ring on empty desks: that is no reason to pause anyone.
        let pause = if self.offers[offer].everyone {
            Pause::None
        } else {
            self.config.after_miss
        };
        self.come_to_nothing(offer, Void::NoAnswer, pause, now, out);
    }

    fn bridge_failed(&mut self, offer: u32, reason: Void, now: Micros, out: &mut Commands) {
        let class = self.class_of(offer);
        self.stats[class.index()].failed += 1;
        self.come_to_nothing(offer, reason, self.config.after_failure, now, out);
    }

    /// An offer is over without a talk: the caller goes back unless other phones still ring, the
    /// agent is idle again after the pause that the rules give.
    fn come_to_nothing(
        &mut self,
        offer: u32,
        reason: Void,
        pause: Pause,
        now: Micros,
        out: &mut Commands,
    ) {
        let call = self.offers[offer].call;
        let agent = self.close(offer);
        if self.agents[agent as usize].presence == Presence::Ready {
            self.pause(agent, pause, reason, now, out);
        }
        self.settle(agent, now);
        if self.calls[call].offers == NONE {
            self.back_in_line(call, reason, now, out);
        }
    }

    /// Ends the offers of an agent that are at the given stages; their callers go back.
    fn withdraw(
        &mut self,
        agent: u32,
        reason: Void,
        stages: impl Fn(OfferStage) -> bool,
        now: Micros,
        out: &mut Commands,
    ) {
        let mut next = self.agents[agent as usize].offers;
        while next != NONE {
            let offer = next;
            next = self.offers[offer].next_of_agent;
            if stages(self.offers[offer].stage) {
                out.push(self.cancel(offer, reason));
                let call = self.offers[offer].call;
                self.close(offer);
                if self.calls[call].offers == NONE {
                    self.back_in_line(call, reason, now, out);
                }
            }
        }
    }

    /// The talk is over; the call's row stays for the caller of this function to dispose of.
    fn end_talk(&mut self, offer: u32, now: Micros) -> u32 {
        let call = self.offers[offer].call;
        let length = now.saturating_sub(self.offers[offer].talking_since);
        self.stats[self.calls[call].class.index()].talk(length);
        // A moving mean of the last sixteen or so.
        self.mean_talk += match self.mean_talk {
            0 => length,
            mean => (length - mean) / 16,
        };
        let agent = self.close(offer);
        let row = &mut self.agents[agent as usize];
        row.idle_since = now;
        row.talked = row.talked.saturating_add(length);
        let wraps_up = row.presence != Presence::SignedOut && span(self.config.wrap_up) > 0;
        if wraps_up && row.wrap_up.is_none() {
            let at = after(now, self.config.wrap_up);
            row.wrap_up = Some(
                self.timers
                    .arm(at, Due::WrapUp(agent), row.profile.id.number()),
            );
        }
        self.leave_idle(agent);
        self.settle(agent, now);
        call
    }

    fn restart(&mut self, now: Micros, out: &mut Commands) {
        for agent in 0..self.agents.len() as u32 {
            self.withdraw(
                agent,
                Void::Restart,
                |stage| stage != OfferStage::Talking,
                now,
                out,
            );
            self.settle(agent, now);
        }
    }

    /// Removes the offer from the table, its call and its agent, who is returned. The agent is to
    /// be settled next.
    fn close(&mut self, offer: u32) -> u32 {
        let row = &mut self.offers[offer];
        let (call, agent, stage) = (row.call, row.agent, row.stage);
        let (next_of_call, next_of_agent) = (row.next_of_call, row.next_of_agent);
        if let Some(timer) = row.timer.take() {
            self.timers.cancel(timer);
        }
        self.by_token.remove(&row.token);
        if self.calls[call].offers == offer {
            self.calls[call].offers = next_of_call;
        } else {
            let mut before = self.calls[call].offers;
            while self.offers[before].next_of_call != offer {
                before = self.offers[before].next_of_call;
            }
            self.offers[before].next_of_call = next_of_call;
        }
        if self.agents[agent as usize].offers == offer {
            self.agents[agent as usize].offers = next_of_agent;
        } else {
            let mut before = self.agents[agent as usize].offers;
            while self.offers[before].next_of_agent != offer {
                before = self.offers[before].next_of_agent;
            }
            self.offers[before].next_of_agent = next_of_agent;
        }
        let row = &mut self.agents[agent as usize];
        match stage {
            OfferStage::Ringing => row.ringing -= 1,
            OfferStage::Connecting => row.connecting -= 1,
            OfferStage::Talking => row.talking -= 1,
        }
        self.offers.remove(offer);
        agent
    }

    // Agents.

    fn add_agent(&mut self, agent: &Agent) -> u32 {
        if let Some(&row) = self.by_agent.get(&agent.id) {
            self.agents[row as usize].profile = agent.clone();
            return row;
        }
        let row = self.agents.len() as u32;
        self.agents.push(AgentRow::new(agent.clone()));
        self.by_agent.insert(agent.id, row);
        row
    }

    fn pause(&mut self, agent: u32, pause: Pause, reason: Void, now: Micros, out: &mut Commands) {
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

    fn end_pause(&mut self, agent: u32) {
        if let Some(timer) = self.agents[agent as usize].pause.take() {
            self.timers.cancel(timer);
        }
    }

    fn end_wrap_up(&mut self, agent: u32) {
        if let Some(timer) = self.agents[agent as usize].wrap_up.take() {
            self.timers.cancel(timer);
        }
    }

    fn leave_idle(&mut self, agent: u32) {
        let row = &mut self.agents[agent as usize];
        if row.slot != NOWHERE {
            self.idle.leave(row.slot);
            row.slot = NOWHERE;
        }
    }

    /// Brings the line of the idle, and the staffing counts, in accord with the agent's row: an
    /// available agent stands in line, one with an offer or a pause keeps the place, any other gives
    /// it up.
    pub(super) fn settle(&mut self, agent: u32, now: Micros) {
        let row = &self.agents[agent as usize];
        if row.is_available() {
            self.fresh_agents.push(agent);
            if row.slot == NOWHERE {
                let since = row.idle_since.min(now);
                let Self { agents, idle, .. } = self;
                idle.join(since, agent, |agent, slot| {
                    agents[agent as usize].slot = slot
                });
            } else {
                self.idle.show(row.slot);
            }
        } else if row.presence == Presence::Ready && row.wrap_up.is_none() {
            if row.slot != NOWHERE {
                self.idle.hide(row.slot);
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
