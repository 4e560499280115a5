//! The telephone exchange: legs, queues and conferences as state machines on one agenda.
//!
//! Nothing in here waits. [`Switch::handle_next`] plays the next event, [`Switch::next_request`]
//! hands out a request that is to be sent to the host, [`Switch::answered`] takes its answer; the
//! REST interface changes the switch from outside. The loop that joins these is
//! [`Simulator`](crate::Simulator)'s.
//!
//! One file per idea, each with its part of `impl Switch`.

mod agenda;
mod allowance;
mod answer;
mod arrival;
mod background;
mod bridge;
mod callbacks;
mod conference;
mod conference_control;
mod conference_events;
mod connection;
mod dequeue;
mod dial;
mod ending;
mod fetch;
mod gather;
mod inbox;
mod interpreter;
mod journal;
mod leg;
mod message;
mod number;
mod outbound;
mod person;
mod phones;
mod playback;
mod program;
mod queue;
mod record;
mod request;
mod session;
mod status;
mod tape;
mod translate;
mod urls;

use std::collections::{BTreeMap, HashMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};
use twilio_webhook::{AccountSid, CallSid, MessageSid, MessageStatus, Signer};

use self::agenda::Agenda;
use self::allowance::Allowance;
use self::answer::Library;
use self::arrival::Arrival;
pub(crate) use self::conference::{Phase, Room, RoomId};
pub(crate) use self::leg::{Endpoint, Leg, LegId, OnAnswer, Progress, Token};
pub(crate) use self::message::{Envelope, MessageId, NewMessage};
pub(crate) use self::number::Number;
use self::outbound::FarEnd;
pub(crate) use self::outbound::{NewCall, NewRecording};
pub(crate) use self::program::{
    CallEvents, Conference, ConferenceCallback, ConferenceEvents, Link, Program, RecordingEvents,
};
use self::queue::{Queue, QueueId};
pub(crate) use self::queue::{QueueMember, QueueView};
use self::request::Fetch;
pub(crate) use self::status::Status;
pub(crate) use self::tape::{Tape, TapeId};
pub(crate) use self::translate::{MOST_PARTICIPANTS, translate};
pub(crate) use self::urls::endpoint;
use crate::answers::Answers;
use crate::call::Call;
use crate::chance::Chance;
use crate::clock::VirtualClock;
use crate::delivery::Delivery;
use crate::error::Error;
use crate::pace::Pace;
use crate::settings::Settings;
use crate::simulator::Evidence;
use crate::spectator::Tally;
use crate::text_message::TextMessage;
use crate::transcript::Transcript;
use crate::transport::TransportError;

/// All that there is of the simulated account.
#[derive(Debug)]
pub(crate) struct Switch {
    account: AccountSid,
    token: AuthToken,
    signer: Signer,
    clock: VirtualClock,
    began: DateTime<Utc>,
    settings: Settings,
    chance: Chance,
    agenda: Agenda<Due>,
    numbers: BTreeMap<String, Number>,
    phones: BTreeMap<String, Answers>,
    #[expect(
        clippy::vec_box,
        reason = "legs are large: a list that grows would keep room for as many again"
    )]
    legs: Vec<Box<Leg>>,
    by_sid: HashMap<CallSid, LegId>,
    queues: Vec<Queue>,
    queue_names: HashMap<String, QueueId>,
    rooms: Vec<Room>,
    tapes: Vec<Tape>,
    envelopes: Vec<Envelope>,
    /// Cookies of each pair of a number of the account and one that writes to it.
    message_jars: HashMap<(String, String), Vec<(String, String)>>,
    handsets: BTreeMap<String, Delivery>,
    outbox: VecDeque<Fetch>,
    library: Library,
    in_flight: Vec<Fetch>,
    /// Legs that are ready for their next verb; empty whenever the switch is left.
    ready: VecDeque<LegId>,
    transcript: Transcript,
    refusal: Option<(String, CallSid)>,
    tokens: u64,
    requests: u64,
    rest_requests: u64,
    rest_allowance: Allowance,
    api_keys: BTreeMap<String, AuthToken>,
    ended: u64,
    pace: Option<Pace>,
    evidence: Evidence,
}

/// The account's secret; not shown by `Debug`.
struct AuthToken(String);

impl std::fmt::Debug for AuthToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthToken")
    }
}

/// What the agenda holds.
#[derive(Debug)]
enum Due {
    /// Somebody rings.
    Arrival(Box<Arrival>),
    /// What a leg does has run its time.
    Timer(LegId, Token),
    /// The person on a leg has waited long enough for their next step.
    Person(LegId, Token),
    /// The patience of the person on a leg is at its end.
    Patience(LegId),
    /// A leg has lasted as long as a call may.
    LongestCall(LegId),
    /// Something happens at the far end of an outbound leg that is not answered.
    FarEnd(LegId, FarEnd),
    /// Somebody writes.
    Letter(Box<TextMessage>, MessageSid),
    /// A recording has been written out: its words, and who is told.
    Transcribed(TapeId, Box<(String, Endpoint)>),
    /// A message gets on.
    Message(MessageId, MessageStatus),
    /// A request that was held up on its way arrives at the host.
    Send(Box<Fetch>),
    /// The answer to a request arrives, of which the transport says that it took time.
    Answer(
        Box<Fetch>,
        Box<Result<http::Response<bytes::Bytes>, TransportError>>,
    ),
}

impl Switch {
    pub(crate) fn new(
        account: AccountSid,
        token: String,
        clock: VirtualClock,
        seed: u64,
        settings: Settings,
    ) -> Self {
        Self {
            account,
            signer: Signer::new(&token),
            token: AuthToken(token),
            began: clock.now(),
            clock,
            settings,
            chance: Chance::seeded(seed),
            agenda: Agenda::default(),
            numbers: BTreeMap::new(),
            phones: BTreeMap::new(),
            legs: Vec::new(),
            by_sid: HashMap::new(),
            queues: Vec::new(),
            queue_names: HashMap::new(),
            rooms: Vec::new(),
            tapes: Vec::new(),
            envelopes: Vec::new(),
            message_jars: HashMap::new(),
            handsets: BTreeMap::new(),
            outbox: VecDeque::new(),
            library: Library::default(),
            in_flight: Vec::new(),
            ready: VecDeque::new(),
            transcript: Transcript::default(),
            refusal: None,
            tokens: 0,
            requests: 0,
            rest_requests: 0,
            rest_allowance: Allowance::seeded(seed),
            api_keys: BTreeMap::new(),
            ended: 0,
            pace: None,
            evidence: Evidence::Kept,
        }
    }

    pub(crate) fn set_phone(&mut self, number: String, answers: Answers) {
        self.phones.insert(number, answers);
    }

    pub(crate) fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    pub(crate) fn call(&self, sid: &CallSid) -> Option<Call> {
        self.find(sid).map(|leg| self.as_call(leg))
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.legs().map(|leg| self.as_call(leg)).collect()
    }

    /// All legs, oldest first.
    pub(crate) fn legs(&self) -> impl DoubleEndedIterator<Item = LegId> + use<> {
        (0..self.legs.len() as u32).map(LegId)
    }

    pub(crate) fn find(&self, sid: &CallSid) -> Option<LegId> {
        self.by_sid.get(sid).copied()
    }

    pub(crate) fn set_fallback(&mut self, leg: LegId, fallback: Endpoint) {
        self.leg_mut(leg).fallback = Some(fallback);
    }

    /// Changes where the progress of a call is reported; which of it stays as it was.
    pub(crate) fn set_status_callback(&mut self, leg: LegId, endpoint: Endpoint) {
        match &mut self.leg_mut(leg).progress {
            Some(progress) => progress.endpoint = endpoint,
            none => {
                *none = Some(Progress {
                    endpoint,
                    events: CallEvents::DEFAULT,
                    sent: 0,
                });
            }
        }
    }

    pub(crate) fn account(&self) -> &AccountSid {
        &self.account
    }

    /// When the account began to be.
    pub(crate) fn began(&self) -> DateTime<Utc> {
        self.began
    }

    pub(crate) fn accepts_token(&self, token: &str) -> bool {
        self.token.0 == token
    }

    pub(crate) fn set_api_key(&mut self, sid: String, secret: String) {
        self.api_keys.insert(sid, AuthToken(secret));
    }

    pub(crate) fn accepts_key(&self, sid: &str, secret: &str) -> bool {
        self.api_keys.get(sid).is_some_and(|own| own.0 == secret)
    }

    /// When the next event happens; those that nobody waits for any more are dropped on the way,
    /// so that they do not move the clock.
    pub(crate) fn next_event_at(&mut self) -> Option<DateTime<Utc>> {
        loop {
            let (at, due) = self.agenda.first()?;
            if self.is_awaited(due) {
                return Some(at);
            }
            self.agenda.take_first();
        }
    }

    /// Plays the next event. The clock has been set to its time.
    pub(crate) fn handle_next(&mut self) {
        let Some((_, due)) = self.agenda.take_first() else {
            return;
        };
        match due {
            Due::Arrival(arrival) => self.arrive(*arrival),
            Due::Timer(leg, token) => self.timer_fires(leg, token),
            Due::Person(leg, _) => self.person_continues(leg),
            Due::Patience(leg) => self.person_hangs_up(leg),
            Due::LongestCall(leg) => {
                self.journal_log(leg, 0, "the call has reached its longest duration");
                self.end(leg, Status::Completed);
            }
            Due::FarEnd(leg, event) => self.far_end(leg, event),
            Due::Letter(text, sid) => self.letter_arrives(*text, sid),
            Due::Message(message, status) => self.message_is(message, status),
            Due::Transcribed(tape, told) => self.transcribed(tape, &told.0, told.1),
            Due::Send(fetch) => self.send_held(*fetch),
            Due::Answer(fetch, answer) => self.take_answer(*fetch, *answer),
        }
        self.settle();
    }

    /// Whether anything still waits for this event.
    fn is_awaited(&self, due: &Due) -> bool {
        match due {
            Due::Arrival(_)
            | Due::Answer(..)
            | Due::Letter(..)
            | Due::Message(..)
            | Due::Transcribed(..)
            | Due::Send(_) => true,
            Due::Timer(leg, token) => self.awaits_timer(*leg, *token),
            Due::Person(leg, token) => {
                self.leg(*leg).is_alive() && self.leg(*leg).person.awaits(*token)
            }
            Due::Patience(leg) => {
                self.leg(*leg).is_alive() && !self.leg(*leg).person.has_got_through()
            }
            Due::LongestCall(leg) => self.leg(*leg).is_alive(),
            Due::FarEnd(leg, _) => self.leg(*leg).is_alive() && !self.leg(*leg).is_answered(),
        }
    }

    /// The first thing that could not be simulated.
    pub(crate) fn refusal(&self) -> Result<(), Error> {
        match &self.refusal {
            None => Ok(()),
            Some((what, call)) => Err(Error::NotSimulated {
                what: what.clone(),
                call: *call,
            }),
        }
    }

    pub(crate) fn tally(&self) -> Tally {
        Tally {
            legs: self.legs.len() as u64,
            ended: self.ended,
            requests: self.requests,
        }
    }

    pub(crate) fn rest_requests(&self) -> u64 {
        self.rest_requests
    }

    /// A REST request has arrived. Under a pace, it is later by now than when something last
    /// happened, though never later than what is still to happen.
    pub(crate) fn count_rest_request(&mut self) {
        self.rest_requests += 1;
        let Some(pace) = self.pace.clone() else {
            return;
        };
        let now = pace.now();
        let now = self.next_event_at().map_or(now, |event| event.min(now));
        self.clock.advance_to(now);
        pace.disturb();
    }

    pub(crate) fn set_pace(&mut self, pace: Option<Pace>) {
        self.pace = pace;
    }

    pub(crate) fn set_evidence(&mut self, evidence: Evidence) {
        self.evidence = evidence;
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Legs are never removed, so an id that was handed out stays good.
    pub(crate) fn leg(&self, id: LegId) -> &Leg {
        &self.legs[id.0 as usize]
    }

    fn leg_mut(&mut self, id: LegId) -> &mut Leg {
        &mut self.legs[id.0 as usize]
    }

    fn add_leg(&mut self, leg: Leg) -> LegId {
        let id = LegId(self.legs.len() as u32);
        self.by_sid.insert(leg.sid, id);
        let longest = after(self.now(), self.settings.longest_call);
        self.legs.push(Box::new(leg));
        self.agenda.add(longest, Due::LongestCall(id));
        id
    }

    fn as_call(&self, leg: LegId) -> Call {
        let leg = self.leg(leg);
        leg.as_call(leg.parent.map(|parent| self.leg(parent).sid))
    }

    fn call_sid(&mut self) -> CallSid {
        let sid = self.chance.sid("CA");
        CallSid::parse(&sid).expect("two letters and 32 hexadecimal digits are what it takes")
    }

    fn token(&mut self) -> Token {
        self.tokens += 1;
        Token(self.tokens)
    }

    /// Puts a timer on the agenda, for whatever keeps the token.
    fn timer(&mut self, leg: LegId, time: std::time::Duration) -> Token {
        let token = self.token();
        let at = after(self.now(), time);
        self.agenda.add(at, Due::Timer(leg, token));
        token
    }
}

/// An instant so much later; the end of time if there is none.
fn after(instant: DateTime<Utc>, time: std::time::Duration) -> DateTime<Utc> {
    TimeDelta::from_std(time)
        .ok()
        .and_then(|time| instant.checked_add_signed(time))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}
