//! A document of either kind.

use twiml::lint::Family;
use twiml::messaging::Verb as MessagingVerb;
use twiml::parse::ParseOptions;
use twiml::render::{RenderError, RenderOptions};
use twiml::voice::Verb as VoiceVerb;
use twiml::{MessagingResponse, ParseError, VoiceResponse};

/// An answer to a call or to a message, with whatever in it is unknown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Voice(VoiceResponse),
    Messaging(MessagingResponse),
}

impl Answer {
    /// Reads a document; without a family, of the kind that knows more of its verbs, and voice if neither
    /// does, as lint judges it.
    pub(crate) fn read(document: &str, family: Option<Family>) -> Result<Self, ParseError> {
        // Deeper and longer than Twilio ever reads: what is written back need not be good, only well-formed.
        let options = ParseOptions::new()
            .lenient()
            .max_bytes(usize::MAX)
            .max_depth(200);
        let voice = || VoiceResponse::parse_with(document, &options);
        let messaging = || MessagingResponse::parse_with(document, &options);
        match family {
            Some(Family::Voice) => voice().map(Self::Voice),
            Some(Family::Messaging) => messaging().map(Self::Messaging),
            _ => {
                let (voice, messaging) = (voice()?, messaging()?);
                let unknown = |verb: &&VoiceVerb| matches!(verb, VoiceVerb::Unchecked(_));
                let unknown_to_voice = voice.verbs().iter().filter(unknown).count();
                let unknown = |verb: &&MessagingVerb| matches!(verb, MessagingVerb::Unchecked(_));
                let unknown_to_messaging = messaging.verbs().iter().filter(unknown).count();
                Ok(if unknown_to_messaging < unknown_to_voice {
                    Self::Messaging(messaging)
                } else {
                    Self::Voice(voice)
                })
            }
        }
    }

    /// The document as text.
    pub(crate) fn render(&self, options: &RenderOptions) -> Result<String, RenderError> {
        let mut out = String::new();
        match self {
            Self::Voice(answer) => answer.write_to(&mut out, options)?,
            Self::Messaging(answer) => answer.write_to(&mut out, options)?,
        }
        Ok(out)
    }
}
