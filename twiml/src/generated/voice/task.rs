// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::values::{Seconds};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Task>`: TaskRouter task attributes.
///
/// Stands in [`Enqueue`](crate::voice::Enqueue).
/// Text: a JSON object.
///
/// Source: <https://www.twilio.com/docs/voice/twiml/enqueue>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The text of the element: a JSON object.
    ///
    /// Rule: a JSON object.
    pub attributes: Text,
    /// `priority`: task priority.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/enqueue).
    pub priority: Option<u32>,
    /// `timeout`: task time-out.
    ///
    /// In seconds. [Source](https://www.twilio.com/docs/voice/twiml/enqueue).
    pub timeout: Option<Seconds>,
    unchecked: Unchecked,
}

impl Task {
    /// `<Task>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(attributes: impl Into<Text>) -> Self {
        Self {
            attributes: attributes.into(),
            priority: None,
            timeout: None,
            unchecked: Unchecked::default(),
        }
    }

    /// Sets [`priority`](Self::priority): task priority.
    #[must_use]
    #[inline]
    pub fn priority(mut self, value: u32) -> Self {
        self.priority = Some(value);
        self
    }

    /// Sets [`timeout`](Self::timeout): task time-out.
    #[must_use]
    #[inline]
    pub fn timeout(mut self, value: impl Into<Seconds>) -> Self {
        self.timeout = Some(value.into());
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

impl From<&'static str> for Task {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Task {
    #[inline]
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for Task {
    #[inline]
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

impl Render for Task {
    const TAG: TagName = tag!("Task");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("priority"), &self.priority);
        x.attribute(name!("timeout"), &self.timeout);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        x.text(&self.attributes);
    }

    fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }

    fn has_text(&self) -> bool {
        true
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Task {
    const NAME: &'static str = "Task";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default());
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "priority" => read.set(&mut this.priority),
            "timeout" => read.set(&mut this.timeout),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        this.attributes = reader.text(tag, &mut this.unchecked)?.unwrap_or_default();
        Ok(this)
    }
}
