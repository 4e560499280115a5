// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{Pause, Play, Say};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{CommaList, GatherInput, GatherLanguage, Method, Seconds, SpaceList, SpeechTimeout};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Gather>`: collect keypad digits and/or speech while nested verbs play.
///
/// Stands in [`VoiceResponse`](crate::voice::VoiceResponse).
/// Holds [`Pause`](crate::voice::Pause), [`Play`](crate::voice::Play), [`Say`](crate::voice::Say).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/gather>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gather {
    /// `action`: URL that receives the input.
    ///
    /// Default: current document. Rule: must be absolute when the TwiML was given inline to the Calls API. [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub action: Option<Text>,
    /// `actionOnEmptyResult`: call action even when nothing was entered.
    ///
    /// Default: `false`. [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub action_on_empty_result: Option<bool>,
    /// `bargeIn`: let speech stop the nested prompt.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub barge_in: Option<bool>,
    /// `debug`: extra recogniser diagnostics.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub debug: Option<bool>,
    /// `enhanced`: use the dearer recogniser.
    ///
    /// Default: `false`. Rule: only Google STT v1 phone\_call. **Deprecated**: docs: only for the old Google v1 model. [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub enhanced: Option<bool>,
    /// `finishOnKey`: key that ends the input.
    ///
    /// Default: `#`. Rule: one of 0-9 # \*, or empty for none. [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub finish_on_key: Option<Text>,
    /// `hints`: phrases the recogniser should expect.
    ///
    /// Rule: comma separated; provider class tokens allowed. [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub hints: Option<CommaList>,
    /// `input`: what is accepted.
    ///
    /// Default: `dtmf`. Rule: space separated set. [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub input: Option<SpaceList<GatherInput>>,
    /// `language`: language to recognise.
    ///
    /// Default: `en-US`. Rule: open set; depends on speechModel. [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub language: Option<GatherLanguage>,
    /// `maxSpeechTime`: longest utterance.
    ///
    /// In seconds. [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub max_speech_time: Option<Seconds>,
    /// `method`: HTTP method for the URL of this element.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub method: Option<Method>,
    /// `numDigits`: stop after so many digits.
    ///
    /// Default: `unlimited`. Range: >= 1. [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub num_digits: Option<u32>,
    /// `partialResultCallback`: URL told interim speech results.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub partial_result_callback: Option<Text>,
    /// `partialResultCallbackMethod`: HTTP method for partialResultCallback.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub partial_result_callback_method: Option<Method>,
    /// `profanityFilter`: mask swear words in transcripts.
    ///
    /// Default: `true`. [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub profanity_filter: Option<bool>,
    /// `speechModel`: speech-to-text model.
    ///
    /// Default: `default`. Rule: default numbers\_and\_commands phone\_call experimental\_conversations experimental\_utterances googlev2\_long googlev2\_short googlev2\_telephony googlev2\_telephony\_short deepgram\_\*. [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub speech_model: Option<Text>,
    /// `speechTimeout`: silence that ends an utterance, seconds.
    ///
    /// Default: value of timeout. Rule: positive integer or auto; auto not with model default. [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub speech_timeout: Option<SpeechTimeout>,
    /// `timeout`: silence before the input is given up or sent.
    ///
    /// Default: `5`. In seconds. Range: >= 1 seconds. [Source](https://www.twilio.com/docs/voice/twiml/gather).
    pub timeout: Option<Seconds>,
    children: Vec<GatherVerb>,
    unchecked: Unchecked,
}

impl Gather {
    /// `<Gather>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`action`](Self::action): URL that receives the input.
    #[must_use]
    #[inline]
    pub fn action(mut self, value: impl Into<Text>) -> Self {
        self.action = Some(value.into());
        self
    }

    /// Sets [`action_on_empty_result`](Self::action_on_empty_result): call action even when nothing was entered.
    #[must_use]
    #[inline]
    pub fn action_on_empty_result(mut self, value: bool) -> Self {
        self.action_on_empty_result = Some(value);
        self
    }

    /// Sets [`barge_in`](Self::barge_in): let speech stop the nested prompt.
    #[must_use]
    #[inline]
    pub fn barge_in(mut self, value: bool) -> Self {
        self.barge_in = Some(value);
        self
    }

    /// Sets [`debug`](Self::debug): extra recogniser diagnostics.
    #[must_use]
    #[inline]
    pub fn debug(mut self, value: bool) -> Self {
        self.debug = Some(value);
        self
    }

    /// Sets [`enhanced`](Self::enhanced): use the dearer recogniser.
    #[must_use]
    #[inline]
    pub fn enhanced(mut self, value: bool) -> Self {
        self.enhanced = Some(value);
        self
    }

    /// Sets [`finish_on_key`](Self::finish_on_key): key that ends the input.
    #[must_use]
    #[inline]
    pub fn finish_on_key(mut self, value: impl Into<Text>) -> Self {
        self.finish_on_key = Some(value.into());
        self
    }

    /// Sets [`hints`](Self::hints): phrases the recogniser should expect.
    #[must_use]
    #[inline]
    pub fn hints(mut self, value: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        self.hints = Some(value.into_iter().collect());
        self
    }

    /// Sets [`input`](Self::input): what is accepted.
    #[must_use]
    #[inline]
    pub fn input(mut self, value: impl IntoIterator<Item = impl Into<GatherInput>>) -> Self {
        self.input = Some(value.into_iter().collect());
        self
    }

    /// Sets [`language`](Self::language): language to recognise.
    #[must_use]
    #[inline]
    pub fn language(mut self, value: impl Into<GatherLanguage>) -> Self {
        self.language = Some(value.into());
        self
    }

    /// Sets [`max_speech_time`](Self::max_speech_time): longest utterance.
    #[must_use]
    #[inline]
    pub fn max_speech_time(mut self, value: impl Into<Seconds>) -> Self {
        self.max_speech_time = Some(value.into());
        self
    }

    /// Sets [`method`](Self::method): HTTP method for the URL of this element.
    #[must_use]
    #[inline]
    pub fn method(mut self, value: impl Into<Method>) -> Self {
        self.method = Some(value.into());
        self
    }

    /// Sets [`num_digits`](Self::num_digits): stop after so many digits.
    #[must_use]
    #[inline]
    pub fn num_digits(mut self, value: u32) -> Self {
        self.num_digits = Some(value);
        self
    }

    /// Sets [`partial_result_callback`](Self::partial_result_callback): URL told interim speech results.
    #[must_use]
    #[inline]
    pub fn partial_result_callback(mut self, value: impl Into<Text>) -> Self {
        self.partial_result_callback = Some(value.into());
        self
    }

    /// Sets [`partial_result_callback_method`](Self::partial_result_callback_method): HTTP method for partialResultCallback.
    #[must_use]
    #[inline]
    pub fn partial_result_callback_method(mut self, value: impl Into<Method>) -> Self {
        self.partial_result_callback_method = Some(value.into());
        self
    }

    /// Sets [`profanity_filter`](Self::profanity_filter): mask swear words in transcripts.
    #[must_use]
    #[inline]
    pub fn profanity_filter(mut self, value: bool) -> Self {
        self.profanity_filter = Some(value);
        self
    }

    /// Sets [`speech_model`](Self::speech_model): speech-to-text model.
    #[must_use]
    #[inline]
    pub fn speech_model(mut self, value: impl Into<Text>) -> Self {
        self.speech_model = Some(value.into());
        self
    }

    /// Sets [`speech_timeout`](Self::speech_timeout): silence that ends an utterance, seconds.
    #[must_use]
    #[inline]
    pub fn speech_timeout(mut self, value: impl Into<SpeechTimeout>) -> Self {
        self.speech_timeout = Some(value.into());
        self
    }

    /// Sets [`timeout`](Self::timeout): silence before the input is given up or sent.
    #[must_use]
    #[inline]
    pub fn timeout(mut self, value: impl Into<Seconds>) -> Self {
        self.timeout = Some(value.into());
        self
    }

    /// Adds [`<Pause>`](crate::voice::Pause): wait silently; as first verb it also delays answering.
    #[must_use]
    #[inline]
    pub fn pause(mut self, pause: impl Into<Pause>) -> Self {
        add(&mut self.children, 384, GatherVerb::Pause(pause.into()));
        self
    }

    /// Adds [`<Play>`](crate::voice::Play): play an audio file, or DTMF tones with digits.
    #[must_use]
    #[inline]
    pub fn play(mut self, play: impl Into<Play>) -> Self {
        add(&mut self.children, 384, GatherVerb::Play(play.into()));
        self
    }

    /// Adds [`<Say>`](crate::voice::Say): speak text to the party on the line.
    #[must_use]
    #[inline]
    pub fn say(mut self, say: impl Into<Say>) -> Self {
        add(&mut self.children, 384, GatherVerb::Say(say.into()));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn children(&self) -> &[GatherVerb] {
        &self.children
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<GatherVerb>) {
        self.children.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.children.push(GatherVerb::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.children.push(GatherVerb::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`Gather`].
    GatherVerb {
        Pause(Pause) from Pause,
        Play(Play) from Play,
        Say(Say) from Say,
    }
}

impl Render for Gather {
    const TAG: TagName = tag!("Gather");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("action"), &self.action);
        x.attribute(name!("actionOnEmptyResult"), &self.action_on_empty_result);
        x.attribute(name!("bargeIn"), &self.barge_in);
        x.attribute(name!("debug"), &self.debug);
        x.attribute(name!("enhanced"), &self.enhanced);
        x.attribute(name!("finishOnKey"), &self.finish_on_key);
        x.attribute(name!("hints"), &self.hints);
        x.attribute(name!("input"), &self.input);
        x.attribute(name!("language"), &self.language);
        x.attribute(name!("maxSpeechTime"), &self.max_speech_time);
        x.attribute(name!("method"), &self.method);
        x.attribute(name!("numDigits"), &self.num_digits);
        x.attribute(name!("partialResultCallback"), &self.partial_result_callback);
        x.attribute(name!("partialResultCallbackMethod"), &self.partial_result_callback_method);
        x.attribute(name!("profanityFilter"), &self.profanity_filter);
        x.attribute(name!("speechModel"), &self.speech_model);
        x.attribute(name!("speechTimeout"), &self.speech_timeout);
        x.attribute(name!("timeout"), &self.timeout);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        for child in self.children.iter() {
            child.render(x);
        }
    }

    fn is_empty(&self) -> bool {
        self.children.is_empty()
    }

    fn has_text(&self) -> bool {
        self.children.iter().any(|child| matches!(child, GatherVerb::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Gather {
    const NAME: &'static str = "Gather";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &["grammar", "grammarUrl", "secure"];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "action" => read.set(&mut this.action),
            "actionOnEmptyResult" => read.set(&mut this.action_on_empty_result),
            "bargeIn" => read.set(&mut this.barge_in),
            "debug" => read.set(&mut this.debug),
            "enhanced" => read.set(&mut this.enhanced),
            "finishOnKey" => read.set(&mut this.finish_on_key),
            "hints" => read.set(&mut this.hints),
            "input" => read.set(&mut this.input),
            "language" => read.set(&mut this.language),
            "maxSpeechTime" => read.set(&mut this.max_speech_time),
            "method" => read.set(&mut this.method),
            "numDigits" => read.set(&mut this.num_digits),
            "partialResultCallback" => read.set(&mut this.partial_result_callback),
            "partialResultCallbackMethod" => read.set(&mut this.partial_result_callback_method),
            "profanityFilter" => read.set(&mut this.profanity_filter),
            "speechModel" => read.set(&mut this.speech_model),
            "speechTimeout" => read.set(&mut this.speech_timeout),
            "timeout" => read.set(&mut this.timeout),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.children(tag, &mut this.children)?;
        Ok(this)
    }
}
