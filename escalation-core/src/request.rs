//! What a client asks for, and its JSON form.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::profile::shown;
use crate::{
    DetailError, Details, InvalidId, Notification, Policy, ProcessId, Profile, RequestId, TenantId,
};

/// The longest request body in bytes; a longer one is refused without being read.
pub const MAX_REQUEST_BYTES: usize = 1 << 20;

/// Starts or stops an escalation process.
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
}

/// Why a request is refused. A refused request is never half done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// More than [`MAX_REQUEST_BYTES`].
    #[error("the request has {bytes} bytes: send at most {MAX_REQUEST_BYTES}")]
    TooLong {
        /// How many were sent.
        bytes: usize,
    },
    /// Not JSON at all.
    #[error("the request is not JSON")]
    NotJson(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// JSON, but no object.
    #[error("the request is {found}: it must be a JSON object")]
    NotAnObject {
        /// What was sent, shortened.
        found: String,
    },
    /// A field that is missing or holds something else than it must.
    #[error("`{field}` is {found}: it must be {wanted}")]
    Field {
        /// The path of the field.
        field: String,
        /// What was sent, shortened.
        found: String,
        /// What would be accepted.
        wanted: &'static str,
    },
    /// A process id or request id that is too long.
    #[error("`{field}` cannot be kept")]
    Id {
        /// The name of the field.
        field: &'static str,
        /// Why.
        source: InvalidId,
    },
    /// A notification that cannot be read.
    #[error("notifications[{index}] cannot be read")]
    Notification {
        /// Its position, from 0.
        index: usize,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Request {
    /// Reads the JSON form.
    ///
    /// # Errors
    /// [`RequestError`] names the first field that the profile does not accept.
    pub fn parse(body: &[u8], profile: &Profile) -> Result<Self, RequestError> {
        if body.len() > MAX_REQUEST_BYTES {
            return Err(RequestError::TooLong { bytes: body.len() });
        }
        let value: Value =
            serde_json::from_slice(body).map_err(|source| RequestError::NotJson(source.into()))?;
        let Value::Object(fields) = value else {
            return Err(RequestError::NotAnObject {
                found: shown(Some(&value)),
            });
        };
        let wrong = |name: &str, wanted: &'static str| RequestError::Field {
            field: name.into(),
            found: shown(fields.get(name)),
            wanted,
        };

        let Some(id) = fields.get("process-id").and_then(Value::as_str) else {
            return Err(wrong("process-id", "a text"));
        };
        profile.check_process_id(id)?;
        let process = ProcessId::new(id).map_err(|source| RequestError::Id {
            field: "process-id",
            source,
        })?;
        match fields.get("action").and_then(Value::as_str) {
            Some("stop") => return Ok(Self::Stop(process)),
            Some("start") => {}
            _ => return Err(wrong("action", "\"start\" or \"stop\"")),
        }

        let wanted = "a list with at least one notification";
        let Some(Value::Array(items)) = fields.get("notifications") else {
            return Err(wrong("notifications", wanted));
        };
        if items.is_empty() {
            return Err(wrong("notifications", wanted));
        }
        let mut start = StartRequest::new(process);
        for (index, item) in items.iter().enumerate() {
            let Value::Object(item) = item else {
                return Err(RequestError::Field {
                    field: format!("notifications[{index}]"),
                    found: shown(Some(item)),
                    wanted: "an object",
                });
            };
            start = start.notify(profile.notification(index, item)?);
        }
        Ok(Self::Start(start))
    }

    /// Writes the JSON form. What JSON cannot say (a policy, a request id) is left out.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut fields = Map::new();
        let (process, action) = match self {
            Self::Start(start) => (&start.process, "start"),
            Self::Stop(process) => (process, "stop"),
        };
        fields.insert("process-id".into(), json!(process.as_str()));
        fields.insert("action".into(), json!(action));
        if let Self::Start(start) = self {
            fields.insert("notifications".into(), json!(start.notifications));
        }
        Value::Object(fields).to_string()
    }
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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

    pub(crate) const fn parts(&self) -> (Option<&RequestId>, IfRunning, Option<&Policy>) {
        (self.request.as_ref(), self.if_running, self.policy.as_ref())
    }
}
