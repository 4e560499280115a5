//! From a request to the notifications that a store keeps, one by one.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};

use crate::{
    IfRunning, Notification, ProcessId, RequestId, Sequence, Stage, StartRequest, TenantId,
};

/// The most notifications that one process may have, repeats and rounds counted.
pub const MAX_NOTIFICATIONS: usize = 10_000;

/// A process as a store is asked to keep it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NewProcess {
    /// Its name.
    pub process: ProcessId,
    /// On whose behalf it runs.
    pub tenant: TenantId,
    /// The request that starts it, if redeliveries of it are to be recognised.
    pub request: Option<RequestId>,
    /// What to do if a process of this name runs.
    pub if_running: IfRunning,
    /// When it starts, cut to the microsecond.
    pub started_at: DateTime<Utc>,
    /// What it will notify, with ascending sequence; never empty.
    pub notifications: Vec<Planned>,
}

/// How many lists and objects may be in one another in a detail of a notification: what is deeper
/// could be written as JSON, and not be read again by a store.
const DEEPEST: usize = 120;

/// One notification of a process, with its time worked out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Planned {
    /// Its position in the process.
    pub sequence: Sequence,
    /// Which round and step of the policy it belongs to; the first for all notifications without a
    /// policy.
    pub stage: Stage,
    /// When it is due, cut to the microsecond.
    pub due_at: DateTime<Utc>,
    /// What is sent.
    pub notification: Arc<Notification>,
}

impl Planned {
    /// A notification as a store read it back.
    #[must_use]
    pub const fn new(
        sequence: Sequence,
        stage: Stage,
        due_at: DateTime<Utc>,
        notification: Arc<Notification>,
    ) -> Self {
        Self {
            sequence,
            stage,
            due_at,
            notification,
        }
    }
}

/// Why a process cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Nobody would be notified.
    #[error("the process `{process}` has no notifications: give it at least one")]
    Empty {
        /// The process.
        process: ProcessId,
    },
    /// More notifications than [`MAX_NOTIFICATIONS`].
    #[error(
        "the process `{process}` has more than {MAX_NOTIFICATIONS} notifications: \
         use fewer repeats or rounds"
    )]
    TooMany {
        /// The process.
        process: ProcessId,
    },
    /// A detail that is nested so deep that no store could read it again.
    #[error(
        "the detail `{key}` of notification {sequence} of `{process}` is nested more than {DEEPEST} deep"
    )]
    TooDeep {
        /// The process.
        process: ProcessId,
        /// The notification.
        sequence: Sequence,
        /// The name of the detail.
        key: String,
    },
    /// A time that [`DateTime`] cannot hold.
    #[error("notification {sequence} of `{process}` is due beyond the end of the calendar")]
    OutOfRange {
        /// The process.
        process: ProcessId,
        /// The notification.
        sequence: Sequence,
    },
}

pub(crate) fn plan(
    request: &StartRequest,
    started_at: DateTime<Utc>,
) -> Result<NewProcess, PlanError> {
    let process = request.process();
    let started_at = started_at.trunc_subsecs(6);
    let (request_id, if_running, policy) = request.parts();
    let timed = policy.map(|policy| policy.timed_notifications(MAX_NOTIFICATIONS + 1));
    let all = request
        .notifications()
        .iter()
        .map(|notification| (Stage::default(), notification.clone()))
        .chain(timed.into_iter().flatten());

    let mut notifications = Vec::new();
    for (position, (stage, notification)) in all.enumerate() {
        let too_many = || PlanError::TooMany {
            process: process.clone(),
        };
        if position >= MAX_NOTIFICATIONS {
            return Err(too_many());
        }
        let sequence = Sequence::new(u32::try_from(position).map_err(|_| too_many())?);
        let due_at =
            notification
                .when()
                .instant(started_at)
                .ok_or_else(|| PlanError::OutOfRange {
                    process: process.clone(),
                    sequence,
                })?;
        let notification = notification.completed_from(request.details());
        if let Some(key) = notification.details().deeper_than(DEEPEST) {
            return Err(PlanError::TooDeep {
                process: process.clone(),
                sequence,
                key: key.to_owned(),
            });
        }
        notifications.push(Planned {
            sequence,
            stage,
            due_at,
            notification: Arc::new(notification),
        });
    }
    if notifications.is_empty() {
        return Err(PlanError::Empty {
            process: process.clone(),
        });
    }
    Ok(NewProcess {
        process: process.clone(),
        tenant: request.tenant_id().clone(),
        request: request_id.cloned(),
        if_running,
        started_at,
        notifications,
    })
}
