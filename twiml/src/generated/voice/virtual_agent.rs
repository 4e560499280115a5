// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{Config, Parameter};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{Method};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<VirtualAgent>`: hand the call to Dialogflow.
///
/// Stands in [`Connect`](crate::voice::Connect).
/// Holds [`Config`](crate::voice::Config), [`Parameter`](crate::voice::Parameter).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/connect/virtualagent>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VirtualAgent {
    /// `connectorName`: connector or conversation profile.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect/virtualagent).
    pub connector_name: Option<Text>,
    /// `language`: language to recognise.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/connect/virtualagent).
    pub language: Option<Text>,
    /// `sentimentAnalysis`: score sentiment.
    ///
    /// Default: `false` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/connect/virtualagent).
    pub sentiment_analysis: Option<bool>,
    /// `statusCallback`: URL told about state changes; its answer is ignored.
    ///
    /// Rule: host of an absolute URL must be valid, no underscore. [Source](https://www.twilio.com/docs/voice/twiml/connect/virtualagent).
    pub status_callback: Option<Text>,
    /// `statusCallbackMethod`: HTTP method for statusCallback.
    ///
    /// Default: `POST` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/connect/virtualagent).
    pub status_callback_method: Option<Method>,
    nouns: Vec<VirtualAgentNoun>,
    unchecked: Unchecked,
}

impl VirtualAgent {
    /// `<VirtualAgent>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`connector_name`](Self::connector_name): connector or conversation profile.
    #[must_use]
    #[inline]
    pub fn connector_name(mut self, value: impl Into<Text>) -> Self {
        self.connector_name = Some(value.into());
        self
    }

    /// Sets [`language`](Self::language): language to recognise.
    #[must_use]
    #[inline]
    pub fn language(mut self, value: impl Into<Text>) -> Self {
        self.language = Some(value.into());
        self
    }

    /// Sets [`sentiment_analysis`](Self::sentiment_analysis): score sentiment.
    #[must_use]
    #[inline]
    pub fn sentiment_analysis(mut self, value: bool) -> Self {
        self.sentiment_analysis = Some(value);
        self
    }

    /// Sets [`status_callback`](Self::status_callback): URL told about state changes; its answer is ignored.
    #[must_use]
    #[inline]
    pub fn status_callback(mut self, value: impl Into<Text>) -> Self {
        self.status_callback = Some(value.into());
        self
    }

    /// Sets [`status_callback_method`](Self::status_callback_method): HTTP method for statusCallback.
    #[must_use]
    #[inline]
    pub fn status_callback_method(mut self, value: impl Into<Method>) -> Self {
        self.status_callback_method = Some(value.into());
        self
    }

    /// Adds [`<Config>`](crate::voice::Config): name/value setting of Transcription or VirtualAgent.
    #[must_use]
    #[inline]
    pub fn config(mut self, config: impl Into<Config>) -> Self {
        add(&mut self.nouns, 384, VirtualAgentNoun::Config(config.into()));
        self
    }

    /// Adds [`<Parameter>`](crate::voice::Parameter): name/value pair passed to the service or far side.
    #[must_use]
    #[inline]
    pub fn parameter(mut self, parameter: impl Into<Parameter>) -> Self {
        add(&mut self.nouns, 384, VirtualAgentNoun::Parameter(parameter.into()));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[VirtualAgentNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<VirtualAgentNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(VirtualAgentNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(VirtualAgentNoun::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`VirtualAgent`].
    VirtualAgentNoun {
        Config(Config) from Config,
        Parameter(Parameter) from Parameter,
    }
}

impl Render for VirtualAgent {
    const TAG: TagName = tag!("VirtualAgent");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("connectorName"), &self.connector_name);
        x.attribute(name!("language"), &self.language);
        x.attribute(name!("sentimentAnalysis"), &self.sentiment_analysis);
        x.attribute(name!("statusCallback"), &self.status_callback);
        x.attribute(name!("statusCallbackMethod"), &self.status_callback_method);
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
        self.nouns.iter().any(|child| matches!(child, VirtualAgentNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for VirtualAgent {
    const NAME: &'static str = "VirtualAgent";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "connectorName" => read.set(&mut this.connector_name),
            "language" => read.set(&mut this.language),
            "sentimentAnalysis" => read.set(&mut this.sentiment_analysis),
            "statusCallback" => read.set(&mut this.status_callback),
            "statusCallbackMethod" => read.set(&mut this.status_callback_method),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.children(tag, &mut this.nouns)?;
        Ok(this)
    }
}
