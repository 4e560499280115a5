// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Headers, Uri};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{CallProgressEvent, MachineDetection, Method, Milliseconds, Seconds, SpaceList};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Sip>`: SIP endpoint to dial.
///
/// Stands in [`Dial`](crate::voice::Dial).
/// Holds [`Headers`](crate::voice::Headers), [`Uri`](crate::voice::Uri).
/// Text: URI under 255 characters, headers after ? under 1024; text or up to 5 Uri children.
///
/// Source: <https://www.twilio.com/docs/voice/twiml/sip>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sip {
    /// The text of the element: a SIP URI.
    ///
    /// Rule: URI under 255 characters, headers after ? under 1024; text or up to 5 Uri children.
    pub uri: Option<Text>,
    /// `amdStatusCallback`: URL told the detection result.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub amd_status_callback: Option<Text>,
    /// `amdStatusCallbackMethod`: HTTP method for amdStatusCallback.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub amd_status_callback_method: Option<Method>,
    /// `machineDetection`: ask for human/machine/fax detection on answer.
    ///
    /// Rule: Enable | DetectMessageEnd. [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub machine_detection: Option<MachineDetection>,
    /// `machineDetectionSilenceTimeout`: opening silence after which the result is unknown.
    ///
    /// Default: `5000`. In milliseconds. Range: 2000..10000 ms. [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub machine_detection_silence_timeout: Option<Milliseconds>,
    /// `machineDetectionSpeechEndThreshold`: silence after speech that ends the utterance.
    ///
    /// Default: `1200`. In milliseconds. Range: 500..5000 ms. [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub machine_detection_speech_end_threshold: Option<Milliseconds>,
    /// `machineDetectionSpeechThreshold`: speech longer than this counts as a machine.
    ///
    /// Default: `2400`. In milliseconds. Range: 1000..6000 ms. [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub machine_detection_speech_threshold: Option<Milliseconds>,
    /// `machineDetectionTimeout`: how long detection may take before AnsweredBy=unknown.
    ///
    /// Default: `30`. In seconds. Range: 3..60 seconds. [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub machine_detection_timeout: Option<Seconds>,
    /// `method`: HTTP method for the URL of this element.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub method: Option<Method>,
    /// `password`: password for digest authentication.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub password: Option<Text>,
    /// `statusCallback`: URL told about state changes; its answer is ignored.
    ///
    /// Rule: host of an absolute URL must be valid, no underscore. [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub status_callback: Option<Text>,
    /// `statusCallbackEvent`: which state changes are reported.
    ///
    /// Default: `completed`. Rule: only with statusCallback. [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub status_callback_event: Option<SpaceList<CallProgressEvent>>,
    /// `statusCallbackMethod`: HTTP method for statusCallback.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub status_callback_method: Option<Method>,
    /// `url`: TwiML for the called party before bridging.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub url: Option<Text>,
    /// `username`: user for digest authentication.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub username: Option<Text>,
    nouns: Vec<SipNoun>,
    unchecked: Unchecked,
}

impl Sip {
    /// `<Sip>` with this text; [`default`](Self::default) has none.
    #[must_use]
    #[inline]
    pub fn new(uri: impl Into<Text>) -> Self {
        Self {
            uri: Some(uri.into()),
            ..Self::default()
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

    /// Sets [`password`](Self::password): password for digest authentication.
    #[must_use]
    #[inline]
    pub fn password(mut self, value: impl Into<Text>) -> Self {
        self.password = Some(value.into());
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

    /// Sets [`username`](Self::username): user for digest authentication.
    #[must_use]
    #[inline]
    pub fn username(mut self, value: impl Into<Text>) -> Self {
        self.username = Some(value.into());
        self
    }

    /// Adds [`<Headers>`](crate::voice::Headers): holder of SIP headers.
    #[must_use]
    #[inline]
    pub fn headers(mut self, headers: impl Into<Headers>) -> Self {
        add(&mut self.nouns, 384, SipNoun::Headers(headers.into()));
        self
    }

    /// Adds [`<Uri>`](crate::voice::Uri): one of several SIP targets with weight and priority.
    #[must_use]
    #[inline]
    pub fn uri(mut self, uri: impl Into<Uri>) -> Self {
        add(&mut self.nouns, 384, SipNoun::Uri(uri.into()));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[SipNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<SipNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(SipNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(SipNoun::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`Sip`].
    SipNoun {
        Headers(Headers) from Headers,
        Uri(Uri) from Uri,
    }
}

impl From<&'static str> for Sip {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Sip {
    #[inline]
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for Sip {
    #[inline]
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

impl Render for Sip {
    const TAG: TagName = tag!("Sip");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("amdStatusCallback"), &self.amd_status_callback);
        x.attribute(name!("amdStatusCallbackMethod"), &self.amd_status_callback_method);
        x.attribute(name!("machineDetection"), &self.machine_detection);
        x.attribute(name!("machineDetectionSilenceTimeout"), &self.machine_detection_silence_timeout);
        x.attribute(name!("machineDetectionSpeechEndThreshold"), &self.machine_detection_speech_end_threshold);
        x.attribute(name!("machineDetectionSpeechThreshold"), &self.machine_detection_speech_threshold);
        x.attribute(name!("machineDetectionTimeout"), &self.machine_detection_timeout);
        x.attribute(name!("method"), &self.method);
        x.attribute(name!("password"), &self.password);
        x.attribute(name!("statusCallback"), &self.status_callback);
        x.attribute(name!("statusCallbackEvent"), &self.status_callback_event);
        x.attribute(name!("statusCallbackMethod"), &self.status_callback_method);
        x.attribute(name!("url"), &self.url);
        x.attribute(name!("username"), &self.username);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        if let Some(text) = &self.uri {
            x.text(text);
        }
        for child in self.nouns.iter() {
            child.render(x);
        }
    }

    fn is_empty(&self) -> bool {
        self.uri.is_none() && self.nouns.is_empty()
    }

    fn has_text(&self) -> bool {
        self.uri.is_some() || self.nouns.iter().any(|child| matches!(child, SipNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Sip {
    const NAME: &'static str = "Sip";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &["sendDigits"];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "amdStatusCallback" => read.set(&mut this.amd_status_callback),
            "amdStatusCallbackMethod" => read.set(&mut this.amd_status_callback_method),
            "machineDetection" => read.set(&mut this.machine_detection),
            "machineDetectionSilenceTimeout" => read.set(&mut this.machine_detection_silence_timeout),
            "machineDetectionSpeechEndThreshold" => read.set(&mut this.machine_detection_speech_end_threshold),
            "machineDetectionSpeechThreshold" => read.set(&mut this.machine_detection_speech_threshold),
            "machineDetectionTimeout" => read.set(&mut this.machine_detection_timeout),
            "method" => read.set(&mut this.method),
            "password" => read.set(&mut this.password),
            "statusCallback" => read.set(&mut this.status_callback),
            "statusCallbackEvent" => read.set(&mut this.status_callback_event),
            "statusCallbackMethod" => read.set(&mut this.status_callback_method),
            "url" => read.set(&mut this.url),
            "username" => read.set(&mut this.username),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.text_or_children(tag, &mut this.uri, &mut this.nouns)?;
        Ok(this)
    }
}
