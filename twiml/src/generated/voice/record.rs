// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::values::{Method, RecordingEvent, Seconds, SpaceList, Trim};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Record>`: record the caller.
///
/// Stands in [`VoiceResponse`](crate::voice::VoiceResponse).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/record>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// `action`: URL that receives RecordingUrl; verbs after Record never run.
    ///
    /// Default: current document. Rule: must be absolute when the TwiML was given inline to the Calls API. [Source](https://www.twilio.com/docs/voice/twiml/record).
    pub action: Option<Text>,
    /// `finishOnKey`: keys that end the recording.
    ///
    /// Default: `1234567890*#`. Rule: any set of 0-9 # \*. [Source](https://www.twilio.com/docs/voice/twiml/record).
    pub finish_on_key: Option<Text>,
    /// `maxLength`: longest recording, seconds.
    ///
    /// Default: 3600 (120 with transcribe). In seconds. Range: 2..14400, or ..86400 when the account allows it; 600 from the Voice SDK. [Source](https://www.twilio.com/docs/voice/twiml/record).
    pub max_length: Option<Seconds>,
    /// `method`: HTTP method for the URL of this element.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/record).
    pub method: Option<Method>,
    /// `playBeep`: tone before recording starts.
    ///
    /// Default: `true`. [Source](https://www.twilio.com/docs/voice/twiml/record).
    pub play_beep: Option<bool>,
    /// `recordingConfigurationId`: id of a stored recording configuration to apply.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/record).
    pub recording_configuration_id: Option<Text>,
    /// `recordingStatusCallback`: URL told when the recording changes state.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/record).
    pub recording_status_callback: Option<Text>,
    /// `recordingStatusCallbackEvent`: which recording states are reported.
    ///
    /// Default: `completed`. [Source](https://www.twilio.com/docs/voice/twiml/record).
    pub recording_status_callback_event: Option<SpaceList<RecordingEvent>>,
    /// `recordingStatusCallbackMethod`: HTTP method for recordingStatusCallback.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/record).
    pub recording_status_callback_method: Option<Method>,
    /// `timeout`: silence that ends the recording.
    ///
    /// Default: `5`. In seconds. Range: >= 0 seconds; 0 = off. [Source](https://www.twilio.com/docs/voice/twiml/record).
    pub timeout: Option<Seconds>,
    /// `transcribe`: ask for a text version.
    ///
    /// Default: `false`. Rule: US English, recordings of 2..120 s. [Source](https://www.twilio.com/docs/voice/twiml/record).
    pub transcribe: Option<bool>,
    /// `transcribeCallback`: URL told when the text is ready.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/record).
    pub transcribe_callback: Option<Text>,
    /// `trim`: cut silence at both ends of the recording.
    ///
    /// Default: `trim-silence`. [Source](https://www.twilio.com/docs/voice/twiml/record).
    pub trim: Option<Trim>,
    unchecked: Unchecked,
}

impl Record {
    /// `<Record>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`action`](Self::action): URL that receives RecordingUrl; verbs after Record never run.
    #[must_use]
    #[inline]
    pub fn action(mut self, value: impl Into<Text>) -> Self {
        self.action = Some(value.into());
        self
    }

    /// Sets [`finish_on_key`](Self::finish_on_key): keys that end the recording.
    #[must_use]
    #[inline]
    pub fn finish_on_key(mut self, value: impl Into<Text>) -> Self {
        self.finish_on_key = Some(value.into());
        self
    }

    /// Sets [`max_length`](Self::max_length): longest recording, seconds.
    #[must_use]
    #[inline]
    pub fn max_length(mut self, value: impl Into<Seconds>) -> Self {
        self.max_length = Some(value.into());
        self
    }

    /// Sets [`method`](Self::method): HTTP method for the URL of this element.
    #[must_use]
    #[inline]
    pub fn method(mut self, value: impl Into<Method>) -> Self {
        self.method = Some(value.into());
        self
    }

    /// Sets [`play_beep`](Self::play_beep): tone before recording starts.
    #[must_use]
    #[inline]
    pub fn play_beep(mut self, value: bool) -> Self {
        self.play_beep = Some(value);
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

    /// Sets [`timeout`](Self::timeout): silence that ends the recording.
    #[must_use]
    #[inline]
    pub fn timeout(mut self, value: impl Into<Seconds>) -> Self {
        self.timeout = Some(value.into());
        self
    }

    /// Sets [`transcribe`](Self::transcribe): ask for a text version.
    #[must_use]
    #[inline]
    pub fn transcribe(mut self, value: bool) -> Self {
        self.transcribe = Some(value);
        self
    }

    /// Sets [`transcribe_callback`](Self::transcribe_callback): URL told when the text is ready.
    #[must_use]
    #[inline]
    pub fn transcribe_callback(mut self, value: impl Into<Text>) -> Self {
        self.transcribe_callback = Some(value.into());
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

impl Render for Record {
    const TAG: TagName = tag!("Record");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("action"), &self.action);
        x.attribute(name!("finishOnKey"), &self.finish_on_key);
        x.attribute(name!("maxLength"), &self.max_length);
        x.attribute(name!("method"), &self.method);
        x.attribute(name!("playBeep"), &self.play_beep);
        x.attribute(name!("recordingConfigurationId"), &self.recording_configuration_id);
        x.attribute(name!("recordingStatusCallback"), &self.recording_status_callback);
        x.attribute(name!("recordingStatusCallbackEvent"), &self.recording_status_callback_event);
        x.attribute(name!("recordingStatusCallbackMethod"), &self.recording_status_callback_method);
        x.attribute(name!("timeout"), &self.timeout);
        x.attribute(name!("transcribe"), &self.transcribe);
        x.attribute(name!("transcribeCallback"), &self.transcribe_callback);
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
impl Parse for Record {
    const NAME: &'static str = "Record";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "action" => read.set(&mut this.action),
            "finishOnKey" => read.set(&mut this.finish_on_key),
            "maxLength" => read.set(&mut this.max_length),
            "method" => read.set(&mut this.method),
            "playBeep" => read.set(&mut this.play_beep),
            "recordingConfigurationId" => read.set(&mut this.recording_configuration_id),
            "recordingStatusCallback" => read.set(&mut this.recording_status_callback),
            "recordingStatusCallbackEvent" => read.set(&mut this.recording_status_callback_event),
            "recordingStatusCallbackMethod" => read.set(&mut this.recording_status_callback_method),
            "timeout" => read.set(&mut this.timeout),
            "transcribe" => read.set(&mut this.transcribe),
            "transcribeCallback" => read.set(&mut this.transcribe_callback),
            "trim" => read.set(&mut this.trim),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.nothing(tag, &mut this.unchecked)?;
        Ok(this)
    }
}
