//! One thing that is wrong with a file.

use std::fmt;
use std::path::Path;

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    /// From 1; `None` where it is about the file as a whole.
    pub(crate) line: Option<usize>,
    /// On one line.
    pub(crate) text: String,
}

impl Problem {
    pub(crate) fn new(line: Option<usize>, text: impl fmt::Display) -> Self {
        let text = text
            .to_string()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        Self { line, text }
    }

    /// `desk.toml:3: …`, as compilers and editors have it.
    pub(crate) fn in_file(&self, path: &Path) -> String {
        match self.line {
            Some(line) => format!("{}:{line}: {}", path.display(), self.text),
            None => format!("{}: {}", path.display(), self.text),
        }
    }
}
