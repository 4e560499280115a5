// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::values::{Method};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Redirect>`: continue with the document at another URL.
///
/// Stands in [`MessagingResponse`](crate::messaging::MessagingResponse).
/// Nothing after it runs.
/// Text: relative allowed; empty = this document again.
///
/// Source: <https://www.twilio.com/docs/messaging/twiml/redirect>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redirect {
    /// The text of the element: a URL.
    ///
    /// Rule: relative allowed; empty = this document again.
    pub url: Option<Text>,
    /// `method`: HTTP method for the URL of this element.
    ///
    /// Default: `POST` (unverified). [Source](https://www.twilio.com/docs/messaging/twiml/redirect).
    pub method: Option<Method>,
    unchecked: Unchecked,
}

impl Redirect {
    /// `<Redirect>` with this text; [`default`](Self::default) has none.
    #[must_use]
    #[inline]
    pub fn new(url: impl Into<Text>) -> Self {
        Self {
            url: Some(url.into()),
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

impl From<&'static str> for Redirect {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Redirect {
    #[inline]
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for Redirect {
    #[inline]
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

impl Render for Redirect {
    const TAG: TagName = tag!("Redirect");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("method"), &self.method);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        if let Some(text) = &self.url {
            x.text(text);
        }
    }

    fn is_empty(&self) -> bool {
        self.url.is_none()
    }

    fn has_text(&self) -> bool {
        true
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Redirect {
    const NAME: &'static str = "Redirect";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "method" => read.set(&mut this.method),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        this.url = reader.text(tag, &mut this.unchecked)?;
        Ok(this)
    }
}
