//! One process and its notifications, as memory keeps them.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::rows::Rows;
use crate::{
    Attempt, Doubt, Generation, HoldState, InFlight, Lease, Notification, NotificationState,
    OpenNotification, Planned, ProcessId, Sequence, Superseded, Token,
};

#[derive(Debug)]
pub(super) struct Process {
    pub(super) id: ProcessId,
    pub(super) started_at: DateTime<Utc>,
    pub(super) hold: HoldState,
    /// Ended by a stop, and kept only until its last attempt in flight is settled.
    pub(super) stopped: bool,
    pub(super) rows: Rows,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) step: u32,
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

    /// Whether a later notification of the process is due as well.
    pub(super) fn superseded(&self, sequence: Sequence, now: DateTime<Utc>) -> Superseded {
        if self.rows.len() < 2 {
            return Superseded::No;
        }
        let Some(row) = self.rows.get(sequence) else {
            return Superseded::No;
        };
        let target = |row: &Row| {
            let notification = &row.notification;
            (
                notification.channel().clone(),
                notification.destination().map(str::to_owned),
            )
        };
        self.rows
            .iter()
            .filter(|(other, later)| {
                later.due_at <= now && (later.due_at, *other) > (row.due_at, sequence)
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
            step: planned.step,
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

    /// Whether this lease is the newest, and not given back.
    pub(super) fn is_leased(&self, lease: &Lease) -> bool {
        self.token == lease.token && self.state != NotificationState::Waiting
    }

    pub(super) fn open(&self, sequence: Sequence) -> OpenNotification {
        let planned = Planned::new(
            sequence,
            self.step,
            self.due_at,
            Arc::clone(&self.notification),
        );
        let mut open = OpenNotification::new(planned, self.ready_at, self.state);
        open.attempts = self.attempts;
        open.history.clone_from(&self.history);
        open
    }
}
