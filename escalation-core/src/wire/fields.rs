//! Reading the fields of a JSON object, each with the path that an error names.

use chrono::TimeDelta;
use serde_json::{Map, Value};

use crate::profile::shown;
use crate::{ProcessId, Profile, RequestError, When, seconds};

/// The fields of one object, and where it is.
pub(super) struct Fields<'a> {
    pub(super) map: &'a Map<String, Value>,
    pub(super) path: String,
}

impl<'a> Fields<'a> {
    pub(super) fn of(value: &'a Value, path: String) -> Result<Self, RequestError> {
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

    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name)
    }

    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str()
    }

    pub(super) fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.into()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    pub(super) fn wrong(&self, name: &str, wanted: &'static str) -> RequestError {
        RequestError::Field {
            field: self.path_of(name),
            found: shown(self.get(name)),
            wanted,
        }
    }

    /// Refuses every other field.
    pub(super) fn only(&self, some: &[&str], others: &[&str]) -> Result<(), RequestError> {
        let known =
            |name: &&String| some.contains(&name.as_str()) || others.contains(&name.as_str());
        match self.map.keys().find(|name| !known(name)) {
            Some(name) => Err(RequestError::UnknownField {
                field: self.path_of(name),
            }),
            None => Ok(()),
        }
    }

    pub(super) fn process(&self, profile: &Profile) -> Result<ProcessId, RequestError> {
        let Some(id) = self.text("process-id") else {
            return Err(self.wrong("process-id", "a text"));
        };
        profile.check_process_id(id)?;
        ProcessId::new(id).map_err(|source| RequestError::Id {
            field: "process-id",
            source,
        })
    }

    pub(super) fn list(
        &self,
        name: &str,
        wanted: &'static str,
    ) -> Result<&'a Vec<Value>, RequestError> {
        match self.get(name) {
            Some(Value::Array(items)) if !items.is_empty() => Ok(items),
            _ => Err(self.wrong(name, wanted)),
        }
    }

    pub(super) fn count(&self, name: &str, default: u32) -> Result<u32, RequestError> {
        let Some(value) = self.get(name) else {
            return Ok(default);
        };
        value
            .as_u64()
            .and_then(|count| u32::try_from(count).ok())
            .ok_or_else(|| self.wrong(name, "a whole number, 0 or more"))
    }

    pub(super) fn span(&self, name: &str) -> Result<Option<TimeDelta>, RequestError> {
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

    pub(super) fn until(&self) -> Result<Option<When>, RequestError> {
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
