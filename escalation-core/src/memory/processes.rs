//! The state behind the lock: every method is one atomic step of the contract.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::admissions::Admissions;
use super::row::{Process, Row};
use crate::{
    Admission, Begun, Claim, DeadLetter, Discarded, Doubt, Effect, Generation, Held, Hold,
    HoldState, IfRunning, Lease, LetterContent, LetterId, NewProcess, NotificationState, Planned,
    ProcessId, ProcessSnapshot, REQUESTS_REMEMBERED_FOR, Reason, RejectedRequest, Replayed,
    RequestId, Sequence, Settled, Settlement, Started, Stopped, Token, Verdict,
};

#[derive(Debug, Default)]
pub(super) struct Processes {
    generations: u64,
    tokens: u64,
    letters_written: u64,
    running: HashMap<ProcessId, Generation>,
    processes: HashMap<Generation, Process>,
    /// Everything that waits for a time or whose lease may run out, earliest first.
    wakes: BTreeSet<(DateTime<Utc>, Generation, Sequence)>,
    hold_ends: BTreeSet<(DateTime<Utc>, Generation)>,
    requests: HashMap<RequestId, DateTime<Utc>>,
    requests_by_age: BTreeSet<(DateTime<Utc>, RequestId)>,
    admissions: Admissions,
    letters: BTreeMap<LetterId, DeadLetter>,
}

impl Processes {
    pub(super) fn start(&mut self, new: NewProcess, now: DateTime<Utc>) -> Started {
        if self.handled_before(new.request.as_ref(), now) {
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
        let mut rows = BTreeMap::new();
        for planned in new.notifications {
            self.wakes
                .insert((planned.due_at, generation, planned.sequence));
            rows.insert(planned.sequence, Row::new(planned));
        }
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
        if self.handled_before(request, now) {
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
        // A stopped run may finish when a newer one has taken the name.
        if self.running.get(&process.id) == Some(&generation) {
            self.running.remove(&process.id);
        }
        if let HoldState::Held {
            until: Some(at), ..
        } = process.hold
        {
            self.hold_ends.remove(&(at, generation));
        }
        process.hold = HoldState::Running;
        process.stopped = true;
        let wakes = &mut self.wakes;
        process.rows.retain(|sequence, row| {
            let stays = row.state == NotificationState::InFlight;
            if !stays {
                wakes.remove(&(row.ready_at, generation, *sequence));
            }
            stays
        });
        if process.rows.is_empty() {
            self.processes.remove(&generation);
        }
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
                for (sequence, row) in &mut process.rows {
                    if row.state == NotificationState::InFlight {
                        continue;
                    }
                    self.wakes.remove(&(row.ready_at, generation, *sequence));
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
        for (sequence, row) in &mut process.rows {
            if row.state == NotificationState::InFlight {
                continue;
            }
            row.due_at = later(row.due_at.max(since), held_for);
            row.ready_at = later(row.ready_at.max(since), held_for);
            self.wakes.insert((row.ready_at, generation, *sequence));
        }
    }

    pub(super) fn claim(
        &mut self,
        max: usize,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Vec<Claim> {
        while let Some(&(until, generation)) = self.hold_ends.first()
            && until <= now
        {
            self.release(generation, until);
        }

        let mut claims = Vec::new();
        while claims.len() < max
            && let Some(&wake) = self.wakes.first()
            && wake.0 <= now
        {
            self.wakes.remove(&wake);
            let (_, generation, sequence) = wake;
            let Some(process) = self.processes.get_mut(&generation) else {
                continue;
            };
            let stopped = process.stopped;
            let superseded = process.superseded(sequence, now);
            let Some(row) = process.rows.get_mut(&sequence) else {
                continue;
            };
            if row.state == NotificationState::InFlight {
                row.doubt = Doubt::Unfinished;
                self.admissions.leave(&row.notification);
            }
            if stopped {
                process.rows.remove(&sequence);
                self.forget_if_finished(generation);
                continue;
            }
            row.state = NotificationState::Claimed;
            self.tokens += 1;
            row.token = Token::new(self.tokens);
            row.ready_at = lease_until;
            let lease = Lease::new(process.id.clone(), generation, sequence, row.token);
            let mut claim = Claim::new(
                lease,
                row.step,
                row.due_at,
                Arc::clone(&row.notification),
                row.attempts,
            );
            claim.doubt = row.doubt;
            claim.superseded = superseded;
            claim.history.clone_from(&row.history);
            claims.push(claim);
        }
        // Only now, or a lease that ends at once would be claimed again by this very call.
        for claim in &claims {
            let lease = &claim.lease;
            self.wakes
                .insert((lease_until, lease.generation, lease.sequence));
        }
        claims
    }

    pub(super) fn begin(
        &mut self,
        lease: &Lease,
        lease_until: DateTime<Utc>,
        admission: &Admission,
        now: DateTime<Utc>,
    ) -> Begun {
        let Some(process) = self.processes.get_mut(&lease.generation) else {
            return Begun::Stale;
        };
        if process.stopped || process.is_held() {
            return Begun::Stale;
        }
        let Some(row) = process.rows.get_mut(&lease.sequence) else {
            return Begun::Stale;
        };
        if row.token != lease.token || row.state != NotificationState::Claimed {
            return Begun::Stale;
        }
        let wake = (row.ready_at, lease.generation, lease.sequence);
        let begun = match self.admissions.admit(&row.notification, admission, now) {
            Ok(()) => {
                row.state = NotificationState::InFlight;
                row.attempts = row.attempts.saturating_add(1);
                row.ready_at = lease_until;
                Begun::Started
            }
            Err(until) => {
                row.state = NotificationState::Waiting;
                row.ready_at = until;
                Begun::Deferred { until }
            }
        };
        let ready_at = row.ready_at;
        self.wakes.remove(&wake);
        self.wakes
            .insert((ready_at, lease.generation, lease.sequence));
        begun
    }

    pub(super) fn renew(&mut self, lease: &Lease, lease_until: DateTime<Utc>) -> Settled {
        let Some(row) = self.leased(lease) else {
            return Settled::Stale;
        };
        let wake = (row.ready_at, lease.generation, lease.sequence);
        row.ready_at = lease_until;
        self.wakes.remove(&wake);
        self.wakes
            .insert((lease_until, lease.generation, lease.sequence));
        Settled::recorded()
    }

    pub(super) fn settle(&mut self, settlement: Settlement, now: DateTime<Utc>) -> Settled {
        let lease = settlement.lease;
        let Some(row) = self.leased(&lease) else {
            return Settled::Stale;
        };
        let (generation, sequence) = (lease.generation, lease.sequence);
        let wake = (row.ready_at, generation, sequence);
        let step = row.step;
        let finished = (row.state == NotificationState::InFlight).then(|| row.notification.clone());
        row.history.extend(settlement.attempt);
        self.wakes.remove(&wake);
        if let Some(notification) = finished {
            self.admissions.leave(&notification);
        }
        let Some(process) = self.processes.get_mut(&generation) else {
            return Settled::Stale;
        };
        if process.stopped {
            process.rows.remove(&sequence);
            self.forget_if_finished(generation);
            return Settled::recorded();
        }
        match settlement.verdict {
            Verdict::Again { at, doubt } => {
                let held = process.is_held();
                if let Some(row) = process.rows.get_mut(&sequence) {
                    row.state = NotificationState::Waiting;
                    row.ready_at = at;
                    row.doubt = doubt;
                    if !held {
                        self.wakes.insert((at, generation, sequence));
                    }
                }
            }
            Verdict::Done => {
                process.rows.remove(&sequence);
            }
            Verdict::Dead(reason) => {
                if let Some(row) = process.rows.remove(&sequence) {
                    let content = LetterContent::Notification {
                        process: lease.process,
                        generation,
                        sequence,
                        step: row.step,
                        due_at: row.due_at,
                        notification: row.notification,
                        history: row.history,
                    };
                    self.bury(reason, content, now);
                }
            }
        }
        let in_flight = self.affect(generation, sequence, step, settlement.effect, now);
        self.forget_if_finished(generation);
        Settled::Recorded { in_flight }
    }

    /// The row of a lease that is still the newest.
    fn leased(&mut self, lease: &Lease) -> Option<&mut Row> {
        let process = self.processes.get_mut(&lease.generation)?;
        process
            .rows
            .get_mut(&lease.sequence)
            .filter(|row| row.token == lease.token && row.state != NotificationState::Waiting)
    }

    fn affect(
        &mut self,
        generation: Generation,
        sequence: Sequence,
        step: u32,
        effect: Effect,
        now: DateTime<Utc>,
    ) -> Vec<crate::InFlight> {
        let in_flight = self
            .processes
            .get(&generation)
            .filter(|_| matches!(effect, Effect::End | Effect::Hold { .. }))
            .map(|process| process.in_flight(generation, Some(sequence)))
            .unwrap_or_default();
        match effect {
            Effect::None => {}
            Effect::Advance => self.advance(generation, step, now),
            Effect::Hold { until } => self.suspend(generation, until, now),
            Effect::End => self.end(generation),
        }
        in_flight
    }

    /// Moves what follows `step` forward, so that the next step is due now.
    fn advance(&mut self, generation: Generation, step: u32, now: DateTime<Utc>) {
        let Some(process) = self.processes.get_mut(&generation) else {
            return;
        };
        // A held process stands still at the beginning of its hold.
        let now = match process.hold {
            HoldState::Held { since, .. } => since,
            HoldState::Running => now,
        };
        let running = !process.is_held();
        let following = |row: &Row| row.step > step && row.state == NotificationState::Waiting;
        let next_due = process
            .rows
            .values()
            .filter(|row| following(row))
            .map(|row| row.ready_at)
            .min();
        let Some(by) = next_due
            .map(|next| next.signed_duration_since(now))
            .filter(|by| *by > TimeDelta::zero())
        else {
            return;
        };
        for (sequence, row) in &mut process.rows {
            if !following(row) {
                continue;
            }
            if running {
                self.wakes.remove(&(row.ready_at, generation, *sequence));
            }
            row.due_at -= by;
            row.ready_at -= by;
            if running {
                self.wakes.insert((row.ready_at, generation, *sequence));
            }
        }
    }

    fn forget_if_finished(&mut self, generation: Generation) {
        if let Some(process) = self.processes.get(&generation)
            && process.rows.is_empty()
        {
            self.end(generation);
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
            .map(|(sequence, row)| row.open(*sequence))
            .collect();
        Some(ProcessSnapshot::new(
            process.id.clone(),
            generation,
            process.started_at,
            process.hold,
            open,
        ))
    }

    /// Whether the request was handled before; if not, it is now.
    fn handled_before(&mut self, request: Option<&RequestId>, now: DateTime<Utc>) -> bool {
        while let Some((at, oldest)) = self.requests_by_age.first()
            && now.signed_duration_since(*at) > REQUESTS_REMEMBERED_FOR
        {
            let oldest = (*at, oldest.clone());
            self.requests.remove(&oldest.1);
            self.requests_by_age.remove(&oldest);
        }
        let Some(request) = request else {
            return false;
        };
        if self.requests.contains_key(request) {
            return true;
        }
        self.requests.insert(request.clone(), now);
        self.requests_by_age.insert((now, request.clone()));
        false
    }

    pub(super) fn reject(&mut self, rejected: RejectedRequest, now: DateTime<Utc>) {
        if self.handled_before(rejected.request.as_ref(), now) {
            return;
        }
        let content = LetterContent::Request {
            request: rejected.request,
            body: rejected.body,
        };
        self.bury(rejected.reason, content, now);
    }

    fn bury(&mut self, reason: Reason, content: LetterContent, now: DateTime<Utc>) {
        self.letters_written += 1;
        let id = LetterId::new(self.letters_written);
        self.letters
            .insert(id, DeadLetter::new(id, now, reason, content));
    }

    pub(super) fn dead_letters(&self, after: Option<LetterId>, max: usize) -> Vec<DeadLetter> {
        self.letters
            .values()
            .filter(|letter| Some(letter.id) > after)
            .take(max)
            .cloned()
            .collect()
    }

    pub(super) fn replay(&mut self, letter: LetterId, now: DateTime<Utc>) -> Replayed {
        let Some(dead) = self.letters.get(&letter) else {
            return Replayed::NotFound;
        };
        let LetterContent::Notification {
            process,
            generation,
            sequence,
            step,
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
        let revived = self.processes.entry(generation).or_insert_with(|| Process {
            id: process,
            started_at: now,
            hold: HoldState::Running,
            stopped: false,
            rows: BTreeMap::new(),
        });
        let mut row = Row::new(Planned::new(sequence, step, now, notification));
        row.history = history;
        if !revived.is_held() {
            self.wakes.insert((row.ready_at, generation, sequence));
        }
        revived.rows.insert(sequence, row);
        Replayed::Due
    }

    pub(super) fn discard(&mut self, letter: LetterId) -> Discarded {
        match self.letters.remove(&letter) {
            Some(_) => Discarded::Discarded,
            None => Discarded::NotFound,
        }
    }
}

fn later(instant: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    instant
        .checked_add_signed(by)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}
