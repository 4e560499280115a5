//! The JSON form of requests.
//!
//! Version 1, which has no `version`, is what the original escalation component speaks: start and
//! stop. Version 2 says what it is and has more actions; in it an unknown field is refused, since
//! it may be a misspelt one.

use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::profile::shown;
use crate::{
    Details, IfRunning, InvalidId, Policy, ProcessId, Profile, Request, StartRequest, Step,
    TenantId, When, seconds,
};

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
    /// `process-id`, `action` and `notifications` is ignored. With `"version": 2`, whose fields in
    /// brackets may be left out:
    ///
    /// | `action` | further fields |
    /// | --- | --- |
    /// | `start` | [`tenant`], [`details`], [`if-running`]: `keep`, `replace` or `extend`; `notifications` or `policy` or both |
    /// | `stop`, `resolve`, `reopen` | |
    /// | `acknowledge` | [`until`: seconds since 1970, or `for`: seconds from now] |
    /// | `snooze` | `until` or `for` |
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

    /// Writes the JSON form, in version 1 if that can say it. A request id is left out.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut fields = Map::new();
        let mut set = |name: &str, value: Value| fields.insert(name.into(), value);
        let (process, action) = match self {
            Self::Start(start) => (start.process(), "start"),
            Self::Stop(process) => (process, "stop"),
            Self::Acknowledge { process, .. } => (process, "acknowledge"),
            Self::Resolve(process) => (process, "resolve"),
            Self::Snooze { process, .. } => (process, "snooze"),
            Self::Reopen(process) => (process, "reopen"),
        };
        set("process-id", json!(process.as_str()));
        set("action", json!(action));
        let version = match self {
            Self::Stop(_) => 1,
            Self::Start(start) => {
                let mut version = 1;
                if start.policy_steps().is_none() || !start.notifications().is_empty() {
                    set("notifications", json!(start.notifications()));
                }
                if let Some(policy) = start.policy_steps() {
                    version = VERSION;
                    set("policy", policy_json(policy));
                }
                if *start.tenant_id() != TenantId::default() {
                    version = VERSION;
                    set("tenant", json!(start.tenant_id()));
                }
                if !start.details().is_empty() {
                    version = VERSION;
                    set("details", json!(start.details()));
                }
                if start.conflict() != IfRunning::Keep {
                    version = VERSION;
                    set("if-running", json!(start.conflict()));
                }
                version
            }
            Self::Resolve(_) | Self::Reopen(_) => VERSION,
            Self::Acknowledge { reopens: until, .. } => {
                if let Some((name, value)) = until.and_then(until_json) {
                    set(name, value);
                }
                VERSION
            }
            Self::Snooze { until, .. } => {
                if let Some((name, value)) = until_json(*until) {
                    set(name, value);
                }
                VERSION
            }
        };
        if version > 1 {
            set("version", json!(version));
        }
        Value::Object(fields).to_string()
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

/// The fields of one object, and where it is.
struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
}

impl<'a> Fields<'a> {
    fn of(value: &'a Value, path: String) -> Result<Self, RequestError> {
        match value {
            Value::Object(map) => Ok(Self { map, path }),
            other if path.is_empty() => Err(RequestError::NotAnObject {
                found: shown(Some(other)),
            }),
            other => Err(RequestError::Field {
                field: path,
                found: shown(Some(other)),
                wanted: "an object",
            }),
        }
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name)
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str()
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.into()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    fn wrong(&self, name: &str, wanted: &'static str) -> RequestError {
        RequestError::Field {
            field: self.path_of(name),
            found: shown(self.get(name)),
            wanted,
        }
    }

    /// Refuses every other field.
    fn only(&self, some: &[&str], others: &[&str]) -> Result<(), RequestError> {
        let known =
            |name: &&String| some.contains(&name.as_str()) || others.contains(&name.as_str());
        match self.map.keys().find(|name| !known(name)) {
            Some(name) => Err(RequestError::UnknownField {
                field: self.path_of(name),
            }),
            None => Ok(()),
        }
    }

    fn process(&self, profile: &Profile) -> Result<ProcessId, RequestError> {
        let Some(id) = self.text("process-id") else {
            return Err(self.wrong("process-id", "a text"));
        };
        profile.check_process_id(id)?;
        ProcessId::new(id).map_err(|source| RequestError::Id {
            field: "process-id",
            source,
        })
    }

    fn list(&self, name: &str, wanted: &'static str) -> Result<&'a Vec<Value>, RequestError> {
        match self.get(name) {
            Some(Value::Array(items)) if !items.is_empty() => Ok(items),
            _ => Err(self.wrong(name, wanted)),
        }
    }

    fn count(&self, name: &str, default: u32) -> Result<u32, RequestError> {
        let Some(value) = self.get(name) else {
            return Ok(default);
        };
        value
            .as_u64()
            .and_then(|count| u32::try_from(count).ok())
            .ok_or_else(|| self.wrong(name, "a whole number, 0 or more"))
    }

    fn span(&self, name: &str) -> Result<Option<TimeDelta>, RequestError> {
        let wrong = || self.wrong(name, "a number of seconds, 0 or more");
        match self.get(name) {
            None => Ok(None),
            Some(Value::Number(number)) => seconds::micros(number)
                .filter(|micros| *micros >= 0)
                .map(|micros| Some(TimeDelta::microseconds(micros)))
                .ok_or_else(wrong),
            Some(_) => Err(wrong()),
        }
    }

    fn until(&self) -> Result<Option<When>, RequestError> {
        let Some(until) = self.get("until") else {
            return Ok(self.span("for")?.map(When::After));
        };
        if self.get("for").is_some() {
            return Err(self.wrong("for", "left out, since there is `until`"));
        }
        let wrong = || self.wrong("until", "a number of seconds since 1970");
        let Value::Number(number) = until else {
            return Err(wrong());
        };
        seconds::micros(number)
            .and_then(chrono::DateTime::from_timestamp_micros)
            .map(|at| Some(When::At(at)))
            .ok_or_else(wrong)
    }
}

fn until_json(until: When) -> Option<(&'static str, Value)> {
    let (name, key) = match until {
        When::At(_) => ("until", "at"),
        When::After(_) => ("for", "after"),
    };
    let mut value = serde_json::to_value(until).ok()?;
    Some((name, value.get_mut(key)?.take()))
}

fn policy_json(policy: &Policy) -> Value {
    let steps: Vec<Value> = policy.steps().iter().map(step_json).collect();
    json!({ "rounds": policy.number_of_rounds(), "steps": steps })
}

fn step_json(step: &Step) -> Value {
    let span = |span: TimeDelta| {
        serde_json::to_value(When::After(span))
            .ok()
            .and_then(|mut value| Some(value.get_mut("after")?.take()))
            .unwrap_or_default()
    };
    let (wait, repeats, every) = step.timing();
    json!({
        "after": span(wait),
        "repeat": repeats,
        "every": span(every),
        "notifications": step.notifications(),
    })
}
