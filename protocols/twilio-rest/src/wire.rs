//! How values are written in answers: numbers as texts, times in two forms, nulls and empty texts
//! for what is not there.

use std::borrow::Cow;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The fields of an answer, to be taken one by one.
///
/// A value that cannot be read as what it should be stays where it is, and so ends among the
/// fields that are not known: one odd date must not hide that a call has been placed.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// What has not been taken.
    pub(crate) fn rest(self) -> Map<String, Value> {
        self.0
    }

    /// A field: `T` must be there, `Option<T>` may be missing.
    pub(crate) fn take<T: Field>(&mut self, name: &'static str) -> Result<T, WrongField> {
        T::take(self, name)
    }

    /// A whole number of milliseconds, where most lengths are in seconds.
    pub(crate) fn milliseconds(&mut self, name: &str) -> Result<Option<Duration>, WrongField> {
        Ok(self.optional(name).map(Duration::from_millis))
    }

    /// JSON within a text, as attributes are.
    pub(crate) fn json_text(&mut self, name: &str) -> Result<Option<Value>, WrongField> {
        let text = self.0.get(name).and_then(Value::as_str);
        let value = text.and_then(|text| serde_json::from_str(text).ok());
        if value.is_some() {
            self.0.remove(name);
        }
        Ok(value)
    }

    fn optional<T: WireValue>(&mut self, name: &str) -> Option<T> {
        let value = self.0.get(name)?;
        let nothing = value.is_null() || value.as_str() == Some("");
        let read = if nothing { None } else { T::read(value) };
        if nothing || read.is_some() {
            self.0.remove(name);
        }
        read
    }
}

/// A field of an answer that is needed, or one that is not.
pub(crate) trait Field: Sized {
    fn take(fields: &mut Fields, name: &'static str) -> Result<Self, WrongField>;
}

impl<T: WireValue> Field for T {
    fn take(fields: &mut Fields, name: &'static str) -> Result<Self, WrongField> {
        fields.optional(name).ok_or_else(|| WrongField {
            name,
            found: fields
                .0
                .get(name)
                .map_or_else(|| "missing or empty".into(), Value::to_string),
        })
    }
}

impl<T: WireValue> Field for Option<T> {
    fn take(fields: &mut Fields, name: &'static str) -> Result<Self, WrongField> {
        Ok(fields.optional(name))
    }
}

/// A field without which an answer is of no use is missing or malformed.
#[derive(Debug, thiserror::Error)]
#[error("field {name} is {found}")]
pub(crate) struct WrongField {
    name: &'static str,
    found: String,
}

/// What one value of an answer can be read as. None means that it is something else.
pub(crate) trait WireValue: Sized {
    fn read(value: &Value) -> Option<Self>;
}

/// Texts, and numbers where texts were expected.
pub(crate) fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

/// Types that any text can be read as.
macro_rules! read_as_text {
    ($($type:ty),* $(,)?) => {
        $(
            impl crate::wire::WireValue for $type {
                fn read(value: &serde_json::Value) -> Option<Self> {
                    crate::wire::text(value).map(|text| Self::from(&*text))
                }
            }
        )*
    };
}

/// Types that only some texts can be read as.
macro_rules! parsed_from_text {
    ($($type:ty),* $(,)?) => {
        $(
            impl crate::wire::WireValue for $type {
                fn read(value: &serde_json::Value) -> Option<Self> {
                    crate::wire::text(value)?.parse().ok()
                }
            }
        )*
    };
}

pub(crate) use {parsed_from_text, read_as_text};

read_as_text!(
    String,
    twilio_webhook::Address,
    twilio_webhook::AnsweredBy,
    twilio_webhook::CallStatus,
    twilio_webhook::ConferenceEnded,
    twilio_webhook::Direction,
    twilio_webhook::MessageStatus,
    twilio_webhook::RecordingSource,
    twilio_webhook::conversations::ConversationState,
);

parsed_from_text!(
    u32,
    u64,
    twilio_webhook::AccountSid,
    twilio_webhook::CallSid,
    twilio_webhook::ChatServiceSid,
    twilio_webhook::ConferenceSid,
    twilio_webhook::ConversationMessageSid,
    twilio_webhook::ConversationSid,
    twilio_webhook::MessageSid,
    twilio_webhook::MessagingServiceSid,
    twilio_webhook::ParticipantSid,
    twilio_webhook::QueueSid,
    twilio_webhook::RecordingSid,
    twilio_webhook::RoleSid,
    twilio_webhook::PhoneNumber,
);

impl WireValue for bool {
    fn read(value: &Value) -> Option<Self> {
        value.as_bool().or_else(|| value.as_str()?.parse().ok())
    }
}

/// Whole seconds. Unfinished calls and recordings have −1, which is no length.
impl WireValue for Duration {
    fn read(value: &Value) -> Option<Self> {
        u64::read(value).map(Self::from_secs)
    }
}

/// RFC 2822 in the 2010 API, ISO 8601 in the newer ones.
impl WireValue for DateTime<Utc> {
    fn read(value: &Value) -> Option<Self> {
        let text = value.as_str()?;
        DateTime::parse_from_rfc2822(text)
            .or_else(|_| DateTime::parse_from_rfc3339(text))
            .map(|time| time.to_utc())
            .ok()
    }
}

/// Anything but nothing.
impl WireValue for Value {
    fn read(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

/// An answer as a struct: a field of type `T` must be there, one of type `Option<T>` is none if it
/// is missing, null or empty. `as milliseconds` names a way to read that differs from the usual
/// one of the type.
macro_rules! resource {
    (
        $(#[$doc:meta])*
        pub struct $name:ident {
            $($(#[$field_doc:meta])* pub $field:ident: $type:ty $(as $reader:ident)?,)*
        }
    ) => {
        $(#[$doc])*
        ///
        /// A field that is null or empty is none here; one that cannot be read stays in `extra` as
        /// it was sent.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
            /// All other fields, as they were sent.
            pub extra: serde_json::Map<String, serde_json::Value>,
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let mut fields = crate::wire::Fields::deserialize(deserializer)?;
                let read = || -> Result<Self, crate::wire::WrongField> {
                    Ok(Self {
                        $($field: crate::wire::resource!(@take fields, $field $(, $reader)?),)*
                        extra: fields.rest(),
                    })
                };
                read().map_err(serde::de::Error::custom)
            }
        }

        /// One answer within another.
        impl crate::wire::WireValue for $name {
            fn read(value: &serde_json::Value) -> Option<Self> {
                serde::Deserialize::deserialize(value).ok()
            }
        }

        #[cfg(test)]
        impl crate::specification::Resource for $name {
            const FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];

            fn extra(&self) -> &serde_json::Map<String, serde_json::Value> {
                &self.extra
            }
        }
    };
    (@take $fields:ident, $field:ident) => { $fields.take(stringify!($field))? };
    (@take $fields:ident, $field:ident, $reader:ident) => { $fields.$reader(stringify!($field))? };
}
pub(crate) use resource;
