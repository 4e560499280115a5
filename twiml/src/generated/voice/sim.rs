// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, tag};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Sim>`: SIM of Programmable Wireless to dial.
///
/// Stands in [`Dial`](crate::voice::Dial).
/// Text: DE/HS + 32 hex.
///
/// **Legacy**: legacy: Programmable Wireless calling.
///
/// Source: <https://www.twilio.com/docs/voice/twiml/sim>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sim {
    /// The text of the element: a SID.
    ///
    /// Rule: DE/HS + 32 hex.
    pub sid: Text,
    unchecked: Unchecked,
}

impl Sim {
    /// `<Sim>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(sid: impl Into<Text>) -> Self {
        Self {
            sid: sid.into(),
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

impl From<&'static str> for Sim {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Sim {
    #[inline]
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for Sim {
    #[inline]
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

impl Render for Sim {
    const TAG: TagName = tag!("Sim");

    fn attributes<'m>(&'m self, _x: &mut Xml<'m>) {
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        x.text(&self.sid);
    }

    fn is_empty(&self) -> bool {
        self.sid.is_empty()
    }

    fn has_text(&self) -> bool {
        true
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Sim {
    const NAME: &'static str = "Sim";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default());
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |_read| Kept::Unknown)?;
        this.unchecked = unchecked;
        this.sid = reader.text(tag, &mut this.unchecked)?.unwrap_or_default();
        Ok(this)
    }
}
