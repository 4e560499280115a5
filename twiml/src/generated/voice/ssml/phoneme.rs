// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::values::{PhonemeAlphabet};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<phoneme>`: pronounce by phonetic symbols.
///
/// Stands in [`Say`](crate::voice::Say), [`Emphasis`](crate::voice::ssml::Emphasis), [`Lang`](crate::voice::ssml::Lang), [`P`](crate::voice::ssml::P), [`Prosody`](crate::voice::ssml::Prosody), [`S`](crate::voice::ssml::S), [`W`](crate::voice::ssml::W).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/say/text-speech>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phoneme {
    /// The text of the element: free text.
    pub text: Text,
    /// `alphabet`: symbol set.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/say/text-speech).
    pub alphabet: Option<PhonemeAlphabet>,
    /// `ph`: symbols.
    ///
    /// Required. [Source](https://www.twilio.com/docs/voice/twiml/say/text-speech).
    pub ph: Text,
    unchecked: Unchecked,
}

impl Phoneme {
    /// `<phoneme>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(text: impl Into<Text>, ph: impl Into<Text>) -> Self {
        Self {
            text: text.into(),
            ph: ph.into(),
            alphabet: None,
            unchecked: Unchecked::default(),
        }
    }

    /// Sets [`alphabet`](Self::alphabet): symbol set.
    #[must_use]
    #[inline]
    pub fn alphabet(mut self, value: impl Into<PhonemeAlphabet>) -> Self {
        self.alphabet = Some(value.into());
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

impl Render for Phoneme {
    const TAG: TagName = tag!("phoneme");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("alphabet"), &self.alphabet);
        x.required(name!("ph"), &self.ph);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        x.text(&self.text);
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn has_text(&self) -> bool {
        true
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Phoneme {
    const NAME: &'static str = "phoneme";
    const REQUIRED: &'static [&'static str] = &["ph"];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default(), Text::default());
        let mut ph = None;
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "alphabet" => read.set(&mut this.alphabet),
            "ph" => read.set(&mut ph),
            _ => Kept::Unknown,
        })?;
        this.ph = reader.required::<Self, _>(tag, "ph", ph)?;
        this.unchecked = unchecked;
        this.text = reader.text(tag, &mut this.unchecked)?.unwrap_or_default();
        Ok(this)
    }
}
