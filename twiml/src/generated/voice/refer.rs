// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{ReferSip};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{Method};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Refer>`: send SIP REFER to the other SIP side.
///
/// Stands in [`VoiceResponse`](crate::voice::VoiceResponse).
/// Holds [`ReferSip`](crate::voice::ReferSip).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/refer>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refer {
    /// `action`: URL fetched when the instruction finishes; its answer replaces the rest of this document.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/refer).
    pub action: Option<Text>,
    /// `method`: HTTP method for the URL of this element.
    ///
    /// Default: `POST` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/refer).
    pub method: Option<Method>,
    nouns: Vec<ReferNoun>,
    unchecked: Unchecked,
}

impl Refer {
    /// `<Refer>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`action`](Self::action): URL fetched when the instruction finishes; its answer replaces the rest of this document.
    #[must_use]
    #[inline]
    pub fn action(mut self, value: impl Into<Text>) -> Self {
        self.action = Some(value.into());
        self
    }

    /// Sets [`method`](Self::method): HTTP method for the URL of this element.
    #[must_use]
    #[inline]
    pub fn method(mut self, value: impl Into<Method>) -> Self {
        self.method = Some(value.into());
        self
    }

    /// Adds [`<Sip>`](crate::voice::ReferSip): target of Refer.
    #[must_use]
    #[inline]
    pub fn sip(mut self, sip: impl Into<ReferSip>) -> Self {
        add(&mut self.nouns, 384, ReferNoun::Sip(sip.into()));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[ReferNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<ReferNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(ReferNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(ReferNoun::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`Refer`].
    ReferNoun {
        Sip(ReferSip) from ReferSip,
    }
}

impl Render for Refer {
    const TAG: TagName = tag!("Refer");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("action"), &self.action);
        x.attribute(name!("method"), &self.method);
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
        self.nouns.iter().any(|child| matches!(child, ReferNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Refer {
    const NAME: &'static str = "Refer";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "action" => read.set(&mut this.action),
            "method" => read.set(&mut this.method),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.children(tag, &mut this.nouns)?;
        Ok(this)
    }
}
