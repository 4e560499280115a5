use thiserror::Error;

/// A piece of text (a time, a range, a date rule …) that could not be read.
///
/// The message names the offending text, says what is wrong with it and shows what would be right,
/// so that it can be shown to the person who wrote the text as it is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what} {text:?}: {problem}")]
pub struct ParseError {
    what: &'static str,
    text: String,
    problem: String,
}

impl ParseError {
    pub(crate) fn new(what: &'static str, text: &str, problem: impl Into<String>) -> Self {
        Self {
            what,
            text: text.to_owned(),
            problem: problem.into(),
        }
    }

    /// What the text should have been, such as `"time of day"`.
    #[must_use]
    pub fn expected(&self) -> &'static str {
        self.what
    }

    /// The text as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}
