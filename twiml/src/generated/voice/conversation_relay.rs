// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{Language, Parameter};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{CommaList, Decimal, InterruptBy, Normalization, Sensitivity, SpaceList};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<ConversationRelay>`: let a WebSocket application hold the conversation as text.
///
/// Stands in [`Connect`](crate::voice::Connect).
/// Holds [`Language`](crate::voice::Language), [`Parameter`](crate::voice::Parameter).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/connect/conversationrelay>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationRelay {
    /// `applicationReconnect`: reconnect the WebSocket when it drops.
    ///
    /// Default: `false` (library). [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub application_reconnect: Option<bool>,
    /// `asrSmartFormat`: smart formatting of transcripts.
    ///
    /// Rule: wins over deepgramSmartFormat. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub asr_smart_format: Option<bool>,
    /// `backgroundNoiseReduction`: filter noise before recognition.
    ///
    /// Rule: node, java, csharp 2026 write it all in lower case. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub background_noise_reduction: Option<Text>,
    /// `customerName`: name given to Conversations and Intelligence.
    ///
    /// Default: caller id (library). [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub customer_name: Option<Text>,
    /// `debug`: debug messages wanted.
    ///
    /// Rule: space separated: debugging speaker-events tokens-played. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub debug: Option<SpaceList>,
    /// `deepgramSmartFormat`: Deepgram smart formatting.
    ///
    /// Rule: node, java, csharp 2026 write it all in lower case. **Deprecated**: superseded by asrSmartFormat. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub deepgram_smart_format: Option<bool>,
    /// `dtmfDetection`: report key presses.
    ///
    /// Default: `false`. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub dtmf_detection: Option<bool>,
    /// `eagerEotThreshold`: confidence for the early end-of-turn event.
    ///
    /// Range: 0.3..0.9. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub eager_eot_threshold: Option<Decimal>,
    /// `echoPromptFiltering`: drop transcripts that echo the agent.
    ///
    /// Default: `false` (library). [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub echo_prompt_filtering: Option<bool>,
    /// `elevenlabsLanguageTextNormalization`: language-specific normalisation.
    ///
    /// Rule: old name of ttsLanguageTextNormalization. **Deprecated**: old alias. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub elevenlabs_language_text_normalization: Option<bool>,
    /// `elevenlabsTextNormalization`: ElevenLabs text normalisation.
    ///
    /// Default: `off`. Rule: on auto off. **Deprecated**: superseded by ttsTextNormalization. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub elevenlabs_text_normalization: Option<Normalization>,
    /// `events`: event messages wanted.
    ///
    /// Rule: space separated. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub events: Option<SpaceList>,
    /// `hints`: phrases the recogniser should expect.
    ///
    /// Rule: comma separated. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub hints: Option<CommaList>,
    /// `ignoreBackchannel`: short "uh-huh" does not interrupt.
    ///
    /// Rule: node, java, csharp 2026 write it all in lower case. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub ignore_backchannel: Option<bool>,
    /// `includeInPrompt`: extra fields in prompt messages.
    ///
    /// Rule: turn-state prompt-segments. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub include_in_prompt: Option<SpaceList>,
    /// `intelligenceService`: SID or unique name of a Conversational Intelligence service that keeps the transcript.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub intelligence_service: Option<Text>,
    /// `interruptSensitivity`: how easily speech interrupts.
    ///
    /// Default: `high`. Rule: low medium high. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub interrupt_sensitivity: Option<Sensitivity>,
    /// `interruptible`: what may cut speech short.
    ///
    /// Default: `any`. Rule: none dtmf speech any; true = any, false = none. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub interruptible: Option<InterruptBy>,
    /// `language`: language for both directions.
    ///
    /// Default: `en-US`. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub language: Option<Text>,
    /// `partialPromptOnHangup`: send the unfinished prompt when the caller hangs up.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub partial_prompt_on_hangup: Option<bool>,
    /// `partialPrompts`: report interim transcripts.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub partial_prompts: Option<bool>,
    /// `preemptible`: next answer may cut the current one.
    ///
    /// Default: `false`. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub preemptible: Option<bool>,
    /// `profanityFilter`: mask swear words in transcripts.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub profanity_filter: Option<bool>,
    /// `reportInputDuringAgentSpeech`: report input while speaking.
    ///
    /// Default: `none`. Rule: none dtmf speech any (libraries type it as bool). [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub report_input_during_agent_speech: Option<InterruptBy>,
    /// `speechModel`: recognition model.
    ///
    /// Default: telephony (Google), nova-3-general or nova-2-general (Deepgram). [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub speech_model: Option<Text>,
    /// `speechTimeout`: silence that ends an utterance.
    ///
    /// Rule: node, java, csharp 2026 write it all in lower case. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub speech_timeout: Option<Text>,
    /// `transcriptionLanguage`: language recognised.
    ///
    /// Rule: overrides language. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub transcription_language: Option<Text>,
    /// `transcriptionProvider`: recognition provider.
    ///
    /// Default: Deepgram (Google for older accounts). Rule: Google Deepgram. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub transcription_provider: Option<Text>,
    /// `ttsLanguage`: language spoken.
    ///
    /// Rule: overrides language. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub tts_language: Option<Text>,
    /// `ttsLanguageTextNormalization`: language-specific normalisation.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub tts_language_text_normalization: Option<bool>,
    /// `ttsProvider`: speech synthesis provider.
    ///
    /// Default: `ElevenLabs`. Rule: Google Amazon ElevenLabs. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub tts_provider: Option<Text>,
    /// `ttsTextNormalization`: text normalisation before synthesis.
    ///
    /// Rule: auto on off; wins over elevenlabsTextNormalization. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub tts_text_normalization: Option<Normalization>,
    /// `turnDetection`: use turn detection for end of speech.
    ///
    /// Default: `false` (library). [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub turn_detection: Option<bool>,
    /// `url`: WebSocket of the application.
    ///
    /// Required. Rule: wss only; required. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub url: Text,
    /// `voice`: voice of the provider.
    ///
    /// Default: by provider. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub voice: Option<Text>,
    /// `welcomeGreeting`: first words spoken.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub welcome_greeting: Option<Text>,
    /// `welcomeGreetingInterruptible`: what may cut the greeting short.
    ///
    /// Default: `any`. Rule: none dtmf speech any. [Source](https://www.twilio.com/docs/voice/twiml/connect/conversationrelay).
    pub welcome_greeting_interruptible: Option<InterruptBy>,
    nouns: Vec<ConversationRelayNoun>,
    unchecked: Unchecked,
}

impl ConversationRelay {
    /// `<ConversationRelay>` with only what it cannot do without.
    #[must_use]
    #[inline]
    pub fn new(url: impl Into<Text>) -> Self {
        Self {
            url: url.into(),
            application_reconnect: None,
            asr_smart_format: None,
            background_noise_reduction: None,
            customer_name: None,
            debug: None,
            deepgram_smart_format: None,
            dtmf_detection: None,
            eager_eot_threshold: None,
            echo_prompt_filtering: None,
            elevenlabs_language_text_normalization: None,
            elevenlabs_text_normalization: None,
            events: None,
            hints: None,
            ignore_backchannel: None,
            include_in_prompt: None,
            intelligence_service: None,
            interrupt_sensitivity: None,
            interruptible: None,
            language: None,
            partial_prompt_on_hangup: None,
            partial_prompts: None,
            preemptible: None,
            profanity_filter: None,
            report_input_during_agent_speech: None,
            speech_model: None,
            speech_timeout: None,
            transcription_language: None,
            transcription_provider: None,
            tts_language: None,
            tts_language_text_normalization: None,
            tts_provider: None,
            tts_text_normalization: None,
            turn_detection: None,
            voice: None,
            welcome_greeting: None,
            welcome_greeting_interruptible: None,
            nouns: Vec::new(),
            unchecked: Unchecked::default(),
        }
    }

    /// Sets [`application_reconnect`](Self::application_reconnect): reconnect the WebSocket when it drops.
    #[must_use]
    #[inline]
    pub fn application_reconnect(mut self, value: bool) -> Self {
        self.application_reconnect = Some(value);
        self
    }

    /// Sets [`asr_smart_format`](Self::asr_smart_format): smart formatting of transcripts.
    #[must_use]
    #[inline]
    pub fn asr_smart_format(mut self, value: bool) -> Self {
        self.asr_smart_format = Some(value);
        self
    }

    /// Sets [`background_noise_reduction`](Self::background_noise_reduction): filter noise before recognition.
    #[must_use]
    #[inline]
    pub fn background_noise_reduction(mut self, value: impl Into<Text>) -> Self {
        self.background_noise_reduction = Some(value.into());
        self
    }

    /// Sets [`customer_name`](Self::customer_name): name given to Conversations and Intelligence.
    #[must_use]
    #[inline]
    pub fn customer_name(mut self, value: impl Into<Text>) -> Self {
        self.customer_name = Some(value.into());
        self
    }

    /// Sets [`debug`](Self::debug): debug messages wanted.
    #[must_use]
    #[inline]
    pub fn debug(mut self, value: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        self.debug = Some(value.into_iter().collect());
        self
    }

    /// Sets [`deepgram_smart_format`](Self::deepgram_smart_format): Deepgram smart formatting.
    #[must_use]
    #[inline]
    pub fn deepgram_smart_format(mut self, value: bool) -> Self {
        self.deepgram_smart_format = Some(value);
        self
    }

    /// Sets [`dtmf_detection`](Self::dtmf_detection): report key presses.
    #[must_use]
    #[inline]
    pub fn dtmf_detection(mut self, value: bool) -> Self {
        self.dtmf_detection = Some(value);
        self
    }

    /// Sets [`eager_eot_threshold`](Self::eager_eot_threshold): confidence for the early end-of-turn event.
    #[must_use]
    #[inline]
    pub fn eager_eot_threshold(mut self, value: impl Into<Decimal>) -> Self {
        self.eager_eot_threshold = Some(value.into());
        self
    }

    /// Sets [`echo_prompt_filtering`](Self::echo_prompt_filtering): drop transcripts that echo the agent.
    #[must_use]
    #[inline]
    pub fn echo_prompt_filtering(mut self, value: bool) -> Self {
        self.echo_prompt_filtering = Some(value);
        self
    }

    /// Sets [`elevenlabs_language_text_normalization`](Self::elevenlabs_language_text_normalization): language-specific normalisation.
    #[must_use]
    #[inline]
    pub fn elevenlabs_language_text_normalization(mut self, value: bool) -> Self {
        self.elevenlabs_language_text_normalization = Some(value);
        self
    }

    /// Sets [`elevenlabs_text_normalization`](Self::elevenlabs_text_normalization): ElevenLabs text normalisation.
    #[must_use]
    #[inline]
    pub fn elevenlabs_text_normalization(mut self, value: impl Into<Normalization>) -> Self {
        self.elevenlabs_text_normalization = Some(value.into());
        self
    }

    /// Sets [`events`](Self::events): event messages wanted.
    #[must_use]
    #[inline]
    pub fn events(mut self, value: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        self.events = Some(value.into_iter().collect());
        self
    }

    /// Sets [`hints`](Self::hints): phrases the recogniser should expect.
    #[must_use]
    #[inline]
    pub fn hints(mut self, value: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        self.hints = Some(value.into_iter().collect());
        self
    }

    /// Sets [`ignore_backchannel`](Self::ignore_backchannel): short "uh-huh" does not interrupt.
    #[must_use]
    #[inline]
    pub fn ignore_backchannel(mut self, value: bool) -> Self {
        self.ignore_backchannel = Some(value);
        self
    }

    /// Sets [`include_in_prompt`](Self::include_in_prompt): extra fields in prompt messages.
    #[must_use]
    #[inline]
    pub fn include_in_prompt(mut self, value: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        self.include_in_prompt = Some(value.into_iter().collect());
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
    pub fn interrupt_sensitivity(mut self, value: impl Into<Sensitivity>) -> Self {
        self.interrupt_sensitivity = Some(value.into());
        self
    }

    /// Sets [`interruptible`](Self::interruptible): what may cut speech short.
    #[must_use]
    #[inline]
    pub fn interruptible(mut self, value: impl Into<InterruptBy>) -> Self {
        self.interruptible = Some(value.into());
        self
    }

    /// Sets [`language`](Self::language): language for both directions.
    #[must_use]
    #[inline]
    pub fn language(mut self, value: impl Into<Text>) -> Self {
        self.language = Some(value.into());
        self
    }

    /// Sets [`partial_prompt_on_hangup`](Self::partial_prompt_on_hangup): send the unfinished prompt when the caller hangs up.
    #[must_use]
    #[inline]
    pub fn partial_prompt_on_hangup(mut self, value: bool) -> Self {
        self.partial_prompt_on_hangup = Some(value);
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
    pub fn report_input_during_agent_speech(mut self, value: impl Into<InterruptBy>) -> Self {
        self.report_input_during_agent_speech = Some(value.into());
        self
    }

    /// Sets [`speech_model`](Self::speech_model): recognition model.
    #[must_use]
    #[inline]
    pub fn speech_model(mut self, value: impl Into<Text>) -> Self {
        self.speech_model = Some(value.into());
        self
    }

    /// Sets [`speech_timeout`](Self::speech_timeout): silence that ends an utterance.
    #[must_use]
    #[inline]
    pub fn speech_timeout(mut self, value: impl Into<Text>) -> Self {
        self.speech_timeout = Some(value.into());
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

    /// Sets [`tts_text_normalization`](Self::tts_text_normalization): text normalisation before synthesis.
    #[must_use]
    #[inline]
    pub fn tts_text_normalization(mut self, value: impl Into<Normalization>) -> Self {
        self.tts_text_normalization = Some(value.into());
        self
    }

    /// Sets [`turn_detection`](Self::turn_detection): use turn detection for end of speech.
    #[must_use]
    #[inline]
    pub fn turn_detection(mut self, value: bool) -> Self {
        self.turn_detection = Some(value);
        self
    }

    /// Sets [`voice`](Self::voice): voice of the provider.
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
    pub fn welcome_greeting_interruptible(mut self, value: impl Into<InterruptBy>) -> Self {
        self.welcome_greeting_interruptible = Some(value.into());
        self
    }

    /// Adds [`<Language>`](crate::voice::Language): per-language settings of ConversationRelay.
    #[must_use]
    #[inline]
    pub fn add_language(mut self, language: impl Into<Language>) -> Self {
        add(&mut self.nouns, 384, ConversationRelayNoun::Language(language.into()));
        self
    }

    /// Adds [`<Parameter>`](crate::voice::Parameter): name/value pair passed to the service or far side.
    #[must_use]
    #[inline]
    pub fn parameter(mut self, parameter: impl Into<Parameter>) -> Self {
        add(&mut self.nouns, 384, ConversationRelayNoun::Parameter(parameter.into()));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[ConversationRelayNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<ConversationRelayNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(ConversationRelayNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(ConversationRelayNoun::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`ConversationRelay`].
    ConversationRelayNoun {
        Language(Language) from Language,
        Parameter(Parameter) from Parameter,
    }
}

impl Render for ConversationRelay {
    const TAG: TagName = tag!("ConversationRelay");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("applicationReconnect"), &self.application_reconnect);
        x.attribute(name!("asrSmartFormat"), &self.asr_smart_format);
        x.attribute(name!("backgroundNoiseReduction"), &self.background_noise_reduction);
        x.attribute(name!("customerName"), &self.customer_name);
        x.attribute(name!("debug"), &self.debug);
        x.attribute(name!("deepgramSmartFormat"), &self.deepgram_smart_format);
        x.attribute(name!("dtmfDetection"), &self.dtmf_detection);
        x.attribute(name!("eagerEotThreshold"), &self.eager_eot_threshold);
        x.attribute(name!("echoPromptFiltering"), &self.echo_prompt_filtering);
        x.attribute(name!("elevenlabsLanguageTextNormalization"), &self.elevenlabs_language_text_normalization);
        x.attribute(name!("elevenlabsTextNormalization"), &self.elevenlabs_text_normalization);
        x.attribute(name!("events"), &self.events);
        x.attribute(name!("hints"), &self.hints);
        x.attribute(name!("ignoreBackchannel"), &self.ignore_backchannel);
        x.attribute(name!("includeInPrompt"), &self.include_in_prompt);
        x.attribute(name!("intelligenceService"), &self.intelligence_service);
        x.attribute(name!("interruptSensitivity"), &self.interrupt_sensitivity);
        x.attribute(name!("interruptible"), &self.interruptible);
        x.attribute(name!("language"), &self.language);
        x.attribute(name!("partialPromptOnHangup"), &self.partial_prompt_on_hangup);
        x.attribute(name!("partialPrompts"), &self.partial_prompts);
        x.attribute(name!("preemptible"), &self.preemptible);
        x.attribute(name!("profanityFilter"), &self.profanity_filter);
        x.attribute(name!("reportInputDuringAgentSpeech"), &self.report_input_during_agent_speech);
        x.attribute(name!("speechModel"), &self.speech_model);
        x.attribute(name!("speechTimeout"), &self.speech_timeout);
        x.attribute(name!("transcriptionLanguage"), &self.transcription_language);
        x.attribute(name!("transcriptionProvider"), &self.transcription_provider);
        x.attribute(name!("ttsLanguage"), &self.tts_language);
        x.attribute(name!("ttsLanguageTextNormalization"), &self.tts_language_text_normalization);
        x.attribute(name!("ttsProvider"), &self.tts_provider);
        x.attribute(name!("ttsTextNormalization"), &self.tts_text_normalization);
        x.attribute(name!("turnDetection"), &self.turn_detection);
        x.required(name!("url"), &self.url);
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
        self.nouns.iter().any(|child| matches!(child, ConversationRelayNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for ConversationRelay {
    const NAME: &'static str = "ConversationRelay";
    const REQUIRED: &'static [&'static str] = &["url"];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::new(Text::default());
        let mut url = None;
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "applicationReconnect" => read.set(&mut this.application_reconnect),
            "asrSmartFormat" => read.set(&mut this.asr_smart_format),
            "backgroundNoiseReduction" => read.set(&mut this.background_noise_reduction),
            "customerName" => read.set(&mut this.customer_name),
            "debug" => read.set(&mut this.debug),
            "deepgramSmartFormat" => read.set(&mut this.deepgram_smart_format),
            "dtmfDetection" => read.set(&mut this.dtmf_detection),
            "eagerEotThreshold" => read.set(&mut this.eager_eot_threshold),
            "echoPromptFiltering" => read.set(&mut this.echo_prompt_filtering),
            "elevenlabsLanguageTextNormalization" => read.set(&mut this.elevenlabs_language_text_normalization),
            "elevenlabsTextNormalization" => read.set(&mut this.elevenlabs_text_normalization),
            "events" => read.set(&mut this.events),
            "hints" => read.set(&mut this.hints),
            "ignoreBackchannel" => read.set(&mut this.ignore_backchannel),
            "includeInPrompt" => read.set(&mut this.include_in_prompt),
            "intelligenceService" => read.set(&mut this.intelligence_service),
            "interruptSensitivity" => read.set(&mut this.interrupt_sensitivity),
            "interruptible" => read.set(&mut this.interruptible),
            "language" => read.set(&mut this.language),
            "partialPromptOnHangup" => read.set(&mut this.partial_prompt_on_hangup),
            "partialPrompts" => read.set(&mut this.partial_prompts),
            "preemptible" => read.set(&mut this.preemptible),
            "profanityFilter" => read.set(&mut this.profanity_filter),
            "reportInputDuringAgentSpeech" => read.set(&mut this.report_input_during_agent_speech),
            "speechModel" => read.set(&mut this.speech_model),
            "speechTimeout" => read.set(&mut this.speech_timeout),
            "transcriptionLanguage" => read.set(&mut this.transcription_language),
            "transcriptionProvider" => read.set(&mut this.transcription_provider),
            "ttsLanguage" => read.set(&mut this.tts_language),
            "ttsLanguageTextNormalization" => read.set(&mut this.tts_language_text_normalization),
            "ttsProvider" => read.set(&mut this.tts_provider),
            "ttsTextNormalization" => read.set(&mut this.tts_text_normalization),
            "turnDetection" => read.set(&mut this.turn_detection),
            "url" => read.set(&mut url),
            "voice" => read.set(&mut this.voice),
            "welcomeGreeting" => read.set(&mut this.welcome_greeting),
            "welcomeGreetingInterruptible" => read.set(&mut this.welcome_greeting_interruptible),
            _ => Kept::Unknown,
        })?;
        this.url = reader.required::<Self, _>(tag, "url", url)?;
        this.unchecked = unchecked;
        reader.children(tag, &mut this.nouns)?;
        Ok(this)
    }
}
