// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::values::{CallRecord, ConversationEvent, Method, RecordingEvent, Seconds, SpaceList, Trim};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Conversation>`: attach the call to a Flex/Conversations conversation.
///
/// Stands in [`Connect`](crate::voice::Connect).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/connect/conversation>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// `inboundAutocreation`: make a conversation for an unknown caller.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect/conversation).
    pub inbound_autocreation: Option<bool>,
    /// `inboundTimeout`: time the caller waits.
    ///
    /// In seconds. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversation).
    pub inbound_timeout: Option<Seconds>,
    /// `method`: HTTP method for the URL of this element.
    ///
    /// Default: `POST` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/connect/conversation).
    pub method: Option<Method>,
    /// `record`: record the call.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect/conversation).
    pub record: Option<CallRecord>,
    /// `recordingStatusCallback`: URL told when the recording changes state.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect/conversation).
    pub recording_status_callback: Option<Text>,
    /// `recordingStatusCallbackEvent`: which recording states are reported.
    ///
    /// Default: `completed` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/connect/conversation).
    pub recording_status_callback_event: Option<SpaceList<RecordingEvent>>,
    /// `recordingStatusCallbackMethod`: HTTP method for recordingStatusCallback.
    ///
    /// Default: `POST` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/connect/conversation).
    pub recording_status_callback_method: Option<Method>,
    /// `routingAssignmentTimeout`: time for routing to assign an agent.
    ///
    /// In seconds. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversation).
    pub routing_assignment_timeout: Option<Seconds>,
    /// `serviceInstanceSid`: Conversations service.
    ///
    /// Rule: IS + 32 hex. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversation).
    pub service_instance_sid: Option<Text>,
    /// `statusCallback`: URL told about state changes; its answer is ignored.
    ///
    /// Rule: host of an absolute URL must be valid, no underscore. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversation).
    pub status_callback: Option<Text>,
    /// `statusCallbackEvent`: which events are reported.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect/conversation).
    pub status_callback_event: Option<SpaceList<ConversationEvent>>,
    /// `statusCallbackMethod`: HTTP method for statusCallback.
    ///
    /// Default: `POST` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/connect/conversation).
    pub status_callback_method: Option<Method>,
    /// `trim`: cut silence at both ends.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect/conversation).
    pub trim: Option<Trim>,
    /// `url`: TwiML run for the agent leg.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect/conversation).
    pub url: Option<Text>,
    unchecked: Unchecked,
}

impl Conversation {
    /// `<Conversation>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`inbound_autocreation`](Self::inbound_autocreation): make a conversation for an unknown caller.
    #[must_use]
    #[inline]
    pub fn inbound_autocreation(mut self, value: bool) -> Self {
        self.inbound_autocreation = Some(value);
        self
    }

    /// Sets [`inbound_timeout`](Self::inbound_timeout): time the caller waits.
    #[must_use]
    #[inline]
    pub fn inbound_timeout(mut self, value: impl Into<Seconds>) -> Self {
        self.inbound_timeout = Some(value.into());
        self
    }

    /// Sets [`method`](Self::method): HTTP method for the URL of this element.
    #[must_use]
    #[inline]
    pub fn method(mut self, value: impl Into<Method>) -> Self {
        self.method = Some(value.into());
        self
    }

    /// Sets [`record`](Self::record): record the call.
    #[must_use]
    #[inline]
    pub fn record(mut self, value: impl Into<CallRecord>) -> Self {
        self.record = Some(value.into());
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

    /// Sets [`routing_assignment_timeout`](Self::routing_assignment_timeout): time for routing to assign an agent.
    #[must_use]
    #[inline]
    pub fn routing_assignment_timeout(mut self, value: impl Into<Seconds>) -> Self {
        self.routing_assignment_timeout = Some(value.into());
        self
    }

    /// Sets [`service_instance_sid`](Self::service_instance_sid): Conversations service.
    #[must_use]
    #[inline]
    pub fn service_instance_sid(mut self, value: impl Into<Text>) -> Self {
        self.service_instance_sid = Some(value.into());
        self
    }

    /// Sets [`status_callback`](Self::status_callback): URL told about state changes; its answer is ignored.
    #[must_use]
    #[inline]
    pub fn status_callback(mut self, value: impl Into<Text>) -> Self {
        self.status_callback = Some(value.into());
        self
    }

    /// Sets [`status_callback_event`](Self::status_callback_event): which events are reported.
    #[must_use]
    #[inline]
    pub fn status_callback_event(mut self, value: impl IntoIterator<Item = impl Into<ConversationEvent>>) -> Self {
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

    /// Sets [`trim`](Self::trim): cut silence at both ends.
    #[must_use]
    #[inline]
    pub fn trim(mut self, value: impl Into<Trim>) -> Self {
        self.trim = Some(value.into());
        self
    }

    /// Sets [`url`](Self::url): TwiML run for the agent leg.
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

impl Render for Conversation {
    const TAG: TagName = tag!("Conversation");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("inboundAutocreation"), &self.inbound_autocreation);
        x.attribute(name!("inboundTimeout"), &self.inbound_timeout);
        x.attribute(name!("method"), &self.method);
        x.attribute(name!("record"), &self.record);
        x.attribute(name!("recordingStatusCallback"), &self.recording_status_callback);
        x.attribute(name!("recordingStatusCallbackEvent"), &self.recording_status_callback_event);
        x.attribute(name!("recordingStatusCallbackMethod"), &self.recording_status_callback_method);
        x.attribute(name!("routingAssignmentTimeout"), &self.routing_assignment_timeout);
        x.attribute(name!("serviceInstanceSid"), &self.service_instance_sid);
        x.attribute(name!("statusCallback"), &self.status_callback);
        x.attribute(name!("statusCallbackEvent"), &self.status_callback_event);
        x.attribute(name!("statusCallbackMethod"), &self.status_callback_method);
        x.attribute(name!("trim"), &self.trim);
        x.attribute(name!("url"), &self.url);
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
impl Parse for Conversation {
    const NAME: &'static str = "Conversation";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "inboundAutocreation" => read.set(&mut this.inbound_autocreation),
            "inboundTimeout" => read.set(&mut this.inbound_timeout),
            "method" => read.set(&mut this.method),
            "record" => read.set(&mut this.record),
            "recordingStatusCallback" => read.set(&mut this.recording_status_callback),
            "recordingStatusCallbackEvent" => read.set(&mut this.recording_status_callback_event),
            "recordingStatusCallbackMethod" => read.set(&mut this.recording_status_callback_method),
            "routingAssignmentTimeout" => read.set(&mut this.routing_assignment_timeout),
            "serviceInstanceSid" => read.set(&mut this.service_instance_sid),
            "statusCallback" => read.set(&mut this.status_callback),
            "statusCallbackEvent" => read.set(&mut this.status_callback_event),
            "statusCallbackMethod" => read.set(&mut this.status_callback_method),
            "trim" => read.set(&mut this.trim),
            "url" => read.set(&mut this.url),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.nothing(tag, &mut this.unchecked)?;
        Ok(this)
    }
}
