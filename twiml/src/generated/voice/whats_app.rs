// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::values::{CallProgressEvent, Method, SpaceList};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<WhatsApp>`: WhatsApp user to dial.
///
/// Stands in [`Dial`](crate::voice::Dial).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/dial>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatsApp {
    /// The text of the element: a phone number.
    pub phone_number: Text,
    /// `method`: HTTP method for the URL of this element.
    ///
    /// Default: `POST` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub method: Option<Method>,
    /// `statusCallback`: URL told about state changes; its answer is ignored.
    ///
    /// Rule: host of an absolute URL must be valid, no underscore. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub status_callback: Option<Text>,
    /// `statusCallbackEvent`: which state changes are reported.
    ///
    /// Default: `completed` (unverified). Rule: only with statusCallback. [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub status_callback_event: Option<SpaceList<CallProgressEvent>>,
    /// `statusCallbackMethod`: HTTP method for statusCallback.
    ///
    /// Default: `POST` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub status_callback_method: Option<Method>,
    /// `url`: TwiML run on the far leg before the two legs are joined.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/dial).
    pub url: Option<Text>,
    unchecked: Unchecked,
}

impl WhatsApp {
    /// `<WhatsApp>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(phone_number: impl Into<Text>) -> Self {
        Self {
            phone_number: phone_number.into(),
            method: None,
            status_callback: None,
            status_callback_event: None,
            status_callback_method: None,
            url: None,
            unchecked: Unchecked::default(),
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

    /// Sets [`url`](Self::url): TwiML run on the far leg before the two legs are joined.
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

impl From<&'static str> for WhatsApp {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<String> for WhatsApp {
    #[inline]
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for WhatsApp {
    #[inline]
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

impl Render for WhatsApp {
    const TAG: TagName = tag!("WhatsApp");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("method"), &self.method);
        x.attribute(name!("statusCallback"), &self.status_callback);
        x.attribute(name!("statusCallbackEvent"), &self.status_callback_event);
        x.attribute(name!("statusCallbackMethod"), &self.status_callback_method);
        x.attribute(name!("url"), &self.url);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        x.text(&self.phone_number);
    }

    fn is_empty(&self) -> bool {
        self.phone_number.is_empty()
    }

    fn has_text(&self) -> bool {
        true
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for WhatsApp {
    const NAME: &'static str = "WhatsApp";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default());
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
        this.phone_number = reader.text(tag, &mut this.unchecked)?.unwrap_or_default();
        Ok(this)
    }
}
