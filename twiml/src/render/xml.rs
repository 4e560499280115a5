use alloc::format;
use alloc::string::String;
use core::mem;

use super::escape::{Offence, Place, write_escaped};
use super::{DECLARATION, Forbidden, RenderError, RenderOptions};
use crate::element::{Attribute, Comment, Element, Node, Unchecked, is_name};
use crate::value::AttributeValue;

/// Deeper than this nothing is written: it bounds the stack that rendering needs.
const DEPTH_LIMIT: usize = 256;

/// A typed element that can write itself.
pub(crate) trait Render {
    /// The element's name in the document.
    const TAG: TagName;

    /// Writes each attribute that is set, in declared order.
    fn attributes<'m>(&'m self, x: &mut Xml<'m>);

    /// Writes what stands between the tags.
    fn content<'m>(&'m self, x: &mut Xml<'m>);

    /// Whether nothing stands between the tags, not counting what was added unchecked.
    fn is_empty(&self) -> bool;

    /// Whether text stands between the tags, so that indentation would change it.
    fn has_text(&self) -> bool;

    /// What was added unchecked.
    fn unchecked(&self) -> &Unchecked;
}

/// A child of a typed element: one of several elements, a comment, or something unchecked.
pub(crate) trait RenderChild {
    fn render<'m>(&'m self, x: &mut Xml<'m>);
}

/// The name of an element with what is written round it, joined at compile time: one copy instead of three.
#[derive(Clone, Copy)]
pub(crate) struct TagName {
    pub(crate) name: &'static str,
    pub(crate) open: &'static str,
    pub(crate) close: &'static str,
}

/// The name of an attribute with what is written round it.
#[derive(Clone, Copy)]
pub(crate) struct AttributeName {
    pub(crate) name: &'static str,
    pub(crate) open: &'static str,
}

macro_rules! tag {
    ($name:literal) => {
        crate::render::TagName {
            name: $name,
            open: concat!("<", $name),
            close: concat!("</", $name, ">"),
        }
    };
}

macro_rules! name {
    ($name:literal) => {
        &crate::render::AttributeName {
            name: $name,
            open: concat!(" ", $name, "=\""),
        }
    };
}

pub(crate) use {name, tag};

/// Writes XML into `out`, remembering where it is so that an error can name the place.
///
/// Writing goes on after an offence, of which the first is kept: a `String` takes all, so the rule saves a branch
/// behind everything that is written. What was written is then taken back as a whole.
pub(crate) struct Xml<'m> {
    out: &'m mut String,
    options: RenderOptions,
    /// The element being written.
    element: &'m str,
    /// The attribute being written.
    attribute: Option<&'m str>,
    /// Unchecked attributes of the element being written: they win over typed ones.
    shadow: &'m [Attribute],
    depth: usize,
    /// Whether white space may be added here.
    breakable: bool,
    error: Option<RenderError>,
}

/// Appends a whole document with `root` as its document element; after an error `out` is as it was.
pub(crate) fn write_document<R: Render>(
    root: &R,
    out: &mut String,
    options: &RenderOptions,
) -> Result<(), RenderError> {
    let start = out.len();
    let mut x = Xml::new(out, *options);
    x.document(root);
    match x.error {
        None => Ok(()),
        Some(error) => {
            out.truncate(start);
            Err(error)
        }
    }
}

/// Writes one attribute value, for tests of values.
#[cfg(test)]
pub(crate) fn write_value<V: AttributeValue>(value: &V, out: &mut String) {
    value.write(&mut Xml::new(out, RenderOptions::new()));
}

impl<'m> Xml<'m> {
    fn new(out: &'m mut String, options: RenderOptions) -> Self {
        Self {
            out,
            options,
            element: "",
            attribute: None,
            shadow: &[],
            depth: 0,
            breakable: options.indent.is_some(),
            error: None,
        }
    }

    fn document<R: Render>(&mut self, root: &'m R) {
        if self.options.declaration {
            self.out.push_str(DECLARATION);
            if self.breakable {
                self.out.push('\n');
            }
        }
        self.element(root);
        if self.breakable {
            self.out.push('\n');
        }
    }

    /// Writes a typed element. Not inlined, and what is rare taken out: a document of many kinds of elements then
    /// runs through less code, which stays in the processor's cache.
    #[inline(never)]
    pub(crate) fn element<R: Render>(&mut self, element: &'m R) {
        if self.depth >= DEPTH_LIMIT {
            return self.too_deep();
        }
        if self.depth > 0 {
            self.line();
        }
        let outer = mem::replace(&mut self.element, R::TAG.name);
        self.out.push_str(R::TAG.open);
        let unchecked = element.unchecked();
        self.shadow = unchecked.attributes();
        element.attributes(self);
        if !unchecked.is_empty() {
            self.unchecked_attributes(unchecked.attributes());
        }
        if element.is_empty() && unchecked.nodes().is_empty() {
            self.out.push_str("/>");
        } else {
            self.out.push('>');
            let breakable = self.breakable;
            if breakable {
                self.breakable = !element.has_text() && !any_text(unchecked.nodes());
            }
            self.depth += 1;
            element.content(self);
            if !unchecked.is_empty() {
                self.nodes(unchecked.nodes());
            }
            self.depth -= 1;
            self.line();
            self.breakable = breakable;
            self.out.push_str(R::TAG.close);
        }
        self.element = outer;
    }

    /// Writes an element whose name, attributes and children nobody checked.
    pub(crate) fn unchecked_element(&mut self, element: &'m Element) {
        if self.depth >= DEPTH_LIMIT {
            return self.too_deep();
        }
        let name = element.name();
        // Asked once for both tags; what is no name is only written when offences are replaced.
        let fits = is_name(name);
        if !fits && self.options.forbidden == Forbidden::Refuse {
            return self.fail(RenderError::BadName { name: name.into() });
        }
        if self.depth > 0 {
            self.line();
        }
        let outer = mem::replace(&mut self.element, name);
        self.out.push('<');
        self.name(name, fits);
        self.unchecked_attributes(element.attributes());
        if element.nodes().is_empty() {
            self.out.push_str("/>");
        } else {
            self.out.push('>');
            let breakable = self.breakable;
            // Blanks may mean something in what nobody knows, and reading keeps them.
            self.breakable = false;
            self.depth += 1;
            self.nodes(element.nodes());
            self.depth -= 1;
            self.breakable = breakable;
            self.out.push_str("</");
            self.name(name, fits);
            self.out.push('>');
        }
        self.element = outer;
    }

    #[inline(never)]
    fn nodes(&mut self, nodes: &'m [Node]) {
        for node in nodes {
            self.node(node);
        }
    }

    pub(crate) fn node(&mut self, node: &'m Node) {
        match node {
            Node::Element(element) => self.unchecked_element(element),
            Node::Text(text) => self.text(text),
            Node::Comment(comment) => self.comment(comment),
        }
    }

    #[inline(never)]
    pub(crate) fn comment(&mut self, comment: &'m Comment) {
        self.line();
        self.out.push_str("<!--");
        // A comment is not escaped; what it cannot hold was refused when it was made, except
        // characters that no part of a document can hold.
        let text = comment.text();
        if let Some(offence) = super::forbidden(text) {
            self.offend("comment in", offence);
            self.out.extend(text.chars().map(|character| {
                let fits = super::forbidden(character.encode_utf8(&mut [0; 4])).is_none();
                if fits {
                    character
                } else {
                    char::REPLACEMENT_CHARACTER
                }
            }));
        } else {
            self.out.push_str(text);
        }
        self.out.push_str("-->");
    }

    /// Writes text between tags. Not inlined, as `element` is not.
    #[inline(never)]
    pub(crate) fn text(&mut self, text: &str) {
        if let Some(offence) = write_escaped(self.out, text, Place::Text) {
            self.offend("text of", offence);
        }
    }

    /// Writes an attribute if it is set.
    #[inline]
    pub(crate) fn attribute<V: AttributeValue>(
        &mut self,
        name: &'static AttributeName,
        value: &Option<V>,
    ) {
        if let Some(value) = value {
            self.required(name, value);
        }
    }

    /// Writes an attribute. Not inlined, as `element` is not.
    #[inline(never)]
    pub(crate) fn required<V: AttributeValue>(&mut self, name: &'static AttributeName, value: &V) {
        if self.begin(name) {
            value.write(self);
            self.out.push('"');
        }
    }

    /// Writes what stands before the value of an attribute, unless an unchecked one wins over it.
    #[inline(never)]
    fn begin(&mut self, name: &'static AttributeName) -> bool {
        if !self.shadow.is_empty() && self.is_shadowed(name) {
            return false;
        }
        self.attribute = Some(name.name);
        self.out.push_str(name.open);
        true
    }

    #[cold]
    fn is_shadowed(&self, name: &AttributeName) -> bool {
        self.shadow
            .iter()
            .any(|attribute| attribute.name == name.name)
    }

    /// Writes part of the value of the attribute being written.
    #[inline(never)]
    pub(crate) fn value(&mut self, value: &str) {
        if let Some(offence) = write_escaped(self.out, value, Place::Attribute) {
            self.offend("attribute", offence);
        }
    }

    /// Writes part of a value that is known to need no escaping.
    pub(crate) fn plain(&mut self, value: &str) {
        self.out.push_str(value);
    }

    /// Writes a number.
    pub(crate) fn number(&mut self, number: i64) {
        if number < 0 {
            self.out.push('-');
        }
        self.digits(number.unsigned_abs());
    }

    fn digits(&mut self, number: u64) {
        if number >= 10 {
            self.digits(number / 10);
        }
        self.out.push(char::from(b'0' + (number % 10) as u8));
    }

    #[inline(never)]
    fn unchecked_attributes(&mut self, attributes: &'m [Attribute]) {
        for attribute in attributes {
            if !is_name(&attribute.name) {
                if self.options.forbidden == Forbidden::Refuse {
                    self.fail(RenderError::BadName {
                        name: attribute.name.as_ref().into(),
                    });
                }
                continue;
            }
            self.attribute = Some(&attribute.name);
            self.out.push(' ');
            self.out.push_str(&attribute.name);
            self.out.push_str("=\"");
            self.value(&attribute.value);
            self.out.push('"');
        }
    }

    /// Refuses, or where offences are replaced leaves out, what is nested too deep.
    #[cold]
    fn too_deep(&mut self) {
        if self.options.forbidden == Forbidden::Refuse {
            self.fail(RenderError::TooDeep { limit: DEPTH_LIMIT });
        }
    }

    /// Writes the name of an unchecked element, or if it does not fit one made of it.
    fn name(&mut self, name: &str, fits: bool) {
        if fits {
            return self.out.push_str(name);
        }
        self.out.push('_');
        self.out.extend(name.chars().map(|character| {
            let fits = character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
            if fits { character } else { '_' }
        }));
    }

    #[inline]
    fn line(&mut self) {
        if self.breakable {
            self.break_line();
        }
    }

    #[cold]
    fn break_line(&mut self) {
        let blanks = usize::from(self.options.indent.unwrap_or_default()) * self.depth;
        self.out.push('\n');
        self.out.extend(core::iter::repeat_n(' ', blanks));
    }

    #[cold]
    fn offend(&mut self, what: &str, Offence { character, offset }: Offence) {
        if self.options.forbidden == Forbidden::Replace {
            return;
        }
        let element = self.element;
        let place: String = match self.attribute.filter(|_| what == "attribute") {
            Some(attribute) => format!("attribute {attribute} of <{element}>"),
            None => format!("{what} <{element}>"),
        };
        self.fail(RenderError::ForbiddenCharacter {
            place,
            character,
            offset,
        });
    }

    #[cold]
    fn fail(&mut self, error: RenderError) {
        self.error.get_or_insert(error);
    }
}

#[cold]
fn any_text(nodes: &[Node]) -> bool {
    nodes.iter().any(Node::is_text)
}
