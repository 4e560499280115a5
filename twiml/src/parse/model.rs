//! From XML to the typed elements, and to unchecked ones where that is asked for.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::reader::{Part, Read, Reader, Tag, is_space};
use super::{ParseErrorKind, Result};
use crate::children::add;
use crate::content::Content;
use crate::element::{Attribute, push_text};
use crate::value::AttributeValue;
use crate::voice::ssml;
use crate::{Comment, Element, Node, Text, Unchecked};

/// A typed element that can be read.
pub(crate) trait Parse: Sized {
    /// The element's name in the document.
    const NAME: &'static str;
    /// Attributes without which there is no value of this type.
    const REQUIRED: &'static [&'static str];
    /// Attributes of old schemas, kept unchecked.
    const LEGACY: &'static [&'static str];

    /// Reads the element that `tag` opens, up to and including its end tag.
    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> Result<Self>;
}

/// A child of a typed element.
pub(crate) trait ParseChild: Sized {
    /// Reads the element that `tag` opens, or reads nothing if it may not stand here.
    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> Result<Option<Self>>;
    fn comment(comment: Comment) -> Self;
    fn unchecked(node: Node) -> Self;
}

/// What became of an attribute.
pub(crate) enum Kept {
    /// It is in its typed field.
    Typed,
    /// Its typed field was set before.
    Already,
    /// It has a field, but its value does not fit: what was expected.
    Invalid(&'static str),
    /// There is no field for it.
    Unknown,
}

impl Read<'_> {
    /// Sets `slot` to the value.
    pub(crate) fn set<V: AttributeValue>(&self, slot: &mut Option<V>) -> Kept {
        if slot.is_some() {
            return Kept::Already;
        }
        *slot = V::read(&self.value);
        if slot.is_some() {
            Kept::Typed
        } else {
            Kept::Invalid(V::EXPECTED)
        }
    }
}

impl Tag<'_> {
    /// Whether this tag, of that name, opens a `P`. Leniently, one that lacks a required attribute does not.
    #[inline]
    pub(crate) fn opens<P: Parse>(&self, name: &str, reader: &Reader<'_>) -> bool {
        name == P::NAME
            && (!reader.options.lenient || P::REQUIRED.iter().all(|name| self.has(name)))
    }

    fn has(&self, name: &str) -> bool {
        self.start
            .attributes()
            .with_checks(false)
            .flatten()
            .any(|attribute| attribute.key.0 == name)
    }
}

impl<'i> Reader<'i> {
    /// Reads the element that `tag` opens as a `P`.
    pub(super) fn typed<P: Parse>(&mut self, tag: &Tag<'_>) -> Result<P> {
        if tag.name() != P::NAME {
            let found = tag.name().into();
            return Err(self.error(
                tag.offset,
                ParseErrorKind::WrongRoot {
                    found,
                    expected: P::NAME,
                },
            ));
        }
        P::parse(tag, self)
    }

    /// Reads the attributes of `tag`; `keep` says whether it took one.
    pub(crate) fn attributes<'t, P: Parse>(
        &mut self,
        tag: &'t Tag<'_>,
        unchecked: &mut Unchecked,
        mut keep: impl FnMut(&Read<'t>) -> Kept,
    ) -> Result<()> {
        for (number, attribute) in tag.start.attributes().with_checks(false).enumerate() {
            let read = self.attribute(tag, number, attribute)?;
            match keep(&read) {
                Kept::Typed if unchecked.attributes().is_empty() => {}
                Kept::Already => return Err(self.twice(tag, &read)),
                _ if unchecked
                    .attributes()
                    .iter()
                    .any(|kept| kept.name == read.name) =>
                {
                    return Err(self.twice(tag, &read));
                }
                Kept::Typed => {}
                Kept::Invalid(expected) if !self.options.lenient => {
                    let kind = ParseErrorKind::InvalidValue {
                        element: P::NAME.into(),
                        attribute: read.name.into(),
                        value: read.value.into_owned(),
                        expected,
                    };
                    return Err(self.error(read.offset, kind));
                }
                Kept::Unknown if !self.options.lenient && !P::LEGACY.contains(&read.name) => {
                    let kind = ParseErrorKind::UnknownAttribute {
                        name: read.name.into(),
                        element: P::NAME.into(),
                    };
                    return Err(self.error(read.offset, kind));
                }
                Kept::Invalid(_) | Kept::Unknown => {
                    self.check_name(read.offset, read.name)?;
                    unchecked.set_attribute(
                        Text::Owned(read.name.into()),
                        Text::Owned(read.value.into_owned()),
                    );
                }
            }
        }
        Ok(())
    }

    /// The value of a required attribute.
    pub(crate) fn required<P: Parse, V>(
        &self,
        tag: &Tag<'_>,
        name: &'static str,
        value: Option<V>,
    ) -> Result<V> {
        value.ok_or_else(|| {
            self.error(
                tag.offset,
                ParseErrorKind::MissingAttribute {
                    name,
                    element: P::NAME,
                },
            )
        })
    }

    /// Reads an element that holds only children.
    pub(crate) fn children<C: ParseChild>(
        &mut self,
        tag: &Tag<'_>,
        children: &mut Vec<C>,
    ) -> Result<()> {
        let room = if self.is_at_root() { 1024 } else { 384 };
        while let Some(part) = self.part(tag)? {
            match part {
                Part::Element(child) => add(children, room, self.child(tag, &child)?),
                Part::Comment(comment) => add(children, room, C::comment(comment)),
                Part::Text(text) if text.bytes().all(is_space) => {}
                Part::Text(text) => {
                    self.refuse_text(tag, &text)?;
                    children.push(C::unchecked(Node::Text(text)));
                }
            }
        }
        Ok(())
    }

    /// Reads an element that holds text or children; text comes first when it is written.
    pub(crate) fn text_or_children<C: ParseChild>(
        &mut self,
        tag: &Tag<'_>,
        text: &mut Option<Text>,
        children: &mut Vec<C>,
    ) -> Result<()> {
        while let Some(part) = self.part(tag)? {
            match part {
                Part::Element(child) => children.push(self.child(tag, &child)?),
                Part::Comment(comment) => children.push(C::comment(comment)),
                Part::Text(more) if more.bytes().all(is_space) => {}
                Part::Text(more) => match text {
                    Some(text) => text.to_mut().push_str(&more),
                    None => *text = Some(more),
                },
            }
        }
        Ok(())
    }

    /// Reads an element that holds text and children in any order.
    pub(crate) fn mixed(
        &mut self,
        tag: &Tag<'_>,
        content: &mut Content,
        allowed: &[&str],
    ) -> Result<()> {
        while let Some(part) = self.part(tag)? {
            match part {
                Part::Text(text) => content.push_text(text),
                Part::Comment(comment) => content.push(ssml::Node::Comment(comment)),
                Part::Element(child) if allowed.contains(&child.name()) => {
                    let child = self.child(tag, &child)?;
                    content.push(child);
                }
                Part::Element(child) => {
                    let child = self.unknown(tag, &child)?;
                    content.push(ssml::Node::Unchecked(Node::Element(Box::new(child))));
                }
            }
        }
        Ok(())
    }

    /// Reads an element that holds only text.
    pub(crate) fn text(
        &mut self,
        tag: &Tag<'_>,
        unchecked: &mut Unchecked,
    ) -> Result<Option<Text>> {
        let mut text: Option<Text> = None;
        while let Some(part) = self.part(tag)? {
            match part {
                Part::Text(more) => match &mut text {
                    Some(text) => text.to_mut().push_str(&more),
                    None => text = Some(more),
                },
                part => self.keep_part(tag, part, unchecked)?,
            }
        }
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// Reads an element that holds nothing.
    pub(crate) fn nothing(&mut self, tag: &Tag<'_>, unchecked: &mut Unchecked) -> Result<()> {
        while let Some(part) = self.part(tag)? {
            match part {
                Part::Text(text) if text.bytes().all(is_space) => {}
                Part::Text(text) => {
                    self.refuse_text(tag, &text)?;
                    unchecked.push(Node::Text(text));
                }
                part => self.keep_part(tag, part, unchecked)?,
            }
        }
        Ok(())
    }

    /// Keeps what may not stand in an element, if that is allowed.
    fn keep_part(
        &mut self,
        tag: &Tag<'_>,
        part: Part<'i>,
        unchecked: &mut Unchecked,
    ) -> Result<()> {
        unchecked.push(match part {
            Part::Element(child) => Node::Element(Box::new(self.unknown(tag, &child)?)),
            Part::Comment(comment) => Node::Comment(comment),
            Part::Text(text) => Node::Text(text),
        });
        Ok(())
    }

    /// Reads a child of an element, or keeps one that may not stand there.
    fn child<C: ParseChild>(&mut self, tag: &Tag<'_>, child: &Tag<'_>) -> Result<C> {
        match C::parse(child, self)? {
            Some(child) => Ok(child),
            None => Ok(C::unchecked(Node::Element(Box::new(
                self.unknown(tag, child)?,
            )))),
        }
    }

    /// Reads an element that the vocabulary does not know, if that is allowed.
    fn unknown(&mut self, parent: &Tag<'_>, tag: &Tag<'_>) -> Result<Element> {
        if !self.options.lenient {
            let kind = ParseErrorKind::UnknownElement {
                name: tag.name().into(),
                parent: parent.name().into(),
            };
            return Err(self.error(tag.offset, kind));
        }
        self.untyped(tag)
    }

    /// Reads an element without looking at the vocabulary.
    fn untyped(&mut self, tag: &Tag<'_>) -> Result<Element> {
        self.check_name(tag.offset, tag.name())?;
        let mut attributes = Vec::new();
        for (number, attribute) in tag.start.attributes().with_checks(false).enumerate() {
            let read = self.attribute(tag, number, attribute)?;
            self.check_name(read.offset, read.name)?;
            if attributes
                .iter()
                .any(|kept: &Attribute| kept.name == read.name)
            {
                return Err(self.twice(tag, &read));
            }
            attributes.push(Attribute::new(
                Text::Owned(read.name.into()),
                Text::Owned(read.value.into_owned()),
            ));
        }
        let mut nodes = Vec::new();
        while let Some(part) = self.part(tag)? {
            match part {
                Part::Element(child) => nodes.push(Node::Element(Box::new(self.untyped(&child)?))),
                Part::Comment(comment) => nodes.push(Node::Comment(comment)),
                Part::Text(text) => push_text(&mut nodes, text),
            }
        }
        Ok(Element::from_parts(
            Text::Owned(tag.name().into()),
            attributes,
            nodes,
        ))
    }

    fn refuse_text(&self, tag: &Tag<'_>, text: &str) -> Result<()> {
        if self.options.lenient {
            return Ok(());
        }
        let text = text.trim().chars().take(40).collect();
        Err(self.error(
            tag.offset,
            ParseErrorKind::UnexpectedText {
                element: tag.name().into(),
                text,
            },
        ))
    }
}
