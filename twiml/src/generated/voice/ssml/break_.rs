// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::values::{BreakStrength, SsmlTime};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<break>`: pause.
///
/// Stands in [`Say`](crate::voice::Say), [`Emphasis`](crate::voice::ssml::Emphasis), [`Lang`](crate::voice::ssml::Lang), [`P`](crate::voice::ssml::P), [`Prosody`](crate::voice::ssml::Prosody), [`S`](crate::voice::ssml::S), [`W`](crate::voice::ssml::W).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/say/text-speech>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Break {
    /// `strength`: length by strength.
    ///
    /// Default: `medium` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/say/text-speech).
    pub strength: Option<BreakStrength>,
    /// `time`: exact length.
    ///
    /// Rule: \<n>s or \<n>ms. [Source](https://www.twilio.com/docs/voice/twiml/say/text-speech).
    pub time: Option<SsmlTime>,
    unchecked: Unchecked,
}

impl Break {
    /// `<break>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`strength`](Self::strength): length by strength.
    #[must_use]
    #[inline]
    pub fn strength(mut self, value: impl Into<BreakStrength>) -> Self {
        self.strength = Some(value.into());
        self
    }

    /// Sets [`time`](Self::time): exact length.
    #[must_use]
    #[inline]
    pub fn time(mut self, value: impl Into<SsmlTime>) -> Self {
        self.time = Some(value.into());
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

impl Render for Break {
    const TAG: TagName = tag!("break");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("strength"), &self.strength);
        x.attribute(name!("time"), &self.time);
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
impl Parse for Break {
    const NAME: &'static str = "break";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "strength" => read.set(&mut this.strength),
            "time" => read.set(&mut this.time),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.nothing(tag, &mut this.unchecked)?;
        Ok(this)
    }
}
