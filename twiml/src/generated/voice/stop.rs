// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{Recording, Siprec, Stream, Transcription};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, tag};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Stop>`: stop something that Start began, found by its name.
///
/// Stands in [`VoiceResponse`](crate::voice::VoiceResponse).
/// Holds [`Recording`](crate::voice::Recording), [`Siprec`](crate::voice::Siprec), [`Stream`](crate::voice::Stream), [`Transcription`](crate::voice::Transcription).
///
/// Source: <https://www.twilio.com/docs/voice/twiml>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stop {
    nouns: Vec<StopNoun>,
    unchecked: Unchecked,
}

impl Stop {
    /// `<Stop>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds [`<Recording>`](crate::voice::Recording): record the call in the background.
    #[must_use]
    #[inline]
    pub fn recording(mut self, recording: impl Into<Recording>) -> Self {
        add(&mut self.nouns, 384, StopNoun::Recording(alloc::boxed::Box::new(recording.into())));
        self
    }

    /// Adds [`<Siprec>`](crate::voice::Siprec): copy call audio to a SIPREC partner.
    #[must_use]
    #[inline]
    pub fn siprec(mut self, siprec: impl Into<Siprec>) -> Self {
        add(&mut self.nouns, 384, StopNoun::Siprec(alloc::boxed::Box::new(siprec.into())));
        self
    }

    /// Adds [`<Stream>`](crate::voice::Stream): copy call audio to a WebSocket (Start: one way, Connect: both ways).
    #[must_use]
    #[inline]
    pub fn stream(mut self, stream: impl Into<Stream>) -> Self {
        add(&mut self.nouns, 384, StopNoun::Stream(alloc::boxed::Box::new(stream.into())));
        self
    }

    /// Adds [`<Transcription>`](crate::voice::Transcription): live speech-to-text of the call.
    #[must_use]
    #[inline]
    pub fn transcription(mut self, transcription: impl Into<Transcription>) -> Self {
        add(&mut self.nouns, 384, StopNoun::Transcription(alloc::boxed::Box::new(transcription.into())));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[StopNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<StopNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(StopNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(StopNoun::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`Stop`].
    StopNoun {
        Recording(alloc::boxed::Box<Recording>) from Recording,
        Siprec(alloc::boxed::Box<Siprec>) from Siprec,
        Stream(alloc::boxed::Box<Stream>) from Stream,
        Transcription(alloc::boxed::Box<Transcription>) from Transcription,
    }
}

impl Render for Stop {
    const TAG: TagName = tag!("Stop");

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
        self.nouns.iter().any(|child| matches!(child, StopNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Stop {
    const NAME: &'static str = "Stop";
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
