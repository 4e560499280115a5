use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use quick_xml::XmlVersion;
use quick_xml::escape::EscapeError;
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{ParseError, ParseErrorKind, ParseOptions, Position, Result};
use crate::content::Content;
use crate::element::{Attribute, push_text};
use crate::render::is_plain;
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

/// A start tag.
pub(crate) struct Tag<'i> {
    start: BytesStart<'i>,
    /// `<Leave/>`: there is no end tag to wait for.
    empty: bool,
    offset: usize,
}

/// An attribute as read: its value is unescaped and normalised.
pub(crate) struct Read<'a> {
    pub(crate) name: &'a str,
    value: Cow<'a, str>,
    offset: usize,
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

/// What stands between two tags.
enum Part<'i> {
    Element(Tag<'i>),
    Text(Text),
    Comment(Comment),
}

impl Tag<'_> {
    fn name(&self) -> &str {
        self.start.name().0
    }

    /// Whether this tag opens a `P`. Leniently, one that lacks a required attribute does not.
    pub(crate) fn is<P: Parse>(&self, reader: &Reader<'_>) -> bool {
        self.name() == P::NAME
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

/// Reads events and keeps the bounds.
pub(crate) struct Reader<'i> {
    document: &'i str,
    xml: quick_xml::Reader<&'i [u8]>,
    options: ParseOptions,
    depth: usize,
}

/// Reads a whole document.
pub(crate) fn document<P: Parse>(document: &str, options: &ParseOptions) -> Result<P> {
    Reader::open(document, options)?.root(Reader::typed)
}

/// Reads a whole document without looking at the vocabulary, remembering where everything stands.
pub(crate) fn source(document: &str, options: &ParseOptions) -> Result<Source> {
    Reader::open(document, options)?.root(Reader::source)
}

/// An element and where it stands.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) offset: usize,
    pub(crate) attributes: Vec<SourceAttribute>,
    pub(crate) children: Vec<Self>,
    /// All its text, and where the first of it stands.
    pub(crate) text: String,
    pub(crate) text_offset: usize,
}

/// An attribute and where it stands.
pub(crate) struct SourceAttribute {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) offset: usize,
}

/// Reads a whole document from bytes.
pub(crate) fn bytes<P: Parse>(bytes: &[u8], options: &ParseOptions) -> Result<P> {
    let at_start = |kind| ParseError::new(kind, Position::of("", 0));
    if bytes.len() > options.max_bytes {
        return Err(at_start(ParseErrorKind::TooLarge {
            bytes: bytes.len(),
            limit: options.max_bytes,
        }));
    }
    match core::str::from_utf8(bytes) {
        Ok(text) => document(text, options),
        Err(error) => {
            let valid = core::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            Err(ParseError::new(
                ParseErrorKind::NotUtf8,
                Position::of(valid, valid.len()),
            ))
        }
    }
}

impl<'i> Reader<'i> {
    fn open(document: &'i str, options: &ParseOptions) -> Result<Self> {
        if document.len() > options.max_bytes {
            let kind = ParseErrorKind::TooLarge {
                bytes: document.len(),
                limit: options.max_bytes,
            };
            return Err(ParseError::new(kind, Position::of("", 0)));
        }
        let document = document.strip_prefix('\u{FEFF}').unwrap_or(document);
        let mut xml = quick_xml::Reader::from_str(document);
        xml.config_mut().check_comments = true;
        Ok(Self {
            document,
            xml,
            options: *options,
            depth: 0,
        })
    }

    /// Reads the whole document; `read` reads the document element.
    fn root<T>(&mut self, read: impl Fn(&mut Self, &Tag<'i>) -> Result<T>) -> Result<T> {
        let mut root = None;
        loop {
            let offset = self.offset();
            match self.event()? {
                Event::Decl(declaration) if offset == 0 => {
                    if let Some(encoding) = declaration.encoding() {
                        let encoding = encoding.map_err(|error| self.malformed(offset, &error))?;
                        if !["utf-8", "us-ascii", "ascii"]
                            .iter()
                            .any(|name| encoding.eq_ignore_ascii_case(name))
                        {
                            let encoding = encoding.into_owned();
                            return Err(self.error(offset, ParseErrorKind::Encoding { encoding }));
                        }
                    }
                }
                Event::Start(start) if root.is_none() => {
                    let tag = self.enter(start, false, offset)?;
                    root = Some(read(self, &tag)?);
                }
                Event::Empty(start) if root.is_none() => {
                    let tag = self.enter(start, true, offset)?;
                    root = Some(read(self, &tag)?);
                }
                Event::Eof => return root.ok_or_else(|| self.error(0, ParseErrorKind::Empty)),
                Event::Text(text) if text.bytes().all(is_space) => {}
                Event::Comment(comment) => {
                    self.comment(offset, &comment)?;
                }
                Event::PI(_) => {}
                _ => {
                    let message = "only one element, comments and blanks may stand here".into();
                    return Err(self.error(offset, ParseErrorKind::Malformed { message }));
                }
            }
        }
    }

    fn typed<P: Parse>(&mut self, tag: &Tag<'_>) -> Result<P> {
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
        while let Some(part) = self.part(tag)? {
            match part {
                Part::Element(child) => children.push(self.child(tag, &child)?),
                Part::Comment(comment) => children.push(C::comment(comment)),
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
        let mut attributes = Vec::new();
        for (number, attribute) in tag.start.attributes().with_checks(false).enumerate() {
            let read = self.attribute(tag, number, attribute)?;
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

    /// Reads an element without looking at the vocabulary, remembering where everything stands.
    fn source(&mut self, tag: &Tag<'_>) -> Result<Source> {
        let mut source = Source {
            name: tag.name().into(),
            offset: tag.offset,
            attributes: Vec::new(),
            children: Vec::new(),
            text: String::new(),
            text_offset: tag.offset,
        };
        for (number, attribute) in tag.start.attributes().with_checks(false).enumerate() {
            let read = self.attribute(tag, number, attribute)?;
            if source.attributes.iter().any(|kept| kept.name == read.name) {
                return Err(self.twice(tag, &read));
            }
            let (name, value) = (read.name.into(), read.value.into_owned());
            source.attributes.push(SourceAttribute {
                name,
                value,
                offset: read.offset,
            });
        }
        loop {
            let offset = self.offset();
            match self.part(tag)? {
                None => return Ok(source),
                Some(Part::Element(child)) => source.children.push(self.source(&child)?),
                Some(Part::Comment(_)) => {}
                Some(Part::Text(text)) => {
                    if source.text.bytes().all(is_space) {
                        source.text_offset = offset;
                    }
                    source.text.push_str(&text);
                }
            }
        }
    }

    /// The next element, comment or run of text inside `tag`; `None` at its end tag.
    fn part(&mut self, tag: &Tag<'_>) -> Result<Option<Part<'i>>> {
        if tag.empty {
            self.depth -= 1;
            return Ok(None);
        }
        let mut text: Option<Text> = None;
        loop {
            let offset = self.offset();
            // Text ends where anything else than text begins: look before reading.
            if text.is_some()
                && self.document.as_bytes().get(offset) == Some(&b'<')
                && !self.at_cdata(offset)
            {
                return Ok(text.map(Part::Text));
            }
            match self.event()? {
                Event::Text(more) if is_plain(&more) => append(&mut text, &more),
                Event::Text(more) => {
                    self.check_characters(offset, &more)?;
                    append(&mut text, &more.xml10_content());
                }
                Event::CData(more) => {
                    self.check_characters(offset, &more)?;
                    append(&mut text, &more.xml10_content());
                }
                Event::GeneralRef(reference) => {
                    let character = self.reference(offset, &reference)?;
                    append(&mut text, character.encode_utf8(&mut [0; 4]));
                }
                Event::Start(start) => {
                    return self
                        .enter(start, false, offset)
                        .map(|tag| Some(Part::Element(tag)));
                }
                Event::Empty(start) => {
                    return self
                        .enter(start, true, offset)
                        .map(|tag| Some(Part::Element(tag)));
                }
                Event::Comment(comment) => {
                    return self
                        .comment(offset, &comment)
                        .map(|it| Some(Part::Comment(it)));
                }
                Event::PI(_) => {}
                Event::End(_) => {
                    self.depth -= 1;
                    return Ok(None);
                }
                Event::Decl(_) | Event::DocType(_) | Event::Eof => {
                    let message = alloc::format!("<{}> is not closed", tag.name());
                    return Err(self.error(offset, ParseErrorKind::Malformed { message }));
                }
            }
        }
    }

    fn at_cdata(&self, offset: usize) -> bool {
        self.document.as_bytes()[offset..].starts_with(b"<![CDATA[")
    }

    fn enter(&mut self, start: BytesStart<'i>, empty: bool, offset: usize) -> Result<Tag<'i>> {
        self.depth += 1;
        if self.depth > self.options.max_depth {
            return Err(self.error(
                offset,
                ParseErrorKind::TooDeep {
                    limit: self.options.max_depth,
                },
            ));
        }
        Ok(Tag {
            start,
            empty,
            offset,
        })
    }

    fn attribute<'t>(
        &self,
        tag: &'t Tag<'_>,
        number: usize,
        attribute: core::result::Result<quick_xml::events::attributes::Attribute<'t>, AttrError>,
    ) -> Result<Read<'t>> {
        if number >= self.options.max_attributes {
            let kind = ParseErrorKind::TooManyAttributes {
                limit: self.options.max_attributes,
            };
            return Err(self.error(tag.offset, kind));
        }
        // Whether one stands twice is seen when it is kept, which is cheaper than quick-xml's own check.
        let attribute = attribute.map_err(|error| self.malformed(tag.offset, &error))?;
        let name = attribute.key.0;
        // Both slices lie in the document, so their distance is the attribute's offset.
        let offset = (name.as_ptr() as usize).wrapping_sub(self.document.as_ptr() as usize);
        let value = if is_plain(&attribute.value) {
            attribute.value
        } else {
            self.normalized(offset, &attribute)?
        };
        Ok(Read {
            name,
            value,
            offset,
        })
    }

    /// The value of an attribute with references replaced and blanks made spaces.
    fn normalized<'t>(
        &self,
        offset: usize,
        attribute: &quick_xml::events::attributes::Attribute<'t>,
    ) -> Result<Cow<'t, str>> {
        if attribute.value.contains('<') {
            let message = "an attribute holds <: write &lt;".into();
            return Err(self.error(offset, ParseErrorKind::Malformed { message }));
        }
        let value = match attribute.normalized_value(XmlVersion::Implicit1_0) {
            Ok(value) => value,
            Err(quick_xml::Error::Escape(EscapeError::UnrecognizedEntity(_, name))) => {
                return Err(self.error(offset, ParseErrorKind::UnknownEntity { name }));
            }
            Err(error) => return Err(self.malformed(offset, &error)),
        };
        self.check_characters(offset, &value)?;
        Ok(value)
    }

    #[cold]
    fn twice(&self, tag: &Tag<'_>, read: &Read<'_>) -> ParseError {
        let kind = ParseErrorKind::DuplicateAttribute {
            name: read.name.into(),
            element: tag.name().into(),
        };
        self.error(read.offset, kind)
    }

    fn comment(&self, offset: usize, comment: &str) -> Result<Comment> {
        self.check_characters(offset, comment)?;
        Comment::new(Text::Owned(
            comment.replace("\r\n", "\n").replace('\r', "\n"),
        ))
        .map_err(|error| self.malformed(offset, &error))
    }

    fn reference(&self, offset: usize, reference: &BytesRef<'_>) -> Result<char> {
        let character = match reference.resolve_char_ref() {
            Ok(Some(character)) => character,
            Ok(None) => match &**reference {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                name => {
                    return Err(
                        self.error(offset, ParseErrorKind::UnknownEntity { name: name.into() })
                    );
                }
            },
            Err(error) => return Err(self.malformed(offset, &error)),
        };
        self.check_characters(offset, character.encode_utf8(&mut [0; 4]))?;
        Ok(character)
    }

    fn check_characters(&self, offset: usize, text: &str) -> Result<()> {
        match crate::render::forbidden(text) {
            None => Ok(()),
            Some(offence) => Err(self.error(
                offset + offence.offset,
                ParseErrorKind::ForbiddenCharacter {
                    character: offence.character,
                },
            )),
        }
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

    fn event(&mut self) -> Result<Event<'i>> {
        match self.xml.read_event() {
            Ok(Event::DocType(_)) => Err(self.error(self.offset(), ParseErrorKind::Doctype)),
            Ok(event) => Ok(event),
            Err(error) => {
                let offset = usize::try_from(self.xml.error_position()).unwrap_or(usize::MAX);
                Err(self.malformed(offset, &error))
            }
        }
    }

    fn offset(&self) -> usize {
        usize::try_from(self.xml.buffer_position()).unwrap_or(usize::MAX)
    }

    #[cold]
    fn malformed(&self, offset: usize, error: &dyn core::fmt::Display) -> ParseError {
        self.error(
            offset,
            ParseErrorKind::Malformed {
                message: error.to_string(),
            },
        )
    }

    #[cold]
    fn error(&self, offset: usize, kind: ParseErrorKind) -> ParseError {
        ParseError::new(kind, Position::of(self.document, offset))
    }
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

fn append(text: &mut Option<Text>, more: &str) {
    match text {
        Some(text) => text.to_mut().push_str(more),
        None => *text = Some(Text::Owned(String::from(more))),
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
