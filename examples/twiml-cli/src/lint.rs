//! `twiml lint`.

use serde::Serialize;
use twiml::lint::{Finding, LintOptions, Severity, lint};

use crate::Outcome;
use crate::args::Lint;
use crate::input;
use crate::output::{Ink, Paint, complain, print, visible};

/// The whole of `--json`.
#[derive(Debug, Default, Serialize)]
struct Report {
    files: Vec<File>,
    errors: usize,
    warnings: usize,
    hints: usize,
}

#[derive(Debug, Serialize)]
struct File {
    file: String,
    findings: Vec<Reported>,
}

#[derive(Debug, Serialize)]
struct Reported {
    line: u32,
    column: u32,
    offset: usize,
    #[serde(serialize_with = "display")]
    severity: Severity,
    rule: &'static str,
    code: Option<u32>,
    message: String,
    fix: Option<String>,
}

pub(crate) fn run(args: &Lint) -> Outcome {
    let options = args.options();
    let mut report = Report::default();
    let mut outcome = Outcome::Clean;
    for name in &args.files {
        let bytes = match input::read(name) {
            Ok(bytes) => bytes,
            Err(error) => {
                complain(&error.to_string());
                outcome = Outcome::Failed;
                continue;
            }
        };
        let findings = look(&bytes, &options);
        for finding in &findings {
            *match finding.severity {
                Severity::Error => &mut report.errors,
                Severity::Warning => &mut report.warnings,
                _ => &mut report.hints,
            } += 1;
            if finding.severity >= args.deny.severity() {
                outcome = outcome.max(Outcome::Findings);
            }
        }
        report.files.push(File {
            file: input::shown(name).to_owned(),
            findings,
        });
    }
    let text = if args.json {
        json(&report)
    } else {
        lines(&report, Paint::new(args.color))
    };
    print(&text, outcome)
}

/// What lint finds; bytes that are not UTF-8 are a finding too, since Twilio cannot read them either.
fn look(bytes: &[u8], options: &LintOptions) -> Vec<Reported> {
    match std::str::from_utf8(bytes) {
        Ok(document) => lint(document, options)
            .into_iter()
            .map(Reported::from)
            .collect(),
        Err(error) => {
            let position = input::not_utf8(bytes, error);
            vec![Reported {
                line: position.line,
                column: position.column,
                offset: position.offset,
                severity: Severity::Error,
                rule: twiml::lint::Rule::Malformed.name(),
                code: Some(12100),
                message: "the document is not UTF-8".to_owned(),
                fix: Some("save it as UTF-8".to_owned()),
            }]
        }
    }
}

impl From<Finding> for Reported {
    fn from(finding: Finding) -> Self {
        Self {
            line: finding.position.line,
            column: finding.position.column,
            offset: finding.position.offset,
            severity: finding.severity,
            rule: finding.rule.name(),
            code: finding.code,
            message: finding.message,
            fix: finding.fix.map(Into::into),
        }
    }
}

fn lines(report: &Report, paint: Paint) -> String {
    let mut out = String::new();
    for file in &report.files {
        for finding in &file.findings {
            let place = format!(
                "{}:{}:{}:",
                visible(&file.file),
                finding.line,
                finding.column
            );
            let ink = match finding.severity {
                Severity::Error => Ink::Red,
                Severity::Warning => Ink::Yellow,
                _ => Ink::Cyan,
            };
            let code = finding
                .code
                .map(|code| format!(" {code}"))
                .unwrap_or_default();
            let severity = format!("{}{code}", finding.severity);
            out += &format!(
                "{} {}: {} {}\n",
                paint.ink(Ink::Bold, &place),
                paint.ink(ink, &severity),
                visible(&finding.message),
                paint.ink(Ink::Dim, &format!("[{}]", finding.rule)),
            );
            if let Some(fix) = &finding.fix {
                out += &format!("    {}\n", visible(fix));
            }
        }
    }
    out
}

fn json(report: &impl Serialize) -> String {
    // Only a map with keys that are not strings, or a failing Serialize, could fail: there is neither.
    serde_json::to_string_pretty(report).unwrap_or_default() + "\n"
}

fn display<S: serde::Serializer>(
    value: &impl std::fmt::Display,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
