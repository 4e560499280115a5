//! What both documents can do: render in every way, and be read back.

use alloc::string::String;
use core::fmt;

use crate::render::{Forbidden, RenderError, RenderOptions, write_document};
use crate::{MessagingResponse, VoiceResponse};

macro_rules! document {
    ($document:ident, $family:ident) => {
        impl $document {
            /// The document, with an XML declaration, on one line.
            ///
            /// # Errors
            /// [`RenderError`] if a text or an attribute holds a character that XML cannot carry, or an
            /// unchecked name is not a name. [`to_string`](alloc::string::ToString) replaces them instead.
            pub fn to_xml(&self) -> Result<String, RenderError> {
                let mut out = String::with_capacity(1024);
                self.render_into(&mut out)?;
                Ok(out)
            }

            /// As [`to_xml`](Self::to_xml), without the XML declaration.
            ///
            /// # Errors
            /// As [`to_xml`](Self::to_xml).
            pub fn to_xml_bare(&self) -> Result<String, RenderError> {
                let mut out = String::with_capacity(512);
                self.render_into_with(&mut out, &RenderOptions::new().declaration(false))?;
                Ok(out)
            }

            /// Appends the document to `out`, which is not cleared; allocates only if `out` must grow.
            ///
            /// # Errors
            /// As [`to_xml`](Self::to_xml); `out` is then as it was.
            pub fn render_into(&self, out: &mut String) -> Result<(), RenderError> {
                write_document(self, out, &RenderOptions::new())
            }

            /// As [`render_into`](Self::render_into), written otherwise.
            ///
            /// # Errors
            /// As [`to_xml`](Self::to_xml); `out` is then as it was.
            pub fn render_into_with(
                &self,
                out: &mut String,
                options: &RenderOptions,
            ) -> Result<(), RenderError> {
                write_document(self, out, options)
            }

            /// Writes the document to any text sink, in one piece.
            ///
            /// # Errors
            /// As [`to_xml`](Self::to_xml), when nothing is written, and [`RenderError::Sink`] if `out` fails.
            pub fn write_to(
                &self,
                out: &mut impl fmt::Write,
                options: &RenderOptions,
            ) -> Result<(), RenderError> {
                let mut document = String::with_capacity(1024);
                self.render_into_with(&mut document, options)?;
                out.write_str(&document)
                    .map_err(|fmt::Error| RenderError::Sink)
            }

            /// Writes the document to a file, a socket or any other byte sink, in one piece.
            ///
            /// # Errors
            /// The sink's error, or [`RenderError`] as [`std::io::ErrorKind::InvalidData`].
            #[cfg(feature = "std")]
            pub fn write_bytes_to(
                &self,
                out: &mut impl std::io::Write,
                options: &RenderOptions,
            ) -> std::io::Result<()> {
                let mut document = String::with_capacity(1024);
                self.render_into_with(&mut document, options)
                    .map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))?;
                out.write_all(document.as_bytes())
            }

            /// Reads a document, refusing whatever the vocabulary does not know.
            ///
            /// # Errors
            /// [`ParseError`](crate::ParseError) with line and column.
            #[cfg(feature = "parse")]
            pub fn parse(document: &str) -> Result<Self, crate::ParseError> {
                crate::parse::document(document, &crate::parse::ParseOptions::new())
            }

            /// As [`parse`](Self::parse), from bytes that should be UTF-8.
            ///
            /// # Errors
            /// [`ParseError`](crate::ParseError) with line and column.
            #[cfg(feature = "parse")]
            pub fn parse_bytes(document: &[u8]) -> Result<Self, crate::ParseError> {
                crate::parse::bytes(document, &crate::parse::ParseOptions::new())
            }

            /// Reads a document, keeping unknown elements and attributes as unchecked ones.
            ///
            /// # Errors
            /// [`ParseError`](crate::ParseError) if it is not well-formed or exceeds a limit.
            #[cfg(feature = "parse")]
            pub fn parse_lenient(document: &str) -> Result<Self, crate::ParseError> {
                crate::parse::document(document, &crate::parse::ParseOptions::new().lenient())
            }

            /// Reads a document with limits and a mode of one's own.
            ///
            /// # Errors
            /// [`ParseError`](crate::ParseError) with line and column.
            #[cfg(feature = "parse")]
            pub fn parse_with(
                document: &str,
                options: &crate::parse::ParseOptions,
            ) -> Result<Self, crate::ParseError> {
                crate::parse::document(document, options)
            }

            /// What Twilio would refuse, ignore or do otherwise than meant; see [`lint`](crate::lint).
            ///
            /// Positions are those in [`to_string`](alloc::string::ToString).
            #[cfg(feature = "parse")]
            #[must_use]
            pub fn lint(&self) -> alloc::vec::Vec<crate::lint::Finding> {
                let options = crate::lint::LintOptions::new().family(crate::lint::Family::$family);
                crate::lint::lint(&alloc::string::ToString::to_string(self), &options)
            }
        }

        /// Writes the document with an XML declaration. Never fails: a character that XML cannot carry
        /// becomes U+FFFD, and an unchecked attribute whose name is not a name is left out, as is what is
        /// nested more than 256 levels deep.
        /// The alternate form, `{:#}`, indents by two spaces.
        impl fmt::Display for $document {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let options = RenderOptions::new().forbidden(Forbidden::Replace);
                let options = if f.alternate() {
                    options.indent(2)
                } else {
                    options
                };
                self.write_to(f, &options).map_err(|_| fmt::Error)
            }
        }
    };
}

document!(VoiceResponse, Voice);
document!(MessagingResponse, Messaging);
