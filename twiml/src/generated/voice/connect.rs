// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{AiSession, Assistant, Autopilot, Conversation, ConversationRelay, ConversationRelaySession, Room, Stream, VirtualAgent};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{Method};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Connect>`: hand the call over to a service and wait for it.
///
/// Stands in [`VoiceResponse`](crate::voice::VoiceResponse).
/// Holds [`AiSession`](crate::voice::AiSession), [`Assistant`](crate::voice::Assistant), [`Autopilot`](crate::voice::Autopilot), [`Conversation`](crate::voice::Conversation), [`ConversationRelay`](crate::voice::ConversationRelay), [`ConversationRelaySession`](crate::voice::ConversationRelaySession), [`Room`](crate::voice::Room), [`Stream`](crate::voice::Stream), [`VirtualAgent`](crate::voice::VirtualAgent).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/connect>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connect {
    /// `action`: URL fetched when the instruction finishes; its answer replaces the rest of this document.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub action: Option<Text>,
    /// `method`: HTTP method for the URL of this element.
    ///
    /// Default: `POST` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub method: Option<Method>,
    nouns: Vec<ConnectNoun>,
    unchecked: Unchecked,
}

impl Connect {
    /// `<Connect>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`action`](Self::action): URL fetched when the instruction finishes; its answer replaces the rest of this document.
    #[must_use]
    #[inline]
    pub fn action(mut self, value: impl Into<Text>) -> Self {
        self.action = Some(value.into());
        self
    }

    /// Sets [`method`](Self::method): HTTP method for the URL of this element.
    #[must_use]
    #[inline]
    pub fn method(mut self, value: impl Into<Method>) -> Self {
        self.method = Some(value.into());
        self
    }

    /// Adds [`<AiSession>`](crate::voice::AiSession): AI session by stored configuration.
    #[must_use]
    #[inline]
    pub fn ai_session(mut self, ai_session: impl Into<AiSession>) -> Self {
        add(&mut self.nouns, 384, ConnectNoun::AiSession(ai_session.into()));
        self
    }

    /// Adds [`<Assistant>`](crate::voice::Assistant): hand the call to an AI Assistant.
    #[must_use]
    #[inline]
    pub fn assistant(mut self, assistant: impl Into<Assistant>) -> Self {
        add(&mut self.nouns, 384, ConnectNoun::Assistant(alloc::boxed::Box::new(assistant.into())));
        self
    }

    /// Adds [`<Autopilot>`](crate::voice::Autopilot): hand the call to an Autopilot assistant.
    #[must_use]
    #[inline]
    pub fn autopilot(mut self, autopilot: impl Into<Autopilot>) -> Self {
        add(&mut self.nouns, 384, ConnectNoun::Autopilot(autopilot.into()));
        self
    }

    /// Adds [`<Conversation>`](crate::voice::Conversation): attach the call to a Flex/Conversations conversation.
    #[must_use]
    #[inline]
    pub fn conversation(mut self, conversation: impl Into<Conversation>) -> Self {
        add(&mut self.nouns, 384, ConnectNoun::Conversation(alloc::boxed::Box::new(conversation.into())));
        self
    }

    /// Adds [`<ConversationRelay>`](crate::voice::ConversationRelay): let a WebSocket application hold the conversation as text.
    #[must_use]
    #[inline]
    pub fn conversation_relay(mut self, conversation_relay: impl Into<ConversationRelay>) -> Self {
        add(&mut self.nouns, 384, ConnectNoun::ConversationRelay(alloc::boxed::Box::new(conversation_relay.into())));
        self
    }

    /// Adds [`<ConversationRelaySession>`](crate::voice::ConversationRelaySession): ConversationRelay session by stored configuration.
    #[must_use]
    #[inline]
    pub fn conversation_relay_session(mut self, conversation_relay_session: impl Into<ConversationRelaySession>) -> Self {
        add(&mut self.nouns, 384, ConnectNoun::ConversationRelaySession(conversation_relay_session.into()));
        self
    }

    /// Adds [`<Room>`](crate::voice::Room): join a Video room with audio.
    #[must_use]
    #[inline]
    pub fn room(mut self, room: impl Into<Room>) -> Self {
        add(&mut self.nouns, 384, ConnectNoun::Room(room.into()));
        self
    }

    /// Adds [`<Stream>`](crate::voice::Stream): copy call audio to a WebSocket (Start: one way, Connect: both ways).
    #[must_use]
    #[inline]
    pub fn stream(mut self, stream: impl Into<Stream>) -> Self {
        add(&mut self.nouns, 384, ConnectNoun::Stream(alloc::boxed::Box::new(stream.into())));
        self
    }

    /// Adds [`<VirtualAgent>`](crate::voice::VirtualAgent): hand the call to Dialogflow.
    #[must_use]
    #[inline]
    pub fn virtual_agent(mut self, virtual_agent: impl Into<VirtualAgent>) -> Self {
        add(&mut self.nouns, 384, ConnectNoun::VirtualAgent(alloc::boxed::Box::new(virtual_agent.into())));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[ConnectNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<ConnectNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(ConnectNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(ConnectNoun::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`Connect`].
    ConnectNoun {
        AiSession(AiSession) from AiSession,
        Assistant(alloc::boxed::Box<Assistant>) from Assistant,
        Autopilot(Autopilot) from Autopilot,
        Conversation(alloc::boxed::Box<Conversation>) from Conversation,
        ConversationRelay(alloc::boxed::Box<ConversationRelay>) from ConversationRelay,
        ConversationRelaySession(ConversationRelaySession) from ConversationRelaySession,
        Room(Room) from Room,
        Stream(alloc::boxed::Box<Stream>) from Stream,
        VirtualAgent(alloc::boxed::Box<VirtualAgent>) from VirtualAgent,
    }
}

impl Render for Connect {
    const TAG: TagName = tag!("Connect");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("action"), &self.action);
        x.attribute(name!("method"), &self.method);
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
        self.nouns.iter().any(|child| matches!(child, ConnectNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Connect {
    const NAME: &'static str = "Connect";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "action" => read.set(&mut this.action),
            "method" => read.set(&mut this.method),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.children(tag, &mut this.nouns)?;
        Ok(this)
    }
}
