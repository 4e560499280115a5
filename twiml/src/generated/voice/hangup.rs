// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{Parameter};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, tag};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Hangup>`: end the call.
///
/// Stands in [`VoiceResponse`](crate::voice::VoiceResponse).
/// Holds [`Parameter`](crate::voice::Parameter).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/hangup>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hangup {
    nouns: Vec<HangupNoun>,
    unchecked: Unchecked,
}

impl Hangup {
    /// `<Hangup>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds [`<Parameter>`](crate::voice::Parameter): name/value pair passed to the service or far side.
    #[must_use]
    #[inline]
    pub fn parameter(mut self, parameter: impl Into<Parameter>) -> Self {
        add(&mut self.nouns, 384, HangupNoun::Parameter(parameter.into()));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[HangupNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<HangupNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(HangupNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(HangupNoun::Unchecked(UncheckedNode::Element(element.into())));
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

children! {
    /// What may stand in [`Hangup`].
    HangupNoun {
        Parameter(Parameter) from Parameter,
    }
}

impl Render for Hangup {
    const TAG: TagName = tag!("Hangup");

    fn attributes<'m>(&'m self, _x: &mut Xml<'m>) {
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        for child in self.nouns.iter() {
            child.render(x);
        }
    }

    fn is_empty(&self) -> bool {
        self.nouns.is_empty()
    }

    fn has_text(&self) -> bool {
        self.nouns.iter().any(|child| matches!(child, HangupNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Hangup {
    const NAME: &'static str = "Hangup";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |_read| Kept::Unknown)?;
        this.unchecked = unchecked;
        reader.children(tag, &mut this.nouns)?;
        Ok(this)
    }
}
