// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Identity, Parameter};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{CallProgressEvent, Method, SpaceList};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Client>`: Voice SDK client to dial.
///
/// Stands in [`Dial`](crate::voice::Dial).
/// Holds [`Identity`](crate::voice::Identity), [`Parameter`](crate::voice::Parameter).
/// Text: identity as text or Identity child, not both.
///
/// Source: <https://www.twilio.com/docs/voice/twiml/client>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// The text of the element: a name.
    ///
    /// Rule: identity as text or Identity child, not both.
    pub name: Option<Text>,
    /// `method`: HTTP method for the URL of this element.
    ///
    /// Default: `POST` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/client).
    pub method: Option<Method>,
    /// `statusCallback`: URL told about state changes; its answer is ignored.
    ///
    /// Rule: host of an absolute URL must be valid, no underscore. [Source](https://www.twilio.com/docs/voice/twiml/client).
    pub status_callback: Option<Text>,
    /// `statusCallbackEvent`: which state changes are reported.
    ///
    /// Default: `completed` (unverified). Rule: only with statusCallback. [Source](https://www.twilio.com/docs/voice/twiml/client).
    pub status_callback_event: Option<SpaceList<CallProgressEvent>>,
    /// `statusCallbackMethod`: HTTP method for statusCallback.
    ///
    /// Default: `POST` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/client).
    pub status_callback_method: Option<Method>,
    /// `url`: TwiML for the client before bridging.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/client).
    pub url: Option<Text>,
    nouns: Vec<ClientNoun>,
    unchecked: Unchecked,
}

impl Client {
    /// `<Client>` with this text; [`default`](Self::default) has none.
    #[must_use]
    #[inline]
    pub fn new(name: impl Into<Text>) -> Self {
        Self {
            name: Some(name.into()),
            ..Self::default()
        }
    }

    /// Sets [`method`](Self::method): HTTP method for the URL of this element.
    #[must_use]
    #[inline]
    pub fn method(mut self, value: impl Into<Method>) -> Self {
        self.method = Some(value.into());
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

    /// Sets [`url`](Self::url): TwiML for the client before bridging.
    #[must_use]
    #[inline]
    pub fn url(mut self, value: impl Into<Text>) -> Self {
        self.url = Some(value.into());
        self
    }

    /// Adds [`<Identity>`](crate::voice::Identity): identity of the client, when Parameter is used too.
    #[must_use]
    #[inline]
    pub fn identity(mut self, identity: impl Into<Identity>) -> Self {
        add(&mut self.nouns, 384, ClientNoun::Identity(identity.into()));
        self
    }

    /// Adds [`<Parameter>`](crate::voice::Parameter): name/value pair passed to the service or far side.
    #[must_use]
    #[inline]
    pub fn parameter(mut self, parameter: impl Into<Parameter>) -> Self {
        add(&mut self.nouns, 384, ClientNoun::Parameter(parameter.into()));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[ClientNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<ClientNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(ClientNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(ClientNoun::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`Client`].
    ClientNoun {
        Identity(Identity) from Identity,
        Parameter(Parameter) from Parameter,
    }
}

impl From<&'static str> for Client {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Client {
    #[inline]
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for Client {
    #[inline]
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

impl Render for Client {
    const TAG: TagName = tag!("Client");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("method"), &self.method);
        x.attribute(name!("statusCallback"), &self.status_callback);
        x.attribute(name!("statusCallbackEvent"), &self.status_callback_event);
        x.attribute(name!("statusCallbackMethod"), &self.status_callback_method);
        x.attribute(name!("url"), &self.url);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        if let Some(text) = &self.name {
            x.text(text);
        }
        for child in self.nouns.iter() {
            child.render(x);
        }
    }

    fn is_empty(&self) -> bool {
        self.name.is_none() && self.nouns.is_empty()
    }

    fn has_text(&self) -> bool {
        self.name.is_some() || self.nouns.iter().any(|child| matches!(child, ClientNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Client {
    const NAME: &'static str = "Client";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "method" => read.set(&mut this.method),
            "statusCallback" => read.set(&mut this.status_callback),
            "statusCallbackEvent" => read.set(&mut this.status_callback_event),
            "statusCallbackMethod" => read.set(&mut this.status_callback_method),
            "url" => read.set(&mut this.url),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.text_or_children(tag, &mut this.name, &mut this.nouns)?;
        Ok(this)
    }
}
