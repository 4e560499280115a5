//! TwiML as the switch runs it: the attributes that have an effect, with their defaults filled in.

mod conference;
mod messaging;
mod recording;
mod service;

use std::sync::Arc;
use std::time::Duration;

use http::Method;

pub(crate) use self::conference::{Conference, ConferenceCallback, ConferenceEvents};
pub(crate) use self::messaging::{Replies, Reply, Sms};
pub(crate) use self::recording::{RecordingEvents, RecordingOrder};
pub(crate) use self::service::{Background, Handover, HandoverTo, Pay, Service, ServiceKind};

/// A document, ready to run.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) instructions: Vec<Instruction>,
    /// The document in one line, for the transcript.
    pub(crate) summary: String,
    /// What Twilio would warn of in the account's log.
    pub(crate) warnings: Vec<(u32, String)>,
}

impl Program {
    /// What runs on a call that REST makes for a conference.
    pub(crate) fn conference(conference: Conference) -> Self {
        let dial = Dial {
            action: None,
            timeout: Duration::ZERO,
            time_limit: None,
            caller_id: None,
            hangup_on_star: false,
            answer_on_bridge: false,
            sequential: false,
            recording: None,
            target: Target::Conference(Arc::new(conference)),
        };
        Self {
            instructions: vec![Instruction::Dial(Arc::new(dial))],
            ..Self::default()
        }
    }
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
    Connect(Arc<Handover>),
    Start(Arc<[Background]>),
    /// Names of what `<Start>` began.
    Stop(Arc<[Service]>),
    Echo,
    Pay(Arc<Pay>),
    Refer(Option<Arc<Link>>),
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
            Self::Connect(_) => "Connect",
            Self::Start(_) => "Start",
            Self::Stop(_) => "Stop",
            Self::Echo => "Echo",
            Self::Pay(_) => "Pay",
            Self::Refer(_) => "Refer",
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
    /// Told of speech while it is being recognised.
    pub(crate) partial_results: Option<Link>,
    /// Whether speech cuts the prompt.
    pub(crate) barge_in: bool,
    pub(crate) max_speech: Duration,
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
    pub(crate) recording: RecordingOrder,
    pub(crate) transcribe: bool,
    pub(crate) transcribe_callback: Option<Link>,
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
    /// How the talk is recorded, and whether from ringing on.
    pub(crate) recording: Option<(RecordingOrder, RecordedFrom)>,
    pub(crate) target: Target,
}

/// When the recording of a `<Dial>` begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordedFrom {
    Ringing,
    Answer,
}

/// Whom `<Dial>` dials.
#[derive(Debug)]
pub(crate) enum Target {
    Phones(Vec<Phone>),
    Queue { name: String, whisper: Option<Link> },
    Conference(Arc<Conference>),
}

/// `<Number>`, `<Client>`, `<Sip>`, `<Sim>`, or the bare text of a `<Dial>`.
#[derive(Debug)]
pub(crate) struct Phone {
    pub(crate) address: String,
    pub(crate) whisper: Option<Link>,
    /// Keys that are played to it once it has answered.
    pub(crate) send_digits: Option<String>,
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

/// `<Enqueue>`.
#[derive(Debug)]
pub(crate) struct Enqueue {
    pub(crate) queue: String,
    pub(crate) action: Option<Link>,
    /// None is Twilio's own music, or silence if it is empty; neither asks the host.
    pub(crate) wait: Option<Link>,
}
