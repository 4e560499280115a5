//! One process and its notifications, as memory keeps them.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::lanes::LaneId;
use super::rows::Rows;
use crate::{
    Attempt, Channel, Claim, Doubt, Generation, HoldState, InFlight, Lease, Notification,
    NotificationState, OpenNotification, Planned, ProcessId, ProcessSummary, Sequence, Stage,
    Superseded, TenantId, Token,
};

#[derive(Debug)]
pub(super) struct Process {
    pub(super) id: ProcessId,
    pub(super) tenant: TenantId,
    pub(super) lane: LaneId,
    pub(super) started_at: DateTime<Utc>,
    pub(super) hold: HoldState,
    /// Ended by a stop, and kept only until its last attempt in flight is settled.
    pub(super) stopped: bool,
    /// The first sequence never given out; `None` if that is not known any more.
    pub(super) next_sequence: Option<u32>,
    pub(super) rows: Rows,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) stage: Stage,
    pub(super) due_at: DateTime<Utc>,
    /// When it is looked at next. While the process is held, as if time stood still since then.
    pub(super) ready_at: DateTime<Utc>,
    pub(super) state: NotificationState,
    pub(super) token: Token,
    pub(super) attempts: u32,
    pub(super) doubt: Doubt,
    pub(super) history: Vec<Attempt>,
    pub(super) notification: Arc<Notification>,
}

impl Process {
    pub(super) fn is_held(&self) -> bool {
        self.hold != HoldState::Running
    }

    /// How far away time stands still from the time of its hold, which began before `now`.
    pub(super) fn held_for(&self, now: DateTime<Utc>) -> TimeDelta {
        match self.hold {
            HoldState::Held { since, .. } => {
                now.signed_duration_since(since).max(TimeDelta::zero())
            }
            HoldState::Running => TimeDelta::zero(),
        }
    }

    /// Leases a row that has its new token.
    pub(super) fn claim(
        &mut self,
        generation: Generation,
        sequence: Sequence,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Option<Claim> {
        let superseded = self.superseded(sequence, now);
        let row = self.rows.get_mut(sequence)?;
        row.state = NotificationState::Claimed;
        row.ready_at = lease_until;
        let lease = Lease::new(self.id.clone(), generation, sequence, row.token);
        let mut claim = Claim::new(
            lease,
            self.tenant.clone(),
            row.stage,
            row.due_at,
            Arc::clone(&row.notification),
            row.attempts,
        );
        claim.doubt = row.doubt;
        claim.superseded = superseded;
        claim.history.clone_from(&row.history);
        Some(claim)
    }

    /// It in one line.
    pub(super) fn summary(&self, generation: Generation) -> ProcessSummary {
        let mut summary = ProcessSummary::new(
            self.id.clone(),
            generation,
            self.tenant.clone(),
            self.started_at,
        );
        summary.hold = self.hold;
        summary.open = self.rows.len();
        summary.ready_at = self.rows.iter().map(|(_, row)| row.ready_at).min();
        summary
    }

    /// The attempts under way, except the one of `but`.
    pub(super) fn in_flight(&self, generation: Generation, but: Option<Sequence>) -> Vec<InFlight> {
        self.rows
            .iter()
            .filter(|(sequence, row)| {
                row.state == NotificationState::InFlight && Some(*sequence) != but
            })
            .map(|(sequence, row)| {
                let lease = Lease::new(self.id.clone(), generation, sequence, row.token);
                InFlight::new(lease, row.attempts, Arc::clone(&row.notification))
            })
            .collect()
    }

    /// Whether a later notification of the process is open.
    pub(super) fn is_followed(&self, sequence: Sequence) -> bool {
        self.rows.get(sequence).is_some_and(|row| {
            self.rows
                .iter()
                .any(|(other, later)| (later.due_at, other) > (row.due_at, sequence))
        })
    }

    /// Whether a later notification of the process is due as well.
    fn superseded(&self, sequence: Sequence, now: DateTime<Utc>) -> Superseded {
        if self.rows.len() < 2 {
            return Superseded::No;
        }
        let Some(row) = self.rows.get(sequence) else {
            return Superseded::No;
        };
        fn target(row: &Row) -> (&Channel, Option<&str>) {
            (row.notification.channel(), row.notification.destination())
        }
        self.rows
            .iter()
            .filter(|(other, later)| {
                later.due_at <= now
                    && (later.due_at, *other) > (row.due_at, sequence)
                    && !later.notification.is_past(now)
            })
            .map(|(_, later)| {
                if target(later) == target(row) {
                    Superseded::AtDestination
                } else {
                    Superseded::InProcess
                }
            })
            .max()
            .unwrap_or_default()
    }
}

impl Row {
    pub(super) fn new(planned: Planned) -> Self {
        Self {
            stage: planned.stage,
            due_at: planned.due_at,
            ready_at: planned.due_at,
            state: NotificationState::Waiting,
            token: Token::new(0),
            attempts: 0,
            doubt: Doubt::None,
            history: Vec::new(),
            notification: planned.notification,
        }
    }

    /// Whether it may travel with another of its bundle.
    pub(super) fn may_travel(&self, now: DateTime<Utc>) -> bool {
        let due = self.ready_at <= now || (self.attempts == 0 && self.due_at <= now);
        due && self.state == NotificationState::Waiting && self.doubt == Doubt::None
    }

    /// Whether this lease is the newest, and not given back.
    pub(super) fn is_leased(&self, lease: &Lease) -> bool {
        self.token == lease.token && self.state != NotificationState::Waiting
    }

    pub(super) fn open(&self, sequence: Sequence) -> OpenNotification {
        let planned = Planned::new(
            sequence,
            self.stage,
            self.due_at,
            Arc::clone(&self.notification),
        );
        let mut open = OpenNotification::new(planned, self.ready_at, self.state);
        open.attempts = self.attempts;
        open.history.clone_from(&self.history);
        open
    }
}
