//! Claiming, beginning, renewing and settling.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Processes;
use crate::memory::row::Row;
use crate::{
    Admission, Begun, Claim, Doubt, Effect, Generation, HoldState, InFlight, Lease, LetterContent,
    Notification, NotificationState, Sequence, Settled, Settlement, Token, Verdict,
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
            && self.wakes.first().is_some_and(|wake| wake.0 <= now)
            && let Some((_, generation, sequence)) = self.wakes.pop_first()
        {
            let Some(process) = self.processes.get_mut(&generation) else {
                continue;
            };
            let (stopped, held) = (process.stopped, process.is_held());
            let superseded = process.superseded(sequence, now);
            let Some(row) = process.rows.get_mut(sequence) else {
                continue;
            };
            if row.state == NotificationState::InFlight {
                row.doubt = Doubt::Unfinished;
                self.in_flight.remove(&(generation, sequence));
            }
            if stopped {
                process.rows.remove(sequence);
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
            row.state = NotificationState::Claimed;
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

    pub(in crate::memory) fn begin(
        &mut self,
        lease: &Lease,
        lease_until: DateTime<Utc>,
        admission: &Admission,
        now: DateTime<Utc>,
    ) -> Begun {
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
        let ready_before = row.ready_at;
        let room = self.admit(&row.notification.clone(), admission, now);
        let Some(row) = self.leased(lease) else {
            return Begun::Stale;
        };
        let begun = match room {
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
        if begun == Begun::Started {
            self.in_flight.insert(key);
        }
        self.wakes.remove(&(ready_before, key.0, key.1));
        self.wakes.insert((ready_at, key.0, key.1));
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
        self.wakes.remove(&wake);
        self.wakes
            .insert((lease_until, lease.generation, lease.sequence));
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
        let Some(row) = process
            .rows
            .get_mut(sequence)
            .filter(|row| row.is_leased(&lease))
        else {
            return Settled::Stale;
        };
        self.wakes.remove(&(row.ready_at, generation, sequence));
        if row.state == NotificationState::InFlight {
            self.in_flight.remove(&(generation, sequence));
        }
        let step = row.step;
        row.history.extend(settlement.attempt);
        match settlement.verdict {
            Verdict::Again { at, doubt } if !process.stopped => {
                row.state = NotificationState::Waiting;
                row.ready_at = at;
                row.doubt = doubt;
                if !process.is_held() {
                    self.wakes.insert((at, generation, sequence));
                }
            }
            Verdict::Dead(reason) if !process.stopped => {
                if let Some(row) = process.rows.remove(sequence) {
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
            _ => {
                process.rows.remove(sequence);
            }
        }
        let in_flight = match settlement.effect {
            Effect::None => Vec::new(),
            effect => self.affect(generation, sequence, step, effect, now),
        };
        self.forget_if_finished(generation);
        Settled::Recorded { in_flight }
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
        step: u32,
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
            if running {
                self.wakes.remove(&(row.ready_at, generation, sequence));
            }
            row.due_at -= by;
            row.ready_at -= by;
            if running {
                self.wakes.insert((row.ready_at, generation, sequence));
            }
        }
    }
}
