//! The tables that lint reads.

use super::HEADER;
use super::vocabulary::{Attribute, Element, Vocabulary};

/// The file of the tables.
pub(crate) fn file(vocabulary: &Vocabulary) -> String {
    let mut out = String::from(HEADER);
    line!(out, "//! What lint knows about every element.\n");
    line!(
        out,
        "use crate::lint::vocabulary::{{Attribute, Element, Family, Kind, TextKind}};"
    );
    line!(out, "use crate::values;\n");
    line!(out, "/// Every element, roots first within its family.");
    line!(out, "pub(crate) static ELEMENTS: &[Element] = &[");
    for element in &vocabulary.elements {
        entry(vocabulary, element, &mut out);
    }
    line!(out, "];");
    out
}

fn entry(vocabulary: &Vocabulary, element: &Element, out: &mut String) {
    let family = if element.family() == "voice" {
        "Voice"
    } else {
        "Messaging"
    };
    let text = match element.text.as_str() {
        "" => "None",
        "mixed" => "Mixed",
        kind if kind.ends_with('!') => "Required",
        _ => "Optional",
    };
    line!(out, "    Element {{");
    line!(out, "        key: {:?},", element.key());
    line!(out, "        family: Family::{family},");
    line!(out, "        name: {:?},", element.name);
    line!(out, "        text: TextKind::{text},");
    line!(out, "        text_check: {:?},", element.text_check);
    line!(out, "        children: &{:?},", element.children);
    line!(out, "        deprecated: {:?},", element.deprecated);
    if element.attributes.is_empty() {
        line!(out, "        attributes: &[],");
    } else {
        line!(out, "        attributes: &[");
        for attribute in &element.attributes {
            line!(out, "            {},", rule(vocabulary, attribute));
        }
        line!(out, "        ],");
    }
    line!(out, "    }},");
}

fn rule(vocabulary: &Vocabulary, attribute: &Attribute) -> String {
    let list = || format!("values::{}::NAMES", attribute.values);
    let open = || {
        let list = vocabulary
            .lists
            .iter()
            .find(|list| list.name == attribute.values);
        list.unwrap_or_else(|| panic!("no list {}", attribute.values))
            .open
    };
    let kind = match attribute.kind.as_str() {
        "bool" => "Bool".to_owned(),
        "int" | "seconds" | "milliseconds" => "Integer".to_owned(),
        "decimal" => "Decimal".to_owned(),
        "method" => format!("OneOf({})", list()),
        "enum" if open() => format!("Open({})", list()),
        "enum" => format!("OneOf({})", list()),
        "enums" => format!("SomeOf({})", list()),
        "ints" => "Integers".to_owned(),
        "speech_timeout" => "SpeechTimeout".to_owned(),
        "ssml_time" => "Time".to_owned(),
        "url" => "Url".to_owned(),
        "tag" => "Tag".to_owned(),
        _ => "Text".to_owned(),
    };
    let mut out = format!("Attribute::new({:?}, Kind::{kind})", attribute.name);
    if attribute.required {
        out.push_str(".required()");
    }
    if !attribute.check.is_empty() {
        out.push_str(&format!(".check({:?})", attribute.check));
    }
    if !attribute.deprecated.is_empty() {
        out.push_str(&format!(".deprecated({:?})", attribute.deprecated));
    }
    if !attribute.misspelt.is_empty() {
        out.push_str(&format!(".misspelt(&{:?})", attribute.misspelt));
    }
    if !attribute.codes.is_empty() {
        out.push_str(&format!(".codes(&[{}])", attribute.codes.join(", ")));
    }
    out
}
