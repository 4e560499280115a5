// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::values::{Method, RecordingChannels, RecordingEvent, RecordingTrack, SpaceList, Trim};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Recording>`: record the call in the background.
///
/// Stands in [`Start`](crate::voice::Start), [`Stop`](crate::voice::Stop).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/recording>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// `channels`: one or two channels.
    ///
    /// Default: `dual`. [Source](https://www.twilio.com/docs/voice/twiml/recording).
    pub channels: Option<RecordingChannels>,
    /// `name`: handle for Stop.
    ///
    /// Rule: unique per call. In no official helper library. [Source](https://www.twilio.com/docs/voice/twiml/recording).
    pub name: Option<Text>,
    /// `recordingConfigurationId`: id of a stored recording configuration to apply.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/recording).
    pub recording_configuration_id: Option<Text>,
    /// `recordingStatusCallback`: URL told when the recording changes state.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/recording).
    pub recording_status_callback: Option<Text>,
    /// `recordingStatusCallbackEvent`: which recording states are reported.
    ///
    /// Default: `completed`. [Source](https://www.twilio.com/docs/voice/twiml/recording).
    pub recording_status_callback_event: Option<SpaceList<RecordingEvent>>,
    /// `recordingStatusCallbackMethod`: HTTP method for recordingStatusCallback.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/recording).
    pub recording_status_callback_method: Option<Method>,
    /// `track`: side that is recorded.
    ///
    /// Default: `both`. [Source](https://www.twilio.com/docs/voice/twiml/recording).
    pub track: Option<RecordingTrack>,
    /// `trim`: cut silence at both ends of the recording.
    ///
    /// Default: `trim-silence`. [Source](https://www.twilio.com/docs/voice/twiml/recording).
    pub trim: Option<Trim>,
    unchecked: Unchecked,
}

impl Recording {
    /// `<Recording>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`channels`](Self::channels): one or two channels.
    #[must_use]
    #[inline]
    pub fn channels(mut self, value: impl Into<RecordingChannels>) -> Self {
        self.channels = Some(value.into());
        self
    }

    /// Sets [`name`](Self::name): handle for Stop.
    #[must_use]
    #[inline]
    pub fn name(mut self, value: impl Into<Text>) -> Self {
        self.name = Some(value.into());
        self
    }

    /// Sets [`recording_configuration_id`](Self::recording_configuration_id): id of a stored recording configuration to apply.
    #[must_use]
    #[inline]
    pub fn recording_configuration_id(mut self, value: impl Into<Text>) -> Self {
        self.recording_configuration_id = Some(value.into());
        self
    }

    /// Sets [`recording_status_callback`](Self::recording_status_callback): URL told when the recording changes state.
    #[must_use]
    #[inline]
    pub fn recording_status_callback(mut self, value: impl Into<Text>) -> Self {
        self.recording_status_callback = Some(value.into());
        self
    }

    /// Sets [`recording_status_callback_event`](Self::recording_status_callback_event): which recording states are reported.
    #[must_use]
    #[inline]
    pub fn recording_status_callback_event(mut self, value: impl IntoIterator<Item = impl Into<RecordingEvent>>) -> Self {
        self.recording_status_callback_event = Some(value.into_iter().collect());
        self
    }

    /// Sets [`recording_status_callback_method`](Self::recording_status_callback_method): HTTP method for recordingStatusCallback.
    #[must_use]
    #[inline]
    pub fn recording_status_callback_method(mut self, value: impl Into<Method>) -> Self {
        self.recording_status_callback_method = Some(value.into());
        self
    }

    /// Sets [`track`](Self::track): side that is recorded.
    #[must_use]
    #[inline]
    pub fn track(mut self, value: impl Into<RecordingTrack>) -> Self {
        self.track = Some(value.into());
        self
    }

    /// Sets [`trim`](Self::trim): cut silence at both ends of the recording.
    #[must_use]
    #[inline]
    pub fn trim(mut self, value: impl Into<Trim>) -> Self {
        self.trim = Some(value.into());
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

impl Render for Recording {
    const TAG: TagName = tag!("Recording");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("channels"), &self.channels);
        x.attribute(name!("name"), &self.name);
        x.attribute(name!("recordingConfigurationId"), &self.recording_configuration_id);
        x.attribute(name!("recordingStatusCallback"), &self.recording_status_callback);
        x.attribute(name!("recordingStatusCallbackEvent"), &self.recording_status_callback_event);
        x.attribute(name!("recordingStatusCallbackMethod"), &self.recording_status_callback_method);
        x.attribute(name!("track"), &self.track);
        x.attribute(name!("trim"), &self.trim);
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
impl Parse for Recording {
    const NAME: &'static str = "Recording";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "channels" => read.set(&mut this.channels),
            "name" => read.set(&mut this.name),
            "recordingConfigurationId" => read.set(&mut this.recording_configuration_id),
            "recordingStatusCallback" => read.set(&mut this.recording_status_callback),
            "recordingStatusCallbackEvent" => read.set(&mut this.recording_status_callback_event),
            "recordingStatusCallbackMethod" => read.set(&mut this.recording_status_callback_method),
            "track" => read.set(&mut this.track),
            "trim" => read.set(&mut this.trim),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.nothing(tag, &mut this.unchecked)?;
        Ok(this)
    }
}
