// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::values::{DateFormat, InterpretAs};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<say-as>`: how to read digits, dates, spelling.
///
/// Stands in [`Say`](crate::voice::Say), [`Emphasis`](crate::voice::ssml::Emphasis), [`Lang`](crate::voice::ssml::Lang), [`P`](crate::voice::ssml::P), [`Prosody`](crate::voice::ssml::Prosody), [`S`](crate::voice::ssml::S), [`W`](crate::voice::ssml::W).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/say/text-speech>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SayAs {
    /// The text of the element: free text.
    pub text: Text,
    /// `format`: order of the date parts.
    ///
    /// Rule: with interpret-as=date. [Source](https://www.twilio.com/docs/voice/twiml/say/text-speech).
    pub format: Option<DateFormat>,
    /// `interpret-as`: kind of content.
    ///
    /// Required. [Source](https://www.twilio.com/docs/voice/twiml/say/text-speech).
    pub interpret_as: InterpretAs,
    unchecked: Unchecked,
}

impl SayAs {
    /// `<say-as>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(text: impl Into<Text>, interpret_as: impl Into<InterpretAs>) -> Self {
        Self {
            text: text.into(),
            interpret_as: interpret_as.into(),
            format: None,
            unchecked: Unchecked::default(),
        }
    }

    /// Sets [`format`](Self::format): order of the date parts.
    #[must_use]
    #[inline]
    pub fn format(mut self, value: impl Into<DateFormat>) -> Self {
        self.format = Some(value.into());
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

impl Render for SayAs {
    const TAG: TagName = tag!("say-as");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("format"), &self.format);
        x.required(name!("interpret-as"), &self.interpret_as);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        x.text(&self.text);
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn has_text(&self) -> bool {
        true
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for SayAs {
    const NAME: &'static str = "say-as";
    const REQUIRED: &'static [&'static str] = &["interpret-as"];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default(), Text::default());
        let mut interpret_as = None;
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "format" => read.set(&mut this.format),
            "interpret-as" => read.set(&mut interpret_as),
            _ => Kept::Unknown,
        })?;
        this.interpret_as = reader.required::<Self, _>(tag, "interpret-as", interpret_as)?;
        this.unchecked = unchecked;
        this.text = reader.text(tag, &mut this.unchecked)?.unwrap_or_default();
        Ok(this)
    }
}
