// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{Config, Parameter};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{CommaList, Method, StreamTrack};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Transcription>`: live speech-to-text of the call.
///
/// Stands in [`Start`](crate::voice::Start), [`Stop`](crate::voice::Stop).
/// Holds [`Config`](crate::voice::Config), [`Parameter`](crate::voice::Parameter).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/transcription>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcription {
    /// `conversationConfiguration`: Conversation Orchestrator configuration.
    ///
    /// In no official helper library. [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub conversation_configuration: Option<Text>,
    /// `conversationId`: Conversation Orchestrator conversation.
    ///
    /// In no official helper library. [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub conversation_id: Option<Text>,
    /// `enableAutomaticPunctuation`: add punctuation.
    ///
    /// Default: `true`. [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub enable_automatic_punctuation: Option<bool>,
    /// `enableProviderData`: pass the provider's raw data on.
    ///
    /// Default: `false`. In no official helper library. [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub enable_provider_data: Option<bool>,
    /// `hints`: phrases the recogniser should expect.
    ///
    /// Rule: comma separated. [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub hints: Option<CommaList>,
    /// `inboundTrackLabel`: label for the inbound side.
    ///
    /// Rule: alphanumeric. [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub inbound_track_label: Option<Text>,
    /// `intelligenceService`: SID or unique name of a Conversational Intelligence service that keeps the transcript.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub intelligence_service: Option<Text>,
    /// `languageCode`: language to recognise.
    ///
    /// Default: `en-US`. [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub language_code: Option<Text>,
    /// `name`: handle for Stop.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub name: Option<Text>,
    /// `outboundTrackLabel`: label for the outbound side.
    ///
    /// Rule: alphanumeric. [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub outbound_track_label: Option<Text>,
    /// `partialResults`: send interim text.
    ///
    /// Default: `false`. [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub partial_results: Option<bool>,
    /// `profanityFilter`: mask swear words in transcripts.
    ///
    /// Default: `true`. [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub profanity_filter: Option<bool>,
    /// `speechModel`: provider model.
    ///
    /// Default: `telephony`. [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub speech_model: Option<Text>,
    /// `statusCallbackMethod`: HTTP method for statusCallback.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub status_callback_method: Option<Method>,
    /// `statusCallbackUrl`: URL that gets events and text.
    ///
    /// Rule: absolute. [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub status_callback_url: Option<Text>,
    /// `track`: side that is transcribed.
    ///
    /// Default: `both_tracks`. [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub track: Option<StreamTrack>,
    /// `transcriptionEngine`: provider.
    ///
    /// Default: `google`. Rule: google | deepgram. [Source](https://www.twilio.com/docs/voice/twiml/transcription).
    pub transcription_engine: Option<Text>,
    nouns: Vec<TranscriptionNoun>,
    unchecked: Unchecked,
}

impl Transcription {
    /// `<Transcription>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`conversation_configuration`](Self::conversation_configuration): Conversation Orchestrator configuration.
    #[must_use]
    #[inline]
    pub fn conversation_configuration(mut self, value: impl Into<Text>) -> Self {
        self.conversation_configuration = Some(value.into());
        self
    }

    /// Sets [`conversation_id`](Self::conversation_id): Conversation Orchestrator conversation.
    #[must_use]
    #[inline]
    pub fn conversation_id(mut self, value: impl Into<Text>) -> Self {
        self.conversation_id = Some(value.into());
        self
    }

    /// Sets [`enable_automatic_punctuation`](Self::enable_automatic_punctuation): add punctuation.
    #[must_use]
    #[inline]
    pub fn enable_automatic_punctuation(mut self, value: bool) -> Self {
        self.enable_automatic_punctuation = Some(value);
        self
    }

    /// Sets [`enable_provider_data`](Self::enable_provider_data): pass the provider's raw data on.
    #[must_use]
    #[inline]
    pub fn enable_provider_data(mut self, value: bool) -> Self {
        self.enable_provider_data = Some(value);
        self
    }

    /// Sets [`hints`](Self::hints): phrases the recogniser should expect.
    #[must_use]
    #[inline]
    pub fn hints(mut self, value: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        self.hints = Some(value.into_iter().collect());
        self
    }

    /// Sets [`inbound_track_label`](Self::inbound_track_label): label for the inbound side.
    #[must_use]
    #[inline]
    pub fn inbound_track_label(mut self, value: impl Into<Text>) -> Self {
        self.inbound_track_label = Some(value.into());
        self
    }

    /// Sets [`intelligence_service`](Self::intelligence_service): SID or unique name of a Conversational Intelligence service that keeps the transcript.
    #[must_use]
    #[inline]
    pub fn intelligence_service(mut self, value: impl Into<Text>) -> Self {
        self.intelligence_service = Some(value.into());
        self
    }

    /// Sets [`language_code`](Self::language_code): language to recognise.
    #[must_use]
    #[inline]
    pub fn language_code(mut self, value: impl Into<Text>) -> Self {
        self.language_code = Some(value.into());
        self
    }

    /// Sets [`name`](Self::name): handle for Stop.
    #[must_use]
    #[inline]
    pub fn name(mut self, value: impl Into<Text>) -> Self {
        self.name = Some(value.into());
        self
    }

    /// Sets [`outbound_track_label`](Self::outbound_track_label): label for the outbound side.
    #[must_use]
    #[inline]
    pub fn outbound_track_label(mut self, value: impl Into<Text>) -> Self {
        self.outbound_track_label = Some(value.into());
        self
    }

    /// Sets [`partial_results`](Self::partial_results): send interim text.
    #[must_use]
    #[inline]
    pub fn partial_results(mut self, value: bool) -> Self {
        self.partial_results = Some(value);
        self
    }

    /// Sets [`profanity_filter`](Self::profanity_filter): mask swear words in transcripts.
    #[must_use]
    #[inline]
    pub fn profanity_filter(mut self, value: bool) -> Self {
        self.profanity_filter = Some(value);
        self
    }

    /// Sets [`speech_model`](Self::speech_model): provider model.
    #[must_use]
    #[inline]
    pub fn speech_model(mut self, value: impl Into<Text>) -> Self {
        self.speech_model = Some(value.into());
        self
    }

    /// Sets [`status_callback_method`](Self::status_callback_method): HTTP method for statusCallback.
    #[must_use]
    #[inline]
    pub fn status_callback_method(mut self, value: impl Into<Method>) -> Self {
        self.status_callback_method = Some(value.into());
        self
    }

    /// Sets [`status_callback_url`](Self::status_callback_url): URL that gets events and text.
    #[must_use]
    #[inline]
    pub fn status_callback_url(mut self, value: impl Into<Text>) -> Self {
        self.status_callback_url = Some(value.into());
        self
    }

    /// Sets [`track`](Self::track): side that is transcribed.
    #[must_use]
    #[inline]
    pub fn track(mut self, value: impl Into<StreamTrack>) -> Self {
        self.track = Some(value.into());
        self
    }

    /// Sets [`transcription_engine`](Self::transcription_engine): provider.
    #[must_use]
    #[inline]
    pub fn transcription_engine(mut self, value: impl Into<Text>) -> Self {
        self.transcription_engine = Some(value.into());
        self
    }

    /// Adds [`<Config>`](crate::voice::Config): name/value setting of Transcription or VirtualAgent.
    #[must_use]
    #[inline]
    pub fn config(mut self, config: impl Into<Config>) -> Self {
        add(&mut self.nouns, 384, TranscriptionNoun::Config(config.into()));
        self
    }

    /// Adds [`<Parameter>`](crate::voice::Parameter): name/value pair passed to the service or far side.
    #[must_use]
    #[inline]
    pub fn parameter(mut self, parameter: impl Into<Parameter>) -> Self {
        add(&mut self.nouns, 384, TranscriptionNoun::Parameter(parameter.into()));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[TranscriptionNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<TranscriptionNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(TranscriptionNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(TranscriptionNoun::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`Transcription`].
    TranscriptionNoun {
        Config(Config) from Config,
        Parameter(Parameter) from Parameter,
    }
}

impl Render for Transcription {
    const TAG: TagName = tag!("Transcription");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("conversationConfiguration"), &self.conversation_configuration);
        x.attribute(name!("conversationId"), &self.conversation_id);
        x.attribute(name!("enableAutomaticPunctuation"), &self.enable_automatic_punctuation);
        x.attribute(name!("enableProviderData"), &self.enable_provider_data);
        x.attribute(name!("hints"), &self.hints);
        x.attribute(name!("inboundTrackLabel"), &self.inbound_track_label);
        x.attribute(name!("intelligenceService"), &self.intelligence_service);
        x.attribute(name!("languageCode"), &self.language_code);
        x.attribute(name!("name"), &self.name);
        x.attribute(name!("outboundTrackLabel"), &self.outbound_track_label);
        x.attribute(name!("partialResults"), &self.partial_results);
        x.attribute(name!("profanityFilter"), &self.profanity_filter);
        x.attribute(name!("speechModel"), &self.speech_model);
        x.attribute(name!("statusCallbackMethod"), &self.status_callback_method);
        x.attribute(name!("statusCallbackUrl"), &self.status_callback_url);
        x.attribute(name!("track"), &self.track);
        x.attribute(name!("transcriptionEngine"), &self.transcription_engine);
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
        self.nouns.iter().any(|child| matches!(child, TranscriptionNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Transcription {
    const NAME: &'static str = "Transcription";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "conversationConfiguration" => read.set(&mut this.conversation_configuration),
            "conversationId" => read.set(&mut this.conversation_id),
            "enableAutomaticPunctuation" => read.set(&mut this.enable_automatic_punctuation),
            "enableProviderData" => read.set(&mut this.enable_provider_data),
            "hints" => read.set(&mut this.hints),
            "inboundTrackLabel" => read.set(&mut this.inbound_track_label),
            "intelligenceService" => read.set(&mut this.intelligence_service),
            "languageCode" => read.set(&mut this.language_code),
            "name" => read.set(&mut this.name),
            "outboundTrackLabel" => read.set(&mut this.outbound_track_label),
            "partialResults" => read.set(&mut this.partial_results),
            "profanityFilter" => read.set(&mut this.profanity_filter),
            "speechModel" => read.set(&mut this.speech_model),
            "statusCallbackMethod" => read.set(&mut this.status_callback_method),
            "statusCallbackUrl" => read.set(&mut this.status_callback_url),
            "track" => read.set(&mut this.track),
            "transcriptionEngine" => read.set(&mut this.transcription_engine),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.children(tag, &mut this.nouns)?;
        Ok(this)
    }
}
