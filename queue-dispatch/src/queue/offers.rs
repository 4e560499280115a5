//! The life of an offer: accepted, bridged, ended, or come to nothing.

use super::Queue;
use crate::agent::Presence;
use crate::caller::{NONE, Stage};
use crate::class::ClassId;
use crate::command::{Command, Commands, Void};
use crate::config::Pause;
use crate::refusal::OfferStage;
use crate::time::{Micros, after, span};
use crate::timers::Due;

impl Queue {
    /// "Stop ringing", for an offer that is about to be closed.
    pub(super) fn cancel(&self, offer: u32, reason: Void) -> Command {
        let row = &self.offers[offer];
        Command::CancelOffer {
            token: row.token,
            agent: self.agents[row.agent as usize].profile.id,
            call: self.calls[row.call].id,
            reason,
        }
    }

    pub(super) fn connect(&self, offer: u32) -> Command {
        let row = &self.offers[offer];
        let agent = self.agents[row.agent as usize].profile.id;
        Command::Connect {
            token: row.token,
            call: self.calls[row.call].id,
            agent,
        }
    }

    pub(super) fn class_of(&self, offer: u32) -> ClassId {
        self.calls[self.offers[offer].call].class
    }

    /// An agent takes a caller by choice: as if they had been offered and accepted.
    pub(super) fn take(&mut self, agent: u32, call: u32, now: Micros, out: &mut Commands) {
        let mine = self
            .offers_of(self.calls[call].offers)
            .find(|&offer| self.offers[offer].agent == agent);
        if let Some(offer) = mine {
            return self.accept(offer, now, out);
        }
        let ringing = |stage| stage == OfferStage::Ringing;
        let back = if self.agents[agent as usize].is_full() {
            self.void(agent, Void::TookAnother, ringing, out)
        } else {
            Vec::new()
        };
        let bridge_by = after(now, self.config.bridge_within);
        let offer = self.reserve(call, agent, self.why_taken(call), bridge_by, false);
        self.accept(offer, now, out);
        for call in back {
            self.back_in_line(call, Void::TookAnother, now, out);
        }
    }

    pub(super) fn accept(&mut self, offer: u32, now: Micros, out: &mut Commands) {
        let (call, agent) = (self.offers[offer].call, self.offers[offer].agent);
        let winner = self.agents[agent as usize].profile.id;
        if self.calls[call].stage == Stage::Everyone {
            self.everyone.retain(|&other| other != call);
        }
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

    pub(super) fn bridged(&mut self, offer: u32, now: Micros) {
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

    pub(super) fn miss(&mut self, offer: u32, now: Micros, out: &mut Commands) {
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

    pub(super) fn bridge_failed(
        &mut self,
        offer: u32,
        reason: Void,
        now: Micros,
        out: &mut Commands,
    ) {
        let class = self.class_of(offer);
        self.stats[class.index()].failed += 1;
        self.come_to_nothing(offer, reason, self.config.after_failure, now, out);
    }

    /// An offer is over without a talk: the caller goes back unless other phones still ring, the
    /// agent is idle again after the pause that the rules give.
    pub(super) fn come_to_nothing(
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

    /// Ends the offers of an agent that are at the given stages, settles the agent, and then their
    /// callers go back.
    pub(super) fn withdraw(
        &mut self,
        agent: u32,
        reason: Void,
        stages: impl Fn(OfferStage) -> bool,
        now: Micros,
        out: &mut Commands,
    ) {
        let back = self.void(agent, reason, stages, out);
        // First the agent's place, for a caller who goes back may ring everyone.
        self.settle(agent, now);
        for call in back {
            self.back_in_line(call, reason, now, out);
        }
    }

    /// Ends the offers of an agent that are at the given stages, and returns the callers who have
    /// none left: they are to go back in line when all is settled, for they may ring everyone.
    pub(super) fn void(
        &mut self,
        agent: u32,
        reason: Void,
        stages: impl Fn(OfferStage) -> bool,
        out: &mut Commands,
    ) -> Vec<u32> {
        let mut back = Vec::new();
        let mut next = self.agents[agent as usize].offers;
        while next != NONE {
            let offer = next;
            next = self.offers[offer].next_of_agent;
            if stages(self.offers[offer].stage) {
                out.push(self.cancel(offer, reason));
                let call = self.offers[offer].call;
                self.close(offer);
                if self.calls[call].offers == NONE {
                    back.push(call);
                }
            }
        }
        back
    }

    /// The talk is over; the call's row stays for the caller of this function to dispose of.
    pub(super) fn end_talk(&mut self, offer: u32, now: Micros) -> u32 {
        let call = self.offers[offer].call;
        let length = now.saturating_sub(self.offers[offer].talking_since).max(0);
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

    /// All offers end before anyone goes back: a rung passed meanwhile rings everyone, and those
    /// phones are to ring on.
    pub(super) fn restart(&mut self, now: Micros, out: &mut Commands) {
        let mut back = Vec::new();
        for agent in 0..self.agents.len() as u32 {
            let not_talking = |stage| stage != OfferStage::Talking;
            back.extend(self.void(agent, Void::Restart, not_talking, out));
            self.settle(agent, now);
        }
        for call in back {
            self.back_in_line(call, Void::Restart, now, out);
        }
    }

    /// Removes the offer from the table, its call and its agent, who is returned. The agent is to
    /// be settled next.
    pub(super) fn close(&mut self, offer: u32) -> u32 {
        let row = &mut self.offers[offer];
        let (call, agent, stage) = (row.call, row.agent, row.stage);
        let (next_of_call, next_of_agent) = (row.next_of_call, row.next_of_agent);
        if let Some(timer) = row.timer.take() {
            self.timers.cancel(timer);
        }
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
}
