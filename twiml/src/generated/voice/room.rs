// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Room>`: join a Video room with audio.
///
/// Stands in [`Connect`](crate::voice::Connect).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/connect>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// The text of the element: a name.
    pub name: Text,
    /// `participantIdentity`: identity in the room.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub participant_identity: Option<Text>,
    unchecked: Unchecked,
}

impl Room {
    /// `<Room>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(name: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            participant_identity: None,
            unchecked: Unchecked::default(),
        }
    }

    /// Sets [`participant_identity`](Self::participant_identity): identity in the room.
    #[must_use]
    #[inline]
    pub fn participant_identity(mut self, value: impl Into<Text>) -> Self {
        self.participant_identity = Some(value.into());
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

impl From<&'static str> for Room {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Room {
    #[inline]
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for Room {
    #[inline]
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

impl Render for Room {
    const TAG: TagName = tag!("Room");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("participantIdentity"), &self.participant_identity);
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
impl Parse for Room {
    const NAME: &'static str = "Room";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default());
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "participantIdentity" => read.set(&mut this.participant_identity),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        this.name = reader.text(tag, &mut this.unchecked)?.unwrap_or_default();
        Ok(this)
    }
}
