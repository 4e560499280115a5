//! The words of a message, with fields to be filled in.

use std::fmt;

use crate::{Delivery, Notification, ProcessId, Stage, TenantId};

/// A text with `{fields}`.
///
/// A field is a [detail](crate::Notification::with) of the notification, or one of `process`,
/// `tenant`, `channel`, `to` (the destination), `round`, `step` and `attempt` (all from 1), which no
/// detail can hide. `{{` and `}}` stand for the braces themselves.
///
/// ```
/// use chrono::TimeDelta;
/// use escalation_core::{Channel, Notification, ProcessId, Template};
///
/// let template: Template = "Order {order} waits: {process} calls {to}".parse()?;
/// let call = Notification::after(Channel::PHONE, TimeDelta::minutes(3))
///     .to_phone_number("+385123")
///     .with("order", 17)?;
/// let words = template.preview(&ProcessId::new("hotel-7")?, &call)?;
/// assert_eq!(words, "Order 17 waits: hotel-7 calls +385123");
///
/// let unknown: Template = "Room {room} waits".parse()?;
/// let error = unknown.preview(&ProcessId::new("hotel-7")?, &call).unwrap_err();
/// assert_eq!(error.to_string(), "the field `room` of the message is missing: add it as a detail");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(String),
}

/// A text that is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// A brace without its other half.
    #[error("the brace at byte {at} has no other half: write it twice if it is part of the text")]
    LoneBrace {
        /// Where it is.
        at: usize,
    },
    /// `{}`.
    #[error("the field at byte {at} has no name")]
    Nameless {
        /// Where it is.
        at: usize,
    },
}

/// A message that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MessageError {
    /// The channel has no template of that name.
    #[error("the channel `{channel}` has no template `{template}`: add it to the engine")]
    UnknownTemplate {
        /// The channel.
        channel: String,
        /// The name that the notification gives.
        template: String,
    },
    /// A field of the template that the notification does not have.
    #[error("the field `{field}` of the message is missing: add it as a detail")]
    MissingField {
        /// The field.
        field: String,
    },
    /// A field that is a list or an object, which has no place in a text.
    #[error(
        "the field `{field}` of the message is {found}: it must be a text, a number or a boolean"
    )]
    NotText {
        /// The field.
        field: String,
        /// What it is.
        found: &'static str,
    },
}

/// What a template is filled in from.
struct Fields<'a> {
    process: &'a ProcessId,
    tenant: &'a TenantId,
    notification: &'a Notification,
    stage: Stage,
    attempt: u32,
}

impl Template {
    /// The fields that it needs, in order, as often as they are there.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Field(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The words for the first attempt at a notification of a process without a tenant.
    ///
    /// # Errors
    /// [`MessageError`] if a field is missing or cannot be written in a text.
    pub fn preview(
        &self,
        process: &ProcessId,
        notification: &Notification,
    ) -> Result<String, MessageError> {
        self.filled(&Fields {
            process,
            tenant: &TenantId::default(),
            notification,
            stage: Stage::default(),
            attempt: 1,
        })
    }

    /// The words for a delivery.
    ///
    /// # Errors
    /// [`MessageError`] if a field is missing or cannot be written in a text.
    pub fn render(&self, delivery: &Delivery) -> Result<String, MessageError> {
        self.filled(&Fields {
            process: delivery.process(),
            tenant: delivery.tenant(),
            notification: delivery.notification(),
            stage: delivery.stage(),
            attempt: delivery.attempt(),
        })
    }

    fn filled(&self, fields: &Fields<'_>) -> Result<String, MessageError> {
        let mut words = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => words.push_str(text),
                Part::Field(name) => fields.write(name, &mut words)?,
            }
        }
        Ok(words)
    }
}

impl Fields<'_> {
    fn write(&self, name: &str, words: &mut String) -> Result<(), MessageError> {
        use fmt::Write;
        let missing = || MessageError::MissingField { field: name.into() };
        match name {
            "process" => words.push_str(self.process.as_str()),
            "tenant" => words.push_str(self.tenant.as_str()),
            "channel" => words.push_str(self.notification.channel().as_str()),
            "to" => words.push_str(self.notification.destination().ok_or_else(missing)?),
            // Writing to a `String` cannot fail.
            "round" => drop(write!(words, "{}", self.stage.round())),
            "step" => drop(write!(words, "{}", self.stage.step())),
            "attempt" => drop(write!(words, "{}", self.attempt)),
            _ => {
                let wrong = |found| MessageError::NotText {
                    field: name.into(),
                    found,
                };
                let found = match self.notification.details().value(name) {
                    None | Some(serde_json::Value::Null) => return Err(missing()),
                    Some(serde_json::Value::String(text)) => text.clone(),
                    Some(serde_json::Value::Number(number)) => number.to_string(),
                    Some(serde_json::Value::Bool(truth)) => truth.to_string(),
                    Some(serde_json::Value::Array(_)) => return Err(wrong("a list")),
                    Some(serde_json::Value::Object(_)) => return Err(wrong("an object")),
                };
                words.push_str(&found);
            }
        }
        Ok(())
    }
}

impl std::str::FromStr for Template {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut words = String::new();
        let mut rest = text;
        while let Some(brace) = rest.find(['{', '}']) {
            let at = text.len() - rest.len() + brace;
            let (before, after) = rest.split_at(brace);
            words.push_str(before);
            if after.starts_with("{{") || after.starts_with("}}") {
                words.push_str(&after[..1]);
                rest = &after[2..];
                continue;
            }
            let field = after
                .strip_prefix('{')
                .and_then(|after| after.split_once('}'))
                .filter(|(name, _)| !name.contains('{'));
            let Some((name, after)) = field else {
                return Err(TemplateError::LoneBrace { at });
            };
            if name.trim().is_empty() {
                return Err(TemplateError::Nameless { at });
            }
            if !words.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut words)));
            }
            parts.push(Part::Field(name.trim().to_owned()));
            rest = after;
        }
        words.push_str(rest);
        if !words.is_empty() {
            parts.push(Part::Text(words));
        }
        Ok(Self(parts))
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                Part::Text(text) => {
                    f.write_str(&text.replace('{', "{{").replace('}', "}}"))?;
                }
                Part::Field(name) => write!(f, "{{{name}}}")?,
            }
        }
        Ok(())
    }
}
