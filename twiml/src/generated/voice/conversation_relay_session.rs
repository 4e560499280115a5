// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<ConversationRelaySession>`: ConversationRelay session by stored configuration.
///
/// Stands in [`Connect`](crate::voice::Connect).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/connect/conversationrelay>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationRelaySession {
    /// `connector`: connector name.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub connector: Option<Text>,
    /// `sessionConfiguration`: stored session configuration.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub session_configuration: Option<Text>,
    unchecked: Unchecked,
}

impl ConversationRelaySession {
    /// `<ConversationRelaySession>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`connector`](Self::connector): connector name.
    #[must_use]
    #[inline]
    pub fn connector(mut self, value: impl Into<Text>) -> Self {
        self.connector = Some(value.into());
        self
    }

    /// Sets [`session_configuration`](Self::session_configuration): stored session configuration.
    #[must_use]
    #[inline]
    pub fn session_configuration(mut self, value: impl Into<Text>) -> Self {
        self.session_configuration = Some(value.into());
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

impl Render for ConversationRelaySession {
    const TAG: TagName = tag!("ConversationRelaySession");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("connector"), &self.connector);
        x.attribute(name!("sessionConfiguration"), &self.session_configuration);
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
impl Parse for ConversationRelaySession {
    const NAME: &'static str = "ConversationRelaySession";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "connector" => read.set(&mut this.connector),
            "sessionConfiguration" => read.set(&mut this.session_configuration),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.nothing(tag, &mut this.unchecked)?;
        Ok(this)
    }
}
