//! The values of attributes: their types, lists, ranges and forms.

use alloc::format;
use alloc::string::{String, ToString};
use core::cmp::Ordering;

use super::report::Report;
use super::vocabulary::{Attribute, Element, Kind};
use super::{Rule, suggest};
use crate::parse::SourceAttribute;

pub(super) fn check(
    found: &SourceAttribute,
    known: &Attribute,
    element: &Element,
    parent: Option<&Element>,
    report: &mut Report<'_>,
) {
    let value = found.value.as_str();
    let code = code(known, element, parent);
    let place = format!("{}={value:?} of <{}>", known.name, element.name);
    if !known.deprecated.is_empty() {
        let message = format!(
            "{} of <{}> should not be used any more ({})",
            known.name, element.name, known.deprecated
        );
        report.hint(found.offset, Rule::Deprecated, None, message);
    }
    if let Some((expected, meant)) = mistyped(value, known.kind) {
        let message = format!("{place} is not {expected}");
        report
            .warn(found.offset, Rule::BadValue, code, message)
            .maybe_fix(meant.map(|meant| format!("write {meant}")));
        return;
    }
    open_list(found, known, element, report);
    if known.name == "voice" && value == "alice" {
        let message = "the voice alice should not be used any more (only old schemas have it)";
        report.hint(found.offset, Rule::Deprecated, None, message);
    }
    if let Some((expected, form)) = broken(known.check, value) {
        let rule = if form {
            Rule::BadValue
        } else {
            Rule::OutOfRange
        };
        report.warn(
            found.offset,
            rule,
            code,
            format!("{place} is not {expected}"),
        );
    }
    if matches!(known.kind, Kind::Tag)
        || matches!((element.key, known.name), ("Gather" | "Say", "language"))
    {
        language(found, element, &place, report);
    }
    if matches!(known.kind, Kind::Url) && value.contains(char::is_whitespace) {
        report
            .warn(
                found.offset,
                Rule::BadValue,
                code,
                format!("{place} holds blanks"),
            )
            .fix("write %20");
    }
}

/// Twilio's code for a bad value. Some attributes of `<Say>` have another one inside `<Gather>`.
fn code(known: &Attribute, element: &Element, parent: Option<&Element>) -> Option<u32> {
    let inside_gather = parent.is_some_and(|parent| parent.key == "Gather");
    let fits =
        |code: &&u32| element.key != "Say" || (13_300..13_400).contains(*code) == inside_gather;
    known
        .codes
        .iter()
        .find(fits)
        .or(known.codes.first())
        .copied()
}

/// What was expected instead of a value of the wrong type, and what was likely meant.
fn mistyped(value: &str, kind: Kind) -> Option<(String, Option<String>)> {
    let is_integer = |value: &str| value.parse::<i64>().is_ok();
    let listed = |list: &[&'static str], value: &str| {
        let meant = suggest::nearest(value, list.iter().copied()).map(ToString::to_string);
        (!list.contains(&value)).then(|| (format!("one of {}", few(list)), meant))
    };
    let plain = |fits: bool, expected: &str| (!fits).then(|| (expected.to_owned(), None));
    match kind {
        Kind::Text | Kind::Url | Kind::Tag | Kind::Open(_) => None,
        Kind::Bool => {
            let lower = value.to_ascii_lowercase();
            let meant = match lower.as_str() {
                "true" | "1" | "yes" | "on" => Some("true".to_owned()),
                "false" | "0" | "no" | "off" => Some("false".to_owned()),
                _ => None,
            };
            (value != "true" && value != "false").then(|| ("true or false".to_owned(), meant))
        }
        Kind::Integer => plain(is_integer(value), "a whole number"),
        Kind::Decimal => plain(
            value.parse::<f64>().is_ok_and(f64::is_finite),
            "a decimal number",
        ),
        Kind::Integers => plain(
            value.split_ascii_whitespace().all(is_integer),
            "whole numbers separated by blanks",
        ),
        Kind::SpeechTimeout => plain(
            value == "auto" || is_integer(value),
            "a whole number of seconds or auto",
        ),
        Kind::Time => {
            let number = value.strip_suffix("ms").or_else(|| value.strip_suffix('s'));
            plain(
                number.is_some_and(|number| number.parse::<f64>().is_ok_and(|it| it >= 0.0)),
                "a time such as 2s or 250ms",
            )
        }
        Kind::OneOf(list) => listed(list, value),
        Kind::SomeOf(list) if value.contains(',') => {
            let meant = value
                .split(',')
                .map(str::trim)
                .collect::<alloc::vec::Vec<_>>()
                .join(" ");
            Some((
                format!("a list of {} separated by blanks", few(list)),
                Some(meant),
            ))
        }
        Kind::SomeOf(list) => value
            .split_ascii_whitespace()
            .find_map(|item| listed(list, item)),
    }
}

/// A value of an open list that is nearly a known one is likely a slip.
fn open_list(
    found: &SourceAttribute,
    known: &Attribute,
    element: &Element,
    report: &mut Report<'_>,
) {
    let Kind::Open(list) = known.kind else { return };
    let value = found.value.as_str();
    if list.contains(&value) {
        return;
    }
    if let Some(meant) = list.iter().find(|known| known.eq_ignore_ascii_case(value)) {
        let message = format!(
            "{}={value:?} of <{}> has the wrong case",
            known.name, element.name
        );
        let code = known.codes.last().copied();
        report
            .warn(found.offset, Rule::BadValue, code, message)
            .fix(format!("write {meant}"));
    }
}

/// What is expected of a value that breaks a check, and whether that is about its form.
fn broken(check: &str, value: &str) -> Option<(String, bool)> {
    let (word, rest) = check.split_once(' ').unwrap_or((check, ""));
    let is_absolute = || value.contains("://");
    let fits = match word {
        "" => true,
        "chars" => {
            let fault = outside(rest, value.chars().count() as f64);
            return fault.map(|_| (format!("of {} characters", spoken(rest)), false));
        }
        "sid" => {
            return (!is_sid(value, rest))
                .then(|| (format!("{rest} and 32 hexadecimal digits"), true));
        }
        "key" => {
            let fits = value.is_empty() || (value.chars().count() == 1 && rest.contains(value));
            return (!fits).then(|| (format!("one of {rest}, or empty"), true));
        }
        "keys" => {
            let fits = value.chars().all(|key| rest.contains(key));
            return (!fits).then(|| (format!("made of {rest}"), true));
        }
        "alphanumeric" => value.chars().all(char::is_alphanumeric),
        "absolute" => is_absolute(),
        "https" => !is_absolute() || value.starts_with("https://"),
        "wss" => value.starts_with("wss://") && (rest != "no-query" || !value.contains('?')),
        bounds => {
            let fault = value
                .parse()
                .ok()
                .and_then(|number: f64| outside(bounds, number));
            return fault.map(|_| (spoken(bounds), false));
        }
    };
    let expected = match word {
        "alphanumeric" => "made of letters and digits",
        "absolute" => "an absolute URL",
        "https" => "an https URL",
        _ => "a wss URL without a query",
    };
    (!fits).then(|| (expected.to_owned(), true))
}

fn language(found: &SourceAttribute, element: &Element, place: &str, report: &mut Report<'_>) {
    if element.key == "Gather" && found.value.len() == 2 {
        let message = format!("{place} has no region");
        report
            .warn(found.offset, Rule::BadValue, Some(13512), message)
            .fix("write a tag such as en-US");
    } else if found.value.contains('_') {
        let message = format!("{place} is not a language tag");
        let code = (element.key == "Gather").then_some(13331);
        report
            .warn(found.offset, Rule::BadValue, code, message)
            .fix("write - instead of _");
    }
}

/// On which side of `1..`, `..50` or `2..10` a number lies, if not inside.
pub(super) fn outside(bounds: &str, number: f64) -> Option<Ordering> {
    let (least, most) = bounds.split_once("..")?;
    if least.parse().is_ok_and(|least: f64| number < least) {
        return Some(Ordering::Less);
    }
    most.parse()
        .is_ok_and(|most: f64| number > most)
        .then_some(Ordering::Greater)
}

/// Bounds in words.
pub(super) fn spoken(bounds: &str) -> String {
    match bounds.split_once("..") {
        Some(("", most)) => format!("at most {most}"),
        Some((least, "")) => format!("at least {least}"),
        Some((least, most)) => format!("{least} to {most}"),
        None => bounds.to_owned(),
    }
}

/// Whether this is a SID with that prefix.
pub(super) fn is_sid(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|hex| hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The first values of a list.
fn few(list: &[&str]) -> String {
    let more = if list.len() > 8 { ", …" } else { "" };
    let first: alloc::vec::Vec<&str> = list.iter().take(8).copied().collect();
    format!("{}{more}", first.join(", "))
}
