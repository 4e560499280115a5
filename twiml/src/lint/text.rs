//! The text of elements: where it may stand, how long it may be, and whether it was escaped twice.

use alloc::format;

use super::report::Report;
use super::vocabulary::{Element, TextKind};
use super::{Rule, value};
use crate::parse::Source;

pub(super) fn check(source: &Source, element: &Element, report: &mut Report<'_>) {
    if !element.takes_text() {
        if source.has_text() {
            let message = format!(
                "<{}> holds text where only elements may stand",
                element.name
            );
            report
                .warn(
                    source.text_offset,
                    Rule::UnexpectedText,
                    Some(12200),
                    message,
                )
                .fix("put it into <Say> or <Message>");
        }
        return;
    }
    // <phoneme>, <say-as> and <sub> may be empty.
    if element.text == TextKind::Required
        && source.text.is_empty()
        && !element.key.starts_with("Ssml")
    {
        let code = code(element, Fault::Short);
        report.warn(
            source.offset,
            Rule::Missing,
            code,
            format!("<{}> is empty", element.name),
        );
        return;
    }
    if source.has_text() {
        length(source, element, report);
        form(source, element, report);
        escaped_twice(source, element, report);
    }
}

/// What is wrong with a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    Short,
    Long,
    Form,
}

/// Twilio's code for a bad text.
fn code(element: &Element, fault: Fault) -> Option<u32> {
    Some(match (element.key, fault) {
        ("Enqueue", Fault::Short) => 14204,
        ("Enqueue", _) => 14205,
        ("Queue", Fault::Short) => 14212,
        ("Queue", _) => 14213,
        ("Say", Fault::Long) => 13521,
        ("Say", _) => 13520,
        ("Message" | "Body", _) => 14103,
        ("Task", _) => 14221,
        ("Sip" | "ReferSip" | "Uri", _) => 13243,
        ("Number", _) => 13223,
        ("Conference", _) => 13237,
        _ => return None,
    })
}

fn length(source: &Source, element: &Element, report: &mut Report<'_>) {
    let Some(bounds) = element.text_check.strip_prefix("chars ") else {
        return;
    };
    // What <Say> speaks includes the text inside its SSML.
    let characters = characters(source);
    let Some(fault) = value::outside(bounds, characters as f64) else {
        return;
    };
    let message = format!(
        "<{}> has {characters} characters; allowed are {}",
        element.name,
        value::spoken(bounds)
    );
    let fault = if fault.is_gt() {
        Fault::Long
    } else {
        Fault::Short
    };
    report.warn(
        source.text_offset,
        Rule::OutOfRange,
        code(element, fault),
        message,
    );
}

fn characters(source: &Source) -> usize {
    source.text.chars().count() + source.children.iter().map(characters).sum::<usize>()
}

fn form(source: &Source, element: &Element, report: &mut Report<'_>) {
    let text = source.text.trim();
    let (fits, expected) = match (element.key, element.text_check.split_once(' ')) {
        (_, Some(("sid", prefixes))) => (
            prefixes
                .split(' ')
                .any(|prefix| value::is_sid(text, prefix)),
            "a SID: two letters and 32 hexadecimal digits",
        ),
        ("Task", _) => (
            text.starts_with('{') && text.ends_with('}'),
            "a JSON object",
        ),
        ("Sip" | "ReferSip" | "Uri", _) => (
            text.starts_with("sip:") || text.starts_with("sips:"),
            "a SIP URI, as in sip:name@example.com",
        ),
        ("Number", _) => (is_number(text), "a phone number, as in +442071838750"),
        _ => return,
    };
    if !fits {
        let message = format!("the text of <{}> is not {expected}", element.name);
        report.warn(
            source.text_offset,
            Rule::BadValue,
            code(element, Fault::Form),
            message,
        );
    }
}

/// Digits with the marks that people put between them; Twilio prefers E.164 but takes these.
fn is_number(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| {
            byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b' ' | b'(' | b')' | b'.')
        })
}

fn escaped_twice(source: &Source, element: &Element, report: &mut Report<'_>) {
    const REFERENCES: [&str; 5] = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"];
    if let Some(reference) = REFERENCES
        .iter()
        .find(|reference| source.text.contains(**reference))
    {
        let message = format!(
            "the text of <{}> holds {reference} after reading: it was escaped twice",
            element.name
        );
        report
            .warn(source.text_offset, Rule::DoubleEscaped, None, message)
            .fix("escape it once, or leave that to the library");
    } else if element.key == "Say"
        && ["<break", "<emphasis", "<prosody", "<say-as", "</"]
            .iter()
            .any(|tag| source.text.contains(tag))
    {
        let message = "<Say> would speak a tag: its SSML was escaped";
        report
            .warn(source.text_offset, Rule::DoubleEscaped, None, message)
            .fix("write the elements as elements");
    }
}
