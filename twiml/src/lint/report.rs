use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Finding, Rule, Severity};
use crate::parse::Position;

/// Gathers findings, by byte offset until the end.
pub(super) struct Report<'d> {
    document: &'d str,
    findings: Vec<Finding>,
}

/// A finding that was just made, which may still get a fix.
pub(super) struct Made<'r>(&'r mut Finding);

impl Made<'_> {
    pub(super) fn fix(self, fix: impl Into<Cow<'static, str>>) {
        self.0.fix = Some(fix.into());
    }

    pub(super) fn maybe_fix(self, fix: Option<String>) {
        self.0.fix = fix.map(Cow::Owned);
    }
}

impl<'d> Report<'d> {
    pub(super) fn new(document: &'d str) -> Self {
        Self {
            document,
            findings: Vec::new(),
        }
    }

    pub(super) fn error(
        &mut self,
        offset: usize,
        rule: Rule,
        code: Option<u32>,
        message: impl Into<String>,
    ) -> Made<'_> {
        self.add(offset, Severity::Error, rule, code, message.into())
    }

    pub(super) fn warn(
        &mut self,
        offset: usize,
        rule: Rule,
        code: Option<u32>,
        message: impl Into<String>,
    ) -> Made<'_> {
        self.add(offset, Severity::Warning, rule, code, message.into())
    }

    pub(super) fn hint(
        &mut self,
        offset: usize,
        rule: Rule,
        code: Option<u32>,
        message: impl Into<String>,
    ) -> Made<'_> {
        self.add(offset, Severity::Hint, rule, code, message.into())
    }

    fn add(
        &mut self,
        offset: usize,
        severity: Severity,
        rule: Rule,
        code: Option<u32>,
        message: String,
    ) -> Made<'_> {
        let position = Position {
            line: 0,
            column: 0,
            offset,
        };
        self.findings.push(Finding {
            position,
            severity,
            rule,
            code,
            message,
            fix: None,
        });
        let last = self.findings.len() - 1;
        Made(&mut self.findings[last])
    }

    /// The findings in the order of the document. Lines and columns are counted here, in one pass over it.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        self.findings.sort_by_key(|finding| finding.position.offset);
        let (mut line, mut column, mut at) = (1, 1, 0);
        // A byte order mark is no character of the document, and offsets do not count it.
        let document = self
            .document
            .strip_prefix('\u{FEFF}')
            .unwrap_or(self.document);
        let mut characters = document.char_indices();
        for finding in &mut self.findings {
            while at < finding.position.offset {
                let Some((_, character)) = characters.next() else {
                    break;
                };
                (line, column) = if character == '\n' {
                    (line + 1, 1)
                } else {
                    (line, column + 1)
                };
                at = characters.offset();
            }
            finding.position.line = line;
            finding.position.column = column;
        }
        self.findings
    }
}
