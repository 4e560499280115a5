use std::borrow::Cow;

/// A parameter that is missing or cannot be understood: answer `400`.
///
/// The message names the parameter and, where there is one, the offending value (cut to 64
/// characters), so it belongs in the log and not in the reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParamError {
    /// A parameter that Twilio always sends with this kind of request is not there.
    #[error(
        "parameter {name} is missing from the request: is this URL configured for this kind of callback?"
    )]
    Missing {
        /// The parameter's name on the wire.
        name: Cow<'static, str>,
    },
    /// A parameter's value is not of its documented form.
    #[error("parameter {name} is {value:?}, expected {expected}")]
    Invalid {
        /// The parameter's name on the wire.
        name: Cow<'static, str>,
        /// The value as it was sent, cut to 64 characters.
        value: String,
        /// What was expected, in words.
        expected: &'static str,
    },
    /// The bytes of a name or value are not UTF-8 once the percent escapes are decoded.
    #[error("parameter {name:?} is not UTF-8: Twilio sends UTF-8 only")]
    NotUtf8 {
        /// The parameter's name, with what is not UTF-8 replaced by U+FFFD.
        name: String,
    },
}

impl ParamError {
    /// The name of the parameter that is at fault.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Missing { name } | Self::Invalid { name, .. } => name,
            Self::NotUtf8 { name } => name,
        }
    }

    pub(crate) fn missing(name: impl Into<Cow<'static, str>>) -> Self {
        Self::Missing { name: name.into() }
    }

    pub(crate) fn invalid(
        name: impl Into<Cow<'static, str>>,
        value: &str,
        expected: &'static str,
    ) -> Self {
        Self::Invalid {
            name: name.into(),
            value: value.chars().take(64).collect(),
            expected,
        }
    }
}
