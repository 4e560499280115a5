use core::fmt;
use std::io;

use super::RenderError;

/// Writes text to a byte sink and keeps the sink's own error, which `fmt::Error` cannot carry.
pub(crate) struct ByteSink<'w, W> {
    out: &'w mut W,
    error: Option<io::Error>,
}

impl<'w, W: io::Write> ByteSink<'w, W> {
    pub(crate) fn new(out: &'w mut W) -> Self {
        Self { out, error: None }
    }

    /// The sink's error if it failed, else the rendering error.
    pub(crate) fn error(self, error: RenderError) -> io::Error {
        self.error
            .unwrap_or_else(|| io::Error::new(io::ErrorKind::InvalidData, error))
    }
}

impl<W: io::Write> fmt::Write for ByteSink<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.out.write_all(text.as_bytes()).map_err(|error| {
            self.error = Some(error);
            fmt::Error
        })
    }
}
