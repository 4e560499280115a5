// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{Pause, Play, Say};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{CardType, PayErrorType, PayStep, SpaceList};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Prompt>`: own wording for one step of Pay.
///
/// Stands in [`Pay`](crate::voice::Pay).
/// Holds [`Pause`](crate::voice::Pause), [`Play`](crate::voice::Play), [`Say`](crate::voice::Say).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/pay/prompt>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// `attempt`: attempts this wording is for.
    ///
    /// Rule: space separated. [Source](https://www.twilio.com/docs/voice/twiml/pay/prompt).
    pub attempt: Option<SpaceList<u32>>,
    /// `cardType`: cards this wording is for.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/pay/prompt).
    pub card_type: Option<SpaceList<CardType>>,
    /// `errorType`: errors this wording is for.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/pay/prompt).
    pub error_type: Option<SpaceList<PayErrorType>>,
    /// `for`: step this wording is for.
    ///
    /// Required. [Source](https://www.twilio.com/docs/voice/twiml/pay/prompt).
    pub for_: PayStep,
    /// `requireMatchingInputs`: ask twice and compare.
    ///
    /// Default: `false` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/pay/prompt).
    pub require_matching_inputs: Option<bool>,
    children: Vec<PromptVerb>,
    unchecked: Unchecked,
}

impl Prompt {
    /// `<Prompt>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(for_: impl Into<PayStep>) -> Self {
        Self {
            for_: for_.into(),
            attempt: None,
            card_type: None,
            error_type: None,
            require_matching_inputs: None,
            children: Vec::new(),
            unchecked: Unchecked::default(),
        }
    }

    /// Sets [`attempt`](Self::attempt): attempts this wording is for.
    #[must_use]
    #[inline]
    pub fn attempt(mut self, value: impl IntoIterator<Item = impl Into<u32>>) -> Self {
        self.attempt = Some(value.into_iter().collect());
        self
    }

    /// Sets [`card_type`](Self::card_type): cards this wording is for.
    #[must_use]
    #[inline]
    pub fn card_type(mut self, value: impl IntoIterator<Item = impl Into<CardType>>) -> Self {
        self.card_type = Some(value.into_iter().collect());
        self
    }

    /// Sets [`error_type`](Self::error_type): errors this wording is for.
    #[must_use]
    #[inline]
    pub fn error_type(mut self, value: impl IntoIterator<Item = impl Into<PayErrorType>>) -> Self {
        self.error_type = Some(value.into_iter().collect());
        self
    }

    /// Sets [`require_matching_inputs`](Self::require_matching_inputs): ask twice and compare.
    #[must_use]
    #[inline]
    pub fn require_matching_inputs(mut self, value: bool) -> Self {
        self.require_matching_inputs = Some(value);
        self
    }

    /// Adds [`<Pause>`](crate::voice::Pause): wait silently; as first verb it also delays answering.
    #[must_use]
    #[inline]
    pub fn pause(mut self, pause: impl Into<Pause>) -> Self {
        add(&mut self.children, 384, PromptVerb::Pause(pause.into()));
        self
    }

    /// Adds [`<Play>`](crate::voice::Play): play an audio file, or DTMF tones with digits.
    #[must_use]
    #[inline]
    pub fn play(mut self, play: impl Into<Play>) -> Self {
        add(&mut self.children, 384, PromptVerb::Play(play.into()));
        self
    }

    /// Adds [`<Say>`](crate::voice::Say): speak text to the party on the line.
    #[must_use]
    #[inline]
    pub fn say(mut self, say: impl Into<Say>) -> Self {
        add(&mut self.children, 384, PromptVerb::Say(say.into()));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn children(&self) -> &[PromptVerb] {
        &self.children
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<PromptVerb>) {
        self.children.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.children.push(PromptVerb::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.children.push(PromptVerb::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`Prompt`].
    PromptVerb {
        Pause(Pause) from Pause,
        Play(Play) from Play,
        Say(Say) from Say,
    }
}

impl Render for Prompt {
    const TAG: TagName = tag!("Prompt");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("attempt"), &self.attempt);
        x.attribute(name!("cardType"), &self.card_type);
        x.attribute(name!("errorType"), &self.error_type);
        x.required(name!("for"), &self.for_);
        x.attribute(name!("requireMatchingInputs"), &self.require_matching_inputs);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        for child in self.children.iter() {
            child.render(x);
        }
    }

    fn is_empty(&self) -> bool {
        self.children.is_empty()
    }

    fn has_text(&self) -> bool {
        self.children.iter().any(|child| matches!(child, PromptVerb::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Prompt {
    const NAME: &'static str = "Prompt";
    const REQUIRED: &'static [&'static str] = &["for"];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default());
        let mut for_ = None;
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "attempt" => read.set(&mut this.attempt),
            "cardType" => read.set(&mut this.card_type),
            "errorType" => read.set(&mut this.error_type),
            "for" => read.set(&mut for_),
            "requireMatchingInputs" => read.set(&mut this.require_matching_inputs),
            _ => Kept::Unknown,
        })?;
        this.for_ = reader.required::<Self, _>(tag, "for", for_)?;
        this.unchecked = unchecked;
        reader.children(tag, &mut this.children)?;
        Ok(this)
    }
}
