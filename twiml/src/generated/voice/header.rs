// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Header>`: one SIP header.
///
/// Stands in [`Headers`](crate::voice::Headers).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/sip>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// `name`: header name.
    ///
    /// Required. Rule: X-… or a permitted standard header. [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub name: Text,
    /// `value`: header value.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub value: Option<Text>,
    unchecked: Unchecked,
}

impl Header {
    /// `<Header>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(name: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            value: None,
            unchecked: Unchecked::default(),
        }
    }

    /// Sets [`value`](Self::value): header value.
    #[must_use]
    #[inline]
    pub fn value(mut self, value: impl Into<Text>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.unchecked.push(UncheckedNode::Element(element.into()));
        self
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.unchecked.push(UncheckedNode::Comment(comment));
        self
    }

    /// Sets any attribute, known or not; it wins over a typed one of the same name.
    #[must_use]
    pub fn attribute_unchecked(mut self, name: impl Into<Text>, value: impl Into<Text>) -> Self {
        self.unchecked.set_attribute(name.into(), value.into());
        self
    }

    /// What was added unchecked, or read and not known.
    #[must_use]
    pub fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

impl Render for Header {
    const TAG: TagName = tag!("Header");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.required(name!("name"), &self.name);
        x.attribute(name!("value"), &self.value);
    }

    fn content<'m>(&'m self, _x: &mut Xml<'m>) {
    }

    fn is_empty(&self) -> bool {
        true
    }

    fn has_text(&self) -> bool {
        false
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Header {
    const NAME: &'static str = "Header";
    const REQUIRED: &'static [&'static str] = &["name"];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default());
        let mut name = None;
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "name" => read.set(&mut name),
            "value" => read.set(&mut this.value),
            _ => Kept::Unknown,
        })?;
        this.name = reader.required::<Self, _>(tag, "name", name)?;
        this.unchecked = unchecked;
        reader.nothing(tag, &mut this.unchecked)?;
        Ok(this)
    }
}
