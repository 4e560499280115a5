//! The fields of a request, and how values are written into them.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

/// The fields of a request, in order. `Debug` shows names only: values are phone numbers,
/// passwords and messages.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Form(Vec<(Cow<'static, str>, String)>);

impl Form {
    /// Sets a field that occurs once.
    pub(crate) fn set(&mut self, name: &'static str, value: impl FieldValue) {
        self.remove(name);
        self.add(name, value);
    }

    /// Adds one value of a list: Twilio wants the name repeated, neither `name[]` nor commas.
    pub(crate) fn add(&mut self, name: impl Into<Cow<'static, str>>, value: impl FieldValue) {
        self.0.push((name.into(), value.write()));
    }

    /// Sets all values of a list.
    pub(crate) fn set_all<V: FieldValue>(
        &mut self,
        name: &'static str,
        values: impl IntoIterator<Item = V>,
    ) {
        self.remove(name);
        for value in values {
            self.add(name, value);
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(field, _)| field != name);
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    pub(crate) fn contains_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.contains(name))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    pub(crate) fn encode(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// A value as a field shows it.
pub(crate) trait FieldValue {
    fn write(self) -> String;
}

impl FieldValue for String {
    fn write(self) -> String {
        self
    }
}

impl FieldValue for &str {
    fn write(self) -> String {
        self.to_owned()
    }
}

impl FieldValue for bool {
    fn write(self) -> String {
        if self { "true" } else { "false" }.to_owned()
    }
}

impl FieldValue for u32 {
    fn write(self) -> String {
        self.to_string()
    }
}

/// Whole seconds; what is below a second is left out.
impl FieldValue for Duration {
    fn write(self) -> String {
        self.as_secs().to_string()
    }
}

/// ISO 8601 to the second, as every API takes it; answers of the 2010 API differ.
impl FieldValue for DateTime<Utc> {
    fn write(self) -> String {
        self.to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}

impl FieldValue for NaiveDate {
    fn write(self) -> String {
        self.to_string()
    }
}

/// SIDs, addresses and words of open lists write themselves.
macro_rules! shown_as_text {
    ($($type:ty),* $(,)?) => {
        $(
            impl crate::form::FieldValue for $type {
                fn write(self) -> String {
                    self.to_string()
                }
            }
        )*
    };
}
pub(crate) use shown_as_text;

shown_as_text!(
    twilio_webhook::Address,
    twilio_webhook::CallSid,
    twilio_webhook::CallStatus,
    twilio_webhook::ConferenceSid,
    twilio_webhook::MessagingServiceSid,
    twilio_webhook::PhoneNumber,
    twilio_webhook::RoleSid,
    twilio_webhook::conversations::ConversationState,
    twilio_webhook::conversations::EventType,
    serde_json::Value,
);

/// A request that is put together field by field. Each line is one method: its name, what it
/// takes, and the field's name on the wire.
///
/// `text` takes whatever becomes a `String`, `texts` any number of them, `each T` any number of
/// `T`; anything else is the type itself.
macro_rules! form {
    (
        $(#[$doc:meta])*
        pub struct $name:ident {
            $($(#[$field_doc:meta])* $method:ident($($kind:tt)+) = $wire:literal,)*
        }
    ) => {
        $(#[$doc])*
        ///
        /// `Debug` shows the names of the fields only.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[must_use]
        pub struct $name {
            form: crate::form::Form,
        }

        impl $name {
            $(
                crate::form::form!(@method $(#[$field_doc])* $method, $wire, $($kind)+);
            )*

            /// Any other field, unchecked, under its name on the wire. Repeat it for a list.
            pub fn unchecked(mut self, name: &str, value: impl Into<String>) -> Self {
                self.form.add(name.to_owned(), value.into());
                self
            }

            /// The names on the wire, to be compared with Twilio's own.
            #[cfg(test)]
            pub(crate) const FIELDS: &'static [&'static str] = &[$($wire),*];
        }
    };
    (@method $(#[$doc:meta])* $method:ident, $wire:literal, text) => {
        $(#[$doc])*
        pub fn $method(mut self, $method: impl Into<String>) -> Self {
            self.form.set($wire, $method.into());
            self
        }
    };
    (@method $(#[$doc:meta])* $method:ident, $wire:literal, texts) => {
        $(#[$doc])*
        pub fn $method(
            mut self,
            $method: impl IntoIterator<Item = impl Into<String>>,
        ) -> Self {
            self.form.set_all($wire, $method.into_iter().map(Into::into));
            self
        }
    };
    (@method $(#[$doc:meta])* $method:ident, $wire:literal, each $type:ty) => {
        $(#[$doc])*
        pub fn $method(mut self, $method: impl IntoIterator<Item = $type>) -> Self {
            self.form.set_all($wire, $method);
            self
        }
    };
    (@method $(#[$doc:meta])* $method:ident, $wire:literal, into $type:ty) => {
        $(#[$doc])*
        pub fn $method(mut self, $method: impl Into<$type>) -> Self {
            self.form.set($wire, $method.into());
            self
        }
    };
    (@method $(#[$doc:meta])* $method:ident, $wire:literal, $type:ty) => {
        $(#[$doc])*
        pub fn $method(mut self, $method: $type) -> Self {
            self.form.set($wire, $method);
            self
        }
    };
}
pub(crate) use form;
