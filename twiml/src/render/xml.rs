use alloc::format;
use alloc::string::String;
use core::fmt;

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
    fn attributes<'m, W: fmt::Write + ?Sized>(&'m self, x: &mut Xml<'m, W>) -> fmt::Result;

    /// Writes what stands between the tags.
    fn content<'m, W: fmt::Write + ?Sized>(&'m self, x: &mut Xml<'m, W>) -> fmt::Result;

    /// Whether nothing stands between the tags, not counting what was added unchecked.
    fn is_empty(&self) -> bool;

    /// Whether text stands between the tags, so that indentation would change it.
    fn has_text(&self) -> bool;

    /// What was added unchecked.
    fn unchecked(&self) -> &Unchecked;
}

/// A child of a typed element: one of several elements, a comment, or something unchecked.
pub(crate) trait RenderChild {
    fn render<'m, W: fmt::Write + ?Sized>(&'m self, x: &mut Xml<'m, W>) -> fmt::Result;
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
        crate::render::AttributeName {
            name: $name,
            open: concat!(" ", $name, "=\""),
        }
    };
}

pub(crate) use {name, tag};

/// Writes XML into `out`, remembering where it is so that an error can name the place.
pub(crate) struct Xml<'m, W: fmt::Write + ?Sized> {
    out: &'m mut W,
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

/// Writes a whole document with `root` as its document element.
pub(crate) fn write_document<R: Render, W: fmt::Write + ?Sized>(
    root: &R,
    out: &mut W,
    options: &RenderOptions,
) -> Result<(), RenderError> {
    let mut x = Xml {
        out,
        options: *options,
        element: R::TAG.name,
        attribute: None,
        shadow: &[],
        depth: 0,
        breakable: options.indent.is_some(),
        error: None,
    };
    x.document(root)
        .map_err(|fmt::Error| x.error.take().unwrap_or(RenderError::Sink))
}

/// Writes one attribute value, for tests of values.
#[cfg(test)]
pub(crate) fn write_value<V: AttributeValue>(value: &V, out: &mut String) {
    let mut x = Xml {
        out,
        options: RenderOptions::new(),
        element: "",
        attribute: None,
        shadow: &[],
        depth: 0,
        breakable: false,
        error: None,
    };
    value.write(&mut x).expect("a String takes all");
}

impl<'m, W: fmt::Write + ?Sized> Xml<'m, W> {
    fn document<R: Render>(&mut self, root: &'m R) -> fmt::Result {
        if self.options.declaration {
            self.out.write_str(DECLARATION)?;
            if self.breakable {
                self.out.write_char('\n')?;
            }
        }
        self.element(root)?;
        if self.breakable {
            self.out.write_char('\n')
        } else {
            Ok(())
        }
    }

    /// Writes a typed element.
    pub(crate) fn element<R: Render>(&mut self, element: &'m R) -> fmt::Result {
        let breakable = self.breakable;
        if self.is_too_deep()? {
            return Ok(());
        }
        if self.depth > 0 {
            self.line()?;
        }
        self.element = R::TAG.name;
        self.out.write_str(R::TAG.open)?;
        // Nearly no element has anything unchecked: look once.
        let unchecked = element.unchecked();
        let nodes = if unchecked.is_empty() {
            self.shadow = &[];
            element.attributes(self)?;
            &[]
        } else {
            self.shadow = unchecked.attributes();
            element.attributes(self)?;
            self.unchecked_attributes(unchecked.attributes())?;
            unchecked.nodes()
        };
        if element.is_empty() && nodes.is_empty() {
            return self.out.write_str("/>");
        }
        self.breakable = breakable && !element.has_text() && !nodes.iter().any(Node::is_text);
        self.out.write_str(">")?;
        self.depth += 1;
        element.content(self)?;
        for node in nodes {
            self.node(node)?;
        }
        self.depth -= 1;
        self.line()?;
        self.element = R::TAG.name;
        self.breakable = breakable;
        self.out.write_str(R::TAG.close)
    }

    /// Writes an element whose name, attributes and children nobody checked.
    pub(crate) fn unchecked_element(&mut self, element: &'m Element) -> fmt::Result {
        let breakable = self.breakable;
        let name = element.name();
        if self.is_too_deep()? {
            return Ok(());
        }
        if !is_name(name) && self.options.forbidden == Forbidden::Refuse {
            return self.fail(RenderError::BadName { name: name.into() });
        }
        self.open(name)?;
        self.unchecked_attributes(element.attributes())?;
        if element.nodes().is_empty() {
            return self.out.write_str("/>");
        }
        self.breakable = breakable && !element.nodes().iter().any(Node::is_text);
        self.out.write_str(">")?;
        self.depth += 1;
        for node in element.nodes() {
            self.node(node)?;
        }
        self.close(name)?;
        self.breakable = breakable;
        Ok(())
    }

    pub(crate) fn node(&mut self, node: &'m Node) -> fmt::Result {
        match node {
            Node::Element(element) => self.unchecked_element(element),
            Node::Text(text) => self.text(text),
            Node::Comment(comment) => self.comment(comment),
        }
    }

    pub(crate) fn comment(&mut self, comment: &'m Comment) -> fmt::Result {
        self.line()?;
        self.out.write_str("<!--")?;
        // A comment is not escaped; what it cannot hold was refused when it was made, except
        // characters that no part of a document can hold.
        let text = comment.text();
        if let Some(offence) = super::forbidden(text) {
            self.offend("comment in", offence)?;
            for character in text.chars() {
                let fits = super::forbidden(character.encode_utf8(&mut [0; 4])).is_none();
                self.out.write_char(if fits {
                    character
                } else {
                    char::REPLACEMENT_CHARACTER
                })?;
            }
        } else {
            self.out.write_str(text)?;
        }
        self.out.write_str("-->")
    }

    /// Writes text between tags. Not inlined: code that fits the processor's cache beats saved calls.
    #[inline(never)]
    pub(crate) fn text(&mut self, text: &str) -> fmt::Result {
        match write_escaped(self.out, text, Place::Text)? {
            None => Ok(()),
            Some(offence) => self.offend("text of", offence),
        }
    }

    /// Writes an attribute if it is set.
    #[inline]
    pub(crate) fn attribute<V: AttributeValue>(
        &mut self,
        name: AttributeName,
        value: &Option<V>,
    ) -> fmt::Result {
        match value {
            Some(value) => self.required(name, value),
            None => Ok(()),
        }
    }

    /// Writes an attribute. Not inlined, as `text` is not.
    #[inline(never)]
    pub(crate) fn required<V: AttributeValue>(
        &mut self,
        name: AttributeName,
        value: &V,
    ) -> fmt::Result {
        if !self.shadow.is_empty()
            && self
                .shadow
                .iter()
                .any(|attribute| attribute.name == name.name)
        {
            return Ok(());
        }
        self.attribute = Some(name.name);
        self.out.write_str(name.open)?;
        value.write(self)?;
        self.out.write_str("\"")
    }

    /// Writes part of the value of the attribute being written.
    #[inline(never)]
    pub(crate) fn value(&mut self, value: &str) -> fmt::Result {
        match write_escaped(self.out, value, Place::Attribute)? {
            None => Ok(()),
            Some(offence) => self.offend("attribute", offence),
        }
    }

    /// Writes part of a value that is known to need no escaping.
    pub(crate) fn plain(&mut self, value: &str) -> fmt::Result {
        self.out.write_str(value)
    }

    /// Writes a number.
    pub(crate) fn number(&mut self, number: i64) -> fmt::Result {
        if let Some(digit) = u8::try_from(number).ok().filter(|digit| *digit < 10) {
            return self.out.write_char(char::from(b'0' + digit));
        }
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        let mut rest = number.unsigned_abs();
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if number < 0 {
            at -= 1;
            digits[at] = b'-';
        }
        // Only ASCII digits and a sign were written, so this is never the empty string.
        self.out
            .write_str(core::str::from_utf8(&digits[at..]).unwrap_or_default())
    }

    fn unchecked_attributes(&mut self, attributes: &'m [Attribute]) -> fmt::Result {
        for attribute in attributes {
            if !is_name(&attribute.name) {
                if self.options.forbidden == Forbidden::Refuse {
                    return self.fail(RenderError::BadName {
                        name: attribute.name.as_ref().into(),
                    });
                }
                continue;
            }
            self.attribute = Some(&attribute.name);
            self.out.write_char(' ')?;
            self.out.write_str(&attribute.name)?;
            self.out.write_str("=\"")?;
            self.value(&attribute.value)?;
            self.out.write_char('"')?;
        }
        Ok(())
    }

    /// Refuses, or where offences are replaced leaves out, what is nested too deep.
    #[inline]
    fn is_too_deep(&mut self) -> Result<bool, fmt::Error> {
        if self.depth < DEPTH_LIMIT {
            return Ok(false);
        }
        if self.options.forbidden == Forbidden::Refuse {
            self.fail(RenderError::TooDeep { limit: DEPTH_LIMIT })?;
        }
        Ok(true)
    }

    fn open(&mut self, name: &'m str) -> fmt::Result {
        if self.depth > 0 {
            self.line()?;
        }
        self.element = name;
        self.out.write_char('<')?;
        self.name(name)
    }

    fn close(&mut self, name: &'m str) -> fmt::Result {
        self.depth -= 1;
        self.line()?;
        self.element = name;
        self.out.write_str("</")?;
        self.name(name)?;
        self.out.write_char('>')
    }

    /// Writes a name; what could not be one is only reached when offences are replaced.
    fn name(&mut self, name: &str) -> fmt::Result {
        if self.options.forbidden == Forbidden::Refuse || is_name(name) {
            return self.out.write_str(name);
        }
        self.out.write_char('_')?;
        for character in name.chars() {
            let fits = character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
            self.out.write_char(if fits { character } else { '_' })?;
        }
        Ok(())
    }

    #[inline]
    fn line(&mut self) -> fmt::Result {
        if self.breakable {
            self.break_line()
        } else {
            Ok(())
        }
    }

    #[cold]
    fn break_line(&mut self) -> fmt::Result {
        self.out.write_char('\n')?;
        for _ in 0..usize::from(self.options.indent.unwrap_or_default()) * self.depth {
            self.out.write_char(' ')?;
        }
        Ok(())
    }

    #[cold]
    fn offend(&mut self, what: &str, Offence { character, offset }: Offence) -> fmt::Result {
        if self.options.forbidden == Forbidden::Replace {
            return Ok(());
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
        })
    }

    #[cold]
    fn fail(&mut self, error: RenderError) -> fmt::Result {
        self.error = Some(error);
        Err(fmt::Error)
    }
}
