//! What is recorded: a struct for each kind.
//!
//! Fields may be added with a default; what is there keeps its name and meaning, for records outlive a release.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::Record;

macro_rules! records {
    ($($record:ty: $kind:literal),+ $(,)?) => {
        $(impl Record for $record {
            const KIND: &'static str = $kind;
        })+
    };
}

records! {
    Call: "call",
    Leg: "leg",
    RepLegs: "rep",
    Voicemail: "voicemail",
    CallBack: "callback",
    Customer: "customer",
    Account: "account",
    Session: "session",
    TimelineEntry: "entry",
    Quarter: "quarter",
    Server: "server",
    Escalation: "escalation",
    RatingRequest: "rating-request",
    Installation: "installation",
}

/// A caller's call, by the SID of its leg.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Call {
    /// The caller's number, or what they are called by.
    pub from: String,
    /// The number they dialled.
    pub to: String,
    /// The caller's name, if known.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether the network says that the number is not theirs (STIR/SHAKEN).
    #[serde(default)]
    pub forged: bool,
    /// `premium` or `regular`.
    #[serde(default)]
    pub class: Option<String>,
    /// What it is about: `sales`, `support`.
    #[serde(default)]
    pub topic: Option<String>,
    /// When they rang.
    pub began: DateTime<Utc>,
    /// Since when they wait, or waited.
    #[serde(default)]
    pub waits_since: Option<DateTime<Utc>>,
    /// When Twilio last spoke of them.
    pub heard_at: DateTime<Utc>,
    /// Whether they are in line or talk to an agent: whether it means something when Twilio does not speak of them.
    #[serde(default)]
    pub in_line: bool,
    /// Whether "overflow due" is held for them.
    #[serde(default)]
    pub watched: bool,
    /// Since when they talk to an agent.
    #[serde(default)]
    pub talks_since: Option<DateTime<Utc>>,
    /// The agent they talk to, or talked to last.
    #[serde(default)]
    pub agent: Option<u64>,
    /// How often an error has thrown them out of line.
    #[serde(default)]
    pub put_back: u8,
    /// How long they had waited when the talk began, in milliseconds.
    #[serde(default)]
    pub waited_ms: Option<i64>,
    /// Where an agent is moving them. Written before Twilio is asked to, so that what it then says of the call can be told
    /// from anybody else's doing.
    #[serde(default)]
    pub moving: Option<Move>,
    /// Whether they hear music in the middle of a talk.
    #[serde(default)]
    pub held: bool,
    /// What became of the call: `answered`, `gave up`, `closed`, `voicemail`, `call back`, `lost`; set when it ends.
    #[serde(default)]
    pub outcome: Option<String>,
    /// When it ended.
    #[serde(default)]
    pub ended_at: Option<DateTime<Utc>>,
    /// What the directory says of the caller.
    #[serde(default)]
    pub look_up: LookUp,
    /// What agents have written down.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// How the caller rated the talk, 1 to 5.
    #[serde(default)]
    pub rating: Option<u8>,
}

impl Call {
    /// A call that has just come in.
    #[must_use]
    pub fn new(from: impl Into<String>, to: impl Into<String>, now: DateTime<Utc>) -> Self {
        Self {
            from: from.into(),
            to: to.into(),
            name: None,
            forged: false,
            class: None,
            topic: None,
            began: now,
            waits_since: None,
            heard_at: now,
            in_line: false,
            watched: false,
            talks_since: None,
            agent: None,
            put_back: 0,
            waited_ms: None,
            moving: None,
            held: false,
            outcome: None,
            ended_at: None,
            look_up: LookUp::default(),
            notes: Vec::new(),
            rating: None,
        }
    }
}

/// Where an agent has sent a caller whom they talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Move {
    /// On hold, to come back to the same agent.
    Hold {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Back in line, for a class or for one agent.
    Line,
    /// To a number outside.
    Outside,
    /// Away: the call is over.
    Goodbye,
}

/// How far the look-up of a caller has come.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LookUp {
    /// Not asked for.
    #[default]
    None,
    /// Under way since then, for the so-manyeth time.
    UnderWay {
        /// Since when.
        since: DateTime<Utc>,
        /// The attempt, from 1.
        attempt: u32,
    },
    /// The directory knows them.
    Found {
        /// What it says.
        profile: Profile,
    },
    /// The directory does not know them.
    Unknown,
    /// The directory could not be asked.
    Failed {
        /// Why, in one line.
        why: String,
    },
}

/// What a directory says of a caller.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Their name.
    #[serde(default)]
    pub name: Option<String>,
    /// Their company.
    #[serde(default)]
    pub company: Option<String>,
    /// `premium` or `regular`, if it says so.
    #[serde(default)]
    pub class: Option<String>,
    /// Whatever else, to be shown as it is: a label and a text each.
    #[serde(default)]
    pub facts: Vec<(String, String)>,
}

/// What an agent has written down about a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "a note has these parts")]
pub struct Note {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: String,
    /// What.
    pub text: String,
}

/// The leg that rings, or is about to, for an offer; by the offer's token. Whoever writes the record has the right, and
/// the duty, to place the leg; once the record is gone, the leg is to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "a leg has these parts")]
pub struct Leg {
    /// Its SID; `None` until Twilio has said it.
    #[serde(default)]
    pub sid: Option<String>,
    /// Which server places it.
    pub server: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The legs of a rep, by the rep's number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RepLegs {
    /// The leg on which they dialled in and take calls.
    pub leg: Option<String>,
    /// The offer for which they were last known to be there, and not a machine of theirs: they have pressed a key of their
    /// phone, or Answer.
    pub confirmed: Option<u64>,
    /// The offer whose talk their leg last reported over.
    pub done: Option<u64>,
    /// How many wrong PINs were keyed in on legs with their number
    pub wrong_pins: u32,
    /// since then.
    pub wrong_since: Option<DateTime<Utc>>,
}

/// A message left after the greeting, by the SID of its recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Voicemail {
    /// The call's SID.
    pub call: String,
    /// The caller's number.
    pub from: String,
    /// Their name, if known.
    #[serde(default)]
    pub name: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// Where Twilio keeps the recording.
    pub url: String,
    /// How long it is, in seconds.
    #[serde(default)]
    pub seconds: Option<u32>,
    /// Who has listened to it.
    #[serde(default)]
    pub heard_by: Option<String>,
}

/// A promise to call somebody back, by an id of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CallBack {
    /// The number to call.
    pub number: String,
    /// The line they rang, from which they are called.
    pub line: String,
    /// Their name, if known.
    #[serde(default)]
    pub name: Option<String>,
    /// `premium` or `regular`.
    pub class: String,
    /// What it is about.
    #[serde(default)]
    pub topic: Option<String>,
    /// Since when they count as waiting.
    pub since: DateTime<Utc>,
    /// Not before.
    pub due: DateTime<Utc>,
    /// How it stands: `waiting`, `calling`; `in line` while they wait on a call again; `done`, `failed`.
    pub state: String,
    /// How often they were called.
    #[serde(default)]
    pub attempts: u32,
    /// The call that is, or was, placed for it, or on which they wait.
    #[serde(default)]
    pub call: Option<String>,
    /// The agent who sees to it.
    #[serde(default)]
    pub by: Option<String>,
    /// Why it was put off or given up, last.
    #[serde(default)]
    pub why: Option<String>,
}

/// A caller is to be asked how it went, or has been, by their number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "a request has these parts")]
pub struct RatingRequest {
    /// The call that it is about.
    pub call: String,
    /// When they are asked, or were.
    pub at: DateTime<Utc>,
    /// `to ask`, `asked`, `asked again`, `answered`, `not asked`.
    pub state: String,
}

/// People on call are being told that callers wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Escalation {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Who has taken charge.
    #[serde(default)]
    pub by: Option<String>,
    /// What has happened so far.
    #[serde(default)]
    pub history: Vec<HistoryLine>,
    /// The calls that were placed, to be stopped when they are not needed any more.
    #[serde(default)]
    pub calls: Vec<String>,
}

impl Escalation {
    /// One that begins now.
    #[must_use]
    pub fn new(since: DateTime<Utc>) -> Self {
        Self {
            since,
            by: None,
            history: Vec::new(),
            calls: Vec::new(),
        }
    }
}

/// A line of an escalation's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "a line has these parts")]
pub struct HistoryLine {
    /// When.
    pub at: DateTime<Utc>,
    /// What happened.
    pub text: String,
}

/// Somebody known, by their number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a row of the table has these columns"
)]
pub struct Customer {
    /// Their name.
    pub name: String,
    /// `premium` or `regular`.
    pub class: String,
}

/// Somebody who may sign in to the console, by their name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// The agent they are; `None` for somebody who takes no calls.
    #[serde(default)]
    pub agent: Option<u64>,
    /// The password's hash, as a PHC string.
    pub password_hash: String,
    /// What they may do.
    pub role: Role,
    /// The browsers in which they have signed in, each as the hash of a token that only it has.
    #[serde(default)]
    pub devices: Vec<String>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("agent", &self.agent)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl Account {
    /// An account.
    #[must_use]
    pub fn new(agent: Option<u64>, password_hash: String, role: Role) -> Self {
        Self {
            agent,
            password_hash,
            role,
            devices: Vec::new(),
        }
    }
}

/// What somebody who signs in may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Role {
    /// Takes calls.
    Agent,
    /// Also decides on opening hours, and on who is a premium customer.
    Supervisor,
}

/// A signed-in browser, by the SHA-256 of its cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "a session has these parts")]
pub struct Session {
    /// The account's name.
    pub account: String,
    /// What its requests must carry.
    pub csrf: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// A line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "an entry has these parts")]
pub struct TimelineEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// Whom it concerns.
    pub who: String,
    /// What was decided.
    pub what: String,
    /// Why.
    #[serde(default)]
    pub why: String,
}

/// The calls that began in a quarter of an hour, by its start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Quarter {
    /// All.
    pub came: u32,
    /// Talked to an agent.
    pub answered: u32,
    /// Hung up while waiting.
    pub gave_up: u32,
    /// Rang while closed.
    pub closed: u32,
    /// Left a message.
    pub voicemail: u32,
    /// Asked to be called back.
    pub call_back: u32,
}

impl Quarter {
    /// The key of the quarter that an instant is in: its start, as `2026-05-01T09:15:00Z`.
    #[must_use]
    pub fn of(instant: DateTime<Utc>) -> String {
        let seconds = instant.timestamp().div_euclid(900) * 900;
        let start = DateTime::from_timestamp(seconds, 0).unwrap_or(instant);
        start.to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// Counts the outcome of a call.
    pub fn count(&mut self, outcome: Option<&str>) {
        match outcome {
            Some("answered") => self.answered += 1,
            Some("gave up") => self.gave_up += 1,
            Some("closed") => self.closed += 1,
            Some("voicemail") => self.voicemail += 1,
            Some("call back") => self.call_back += 1,
            _ => {}
        }
    }
}

/// A server of this phone system, by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "a server says these things")]
pub struct Server {
    /// When it last said that it lives.
    pub alive_at: DateTime<Utc>,
    /// When it said good-bye.
    #[serde(default)]
    pub ended_at: Option<DateTime<Utc>>,
}

/// This phone system as a whole; its only key is `queue`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::exhaustive_structs,
    reason = "there is nothing else to say of it"
)]
pub struct Installation {
    /// When its database was empty: what tells its offers from those of one before, whose calls may still be under way.
    pub founded_at: DateTime<Utc>,
    /// When a server last let go of what nobody needs any more.
    #[serde(default)]
    pub tidied_at: Option<DateTime<Utc>>,
}
