// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{Message, Redirect};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, tag};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Response>`: document element of a messaging answer.
///
/// Holds [`Message`](crate::messaging::Message), [`Redirect`](crate::messaging::Redirect).
///
/// Source: <https://www.twilio.com/docs/messaging/twiml>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessagingResponse {
    verbs: Vec<Verb>,
    unchecked: Unchecked,
}

impl MessagingResponse {
    /// `<Response>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds [`<Message>`](crate::messaging::Message): send a message, by default as a reply.
    #[must_use]
    #[inline]
    pub fn message(mut self, message: impl Into<Message>) -> Self {
        add(&mut self.verbs, 1024, Verb::Message(alloc::boxed::Box::new(message.into())));
        self
    }

    /// Adds [`<Redirect>`](crate::messaging::Redirect): continue with the document at another URL.
    #[must_use]
    #[inline]
    pub fn redirect(mut self, redirect: impl Into<Redirect>) -> Self {
        add(&mut self.verbs, 1024, Verb::Redirect(redirect.into()));
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
    /// What may stand in [`MessagingResponse`].
    Verb {
        Message(alloc::boxed::Box<Message>) from Message,
        Redirect(Redirect) from Redirect,
    }
}

impl Render for MessagingResponse {
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
impl Parse for MessagingResponse {
    const NAME: &'static str = "Response";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |_read| Kept::Unknown)?;
        this.unchecked = unchecked;
        reader.children(tag, &mut this.verbs)?;
        Ok(this)
    }
}
