// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::values::{Method};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Sms>`: send a text message in the middle of a call.
///
/// Stands in [`VoiceResponse`](crate::voice::VoiceResponse).
///
/// **Legacy**: legacy: no longer in the documented verb list; use the Messages API.
///
/// Source: <https://www.twilio.com/docs/voice/twiml/sms>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sms {
    /// The text of the element: free text.
    pub body: Text,
    /// `action`: next document.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/sms).
    pub action: Option<Text>,
    /// `from`: sender.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/sms).
    pub from: Option<Text>,
    /// `method`: HTTP method for the URL of this element.
    ///
    /// Default: `POST` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/sms).
    pub method: Option<Method>,
    /// `statusCallback`: URL told about state changes; its answer is ignored.
    ///
    /// Rule: host of an absolute URL must be valid, no underscore. [Source](https://www.twilio.com/docs/voice/twiml/sms).
    pub status_callback: Option<Text>,
    /// `to`: recipient.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/sms).
    pub to: Option<Text>,
    unchecked: Unchecked,
}

impl Sms {
    /// `<Sms>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(body: impl Into<Text>) -> Self {
        Self {
            body: body.into(),
            action: None,
            from: None,
            method: None,
            status_callback: None,
            to: None,
            unchecked: Unchecked::default(),
        }
    }

    /// Sets [`action`](Self::action): next document.
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

    /// Sets [`status_callback`](Self::status_callback): URL told about state changes; its answer is ignored.
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

impl From<&'static str> for Sms {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Sms {
    #[inline]
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for Sms {
    #[inline]
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

impl Render for Sms {
    const TAG: TagName = tag!("Sms");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("action"), &self.action);
        x.attribute(name!("from"), &self.from);
        x.attribute(name!("method"), &self.method);
        x.attribute(name!("statusCallback"), &self.status_callback);
        x.attribute(name!("to"), &self.to);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        x.text(&self.body);
    }

    fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    fn has_text(&self) -> bool {
        true
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Sms {
    const NAME: &'static str = "Sms";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default());
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
        this.body = reader.text(tag, &mut this.unchecked)?.unwrap_or_default();
        Ok(this)
    }
}
