//! TwiML as the switch runs it: the attributes that have an effect, with their defaults filled in.

use std::sync::Arc;
use std::time::Duration;

use http::Method;

/// A document, ready to run.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) instructions: Vec<Instruction>,
    /// The document in one line, for the transcript.
    pub(crate) summary: String,
    /// What Twilio would warn of in the account's log.
    pub(crate) warnings: Vec<(u32, String)>,
}

/// One verb.
#[derive(Clone, Debug)]
pub(crate) enum Instruction {
    Playback(Arc<[Prompt]>),
    Gather(Arc<Gather>),
    Record(Arc<Record>),
    Dial(Arc<Dial>),
    Enqueue(Arc<Enqueue>),
    Leave,
    Sms(Arc<Sms>),
    Redirect(Arc<Link>),
    Reject {
        busy: bool,
    },
    Hangup,
    /// A verb, noun or attribute that cannot be simulated; it is refused when it is reached.
    Refuse(Arc<str>),
}

impl Instruction {
    /// The verb.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Playback(_) => "Say, Play or Pause",
            Self::Gather(_) => "Gather",
            Self::Record(_) => "Record",
            Self::Dial(_) => "Dial",
            Self::Enqueue(_) => "Enqueue",
            Self::Leave => "Leave",
            Self::Sms(_) => "Sms",
            Self::Redirect(_) => "Redirect",
            Self::Reject { .. } => "Reject",
            Self::Hangup => "Hangup",
            Self::Refuse(what) => what,
        }
    }
}

/// A URL as the document writes it, and how to request it.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) url: String,
    pub(crate) method: Method,
}

/// Something to hear.
#[derive(Clone, Debug)]
pub(crate) struct Prompt {
    pub(crate) sound: PromptSound,
    /// How often; 0 is without end.
    pub(crate) times: u32,
}

/// What is heard.
#[derive(Clone, Debug)]
pub(crate) enum PromptSound {
    Speech(String),
    Media(String),
    /// Keys played as tones.
    Tones(String),
    Silence(Duration),
}

/// `<Gather>`.
#[derive(Debug)]
pub(crate) struct Gather {
    pub(crate) prompts: Arc<[Prompt]>,
    pub(crate) action: Option<String>,
    pub(crate) method: Method,
    pub(crate) keys: bool,
    pub(crate) speech: bool,
    pub(crate) timeout: Duration,
    /// Silence that ends speech; `auto` counts as a second.
    pub(crate) speech_timeout: Duration,
    pub(crate) finish_on_key: Option<char>,
    pub(crate) num_digits: Option<usize>,
    pub(crate) action_on_empty_result: bool,
}

/// `<Record>`.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) action: Option<String>,
    pub(crate) method: Method,
    /// Silence that ends it; none for `timeout="0"`.
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_length: Duration,
    pub(crate) finish_on_key: String,
    pub(crate) beep: bool,
    pub(crate) status_callback: Option<Link>,
}

/// `<Dial>`.
#[derive(Debug)]
pub(crate) struct Dial {
    pub(crate) action: Option<Link>,
    pub(crate) timeout: Duration,
    pub(crate) time_limit: Option<Duration>,
    pub(crate) caller_id: Option<String>,
    pub(crate) hangup_on_star: bool,
    pub(crate) answer_on_bridge: bool,
    pub(crate) sequential: bool,
    pub(crate) target: Target,
}

/// Whom `<Dial>` dials.
#[derive(Debug)]
pub(crate) enum Target {
    Phones(Vec<Phone>),
    Queue { name: String, whisper: Option<Link> },
    Conference(Arc<Conference>),
}

/// `<Number>`, `<Client>`, or the bare text of a `<Dial>`.
#[derive(Debug)]
pub(crate) struct Phone {
    pub(crate) address: String,
    pub(crate) whisper: Option<Link>,
    pub(crate) status_callback: Option<StatusCallback>,
}

/// Where the progress of a call is reported, and which.
#[derive(Clone, Debug)]
pub(crate) struct StatusCallback {
    pub(crate) link: Link,
    pub(crate) events: CallEvents,
}

/// Which events of a call's progress are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CallEvents {
    pub(crate) initiated: bool,
    pub(crate) ringing: bool,
    pub(crate) answered: bool,
    pub(crate) completed: bool,
}

impl CallEvents {
    /// What Twilio sends when nothing is asked for.
    pub(crate) const DEFAULT: Self = Self {
        initiated: false,
        ringing: false,
        answered: false,
        completed: true,
    };

    pub(crate) const NONE: Self = Self {
        completed: false,
        ..Self::DEFAULT
    };

    /// Adds an event by its name; false if there is no such event.
    pub(crate) fn add(&mut self, name: &str) -> bool {
        match name {
            "initiated" => self.initiated = true,
            "ringing" => self.ringing = true,
            "answered" => self.answered = true,
            "completed" => self.completed = true,
            _ => return false,
        }
        true
    }
}

/// `<Conference>`.
#[derive(Debug)]
pub(crate) struct Conference {
    pub(crate) name: String,
    pub(crate) start_on_enter: bool,
    pub(crate) end_on_exit: bool,
    pub(crate) wait: Option<Link>,
}

/// `<Enqueue>`.
#[derive(Debug)]
pub(crate) struct Enqueue {
    pub(crate) queue: String,
    pub(crate) action: Option<Link>,
    /// None is Twilio's own music, or silence if it is empty; neither asks the host.
    pub(crate) wait: Option<Link>,
}

/// The answer to a message, ready to be done.
#[derive(Debug, Default)]
pub(crate) struct Replies {
    pub(crate) verbs: Vec<Reply>,
    /// The document in one line, for the transcript.
    pub(crate) summary: String,
    /// What Twilio would warn of in the account's log.
    pub(crate) warnings: Vec<(u32, String)>,
}

/// One verb of such an answer.
#[derive(Debug)]
pub(crate) enum Reply {
    Message {
        from: Option<String>,
        to: Option<String>,
        body: String,
        media: Vec<String>,
        callbacks: Vec<Link>,
    },
    Redirect(Link),
}

/// `<Sms>`.
#[derive(Debug)]
pub(crate) struct Sms {
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) body: String,
    pub(crate) action: Option<Link>,
    pub(crate) status_callback: Option<Link>,
}
