//! Restoring a queue from a snapshot: everything is checked, as it may come from anywhere.

use std::sync::Arc;

use super::Queue;
use crate::agent::{AgentRow, Presence};
use crate::caller::{CallRow, NONE, Stage};
use crate::class::ClassId;
use crate::config::Config;
use crate::ids::Token;
use crate::ladder::Trigger;
use crate::line::NOWHERE;
use crate::offer::OfferRow;
use crate::refusal::OfferStage;
use crate::snapshot::{SavedAgent, SavedClass, SavedClock, SavedOffer, Snapshot, SnapshotError};
use crate::stats::Staffing;
use crate::timers::Due;

impl Queue {
    /// The queue that a snapshot describes.
    ///
    /// With the configuration of the original it goes on exactly as the original would. Time limits,
    /// policy and ladder may differ; the classes may not. Rungs that are in both ladders stay
    /// climbed; any other is looked at anew, for everyone who waits, at the next step.
    ///
    /// # Errors
    /// [`SnapshotError`] when the format is unknown, the classes are others, or the data contradict
    /// themselves.
    pub fn restore(
        config: impl Into<Arc<Config>>,
        snapshot: &Snapshot,
    ) -> Result<Self, SnapshotError> {
        let mut queue = Self::new(config);
        if snapshot.format != Snapshot::FORMAT {
            return Err(SnapshotError::Format {
                found: snapshot.format,
            });
        }
        let found = snapshot.classes.iter().map(|class| class.name.as_str());
        if !found
            .clone()
            .eq(queue.config.classes.iter().map(|name| name.as_str()))
        {
            return Err(SnapshotError::Classes {
                found: found.map(ToOwned::to_owned).collect(),
                configured: queue
                    .config
                    .classes
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
            });
        }
        // Far above anything counted, far below where counting on would overflow.
        const LIMIT: u64 = 1 << 52;
        let stats = snapshot
            .classes
            .iter()
            .map(|class| ("a statistic", class.stats.largest()));
        let calls = snapshot
            .agents
            .iter()
            .map(|agent| ("calls of an agent", agent.calls));
        let counts = [
            ("version", snapshot.version),
            ("last token", snapshot.last_token),
            ("arrivals", snapshot.arrivals),
        ];
        if let Some((what, value)) = counts
            .into_iter()
            .chain(stats)
            .chain(calls)
            .find(|(_, value)| *value > LIMIT)
        {
            return Err(SnapshotError::OutOfRange { what, value });
        }
        queue.version = snapshot.version;
        queue.now = snapshot.now;
        queue.last_token = snapshot.last_token;
        queue.arrivals = snapshot.arrivals;
        queue.mean_talk = snapshot.mean_talk.max(0);
        for saved in &snapshot.agents {
            queue.restore_agent(saved)?;
        }
        queue.last_agent = snapshot
            .last_agent
            .min((queue.agents.len() as u32).saturating_sub(1));
        let known = queue.known_rungs(&snapshot.ladder);
        queue.restore_calls(&snapshot.classes, &known)?;
        for saved in &snapshot.offers {
            queue.restore_offer(saved)?;
        }
        queue.restore_stages(snapshot)?;
        queue.restore_idle(snapshot);
        queue.restore_rungs(snapshot, &known);
        for gone in &snapshot.gone {
            let at_most = queue.config.resume_at_most.max(1);
            queue
                .ring_back
                .remember(gone.party, gone.since, gone.at, at_most);
        }
        queue.staffing = Staffing {
            staffed_time: snapshot.staffing.staffed_time,
            busy_time: snapshot.staffing.busy_time,
            ..queue.staffing
        };
        queue.fresh_calls.clear();
        queue.fresh_agents.clear();
        Ok(queue)
    }

    fn restore_agent(&mut self, saved: &SavedAgent) -> Result<(), SnapshotError> {
        let row = self.agents.len() as u32;
        let id = saved.profile.id;
        if self.by_agent.insert(id, row).is_some() {
            return Err(SnapshotError::AgentTwice { agent: id });
        }
        let mut agent = AgentRow::new(saved.profile.clone());
        agent.presence = saved.presence;
        agent.idle_since = saved.idle_since;
        agent.calls = saved.calls;
        agent.talked = saved.talked;
        agent.rung = saved.rung.clone();
        agent.wrap_up = saved
            .wrap_up
            .map(|at| self.timers.arm(at, Due::WrapUp(row), id.number()));
        agent.pause = saved
            .pause
            .map(|at| self.timers.arm(at, Due::Pause(row), id.number()));
        self.agents.push(agent);
        Ok(())
    }

    /// For each rung of the ladder, which one it was in the ladder of the snapshot.
    fn known_rungs(&self, before: &[String]) -> Vec<Option<usize>> {
        let rungs = self.config.ladder.written();
        rungs
            .iter()
            .enumerate()
            .map(|(index, rung)| match before.get(index) {
                Some(same) if same == rung => Some(index),
                _ => before.iter().take(32).position(|other| other == rung),
            })
            .collect()
    }

    fn restore_calls(
        &mut self,
        classes: &[SavedClass],
        known: &[Option<usize>],
    ) -> Result<(), SnapshotError> {
        for (class_id, class) in ClassId::all().zip(classes) {
            self.stats[class_id.index()] = class.stats;
            let waiting = class.line.iter().map(|saved| (saved, true));
            for (saved, waits) in waiting.chain(class.talking.iter().map(|saved| (saved, false))) {
                let special = saved.special.as_deref().cloned().unwrap_or_default();
                let mut row = CallRow::new(
                    saved.call,
                    class_id,
                    saved.since,
                    saved.arrival,
                    special.needs,
                );
                row.pace = saved.pace.max(0);
                row.party = special.party;
                row.relaxed = special.relaxed;
                let mut next_round = None;
                for (rung, before) in known.iter().enumerate() {
                    let Some(before) = *before else { continue };
                    row.climbed |= (special.climbed >> before & 1) << rung;
                    if special.round > 0 && before == usize::from(special.everyone_rung) {
                        row.everyone_rung = rung as u8;
                        row.round = special.round;
                        next_round = special.next_round;
                    }
                }
                if self.calls.contains(saved.call) {
                    return Err(SnapshotError::CallTwice { call: saved.call });
                }
                let call = self.calls.insert(row);
                if let Some(at) = next_round {
                    self.calls[call].next_round =
                        Some(self.timers.arm(at, Due::Round(call), saved.arrival));
                }
                if waits {
                    self.enter_line(call);
                } else {
                    self.calls[call].stage = Stage::Talking;
                }
            }
        }
        Ok(())
    }

    fn restore_offer(&mut self, saved: &SavedOffer) -> Result<(), SnapshotError> {
        let impossible = |why| SnapshotError::Offer {
            token: saved.token,
            why,
        };
        let call = self
            .calls
            .find(saved.call)
            .ok_or_else(|| impossible("its call is missing"))?;
        let agent = *self
            .by_agent
            .get(&saved.agent)
            .ok_or_else(|| impossible("its agent is missing"))?;
        if saved.token.number() == 0 || saved.token.number() > self.last_token {
            return Err(impossible("its token was never given out"));
        }
        if (saved.stage == OfferStage::Talking) != (self.calls[call].stage == Stage::Talking) {
            return Err(impossible("its call is at another stage"));
        }
        if (saved.stage == OfferStage::Talking) != saved.due.is_none() {
            return Err(impossible(
                "a talk has no time limit, anything before one has",
            ));
        }
        if self.offers.contains(saved.token) {
            return Err(impossible("it is there twice"));
        }
        let offer = self.offers.insert(OfferRow {
            token: saved.token,
            call,
            agent,
            stage: saved.stage,
            everyone: saved.everyone,
            timer: None,
            answer_by: saved.answer_by,
            talking_since: saved.talking_since,
            why: saved.why,
            next_of_call: self.calls[call].offers,
            next_of_agent: self.agents[agent as usize].offers,
        });
        let token = saved.token.number();
        self.offers[offer].timer = saved
            .due
            .map(|at| self.timers.arm(at, Due::Offer(offer), token));
        self.calls[call].offers = offer;
        let row = &mut self.agents[agent as usize];
        row.offers = offer;
        let count = match saved.stage {
            OfferStage::Ringing => &mut row.ringing,
            OfferStage::Connecting => &mut row.connecting,
            OfferStage::Talking => &mut row.talking,
        };
        *count += 1;
        if row.load() > u16::from(u8::MAX) {
            return Err(impossible("its agent has more than 255"));
        }
        Ok(())
    }

    /// Finds the stage of each call from its offers.
    fn restore_stages(&mut self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        for id in &snapshot.everyone {
            if let Some(call) = self.calls.find(*id)
                && !self.everyone.contains(&call)
                && self.calls[call].offers != NONE
            {
                self.everyone.push(call);
                self.calls[call].stage = Stage::Everyone;
            }
        }
        for saved in &snapshot.offers {
            let impossible = |why| SnapshotError::Offer {
                token: saved.token,
                why,
            };
            let Some(call) = self.calls.find(saved.call) else {
                continue;
            };
            let alone = self.offers_of(self.calls[call].offers).nth(1).is_none();
            let stage = match (self.calls[call].stage, saved.stage) {
                (Stage::Everyone, OfferStage::Ringing) => Stage::Everyone,
                (Stage::Everyone, _) => {
                    return Err(impossible("everyone is rung for its call still"));
                }
                (_, _) if !alone => return Err(impossible("its call has another")),
                (_, OfferStage::Ringing) => Stage::Offered,
                (_, OfferStage::Connecting) => Stage::Connecting,
                (_, OfferStage::Talking) => Stage::Talking,
            };
            let row = &mut self.calls[call];
            row.stage = stage;
            if row.ticket != NOWHERE {
                self.lines[row.class.index()].hide(row.ticket);
            }
        }
        // A talk without its offer could never end.
        for class in &snapshot.classes {
            for saved in &class.talking {
                let talks = self
                    .calls
                    .find(saved.call)
                    .is_some_and(|call| self.calls[call].offers != NONE);
                if !talks {
                    return Err(SnapshotError::Offer {
                        token: Token::new(0),
                        why: "a talk lacks its offer",
                    });
                }
            }
        }
        Ok(())
    }

    fn restore_idle(&mut self, snapshot: &Snapshot) {
        for id in &snapshot.idle {
            let Some(&agent) = self.by_agent.get(id) else {
                continue;
            };
            let row = &self.agents[agent as usize];
            if row.ticket == NOWHERE && row.presence == Presence::Ready && row.wrap_up.is_none() {
                let since = row.idle_since;
                let Self { agents, idle, .. } = self;
                idle.join(since, agent, |agent, ticket| {
                    agents[agent as usize].ticket = ticket
                });
            }
        }
        for agent in 0..self.agents.len() as u32 {
            self.settle(agent, self.now);
        }
    }

    fn restore_rungs(&mut self, snapshot: &Snapshot, known: &[Option<usize>]) {
        let before = snapshot.ladder.len();
        for class in 0..self.lines.len() {
            for (rung, old) in known.iter().enumerate() {
                if self.config.ladder.rungs()[rung].trigger != Trigger::OwnClock {
                    continue;
                }
                let anew = SavedClock {
                    at: Some(self.now),
                    seen: i64::MIN,
                };
                let saved = old.and_then(|old| snapshot.rungs.get(class * before + old));
                let SavedClock { at, seen } = saved.copied().unwrap_or(anew);
                self.rungs[class * known.len() + rung].seen = seen;
                if let Some(at) = at {
                    self.set_rung_clock(class, rung, at);
                }
            }
        }
    }
}
