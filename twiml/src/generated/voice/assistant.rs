// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{Language, Parameter};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{CommaList};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Assistant>`: hand the call to an AI Assistant.
///
/// Stands in [`Connect`](crate::voice::Connect).
/// Holds [`Language`](crate::voice::Language), [`Parameter`](crate::voice::Parameter).
///
/// **Legacy**: dropped from the newest python and node libraries.
///
/// Source: <https://www.twilio.com/docs/voice/twiml/connect>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assistant {
    /// `debug`: debug messages wanted.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub debug: Option<Text>,
    /// `dtmfDetection`: report key presses.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub dtmf_detection: Option<bool>,
    /// `elevenlabsTextNormalization`: ElevenLabs text normalisation.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub elevenlabs_text_normalization: Option<Text>,
    /// `hints`: phrases the recogniser should expect.
    ///
    /// Rule: comma separated. [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub hints: Option<CommaList>,
    /// `id`: assistant id.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub id: Option<Text>,
    /// `intelligenceService`: SID or unique name of a Conversational Intelligence service that keeps the transcript.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub intelligence_service: Option<Text>,
    /// `interruptSensitivity`: how easily speech interrupts.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub interrupt_sensitivity: Option<Text>,
    /// `interruptible`: what may cut speech short.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub interruptible: Option<Text>,
    /// `language`: language.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub language: Option<Text>,
    /// `partialPrompts`: report interim transcripts.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub partial_prompts: Option<bool>,
    /// `preemptible`: next answer may cut the current one.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub preemptible: Option<bool>,
    /// `profanityFilter`: mask swear words in transcripts.
    ///
    /// Default: `true` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub profanity_filter: Option<bool>,
    /// `reportInputDuringAgentSpeech`: report input while speaking.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub report_input_during_agent_speech: Option<bool>,
    /// `speechModel`: speech-to-text model.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub speech_model: Option<Text>,
    /// `transcriptionLanguage`: language recognised.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub transcription_language: Option<Text>,
    /// `transcriptionProvider`: recognition provider.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub transcription_provider: Option<Text>,
    /// `ttsLanguage`: language spoken.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub tts_language: Option<Text>,
    /// `ttsProvider`: speech synthesis provider.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub tts_provider: Option<Text>,
    /// `voice`: voice.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub voice: Option<Text>,
    /// `welcomeGreeting`: first words spoken.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub welcome_greeting: Option<Text>,
    /// `welcomeGreetingInterruptible`: what may cut the greeting short.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect).
    pub welcome_greeting_interruptible: Option<Text>,
    nouns: Vec<AssistantNoun>,
    unchecked: Unchecked,
}

impl Assistant {
    /// `<Assistant>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`debug`](Self::debug): debug messages wanted.
    #[must_use]
    #[inline]
    pub fn debug(mut self, value: impl Into<Text>) -> Self {
        self.debug = Some(value.into());
        self
    }

    /// Sets [`dtmf_detection`](Self::dtmf_detection): report key presses.
    #[must_use]
    #[inline]
    pub fn dtmf_detection(mut self, value: bool) -> Self {
        self.dtmf_detection = Some(value);
        self
    }

    /// Sets [`elevenlabs_text_normalization`](Self::elevenlabs_text_normalization): ElevenLabs text normalisation.
    #[must_use]
    #[inline]
    pub fn elevenlabs_text_normalization(mut self, value: impl Into<Text>) -> Self {
        self.elevenlabs_text_normalization = Some(value.into());
        self
    }

    /// Sets [`hints`](Self::hints): phrases the recogniser should expect.
    #[must_use]
    #[inline]
    pub fn hints(mut self, value: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        self.hints = Some(value.into_iter().collect());
        self
    }

    /// Sets [`id`](Self::id): assistant id.
    #[must_use]
    #[inline]
    pub fn id(mut self, value: impl Into<Text>) -> Self {
        self.id = Some(value.into());
        self
    }

    /// Sets [`intelligence_service`](Self::intelligence_service): SID or unique name of a Conversational Intelligence service that keeps the transcript.
    #[must_use]
    #[inline]
    pub fn intelligence_service(mut self, value: impl Into<Text>) -> Self {
        self.intelligence_service = Some(value.into());
        self
    }

    /// Sets [`interrupt_sensitivity`](Self::interrupt_sensitivity): how easily speech interrupts.
    #[must_use]
    #[inline]
    pub fn interrupt_sensitivity(mut self, value: impl Into<Text>) -> Self {
        self.interrupt_sensitivity = Some(value.into());
        self
    }

    /// Sets [`interruptible`](Self::interruptible): what may cut speech short.
    #[must_use]
    #[inline]
    pub fn interruptible(mut self, value: impl Into<Text>) -> Self {
        self.interruptible = Some(value.into());
        self
    }

    /// Sets [`language`](Self::language): language.
    #[must_use]
    #[inline]
    pub fn language(mut self, value: impl Into<Text>) -> Self {
        self.language = Some(value.into());
        self
    }

    /// Sets [`partial_prompts`](Self::partial_prompts): report interim transcripts.
    #[must_use]
    #[inline]
    pub fn partial_prompts(mut self, value: bool) -> Self {
        self.partial_prompts = Some(value);
        self
    }

    /// Sets [`preemptible`](Self::preemptible): next answer may cut the current one.
    #[must_use]
    #[inline]
    pub fn preemptible(mut self, value: bool) -> Self {
        self.preemptible = Some(value);
        self
    }

    /// Sets [`profanity_filter`](Self::profanity_filter): mask swear words in transcripts.
    #[must_use]
    #[inline]
    pub fn profanity_filter(mut self, value: bool) -> Self {
        self.profanity_filter = Some(value);
        self
    }

    /// Sets [`report_input_during_agent_speech`](Self::report_input_during_agent_speech): report input while speaking.
    #[must_use]
    #[inline]
    pub fn report_input_during_agent_speech(mut self, value: bool) -> Self {
        self.report_input_during_agent_speech = Some(value);
        self
    }

    /// Sets [`speech_model`](Self::speech_model): speech-to-text model.
    #[must_use]
    #[inline]
    pub fn speech_model(mut self, value: impl Into<Text>) -> Self {
        self.speech_model = Some(value.into());
        self
    }

    /// Sets [`transcription_language`](Self::transcription_language): language recognised.
    #[must_use]
    #[inline]
    pub fn transcription_language(mut self, value: impl Into<Text>) -> Self {
        self.transcription_language = Some(value.into());
        self
    }

    /// Sets [`transcription_provider`](Self::transcription_provider): recognition provider.
    #[must_use]
    #[inline]
    pub fn transcription_provider(mut self, value: impl Into<Text>) -> Self {
        self.transcription_provider = Some(value.into());
        self
    }

    /// Sets [`tts_language`](Self::tts_language): language spoken.
    #[must_use]
    #[inline]
    pub fn tts_language(mut self, value: impl Into<Text>) -> Self {
        self.tts_language = Some(value.into());
        self
    }

    /// Sets [`tts_provider`](Self::tts_provider): speech synthesis provider.
    #[must_use]
    #[inline]
    pub fn tts_provider(mut self, value: impl Into<Text>) -> Self {
        self.tts_provider = Some(value.into());
        self
    }

    /// Sets [`voice`](Self::voice): voice.
    #[must_use]
    #[inline]
    pub fn voice(mut self, value: impl Into<Text>) -> Self {
        self.voice = Some(value.into());
        self
    }

    /// Sets [`welcome_greeting`](Self::welcome_greeting): first words spoken.
    #[must_use]
    #[inline]
    pub fn welcome_greeting(mut self, value: impl Into<Text>) -> Self {
        self.welcome_greeting = Some(value.into());
        self
    }

    /// Sets [`welcome_greeting_interruptible`](Self::welcome_greeting_interruptible): what may cut the greeting short.
    #[must_use]
    #[inline]
    pub fn welcome_greeting_interruptible(mut self, value: impl Into<Text>) -> Self {
        self.welcome_greeting_interruptible = Some(value.into());
        self
    }

    /// Adds [`<Language>`](crate::voice::Language): per-language settings of ConversationRelay.
    #[must_use]
    #[inline]
    pub fn add_language(mut self, language: impl Into<Language>) -> Self {
        add(&mut self.nouns, 384, AssistantNoun::Language(language.into()));
        self
    }

    /// Adds [`<Parameter>`](crate::voice::Parameter): name/value pair passed to the service or far side.
    #[must_use]
    #[inline]
    pub fn parameter(mut self, parameter: impl Into<Parameter>) -> Self {
        add(&mut self.nouns, 384, AssistantNoun::Parameter(parameter.into()));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[AssistantNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<AssistantNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(AssistantNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(AssistantNoun::Unchecked(UncheckedNode::Element(element.into())));
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

children! {
    /// What may stand in [`Assistant`].
    AssistantNoun {
        Language(Language) from Language,
        Parameter(Parameter) from Parameter,
    }
}

impl Render for Assistant {
    const TAG: TagName = tag!("Assistant");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("debug"), &self.debug);
        x.attribute(name!("dtmfDetection"), &self.dtmf_detection);
        x.attribute(name!("elevenlabsTextNormalization"), &self.elevenlabs_text_normalization);
        x.attribute(name!("hints"), &self.hints);
        x.attribute(name!("id"), &self.id);
        x.attribute(name!("intelligenceService"), &self.intelligence_service);
        x.attribute(name!("interruptSensitivity"), &self.interrupt_sensitivity);
        x.attribute(name!("interruptible"), &self.interruptible);
        x.attribute(name!("language"), &self.language);
        x.attribute(name!("partialPrompts"), &self.partial_prompts);
        x.attribute(name!("preemptible"), &self.preemptible);
        x.attribute(name!("profanityFilter"), &self.profanity_filter);
        x.attribute(name!("reportInputDuringAgentSpeech"), &self.report_input_during_agent_speech);
        x.attribute(name!("speechModel"), &self.speech_model);
        x.attribute(name!("transcriptionLanguage"), &self.transcription_language);
        x.attribute(name!("transcriptionProvider"), &self.transcription_provider);
        x.attribute(name!("ttsLanguage"), &self.tts_language);
        x.attribute(name!("ttsProvider"), &self.tts_provider);
        x.attribute(name!("voice"), &self.voice);
        x.attribute(name!("welcomeGreeting"), &self.welcome_greeting);
        x.attribute(name!("welcomeGreetingInterruptible"), &self.welcome_greeting_interruptible);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        for child in self.nouns.iter() {
            child.render(x);
        }
    }

    fn is_empty(&self) -> bool {
        self.nouns.is_empty()
    }

    fn has_text(&self) -> bool {
        self.nouns.iter().any(|child| matches!(child, AssistantNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Assistant {
    const NAME: &'static str = "Assistant";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "debug" => read.set(&mut this.debug),
            "dtmfDetection" => read.set(&mut this.dtmf_detection),
            "elevenlabsTextNormalization" => read.set(&mut this.elevenlabs_text_normalization),
            "hints" => read.set(&mut this.hints),
            "id" => read.set(&mut this.id),
            "intelligenceService" => read.set(&mut this.intelligence_service),
            "interruptSensitivity" => read.set(&mut this.interrupt_sensitivity),
            "interruptible" => read.set(&mut this.interruptible),
            "language" => read.set(&mut this.language),
            "partialPrompts" => read.set(&mut this.partial_prompts),
            "preemptible" => read.set(&mut this.preemptible),
            "profanityFilter" => read.set(&mut this.profanity_filter),
            "reportInputDuringAgentSpeech" => read.set(&mut this.report_input_during_agent_speech),
            "speechModel" => read.set(&mut this.speech_model),
            "transcriptionLanguage" => read.set(&mut this.transcription_language),
            "transcriptionProvider" => read.set(&mut this.transcription_provider),
            "ttsLanguage" => read.set(&mut this.tts_language),
            "ttsProvider" => read.set(&mut this.tts_provider),
            "voice" => read.set(&mut this.voice),
            "welcomeGreeting" => read.set(&mut this.welcome_greeting),
            "welcomeGreetingInterruptible" => read.set(&mut this.welcome_greeting_interruptible),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.children(tag, &mut this.nouns)?;
        Ok(this)
    }
}
