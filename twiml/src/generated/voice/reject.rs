// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{Parameter};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{RejectReason};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Reject>`: refuse an incoming call without answering or cost; only useful as first verb.
///
/// Stands in [`VoiceResponse`](crate::voice::VoiceResponse).
/// Holds [`Parameter`](crate::voice::Parameter).
/// Nothing after it runs.
///
/// Source: <https://www.twilio.com/docs/voice/twiml/reject>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reject {
    /// `reason`: what the caller hears.
    ///
    /// Default: `rejected` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/reject).
    pub reason: Option<RejectReason>,
    nouns: Vec<RejectNoun>,
    unchecked: Unchecked,
}

impl Reject {
    /// `<Reject>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`reason`](Self::reason): what the caller hears.
    #[must_use]
    #[inline]
    pub fn reason(mut self, value: impl Into<RejectReason>) -> Self {
        self.reason = Some(value.into());
        self
    }

    /// Adds [`<Parameter>`](crate::voice::Parameter): name/value pair passed to the service or far side.
    #[must_use]
    #[inline]
    pub fn parameter(mut self, parameter: impl Into<Parameter>) -> Self {
        add(&mut self.nouns, 384, RejectNoun::Parameter(parameter.into()));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[RejectNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<RejectNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(RejectNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(RejectNoun::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`Reject`].
    RejectNoun {
        Parameter(Parameter) from Parameter,
    }
}

impl Render for Reject {
    const TAG: TagName = tag!("Reject");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("reason"), &self.reason);
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
        self.nouns.iter().any(|child| matches!(child, RejectNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Reject {
    const NAME: &'static str = "Reject";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "reason" => read.set(&mut this.reason),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.children(tag, &mut this.nouns)?;
        Ok(this)
    }
}
