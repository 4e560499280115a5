//! The JSON form of requests.
//!
//! Version 1, which has no `version`, is what the original escalation component speaks: start and
//! stop. Version 2 says what it is and has more actions; in it an unknown field is refused, since
//! it may be a misspelt one.

mod fields;
mod write;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::profile::shown;
use crate::{
    Details, IfRunning, InvalidId, Policy, ProcessId, Profile, Request, StartRequest, Step,
    TenantId,
};
use fields::Fields;

/// The longest request body in bytes; a longer one is refused without being read.
pub const MAX_REQUEST_BYTES: usize = 1 << 20;

/// The newest version of the format.
const VERSION: u64 = 2;

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
    /// A field that this version of the format does not have.
    #[error("`{field}` is no field of version {VERSION}: leave it out, or correct its name")]
    UnknownField {
        /// The path of the field.
        field: String,
    },
    /// A version of the format that is newer than this reader.
    #[error("the version {found} of the format is not known: send version 1 or {VERSION}")]
    UnknownVersion {
        /// What was sent, shortened.
        found: String,
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
    /// Without a `version` it is what the original escalation component speaks; every field but
    /// `process-id`, `action` and `notifications` is ignored. With `"version": 2`:
    ///
    /// | `action` | further fields |
    /// | --- | --- |
    /// | `start` | `notifications` or `policy` or both; if wanted `tenant`, `details`, `if-running`: `keep`, `replace` or `extend` |
    /// | `stop`, `resolve`, `reopen` | |
    /// | `snooze` | `until`: seconds since 1970, or `for`: seconds from now |
    /// | `acknowledge` | the same, if it is to reopen by itself |
    ///
    /// ```
    /// use escalation_core::{Profile, Request};
    ///
    /// let body = br#"{ "version": 2, "process-id": "order-7", "action": "start",
    ///     "tenant": "hotel-1", "details": { "order": 17 },
    ///     "policy": { "rounds": 3, "steps": [
    ///         { "after": 180, "notifications": [
    ///             { "channel": "phone", "phone-number": "+385123" } ] },
    ///         { "after": 300, "repeat": 2, "every": 60, "notifications": [
    ///             { "channel": "phone", "phone-number": "+385456" } ] } ] } }"#;
    /// let Request::Start(start) = Request::parse(body, &Profile::strict())? else {
    ///     return Err("expected a start".into());
    /// };
    /// let plan = start.plan(chrono::DateTime::UNIX_EPOCH)?;
    /// assert_eq!(plan.notifications.len(), 3 * (1 + 3));
    ///
    /// let body = br#"{ "version": 2, "process-id": "order-7", "action": "snooze", "for": 1800 }"#;
    /// assert!(matches!(Request::parse(body, &Profile::strict())?, Request::Snooze { .. }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RequestError`] names the first field that the profile does not accept.
    pub fn parse(body: &[u8], profile: &Profile) -> Result<Self, RequestError> {
        if body.len() > MAX_REQUEST_BYTES {
            return Err(RequestError::TooLong { bytes: body.len() });
        }
        let value: Value =
            serde_json::from_slice(body).map_err(|source| RequestError::NotJson(source.into()))?;
        let fields = Fields::of(&value, String::new())?;
        match fields.get("version") {
            None => version_1(&fields, profile),
            Some(Value::Number(version)) if version.as_u64() == Some(1) => {
                version_1(&fields, profile)
            }
            Some(Value::Number(version)) if version.as_u64() == Some(VERSION) => {
                version_2(&fields, profile)
            }
            found => Err(RequestError::UnknownVersion {
                found: shown(found),
            }),
        }
    }
}

fn version_1(fields: &Fields<'_>, profile: &Profile) -> Result<Request, RequestError> {
    let process = fields.process(profile)?;
    match fields.text("action") {
        Some("stop") => Ok(Request::Stop(process)),
        Some("start") => {
            let start = StartRequest::new(process);
            Ok(Request::Start(with_notifications(start, fields, profile)?))
        }
        _ => Err(fields.wrong("action", "\"start\" or \"stop\"")),
    }
}

fn version_2(fields: &Fields<'_>, profile: &Profile) -> Result<Request, RequestError> {
    let process = fields.process(profile)?;
    let only = |names: &[&str]| fields.only(&["version", "process-id", "action"], names);
    match fields.text("action") {
        Some("start") => {
            only(&["tenant", "details", "if-running", "notifications", "policy"])?;
            Ok(Request::Start(start(process, fields, profile)?))
        }
        Some("stop") => only(&[]).map(|()| Request::Stop(process)),
        Some("resolve") => only(&[]).map(|()| Request::Resolve(process)),
        Some("reopen") => only(&[]).map(|()| Request::Reopen(process)),
        Some("acknowledge") => {
            only(&["until", "for"])?;
            let reopens = fields.until()?;
            Ok(Request::Acknowledge { process, reopens })
        }
        Some("snooze") => {
            only(&["until", "for"])?;
            match fields.until()? {
                Some(until) => Ok(Request::Snooze { process, until }),
                None => Err(fields.wrong("for", "a number of seconds, unless there is `until`")),
            }
        }
        _ => Err(fields.wrong(
            "action",
            "\"start\", \"stop\", \"acknowledge\", \"resolve\", \"snooze\" or \"reopen\"",
        )),
    }
}

fn start(
    process: ProcessId,
    fields: &Fields<'_>,
    profile: &Profile,
) -> Result<StartRequest, RequestError> {
    let mut start = StartRequest::new(process);
    match fields.get("tenant") {
        None => {}
        Some(Value::String(tenant)) => {
            let id = |source| RequestError::Id {
                field: "tenant",
                source,
            };
            start = start.tenant(TenantId::new(tenant).map_err(id)?);
        }
        Some(_) => return Err(fields.wrong("tenant", "a text")),
    }
    if let Some(value) = fields.get("if-running") {
        let wanted = "\"keep\", \"replace\" or \"extend\"";
        let if_running = IfRunning::deserialize(value);
        start = start.if_running(if_running.map_err(|_| fields.wrong("if-running", wanted))?);
    }
    if let Some(value) = fields.get("details") {
        let map = Fields::of(value, "details".into())?;
        let mut details = Details::default();
        for (key, value) in map.map {
            let reserved = |_| map.wrong(key, "under another name: it is a field of notifications");
            details.insert(key, value).map_err(reserved)?;
        }
        start = start.detailed(details);
    }
    if let Some(value) = fields.get("policy") {
        start = start.policy(policy(&Fields::of(value, "policy".into())?, profile)?);
        if fields.get("notifications").is_none() {
            return Ok(start);
        }
    }
    with_notifications(start, fields, profile)
}

fn with_notifications(
    mut start: StartRequest,
    fields: &Fields<'_>,
    profile: &Profile,
) -> Result<StartRequest, RequestError> {
    let items = fields.list("notifications", "a list with at least one notification")?;
    for (index, item) in items.iter().enumerate() {
        let item = Fields::of(item, format!("notifications[{index}]"))?;
        start = start.notify(profile.notification(index, &item.path, item.map)?);
    }
    Ok(start)
}

fn policy(fields: &Fields<'_>, profile: &Profile) -> Result<Policy, RequestError> {
    fields.only(&["rounds", "steps"], &[])?;
    let mut policy = Policy::new().rounds(fields.count("rounds", 1)?);
    for (index, item) in fields
        .list("steps", "a list with at least one step")?
        .iter()
        .enumerate()
    {
        let path = fields.path_of(&format!("steps[{index}]"));
        let fields = Fields::of(item, path)?;
        fields.only(&["after", "repeat", "every", "notifications"], &[])?;
        let wait = |name| Ok(fields.span(name)?.unwrap_or_default());
        let mut step =
            Step::after(wait("after")?).repeat(fields.count("repeat", 0)?, wait("every")?);
        for (index, item) in fields
            .list("notifications", "a list with at least one notification")?
            .iter()
            .enumerate()
        {
            let path = fields.path_of(&format!("notifications[{index}]"));
            let item = Fields::of(item, path)?;
            let mut notification = item.map.clone();
            if !notification.contains_key("at") {
                notification.entry("after").or_insert_with(|| json!(0));
            }
            step = step.notify(profile.notification(index, &item.path, &notification)?);
        }
        policy = policy.step(step);
    }
    Ok(policy)
}
