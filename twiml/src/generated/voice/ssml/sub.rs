// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<sub>`: speak other words than written.
///
/// Stands in [`Say`](crate::voice::Say), [`Emphasis`](crate::voice::ssml::Emphasis), [`Lang`](crate::voice::ssml::Lang), [`P`](crate::voice::ssml::P), [`Prosody`](crate::voice::ssml::Prosody), [`S`](crate::voice::ssml::S), [`W`](crate::voice::ssml::W).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/say/text-speech>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sub {
    /// The text of the element: free text.
    pub text: Text,
    /// `alias`: words to speak.
    ///
    /// Required. [Source](https://www.twilio.com/docs/voice/twiml/say/text-speech).
    pub alias: Text,
    unchecked: Unchecked,
}

impl Sub {
    /// `<sub>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(text: impl Into<Text>, alias: impl Into<Text>) -> Self {
        Self {
            text: text.into(),
            alias: alias.into(),
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

impl Render for Sub {
    const TAG: TagName = tag!("sub");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.required(name!("alias"), &self.alias);
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
impl Parse for Sub {
    const NAME: &'static str = "sub";
    const REQUIRED: &'static [&'static str] = &["alias"];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default(), Text::default());
        let mut alias = None;
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "alias" => read.set(&mut alias),
            _ => Kept::Unknown,
        })?;
        this.alias = reader.required::<Self, _>(tag, "alias", alias)?;
        this.unchecked = unchecked;
        this.text = reader.text(tag, &mut this.unchecked)?.unwrap_or_default();
        Ok(this)
    }
}
