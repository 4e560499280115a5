//! The state behind the lock: every method is one atomic step of the contract.

mod deliveries;
mod letters;

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::rates::Rates;
use super::requests::Requests;
use super::row::{Process, Row};
use crate::{
    DeadLetter, Generation, Held, Hold, HoldState, IfRunning, LetterId, NewProcess,
    NotificationState, ProcessId, ProcessSnapshot, RequestId, Sequence, Started, Stopped, Token,
};

#[derive(Debug, Default)]
pub(super) struct Processes {
    generations: u64,
    tokens: u64,
    letters_written: u64,
    running: HashMap<ProcessId, Generation>,
    processes: HashMap<Generation, Process>,
    in_flight: HashSet<(Generation, Sequence)>,
    /// Everything that waits for a time or whose lease may run out, earliest first.
    wakes: BTreeSet<(DateTime<Utc>, Generation, Sequence)>,
    hold_ends: BTreeSet<(DateTime<Utc>, Generation)>,
    requests: Requests,
    rates: Rates,
    letters: BTreeMap<LetterId, DeadLetter>,
}

impl Processes {
    pub(super) fn start(&mut self, new: NewProcess, now: DateTime<Utc>) -> Started {
        if self.requests.handled_before(new.request.as_ref(), now) {
            return Started::DuplicateRequest;
        }
        let replaced = match self.running.get(&new.process) {
            Some(&running) if new.if_running == IfRunning::Keep => {
                return Started::AlreadyRunning(running);
            }
            Some(_) => Some(self.stop(&new.process, None, now)),
            None => None,
        };
        self.generations += 1;
        let generation = Generation::new(self.generations);
        for planned in &new.notifications {
            self.wakes
                .insert((planned.due_at, generation, planned.sequence));
        }
        let rows = new
            .notifications
            .into_iter()
            .map(|planned| (planned.sequence, Row::new(planned)))
            .collect();
        self.running.insert(new.process.clone(), generation);
        self.processes.insert(
            generation,
            Process {
                id: new.process,
                started_at: new.started_at,
                hold: HoldState::Running,
                stopped: false,
                rows,
            },
        );
        match replaced {
            Some(Stopped::Ended { in_flight, .. }) => Started::Replaced {
                generation,
                in_flight,
            },
            _ => Started::Created(generation),
        }
    }

    pub(super) fn stop(
        &mut self,
        process: &ProcessId,
        request: Option<&RequestId>,
        now: DateTime<Utc>,
    ) -> Stopped {
        if self.requests.handled_before(request, now) {
            return Stopped::DuplicateRequest;
        }
        let Some(generation) = self.running.get(process).copied() else {
            return Stopped::NotRunning;
        };
        let Some(running) = self.processes.get(&generation) else {
            return Stopped::NotRunning;
        };
        let in_flight = running.in_flight(generation, None);
        let cancelled = running.rows.len() - in_flight.len();
        self.end(generation);
        Stopped::Ended {
            generation,
            cancelled,
            in_flight,
        }
    }

    /// Frees the name, and drops every row but those in flight.
    fn end(&mut self, generation: Generation) {
        let Some(process) = self.processes.get_mut(&generation) else {
            return;
        };
        let wakes = &mut self.wakes;
        process.rows.retain(|sequence, row| {
            let stays = row.state == NotificationState::InFlight;
            if !stays {
                wakes.remove(&(row.ready_at, generation, sequence));
            }
            stays
        });
        process.stopped = true;
        let id = process.id.clone();
        let hold = std::mem::replace(&mut process.hold, HoldState::Running);
        self.free_name(&id, generation, hold);
        self.forget_if_finished(generation);
    }

    pub(super) fn hold(&mut self, process: &ProcessId, hold: Hold, now: DateTime<Utc>) -> Held {
        let Some(generation) = self.running.get(process).copied() else {
            return Held::NotRunning;
        };
        match hold {
            Hold::Until(until) => self.suspend(generation, Some(until), now),
            Hold::Open => self.suspend(generation, None, now),
            Hold::Release => self.release(generation, now),
        }
        let in_flight = self
            .processes
            .get(&generation)
            .map(|process| process.in_flight(generation, None))
            .unwrap_or_default();
        Held::Changed {
            generation,
            in_flight,
        }
    }

    fn suspend(
        &mut self,
        generation: Generation,
        until: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) {
        let Some(process) = self.processes.get_mut(&generation) else {
            return;
        };
        let since = match process.hold {
            HoldState::Held { since, until } => {
                if let Some(until) = until {
                    self.hold_ends.remove(&(until, generation));
                }
                since
            }
            HoldState::Running => {
                for (sequence, row) in process.rows.iter_mut() {
                    if row.state == NotificationState::InFlight {
                        continue;
                    }
                    self.wakes.remove(&(row.ready_at, generation, sequence));
                    if row.state == NotificationState::Claimed {
                        // Its worker has not begun, and must not: a newer token makes it stale.
                        self.tokens += 1;
                        row.token = Token::new(self.tokens);
                        row.state = NotificationState::Waiting;
                        row.ready_at = now;
                    }
                }
                now
            }
        };
        process.hold = HoldState::Held { since, until };
        if let Some(until) = until {
            self.hold_ends.insert((until, generation));
        }
    }

    fn release(&mut self, generation: Generation, at: DateTime<Utc>) {
        let Some(process) = self.processes.get_mut(&generation) else {
            return;
        };
        let HoldState::Held { since, until } = process.hold else {
            return;
        };
        if let Some(until) = until {
            self.hold_ends.remove(&(until, generation));
        }
        process.hold = HoldState::Running;
        let held_for = at.signed_duration_since(since).max(TimeDelta::zero());
        for (sequence, row) in process.rows.iter_mut() {
            if row.state == NotificationState::InFlight {
                continue;
            }
            row.due_at = later(row.due_at.max(since), held_for);
            row.ready_at = later(row.ready_at.max(since), held_for);
            self.wakes.insert((row.ready_at, generation, sequence));
        }
    }

    /// A process without notifications is over.
    fn forget_if_finished(&mut self, generation: Generation) {
        let Entry::Occupied(process) = self.processes.entry(generation) else {
            return;
        };
        if !process.get().rows.is_empty() {
            return;
        }
        let process = process.remove();
        self.free_name(&process.id, generation, process.hold);
    }

    fn free_name(&mut self, process: &ProcessId, generation: Generation, hold: HoldState) {
        // A stopped run may finish when a newer one has taken the name, which keeps it then.
        if let Some((name, running)) = self.running.remove_entry(process)
            && running != generation
        {
            self.running.insert(name, running);
        }
        if let HoldState::Held {
            until: Some(at), ..
        } = hold
        {
            self.hold_ends.remove(&(at, generation));
        }
    }

    pub(super) fn next_due(&self) -> Option<DateTime<Utc>> {
        let wake = self.wakes.first().map(|wake| wake.0);
        let hold = self.hold_ends.first().map(|hold| hold.0);
        wake.into_iter().chain(hold).min()
    }

    pub(super) fn snapshot(&self, process: &ProcessId) -> Option<ProcessSnapshot> {
        let generation = *self.running.get(process)?;
        let process = self.processes.get(&generation)?;
        let open = process
            .rows
            .iter()
            .map(|(sequence, row)| row.open(sequence))
            .collect();
        Some(ProcessSnapshot::new(
            process.id.clone(),
            generation,
            process.started_at,
            process.hold,
            open,
        ))
    }
}

fn later(instant: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    instant
        .checked_add_signed(by)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}
