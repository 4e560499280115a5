// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::values::{Method};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Queue>`: queue to take the next caller from.
///
/// Stands in [`Dial`](crate::voice::Dial).
/// Text: 1..64 characters.
///
/// Source: <https://www.twilio.com/docs/voice/twiml/queue>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// The text of the element: a name.
    ///
    /// Rule: 1..64 characters.
    pub name: Text,
    /// `method`: HTTP method for the URL of this element.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/queue).
    pub method: Option<Method>,
    /// `postWorkActivitySid`: activity the worker gets afterwards.
    ///
    /// Rule: WA + 32 hex. [Source](https://www.twilio.com/docs/voice/twiml/queue).
    pub post_work_activity_sid: Option<Text>,
    /// `reservationSid`: TaskRouter reservation to bridge.
    ///
    /// Rule: WR + 32 hex. [Source](https://www.twilio.com/docs/voice/twiml/queue).
    pub reservation_sid: Option<Text>,
    /// `url`: TwiML for the waiting caller before bridging.
    ///
    /// Rule: document may hold Play Say Pause Redirect. [Source](https://www.twilio.com/docs/voice/twiml/queue).
    pub url: Option<Text>,
    unchecked: Unchecked,
}

impl Queue {
    /// `<Queue>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(name: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            method: None,
            post_work_activity_sid: None,
            reservation_sid: None,
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

    /// Sets [`post_work_activity_sid`](Self::post_work_activity_sid): activity the worker gets afterwards.
    #[must_use]
    #[inline]
    pub fn post_work_activity_sid(mut self, value: impl Into<Text>) -> Self {
        self.post_work_activity_sid = Some(value.into());
        self
    }

    /// Sets [`reservation_sid`](Self::reservation_sid): TaskRouter reservation to bridge.
    #[must_use]
    #[inline]
    pub fn reservation_sid(mut self, value: impl Into<Text>) -> Self {
        self.reservation_sid = Some(value.into());
        self
    }

    /// Sets [`url`](Self::url): TwiML for the waiting caller before bridging.
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

impl From<&'static str> for Queue {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Queue {
    #[inline]
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for Queue {
    #[inline]
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

impl Render for Queue {
    const TAG: TagName = tag!("Queue");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("method"), &self.method);
        x.attribute(name!("postWorkActivitySid"), &self.post_work_activity_sid);
        x.attribute(name!("reservationSid"), &self.reservation_sid);
        x.attribute(name!("url"), &self.url);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        x.text(&self.name);
    }

    fn is_empty(&self) -> bool {
        self.name.is_empty()
    }

    fn has_text(&self) -> bool {
        true
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Queue {
    const NAME: &'static str = "Queue";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &["callSid"];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default());
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "method" => read.set(&mut this.method),
            "postWorkActivitySid" => read.set(&mut this.post_work_activity_sid),
            "reservationSid" => read.set(&mut this.reservation_sid),
            "url" => read.set(&mut this.url),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        this.name = reader.text(tag, &mut this.unchecked)?.unwrap_or_default();
        Ok(this)
    }
}
