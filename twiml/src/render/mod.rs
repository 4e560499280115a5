//! Rendering: one pass, attributes in declared order, every character escaped where it must be.

mod error;
mod escape;
mod options;
mod xml;

pub use error::RenderError;
pub(crate) use escape::forbidden;
#[cfg(feature = "parse")]
pub(crate) use escape::is_plain;
pub use options::{Forbidden, RenderOptions};
#[cfg(test)]
pub(crate) use xml::write_value;
pub(crate) use xml::{AttributeName, Render, RenderChild, TagName, Xml, name, tag, write_document};

/// The XML declaration that opens a document.
pub const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
