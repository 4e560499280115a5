// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Play>`: play an audio file, or DTMF tones with digits.
///
/// Stands in [`VoiceResponse`](crate::voice::VoiceResponse), [`Gather`](crate::voice::Gather), [`Prompt`](crate::voice::Prompt).
/// Text: required unless digits is given; file over 40 minutes may drop the call.
///
/// Source: <https://www.twilio.com/docs/voice/twiml/play>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Play {
    /// The text of the element: a URL.
    ///
    /// Rule: required unless digits is given; file over 40 minutes may drop the call.
    pub url: Option<Text>,
    /// `digits`: tones to send instead of a file.
    ///
    /// Rule: \[0-9A-DwW#\*]+, w = 0.5 s pause, W = 1 s pause; not inside Gather. [Source](https://www.twilio.com/docs/voice/twiml/play).
    pub digits: Option<Text>,
    /// `loop`: how often the file is played.
    ///
    /// Default: `1`. Range: >= 0; 0 = until hang-up or 1000 rounds. [Source](https://www.twilio.com/docs/voice/twiml/play).
    pub loop_: Option<u32>,
    unchecked: Unchecked,
}

impl Play {
    /// `<Play>` with this text; [`default`](Self::default) has none.
    #[must_use]
    #[inline]
    pub fn new(url: impl Into<Text>) -> Self {
        Self {
            url: Some(url.into()),
            ..Self::default()
        }
    }

    /// Sets [`digits`](Self::digits): tones to send instead of a file.
    #[must_use]
    #[inline]
    pub fn digits(mut self, value: impl Into<Text>) -> Self {
        self.digits = Some(value.into());
        self
    }

    /// Sets [`loop_`](Self::loop_): how often the file is played.
    #[must_use]
    #[inline]
    pub fn loop_(mut self, value: u32) -> Self {
        self.loop_ = Some(value);
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

impl From<&'static str> for Play {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Play {
    #[inline]
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for Play {
    #[inline]
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

impl Render for Play {
    const TAG: TagName = tag!("Play");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("digits"), &self.digits);
        x.attribute(name!("loop"), &self.loop_);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        if let Some(text) = &self.url {
            x.text(text);
        }
    }

    fn is_empty(&self) -> bool {
        self.url.is_none()
    }

    fn has_text(&self) -> bool {
        true
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Play {
    const NAME: &'static str = "Play";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "digits" => read.set(&mut this.digits),
            "loop" => read.set(&mut this.loop_),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        this.url = reader.text(tag, &mut this.unchecked)?;
        Ok(this)
    }
}
