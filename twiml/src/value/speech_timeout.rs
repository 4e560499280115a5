use core::time::Duration;

use super::{AttributeValue, Seconds};
use crate::render::Xml;

/// The silence that ends an utterance: a number of seconds, or as Twilio sees fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SpeechTimeout {
    /// `auto`: Twilio notices the end of a sentence.
    Auto,
    /// So many seconds of silence.
    Seconds(Seconds),
}

impl From<i32> for SpeechTimeout {
    fn from(seconds: i32) -> Self {
        Self::Seconds(seconds.into())
    }
}

impl From<Seconds> for SpeechTimeout {
    fn from(seconds: Seconds) -> Self {
        Self::Seconds(seconds)
    }
}

impl From<Duration> for SpeechTimeout {
    fn from(span: Duration) -> Self {
        Self::Seconds(span.into())
    }
}

impl AttributeValue for SpeechTimeout {
    const EXPECTED: &'static str = "a whole number of seconds, or auto";

    fn write(&self, x: &mut Xml<'_>) {
        match self {
            Self::Auto => x.plain("auto"),
            Self::Seconds(seconds) => seconds.write(x),
        }
    }

    fn read(value: &str) -> Option<Self> {
        if value == "auto" {
            Some(Self::Auto)
        } else {
            Seconds::read(value).map(Self::Seconds)
        }
    }
}
