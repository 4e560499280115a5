// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;

use super::{Break, Lang, Node, Phoneme, Prosody, SayAs, Sub, W};
use crate::content::Content;
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{EmphasisLevel};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<emphasis>`: stress words.
///
/// Stands in [`Say`](crate::voice::Say), [`Emphasis`](crate::voice::ssml::Emphasis), [`Lang`](crate::voice::ssml::Lang), [`P`](crate::voice::ssml::P), [`Prosody`](crate::voice::ssml::Prosody), [`S`](crate::voice::ssml::S), [`W`](crate::voice::ssml::W).
/// Holds text, [`Break`](crate::voice::ssml::Break), [`Emphasis`](crate::voice::ssml::Emphasis), [`Lang`](crate::voice::ssml::Lang), [`Phoneme`](crate::voice::ssml::Phoneme), [`Prosody`](crate::voice::ssml::Prosody), [`SayAs`](crate::voice::ssml::SayAs), [`Sub`](crate::voice::ssml::Sub), [`W`](crate::voice::ssml::W).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/say/text-speech>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Emphasis {
    /// `level`: how strongly.
    ///
    /// Default: `moderate` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/say/text-speech).
    pub level: Option<EmphasisLevel>,
    pub(crate) content: Content,
    unchecked: Unchecked,
}

impl Emphasis {
    /// `<emphasis>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends text; text beside text becomes one.
    #[must_use]
    #[inline]
    pub fn text(mut self, text: impl Into<Text>) -> Self {
        self.content.push_text(text.into());
        self
    }

    /// Sets [`level`](Self::level): how strongly.
    #[must_use]
    #[inline]
    pub fn level(mut self, value: impl Into<EmphasisLevel>) -> Self {
        self.level = Some(value.into());
        self
    }

    /// Adds [`<break>`](crate::voice::ssml::Break): pause.
    #[must_use]
    #[inline]
    pub fn break_(mut self, break_: impl Into<Break>) -> Self {
        self.content.push(Node::Break(alloc::boxed::Box::new(break_.into())));
        self
    }

    /// Adds [`<emphasis>`](crate::voice::ssml::Emphasis): stress words.
    #[must_use]
    #[inline]
    pub fn emphasis(mut self, emphasis: impl Into<Self>) -> Self {
        self.content.push(Node::Emphasis(alloc::boxed::Box::new(emphasis.into())));
        self
    }

    /// Adds [`<lang>`](crate::voice::ssml::Lang): words in another language.
    #[must_use]
    #[inline]
    pub fn lang(mut self, lang: impl Into<Lang>) -> Self {
        self.content.push(Node::Lang(alloc::boxed::Box::new(lang.into())));
        self
    }

    /// Adds [`<phoneme>`](crate::voice::ssml::Phoneme): pronounce by phonetic symbols.
    #[must_use]
    #[inline]
    pub fn phoneme(mut self, phoneme: impl Into<Phoneme>) -> Self {
        self.content.push(Node::Phoneme(alloc::boxed::Box::new(phoneme.into())));
        self
    }

    /// Adds [`<prosody>`](crate::voice::ssml::Prosody): volume, speed, pitch.
    #[must_use]
    #[inline]
    pub fn prosody(mut self, prosody: impl Into<Prosody>) -> Self {
        self.content.push(Node::Prosody(alloc::boxed::Box::new(prosody.into())));
        self
    }

    /// Adds [`<say-as>`](crate::voice::ssml::SayAs): how to read digits, dates, spelling.
    #[must_use]
    #[inline]
    pub fn say_as(mut self, say_as: impl Into<SayAs>) -> Self {
        self.content.push(Node::SayAs(alloc::boxed::Box::new(say_as.into())));
        self
    }

    /// Adds [`<sub>`](crate::voice::ssml::Sub): speak other words than written.
    #[expect(clippy::should_implement_trait, reason = "the name of the element: it subtracts nothing")]
    #[must_use]
    #[inline]
    pub fn sub(mut self, sub: impl Into<Sub>) -> Self {
        self.content.push(Node::Sub(alloc::boxed::Box::new(sub.into())));
        self
    }

    /// Adds [`<w>`](crate::voice::ssml::W): part of speech of a word.
    #[must_use]
    #[inline]
    pub fn w(mut self, w: impl Into<W>) -> Self {
        self.content.push(Node::W(alloc::boxed::Box::new(w.into())));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn content(&self) -> &[Node] {
        &self.content
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.content.push(Node::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.content.push(Node::Unchecked(UncheckedNode::Element(element.into())));
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

impl From<&'static str> for Emphasis {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self { content: Content::text(text), ..Self::default() }
    }
}

impl From<String> for Emphasis {
    #[inline]
    fn from(text: String) -> Self {
        Self { content: Content::text(text), ..Self::default() }
    }
}

impl From<Text> for Emphasis {
    #[inline]
    fn from(text: Text) -> Self {
        Self { content: Content::text(text), ..Self::default() }
    }
}

impl Render for Emphasis {
    const TAG: TagName = tag!("emphasis");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("level"), &self.level);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        for child in self.content.iter() {
            child.render(x);
        }
    }

    fn is_empty(&self) -> bool {
        self.content.is_empty()
    }

    fn has_text(&self) -> bool {
        true
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Emphasis {
    const NAME: &'static str = "emphasis";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "level" => read.set(&mut this.level),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.mixed(tag, &mut this.content, Self::CHILDREN)?;
        Ok(this)
    }
}

#[cfg(feature = "parse")]
impl Emphasis {
    const CHILDREN: &'static [&'static str] = &["break", "emphasis", "lang", "phoneme", "prosody", "say-as", "sub", "w"];
}
