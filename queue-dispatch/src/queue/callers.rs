//! Callers join, leave, and come back to their place.

use chrono::TimeDelta;

use super::Queue;
use crate::caller::{CallRow, NONE, Stage};
use crate::command::{Command, Commands, Void};
use crate::ids::PartyId;
use crate::ladder::Exit;
use crate::line::NOWHERE;
use crate::time::{Micros, span};

impl Queue {
    pub(super) fn join_line(&mut self, call: u32) {
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
        self.unpaced += u32::from(row.pace == 0);
        let (class, since) = (row.class, row.since);
        self.skilled += u32::from(!row.needs.is_nothing());
        self.fresh_calls.push(call);
        lines[class.index()].join(since, call, |call, ticket| calls[call].ticket = ticket);
    }

    pub(super) fn leave_line(&mut self, call: u32) {
        let row = &mut self.calls[call];
        self.skilled -= u32::from(!row.needs.is_nothing());
        self.unpaced -= u32::from(row.pace == 0);
        self.lines[row.class.index()].leave(row.ticket);
        row.ticket = NOWHERE;
    }

    /// The call has left the queue.
    pub(super) fn forget(&mut self, call: u32) {
        if let Some(timer) = self.calls[call].next_round.take() {
            self.timers.cancel(timer);
        }
        self.calls.remove(call);
    }

    pub(super) fn hang_up(&mut self, call: u32, now: Micros, out: &mut Commands) {
        if self.calls[call].stage == Stage::Talking {
            let call = self.end_talk(self.calls[call].offers, now);
            return self.forget(call);
        }
        let wait = now.saturating_sub(self.calls[call].since);
        self.stats[self.calls[call].class.index()].abandon(wait, &self.config);
        self.remember(call, now);
        self.leave_unserved(call, Void::CallerGone, now, out);
    }

    pub(super) fn leave(&mut self, call: u32, exit: Exit, now: Micros, out: &mut Commands) {
        if self.calls[call].stage == Stage::Talking {
            return self.hang_up(call, now, out);
        }
        self.stats[self.calls[call].class.index()].left += 1;
        self.leave_unserved(call, Void::Left(exit), now, out);
    }

    /// Keeps the place of one who hangs up, for when they ring back.
    fn remember(&mut self, call: u32, now: Micros) {
        let CallRow { party, since, .. } = self.calls[call];
        if let Some(party) = party
            && self.config.resume_within > TimeDelta::zero()
            && self.config.resume_at_most > 0
        {
            self.forget_the_long_gone(now);
            let at_most = self.config.resume_at_most;
            self.ring_back.remember(party, since, now, at_most);
        }
    }

    /// Since when a party had waited that hung up a short while ago.
    pub(super) fn resume(&mut self, party: PartyId, now: Micros) -> Option<Micros> {
        self.forget_the_long_gone(now);
        self.ring_back.recall(party)
    }

    fn forget_the_long_gone(&mut self, now: Micros) {
        let kept = span(self.config.resume_within);
        self.ring_back.forget_before(now.saturating_sub(kept));
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
    pub(super) fn back_in_line(
        &mut self,
        call: u32,
        reason: Void,
        now: Micros,
        out: &mut Commands,
    ) {
        if self.calls[call].stage == Stage::Everyone {
            self.everyone.retain(|&other| other != call);
        }
        let row = &mut self.calls[call];
        row.stage = Stage::Waiting;
        self.lines[row.class.index()].show(row.ticket);
        out.push(Command::BackInLine {
            call: row.id,
            reason,
        });
        self.fresh_calls.push(call);
        self.plan_next_round(call, now);
        self.climb_what_is_due(call, now, out);
    }
}
