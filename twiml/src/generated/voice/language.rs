// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, TagName, Xml, name, tag};
use crate::values::{CommaList, Normalization};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Language>`: per-language settings of ConversationRelay.
///
/// Stands in [`Assistant`](crate::voice::Assistant), [`ConversationRelay`](crate::voice::ConversationRelay).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/connect/conversationrelay>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// `asrSmartFormat`: smart formatting.
    ///
    /// Default: from parent. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub asr_smart_format: Option<bool>,
    /// `code`: language these settings are for.
    ///
    /// Required. Rule: required; may be multi. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub code: Text,
    /// `hints`: phrases the recogniser should expect.
    ///
    /// Rule: comma separated. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub hints: Option<CommaList>,
    /// `speechModel`: recognition model.
    ///
    /// Default: from parent. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub speech_model: Option<Text>,
    /// `transcriptionProvider`: recognition provider.
    ///
    /// Default: from parent. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub transcription_provider: Option<Text>,
    /// `ttsLanguageTextNormalization`: language-specific normalisation.
    ///
    /// Default: from parent. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub tts_language_text_normalization: Option<bool>,
    /// `ttsProvider`: speech synthesis provider.
    ///
    /// Default: from parent. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub tts_provider: Option<Text>,
    /// `ttsTextNormalization`: text normalisation.
    ///
    /// Default: from parent. Rule: auto on off. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub tts_text_normalization: Option<Normalization>,
    /// `voice`: voice.
    ///
    /// Default: from parent. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub voice: Option<Text>,
    unchecked: Unchecked,
}

impl Language {
    /// `<Language>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(code: impl Into<Text>) -> Self {
        Self {
            code: code.into(),
            asr_smart_format: None,
            hints: None,
            speech_model: None,
            transcription_provider: None,
            tts_language_text_normalization: None,
            tts_provider: None,
            tts_text_normalization: None,
            voice: None,
            unchecked: Unchecked::default(),
        }
    }

    /// Sets [`asr_smart_format`](Self::asr_smart_format): smart formatting.
    #[must_use]
    #[inline]
    pub fn asr_smart_format(mut self, value: bool) -> Self {
        self.asr_smart_format = Some(value);
        self
    }

    /// Sets [`hints`](Self::hints): phrases the recogniser should expect.
    #[must_use]
    #[inline]
    pub fn hints(mut self, value: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        self.hints = Some(value.into_iter().collect());
        self
    }

    /// Sets [`speech_model`](Self::speech_model): recognition model.
    #[must_use]
    #[inline]
    pub fn speech_model(mut self, value: impl Into<Text>) -> Self {
        self.speech_model = Some(value.into());
        self
    }

    /// Sets [`transcription_provider`](Self::transcription_provider): recognition provider.
    #[must_use]
    #[inline]
    pub fn transcription_provider(mut self, value: impl Into<Text>) -> Self {
        self.transcription_provider = Some(value.into());
        self
    }

    /// Sets [`tts_language_text_normalization`](Self::tts_language_text_normalization): language-specific normalisation.
    #[must_use]
    #[inline]
    pub fn tts_language_text_normalization(mut self, value: bool) -> Self {
        self.tts_language_text_normalization = Some(value);
        self
    }

    /// Sets [`tts_provider`](Self::tts_provider): speech synthesis provider.
    #[must_use]
    #[inline]
    pub fn tts_provider(mut self, value: impl Into<Text>) -> Self {
        self.tts_provider = Some(value.into());
        self
    }

    /// Sets [`tts_text_normalization`](Self::tts_text_normalization): text normalisation.
    #[must_use]
    #[inline]
    pub fn tts_text_normalization(mut self, value: impl Into<Normalization>) -> Self {
        self.tts_text_normalization = Some(value.into());
        self
    }

    /// Sets [`voice`](Self::voice): voice.
    #[must_use]
    #[inline]
    pub fn voice(mut self, value: impl Into<Text>) -> Self {
        self.voice = Some(value.into());
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

impl Render for Language {
    const TAG: TagName = tag!("Language");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("asrSmartFormat"), &self.asr_smart_format);
        x.required(name!("code"), &self.code);
        x.attribute(name!("hints"), &self.hints);
        x.attribute(name!("speechModel"), &self.speech_model);
        x.attribute(name!("transcriptionProvider"), &self.transcription_provider);
        x.attribute(name!("ttsLanguageTextNormalization"), &self.tts_language_text_normalization);
        x.attribute(name!("ttsProvider"), &self.tts_provider);
        x.attribute(name!("ttsTextNormalization"), &self.tts_text_normalization);
        x.attribute(name!("voice"), &self.voice);
    }

    fn content<'m>(&'m self, _x: &mut Xml<'m>) {
    }

    fn is_empty(&self) -> bool {
        true
    }

    fn has_text(&self) -> bool {
        false
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Language {
    const NAME: &'static str = "Language";
    const REQUIRED: &'static [&'static str] = &["code"];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default());
        let mut code = None;
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "asrSmartFormat" => read.set(&mut this.asr_smart_format),
            "code" => read.set(&mut code),
            "hints" => read.set(&mut this.hints),
            "speechModel" => read.set(&mut this.speech_model),
            "transcriptionProvider" => read.set(&mut this.transcription_provider),
            "ttsLanguageTextNormalization" => read.set(&mut this.tts_language_text_normalization),
            "ttsProvider" => read.set(&mut this.tts_provider),
            "ttsTextNormalization" => read.set(&mut this.tts_text_normalization),
            "voice" => read.set(&mut this.voice),
            _ => Kept::Unknown,
        })?;
        this.code = reader.required::<Self, _>(tag, "code", code)?;
        this.unchecked = unchecked;
        reader.nothing(tag, &mut this.unchecked)?;
        Ok(this)
    }
}
