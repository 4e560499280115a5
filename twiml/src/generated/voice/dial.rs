// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Application, Client, Conference, Number, Queue, Sim, Sip, WhatsApp};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{CallRecord, CommaList, DialEvents, Method, RecordingEvent, RecordingTrack, RingTone, Seconds, SpaceList, Trim};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Dial>`: connect the caller to another party.
///
/// Stands in [`VoiceResponse`](crate::voice::VoiceResponse).
/// Holds [`Application`](crate::voice::Application), [`Client`](crate::voice::Client), [`Conference`](crate::voice::Conference), [`Number`](crate::voice::Number), [`Queue`](crate::voice::Queue), [`Sim`](crate::voice::Sim), [`Sip`](crate::voice::Sip), [`WhatsApp`](crate::voice::WhatsApp).
/// Text: either a number as text or noun children.
///
/// Source: <https://www.twilio.com/docs/voice/twiml/dial>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dial {
    /// The text of the element: a phone number.
    ///
    /// Rule: either a number as text or noun children.
    pub phone_number: Option<Text>,
    /// `action`: URL fetched when the instruction finishes; its answer replaces the rest of this document.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub action: Option<Text>,
    /// `answerOnBridge`: keep the caller ringing until the far side answers.
    ///
    /// Default: `false`. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub answer_on_bridge: Option<bool>,
    /// `callReason`: reason shown to the called party (branded calling).
    ///
    /// Rule: at most 50 characters. In no official helper library. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub call_reason: Option<Text>,
    /// `callerId`: caller id shown to the far side.
    ///
    /// Default: caller's own id. Rule: number of the account, verified number, or client:identity; for Sip any of \[A-Za-z0-9+-\_.]. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub caller_id: Option<Text>,
    /// `events`: subscribe to call progress events.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub events: Option<DialEvents>,
    /// `hangupOnStar`: let the caller end the dialled leg with \*.
    ///
    /// Default: `false`. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub hangup_on_star: Option<bool>,
    /// `method`: HTTP method for the URL of this element.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub method: Option<Method>,
    /// `passports`: signed identity passports (shaken, div).
    ///
    /// Rule: base64, comma separated. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub passports: Option<CommaList>,
    /// `record`: record the bridged call.
    ///
    /// Default: `do-not-record`. Rule: true = record-from-answer, false = do-not-record. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub record: Option<CallRecord>,
    /// `recordingConfigurationId`: id of a stored recording configuration to apply.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub recording_configuration_id: Option<Text>,
    /// `recordingStatusCallback`: URL told when the recording changes state.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub recording_status_callback: Option<Text>,
    /// `recordingStatusCallbackEvent`: which recording states are reported.
    ///
    /// Default: `completed`. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub recording_status_callback_event: Option<SpaceList<RecordingEvent>>,
    /// `recordingStatusCallbackMethod`: HTTP method for recordingStatusCallback.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub recording_status_callback_method: Option<Method>,
    /// `recordingTrack`: which side is recorded.
    ///
    /// Default: `both`. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub recording_track: Option<RecordingTrack>,
    /// `referMethod`: HTTP method for referUrl.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub refer_method: Option<Method>,
    /// `referUrl`: TwiML for a REFER that comes in on this dial.
    ///
    /// Rule: needed to accept SIP REFER. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub refer_url: Option<Text>,
    /// `ringTone`: country whose ring-back is played.
    ///
    /// Default: carrier's tone. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub ring_tone: Option<RingTone>,
    /// `sequential`: try the nouns one after another instead of all at once.
    ///
    /// Default: `false`. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub sequential: Option<bool>,
    /// `timeLimit`: longest duration of the bridged call.
    ///
    /// Default: `14400`. In seconds. Range: >= 1 seconds. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub time_limit: Option<Seconds>,
    /// `timeout`: how long to ring.
    ///
    /// Default: `30`. In seconds. Range: >= 1 seconds. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub timeout: Option<Seconds>,
    /// `trim`: cut silence at both ends of the recording.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub trim: Option<Trim>,
    nouns: Vec<DialNoun>,
    unchecked: Unchecked,
}

impl Dial {
    /// `<Dial>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the text of the element: a phone number.
    #[must_use]
    #[inline]
    pub fn phone_number(mut self, value: impl Into<Text>) -> Self {
        self.phone_number = Some(value.into());
        self
    }

    /// Sets [`action`](Self::action): URL fetched when the instruction finishes; its answer replaces the rest of this document.
    #[must_use]
    #[inline]
    pub fn action(mut self, value: impl Into<Text>) -> Self {
        self.action = Some(value.into());
        self
    }

    /// Sets [`answer_on_bridge`](Self::answer_on_bridge): keep the caller ringing until the far side answers.
    #[must_use]
    #[inline]
    pub fn answer_on_bridge(mut self, value: bool) -> Self {
        self.answer_on_bridge = Some(value);
        self
    }

    /// Sets [`call_reason`](Self::call_reason): reason shown to the called party (branded calling).
    #[must_use]
    #[inline]
    pub fn call_reason(mut self, value: impl Into<Text>) -> Self {
        self.call_reason = Some(value.into());
        self
    }

    /// Sets [`caller_id`](Self::caller_id): caller id shown to the far side.
    #[must_use]
    #[inline]
    pub fn caller_id(mut self, value: impl Into<Text>) -> Self {
        self.caller_id = Some(value.into());
        self
    }

    /// Sets [`events`](Self::events): subscribe to call progress events.
    #[must_use]
    #[inline]
    pub fn events(mut self, value: impl Into<DialEvents>) -> Self {
        self.events = Some(value.into());
        self
    }

    /// Sets [`hangup_on_star`](Self::hangup_on_star): let the caller end the dialled leg with \*.
    #[must_use]
    #[inline]
    pub fn hangup_on_star(mut self, value: bool) -> Self {
        self.hangup_on_star = Some(value);
        self
    }

    /// Sets [`method`](Self::method): HTTP method for the URL of this element.
    #[must_use]
    #[inline]
    pub fn method(mut self, value: impl Into<Method>) -> Self {
        self.method = Some(value.into());
        self
    }

    /// Sets [`passports`](Self::passports): signed identity passports (shaken, div).
    #[must_use]
    #[inline]
    pub fn passports(mut self, value: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        self.passports = Some(value.into_iter().collect());
        self
    }

    /// Sets [`record`](Self::record): record the bridged call.
    #[must_use]
    #[inline]
    pub fn record(mut self, value: impl Into<CallRecord>) -> Self {
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

    /// Sets [`recording_track`](Self::recording_track): which side is recorded.
    #[must_use]
    #[inline]
    pub fn recording_track(mut self, value: impl Into<RecordingTrack>) -> Self {
        self.recording_track = Some(value.into());
        self
    }

    /// Sets [`refer_method`](Self::refer_method): HTTP method for referUrl.
    #[must_use]
    #[inline]
    pub fn refer_method(mut self, value: impl Into<Method>) -> Self {
        self.refer_method = Some(value.into());
        self
    }

    /// Sets [`refer_url`](Self::refer_url): TwiML for a REFER that comes in on this dial.
    #[must_use]
    #[inline]
    pub fn refer_url(mut self, value: impl Into<Text>) -> Self {
        self.refer_url = Some(value.into());
        self
    }

    /// Sets [`ring_tone`](Self::ring_tone): country whose ring-back is played.
    #[must_use]
    #[inline]
    pub fn ring_tone(mut self, value: impl Into<RingTone>) -> Self {
        self.ring_tone = Some(value.into());
        self
    }

    /// Sets [`sequential`](Self::sequential): try the nouns one after another instead of all at once.
    #[must_use]
    #[inline]
    pub fn sequential(mut self, value: bool) -> Self {
        self.sequential = Some(value);
        self
    }

    /// Sets [`time_limit`](Self::time_limit): longest duration of the bridged call.
    #[must_use]
    #[inline]
    pub fn time_limit(mut self, value: impl Into<Seconds>) -> Self {
        self.time_limit = Some(value.into());
        self
    }

    /// Sets [`timeout`](Self::timeout): how long to ring.
    #[must_use]
    #[inline]
    pub fn timeout(mut self, value: impl Into<Seconds>) -> Self {
        self.timeout = Some(value.into());
        self
    }

    /// Sets [`trim`](Self::trim): cut silence at both ends of the recording.
    #[must_use]
    #[inline]
    pub fn trim(mut self, value: impl Into<Trim>) -> Self {
        self.trim = Some(value.into());
        self
    }

    /// Adds [`<Application>`](crate::voice::Application): TwiML application to dial.
    #[must_use]
    #[inline]
    pub fn application(mut self, application: impl Into<Application>) -> Self {
        add(&mut self.nouns, 384, DialNoun::Application(alloc::boxed::Box::new(application.into())));
        self
    }

    /// Adds [`<Client>`](crate::voice::Client): Voice SDK client to dial.
    #[must_use]
    #[inline]
    pub fn client(mut self, client: impl Into<Client>) -> Self {
        add(&mut self.nouns, 384, DialNoun::Client(alloc::boxed::Box::new(client.into())));
        self
    }

    /// Adds [`<Conference>`](crate::voice::Conference): named conference room to join.
    #[must_use]
    #[inline]
    pub fn conference(mut self, conference: impl Into<Conference>) -> Self {
        add(&mut self.nouns, 384, DialNoun::Conference(alloc::boxed::Box::new(conference.into())));
        self
    }

    /// Adds [`<Number>`](crate::voice::Number): phone number to dial.
    #[must_use]
    #[inline]
    pub fn number(mut self, number: impl Into<Number>) -> Self {
        add(&mut self.nouns, 384, DialNoun::Number(alloc::boxed::Box::new(number.into())));
        self
    }

    /// Adds [`<Queue>`](crate::voice::Queue): queue to take the next caller from.
    #[must_use]
    #[inline]
    pub fn queue(mut self, queue: impl Into<Queue>) -> Self {
        add(&mut self.nouns, 384, DialNoun::Queue(alloc::boxed::Box::new(queue.into())));
        self
    }

    /// Adds [`<Sim>`](crate::voice::Sim): SIM of Programmable Wireless to dial.
    #[must_use]
    #[inline]
    pub fn sim(mut self, sim: impl Into<Sim>) -> Self {
        add(&mut self.nouns, 384, DialNoun::Sim(sim.into()));
        self
    }

    /// Adds [`<Sip>`](crate::voice::Sip): SIP endpoint to dial.
    #[must_use]
    #[inline]
    pub fn sip(mut self, sip: impl Into<Sip>) -> Self {
        add(&mut self.nouns, 384, DialNoun::Sip(alloc::boxed::Box::new(sip.into())));
        self
    }

    /// Adds [`<WhatsApp>`](crate::voice::WhatsApp): WhatsApp user to dial.
    #[must_use]
    #[inline]
    pub fn whats_app(mut self, whats_app: impl Into<WhatsApp>) -> Self {
        add(&mut self.nouns, 384, DialNoun::WhatsApp(alloc::boxed::Box::new(whats_app.into())));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[DialNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<DialNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(DialNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(DialNoun::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`Dial`].
    DialNoun {
        Application(alloc::boxed::Box<Application>) from Application,
        Client(alloc::boxed::Box<Client>) from Client,
        Conference(alloc::boxed::Box<Conference>) from Conference,
        Number(alloc::boxed::Box<Number>) from Number,
        Queue(alloc::boxed::Box<Queue>) from Queue,
        Sim(Sim) from Sim,
        Sip(alloc::boxed::Box<Sip>) from Sip,
        WhatsApp(alloc::boxed::Box<WhatsApp>) from WhatsApp,
    }
}

impl From<&'static str> for Dial {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self::new().phone_number(text)
    }
}

impl From<String> for Dial {
    #[inline]
    fn from(text: String) -> Self {
        Self::new().phone_number(text)
    }
}

impl From<Text> for Dial {
    #[inline]
    fn from(text: Text) -> Self {
        Self::new().phone_number(text)
    }
}

impl Render for Dial {
    const TAG: TagName = tag!("Dial");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("action"), &self.action);
        x.attribute(name!("answerOnBridge"), &self.answer_on_bridge);
        x.attribute(name!("callReason"), &self.call_reason);
        x.attribute(name!("callerId"), &self.caller_id);
        x.attribute(name!("events"), &self.events);
        x.attribute(name!("hangupOnStar"), &self.hangup_on_star);
        x.attribute(name!("method"), &self.method);
        x.attribute(name!("passports"), &self.passports);
        x.attribute(name!("record"), &self.record);
        x.attribute(name!("recordingConfigurationId"), &self.recording_configuration_id);
        x.attribute(name!("recordingStatusCallback"), &self.recording_status_callback);
        x.attribute(name!("recordingStatusCallbackEvent"), &self.recording_status_callback_event);
        x.attribute(name!("recordingStatusCallbackMethod"), &self.recording_status_callback_method);
        x.attribute(name!("recordingTrack"), &self.recording_track);
        x.attribute(name!("referMethod"), &self.refer_method);
        x.attribute(name!("referUrl"), &self.refer_url);
        x.attribute(name!("ringTone"), &self.ring_tone);
        x.attribute(name!("sequential"), &self.sequential);
        x.attribute(name!("timeLimit"), &self.time_limit);
        x.attribute(name!("timeout"), &self.timeout);
        x.attribute(name!("trim"), &self.trim);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        if let Some(text) = &self.phone_number {
            x.text(text);
        }
        for child in self.nouns.iter() {
            child.render(x);
        }
    }

    fn is_empty(&self) -> bool {
        self.phone_number.is_none() && self.nouns.is_empty()
    }

    fn has_text(&self) -> bool {
        self.phone_number.is_some() || self.nouns.iter().any(|child| matches!(child, DialNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Dial {
    const NAME: &'static str = "Dial";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &["hangupOn", "ifMachine", "newCallSid", "recordingChannels", "sim", "transcribe", "transcribeCallback"];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "action" => read.set(&mut this.action),
            "answerOnBridge" => read.set(&mut this.answer_on_bridge),
            "callReason" => read.set(&mut this.call_reason),
            "callerId" => read.set(&mut this.caller_id),
            "events" => read.set(&mut this.events),
            "hangupOnStar" => read.set(&mut this.hangup_on_star),
            "method" => read.set(&mut this.method),
            "passports" => read.set(&mut this.passports),
            "record" => read.set(&mut this.record),
            "recordingConfigurationId" => read.set(&mut this.recording_configuration_id),
            "recordingStatusCallback" => read.set(&mut this.recording_status_callback),
            "recordingStatusCallbackEvent" => read.set(&mut this.recording_status_callback_event),
            "recordingStatusCallbackMethod" => read.set(&mut this.recording_status_callback_method),
            "recordingTrack" => read.set(&mut this.recording_track),
            "referMethod" => read.set(&mut this.refer_method),
            "referUrl" => read.set(&mut this.refer_url),
            "ringTone" => read.set(&mut this.ring_tone),
            "sequential" => read.set(&mut this.sequential),
            "timeLimit" => read.set(&mut this.time_limit),
            "timeout" => read.set(&mut this.timeout),
            "trim" => read.set(&mut this.trim),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.text_or_children(tag, &mut this.phone_number, &mut this.nouns)?;
        Ok(this)
    }
}
