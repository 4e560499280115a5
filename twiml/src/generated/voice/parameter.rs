// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Parameter>`: name/value pair passed to the service or far side.
///
/// Stands in [`Hangup`](crate::voice::Hangup), [`Pay`](crate::voice::Pay), [`Reject`](crate::voice::Reject), [`Application`](crate::voice::Application), [`Assistant`](crate::voice::Assistant), [`Client`](crate::voice::Client), [`ConversationRelay`](crate::voice::ConversationRelay), [`Siprec`](crate::voice::Siprec), [`Stream`](crate::voice::Stream), [`Transcription`](crate::voice::Transcription), [`VirtualAgent`](crate::voice::VirtualAgent).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/stream>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// `name`: key.
    ///
    /// Required. Rule: required; Stream: name plus value under 500 characters. [Source](https://www.twilio.com/docs/voice/twiml/stream).
    pub name: Text,
    /// `value`: value.
    ///
    /// Required. [Source](https://www.twilio.com/docs/voice/twiml/stream).
    pub value: Text,
    unchecked: Unchecked,
}

impl Parameter {
    /// `<Parameter>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(name: impl Into<Text>, value: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            unchecked: Unchecked::default(),
        }
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

impl Render for Parameter {
    const TAG: TagName = tag!("Parameter");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.required(name!("name"), &self.name);
        x.required(name!("value"), &self.value);
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
impl Parse for Parameter {
    const NAME: &'static str = "Parameter";
    const REQUIRED: &'static [&'static str] = &["name", "value"];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default(), Text::default());
        let mut name = None;
        let mut value = None;
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "name" => read.set(&mut name),
            "value" => read.set(&mut value),
            _ => Kept::Unknown,
        })?;
        this.name = reader.required::<Self, _>(tag, "name", name)?;
        this.value = reader.required::<Self, _>(tag, "value", value)?;
        this.unchecked = unchecked;
        reader.nothing(tag, &mut this.unchecked)?;
        Ok(this)
    }
}
