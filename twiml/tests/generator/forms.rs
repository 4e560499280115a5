//! A test that builds every element with every attribute and child, by its typed methods.

use super::element::adder;
use super::vocabulary::{Attribute, Element, Vocabulary};
use super::{HEADER, names};

/// A value of an attribute: as Rust, and as it stands in a document.
fn sample(vocabulary: &Vocabulary, attribute: &Attribute) -> (String, String) {
    let pair = |rust: &str, xml: &str| (rust.to_owned(), xml.to_owned());
    let list = &attribute.values;
    let values = || {
        let list = vocabulary
            .lists
            .iter()
            .find(|known| known.name == *list)
            .unwrap_or_else(|| panic!("no list {list}"));
        list.values
            .iter()
            .map(|(value, _)| value.clone())
            .collect::<Vec<_>>()
    };
    match attribute.kind.as_str() {
        "bool" => pair("true", "true"),
        "int" => pair("7", "7"),
        "seconds" | "milliseconds" => pair("9", "9"),
        "decimal" => pair("0.5", "0.5"),
        "method" | "enum" => {
            let values = values();
            let last = values.last().unwrap();
            (
                format!("values::{list}::{}", names::camel(last)),
                last.clone(),
            )
        }
        "enums" => {
            let values = values();
            let rust: Vec<String> = values
                .iter()
                .map(|value| format!("values::{list}::{}", names::camel(value)))
                .collect();
            (format!("[{}]", rust.join(", ")), values.join(" "))
        }
        "ints" => pair("[1_u32, 2]", "1 2"),
        "words" => pair(r#"["one", "two"]"#, "one two"),
        "csv" => pair(
            r#"["press one", "two & three"]"#,
            "press one,two &amp; three",
        ),
        "speech_timeout" => pair("values::SpeechTimeout::Auto", "auto"),
        "postal_code" => pair(r#""90210""#, "90210"),
        "ssml_time" => pair("values::SsmlTime::milliseconds(250)", "250ms"),
        _ => pair(
            r#""a <b> & \"c\"\t\n""#,
            "a &lt;b&gt; &amp; &quot;c&quot;&#9;&#10;",
        ),
    }
}

/// The least that makes an element: as Rust, and as it stands in a document.
fn least(vocabulary: &Vocabulary, element: &Element) -> (String, String) {
    let path = path(element);
    let mut arguments = Vec::new();
    let mut attributes = String::new();
    if element.text_in_new {
        arguments.push(r#""x & y""#.to_owned());
    }
    for attribute in element.required() {
        let (rust, xml) = sample(vocabulary, attribute);
        arguments.push(rust);
        attributes.push_str(&format!(" {}=\"{xml}\"", attribute.name));
    }
    let rust = format!("{path}::new({})", arguments.join(", "));
    let name = &element.name;
    let xml = if element.text_in_new {
        format!("<{name}{attributes}>x &amp; y</{name}>")
    } else {
        format!("<{name}{attributes}/>")
    };
    (rust, xml)
}

/// The test file.
pub(crate) fn file(vocabulary: &Vocabulary) -> String {
    let mut out = String::from(HEADER);
    line!(out, "//! One test an element.\n");
    line!(
        out,
        "use twiml::{{MessagingResponse, VoiceResponse, messaging, values, voice}};\n"
    );
    for element in &vocabulary.elements {
        test(vocabulary, element, &mut out);
    }
    out
}

fn test(vocabulary: &Vocabulary, element: &Element, out: &mut String) {
    let (mut rust, _) = least(vocabulary, element);
    let mut attributes = String::new();
    for attribute in element.typed() {
        let (value, xml) = sample(vocabulary, attribute);
        if !attribute.required {
            rust.push_str(&format!(
                "\n            .{}({value})",
                names::snake(&attribute.name)
            ));
        }
        attributes.push_str(&format!(" {}=\"{xml}\"", attribute.name));
    }
    let mut content = String::new();
    if element.is_mixed() {
        rust.push_str("\n            .text(\"before \")");
        content.push_str("before ");
    } else if element.text_in_new {
        content.push_str("x &amp; y");
    } else if !element.field.is_empty() {
        rust.push_str(&format!("\n            .{}(\"x & y\")", element.field));
        content.push_str("x &amp; y");
    }
    for key in &element.children {
        let child = vocabulary.child(element, key);
        let (value, xml) = least(vocabulary, child);
        rust.push_str(&format!(
            "\n            .{}({value})",
            adder(element, child)
        ));
        content.push_str(&xml);
    }
    if element.is_mixed() {
        rust.push_str("\n            .text(\" after\")");
        content.push_str(" after");
    }
    let name = &element.name;
    let mut xml = if content.is_empty() {
        format!("<{name}{attributes}/>")
    } else {
        format!("<{name}{attributes}>{content}</{name}>")
    };
    // Wrap it in its first parent, and that in its own, up to the document element.
    let mut inner = element;
    while let Some(parent) = parent(vocabulary, inner) {
        let (around, _) = least(vocabulary, parent);
        let attributes: String = parent
            .required()
            .map(|attribute| {
                format!(
                    " {}=\"{}\"",
                    attribute.name,
                    sample(vocabulary, attribute).1
                )
            })
            .collect();
        let text = if parent.text_in_new { "x &amp; y" } else { "" };
        rust = format!("{around}.{}({rust})", adder(parent, inner));
        xml = format!("<{0}{attributes}>{text}{xml}</{0}>", parent.name);
        inner = parent;
    }
    let family = element.family();
    line!(
        out,
        "#[test]\nfn {}_{}() {{",
        family,
        names::snake(&element.rust).trim_end_matches('_')
    );
    line!(
        out,
        "    super::{family}(\n        &{rust},\n        r##\"{xml}\"##,\n    );\n}}\n"
    );
}

fn parent<'v>(vocabulary: &'v Vocabulary, element: &Element) -> Option<&'v Element> {
    vocabulary.elements.iter().find(|parent| {
        parent.family() == element.family()
            && parent.id != element.id
            && parent.children.iter().any(|key| key == element.key())
    })
}

fn path(element: &Element) -> String {
    match (element.kind.as_str(), element.family()) {
        ("root", _) => element.rust.clone(),
        ("ssml", _) => format!("voice::ssml::{}", element.rust),
        (_, family) => format!("{family}::{}", element.rust),
    }
}
