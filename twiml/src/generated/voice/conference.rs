// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::values::{Beep, ConferenceEvent, ConferenceRecord, JitterBufferSize, Method, RecordingEvent, Region, SpaceList, Trim};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Conference>`: named conference room to join.
///
/// Stands in [`Dial`](crate::voice::Dial).
/// Text: no personal data in names.
///
/// Source: <https://www.twilio.com/docs/voice/twiml/conference>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conference {
    /// The text of the element: a name.
    ///
    /// Rule: no personal data in names.
    pub name: Text,
    /// `beep`: tone on join and/or leave.
    ///
    /// Default: `true`. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub beep: Option<Beep>,
    /// `coach`: call that alone hears this participant.
    ///
    /// Rule: CA + 32 hex. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub coach: Option<Text>,
    /// `endConferenceOnExit`: room ends when this party leaves.
    ///
    /// Default: `false`. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub end_conference_on_exit: Option<bool>,
    /// `eventCallbackUrl`: URL told when a conference recording is ready (old style).
    ///
    /// **Deprecated**: superseded by statusCallback and recordingStatusCallback. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub event_callback_url: Option<Text>,
    /// `jitterBufferSize`: mixing buffer for this party.
    ///
    /// Default: `large`. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub jitter_buffer_size: Option<JitterBufferSize>,
    /// `maxParticipants`: room size.
    ///
    /// Default: `250`. Range: 1..250. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub max_participants: Option<u32>,
    /// `muted`: join muted.
    ///
    /// Default: `false`. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub muted: Option<bool>,
    /// `participantLabel`: label for later API use.
    ///
    /// Rule: unique in the room, at most 128 characters, no /, not a CallSid. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub participant_label: Option<Text>,
    /// `record`: record the room.
    ///
    /// Default: `do-not-record`. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub record: Option<ConferenceRecord>,
    /// `recordingConfigurationId`: id of a stored recording configuration to apply.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub recording_configuration_id: Option<Text>,
    /// `recordingStatusCallback`: URL told when the recording changes state.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub recording_status_callback: Option<Text>,
    /// `recordingStatusCallbackEvent`: which recording states are reported.
    ///
    /// Default: `completed`. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub recording_status_callback_event: Option<SpaceList<RecordingEvent>>,
    /// `recordingStatusCallbackMethod`: HTTP method for recordingStatusCallback.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub recording_status_callback_method: Option<Method>,
    /// `region`: where audio is mixed.
    ///
    /// Rule: none = nearest. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub region: Option<Region>,
    /// `startConferenceOnEnter`: this party starts the room.
    ///
    /// Default: `true`. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub start_conference_on_enter: Option<bool>,
    /// `statusCallback`: URL told about state changes; its answer is ignored.
    ///
    /// Rule: host of an absolute URL must be valid, no underscore. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub status_callback: Option<Text>,
    /// `statusCallbackEvent`: which room events are reported.
    ///
    /// Rule: only with statusCallback. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub status_callback_event: Option<SpaceList<ConferenceEvent>>,
    /// `statusCallbackMethod`: HTTP method for statusCallback.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub status_callback_method: Option<Method>,
    /// `trim`: cut silence at both ends of the recording.
    ///
    /// Default: `trim-silence`. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub trim: Option<Trim>,
    /// `waitMethod`: HTTP method for waitUrl.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub wait_method: Option<Method>,
    /// `waitUrl`: what early joiners hear.
    ///
    /// Default: Twilio's classical playlist. Rule: empty = silence; document may hold Play Say Pause Redirect. [Source](https://www.twilio.com/docs/voice/twiml/conference).
    pub wait_url: Option<Text>,
    unchecked: Unchecked,
}

impl Conference {
    /// `<Conference>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(name: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            beep: None,
            coach: None,
            end_conference_on_exit: None,
            event_callback_url: None,
            jitter_buffer_size: None,
            max_participants: None,
            muted: None,
            participant_label: None,
            record: None,
            recording_configuration_id: None,
            recording_status_callback: None,
            recording_status_callback_event: None,
            recording_status_callback_method: None,
            region: None,
            start_conference_on_enter: None,
            status_callback: None,
            status_callback_event: None,
            status_callback_method: None,
            trim: None,
            wait_method: None,
            wait_url: None,
            unchecked: Unchecked::default(),
        }
    }

    /// Sets [`beep`](Self::beep): tone on join and/or leave.
    #[must_use]
    #[inline]
    pub fn beep(mut self, value: impl Into<Beep>) -> Self {
        self.beep = Some(value.into());
        self
    }

    /// Sets [`coach`](Self::coach): call that alone hears this participant.
    #[must_use]
    #[inline]
    pub fn coach(mut self, value: impl Into<Text>) -> Self {
        self.coach = Some(value.into());
        self
    }

    /// Sets [`end_conference_on_exit`](Self::end_conference_on_exit): room ends when this party leaves.
    #[must_use]
    #[inline]
    pub fn end_conference_on_exit(mut self, value: bool) -> Self {
        self.end_conference_on_exit = Some(value);
        self
    }

    /// Sets [`event_callback_url`](Self::event_callback_url): URL told when a conference recording is ready (old style).
    #[must_use]
    #[inline]
    pub fn event_callback_url(mut self, value: impl Into<Text>) -> Self {
        self.event_callback_url = Some(value.into());
        self
    }

    /// Sets [`jitter_buffer_size`](Self::jitter_buffer_size): mixing buffer for this party.
    #[must_use]
    #[inline]
    pub fn jitter_buffer_size(mut self, value: impl Into<JitterBufferSize>) -> Self {
        self.jitter_buffer_size = Some(value.into());
        self
    }

    /// Sets [`max_participants`](Self::max_participants): room size.
    #[must_use]
    #[inline]
    pub fn max_participants(mut self, value: u32) -> Self {
        self.max_participants = Some(value);
        self
    }

    /// Sets [`muted`](Self::muted): join muted.
    #[must_use]
    #[inline]
    pub fn muted(mut self, value: bool) -> Self {
        self.muted = Some(value);
        self
    }

    /// Sets [`participant_label`](Self::participant_label): label for later API use.
    #[must_use]
    #[inline]
    pub fn participant_label(mut self, value: impl Into<Text>) -> Self {
        self.participant_label = Some(value.into());
        self
    }

    /// Sets [`record`](Self::record): record the room.
    #[must_use]
    #[inline]
    pub fn record(mut self, value: impl Into<ConferenceRecord>) -> Self {
        self.record = Some(value.into());
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

    /// Sets [`region`](Self::region): where audio is mixed.
    #[must_use]
    #[inline]
    pub fn region(mut self, value: impl Into<Region>) -> Self {
        self.region = Some(value.into());
        self
    }

    /// Sets [`start_conference_on_enter`](Self::start_conference_on_enter): this party starts the room.
    #[must_use]
    #[inline]
    pub fn start_conference_on_enter(mut self, value: bool) -> Self {
        self.start_conference_on_enter = Some(value);
        self
    }

    /// Sets [`status_callback`](Self::status_callback): URL told about state changes; its answer is ignored.
    #[must_use]
    #[inline]
    pub fn status_callback(mut self, value: impl Into<Text>) -> Self {
        self.status_callback = Some(value.into());
        self
    }

    /// Sets [`status_callback_event`](Self::status_callback_event): which room events are reported.
    #[must_use]
    #[inline]
    pub fn status_callback_event(mut self, value: impl IntoIterator<Item = impl Into<ConferenceEvent>>) -> Self {
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

    /// Sets [`trim`](Self::trim): cut silence at both ends of the recording.
    #[must_use]
    #[inline]
    pub fn trim(mut self, value: impl Into<Trim>) -> Self {
        self.trim = Some(value.into());
        self
    }

    /// Sets [`wait_method`](Self::wait_method): HTTP method for waitUrl.
    #[must_use]
    #[inline]
    pub fn wait_method(mut self, value: impl Into<Method>) -> Self {
        self.wait_method = Some(value.into());
        self
    }

    /// Sets [`wait_url`](Self::wait_url): what early joiners hear.
    #[must_use]
    #[inline]
    pub fn wait_url(mut self, value: impl Into<Text>) -> Self {
        self.wait_url = Some(value.into());
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

impl From<&'static str> for Conference {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Conference {
    #[inline]
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for Conference {
    #[inline]
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

impl Render for Conference {
    const TAG: TagName = tag!("Conference");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("beep"), &self.beep);
        x.attribute(name!("coach"), &self.coach);
        x.attribute(name!("endConferenceOnExit"), &self.end_conference_on_exit);
        x.attribute(name!("eventCallbackUrl"), &self.event_callback_url);
        x.attribute(name!("jitterBufferSize"), &self.jitter_buffer_size);
        x.attribute(name!("maxParticipants"), &self.max_participants);
        x.attribute(name!("muted"), &self.muted);
        x.attribute(name!("participantLabel"), &self.participant_label);
        x.attribute(name!("record"), &self.record);
        x.attribute(name!("recordingConfigurationId"), &self.recording_configuration_id);
        x.attribute(name!("recordingStatusCallback"), &self.recording_status_callback);
        x.attribute(name!("recordingStatusCallbackEvent"), &self.recording_status_callback_event);
        x.attribute(name!("recordingStatusCallbackMethod"), &self.recording_status_callback_method);
        x.attribute(name!("region"), &self.region);
        x.attribute(name!("startConferenceOnEnter"), &self.start_conference_on_enter);
        x.attribute(name!("statusCallback"), &self.status_callback);
        x.attribute(name!("statusCallbackEvent"), &self.status_callback_event);
        x.attribute(name!("statusCallbackMethod"), &self.status_callback_method);
        x.attribute(name!("trim"), &self.trim);
        x.attribute(name!("waitMethod"), &self.wait_method);
        x.attribute(name!("waitUrl"), &self.wait_url);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        x.text(&self.name);
    }

    fn is_empty(&self) -> bool {
        self.name.is_empty()
    }

    fn has_text(&self) -> bool {
        true
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Conference {
    const NAME: &'static str = "Conference";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &["WhisperChannel", "coachChannel", "eventCallback", "eventCallbackMethod", "method", "url", "whisper", "whisperChannel"];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default());
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "beep" => read.set(&mut this.beep),
            "coach" => read.set(&mut this.coach),
            "endConferenceOnExit" => read.set(&mut this.end_conference_on_exit),
            "eventCallbackUrl" => read.set(&mut this.event_callback_url),
            "jitterBufferSize" => read.set(&mut this.jitter_buffer_size),
            "maxParticipants" => read.set(&mut this.max_participants),
            "muted" => read.set(&mut this.muted),
            "participantLabel" => read.set(&mut this.participant_label),
            "record" => read.set(&mut this.record),
            "recordingConfigurationId" => read.set(&mut this.recording_configuration_id),
            "recordingStatusCallback" => read.set(&mut this.recording_status_callback),
            "recordingStatusCallbackEvent" => read.set(&mut this.recording_status_callback_event),
            "recordingStatusCallbackMethod" => read.set(&mut this.recording_status_callback_method),
            "region" => read.set(&mut this.region),
            "startConferenceOnEnter" => read.set(&mut this.start_conference_on_enter),
            "statusCallback" => read.set(&mut this.status_callback),
            "statusCallbackEvent" => read.set(&mut this.status_callback_event),
            "statusCallbackMethod" => read.set(&mut this.status_callback_method),
            "trim" => read.set(&mut this.trim),
            "waitMethod" => read.set(&mut this.wait_method),
            "waitUrl" => read.set(&mut this.wait_url),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        this.name = reader.text(tag, &mut this.unchecked)?.unwrap_or_default();
        Ok(this)
    }
}
