//! Matching when some callers need skills.

use super::Queue;
use crate::caller::Stage;
use crate::class::ClassId;
use crate::command::{Commands, Why};
use crate::policy::{Waiting, precedes};
use crate::time::Micros;

impl Queue {
    /// Makes offers until no idle agent stands beside a waiting caller whom they may serve.
    ///
    /// Before this step no such pair stood anywhere, so a pair is possible only where the caller or
    /// the agent is fresh. Callers are looked at in the order of the policy; one whom nobody idle
    /// can serve does not block those behind.
    ///
    /// Costs O(callers in front whom the fresh agent cannot serve).
    pub(super) fn assign_by_skill(&mut self, now: Micros, out: &mut Commands) {
        if self.idle.len() == 0 {
            return;
        }
        let fresh_agents = std::mem::take(&mut self.fresh_agents);
        let mut fresh_calls = std::mem::take(&mut self.fresh_calls);
        let mut next: Vec<Option<u64>> =
            self.lines.iter().map(|line| line.waiting_from(0)).collect();
        let mut is_head = true;
        while fresh_agents
            .iter()
            .any(|&agent| self.agents[agent as usize].is_available())
        {
            let Some(class) = self.first_of(&next, now) else {
                break;
            };
            let Some(ticket) = next[class] else { break };
            let call = self.lines[class].holder(ticket);
            next[class] = self.lines[class].waiting_from(ticket + 1);
            let is_fresh = fresh_calls.contains(&call);
            match self.select(call, |agent| is_fresh || fresh_agents.contains(&agent)) {
                Some(agent) => self.offer_able(call, agent, is_head, now, out),
                None => is_head = false,
            }
        }
        // The fresh callers may still be served by agents who idled before.
        let policy = std::sync::Arc::clone(&self.config.policy);
        fresh_calls.sort_by(|&a, &b| {
            let [first, second] = [a, b].map(|call| self.view(call, now));
            precedes(&*policy, second, first).cmp(&precedes(&*policy, first, second))
        });
        for &call in &fresh_calls {
            if self.calls[call].stage == Stage::Waiting
                && self.calls.find(self.calls[call].id) == Some(call)
                && let Some(agent) = self.select(call, |_| true)
            {
                self.offer_able(call, agent, false, now, out);
            }
        }
        self.fresh_agents = fresh_agents;
        self.fresh_calls = fresh_calls;
    }

    fn offer_able(
        &mut self,
        call: u32,
        agent: u32,
        is_head: bool,
        now: Micros,
        out: &mut Commands,
    ) {
        let why = match self.head(now) {
            Some((head, why)) if is_head || head == call => why,
            _ => Why::Able {
                class: self.config.classes[self.calls[call].class.index()],
            },
        };
        self.make_offer(call, agent, why, now, out);
    }

    fn view(&self, call: u32, now: Micros) -> Waiting {
        Waiting::new(
            self.calls[call].class,
            now.saturating_sub(self.calls[call].since),
        )
    }

    /// The class whose caller at the cursor goes first.
    fn first_of(&self, cursors: &[Option<u64>], now: Micros) -> Option<usize> {
        let mut best: Option<(usize, Waiting)> = None;
        for (class, cursor) in cursors.iter().enumerate() {
            let Some(ticket) = *cursor else { continue };
            let since = self.calls[self.lines[class].holder(ticket)].since;
            let caller = Waiting::new(ClassId::new(class as u8), now.saturating_sub(since));
            if best.is_none_or(|(_, leader)| precedes(&*self.config.policy, caller, leader)) {
                best = Some((class, caller));
            }
        }
        best.map(|(class, _)| class)
    }
}
