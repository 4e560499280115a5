// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{Parameter};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{Method, StreamTrack};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Siprec>`: copy call audio to a SIPREC partner.
///
/// Stands in [`Start`](crate::voice::Start), [`Stop`](crate::voice::Stop).
/// Holds [`Parameter`](crate::voice::Parameter).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/siprec>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Siprec {
    /// `connectorName`: SIPREC connector add-on.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/siprec).
    pub connector_name: Option<Text>,
    /// `name`: handle for Stop.
    ///
    /// Rule: unique per call. [Source](https://www.twilio.com/docs/voice/twiml/siprec).
    pub name: Option<Text>,
    /// `statusCallback`: URL told about state changes; its answer is ignored.
    ///
    /// Rule: host of an absolute URL must be valid, no underscore. [Source](https://www.twilio.com/docs/voice/twiml/siprec).
    pub status_callback: Option<Text>,
    /// `statusCallbackMethod`: HTTP method for statusCallback.
    ///
    /// Default: `POST` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/siprec).
    pub status_callback_method: Option<Method>,
    /// `track`: side that is sent.
    ///
    /// Default: `both_tracks` (unverified). [Source](https://www.twilio.com/docs/voice/twiml/siprec).
    pub track: Option<StreamTrack>,
    nouns: Vec<SiprecNoun>,
    unchecked: Unchecked,
}

impl Siprec {
    /// `<Siprec>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`connector_name`](Self::connector_name): SIPREC connector add-on.
    #[must_use]
    #[inline]
    pub fn connector_name(mut self, value: impl Into<Text>) -> Self {
        self.connector_name = Some(value.into());
        self
    }

    /// Sets [`name`](Self::name): handle for Stop.
    #[must_use]
    #[inline]
    pub fn name(mut self, value: impl Into<Text>) -> Self {
        self.name = Some(value.into());
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

    /// Sets [`track`](Self::track): side that is sent.
    #[must_use]
    #[inline]
    pub fn track(mut self, value: impl Into<StreamTrack>) -> Self {
        self.track = Some(value.into());
        self
    }

    /// Adds [`<Parameter>`](crate::voice::Parameter): name/value pair passed to the service or far side.
    #[must_use]
    #[inline]
    pub fn parameter(mut self, parameter: impl Into<Parameter>) -> Self {
        add(&mut self.nouns, 384, SiprecNoun::Parameter(parameter.into()));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[SiprecNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<SiprecNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(SiprecNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(SiprecNoun::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`Siprec`].
    SiprecNoun {
        Parameter(Parameter) from Parameter,
    }
}

impl Render for Siprec {
    const TAG: TagName = tag!("Siprec");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("connectorName"), &self.connector_name);
        x.attribute(name!("name"), &self.name);
        x.attribute(name!("statusCallback"), &self.status_callback);
        x.attribute(name!("statusCallbackMethod"), &self.status_callback_method);
        x.attribute(name!("track"), &self.track);
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
        self.nouns.iter().any(|child| matches!(child, SiprecNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Siprec {
    const NAME: &'static str = "Siprec";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "connectorName" => read.set(&mut this.connector_name),
            "name" => read.set(&mut this.name),
            "statusCallback" => read.set(&mut this.status_callback),
            "statusCallbackMethod" => read.set(&mut this.status_callback_method),
            "track" => read.set(&mut this.track),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.children(tag, &mut this.nouns)?;
        Ok(this)
    }
}
