// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{Connect, Dial, Echo, Enqueue, Gather, Hangup, Leave, Pause, Pay, Play, Record, Redirect, Refer, Reject, Say, Sms, Start, Stop};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, tag};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Response>`: document element of a voice answer; verbs run top to bottom.
///
/// Holds [`Connect`](crate::voice::Connect), [`Dial`](crate::voice::Dial), [`Echo`](crate::voice::Echo), [`Enqueue`](crate::voice::Enqueue), [`Gather`](crate::voice::Gather), [`Hangup`](crate::voice::Hangup), [`Leave`](crate::voice::Leave), [`Pause`](crate::voice::Pause), [`Pay`](crate::voice::Pay), [`Play`](crate::voice::Play), [`Record`](crate::voice::Record), [`Redirect`](crate::voice::Redirect), [`Refer`](crate::voice::Refer), [`Reject`](crate::voice::Reject), [`Say`](crate::voice::Say), [`Sms`](crate::voice::Sms), [`Start`](crate::voice::Start), [`Stop`](crate::voice::Stop).
///
/// Source: <https://www.twilio.com/docs/voice/twiml>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VoiceResponse {
    verbs: Vec<Verb>,
    unchecked: Unchecked,
}

impl VoiceResponse {
    /// `<Response>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds [`<Connect>`](crate::voice::Connect): hand the call over to a service and wait for it.
    #[must_use]
    #[inline]
    pub fn connect(mut self, connect: impl Into<Connect>) -> Self {
        add(&mut self.verbs, 1024, Verb::Connect(connect.into()));
        self
    }

    /// Adds [`<Dial>`](crate::voice::Dial): connect the caller to another party.
    #[must_use]
    #[inline]
    pub fn dial(mut self, dial: impl Into<Dial>) -> Self {
        add(&mut self.verbs, 1024, Verb::Dial(alloc::boxed::Box::new(dial.into())));
        self
    }

    /// Adds [`<Echo>`](crate::voice::Echo): play the caller's own audio back, for tests.
    #[must_use]
    #[inline]
    pub fn echo(mut self, echo: impl Into<Echo>) -> Self {
        add(&mut self.verbs, 1024, Verb::Echo(echo.into()));
        self
    }

    /// Adds [`<Enqueue>`](crate::voice::Enqueue): put the call into a queue, made on demand.
    #[must_use]
    #[inline]
    pub fn enqueue(mut self, enqueue: impl Into<Enqueue>) -> Self {
        add(&mut self.verbs, 1024, Verb::Enqueue(alloc::boxed::Box::new(enqueue.into())));
        self
    }

    /// Adds [`<Gather>`](crate::voice::Gather): collect keypad digits and/or speech while nested verbs play.
    #[must_use]
    #[inline]
    pub fn gather(mut self, gather: impl Into<Gather>) -> Self {
        add(&mut self.verbs, 1024, Verb::Gather(alloc::boxed::Box::new(gather.into())));
        self
    }

    /// Adds [`<Hangup>`](crate::voice::Hangup): end the call.
    #[must_use]
    #[inline]
    pub fn hangup(mut self, hangup: impl Into<Hangup>) -> Self {
        add(&mut self.verbs, 1024, Verb::Hangup(hangup.into()));
        self
    }

    /// Adds [`<Leave>`](crate::voice::Leave): take the call out of its queue and go on after Enqueue.
    #[must_use]
    #[inline]
    pub fn leave(mut self, leave: impl Into<Leave>) -> Self {
        add(&mut self.verbs, 1024, Verb::Leave(leave.into()));
        self
    }

    /// Adds [`<Pause>`](crate::voice::Pause): wait silently; as first verb it also delays answering.
    #[must_use]
    #[inline]
    pub fn pause(mut self, pause: impl Into<Pause>) -> Self {
        add(&mut self.verbs, 1024, Verb::Pause(pause.into()));
        self
    }

    /// Adds [`<Pay>`](crate::voice::Pay): take a card or bank payment over the phone.
    #[must_use]
    #[inline]
    pub fn pay(mut self, pay: impl Into<Pay>) -> Self {
        add(&mut self.verbs, 1024, Verb::Pay(alloc::boxed::Box::new(pay.into())));
        self
    }

    /// Adds [`<Play>`](crate::voice::Play): play an audio file, or DTMF tones with digits.
    #[must_use]
    #[inline]
    pub fn play(mut self, play: impl Into<Play>) -> Self {
        add(&mut self.verbs, 1024, Verb::Play(play.into()));
        self
    }

    /// Adds [`<Record>`](crate::voice::Record): record the caller.
    #[must_use]
    #[inline]
    pub fn record(mut self, record: impl Into<Record>) -> Self {
        add(&mut self.verbs, 1024, Verb::Record(alloc::boxed::Box::new(record.into())));
        self
    }

    /// Adds [`<Redirect>`](crate::voice::Redirect): continue with the document at another URL.
    #[must_use]
    #[inline]
    pub fn redirect(mut self, redirect: impl Into<Redirect>) -> Self {
        add(&mut self.verbs, 1024, Verb::Redirect(redirect.into()));
        self
    }

    /// Adds [`<Refer>`](crate::voice::Refer): send SIP REFER to the other SIP side.
    #[must_use]
    #[inline]
    pub fn refer(mut self, refer: impl Into<Refer>) -> Self {
        add(&mut self.verbs, 1024, Verb::Refer(refer.into()));
        self
    }

    /// Adds [`<Reject>`](crate::voice::Reject): refuse an incoming call without answering or cost; only useful as first verb.
    #[must_use]
    #[inline]
    pub fn reject(mut self, reject: impl Into<Reject>) -> Self {
        add(&mut self.verbs, 1024, Verb::Reject(reject.into()));
        self
    }

    /// Adds [`<Say>`](crate::voice::Say): speak text to the party on the line.
    #[must_use]
    #[inline]
    pub fn say(mut self, say: impl Into<Say>) -> Self {
        add(&mut self.verbs, 1024, Verb::Say(say.into()));
        self
    }

    /// Adds [`<Sms>`](crate::voice::Sms): send a text message in the middle of a call.
    #[must_use]
    #[inline]
    pub fn sms(mut self, sms: impl Into<Sms>) -> Self {
        add(&mut self.verbs, 1024, Verb::Sms(alloc::boxed::Box::new(sms.into())));
        self
    }

    /// Adds [`<Start>`](crate::voice::Start): start something in the background and go on at once.
    #[must_use]
    #[inline]
    pub fn start(mut self, start: impl Into<Start>) -> Self {
        add(&mut self.verbs, 1024, Verb::Start(start.into()));
        self
    }

    /// Adds [`<Stop>`](crate::voice::Stop): stop something that Start began, found by its name.
    #[must_use]
    #[inline]
    pub fn stop(mut self, stop: impl Into<Stop>) -> Self {
        add(&mut self.verbs, 1024, Verb::Stop(stop.into()));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn verbs(&self) -> &[Verb] {
        &self.verbs
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<Verb>) {
        self.verbs.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.verbs.push(Verb::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.verbs.push(Verb::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`VoiceResponse`].
    Verb {
        Connect(Connect) from Connect,
        Dial(alloc::boxed::Box<Dial>) from Dial,
        Echo(Echo) from Echo,
        Enqueue(alloc::boxed::Box<Enqueue>) from Enqueue,
        Gather(alloc::boxed::Box<Gather>) from Gather,
        Hangup(Hangup) from Hangup,
        Leave(Leave) from Leave,
        Pause(Pause) from Pause,
        Pay(alloc::boxed::Box<Pay>) from Pay,
        Play(Play) from Play,
        Record(alloc::boxed::Box<Record>) from Record,
        Redirect(Redirect) from Redirect,
        Refer(Refer) from Refer,
        Reject(Reject) from Reject,
        Say(Say) from Say,
        Sms(alloc::boxed::Box<Sms>) from Sms,
        Start(Start) from Start,
        Stop(Stop) from Stop,
    }
}

impl Render for VoiceResponse {
    const TAG: TagName = tag!("Response");

    fn attributes<'m>(&'m self, _x: &mut Xml<'m>) {
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        for child in self.verbs.iter() {
            child.render(x);
        }
    }

    fn is_empty(&self) -> bool {
        self.verbs.is_empty()
    }

    fn has_text(&self) -> bool {
        self.verbs.iter().any(|child| matches!(child, Verb::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for VoiceResponse {
    const NAME: &'static str = "Response";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &["version"];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |_read| Kept::Unknown)?;
        this.unchecked = unchecked;
        reader.children(tag, &mut this.verbs)?;
        Ok(this)
    }
}
