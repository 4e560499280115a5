//! What Twilio would refuse, ignore or do otherwise than the author thinks.
//!
//! ```
//! use twiml::lint::{LintOptions, Severity, lint};
//!
//! let findings = lint(
//!     "<Response>\n  <Gather numdigits=\"1\" action=\"/menu\"/>\n  <Redirect>/menu</Redirect>\n  <Say>Bye</Say>\n</Response>",
//!     &LintOptions::new(),
//! );
//! let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
//! assert_eq!(told[0], "line 2, column 11: warning 12200: <Gather> has no attribute numdigits: write numDigits");
//! assert!(told.iter().any(|told| told.starts_with("line 4, column 3: warning: <Say> never runs")));
//! ```
//!
//! The rules come from the vocabulary's tables, with Twilio's own error and warning codes. What the tables mark
//! as open, such as voices, is not held against a document. A document that is not well-formed gets one finding.

mod finding;
mod flow;
mod nouns;
mod options;
mod report;
mod structure;
mod suggest;
mod text;
mod value;
pub(crate) mod vocabulary;

use alloc::vec::Vec;

pub use finding::{Finding, Rule, Severity};
pub use options::{Delivery, LintOptions, Purpose};
pub use vocabulary::Family;

use crate::parse::{ParseErrorKind, ParseOptions, Source, source};
use report::Report;

/// The longest document that Twilio reads, in bytes.
pub const DOCUMENT_LIMIT: usize = 65_536;

/// Looks a document over; the findings are in the order of the document.
#[must_use]
pub fn lint(document: &str, options: &LintOptions) -> Vec<Finding> {
    let mut report = Report::new(document);
    if document.len() > DOCUMENT_LIMIT {
        let message = alloc::format!(
            "the document has {} bytes; Twilio reads {DOCUMENT_LIMIT}",
            document.len()
        );
        report
            .error(0, Rule::TooLong, Some(11750), message)
            .fix("split it, with <Redirect> at the end of each part");
    }
    if let Some(declared) = other_version(document) {
        let message = alloc::format!("the document declares version {declared} of XML");
        report
            .error(0, Rule::Malformed, Some(12101), message)
            .fix("declare version 1.0");
    }
    match source(document, &ParseOptions::new().max_bytes(16 << 20)) {
        Ok(root) => check(&root, options, &mut report),
        Err(error) => {
            let (rule, code) = match error.kind() {
                ParseErrorKind::Empty => (Rule::Empty, 11770),
                _ => (Rule::Malformed, 12100),
            };
            report.error(
                error.position().offset,
                rule,
                Some(code),
                alloc::format!("{}", error.kind()),
            );
        }
    }
    report.finish()
}

fn check(root: &Source, options: &LintOptions, report: &mut Report<'_>) {
    if root.name != "Response" {
        let message = alloc::format!("the document element is <{}>, not <Response>", root.name);
        report.error(root.offset, Rule::WrongRoot, Some(12102), message);
        return;
    }
    let family = options.family.unwrap_or_else(|| family(root));
    let Some(response) = vocabulary::element(family, "Response") else {
        return;
    };
    structure::check(root, response, None, report);
    flow::check(root, family, options, report);
}

/// The version of XML that the document declares, unless it is 1.0.
fn other_version(document: &str) -> Option<&str> {
    let declaration = document
        .trim_start_matches('\u{FEFF}')
        .strip_prefix("<?xml")?
        .split("?>")
        .next()?;
    let version = declaration
        .split_once("version=")?
        .1
        .trim_start_matches(['"', '\'']);
    let version = version.split(['"', '\'']).next()?;
    (version != "1.0").then_some(version)
}

/// The family whose verbs the document has more of; voice if neither.
fn family(root: &Source) -> Family {
    let known = |family| {
        let response = vocabulary::element(family, "Response");
        root.children
            .iter()
            .filter(|child| {
                response.is_some_and(|response| vocabulary::child(response, &child.name).is_some())
            })
            .count()
    };
    if known(Family::Messaging) > known(Family::Voice) {
        Family::Messaging
    } else {
        Family::Voice
    }
}
