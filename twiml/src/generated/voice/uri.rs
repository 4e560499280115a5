// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Uri>`: one of several SIP targets with weight and priority.
///
/// Stands in [`Sip`](crate::voice::Sip).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/sip>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uri {
    /// The text of the element: a SIP URI.
    pub uri: Text,
    /// `password`: password for digest authentication.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub password: Option<Text>,
    /// `priority`: rank of the target.
    ///
    /// Range: lower first. [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub priority: Option<u32>,
    /// `username`: user for digest authentication.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub username: Option<Text>,
    /// `weight`: share among equal rank.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/sip).
    pub weight: Option<u32>,
    unchecked: Unchecked,
}

impl Uri {
    /// `<Uri>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(uri: impl Into<Text>) -> Self {
        Self {
            uri: uri.into(),
            password: None,
            priority: None,
            username: None,
            weight: None,
            unchecked: Unchecked::default(),
        }
    }

    /// Sets [`password`](Self::password): password for digest authentication.
    #[must_use]
    #[inline]
    pub fn password(mut self, value: impl Into<Text>) -> Self {
        self.password = Some(value.into());
        self
    }

    /// Sets [`priority`](Self::priority): rank of the target.
    #[must_use]
    #[inline]
    pub fn priority(mut self, value: u32) -> Self {
        self.priority = Some(value);
        self
    }

    /// Sets [`username`](Self::username): user for digest authentication.
    #[must_use]
    #[inline]
    pub fn username(mut self, value: impl Into<Text>) -> Self {
        self.username = Some(value.into());
        self
    }

    /// Sets [`weight`](Self::weight): share among equal rank.
    #[must_use]
    #[inline]
    pub fn weight(mut self, value: u32) -> Self {
        self.weight = Some(value);
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

impl From<&'static str> for Uri {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Uri {
    #[inline]
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for Uri {
    #[inline]
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

impl Render for Uri {
    const TAG: TagName = tag!("Uri");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("password"), &self.password);
        x.attribute(name!("priority"), &self.priority);
        x.attribute(name!("username"), &self.username);
        x.attribute(name!("weight"), &self.weight);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        x.text(&self.uri);
    }

    fn is_empty(&self) -> bool {
        self.uri.is_empty()
    }

    fn has_text(&self) -> bool {
        true
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Uri {
    const NAME: &'static str = "Uri";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default());
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "password" => read.set(&mut this.password),
            "priority" => read.set(&mut this.priority),
            "username" => read.set(&mut this.username),
            "weight" => read.set(&mut this.weight),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        this.uri = reader.text(tag, &mut this.unchecked)?.unwrap_or_default();
        Ok(this)
    }
}
