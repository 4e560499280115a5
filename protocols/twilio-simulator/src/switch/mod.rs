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
mod cache;
mod callbacks;
mod conference;
mod conference_control;
mod conference_events;
mod connection;
mod consent;
mod cookies;
mod dequeue;
mod dial;
mod due;
mod ending;
mod fetch;
mod forget;
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
mod shelf;
mod status;
mod tape;
mod translate;
mod urls;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};
use twilio_webhook::{AccountSid, CallSid, Signer};

use self::agenda::Agenda;
use self::allowance::Allowance;
use self::answer::Library;
use self::cache::Cache;
pub(crate) use self::conference::{Phase, Room, RoomId};
pub(crate) use self::consent::OPTED_OUT;
use self::cookies::Cookies;
use self::due::Due;
pub(crate) use self::leg::{Endpoint, Leg, LegId, OnAnswer, Progress, Token};
pub(crate) use self::message::{Envelope, MessageId, NewMessage};
pub(crate) use self::number::Number;
pub(crate) use self::outbound::{NewCall, NewRecording};
pub(crate) use self::program::{
    CallEvents, Conference, ConferenceCallback, ConferenceEvents, Link, Program, RecordingEvents,
};
use self::queue::{Queue, QueueId};
pub(crate) use self::queue::{QueueMember, QueueView};
use self::request::Fetch;
use self::shelf::Shelf;
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
use crate::transcript::Transcript;

/// Why an id that was handed out is good: [`forget`] spares what anything refers to.
const KEPT: &str = "what is referred to is not forgotten";

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
    legs: Shelf<Leg>,
    by_sid: HashMap<CallSid, LegId>,
    /// All legs before this one have ended.
    oldest: LegId,
    queues: Shelf<Queue>,
    queue_names: HashMap<String, QueueId>,
    rooms: Shelf<Room>,
    tapes: Shelf<Tape>,
    envelopes: Shelf<Envelope>,
    /// Cookies of each pair of a number of the account and one that writes to it.
    message_jars: HashMap<(String, String), Cookies>,
    handsets: BTreeMap<String, Delivery>,
    /// Numbers of the account, each with a phone that wants no more messages from it.
    opted_out: HashSet<(String, String)>,
    outbox: VecDeque<Fetch>,
    library: Library,
    /// Documents that the host said how to ask for again.
    cache: Cache,
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
            legs: Shelf::default(),
            by_sid: HashMap::new(),
            oldest: LegId(0),
            queues: Shelf::default(),
            queue_names: HashMap::new(),
            rooms: Shelf::default(),
            tapes: Shelf::default(),
            envelopes: Shelf::default(),
            message_jars: HashMap::new(),
            handsets: BTreeMap::new(),
            opted_out: HashSet::new(),
            outbox: VecDeque::new(),
            library: Library::default(),
            cache: Cache::default(),
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
    pub(crate) fn legs(&self) -> impl DoubleEndedIterator<Item = LegId> {
        self.legs.iter().map(|(number, _)| LegId(number))
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
            legs: self.legs.next().into(),
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

    /// A leg that something still has to do with: those are never forgotten.
    pub(crate) fn leg(&self, id: LegId) -> &Leg {
        self.legs.get(id.0).expect(KEPT)
    }

    fn leg_mut(&mut self, id: LegId) -> &mut Leg {
        self.legs.get_mut(id.0).expect(KEPT)
    }

    /// A leg that is not over; what comes too late for one may also be about one that is forgotten.
    fn living(&self, id: LegId) -> Option<&Leg> {
        self.legs.get(id.0).filter(|leg| leg.is_alive())
    }

    fn add_leg(&mut self, leg: Leg) -> LegId {
        let sid = leg.sid;
        let id = LegId(self.legs.push(leg));
        self.by_sid.insert(sid, id);
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
