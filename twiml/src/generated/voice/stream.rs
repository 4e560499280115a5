// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{Parameter};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{Method, StreamTrack};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Stream>`: copy call audio to a WebSocket (Start: one way, Connect: both ways).
///
/// Stands in [`Connect`](crate::voice::Connect), [`Start`](crate::voice::Start), [`Stop`](crate::voice::Stop).
/// Holds [`Parameter`](crate::voice::Parameter).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/stream>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stream {
    /// `audioFormat`: codec wanted.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/stream).
    pub audio_format: Option<Text>,
    /// `connectorName`: stream connector add-on.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/stream).
    pub connector_name: Option<Text>,
    /// `name`: handle for Stop.
    ///
    /// Rule: unique per call. [Source](https://www.twilio.com/docs/voice/twiml/stream).
    pub name: Option<Text>,
    /// `sampleRate`: sample rate for HD codecs.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/stream).
    pub sample_rate: Option<Text>,
    /// `statusCallback`: URL told about start, stop, error.
    ///
    /// Rule: absolute. [Source](https://www.twilio.com/docs/voice/twiml/stream).
    pub status_callback: Option<Text>,
    /// `statusCallbackMethod`: HTTP method for statusCallback.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/stream).
    pub status_callback_method: Option<Method>,
    /// `track`: side that is sent.
    ///
    /// Default: `inbound_track`. Rule: Connect allows inbound\_track only. [Source](https://www.twilio.com/docs/voice/twiml/stream).
    pub track: Option<StreamTrack>,
    /// `url`: WebSocket that gets the audio.
    ///
    /// Rule: wss only, no query string; required to start. [Source](https://www.twilio.com/docs/voice/twiml/stream).
    pub url: Option<Text>,
    nouns: Vec<StreamNoun>,
    unchecked: Unchecked,
}

impl Stream {
    /// `<Stream>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`audio_format`](Self::audio_format): codec wanted.
    #[must_use]
    #[inline]
    pub fn audio_format(mut self, value: impl Into<Text>) -> Self {
        self.audio_format = Some(value.into());
        self
    }

    /// Sets [`connector_name`](Self::connector_name): stream connector add-on.
    #[must_use]
    #[inline]
    pub fn connector_name(mut self, value: impl Into<Text>) -> Self {
        self.connector_name = Some(value.into());
        self
    }

    /// Sets [`name`](Self::name): handle for Stop.
    #[must_use]
    #[inline]
    pub fn name(mut self, value: impl Into<Text>) -> Self {
        self.name = Some(value.into());
        self
    }

    /// Sets [`sample_rate`](Self::sample_rate): sample rate for HD codecs.
    #[must_use]
    #[inline]
    pub fn sample_rate(mut self, value: impl Into<Text>) -> Self {
        self.sample_rate = Some(value.into());
        self
    }

    /// Sets [`status_callback`](Self::status_callback): URL told about start, stop, error.
    #[must_use]
    #[inline]
    pub fn status_callback(mut self, value: impl Into<Text>) -> Self {
        self.status_callback = Some(value.into());
        self
    }

    /// Sets [`status_callback_method`](Self::status_callback_method): HTTP method for statusCallback.
    #[must_use]
    #[inline]
    pub fn status_callback_method(mut self, value: impl Into<Method>) -> Self {
        self.status_callback_method = Some(value.into());
        self
    }

    /// Sets [`track`](Self::track): side that is sent.
    #[must_use]
    #[inline]
    pub fn track(mut self, value: impl Into<StreamTrack>) -> Self {
        self.track = Some(value.into());
        self
    }

    /// Sets [`url`](Self::url): WebSocket that gets the audio.
    #[must_use]
    #[inline]
    pub fn url(mut self, value: impl Into<Text>) -> Self {
        self.url = Some(value.into());
        self
    }

    /// Adds [`<Parameter>`](crate::voice::Parameter): name/value pair passed to the service or far side.
    #[must_use]
    #[inline]
    pub fn parameter(mut self, parameter: impl Into<Parameter>) -> Self {
        add(&mut self.nouns, 384, StreamNoun::Parameter(parameter.into()));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[StreamNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<StreamNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(StreamNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(StreamNoun::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`Stream`].
    StreamNoun {
        Parameter(Parameter) from Parameter,
    }
}

impl Render for Stream {
    const TAG: TagName = tag!("Stream");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("audioFormat"), &self.audio_format);
        x.attribute(name!("connectorName"), &self.connector_name);
        x.attribute(name!("name"), &self.name);
        x.attribute(name!("sampleRate"), &self.sample_rate);
        x.attribute(name!("statusCallback"), &self.status_callback);
        x.attribute(name!("statusCallbackMethod"), &self.status_callback_method);
        x.attribute(name!("track"), &self.track);
        x.attribute(name!("url"), &self.url);
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
        self.nouns.iter().any(|child| matches!(child, StreamNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Stream {
    const NAME: &'static str = "Stream";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "audioFormat" => read.set(&mut this.audio_format),
            "connectorName" => read.set(&mut this.connector_name),
            "name" => read.set(&mut this.name),
            "sampleRate" => read.set(&mut this.sample_rate),
            "statusCallback" => read.set(&mut this.status_callback),
            "statusCallbackMethod" => read.set(&mut this.status_callback_method),
            "track" => read.set(&mut this.track),
            "url" => read.set(&mut this.url),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.children(tag, &mut this.nouns)?;
        Ok(this)
    }
}
