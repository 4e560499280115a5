//! The types of attribute values, and how each is written and read.

mod decimal;
mod index;
mod list;
mod open_enum;
mod postal_code;
mod primitive;
mod speech_timeout;
mod ssml_time;
mod time;

pub use decimal::{Decimal, InvalidDecimal};
pub(crate) use index::{Index, slots};
pub use list::{CommaList, SpaceList};
pub(crate) use open_enum::open_enum;
pub use postal_code::PostalCode;
pub use speech_timeout::SpeechTimeout;
pub use ssml_time::SsmlTime;
pub use time::{Milliseconds, Seconds};

use crate::render::Xml;

/// A value that an attribute can hold.
pub(crate) trait AttributeValue: Sized {
    /// What is expected, for error messages.
    #[cfg_attr(
        not(feature = "parse"),
        allow(dead_code, reason = "only parsing reads")
    )]
    const EXPECTED: &'static str;

    /// Writes the value, escaped.
    fn write(&self, x: &mut Xml<'_>);

    /// Reads the value, which is not escaped any more; `None` if it does not fit.
    #[cfg_attr(
        not(feature = "parse"),
        allow(dead_code, reason = "only parsing reads")
    )]
    fn read(value: &str) -> Option<Self>;
}

#[cfg(test)]
pub(crate) fn written<V: AttributeValue>(value: &V) -> alloc::string::String {
    let mut out = alloc::string::String::new();
    crate::render::write_value(value, &mut out);
    out
}
