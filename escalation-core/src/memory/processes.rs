//! The state behind the lock: every method is one atomic step of the contract.

mod deliveries;
mod letters;

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use std::ops::Bound;

use chrono::{DateTime, TimeDelta, Utc};

use super::bundles::Bundles;
use super::lanes::Lanes;
use super::rates::Rates;
use super::requests::Requests;
use super::row::{Process, Row};
use crate::calendar::{earlier, later};
use crate::{
    Attempt, DeadLetter, Generation, Held, Hold, HoldState, IfRunning, LetterId, NewProcess,
    NotificationState, Planned, ProcessId, ProcessSnapshot, ProcessSummary, RequestId, Run,
    Sequence, Started, Stopped, Token,
};

#[derive(Debug, Default)]
pub(super) struct Processes {
    generations: u64,
    tokens: u64,
    letters_written: u64,
    running: HashMap<ProcessId, Generation>,
    processes: HashMap<Generation, Process>,
    /// The generations that run, oldest first.
    list: BTreeSet<Generation>,
    in_flight: HashSet<(Generation, Sequence)>,
    /// Everything that waits for a time or whose lease may run out, earliest first.
    wakes: Lanes,
    bundles: Bundles,
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
            Some(&running) if new.if_running == IfRunning::Extend => {
                return self.extend(running, new, now);
            }
            Some(_) => Some(self.stop(Run::current(&new.process), None, now)),
            None => None,
        };
        self.generations += 1;
        let generation = Generation::new(self.generations);
        let lane = self.wakes.enter(&new.tenant);
        for planned in &new.notifications {
            let key = (generation, planned.sequence);
            self.wakes.insert(lane, (planned.due_at, key.0, key.1));
            self.bundles.insert(&new.tenant, &planned.notification, key);
        }
        let next_sequence = new
            .notifications
            .last()
            .and_then(|last| last.sequence.position().checked_add(1));
        let rows = new
            .notifications
            .into_iter()
            .map(|planned| (planned.sequence, Row::new(planned)))
            .collect();
        self.running.insert(new.process.clone(), generation);
        self.list.insert(generation);
        self.processes.insert(
            generation,
            Process {
                id: new.process,
                tenant: new.tenant,
                lane,
                started_at: new.started_at,
                hold: HoldState::Running,
                stopped: false,
                next_sequence,
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

    /// Adds to what runs.
    fn extend(&mut self, generation: Generation, new: NewProcess, now: DateTime<Utc>) -> Started {
        let kept = Started::AlreadyRunning(generation);
        let Some(process) = self.processes.get_mut(&generation) else {
            return kept;
        };
        let last = u32::try_from(new.notifications.len()).unwrap_or(u32::MAX);
        let Some((first, next)) = process
            .next_sequence
            .and_then(|first| Some((first, first.checked_add(last)?)))
        else {
            return kept;
        };
        process.next_sequence = Some(next);
        for (position, mut planned) in (first..next).zip(new.notifications) {
            planned.sequence = Sequence::new(position);
            self.add(generation, planned, Vec::new(), now);
        }
        Started::Extended {
            generation,
            first: Sequence::new(first),
        }
    }

    /// Adds a notification to a running process; to a held one so that it is as far away when the
    /// hold ends as it is now.
    pub(super) fn add(
        &mut self,
        generation: Generation,
        mut planned: Planned,
        history: Vec<Attempt>,
        now: DateTime<Utc>,
    ) {
        let Some(process) = self.processes.get_mut(&generation) else {
            return;
        };
        if process.is_held() {
            planned.due_at = earlier(planned.due_at.max(now), process.held_for(now));
        } else {
            let wake = (planned.due_at, generation, planned.sequence);
            self.wakes.insert(process.lane, wake);
        }
        let sequence = planned.sequence;
        self.bundles.insert(
            &process.tenant,
            &planned.notification,
            (generation, sequence),
        );
        let mut row = Row::new(planned);
        row.history = history;
        process.rows.insert(sequence, row);
    }

    /// What runs, if that is meant.
    fn running(&self, run: Run<'_>) -> Option<Generation> {
        let running = self.running.get(run.process()).copied();
        running.filter(|running| run.is(*running))
    }

    pub(super) fn stop(
        &mut self,
        run: Run<'_>,
        request: Option<&RequestId>,
        now: DateTime<Utc>,
    ) -> Stopped {
        if self.requests.handled_before(request, now) {
            return Stopped::DuplicateRequest;
        }
        let Some(generation) = self.running(run) else {
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
        let (wakes, bundles) = (&mut self.wakes, &mut self.bundles);
        let (lane, tenant) = (process.lane, &process.tenant);
        process.rows.retain(|sequence, row| {
            let stays = row.state == NotificationState::InFlight;
            if !stays {
                wakes.remove(lane, &(row.ready_at, generation, sequence));
                bundles.remove(tenant, &row.notification, (generation, sequence));
            }
            stays
        });
        process.stopped = true;
        let id = process.id.clone();
        let hold = std::mem::replace(&mut process.hold, HoldState::Running);
        self.free_name(&id, generation, hold);
        self.forget_if_finished(generation);
    }

    pub(super) fn hold(
        &mut self,
        run: Run<'_>,
        hold: Hold,
        request: Option<&RequestId>,
        now: DateTime<Utc>,
    ) -> Held {
        if self.requests.handled_before(request, now) {
            return Held::DuplicateRequest;
        }
        let Some(generation) = self.running(run) else {
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
                    let wake = (row.ready_at, generation, sequence);
                    self.wakes.remove(process.lane, &wake);
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
            let wake = (row.ready_at, generation, sequence);
            self.wakes.insert(process.lane, wake);
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
        self.wakes.leave(process.lane);
        self.free_name(&process.id, generation, process.hold);
    }

    fn free_name(&mut self, process: &ProcessId, generation: Generation, hold: HoldState) {
        // A stopped run may finish when a newer one has taken the name, which keeps it then.
        if let Some((name, running)) = self.running.remove_entry(process)
            && running != generation
        {
            self.running.insert(name, running);
        }
        self.list.remove(&generation);
        if let HoldState::Held {
            until: Some(at), ..
        } = hold
        {
            self.hold_ends.remove(&(at, generation));
        }
    }

    pub(super) fn next_due(&self) -> Option<DateTime<Utc>> {
        let wake = self.wakes.earliest();
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
            process.tenant.clone(),
            process.started_at,
            process.hold,
            open,
        ))
    }

    pub(super) fn list(&self, after: Option<Generation>, max: usize) -> Vec<ProcessSummary> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.list
            .range((from, Bound::Unbounded))
            .take(max)
            .filter_map(|generation| Some(self.processes.get(generation)?.summary(*generation)))
            .collect()
    }
}
