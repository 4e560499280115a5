// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::values::{CallProgressEvent, MachineDetection, Method, Milliseconds, Seconds, SpaceList};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Number>`: phone number to dial.
///
/// Stands in [`Dial`](crate::voice::Dial).
/// Text: E.164 preferred.
///
/// Source: <https://www.twilio.com/docs/voice/twiml/number>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// The text of the element: a phone number.
    ///
    /// Rule: E.164 preferred.
    pub phone_number: Text,
    /// `amdStatusCallback`: URL told the detection result.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/number).
    pub amd_status_callback: Option<Text>,
    /// `amdStatusCallbackMethod`: HTTP method for amdStatusCallback.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/number).
    pub amd_status_callback_method: Option<Method>,
    /// `byoc`: own-carrier trunk to use.
    ///
    /// Rule: BY + 32 hex. [Source](https://www.twilio.com/docs/voice/twiml/number).
    pub byoc: Option<Text>,
    /// `machineDetection`: ask for human/machine/fax detection on answer.
    ///
    /// Rule: Enable | DetectMessageEnd. [Source](https://www.twilio.com/docs/voice/twiml/number).
    pub machine_detection: Option<MachineDetection>,
    /// `machineDetectionSilenceTimeout`: opening silence after which the result is unknown.
    ///
    /// Default: `5000`. In milliseconds. Range: 2000..10000 ms. [Source](https://www.twilio.com/docs/voice/twiml/number).
    pub machine_detection_silence_timeout: Option<Milliseconds>,
    /// `machineDetectionSpeechEndThreshold`: silence after speech that ends the utterance.
    ///
    /// Default: `1200`. In milliseconds. Range: 500..5000 ms. [Source](https://www.twilio.com/docs/voice/twiml/number).
    pub machine_detection_speech_end_threshold: Option<Milliseconds>,
    /// `machineDetectionSpeechThreshold`: speech longer than this counts as a machine.
    ///
    /// Default: `2400`. In milliseconds. Range: 1000..6000 ms. [Source](https://www.twilio.com/docs/voice/twiml/number).
    pub machine_detection_speech_threshold: Option<Milliseconds>,
    /// `machineDetectionTimeout`: how long detection may take before AnsweredBy=unknown.
    ///
    /// Default: `30`. In seconds. Range: 3..60 seconds. [Source](https://www.twilio.com/docs/voice/twiml/number).
    pub machine_detection_timeout: Option<Seconds>,
    /// `method`: HTTP method for the URL of this element.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/number).
    pub method: Option<Method>,
    /// `sendDigits`: tones sent after the answer.
    ///
    /// Rule: \[0-9#\*wW]+. [Source](https://www.twilio.com/docs/voice/twiml/number).
    pub send_digits: Option<Text>,
    /// `statusCallback`: URL told about state changes; its answer is ignored.
    ///
    /// Rule: host of an absolute URL must be valid, no underscore. [Source](https://www.twilio.com/docs/voice/twiml/number).
    pub status_callback: Option<Text>,
    /// `statusCallbackEvent`: which state changes are reported.
    ///
    /// Default: `completed`. Rule: only with statusCallback. [Source](https://www.twilio.com/docs/voice/twiml/number).
    pub status_callback_event: Option<SpaceList<CallProgressEvent>>,
    /// `statusCallbackMethod`: HTTP method for statusCallback.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/number).
    pub status_callback_method: Option<Method>,
    /// `url`: TwiML for the called party before bridging.
    ///
    /// Rule: document may hold Play Say Gather Hangup, never Dial. [Source](https://www.twilio.com/docs/voice/twiml/number).
    pub url: Option<Text>,
    unchecked: Unchecked,
}

impl Number {
    /// `<Number>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(phone_number: impl Into<Text>) -> Self {
        Self {
            phone_number: phone_number.into(),
            amd_status_callback: None,
            amd_status_callback_method: None,
            byoc: None,
            machine_detection: None,
            machine_detection_silence_timeout: None,
            machine_detection_speech_end_threshold: None,
            machine_detection_speech_threshold: None,
            machine_detection_timeout: None,
            method: None,
            send_digits: None,
            status_callback: None,
            status_callback_event: None,
            status_callback_method: None,
            url: None,
            unchecked: Unchecked::default(),
        }
    }

    /// Sets [`amd_status_callback`](Self::amd_status_callback): URL told the detection result.
    #[must_use]
    #[inline]
    pub fn amd_status_callback(mut self, value: impl Into<Text>) -> Self {
        self.amd_status_callback = Some(value.into());
        self
    }

    /// Sets [`amd_status_callback_method`](Self::amd_status_callback_method): HTTP method for amdStatusCallback.
    #[must_use]
    #[inline]
    pub fn amd_status_callback_method(mut self, value: impl Into<Method>) -> Self {
        self.amd_status_callback_method = Some(value.into());
        self
    }

    /// Sets [`byoc`](Self::byoc): own-carrier trunk to use.
    #[must_use]
    #[inline]
    pub fn byoc(mut self, value: impl Into<Text>) -> Self {
        self.byoc = Some(value.into());
        self
    }

    /// Sets [`machine_detection`](Self::machine_detection): ask for human/machine/fax detection on answer.
    #[must_use]
    #[inline]
    pub fn machine_detection(mut self, value: impl Into<MachineDetection>) -> Self {
        self.machine_detection = Some(value.into());
        self
    }

    /// Sets [`machine_detection_silence_timeout`](Self::machine_detection_silence_timeout): opening silence after which the result is unknown.
    #[must_use]
    #[inline]
    pub fn machine_detection_silence_timeout(mut self, value: impl Into<Milliseconds>) -> Self {
        self.machine_detection_silence_timeout = Some(value.into());
        self
    }

    /// Sets [`machine_detection_speech_end_threshold`](Self::machine_detection_speech_end_threshold): silence after speech that ends the utterance.
    #[must_use]
    #[inline]
    pub fn machine_detection_speech_end_threshold(mut self, value: impl Into<Milliseconds>) -> Self {
        self.machine_detection_speech_end_threshold = Some(value.into());
        self
    }

    /// Sets [`machine_detection_speech_threshold`](Self::machine_detection_speech_threshold): speech longer than this counts as a machine.
    #[must_use]
    #[inline]
    pub fn machine_detection_speech_threshold(mut self, value: impl Into<Milliseconds>) -> Self {
        self.machine_detection_speech_threshold = Some(value.into());
        self
    }

    /// Sets [`machine_detection_timeout`](Self::machine_detection_timeout): how long detection may take before AnsweredBy=unknown.
    #[must_use]
    #[inline]
    pub fn machine_detection_timeout(mut self, value: impl Into<Seconds>) -> Self {
        self.machine_detection_timeout = Some(value.into());
        self
    }

    /// Sets [`method`](Self::method): HTTP method for the URL of this element.
    #[must_use]
    #[inline]
    pub fn method(mut self, value: impl Into<Method>) -> Self {
        self.method = Some(value.into());
        self
    }

    /// Sets [`send_digits`](Self::send_digits): tones sent after the answer.
    #[must_use]
    #[inline]
    pub fn send_digits(mut self, value: impl Into<Text>) -> Self {
        self.send_digits = Some(value.into());
        self
    }

    /// Sets [`status_callback`](Self::status_callback): URL told about state changes; its answer is ignored.
    #[must_use]
    #[inline]
    pub fn status_callback(mut self, value: impl Into<Text>) -> Self {
        self.status_callback = Some(value.into());
        self
    }

    /// Sets [`status_callback_event`](Self::status_callback_event): which state changes are reported.
    #[must_use]
    #[inline]
    pub fn status_callback_event(mut self, value: impl IntoIterator<Item = impl Into<CallProgressEvent>>) -> Self {
        self.status_callback_event = Some(value.into_iter().collect());
        self
    }

    /// Sets [`status_callback_method`](Self::status_callback_method): HTTP method for statusCallback.
    #[must_use]
    #[inline]
    pub fn status_callback_method(mut self, value: impl Into<Method>) -> Self {
        self.status_callback_method = Some(value.into());
        self
    }

    /// Sets [`url`](Self::url): TwiML for the called party before bridging.
    #[must_use]
    #[inline]
    pub fn url(mut self, value: impl Into<Text>) -> Self {
        self.url = Some(value.into());
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

impl From<&'static str> for Number {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Number {
    #[inline]
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for Number {
    #[inline]
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

impl Render for Number {
    const TAG: TagName = tag!("Number");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("amdStatusCallback"), &self.amd_status_callback);
        x.attribute(name!("amdStatusCallbackMethod"), &self.amd_status_callback_method);
        x.attribute(name!("byoc"), &self.byoc);
        x.attribute(name!("machineDetection"), &self.machine_detection);
        x.attribute(name!("machineDetectionSilenceTimeout"), &self.machine_detection_silence_timeout);
        x.attribute(name!("machineDetectionSpeechEndThreshold"), &self.machine_detection_speech_end_threshold);
        x.attribute(name!("machineDetectionSpeechThreshold"), &self.machine_detection_speech_threshold);
        x.attribute(name!("machineDetectionTimeout"), &self.machine_detection_timeout);
        x.attribute(name!("method"), &self.method);
        x.attribute(name!("sendDigits"), &self.send_digits);
        x.attribute(name!("statusCallback"), &self.status_callback);
        x.attribute(name!("statusCallbackEvent"), &self.status_callback_event);
        x.attribute(name!("statusCallbackMethod"), &self.status_callback_method);
        x.attribute(name!("url"), &self.url);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        x.text(&self.phone_number);
    }

    fn is_empty(&self) -> bool {
        self.phone_number.is_empty()
    }

    fn has_text(&self) -> bool {
        true
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Number {
    const NAME: &'static str = "Number";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &["action"];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default());
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "amdStatusCallback" => read.set(&mut this.amd_status_callback),
            "amdStatusCallbackMethod" => read.set(&mut this.amd_status_callback_method),
            "byoc" => read.set(&mut this.byoc),
            "machineDetection" => read.set(&mut this.machine_detection),
            "machineDetectionSilenceTimeout" => read.set(&mut this.machine_detection_silence_timeout),
            "machineDetectionSpeechEndThreshold" => read.set(&mut this.machine_detection_speech_end_threshold),
            "machineDetectionSpeechThreshold" => read.set(&mut this.machine_detection_speech_threshold),
            "machineDetectionTimeout" => read.set(&mut this.machine_detection_timeout),
            "method" => read.set(&mut this.method),
            "sendDigits" => read.set(&mut this.send_digits),
            "statusCallback" => read.set(&mut this.status_callback),
            "statusCallbackEvent" => read.set(&mut this.status_callback_event),
            "statusCallbackMethod" => read.set(&mut this.status_callback_method),
            "url" => read.set(&mut this.url),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        this.phone_number = reader.text(tag, &mut this.unchecked)?.unwrap_or_default();
        Ok(this)
    }
}
