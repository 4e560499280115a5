// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Task};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{Method};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Enqueue>`: put the call into a queue, made on demand.
///
/// Stands in [`VoiceResponse`](crate::voice::VoiceResponse).
/// Holds [`Task`](crate::voice::Task).
/// Text: 1..64 characters; may be omitted with workflowSid.
///
/// Source: <https://www.twilio.com/docs/voice/twiml/enqueue>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enqueue {
    /// The text of the element: a name.
    ///
    /// Rule: 1..64 characters; may be omitted with workflowSid.
    pub queue_name: Option<Text>,
    /// `action`: URL fetched when the instruction finishes; its answer replaces the rest of this document.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/enqueue).
    pub action: Option<Text>,
    /// `maxQueueSize`: size given to the queue.
    ///
    /// Range: at most 5000. [Source](https://www.twilio.com/docs/voice/twiml/enqueue).
    pub max_queue_size: Option<u32>,
    /// `method`: HTTP method for the URL of this element.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/enqueue).
    pub method: Option<Method>,
    /// `waitUrl`: what the waiting caller hears.
    ///
    /// Default: Twilio's classical playlist. Rule: empty = silence; document may hold Play Say Pause Hangup Redirect Leave Gather. [Source](https://www.twilio.com/docs/voice/twiml/enqueue).
    pub wait_url: Option<Text>,
    /// `waitUrlMethod`: HTTP method for waitUrl.
    ///
    /// Default: POST, or GET for the default list. [Source](https://www.twilio.com/docs/voice/twiml/enqueue).
    pub wait_url_method: Option<Method>,
    /// `workflowSid`: TaskRouter workflow that handles the call.
    ///
    /// Rule: WW + 32 hex. [Source](https://www.twilio.com/docs/voice/twiml/enqueue).
    pub workflow_sid: Option<Text>,
    nouns: Vec<EnqueueNoun>,
    unchecked: Unchecked,
}

impl Enqueue {
    /// `<Enqueue>` with this text; [`default`](Self::default) has none.
    #[must_use]
    #[inline]
    pub fn new(queue_name: impl Into<Text>) -> Self {
        Self {
            queue_name: Some(queue_name.into()),
            ..Self::default()
        }
    }

    /// Sets [`action`](Self::action): URL fetched when the instruction finishes; its answer replaces the rest of this document.
    #[must_use]
    #[inline]
    pub fn action(mut self, value: impl Into<Text>) -> Self {
        self.action = Some(value.into());
        self
    }

    /// Sets [`max_queue_size`](Self::max_queue_size): size given to the queue.
    #[must_use]
    #[inline]
    pub fn max_queue_size(mut self, value: u32) -> Self {
        self.max_queue_size = Some(value);
        self
    }

    /// Sets [`method`](Self::method): HTTP method for the URL of this element.
    #[must_use]
    #[inline]
    pub fn method(mut self, value: impl Into<Method>) -> Self {
        self.method = Some(value.into());
        self
    }

    /// Sets [`wait_url`](Self::wait_url): what the waiting caller hears.
    #[must_use]
    #[inline]
    pub fn wait_url(mut self, value: impl Into<Text>) -> Self {
        self.wait_url = Some(value.into());
        self
    }

    /// Sets [`wait_url_method`](Self::wait_url_method): HTTP method for waitUrl.
    #[must_use]
    #[inline]
    pub fn wait_url_method(mut self, value: impl Into<Method>) -> Self {
        self.wait_url_method = Some(value.into());
        self
    }

    /// Sets [`workflow_sid`](Self::workflow_sid): TaskRouter workflow that handles the call.
    #[must_use]
    #[inline]
    pub fn workflow_sid(mut self, value: impl Into<Text>) -> Self {
        self.workflow_sid = Some(value.into());
        self
    }

    /// Adds [`<Task>`](crate::voice::Task): TaskRouter task attributes.
    #[must_use]
    #[inline]
    pub fn task(mut self, task: impl Into<Task>) -> Self {
        add(&mut self.nouns, 384, EnqueueNoun::Task(task.into()));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[EnqueueNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<EnqueueNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(EnqueueNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(EnqueueNoun::Unchecked(UncheckedNode::Element(element.into())));
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
    /// What may stand in [`Enqueue`].
    EnqueueNoun {
        Task(Task) from Task,
    }
}

impl From<&'static str> for Enqueue {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Enqueue {
    #[inline]
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for Enqueue {
    #[inline]
    fn from(text: Text) -> Self {
        Self::new(text)
    }
}

impl Render for Enqueue {
    const TAG: TagName = tag!("Enqueue");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("action"), &self.action);
        x.attribute(name!("maxQueueSize"), &self.max_queue_size);
        x.attribute(name!("method"), &self.method);
        x.attribute(name!("waitUrl"), &self.wait_url);
        x.attribute(name!("waitUrlMethod"), &self.wait_url_method);
        x.attribute(name!("workflowSid"), &self.workflow_sid);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        if let Some(text) = &self.queue_name {
            x.text(text);
        }
        for child in self.nouns.iter() {
            child.render(x);
        }
    }

    fn is_empty(&self) -> bool {
        self.queue_name.is_none() && self.nouns.is_empty()
    }

    fn has_text(&self) -> bool {
        self.queue_name.is_some() || self.nouns.iter().any(|child| matches!(child, EnqueueNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Enqueue {
    const NAME: &'static str = "Enqueue";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "action" => read.set(&mut this.action),
            "maxQueueSize" => read.set(&mut this.max_queue_size),
            "method" => read.set(&mut this.method),
            "waitUrl" => read.set(&mut this.wait_url),
            "waitUrlMethod" => read.set(&mut this.wait_url_method),
            "workflowSid" => read.set(&mut this.workflow_sid),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.text_or_children(tag, &mut this.queue_name, &mut this.nouns)?;
        Ok(this)
    }
}
