//! One file per element.

use std::collections::BTreeSet;

use super::vocabulary::{Attribute, Element, Vocabulary};
use super::{HEADER, names};

/// The Rust type of an attribute, and of what its setter takes.
fn types(attribute: &Attribute) -> (String, String, &'static str) {
    let list = &attribute.values;
    let into = |name: &str| {
        (
            name.to_owned(),
            format!("impl Into<{name}>"),
            "value.into()",
        )
    };
    let many = |list: &str, item: &str| {
        let owned = if item == "Text" {
            list.to_owned()
        } else {
            format!("{list}<{item}>")
        };
        (
            owned,
            format!("impl IntoIterator<Item = impl Into<{item}>>"),
            "value.into_iter().collect()",
        )
    };
    match attribute.kind.as_str() {
        "string" | "name" | "url" | "phone" | "sid" | "digits" | "tag" => into("Text"),
        "bool" => ("bool".into(), "bool".into(), "value"),
        "int" => ("u32".into(), "u32".into(), "value"),
        "seconds" => into("Seconds"),
        "milliseconds" => into("Milliseconds"),
        "decimal" => into("Decimal"),
        "method" | "enum" => into(list),
        "enums" => many("SpaceList", list),
        "ints" => many("SpaceList", "u32"),
        "words" => many("SpaceList", "Text"),
        "csv" => many("CommaList", "Text"),
        "speech_timeout" => into("SpeechTimeout"),
        "postal_code" => into("PostalCode"),
        "ssml_time" => into("SsmlTime"),
        other => panic!("unknown type {other} of attribute {}", attribute.name),
    }
}

/// The file of one element.
pub(crate) fn file(vocabulary: &Vocabulary, element: &Element) -> String {
    let mut out = String::from(HEADER);
    imports(vocabulary, element, &mut out);
    structure(vocabulary, element, &mut out);
    inherent(vocabulary, element, &mut out);
    if element.has_own_children() {
        children(vocabulary, element, &mut out);
    }
    conversions(element, &mut out);
    render(element, &mut out);
    parse(element, &mut out);
    out
}

fn imports(vocabulary: &Vocabulary, element: &Element, out: &mut String) {
    let mut values = BTreeSet::new();
    for attribute in element.typed() {
        let (field, _, _) = types(attribute);
        for name in field.trim_end_matches('>').split('<') {
            if !matches!(name, "Text" | "bool" | "u32") {
                values.insert(name.to_owned());
            }
        }
    }
    let mut siblings = BTreeSet::new();
    for child in element
        .children
        .iter()
        .map(|key| vocabulary.child(element, key))
    {
        if child.is_ssml() && !element.is_ssml() {
            siblings.insert(format!("ssml::{}", child.rust));
        } else if child.rust != element.rust {
            siblings.insert(child.rust.clone());
        }
    }
    if element.is_mixed() {
        siblings.insert(if element.is_ssml() {
            "Node".into()
        } else {
            "ssml::Node".into()
        });
    }
    if converts(element) {
        line!(out, "use alloc::string::String;");
    }
    if element.has_own_children() {
        line!(out, "use alloc::vec::Vec;");
    }
    if converts(element) || element.has_own_children() {
        out.push('\n');
    }
    // Names of one module are imported together.
    let ssml: Vec<&str> = siblings
        .iter()
        .filter_map(|name| name.strip_prefix("ssml::"))
        .collect();
    let plain: Vec<&str> = siblings
        .iter()
        .map(String::as_str)
        .filter(|name| !name.contains("::"))
        .collect();
    if !ssml.is_empty() {
        line!(out, "use super::ssml::{{{}}};", ssml.join(", "));
    }
    if !plain.is_empty() {
        line!(out, "use super::{{{}}};", plain.join(", "));
    }
    if element.has_own_children() {
        out.push_str("use crate::children::{add, children};\n");
    }
    if element.is_mixed() {
        line!(out, "use crate::content::Content;");
    }
    line!(
        out,
        "#[cfg(feature = \"parse\")]\nuse crate::parse::{{self, Kept, Parse, Reader, Tag}};"
    );
    let name = if element.typed().next().is_some() {
        "name, "
    } else {
        ""
    };
    let trait_of_children = if element.has_children() {
        "RenderChild as _, "
    } else {
        ""
    };
    line!(
        out,
        "use crate::render::{{Render, {trait_of_children}TagName, Xml, {name}tag}};"
    );
    if !values.is_empty() {
        line!(
            out,
            "use crate::values::{{{}}};",
            values.into_iter().collect::<Vec<_>>().join(", ")
        );
    }
    line!(
        out,
        "use crate::{{Comment, Element, Node as UncheckedNode, Text, Unchecked}};\n"
    );
}

fn structure(vocabulary: &Vocabulary, element: &Element, out: &mut String) {
    line!(
        out,
        "/// `<{}>`: {}",
        element.name,
        names::plain(&with_stop(&element.meaning))
    );
    out.push_str("///\n");
    let parents: Vec<String> = vocabulary
        .elements
        .iter()
        .filter(|parent| {
            parent.family() == element.family()
                && parent.children.iter().any(|key| key == element.key())
        })
        .map(|parent| format!("[`{}`]({})", parent.rust, path(parent)))
        .collect();
    if !parents.is_empty() {
        line!(out, "/// Stands in {}.", parents.join(", "));
    }
    let kids: Vec<String> = element
        .children
        .iter()
        .map(|key| vocabulary.child(element, key))
        .map(|child| format!("[`{}`]({})", child.rust, path(child)))
        .collect();
    if !kids.is_empty() {
        line!(
            out,
            "/// Holds {}{}.",
            if element.is_mixed() { "text, " } else { "" },
            kids.join(", ")
        );
    }
    if element.terminal {
        out.push_str("/// Nothing after it runs.\n");
    }
    if !element.text_rule.is_empty() {
        line!(out, "/// Text: {}.", names::plain(&element.text_rule));
    }
    if !element.deprecated.is_empty() {
        line!(
            out,
            "///\n/// **Legacy**: {}",
            names::plain(&with_stop(&element.deprecated))
        );
    }
    line!(out, "///\n/// Source: <{}>.", element.page);
    let default = if element.has_default() {
        "Default, "
    } else {
        ""
    };
    line!(out, "#[derive(Clone, Debug, {default}PartialEq, Eq)]");
    line!(out, "pub struct {} {{", element.rust);
    if !element.field.is_empty() {
        let kind = if element.text_required() {
            "Text"
        } else {
            "Option<Text>"
        };
        line!(
            out,
            "    /// The text of the element: {}.",
            text_kind(&element.text)
        );
        if !element.text_rule.is_empty() {
            line!(
                out,
                "    ///\n    /// Rule: {}.",
                names::plain(&element.text_rule)
            );
        }
        line!(out, "    pub {}: {kind},", element.field);
    }
    for attribute in element.typed() {
        attribute_docs(element, attribute, out);
        let (field, _, _) = types(attribute);
        let field = if attribute.required {
            field
        } else {
            format!("Option<{field}>")
        };
        line!(out, "    pub {}: {field},", names::snake(&attribute.name));
    }
    if element.is_mixed() {
        line!(out, "    pub(crate) {}: Content,", element.children_field);
    } else if element.has_children() {
        line!(
            out,
            "    {}: Vec<{}>,",
            element.children_field,
            element.children_type
        );
    }
    out.push_str("    unchecked: Unchecked,\n}\n\n");
}

fn attribute_docs(element: &Element, attribute: &Attribute, out: &mut String) {
    line!(
        out,
        "    /// `{}`: {}",
        attribute.name,
        names::plain(&with_stop(&attribute.meaning))
    );
    let mut facts = Vec::new();
    if attribute.required {
        facts.push("Required.".to_owned());
    }
    if !attribute.default.is_empty() {
        let from = match attribute.default_from.as_str() {
            "docs" | "" => String::new(),
            from => format!(" ({from})"),
        };
        facts.push(format!("Default: {}{from}.", code(&attribute.default)));
    }
    match attribute.kind.as_str() {
        "seconds" => facts.push("In seconds.".into()),
        "milliseconds" => facts.push("In milliseconds.".into()),
        _ => {}
    }
    let number = matches!(
        attribute.kind.as_str(),
        "int" | "seconds" | "milliseconds" | "decimal"
    );
    match attribute.rule.as_str() {
        "" | "required" | "seconds" => {}
        rule => facts.push(format!(
            "{}: {}.",
            if number { "Range" } else { "Rule" },
            names::plain(rule)
        )),
    }
    if !attribute.deprecated.is_empty() {
        facts.push(format!(
            "**Deprecated**: {}.",
            names::plain(&attribute.deprecated)
        ));
    }
    if attribute.seen_in == "docs" {
        facts.push("In no official helper library.".into());
    }
    facts.push(format!("[Source]({}).", element.page));
    line!(out, "    ///\n    /// {}", facts.join(" "));
}

fn inherent(vocabulary: &Vocabulary, element: &Element, out: &mut String) {
    let rust = &element.rust;
    line!(out, "impl {rust} {{");
    constructor(element, out);
    if element.is_mixed() {
        out.push_str("    /// Appends text; text beside text becomes one.\n    #[must_use]\n");
        out.push_str("    #[inline]\n    pub fn text(mut self, text: impl Into<Text>) -> Self {\n");
        out.push_str("        self.content.push_text(text.into());\n        self\n    }\n\n");
    }
    if !element.field.is_empty() && !element.text_in_new {
        let field = &element.field;
        line!(
            out,
            "    /// Sets the text of the element: {}.",
            text_kind(&element.text)
        );
        setter(field, "impl Into<Text>", "Some(value.into())", out);
    }
    for attribute in element.typed().filter(|attribute| !attribute.required) {
        let (_, argument, convert) = types(attribute);
        line!(
            out,
            "    /// Sets [`{0}`](Self::{0}): {1}",
            names::snake(&attribute.name),
            names::plain(&with_stop(&attribute.meaning))
        );
        setter(
            &names::snake(&attribute.name),
            &argument,
            &format!("Some({convert})"),
            out,
        );
    }
    for key in &element.children {
        let child = vocabulary.child(element, key);
        let field = &element.children_field;
        line!(
            out,
            "    /// Adds [`<{}>`]({}): {}",
            child.name,
            path(child),
            names::plain(&with_stop(&child.meaning))
        );
        if child.method() == "sub" {
            let reason = "the name of the element: it subtracts nothing";
            line!(
                out,
                "    #[expect(clippy::should_implement_trait, reason = {reason:?})]"
            );
        }
        let kind = if child.rust == element.rust {
            "Self"
        } else {
            &child.rust
        };
        line!(
            out,
            "    #[must_use]\n    #[inline]\n    pub fn {}(mut self, {}: impl Into<{kind}>) -> Self {{",
            adder(element, child),
            argument(child)
        );
        if element.is_mixed() {
            line!(
                out,
                "        self.{field}.push(Node::{}(alloc::boxed::Box::new({}.into())));",
                child.variant(),
                argument(child)
            );
        } else {
            let boxed = if child.boxed {
                format!("alloc::boxed::Box::new({}.into())", argument(child))
            } else {
                format!("{}.into()", argument(child))
            };
            let child = format!("{}::{}({boxed})", element.children_type, child.variant());
            let bytes = if element.kind == "root" { 1024 } else { 384 };
            line!(out, "        add(&mut self.{field}, {bytes}, {child});");
        }
        out.push_str("        self\n    }\n\n");
    }
    if element.has_children() {
        accessors(element, out);
    } else {
        out.push_str(
            "    /// Adds an element that the vocabulary does not allow here.\n    #[must_use]\n",
        );
        out.push_str("    pub fn element_unchecked(mut self, element: Element) -> Self {\n");
        out.push_str("        self.unchecked.push(UncheckedNode::Element(element.into()));\n        self\n    }\n\n");
        out.push_str("    /// Adds a comment, which Twilio ignores.\n    #[must_use]\n");
        out.push_str("    pub fn comment(mut self, comment: Comment) -> Self {\n");
        out.push_str("        self.unchecked.push(UncheckedNode::Comment(comment));\n        self\n    }\n\n");
    }
    out.push_str("    /// Sets any attribute, known or not; it wins over a typed one of the same name.\n    #[must_use]\n");
    out.push_str("    pub fn attribute_unchecked(mut self, name: impl Into<Text>, value: impl Into<Text>) -> Self {\n");
    out.push_str(
        "        self.unchecked.set_attribute(name.into(), value.into());\n        self\n    }\n\n",
    );
    out.push_str("    /// What was added unchecked, or read and not known.\n    #[must_use]\n");
    out.push_str(
        "    pub fn unchecked(&self) -> &Unchecked {\n        &self.unchecked\n    }\n}\n\n",
    );
}

fn constructor(element: &Element, out: &mut String) {
    let mut arguments = Vec::new();
    let mut fields = Vec::new();
    if element.text_in_new {
        arguments.push(format!("{}: impl Into<Text>", element.field));
        let value = format!("{}.into()", element.field);
        fields.push((
            element.field.clone(),
            if element.text_required() {
                value
            } else {
                format!("Some({value})")
            },
        ));
    }
    for attribute in element.required() {
        let name = names::snake(&attribute.name);
        let (_, argument, convert) = types(attribute);
        arguments.push(format!("{name}: {argument}"));
        fields.push((name.clone(), convert.replace("value", &name)));
    }
    let what = if fields.is_empty() {
        "nothing set".to_owned()
    } else {
        "only what it cannot do without".to_owned()
    };
    let what = if !fields.is_empty() && element.has_default() {
        "this text; [`default`](Self::default) has none".to_owned()
    } else {
        what
    };
    line!(
        out,
        "    /// `<{}>` with {what}.\n    #[must_use]\n    #[inline]",
        element.name
    );
    line!(out, "    pub fn new({}) -> Self {{", arguments.join(", "));
    if fields.is_empty() {
        out.push_str("        Self::default()\n    }\n\n");
        return;
    }
    out.push_str("        Self {\n");
    for (name, value) in &fields {
        line!(out, "            {name}: {value},");
    }
    if element.has_default() {
        out.push_str("            ..Self::default()\n");
    } else {
        for attribute in element.typed().filter(|attribute| !attribute.required) {
            line!(out, "            {}: None,", names::snake(&attribute.name));
        }
        if element.is_mixed() {
            line!(
                out,
                "            {}: Content::default(),",
                element.children_field
            );
        } else if element.has_children() {
            line!(out, "            {}: Vec::new(),", element.children_field);
        }
        out.push_str("            unchecked: Unchecked::default(),\n");
    }
    out.push_str("        }\n    }\n\n");
}

fn setter(field: &str, argument: &str, value: &str, out: &mut String) {
    line!(
        out,
        "    #[must_use]\n    #[inline]\n    pub fn {field}(mut self, value: {argument}) -> Self {{"
    );
    line!(
        out,
        "        self.{field} = {value};\n        self\n    }}\n"
    );
}

fn accessors(element: &Element, out: &mut String) {
    let field = &element.children_field;
    let kind = if element.is_mixed() {
        "Node"
    } else {
        &element.children_type
    };
    line!(
        out,
        "    /// What stands inside, in order.\n    #[must_use]\n    #[inline]\n    pub fn {field}(&self) -> &[{kind}] {{\n        &self.{field}\n    }}\n"
    );
    if !element.is_mixed() {
        line!(
            out,
            "    /// Adds a child in place, for building in a loop.\n    pub fn push(&mut self, child: impl Into<{kind}>) {{\n        self.{field}.push(child.into());\n    }}\n"
        );
    }
    out.push_str("    /// Adds a comment, which Twilio ignores.\n    #[must_use]\n");
    line!(
        out,
        "    pub fn comment(mut self, comment: Comment) -> Self {{\n        self.{field}.push({kind}::Comment(comment));\n        self\n    }}\n"
    );
    out.push_str(
        "    /// Adds an element that the vocabulary does not allow here.\n    #[must_use]\n",
    );
    line!(
        out,
        "    pub fn element_unchecked(mut self, element: Element) -> Self {{\n        self.{field}.push({kind}::Unchecked(UncheckedNode::Element(element.into())));\n        self\n    }}\n"
    );
}

fn children(vocabulary: &Vocabulary, element: &Element, out: &mut String) {
    line!(
        out,
        "children! {{\n    /// What may stand in [`{}`].\n    {} {{",
        element.rust,
        element.children_type
    );
    for key in &element.children {
        let child = vocabulary.child(element, key);
        let held = if child.boxed {
            format!("alloc::boxed::Box<{}>", child.rust)
        } else {
            child.rust.clone()
        };
        line!(
            out,
            "        {}({held}) from {},",
            child.variant(),
            child.rust
        );
    }
    out.push_str("    }\n}\n\n");
}

/// Whether it can be made from text alone.
fn converts(element: &Element) -> bool {
    element.required().next().is_none() && (!element.field.is_empty() || element.is_mixed())
}

fn conversions(element: &Element, out: &mut String) {
    if !converts(element) {
        return;
    }
    let rust = &element.rust;
    for from in ["&'static str", "String", "Text"] {
        let body = if element.is_mixed() {
            format!(
                "Self {{ {}: Content::text(text), ..Self::default() }}",
                element.children_field
            )
        } else if element.text_in_new {
            "Self::new(text)".to_owned()
        } else {
            format!("Self::new().{}(text)", element.field)
        };
        line!(
            out,
            "impl From<{from}> for {rust} {{\n    #[inline]\n    fn from(text: {from}) -> Self {{\n        {body}\n    }}\n}}\n"
        );
    }
}

fn render(element: &Element, out: &mut String) {
    let rust = &element.rust;
    line!(
        out,
        "impl Render for {rust} {{\n    const TAG: TagName = tag!(\"{}\");\n",
        element.name
    );
    let unused = if element.typed().next().is_none() {
        "_"
    } else {
        ""
    };
    line!(
        out,
        "    fn attributes<'m>(&'m self, {unused}x: &mut Xml<'m>) {{"
    );
    for attribute in element.typed() {
        let call = if attribute.required {
            "required"
        } else {
            "attribute"
        };
        line!(
            out,
            "        x.{call}(name!(\"{}\"), &self.{});",
            attribute.name,
            names::snake(&attribute.name)
        );
    }
    out.push_str("    }\n\n");
    let field = &element.field;
    let list = &element.children_field;
    let unused = if field.is_empty() && list.is_empty() {
        "_"
    } else {
        ""
    };
    line!(
        out,
        "    fn content<'m>(&'m self, {unused}x: &mut Xml<'m>) {{"
    );
    if !field.is_empty() {
        if element.text_required() {
            line!(out, "        x.text(&self.{field});");
        } else {
            line!(
                out,
                "        if let Some(text) = &self.{field} {{\n            x.text(text);\n        }}"
            );
        }
    }
    if !list.is_empty() {
        line!(
            out,
            "        for child in self.{list}.iter() {{\n            child.render(x);\n        }}"
        );
    }
    out.push_str("    }\n\n");
    let mut empty = Vec::new();
    let mut text = "false".to_owned();
    if !field.is_empty() {
        let held = if element.text_required() {
            format!("!self.{field}.is_empty()")
        } else {
            format!("self.{field}.is_some()")
        };
        empty.push(if element.text_required() {
            format!("self.{field}.is_empty()")
        } else {
            format!("self.{field}.is_none()")
        });
        text = held;
    }
    if !list.is_empty() {
        empty.push(format!("self.{list}.is_empty()"));
    }
    if element.is_mixed() || (list.is_empty() && !field.is_empty()) {
        // Blanks beside its elements would be read as its text.
        text = "true".into();
    } else if !list.is_empty() {
        // Text where none belongs: reading leniently keeps it.
        let kind = &element.children_type;
        let stray = format!(
            "self.{list}.iter().any(|child| matches!(child, {kind}::Unchecked(UncheckedNode::Text(_))))"
        );
        text = if field.is_empty() {
            stray
        } else {
            format!("{text} || {stray}")
        };
    }
    let empty = if empty.is_empty() {
        "true".into()
    } else {
        empty.join(" && ")
    };
    line!(
        out,
        "    fn is_empty(&self) -> bool {{\n        {empty}\n    }}\n"
    );
    line!(
        out,
        "    fn has_text(&self) -> bool {{\n        {text}\n    }}\n"
    );
    out.push_str("    fn unchecked(&self) -> &Unchecked {\n        &self.unchecked\n    }\n}\n\n");
}

fn parse(element: &Element, out: &mut String) {
    let quoted = |names: Vec<&str>| {
        names
            .iter()
            .map(|name| format!("{name:?}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let rust = &element.rust;
    line!(
        out,
        "#[cfg(feature = \"parse\")]\nimpl Parse for {rust} {{\n    const NAME: &'static str = \"{}\";",
        element.name
    );
    let required: Vec<&str> = element
        .required()
        .map(|attribute| attribute.name.as_str())
        .collect();
    line!(
        out,
        "    const REQUIRED: &'static [&'static str] = &[{}];",
        quoted(required)
    );
    let legacy = element
        .attributes
        .iter()
        .filter(|attribute| attribute.deprecated == "legacy")
        .map(|attribute| attribute.name.as_str())
        .collect();
    line!(
        out,
        "    const LEGACY: &'static [&'static str] = &[{}];\n",
        quoted(legacy)
    );
    out.push_str("    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {\n");
    if element.has_default() {
        out.push_str("        let mut this = Self::default();\n");
    } else {
        let mut arguments = Vec::new();
        if element.text_in_new {
            arguments.push("Text::default()");
        }
        arguments.extend(element.required().map(|_| "Text::default()"));
        line!(
            out,
            "        let mut this = Self::new({});",
            arguments.join(", ")
        );
    }
    for attribute in element.required() {
        line!(
            out,
            "        let mut {} = None;",
            names::snake(&attribute.name)
        );
    }
    out.push_str("        let mut unchecked = Unchecked::default();\n");
    let read = if element.typed().next().is_none() {
        "_read"
    } else {
        "read"
    };
    if element.typed().next().is_none() {
        line!(
            out,
            "        reader.attributes::<Self>(tag, &mut unchecked, |{read}| Kept::Unknown)?;"
        );
    } else {
        out.push_str(
            "        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {\n",
        );
        for attribute in element.typed() {
            let name = names::snake(&attribute.name);
            let slot = if attribute.required {
                name
            } else {
                format!("this.{name}")
            };
            line!(
                out,
                "            \"{}\" => read.set(&mut {slot}),",
                attribute.name
            );
        }
        out.push_str("            _ => Kept::Unknown,\n        })?;\n");
    }
    for attribute in element.required() {
        let name = names::snake(&attribute.name);
        line!(
            out,
            "        this.{name} = reader.required::<Self, _>(tag, \"{}\", {name})?;",
            attribute.name
        );
    }
    out.push_str("        this.unchecked = unchecked;\n");
    let list = &element.children_field;
    let field = &element.field;
    if element.is_mixed() {
        line!(
            out,
            "        reader.mixed(tag, &mut this.{list}, Self::CHILDREN)?;"
        );
    } else if !field.is_empty() && element.has_children() {
        line!(
            out,
            "        reader.text_or_children(tag, &mut this.{field}, &mut this.{list})?;"
        );
    } else if element.has_children() {
        line!(out, "        reader.children(tag, &mut this.{list})?;");
    } else if !field.is_empty() {
        let unwrap = if element.text_required() {
            ".unwrap_or_default()"
        } else {
            ""
        };
        line!(
            out,
            "        this.{field} = reader.text(tag, &mut this.unchecked)?{unwrap};"
        );
    } else {
        out.push_str("        reader.nothing(tag, &mut this.unchecked)?;\n");
    }
    out.push_str("        Ok(this)\n    }\n}\n");
    if element.is_mixed() {
        let children = element
            .children
            .iter()
            .map(|key| ssml_name(key))
            .collect::<Vec<_>>();
        line!(
            out,
            "\n#[cfg(feature = \"parse\")]\nimpl {rust} {{\n    const CHILDREN: &'static [&'static str] = &[{}];\n}}",
            children.join(", ")
        );
    }
}

/// `SsmlSayAs` is `say-as` in a document.
fn ssml_name(key: &str) -> String {
    let name = key.trim_start_matches("Ssml");
    format!(
        "{:?}",
        if name == "SayAs" {
            "say-as".to_owned()
        } else {
            name.to_ascii_lowercase()
        }
    )
}

/// The nodes that may stand between SSML's tags.
pub(crate) fn ssml_node(vocabulary: &Vocabulary) -> String {
    let mut out = String::from(HEADER);
    let ssml: Vec<&Element> = vocabulary
        .elements
        .iter()
        .filter(|element| element.is_ssml())
        .collect();
    for element in &ssml {
        line!(out, "use super::{};", element.rust);
    }
    out.push_str("use crate::children::mixed;\n\nmixed! {\n    /// A piece of speech: text, or an element that says how words are spoken.\n    Node {\n");
    for element in &ssml {
        line!(out, "        {},", element.rust);
    }
    out.push_str("    }\n    nested {\n");
    for element in ssml.iter().filter(|element| element.is_mixed()) {
        line!(out, "        {},", element.rust);
    }
    out.push_str("    }\n}\n");
    out
}

fn path(element: &Element) -> String {
    match (element.family(), element.is_ssml()) {
        (_, true) => format!("crate::voice::ssml::{}", element.rust),
        (family, false) => format!("crate::{family}::{}", element.rust),
    }
}

/// The method that adds a child: its name, unless an attribute already has it.
pub(crate) fn adder(parent: &Element, child: &Element) -> String {
    let method = child.method();
    let taken = parent
        .typed()
        .any(|attribute| names::snake(&attribute.name) == method);
    if taken {
        format!("add_{method}")
    } else {
        method
    }
}

fn argument(child: &Element) -> String {
    child.method()
}

fn with_stop(text: &str) -> String {
    if text.ends_with('.') {
        text.into()
    } else {
        format!("{text}.")
    }
}

fn code(default: &str) -> String {
    if default.contains(' ') {
        names::plain(default)
    } else {
        format!("`{default}`")
    }
}

fn text_kind(kind: &str) -> &'static str {
    match kind.trim_end_matches('!') {
        "phone" => "a phone number",
        "name" => "a name",
        "url" => "a URL",
        "sid" => "a SID",
        "sip_uri" => "a SIP URI",
        "json" => "a JSON object",
        _ => "free text",
    }
}
