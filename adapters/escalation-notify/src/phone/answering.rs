//! What the person hears who answers, and which keys mean what.

use escalation_core::{
    Cause, Delivery, Generation, Installation, ProcessId, Reason, Response, Template,
};
use twilio_rest::{CallbackMethod, CreateCall};
use twiml::VoiceResponse;
use twiml::voice::{Gather, Hangup, Pause};
use url::Url;

use crate::words::Words;

/// What the person hears who answers.
#[derive(Debug, Clone)]
pub struct Answering {
    kind: Kind,
    keys: Vec<(char, Response)>,
}

#[derive(Debug, Clone)]
enum Kind {
    Says(Template),
    Fetches {
        url: String,
        method: CallbackMethod,
    },
    Asks {
        text: Template,
        question: String,
        url: String,
    },
}

/// What a [`Phone`](crate::Phone) cannot use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PhoneError {
    /// A page that Twilio cannot request.
    #[error("`{url}` is no URL that Twilio can request: use http or https, with a host")]
    Url {
        /// The refused URL.
        url: String,
    },
    /// A parameter `escalation` that is not one of ours.
    #[error("`{escalation}` names no escalation: hand over the parameter of the URL as it came")]
    Unknown {
        /// The refused parameter, cut after 200 characters.
        escalation: String,
    },
}

/// The parameter that names the notification's key in URLs.
const PARAMETER: &str = "escalation";

impl Answering {
    /// Says the message twice, or these words for notifications without one, and hangs up. Needs no
    /// web server: the words travel with the call. Whoever answers has got the message. What is
    /// longer than 1,000 characters, or than has room in a call, is cut.
    #[must_use]
    pub const fn saying(otherwise: Template) -> Self {
        Self {
            kind: Kind::Says(otherwise),
            keys: Vec::new(),
        }
    }

    /// Plays the TwiML at this URL, as the original component does (by `GET`). Whoever answers has
    /// got the message.
    ///
    /// # Errors
    /// [`PhoneError::Url`] if it is no URL.
    pub fn fetching(url: impl Into<String>, method: CallbackMethod) -> Result<Self, PhoneError> {
        Ok(Self {
            kind: Kind::Fetches {
                url: checked(url.into())?,
                method,
            },
            keys: Vec::new(),
        })
    }

    /// Says the message, or these words for notifications without one, and the question, twice, and
    /// waits for a [key](Self::key). Twilio posts it to `url`, with the parameter `escalation` added to the query: hand it to
    /// [`Phone::pressed`](crate::Phone::pressed). Only a key with a meaning counts: a machine
    /// answers too.
    ///
    /// # Errors
    /// [`PhoneError::Url`] if it is no URL.
    pub fn asking(
        otherwise: Template,
        question: impl Into<String>,
        url: impl Into<String>,
    ) -> Result<Self, PhoneError> {
        Ok(Self {
            kind: Kind::Asks {
                text: otherwise,
                question: question.into(),
                url: checked(url.into())?,
            },
            keys: Vec::new(),
        })
    }

    /// Gives a key a meaning: `0` to `9`, `*` or `#`; the last one given counts. Without any, every
    /// key acknowledges.
    #[must_use]
    pub fn key(mut self, key: char, response: Response) -> Self {
        self.keys.retain(|(other, _)| *other != key);
        self.keys.push((key, response));
        self
    }

    /// Whether only a key counts.
    pub(super) const fn asks(&self) -> bool {
        matches!(self.kind, Kind::Asks { .. })
    }

    pub(super) fn meaning(&self, digits: &str) -> Response {
        let Some(pressed) = digits.chars().next() else {
            return Response::None;
        };
        if self.keys.is_empty() {
            return Response::Acknowledged;
        }
        self.keys
            .iter()
            .find(|(key, _)| *key == pressed)
            .map_or(Response::None, |(_, response)| *response)
    }

    /// Puts what is heard into the call.
    pub(super) fn put(&self, call: CreateCall, delivery: &Delivery) -> Result<CreateCall, Reason> {
        let words = match &self.kind {
            Kind::Fetches { url, method } => return Ok(call.url(url).method(*method)),
            Kind::Says(text) | Kind::Asks { text, .. } => {
                Words::of(delivery, text)?.spoken(LONGEST)
            }
        };
        let page = |words: String| match &self.kind {
            Kind::Asks { question, url, .. } => {
                let url = with_key(url, delivery.key().as_str());
                let ask = || gather(&url).say(words.clone()).say(question.clone());
                VoiceResponse::new().gather(ask()).gather(ask())
            }
            _ => VoiceResponse::new()
                .say(words.clone())
                .pause(Pause::new())
                .say(words),
        };
        let mut room = words.chars().count();
        loop {
            let twiml = rendered(&page(words.chars().take(room).collect()))?;
            let length = twiml.chars().count();
            if length <= LONGEST_PAGE || room == 0 {
                // Where not even silence has room, Twilio says so.
                return Ok(call.twiml(twiml));
            }
            // Each character takes at least its own place, twice.
            room -= room.min((length - LONGEST_PAGE).div_ceil(2 * LONGEST_ENTITY));
        }
    }

    /// What is heard after a key.
    pub(super) fn after(&self, response: Response, escalation: &str) -> String {
        let page = match (&self.kind, response) {
            (Kind::Asks { question, url, .. }, Response::None) => VoiceResponse::new()
                .gather(gather(&with_key(url, escalation)).say(question.clone())),
            _ => VoiceResponse::new()
                .say("Thank you. Goodbye.")
                .hangup(Hangup::new()),
        };
        // These few words are within every limit; silence would be the worst answer.
        rendered(&page).unwrap_or_else(|_| "<Response/>".to_owned())
    }
}

fn gather(url: &str) -> Gather {
    Gather::new()
        .num_digits(1)
        .timeout(8)
        // Else `#` would end the input, and arrive as no key at all.
        .finish_on_key("")
        .action(url.to_owned())
}

/// Longer messages are cut: nobody listens for more than a minute.
const LONGEST: usize = 1_000;

/// Twilio's limit for TwiML that travels with a call, in characters, markup included.
const LONGEST_PAGE: usize = 4_000;

/// `&quot;`, `&apos;`: what one character may become.
const LONGEST_ENTITY: usize = 6;

fn rendered(page: &VoiceResponse) -> Result<String, Reason> {
    page.to_xml()
        .map_err(|error| Reason::new(Cause::InvalidRequest, error.to_string()))
}

pub(super) fn checked(url: String) -> Result<String, PhoneError> {
    match Url::parse(&url) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") && parsed.has_host() => Ok(url),
        _ => Err(PhoneError::Url { url }),
    }
}

/// The URL, with the key in its query.
pub(super) fn with_key(url: &str, key: &str) -> String {
    match Url::parse(url) {
        Ok(mut url) => {
            url.query_pairs_mut().append_pair(PARAMETER, key);
            url.into()
        }
        // Was checked when it was set.
        Err(_) => url.to_owned(),
    }
}

/// The run of a process that a key is of: its last two parts are the generation and the sequence.
pub(super) fn run_of(
    key: &str,
    installation: Option<&Installation>,
) -> Result<(ProcessId, Generation), PhoneError> {
    let own = match installation {
        Some(installation) => key
            .strip_prefix(installation.as_str())
            .and_then(|rest| rest.strip_prefix('/')),
        None => Some(key),
    };
    let run = own.and_then(|key| {
        let mut parts = key.rsplitn(3, '/');
        parts.next()?.parse::<u32>().ok()?;
        let generation = parts.next()?.parse().ok()?;
        let process = ProcessId::new(parts.next()?).ok()?;
        Some((process, Generation::new(generation)))
    });
    run.ok_or_else(|| PhoneError::Unknown {
        escalation: key.chars().take(200).collect(),
    })
}
