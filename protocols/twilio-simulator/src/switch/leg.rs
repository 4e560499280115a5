//! A leg: one line between Twilio and one person.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use http::Method;
use twilio_webhook::{CallSid, Params};
use url::Url;

use crate::call::{Call, Heard};
use crate::switch::background::Running;
use crate::switch::conference::Attendance;
use crate::switch::connection::Connection;
use crate::switch::cookies::Cookies;
use crate::switch::dial::Dialling;
use crate::switch::gather::Gathering;
use crate::switch::outbound::NewRecording;
use crate::switch::person::{Person, Utterance};
use crate::switch::playback::Playback;
use crate::switch::program::{CallEvents, Program};
use crate::switch::queue::Membership;
use crate::switch::record::Recording;
use crate::switch::session::Session;
use crate::switch::status::{Direction, Status};

/// Which leg: its place in the switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct LegId(pub(crate) u32);

/// Ties a timer or a request to what waits for it; whatever waits for another one by then does not
/// hear of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token(pub(crate) u64);

/// An absolute URL and how to request it.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) url: Url,
    pub(crate) method: Method,
    /// How patient Twilio is with it, if the fragment of the URL says so.
    pub(super) connection: Option<Box<Connection>>,
}

impl Endpoint {
    /// This URL, whose fragment is not part of what is requested.
    pub(crate) fn new(mut url: Url, method: Method) -> Self {
        let connection = url
            .fragment()
            .map(|fragment| Box::new(Connection::from_fragment(fragment)));
        url.set_fragment(None);
        Self {
            url,
            method,
            connection,
        }
    }

    pub(crate) fn connection(&self) -> Connection {
        self.connection.as_deref().copied().unwrap_or_default()
    }
}

/// A document that runs on a leg, and how far it has got.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) program: Arc<Program>,
    pub(crate) next: usize,
    /// What relative URLs are relative to; none for TwiML that came by REST.
    pub(crate) base: Option<Url>,
    pub(crate) context: Context,
}

/// What a document is for, which decides what follows when it runs out of verbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// The call itself: it is hung up.
    Call,
    /// Waiting in a queue or for a conference: asked for again.
    Wait,
    /// Before the person on a dialled leg is joined: joined to its parent.
    PhoneWhisper,
    /// Before a member of a queue is joined: joined to the leg that took it.
    QueueWhisper,
}

/// What a leg is doing.
#[derive(Debug)]
pub(crate) enum Activity {
    /// Nothing yet, or about to run its next verb.
    Idle,
    /// Waiting in silence, or with Twilio's own music.
    Silence,
    Fetching(Token),
    Playing(Playback),
    Gathering(Gathering),
    Recording(Box<Recording>),
    /// In other hands: a stream, a relay, a payment.
    Session(Box<Session>),
    /// A `<Dial>` is under way, or its person talks: [`Leg::dialling`] says more.
    Dialling,
    /// Joined to the leg that dialled it or took it from a queue.
    Joined,
    Conferring,
}

/// Where and how the progress of a leg is reported.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    pub(crate) endpoint: Endpoint,
    pub(crate) events: CallEvents,
    /// How many were sent: the next `SequenceNumber`.
    pub(crate) sent: u32,
}

/// What a dialled leg does when its person answers.
#[derive(Clone, Debug)]
pub(crate) enum OnAnswer {
    /// An inbound leg: it is answered by its document.
    Nothing,
    /// A call made by REST.
    Fetch(Endpoint),
    /// A call made by REST with TwiML.
    Run(Arc<Program>),
    /// A leg of a `<Dial>`: its parent is told.
    TellParent(Option<Endpoint>),
}

/// One line between Twilio and one person.
#[derive(Debug)]
pub(crate) struct Leg {
    pub(crate) sid: CallSid,
    pub(crate) parent: Option<LegId>,
    pub(crate) direction: Direction,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) status: Status,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) answered_at: Option<DateTime<Utc>>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    /// Parameters of every request, beside the standard ones.
    pub(crate) parameters: Params,
    pub(crate) cookies: Cookies,
    pub(crate) fallback: Option<Endpoint>,
    pub(crate) on_answer: OnAnswer,
    /// Keys that are played to it once it has answered.
    pub(crate) send_digits: Option<String>,
    /// As REST has it, from the answer on.
    pub(crate) time_limit: Option<Duration>,
    pub(crate) recording: Option<Box<NewRecording>>,
    pub(crate) progress: Option<Progress>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) activity: Activity,
    pub(crate) membership: Option<Membership>,
    pub(crate) dialling: Option<Dialling>,
    pub(crate) attendance: Option<Attendance>,
    /// What runs beside the call.
    pub(crate) services: Vec<Running>,
    pub(crate) person: Person,
    /// What is being said or played.
    pub(crate) utterance: Option<Utterance>,
    pub(crate) heard: Vec<Heard>,
    /// How many requests it made since time last passed, to find loops.
    pub(crate) requests_now: (DateTime<Utc>, u32),
}

impl Leg {
    pub(crate) fn is_alive(&self) -> bool {
        !self.status.is_final()
    }

    pub(crate) fn is_answered(&self) -> bool {
        self.answered_at.is_some()
    }

    /// Whole seconds from answer to end, as in `CallDuration`.
    pub(crate) fn duration(&self) -> TimeDelta {
        match (self.answered_at, self.ended_at) {
            (Some(answered), Some(ended)) => ended - answered,
            _ => TimeDelta::zero(),
        }
    }

    pub(crate) fn as_call(&self, parent: Option<CallSid>) -> Call {
        Call {
            sid: self.sid,
            parent,
            direction: self.direction.into(),
            from: self.from.clone(),
            to: self.to.clone(),
            status: self.status.into(),
            started_at: self.started_at,
            answered_at: self.answered_at,
            joined_at: self.person.joined_at(),
            joined_times: self.person.joined_times(),
            ended_at: self.ended_at,
            heard: self.heard.clone(),
        }
    }
}
