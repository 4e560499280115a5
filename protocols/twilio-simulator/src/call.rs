//! What is known of a call from outside.

use std::time::Duration;

use chrono::{DateTime, Utc};
use twilio_webhook::{CallSid, CallStatus, Direction};

/// What a call's person heard, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Heard {
    /// What.
    pub what: Sound,
    /// When it began.
    pub from: DateTime<Utc>,
    /// When it ended; none while it lasts.
    pub until: Option<DateTime<Utc>>,
    /// How many times it began, one after the other (`loop`).
    pub times: u32,
    /// Whether it ended before its time.
    pub cut: bool,
}

/// A sound on the line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sound {
    /// Text spoken by `<Say>`.
    Speech(String),
    /// Media played by `<Play>`.
    Media(String),
    /// The beep before a recording.
    Beep,
    /// The person on another leg.
    Person(CallSid),
    /// A conference of this name.
    Conference(String),
    /// The message that an application error has occurred.
    ErrorMessage,
}

/// A call as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// Its SID.
    pub sid: CallSid,
    /// The leg that dialled it.
    pub parent: Option<CallSid>,
    /// Where it comes from.
    pub direction: Direction,
    /// The caller's number.
    pub from: String,
    /// The number dialled.
    pub to: String,
    /// Its status.
    pub status: CallStatus,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// When its person was first joined to another, or to a conference.
    pub joined_at: Option<DateTime<Utc>>,
    /// How many times its person was.
    pub joined_times: u32,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// What its person heard.
    pub heard: Vec<Heard>,
}

impl Call {
    /// From answer to end; zero if it was never answered or is not over.
    #[must_use]
    pub fn duration(&self) -> Duration {
        match (self.answered_at, self.ended_at) {
            (Some(answered), Some(ended)) => (ended - answered).to_std().unwrap_or_default(),
            _ => Duration::ZERO,
        }
    }

    /// Whether this text was spoken to its person, in full or in part.
    #[must_use]
    pub fn heard_text(&self, text: &str) -> bool {
        self.heard
            .iter()
            .any(|heard| matches!(&heard.what, Sound::Speech(said) if said.contains(text)))
    }
}
