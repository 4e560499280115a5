//! Claiming, beginning, renewing and settling.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Processes;
use crate::calendar::earlier;
use crate::memory::row::Row;
use crate::{
    Admission, AttemptStart, Begun, Claim, Doubt, Effect, Generation, HoldState, InFlight, Lease,
    LetterContent, Notification, NotificationState, Sequence, Settled, Settlement, Stage, Token,
    Verdict,
};

impl Processes {
    pub(in crate::memory) fn claim(
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

        let mut claims = Vec::with_capacity(max.min(256));
        while claims.len() < max
            && let Some((lane, (_, generation, sequence))) = self.wakes.pop_due(now)
        {
            let Some(process) = self.processes.get_mut(&generation) else {
                continue;
            };
            let (stopped, held) = (process.stopped, process.is_held());
            let Some(row) = process.rows.get_mut(sequence) else {
                continue;
            };
            if row.state == NotificationState::InFlight {
                row.doubt = Doubt::Unfinished;
                self.in_flight.remove(&(generation, sequence));
            }
            if stopped {
                self.remove(generation, sequence);
                self.forget_if_finished(generation);
                continue;
            }
            self.tokens += 1;
            row.token = Token::new(self.tokens);
            if held {
                // Its worker died, and nobody may send it again before the hold ends.
                row.state = NotificationState::Waiting;
                continue;
            }
            if let Some(claim) = process.claim(generation, sequence, lease_until, now) {
                claims.push((lane, claim));
            }
        }
        // Only now, or a lease that ends at once would be claimed again by this very call.
        for (lane, claim) in &claims {
            let lease = &claim.lease;
            let wake = (lease_until, lease.generation, lease.sequence);
            self.wakes.insert(*lane, wake);
        }
        claims.into_iter().map(|(_, claim)| claim).collect()
    }

    pub(in crate::memory) fn gather(
        &mut self,
        lease: &Lease,
        max: usize,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Vec<Claim> {
        let Some(notification) = self.leased(lease).map(|row| Arc::clone(&row.notification)) else {
            return Vec::new();
        };
        let Some(process) = self.processes.get(&lease.generation) else {
            return Vec::new();
        };
        let mut due: Vec<_> = self
            .bundles
            .alongside(&process.tenant, &notification)
            .into_iter()
            .filter_map(|(generation, sequence)| {
                let process = self.processes.get(&generation)?;
                let row = process.rows.get(sequence)?;
                let due = !process.stopped && !process.is_held() && row.may_travel(now);
                due.then_some((row.due_at, generation, sequence))
            })
            .collect();
        due.sort_unstable();
        due.truncate(max);
        due.into_iter()
            .filter_map(|(_, generation, sequence)| {
                self.take(generation, sequence, lease_until, now)
            })
            .collect()
    }

    /// Leases a waiting notification, whether or not it is time for it.
    fn take(
        &mut self,
        generation: Generation,
        sequence: Sequence,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Option<Claim> {
        let process = self.processes.get_mut(&generation)?;
        let row = process.rows.get_mut(sequence)?;
        let wake = (row.ready_at, generation, sequence);
        self.tokens += 1;
        row.token = Token::new(self.tokens);
        let claim = process.claim(generation, sequence, lease_until, now)?;
        self.wakes.remove(process.lane, &wake);
        let wake = (lease_until, generation, sequence);
        self.wakes.insert(process.lane, wake);
        Some(claim)
    }

    pub(in crate::memory) fn begin(&mut self, attempt: &AttemptStart, now: DateTime<Utc>) -> Begun {
        let lease = &attempt.lease;
        let key = (lease.generation, lease.sequence);
        let Some(process) = self.processes.get(&lease.generation) else {
            return Begun::Stale;
        };
        if process.stopped || process.is_held() {
            return Begun::Stale;
        }
        let Some(row) = process.rows.get(lease.sequence) else {
            return Begun::Stale;
        };
        if row.token != lease.token || row.state != NotificationState::Claimed {
            return Begun::Stale;
        }
        let (lane, ready_before) = (process.lane, row.ready_at);
        let room = self.admit(&row.notification.clone(), &attempt.admission, now);
        let Some(row) = self.leased(lease) else {
            return Begun::Stale;
        };
        let begun = match room {
            Ok(()) => {
                row.state = NotificationState::InFlight;
                row.attempts = row.attempts.saturating_add(1);
                row.ready_at = attempt.lease_until;
                Begun::Started
            }
            Err(until) => {
                row.state = NotificationState::Waiting;
                row.ready_at = until;
                Begun::Deferred { until }
            }
        };
        let ready_at = row.ready_at;
        if begun == Begun::Started {
            self.in_flight.insert(key);
        }
        self.wakes.remove(lane, &(ready_before, key.0, key.1));
        self.wakes.insert(lane, (ready_at, key.0, key.1));
        begun
    }

    /// Counts one more attempt against the rates if there is room everywhere, or says when there
    /// may be.
    fn admit(
        &mut self,
        notification: &Notification,
        admission: &Admission,
        now: DateTime<Utc>,
    ) -> Result<(), DateTime<Utc>> {
        let crowded = admission.concurrency.iter().any(|limit| {
            let others = self
                .in_flight
                .iter()
                .filter_map(|(generation, sequence)| {
                    self.processes.get(generation)?.rows.get(*sequence)
                })
                .filter(|other| limit.scope.covers(notification, &other.notification));
            others.count() >= limit.max as usize
        });
        let refused_until = crowded.then(|| {
            now.checked_add_signed(admission.look_again_after)
                .unwrap_or(now)
        });
        self.rates
            .admit(notification, &admission.rates, refused_until, now)
    }

    pub(in crate::memory) fn renew(
        &mut self,
        lease: &Lease,
        lease_until: DateTime<Utc>,
    ) -> Settled {
        let Some(row) = self.leased(lease) else {
            return Settled::Stale;
        };
        let wake = (row.ready_at, lease.generation, lease.sequence);
        row.ready_at = lease_until;
        if let Some(process) = self.processes.get(&lease.generation) {
            self.wakes.remove(process.lane, &wake);
            self.wakes
                .insert(process.lane, (lease_until, wake.1, wake.2));
        }
        Settled::recorded()
    }

    pub(in crate::memory) fn settle(
        &mut self,
        settlement: Settlement,
        now: DateTime<Utc>,
    ) -> Settled {
        let lease = settlement.lease;
        let (generation, sequence) = (lease.generation, lease.sequence);
        let Some(process) = self.processes.get_mut(&generation) else {
            return Settled::Stale;
        };
        let row = process.rows.get(sequence);
        if !row.is_some_and(|row| row.is_leased(&lease)) {
            return Settled::Stale;
        }
        let lane = process.lane;
        let (verdict, buried) = match settlement.verdict {
            Verdict::PassedOn(reason) if !process.stopped && !process.is_followed(sequence) => {
                (Verdict::Dead(reason), true)
            }
            verdict => (verdict, false),
        };
        let Some(row) = process.rows.get_mut(sequence) else {
            return Settled::Stale;
        };
        self.wakes
            .remove(lane, &(row.ready_at, generation, sequence));
        if row.state == NotificationState::InFlight {
            self.in_flight.remove(&(generation, sequence));
        }
        let stage = row.stage;
        row.history.extend(settlement.attempt);
        let again = match verdict {
            Verdict::Again { at, doubt } => Some((at, doubt)),
            Verdict::Instead {
                notification,
                at,
                doubt,
            } => {
                let key = (generation, sequence);
                self.bundles.remove(&process.tenant, &row.notification, key);
                self.bundles.insert(&process.tenant, &notification, key);
                row.notification = notification;
                row.attempts = 0;
                Some((at, doubt))
            }
            Verdict::Done | Verdict::PassedOn(_) => None,
            Verdict::Dead(reason) => {
                if !process.stopped {
                    let content = LetterContent::Notification {
                        process: lease.process,
                        tenant: process.tenant.clone(),
                        generation,
                        sequence,
                        stage: row.stage,
                        due_at: row.due_at,
                        notification: Arc::clone(&row.notification),
                        history: std::mem::take(&mut row.history),
                    };
                    self.bury(reason, content, now);
                }
                None
            }
        };
        match again.filter(|_| !self.is_stopped(generation)) {
            Some((at, doubt)) => self.wait(generation, sequence, at, doubt),
            None => self.remove(generation, sequence),
        }
        let in_flight = match settlement.effect {
            Effect::None => Vec::new(),
            effect => self.affect(generation, sequence, stage, effect, now),
        };
        self.forget_if_finished(generation);
        if buried {
            Settled::Buried { in_flight }
        } else {
            Settled::Recorded { in_flight }
        }
    }

    /// Puts a notification back, to be looked at then.
    fn wait(
        &mut self,
        generation: Generation,
        sequence: Sequence,
        at: DateTime<Utc>,
        doubt: Doubt,
    ) {
        let Some(process) = self.processes.get_mut(&generation) else {
            return;
        };
        let held = process.is_held();
        if let Some(row) = process.rows.get_mut(sequence) {
            row.state = NotificationState::Waiting;
            row.ready_at = at;
            row.doubt = doubt;
            if !held {
                self.wakes.insert(process.lane, (at, generation, sequence));
            }
        }
    }

    /// Forgets a notification that waits for nothing any more.
    fn remove(&mut self, generation: Generation, sequence: Sequence) {
        if let Some(process) = self.processes.get_mut(&generation)
            && let Some(row) = process.rows.remove(sequence)
        {
            let key = (generation, sequence);
            self.bundles.remove(&process.tenant, &row.notification, key);
        }
    }

    fn is_stopped(&self, generation: Generation) -> bool {
        self.processes
            .get(&generation)
            .is_none_or(|process| process.stopped)
    }

    /// The row of a lease that is still the newest.
    fn leased(&mut self, lease: &Lease) -> Option<&mut Row> {
        let process = self.processes.get_mut(&lease.generation)?;
        process
            .rows
            .get_mut(lease.sequence)
            .filter(|row| row.is_leased(lease))
    }

    fn affect(
        &mut self,
        generation: Generation,
        sequence: Sequence,
        stage: Stage,
        effect: Effect,
        now: DateTime<Utc>,
    ) -> Vec<InFlight> {
        let Some(process) = self.processes.get(&generation).filter(|p| !p.stopped) else {
            return Vec::new();
        };
        let in_flight = match effect {
            Effect::None | Effect::Advance => Vec::new(),
            Effect::Hold { .. } | Effect::End => process.in_flight(generation, Some(sequence)),
        };
        match effect {
            Effect::None => {}
            Effect::Advance => self.advance(generation, stage, now),
            Effect::Hold { until } => self.suspend(generation, until, now),
            Effect::End => self.end(generation),
        }
        in_flight
    }

    /// Moves what follows a stage forward, so that the next step is due now.
    fn advance(&mut self, generation: Generation, stage: Stage, now: DateTime<Utc>) {
        let Some(process) = self.processes.get_mut(&generation) else {
            return;
        };
        // A held process stands still at the beginning of its hold.
        let now = match process.hold {
            HoldState::Held { since, .. } => since,
            HoldState::Running => now,
        };
        let running = !process.is_held();
        let following = |row: &Row| row.stage > stage && row.state == NotificationState::Waiting;
        let next_due = process
            .rows
            .iter()
            .filter(|(_, row)| following(row))
            .map(|(_, row)| row.ready_at)
            .min();
        let Some(by) = next_due
            .map(|next| next.signed_duration_since(now))
            .filter(|by| *by > TimeDelta::zero())
        else {
            return;
        };
        for (sequence, row) in process.rows.iter_mut() {
            if !following(row) {
                continue;
            }
            let before = (row.ready_at, generation, sequence);
            row.due_at = earlier(row.due_at, by);
            row.ready_at = earlier(row.ready_at, by);
            if running {
                self.wakes.remove(process.lane, &before);
                self.wakes
                    .insert(process.lane, (row.ready_at, generation, sequence));
            }
        }
    }
}
