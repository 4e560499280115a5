//! Names and nesting: what the vocabulary does not know, or knows elsewhere.

use alloc::format;

use super::report::Report;
use super::vocabulary::{self, Element, Family, TextKind};
use super::{Rule, nouns, suggest, text, value};
use crate::parse::{Source, SourceAttribute};

/// Checks `source`, which the vocabulary knows as `element`, and all it holds.
pub(super) fn check(
    source: &Source,
    element: &Element,
    parent: Option<&Element>,
    report: &mut Report<'_>,
) {
    if !element.deprecated.is_empty() {
        let message = format!(
            "<{}> should not be used any more ({})",
            element.name, element.deprecated
        );
        report.hint(source.offset, Rule::Deprecated, None, message);
    }
    for attribute in &source.attributes {
        match element
            .attributes
            .iter()
            .find(|known| known.name == attribute.name)
        {
            Some(known) => value::check(attribute, known, element, parent, report),
            None => unknown_attribute(attribute, element, report),
        }
    }
    for known in element.attributes.iter().filter(|known| known.required) {
        if source.attribute(known.name).is_none() {
            let message = format!("<{}> needs the attribute {}", element.name, known.name);
            report.warn(source.offset, Rule::Missing, None, message);
        }
    }
    text::check(source, element, report);
    for child in &source.children {
        match vocabulary::child(element, &child.name) {
            Some(known) => check(child, known, Some(element), report),
            None => unknown_element(child, element, report),
        }
    }
    nouns::check(source, element, report);
}

fn unknown_attribute(attribute: &SourceAttribute, element: &Element, report: &mut Report<'_>) {
    let name = attribute.name.as_str();
    let misspelt = element
        .attributes
        .iter()
        .find(|known| known.misspelt.contains(&name))
        .map(|known| known.name);
    let meant = misspelt
        .or_else(|| suggest::nearest(name, element.attributes.iter().map(|known| known.name)));
    let message = format!("<{}> has no attribute {name}", element.name);
    report
        .warn(
            attribute.offset,
            Rule::UnknownAttribute,
            Some(12200),
            message,
        )
        .maybe_fix(meant.map(|meant| format!("write {meant}")));
}

fn unknown_element(child: &Source, parent: &Element, report: &mut Report<'_>) {
    let siblings = parent
        .children
        .iter()
        .filter_map(|key| vocabulary::element(parent.family, key));
    let meant = suggest::nearest(&child.name, siblings.map(|known| known.name));
    let elsewhere = crate::generated::vocabulary::ELEMENTS
        .iter()
        .filter(|holder| {
            holder.family == parent.family && vocabulary::child(holder, &child.name).is_some()
        })
        .map(|holder| format!("<{}>", holder.name))
        .next();
    let code = match (parent.family, parent.name) {
        (_, "Dial") => 13215,
        (_, "Gather") => 13320,
        (_, "Start" | "Stop") => 14300,
        (Family::Messaging, "Response") => 14110,
        _ => 12200,
    };
    let fix = meant
        .map(|meant| format!("write <{meant}>"))
        .or_else(|| elsewhere.map(|holder| format!("put it into {holder}")));
    let message = format!("<{}> may not stand in <{}>", child.name, parent.name);
    report
        .warn(child.offset, Rule::UnknownElement, Some(code), message)
        .maybe_fix(fix);
}

impl Source {
    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
            .map(|attribute| attribute.value.as_str())
    }

    /// Where an attribute stands; the element if it has none of that name.
    pub(super) fn place(&self, name: &str) -> usize {
        let attribute = self
            .attributes
            .iter()
            .find(|attribute| attribute.name == name);
        attribute.map_or(self.offset, |attribute| attribute.offset)
    }

    /// The children of that name.
    pub(super) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Whether there is text that is not layout.
    pub(super) fn has_text(&self) -> bool {
        !self.text.trim().is_empty()
    }
}

impl Element {
    /// Whether text may stand in it.
    pub(super) fn takes_text(&self) -> bool {
        self.text != TextKind::None
    }
}
