//! Reading TwiML back: strict or lenient, within stated bounds.
//!
//! Strict parsing refuses what the vocabulary does not know, with line and column; lenient parsing keeps it
//! as unchecked attributes and nodes, so that it is written back unchanged. Either way the document must be
//! well-formed XML without a DTD, and stay within [`ParseOptions`]' limits, which bound memory (a small
//! multiple of the input) and stack (a fixed depth).
//!
//! Legacy attributes, known only from Twilio's old schemas, are kept as unchecked ones in both modes.

mod declaration;
mod error;
mod model;
mod options;
mod reader;
mod source;

pub use error::{ParseError, ParseErrorKind, Position};
pub(crate) use model::{Kept, Parse, ParseChild};
pub use options::ParseOptions;
pub(crate) use reader::{Reader, Tag, bytes, document};
pub(crate) use source::{Source, SourceAttribute, source};

pub(crate) type Result<T> = core::result::Result<T, ParseError>;
