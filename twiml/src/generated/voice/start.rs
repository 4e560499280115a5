// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{Recording, Siprec, Stream, Transcription};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{Method};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Start>`: start something in the background and go on at once.
///
/// Stands in [`VoiceResponse`](crate::voice::VoiceResponse).
/// Holds [`Recording`](crate::voice::Recording), [`Siprec`](crate::voice::Siprec), [`Stream`](crate::voice::Stream), [`Transcription`](crate::voice::Transcription).
///
/// Source: <https://www.twilio.com/docs/voice/twiml>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// `action`: URL fetched when the instruction finishes; its answer replaces the rest of this document.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml).
    pub action: Option<Text>,
    /// `method`: HTTP method for the URL of this element.
    ///
    /// Default: `POST` (unverified). [Source](https://www.twilio.com/docs/voice/twiml).
    pub method: Option<Method>,
    nouns: Vec<StartNoun>,
    unchecked: Unchecked,
}

impl Start {
    /// `<Start>` with nothing set.
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

    /// Adds [`<Recording>`](crate::voice::Recording): record the call in the background.
    #[must_use]
    #[inline]
    pub fn recording(mut self, recording: impl Into<Recording>) -> Self {
        add(&mut self.nouns, 384, StartNoun::Recording(alloc::boxed::Box::new(recording.into())));
        self
    }

    /// Adds [`<Siprec>`](crate::voice::Siprec): copy call audio to a SIPREC partner.
    #[must_use]
    #[inline]
    pub fn siprec(mut self, siprec: impl Into<Siprec>) -> Self {
        add(&mut self.nouns, 384, StartNoun::Siprec(alloc::boxed::Box::new(siprec.into())));
        self
    }

    /// Adds [`<Stream>`](crate::voice::Stream): copy call audio to a WebSocket (Start: one way, Connect: both ways).
    #[must_use]
    #[inline]
    pub fn stream(mut self, stream: impl Into<Stream>) -> Self {
        add(&mut self.nouns, 384, StartNoun::Stream(alloc::boxed::Box::new(stream.into())));
        self
    }

    /// Adds [`<Transcription>`](crate::voice::Transcription): live speech-to-text of the call.
    #[must_use]
    #[inline]
    pub fn transcription(mut self, transcription: impl Into<Transcription>) -> Self {
        add(&mut self.nouns, 384, StartNoun::Transcription(alloc::boxed::Box::new(transcription.into())));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[StartNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<StartNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(StartNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(StartNoun::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`Start`].
    StartNoun {
        Recording(alloc::boxed::Box<Recording>) from Recording,
        Siprec(alloc::boxed::Box<Siprec>) from Siprec,
        Stream(alloc::boxed::Box<Stream>) from Stream,
        Transcription(alloc::boxed::Box<Transcription>) from Transcription,
    }
}

impl Render for Start {
    const TAG: TagName = tag!("Start");

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
        self.nouns.iter().any(|child| matches!(child, StartNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Start {
    const NAME: &'static str = "Start";
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
