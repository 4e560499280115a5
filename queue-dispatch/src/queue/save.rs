//! Taking a snapshot.

use super::Queue;
use crate::caller::CallRow;
use crate::refusal::OfferStage;
use crate::snapshot::{
    SavedAgent, SavedCall, SavedClass, SavedClock, SavedGone, SavedOffer, SavedSpecial, Snapshot,
};

impl Queue {
    /// The whole state as data. O(calls + agents).
    pub fn snapshot(&self) -> Snapshot {
        let mut talking: Vec<Vec<&CallRow>> = vec![Vec::new(); self.lines.len()];
        let mut offers: Vec<SavedOffer> = Vec::with_capacity(self.offers.len());
        for offer in self.offers.numbers() {
            let row = &self.offers[offer];
            let call = &self.calls[row.call];
            if row.stage == OfferStage::Talking {
                talking[call.class.index()].push(call);
            }
            offers.push(SavedOffer {
                token: row.token,
                call: call.id,
                agent: self.agents[row.agent as usize].profile.id,
                stage: row.stage,
                everyone: row.everyone,
                due: row.timer.map(|timer| self.timers.at(timer)),
                answer_by: row.answer_by,
                talking_since: row.talking_since,
                why: row.why,
            });
        }
        offers.sort_unstable_by_key(|offer| offer.token);
        let classes = self
            .lines
            .iter()
            .zip(&self.config.classes)
            .zip(&self.stats)
            .zip(talking);
        let classes = classes.map(|(((line, name), stats), mut talking)| {
            talking.sort_unstable_by_key(|call| call.arrival);
            SavedClass {
                name: name.to_string(),
                line: {
                    let mut saved = Vec::with_capacity(line.holders_len());
                    saved.extend(line.holders().map(|call| self.save_call(&self.calls[call])));
                    saved
                },
                talking: talking
                    .into_iter()
                    .map(|call| self.save_call(call))
                    .collect(),
                stats: *stats,
            }
        });
        let clocks = self.rungs.iter().map(|clock| SavedClock {
            at: clock.timer.map(|timer| self.timers.at(timer)),
            seen: clock.seen,
        });
        let agents = self.agents.iter().map(|row| SavedAgent {
            profile: row.profile.clone(),
            presence: row.presence,
            idle_since: row.idle_since,
            calls: row.calls,
            talked: row.talked,
            wrap_up: row.wrap_up.map(|timer| self.timers.at(timer)),
            pause: row.pause.map(|timer| self.timers.at(timer)),
            rung: row.rung.clone(),
        });
        Snapshot {
            format: Snapshot::FORMAT,
            version: self.version,
            now: self.now,
            last_token: self.last_token,
            arrivals: self.arrivals,
            last_agent: self.last_agent,
            mean_talk: self.mean_talk,
            classes: classes.collect(),
            ladder: self.config.ladder.written(),
            rungs: clocks.collect(),
            agents: agents.collect(),
            idle: self
                .idle
                .holders()
                .map(|agent| self.agents[agent as usize].profile.id)
                .collect(),
            everyone: self
                .everyone
                .iter()
                .map(|&call| self.calls[call].id)
                .collect(),
            gone: {
                let mut gone = Vec::with_capacity(self.ring_back.len());
                let saved = self.ring_back.iter();
                gone.extend(saved.map(|(party, since, at)| SavedGone { party, since, at }));
                gone
            },
            offers,
            staffing: self.staffing,
        }
    }

    fn save_call(&self, row: &CallRow) -> SavedCall {
        let special = SavedSpecial {
            needs: row.needs,
            party: row.party,
            relaxed: row.relaxed,
            climbed: row.climbed,
            everyone_rung: row.everyone_rung,
            round: row.round,
            next_round: row.next_round.map(|timer| self.timers.at(timer)),
        };
        SavedCall {
            call: row.id,
            since: row.since,
            arrival: row.arrival,
            pace: row.pace,
            special: (special != SavedSpecial::default()).then(|| Box::new(special)),
        }
    }
}
