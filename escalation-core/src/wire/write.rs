//! Writing the JSON form.

use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use super::VERSION;
use crate::{IfRunning, Policy, Request, Step, TenantId, When};

impl Request {
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
