//! Dead letters.

use chrono::{DateTime, Utc};

use super::Processes;
use crate::memory::row::Process;
use crate::memory::rows::Rows;
use crate::{
    DeadLetter, Discarded, HoldState, LetterContent, LetterId, Planned, Reason, RejectedRequest,
    Replayed,
};

impl Processes {
    pub(in crate::memory) fn reject(&mut self, rejected: RejectedRequest, now: DateTime<Utc>) {
        if self.requests.handled_before(rejected.request.as_ref(), now) {
            return;
        }
        let content = LetterContent::Request {
            request: rejected.request,
            body: rejected.body,
        };
        self.bury(rejected.reason, content, now);
    }

    pub(super) fn bury(&mut self, reason: Reason, content: LetterContent, now: DateTime<Utc>) {
        self.letters_written += 1;
        let id = LetterId::new(self.letters_written);
        self.letters
            .insert(id, DeadLetter::new(id, now, reason, content));
    }

    pub(in crate::memory) fn dead_letters(
        &self,
        after: Option<LetterId>,
        max: usize,
    ) -> Vec<DeadLetter> {
        self.letters
            .values()
            .filter(|letter| Some(letter.id) > after)
            .take(max)
            .cloned()
            .collect()
    }

    pub(in crate::memory) fn replay(&mut self, letter: LetterId, now: DateTime<Utc>) -> Replayed {
        let Some(dead) = self.letters.get(&letter) else {
            return Replayed::NotFound;
        };
        let LetterContent::Notification {
            process,
            tenant,
            generation,
            sequence,
            stage,
            notification,
            history,
            ..
        } = dead.content.clone()
        else {
            return Replayed::NotReplayable;
        };
        match (self.running.get(&process), self.processes.get(&generation)) {
            (Some(running), _) if *running != generation => return Replayed::NameTaken,
            // Stopped, with an attempt still under way.
            (None, Some(_)) => return Replayed::NameTaken,
            _ => {}
        }
        self.letters.remove(&letter);
        self.running.insert(process.clone(), generation);
        self.list.insert(generation);
        self.processes.entry(generation).or_insert_with(|| Process {
            id: process,
            lane: self.wakes.enter(&tenant),
            tenant,
            started_at: now,
            hold: HoldState::Running,
            stopped: false,
            next_sequence: None,
            rows: Rows::default(),
        });
        let planned = Planned::new(sequence, stage, now, notification);
        self.add(generation, planned, history, now);
        Replayed::Due
    }

    pub(in crate::memory) fn discard(&mut self, letter: LetterId) -> Discarded {
        match self.letters.remove(&letter) {
            Some(_) => Discarded::Discarded,
            None => Discarded::NotFound,
        }
    }
}
