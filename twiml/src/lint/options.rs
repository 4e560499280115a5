use super::Family;

/// What lint should know about a document beyond its text.
///
/// ```
/// use twiml::lint::{Delivery, LintOptions, Rule, lint};
///
/// let document = "<Response><Gather action=\"/menu\"><Say>Press 1.</Say></Gather></Response>";
/// assert_eq!(lint(document, &LintOptions::new()), []);
/// let findings = lint(document, &LintOptions::new().delivery(Delivery::Inline));
/// assert_eq!(findings[0].rule, Rule::RelativeUrl);
/// assert_eq!(findings[0].code, Some(15004));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LintOptions {
    /// The kind of document; `None`, the default, judges by the verbs.
    pub family: Option<Family>,
    /// What the document is for. Default: an answer.
    pub purpose: Purpose,
    /// How the document gets to Twilio. Default: fetched from a URL.
    pub delivery: Delivery,
}

/// What a document is for, which decides the verbs that may stand in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// The answer to a call or a message.
    #[default]
    Answer,
    /// `waitUrl` of `<Enqueue>`: what a waiting caller hears.
    EnqueueWait,
    /// `waitUrl` of `<Conference>`.
    ConferenceWait,
    /// `url` of `<Number>`, `<Client>`, `<Sip>`: what the called party hears before the bridge.
    Whisper,
    /// `url` of `<Queue>`: what the waiting caller hears before the bridge.
    QueueWhisper,
}

/// How a document gets to Twilio.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Delivery {
    /// Fetched from a URL, against which relative ones are resolved.
    #[default]
    Fetched,
    /// Given as `Twiml` to the REST API: there is no URL to resolve relative ones against.
    Inline,
}

impl LintOptions {
    /// An answer, fetched from a URL, of whichever kind its verbs show.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            family: None,
            purpose: Purpose::Answer,
            delivery: Delivery::Fetched,
        }
    }

    /// Sets the kind of document.
    #[must_use]
    pub const fn family(mut self, family: Family) -> Self {
        self.family = Some(family);
        self
    }

    /// Sets what the document is for.
    #[must_use]
    pub const fn purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = purpose;
        self
    }

    /// Sets how the document gets to Twilio.
    #[must_use]
    pub const fn delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }
}

impl Default for LintOptions {
    fn default() -> Self {
        Self::new()
    }
}
