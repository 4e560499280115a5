//! How values are written in answers: numbers as texts, times in two forms, nulls and empty texts
//! for what is not there.

use std::borrow::Cow;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::fields::Wire;

/// What one value of an answer can be read as. None means that it is something else.
pub(crate) trait WireValue: Sized {
    fn read(wire: &Wire<'_>) -> Option<Self>;
}

/// Types that any text can be read as.
macro_rules! read_as_text {
    ($($type:ty),* $(,)?) => {
        $(
            impl crate::wire::WireValue for $type {
                fn read(wire: &crate::fields::Wire<'_>) -> Option<Self> {
                    wire.text().map(|text| Self::from(&*text))
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
                fn read(wire: &crate::fields::Wire<'_>) -> Option<Self> {
                    wire.text()?.parse().ok()
                }
            }
        )*
    };
}

pub(crate) use {parsed_from_text, read_as_text};

read_as_text!(
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
    twilio_webhook::PhoneNumber,
    twilio_webhook::QueueSid,
    twilio_webhook::RecordingSid,
    twilio_webhook::RoleSid,
);

impl WireValue for String {
    fn read(wire: &Wire<'_>) -> Option<Self> {
        wire.text().map(Cow::into_owned)
    }
}

impl WireValue for bool {
    fn read(wire: &Wire<'_>) -> Option<Self> {
        match wire {
            Wire::Bool(value) => Some(*value),
            _ => wire.text()?.parse().ok(),
        }
    }
}

/// Whole seconds. Unfinished calls and recordings have −1, which is no length.
impl WireValue for Duration {
    fn read(wire: &Wire<'_>) -> Option<Self> {
        u64::read(wire).map(Self::from_secs)
    }
}

/// RFC 2822 in the 2010 API, ISO 8601 in the newer ones.
impl WireValue for DateTime<Utc> {
    fn read(wire: &Wire<'_>) -> Option<Self> {
        let text = wire.text()?;
        DateTime::parse_from_rfc2822(&text)
            .or_else(|_| DateTime::parse_from_rfc3339(&text))
            .map(|time| time.to_utc())
            .ok()
    }
}

/// A whole number of milliseconds, where most lengths are in seconds.
pub(crate) fn milliseconds(wire: &Wire<'_>) -> Option<Duration> {
    u64::read(wire).map(Duration::from_millis)
}

/// JSON within a text, as attributes are.
pub(crate) fn json_text(wire: &Wire<'_>) -> Option<Value> {
    serde_json::from_str(&wire.text()?).ok()
}

/// Anything but nothing.
impl WireValue for Value {
    fn read(wire: &Wire<'_>) -> Option<Self> {
        Some(wire.clone().into())
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
                const FIELDS: &[&str] = &[$(stringify!($field)),*];
                let mut fields = crate::fields::Fields::deserialize(FIELDS, deserializer)?;
                // In the order of `FIELDS`: a struct's fields are evaluated as they are written.
                let mut read = || -> Result<Self, crate::fields::WrongField> {
                    Ok(Self {
                        $($field: crate::wire::resource!(@take fields $(, $reader)?),)*
                        extra: fields.rest(),
                    })
                };
                read().map_err(serde::de::Error::custom)
            }
        }

        /// One answer within another.
        impl crate::wire::WireValue for $name {
            fn read(wire: &crate::fields::Wire<'_>) -> Option<Self> {
                wire.deserialize()
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
    (@take $fields:ident) => { $fields.take()? };
    (@take $fields:ident, $reader:ident) => { $fields.take_with(crate::wire::$reader) };
}
pub(crate) use resource;
