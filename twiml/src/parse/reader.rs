//! Events within bounds: well-formed XML, nothing nested too deep, no DTD, no forbidden character.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};

use quick_xml::XmlVersion;
use quick_xml::escape::EscapeError;
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::declaration::is_declaration;
use super::model::Parse;
use super::{ParseError, ParseErrorKind, ParseOptions, Position, Result};
use crate::element::is_name;
use crate::render::is_plain;
use crate::{Comment, Text};

/// A start tag.
pub(crate) struct Tag<'i> {
    pub(super) start: BytesStart<'i>,
    /// `<Leave/>`: there is no end tag to wait for.
    empty: bool,
    pub(super) offset: usize,
}

/// An attribute as read: its value is unescaped and normalised.
pub(crate) struct Read<'a> {
    pub(crate) name: &'a str,
    pub(super) value: Cow<'a, str>,
    pub(super) offset: usize,
}

/// What stands between two tags.
pub(super) enum Part<'i> {
    Element(Tag<'i>),
    Text(Text),
    Comment(Comment),
}

impl Tag<'_> {
    pub(crate) fn name(&self) -> &str {
        self.start.name().0
    }
}

/// Reads events and keeps the bounds.
pub(crate) struct Reader<'i> {
    document: &'i str,
    xml: quick_xml::Reader<&'i [u8]>,
    pub(super) options: ParseOptions,
    depth: usize,
}

/// Reads a whole document.
pub(crate) fn document<P: Parse>(document: &str, options: &ParseOptions) -> Result<P> {
    Reader::open(document, options)?.root(Reader::typed)
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
    pub(super) fn open(document: &'i str, options: &ParseOptions) -> Result<Self> {
        if document.len() > options.max_bytes {
            let kind = ParseErrorKind::TooLarge {
                bytes: document.len(),
                limit: options.max_bytes,
            };
            return Err(ParseError::new(kind, Position::of("", 0)));
        }
        let document = document.strip_prefix('\u{FEFF}').unwrap_or(document);
        if document.starts_with('\u{FEFF}') {
            // quick-xml would skip this one too.
            let message = "only one byte order mark may stand here".into();
            let kind = ParseErrorKind::Malformed { message };
            return Err(ParseError::new(kind, Position::of(document, 0)));
        }
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
    pub(super) fn root<T>(&mut self, read: impl Fn(&mut Self, &Tag<'i>) -> Result<T>) -> Result<T> {
        let mut root = None;
        loop {
            let offset = self.offset();
            match self.event()? {
                Event::Decl(declaration) if offset == 0 => {
                    if !is_declaration(&self.document[..self.offset()]) {
                        return Err(self.unfit(offset, "this is not an XML declaration"));
                    }
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
                Event::PI(instruction) => self.instruction(offset, &instruction)?,
                _ => {
                    let message = "only one element, comments and blanks may stand here".into();
                    return Err(self.error(offset, ParseErrorKind::Malformed { message }));
                }
            }
        }
    }
    /// The next element, comment or run of text inside `tag`; `None` at its end tag.
    pub(super) fn part(&mut self, tag: &Tag<'_>) -> Result<Option<Part<'i>>> {
        if tag.empty {
            self.depth -= 1;
            return Ok(None);
        }
        let mut text: Option<Text> = None;
        loop {
            let offset = self.offset();
            // Text ends where anything else than text begins: look before reading.
            if text.is_some() && self.ends_text(offset) {
                return Ok(text.map(Part::Text));
            }
            // The event is looked at where it is: moving it costs as much as reading a short one.
            match self.xml.read_event() {
                Ok(Event::Text(more)) if is_plain(&more) => append(&mut text, &more),
                Ok(Event::Text(more)) => {
                    self.check_characters(offset, &more)?;
                    if more.contains("]]>") {
                        return Err(self.unfit(offset, "text holds ]]>: write ]]&gt;"));
                    }
                    append(&mut text, &more.xml10_content());
                }
                Ok(Event::CData(more)) => {
                    self.check_characters(offset, &more)?;
                    append(&mut text, &more.xml10_content());
                }
                Ok(Event::GeneralRef(reference)) => {
                    let character = self.reference(offset, &reference)?;
                    append(&mut text, character.encode_utf8(&mut [0; 4]));
                }
                Ok(Event::Start(start)) => {
                    return self
                        .enter(start, false, offset)
                        .map(|tag| Some(Part::Element(tag)));
                }
                Ok(Event::Empty(start)) => {
                    return self
                        .enter(start, true, offset)
                        .map(|tag| Some(Part::Element(tag)));
                }
                Ok(Event::Comment(comment)) => {
                    return self
                        .comment(offset, &comment)
                        .map(|it| Some(Part::Comment(it)));
                }
                Ok(Event::PI(instruction)) => self.instruction(offset, &instruction)?,
                Ok(Event::End(_)) => {
                    self.depth -= 1;
                    return Ok(None);
                }
                Ok(Event::DocType(_)) => {
                    return Err(self.error(self.offset(), ParseErrorKind::Doctype));
                }
                Ok(Event::Decl(_) | Event::Eof) => {
                    let message = alloc::format!("<{}> is not closed", tag.name());
                    return Err(self.error(offset, ParseErrorKind::Malformed { message }));
                }
                Err(error) => return Err(self.unreadable(&error)),
            }
        }
    }

    /// Whether markup begins here that is not within text, as CDATA and processing instructions are.
    fn ends_text(&self, offset: usize) -> bool {
        let rest = self.document.as_bytes().get(offset..).unwrap_or_default();
        rest.starts_with(b"<") && !rest.starts_with(b"<![CDATA[") && !rest.starts_with(b"<?")
    }

    pub(super) fn enter(
        &mut self,
        start: BytesStart<'i>,
        empty: bool,
        offset: usize,
    ) -> Result<Tag<'i>> {
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

    pub(super) fn attribute<'t>(
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
        let before = self.document.as_bytes().get(offset.wrapping_sub(1));
        if !before.is_some_and(|&before| is_space(before)) {
            return Err(self.unfit(
                offset,
                "attributes stand together: put a blank between them",
            ));
        }
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

    /// Refuses a name, not in the vocabulary, that could not be written again. What is in it needs no such look.
    pub(super) fn check_name(&self, offset: usize, name: &str) -> Result<()> {
        if is_name(name) {
            return Ok(());
        }
        Err(self.unfit(
            offset,
            "the name of an element or attribute is not one that TwiML could use",
        ))
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
    pub(super) fn twice(&self, tag: &Tag<'_>, read: &Read<'_>) -> ParseError {
        let kind = ParseErrorKind::DuplicateAttribute {
            name: read.name.into(),
            element: tag.name().into(),
        };
        self.error(read.offset, kind)
    }

    pub(super) fn comment(&self, offset: usize, comment: &str) -> Result<Comment> {
        self.check_characters(offset, comment)?;
        Comment::new(Text::Owned(
            comment.replace("\r\n", "\n").replace('\r', "\n"),
        ))
        .map_err(|error| self.malformed(offset, &error))
    }

    /// A processing instruction means nothing to Twilio, but must be one.
    fn instruction(&self, offset: usize, instruction: &str) -> Result<()> {
        self.check_characters(offset, instruction)?;
        let target = instruction
            .split([' ', '\t', '\r', '\n'])
            .next()
            .unwrap_or_default();
        if !is_name(target) || target.eq_ignore_ascii_case("xml") {
            return Err(self.unfit(offset, "the name of a processing instruction is not one"));
        }
        Ok(())
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

    fn event(&mut self) -> Result<Event<'i>> {
        match self.xml.read_event() {
            Ok(Event::DocType(_)) => Err(self.error(self.offset(), ParseErrorKind::Doctype)),
            Ok(event) => Ok(event),
            Err(error) => Err(self.unreadable(&error)),
        }
    }

    #[cold]
    fn unreadable(&self, error: &quick_xml::Error) -> ParseError {
        let offset = usize::try_from(self.xml.error_position()).unwrap_or(usize::MAX);
        self.malformed(offset, error)
    }

    /// Whether the element being read is the document element.
    pub(super) fn is_at_root(&self) -> bool {
        self.depth == 1
    }

    pub(super) fn offset(&self) -> usize {
        usize::try_from(self.xml.buffer_position()).unwrap_or(usize::MAX)
    }

    /// Not well-formed by a rule that quick-xml leaves to us.
    #[cold]
    fn unfit(&self, offset: usize, message: &str) -> ParseError {
        let message = message.into();
        self.error(offset, ParseErrorKind::Malformed { message })
    }

    #[cold]
    pub(super) fn malformed(&self, offset: usize, error: &dyn core::fmt::Display) -> ParseError {
        self.error(
            offset,
            ParseErrorKind::Malformed {
                message: error.to_string(),
            },
        )
    }

    #[cold]
    pub(super) fn error(&self, offset: usize, kind: ParseErrorKind) -> ParseError {
        ParseError::new(kind, Position::of(self.document, offset))
    }
}

fn append(text: &mut Option<Text>, more: &str) {
    match text {
        Some(text) => text.to_mut().push_str(more),
        None => *text = Some(Text::Owned(String::from(more))),
    }
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
