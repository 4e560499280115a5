//! Random documents from the vocabulary's tables.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::vocabulary::{Attribute, Element, Vocabulary};

/// A random element with everything in it.
pub(crate) struct Tree {
    /// Its id in the vocabulary.
    key: String,
    name: String,
    holds_text: bool,
    attributes: Vec<(String, Value)>,
    children: Vec<Node>,
}

enum Node {
    Element(Tree),
    Text(String),
}

/// A value of an attribute as a user of either library has it at hand.
enum Value {
    Bool(bool),
    Number(u64),
    Text(String),
}

/// Makes documents, and remembers what was in them.
pub(crate) struct Documents<'v> {
    vocabulary: &'v Vocabulary,
    random: Random,
    /// Each attribute and each child that came up, so that the test can tell that none was left out.
    pub(crate) seen: BTreeSet<String>,
}

impl<'v> Documents<'v> {
    pub(crate) fn new(vocabulary: &'v Vocabulary, seed: u64) -> Self {
        Self {
            vocabulary,
            random: Random(seed),
            seen: BTreeSet::new(),
        }
    }

    /// A whole document of the family, `voice` or `messaging`.
    pub(crate) fn document(&mut self, family: &str) -> Tree {
        let vocabulary = self.vocabulary;
        let id = format!("{family}.Response");
        let root = vocabulary
            .elements
            .iter()
            .find(|element| element.id == id)
            .expect("each family has a Response");
        self.element(root, 5)
    }

    fn element(&mut self, element: &Element, depth: u32) -> Tree {
        let mut attributes = Vec::new();
        for attribute in element.typed() {
            if attribute.required || self.random.chance(30) {
                self.seen
                    .insert(format!("{} {}", element.id, attribute.name));
                attributes.push((attribute.name.clone(), self.value(attribute)));
            }
        }
        Tree {
            key: element.id.clone(),
            name: element.name.clone(),
            holds_text: !element.text.is_empty(),
            attributes,
            children: self.children(element, depth),
        }
    }

    fn children(&mut self, element: &Element, depth: u32) -> Vec<Node> {
        let mixed = element.is_mixed();
        let only_text = !element.text.is_empty() && !mixed;
        if only_text
            && (element.children.is_empty() || element.text_required() || self.random.chance(50))
        {
            return if element.text_required() || self.random.chance(80) {
                vec![Node::Text(self.words())]
            } else {
                Vec::new()
            };
        }
        let mut nodes = Vec::new();
        for _ in 0..self.random.below(5) {
            let after_text = matches!(nodes.last(), Some(Node::Text(_)));
            if mixed && !after_text && self.random.chance(60) {
                nodes.push(Node::Text(self.words()));
            } else if depth > 0 && !element.children.is_empty() {
                let child = self.random.of(&element.children).clone();
                self.seen.insert(format!("{} > {child}", element.id));
                let child = self.vocabulary.child(element, &child);
                nodes.push(Node::Element(self.element(child, depth - 1)));
            }
        }
        nodes
    }

    fn value(&mut self, attribute: &Attribute) -> Value {
        let number = self.random.below(5000);
        match attribute.kind.as_str() {
            "bool" => Value::Bool(self.random.chance(50)),
            "int" | "seconds" | "milliseconds" => Value::Number(number),
            "speech_timeout" if self.random.chance(50) => Value::Text("auto".to_owned()),
            "speech_timeout" => Value::Number(number),
            "decimal" => Value::Text(format!("{}.{:02}", number / 100, number % 100)),
            "ssml_time" => Value::Text(format!("{number}ms")),
            "postal_code" if self.random.chance(50) => Value::Bool(self.random.chance(50)),
            "postal_code" => Value::Text(format!("9{number:04}")),
            "method" => Value::Text(self.listed("Method")),
            "enum" => Value::Text(self.listed(&attribute.values)),
            "tag" if !attribute.values.is_empty() => Value::Text(self.listed(&attribute.values)),
            "enums" => Value::Text(self.several(" ", |this| this.listed(&attribute.values))),
            "ints" => Value::Text(self.several(" ", |this| this.random.below(9).to_string())),
            "words" => Value::Text(self.several(" ", |this| format!("w{}", this.random.below(9)))),
            "csv" => Value::Text(self.several(",", |this| format!("a&b{}", this.random.below(9)))),
            _ if self.random.chance(5) => Value::Text(String::new()),
            _ => Value::Text(self.words()),
        }
    }

    /// A value of a list; of one that is open also one that is not in it.
    fn listed(&mut self, list: &str) -> String {
        let vocabulary = self.vocabulary;
        let list = vocabulary
            .lists
            .iter()
            .find(|it| it.name == list)
            .unwrap_or_else(|| panic!("no list {list}"));
        if list.open && self.random.chance(10) {
            return format!("New.{}", self.random.below(100));
        }
        self.random.of(&list.values).0.clone()
    }

    fn several(&mut self, separator: &str, mut one: impl FnMut(&mut Self) -> String) -> String {
        let number = 1 + self.random.below(3);
        let all: Vec<String> = (0..number).map(|_| one(self)).collect();
        all.join(separator)
    }

    /// Words with whatever needs care in XML; no carriage return, see the exceptions.
    fn words(&mut self) -> String {
        const WORDS: &[&str] = &[
            "Hello",
            "+15550001",
            "https://example.com/a?b=1&c=2",
            "<b>",
            "a & b",
            "&amp;",
            "]]>",
            "\"quoted\"",
            "it's",
            "\u{e9}t\u{e9}",
            "\u{65e5}\u{672c}",
            "\u{1f4de}",
            "\t",
            "\n",
            "  ",
            "\u{a0}",
            "\u{2028}",
            "<!-- -->",
            "x",
            "1",
        ];
        let mut words = String::new();
        for _ in 0..1 + self.random.below(3) {
            words.push_str(self.random.of::<&str>(WORDS));
        }
        // Blanks alone are no text for elements that hold either text or others.
        if words.trim().is_empty() {
            words.push('.');
        }
        words
    }
}

impl Tree {
    /// The document as XML that neither library wrote: every character that is not a letter or digit is a
    /// numeric reference.
    pub(crate) fn xml(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("='");
            referenced(out, &value.text());
            out.push('\'');
        }
        out.push('>');
        for node in &self.children {
            match node {
                Node::Element(tree) => tree.xml(out),
                Node::Text(text) => referenced(out, text),
            }
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }

    pub(crate) fn json(&self, out: &mut String) {
        out.push_str("{\"key\":");
        quoted(out, &self.key);
        out.push_str(",\"name\":");
        quoted(out, &self.name);
        let _ = write!(out, ",\"text\":{},\"attributes\":[", self.holds_text);
        for (at, (name, value)) in self.attributes.iter().enumerate() {
            out.push_str(if at == 0 { "[" } else { ",[" });
            quoted(out, name);
            out.push(',');
            match value {
                Value::Text(text) => quoted(out, text),
                value => out.push_str(&value.text()),
            }
            out.push(']');
        }
        out.push_str("],\"children\":[");
        for (at, node) in self.children.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            match node {
                Node::Element(tree) => tree.json(out),
                Node::Text(text) => quoted(out, text),
            }
        }
        out.push_str("]}");
    }
}

impl Value {
    fn text(&self) -> String {
        match self {
            Self::Bool(bool) => bool.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

fn referenced(out: &mut String, text: &str) {
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            out.push(character);
        } else {
            let _ = write!(out, "&#{};", u32::from(character));
        }
    }
}

/// A JSON string.
pub(crate) fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// SplitMix64: the same documents on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn of<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        let at = self.below(list.len() as u64);
        &list[usize::try_from(at).expect("an index")]
    }
}
