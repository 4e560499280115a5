// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Body, Media};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{Method};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Message>`: send a message, by default as a reply.
///
/// Stands in [`MessagingResponse`](crate::messaging::MessagingResponse).
/// Holds [`Body`](crate::messaging::Body), [`Media`](crate::messaging::Media).
/// Text: under 1600 characters; use either this or Body/Media children.
///
/// Source: <https://www.twilio.com/docs/messaging/twiml/message>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The text of the element: free text.
    ///
    /// Rule: under 1600 characters; use either this or Body/Media children.
    pub text: Option<Text>,
    /// `action`: URL told the message status; later verbs do not run.
    ///
    /// Rule: set the same value as statusCallback. [Source](https://www.twilio.com/docs/messaging/twiml/message).
    pub action: Option<Text>,
    /// `from`: sender.
    ///
    /// Default: the number that was written to. Rule: number, or 1..11 of \[A-Za-z0-9 ]. [Source](https://www.twilio.com/docs/messaging/twiml/message).
    pub from: Option<Text>,
    /// `method`: HTTP method for the URL of this element.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/messaging/twiml/message).
    pub method: Option<Method>,
    /// `statusCallback`: URL told the message status.
    ///
    /// Rule: set the same value as action. [Source](https://www.twilio.com/docs/messaging/twiml/message).
    pub status_callback: Option<Text>,
    /// `to`: recipient.
    ///
    /// Default: the sender. Rule: E.164 or channel address. [Source](https://www.twilio.com/docs/messaging/twiml/message).
    pub to: Option<Text>,
    nouns: Vec<MessageNoun>,
    unchecked: Unchecked,
}

impl Message {
    /// `<Message>` with this text; [`default`](Self::default) has none.
    #[must_use]
    #[inline]
    pub fn new(text: impl Into<Text>) -> Self {
        Self {
            text: Some(text.into()),
            ..Self::default()
        }
    }

    /// Sets [`action`](Self::action): URL told the message status; later verbs do not run.
    #[must_use]
    #[inline]
    pub fn action(mut self, value: impl Into<Text>) -> Self {
        self.action = Some(value.into());
        self
    }

    /// Sets [`from`](Self::from): sender.
    #[must_use]
    #[inline]
    pub fn from(mut self, value: impl Into<Text>) -> Self {
        self.from = Some(value.into());
        self
    }

    /// Sets [`method`](Self::method): HTTP method for the URL of this element.
    #[must_use]
    #[inline]
    pub fn method(mut self, value: impl Into<Method>) -> Self {
        self.method = Some(value.into());
        self
    }

    /// Sets [`status_callback`](Self::status_callback): URL told the message status.
    #[must_use]
    #[inline]
    pub fn status_callback(mut self, value: impl Into<Text>) -> Self {
        self.status_callback = Some(value.into());
        self
    }

    /// Sets [`to`](Self::to): recipient.
    #[must_use]
    #[inline]
    pub fn to(mut self, value: impl Into<Text>) -> Self {
        self.to = Some(value.into());
        self
    }

    /// Adds [`<Body>`](crate::messaging::Body): text of the message.
    #[must_use]
    #[inline]
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        add(&mut self.nouns, 384, MessageNoun::Body(body.into()));
        self
    }

    /// Adds [`<Media>`](crate::messaging::Media): media file to attach.
    #[must_use]
    #[inline]
    pub fn media(mut self, media: impl Into<Media>) -> Self {
        add(&mut self.nouns, 384, MessageNoun::Media(media.into()));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[MessageNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<MessageNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(MessageNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(MessageNoun::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`Message`].
    MessageNoun {
        Body(Body) from Body,
        Media(Media) from Media,
    }
}

impl From<&'static str> for Message {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Message {
    #[inline]
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for Message {
    #[inline]
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

impl Render for Message {
    const TAG: TagName = tag!("Message");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("action"), &self.action);
        x.attribute(name!("from"), &self.from);
        x.attribute(name!("method"), &self.method);
        x.attribute(name!("statusCallback"), &self.status_callback);
        x.attribute(name!("to"), &self.to);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        if let Some(text) = &self.text {
            x.text(text);
        }
        for child in self.nouns.iter() {
            child.render(x);
        }
    }

    fn is_empty(&self) -> bool {
        self.text.is_none() && self.nouns.is_empty()
    }

    fn has_text(&self) -> bool {
        self.text.is_some() || self.nouns.iter().any(|child| matches!(child, MessageNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Message {
    const NAME: &'static str = "Message";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "action" => read.set(&mut this.action),
            "from" => read.set(&mut this.from),
            "method" => read.set(&mut this.method),
            "statusCallback" => read.set(&mut this.status_callback),
            "to" => read.set(&mut this.to),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.text_or_children(tag, &mut this.text, &mut this.nouns)?;
        Ok(this)
    }
}
