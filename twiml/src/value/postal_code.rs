use super::AttributeValue;
use crate::Text;
use crate::render::Xml;

/// Whether `<Pay>` asks for a postal code, or the code if it is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PostalCode {
    /// `true`: ask the caller.
    Ask,
    /// `false`: do without.
    Skip,
    /// The caller's code, known beforehand.
    Known(Text),
}

impl From<bool> for PostalCode {
    fn from(ask: bool) -> Self {
        if ask { Self::Ask } else { Self::Skip }
    }
}

impl From<&'static str> for PostalCode {
    fn from(code: &'static str) -> Self {
        Self::of(code.into())
    }
}

impl From<alloc::string::String> for PostalCode {
    fn from(code: alloc::string::String) -> Self {
        Self::of(code.into())
    }
}

impl PostalCode {
    fn of(code: Text) -> Self {
        match code.as_ref() {
            "true" => Self::Ask,
            "false" => Self::Skip,
            _ => Self::Known(code),
        }
    }
}

impl AttributeValue for PostalCode {
    const EXPECTED: &'static str = "true, false or a postal code";

    fn write(&self, x: &mut Xml<'_>) {
        match self {
            Self::Ask => x.plain("true"),
            Self::Skip => x.plain("false"),
            Self::Known(code) => x.value(code),
        }
    }

    fn read(value: &str) -> Option<Self> {
        Some(Self::of(Text::Owned(value.into())))
    }
}
