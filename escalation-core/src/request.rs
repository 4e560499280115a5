//! What a client asks for.

use crate::{DetailError, Details, Notification, Policy, ProcessId, RequestId, TenantId, When};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Something to be done about an escalation process; [`parse`](Self::parse) reads it from JSON.
///
/// ```
/// use escalation_core::{Profile, Request};
///
/// let body = br#"{ "process-id": "order-7", "action": "start", "notifications":
///     [{ "channel": "phone", "at": 1700000180, "phone-number": "+385123" }] }"#;
/// let Request::Start(start) = Request::parse(body, &Profile::strict())? else {
///     return Err("expected a start".into());
/// };
/// assert_eq!(start.process().as_str(), "order-7");
/// assert_eq!(start.notifications()[0].phone_number(), Some("+385123"));
///
/// let refused = Request::parse(br#"{ "process-id": 5 }"#, &Profile::compat());
/// assert_eq!(refused.unwrap_err().to_string(), "`process-id` is 5: it must be a text");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Request {
    /// Start a process.
    Start(StartRequest),
    /// Stop the process of that name.
    Stop(ProcessId),
    /// Somebody takes care of it: nobody is notified until it is resolved or reopened.
    Acknowledge {
        /// The process.
        process: ProcessId,
        /// When it goes on by itself; `None` if it does not.
        reopens: Option<When>,
    },
    /// Somebody has settled it: the same as a stop.
    Resolve(ProcessId),
    /// Suspend it.
    Snooze {
        /// The process.
        process: ProcessId,
        /// Until when.
        until: When,
    },
    /// Let an acknowledged or snoozed one go on.
    Reopen(ProcessId),
}

/// A process to be started.
///
/// ```
/// use chrono::TimeDelta;
/// use escalation_core::{Channel, Notification, ProcessId, StartRequest};
///
/// let overflow = Channel::new("overflow")?;
/// let request = StartRequest::new(ProcessId::new("CA0123")?)
///     .notify(Notification::after(overflow, TimeDelta::minutes(3)));
/// assert_eq!(request.notifications().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct StartRequest {
    process: ProcessId,
    tenant: TenantId,
    request: Option<RequestId>,
    if_running: IfRunning,
    details: Details,
    notifications: Vec<Notification>,
    policy: Option<Policy>,
}

/// What starting a process means while one of its name runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum IfRunning {
    /// The running one stays as it is, even if the new notifications differ.
    #[default]
    Keep,
    /// The running one is stopped and the new one takes its place, in one step.
    Replace,
    /// The new notifications join those of the running one, in one step; times after the start
    /// count from this start. Its tenant stays what it is, and what it has planned is not touched.
    Extend,
}

impl StartRequest {
    /// A process without notifications yet.
    #[must_use]
    pub fn new(process: ProcessId) -> Self {
        Self {
            process,
            tenant: TenantId::default(),
            request: None,
            if_running: IfRunning::Keep,
            details: Details::default(),
            notifications: Vec::new(),
            policy: None,
        }
    }

    /// Says on whose behalf the process runs; tenants take turns when much is due.
    #[must_use]
    pub fn tenant(mut self, tenant: TenantId) -> Self {
        self.tenant = tenant;
        self
    }

    /// Adds a notification.
    #[must_use]
    pub fn notify(mut self, notification: Notification) -> Self {
        self.notifications.push(notification);
        self
    }

    /// Adds a detail for all its notifications; one that has a detail of that name keeps its own.
    ///
    /// # Errors
    /// [`DetailError`] if the value has no JSON form or the key has a meaning of its own.
    pub fn with(mut self, key: &str, value: impl Serialize) -> Result<Self, DetailError> {
        self.details.insert(key, value)?;
        Ok(self)
    }

    /// Adds the steps of a policy, timed from the start of the process.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Names the request, so that its redelivery changes nothing.
    #[must_use]
    pub fn request_id(mut self, request: RequestId) -> Self {
        self.request = Some(request);
        self
    }

    /// What to do if the process runs already.
    #[must_use]
    pub const fn if_running(mut self, if_running: IfRunning) -> Self {
        self.if_running = if_running;
        self
    }

    /// The name of the process.
    #[must_use]
    pub const fn process(&self) -> &ProcessId {
        &self.process
    }

    /// On whose behalf it runs.
    #[must_use]
    pub const fn tenant_id(&self) -> &TenantId {
        &self.tenant
    }

    /// The details of all its notifications.
    #[must_use]
    pub const fn details(&self) -> &Details {
        &self.details
    }

    /// The notifications, in the order sent.
    #[must_use]
    pub fn notifications(&self) -> &[Notification] {
        &self.notifications
    }

    /// Turns the request into what a store keeps.
    ///
    /// # Errors
    /// [`PlanError`](crate::PlanError) if nothing would be notified, or more than can be kept, or
    /// at a time that no calendar has.
    pub fn plan(&self, started_at: DateTime<Utc>) -> Result<crate::NewProcess, crate::PlanError> {
        crate::plan::plan(self, started_at)
    }

    pub(crate) const fn policy_steps(&self) -> Option<&Policy> {
        self.policy.as_ref()
    }

    pub(crate) const fn conflict(&self) -> IfRunning {
        self.if_running
    }

    pub(crate) fn detailed(mut self, details: Details) -> Self {
        self.details = details;
        self
    }

    pub(crate) const fn parts(&self) -> (Option<&RequestId>, IfRunning, Option<&Policy>) {
        (self.request.as_ref(), self.if_running, self.policy.as_ref())
    }
}
