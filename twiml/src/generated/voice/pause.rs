// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::values::{Seconds};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Pause>`: wait silently; as first verb it also delays answering.
///
/// Stands in [`VoiceResponse`](crate::voice::VoiceResponse), [`Gather`](crate::voice::Gather), [`Prompt`](crate::voice::Prompt).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/pause>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pause {
    /// `length`: how long to wait.
    ///
    /// Default: `1` (unverified). In seconds. Range: >= 1 seconds. [Source](https://www.twilio.com/docs/voice/twiml/pause).
    pub length: Option<Seconds>,
    unchecked: Unchecked,
}

impl Pause {
    /// `<Pause>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`length`](Self::length): how long to wait.
    #[must_use]
    #[inline]
    pub fn length(mut self, value: impl Into<Seconds>) -> Self {
        self.length = Some(value.into());
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

impl Render for Pause {
    const TAG: TagName = tag!("Pause");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("length"), &self.length);
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
impl Parse for Pause {
    const NAME: &'static str = "Pause";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &["timeout", "until"];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "length" => read.set(&mut this.length),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.nothing(tag, &mut this.unchecked)?;
        Ok(this)
    }
}
