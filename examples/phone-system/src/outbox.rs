//! Phones to ring and to stop ringing.
//!
//! A webhook must be answered at once, so handlers only note here what is to be asked of Twilio; a loop of its own carries
//! it out, several at once, but what is about one offer in order. A call is therefore always created before it is cancelled,
//! a slow API delays nothing else, and every phone rings soon although there are many.
//!
//! # Several servers, and death at any instant
//!
//! What this server has to ask is in memory, and dies with it. What *should* ring is in the queue's log: the open offers.
//! What *does* ring is in the `leg` records. Any server can compare the two, and [`astray`](Outbox::astray) does: an
//! offer that nobody rings for, and a leg whose offer is closed, become orders of whoever sees them, after a pause in
//! which the server that logged the event does it itself.
//!
//! Two servers that mean to ring for the same offer both try to write its `leg` record, and only the first rings: so
//! nobody needs to know whether a server is dead or merely slow, and one that wakes up after a long pause does no harm.
//! There is no lease to run out. The record is written before Twilio is asked, so a death between the two leaves a leg
//! without a SID, for which nobody rings until the queue's own time limit makes the offer anew; a phone that rings
//! although its offer is over tells whoever answers that it is too late.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use queue_dispatch::{Offer, OfferStage, Queue, Reach, Token, Why};
use twilio_rest::CallSid;

use crate::records::{Leg, Records, RecordsError};

/// How long the server that logged an event has to act on it before the others do. Twilio's API is given up after 5 s.
const OTHERS_WAIT: TimeDelta = TimeDelta::seconds(6);

/// Something to ask of Twilio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Ring the phone of the offer's agent.
    Ring(Offer),
    /// Stop ringing for this offer.
    StopRinging(Token),
}

impl Order {
    /// The offer that it is about.
    pub(crate) const fn token(&self) -> Token {
        match self {
            Self::Ring(offer) => offer.token,
            Self::StopRinging(token) => *token,
        }
    }
}

/// What waits to be asked of Twilio, and the call legs that came of it.
#[derive(Debug)]
pub(crate) struct Outbox {
    records: Arc<Records>,
    server: String,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    orders: VecDeque<Order>,
    /// What was astray, and since when this server sees it so.
    astray: BTreeMap<Token, DateTime<Utc>>,
}

impl Outbox {
    /// The orders of this server.
    pub(crate) fn new(records: Arc<Records>, server: String) -> Self {
        Self {
            records,
            server,
            inner: Mutex::default(),
        }
    }

    pub(crate) fn push(&self, order: Order) {
        self.lock().orders.push_back(order);
    }

    /// Whether a phone rings for this offer, or is about to.
    pub(crate) fn rings(&self, token: Token) -> bool {
        let about_to = |order: &Order| matches!(order, Order::Ring(offer) if offer.token == token);
        self.lock().orders.iter().any(about_to) || self.records.get::<Leg>(&key(token)).is_some()
    }

    /// Whether something is to be asked of Twilio.
    pub(crate) fn has_orders(&self) -> bool {
        !self.lock().orders.is_empty()
    }

    pub(crate) fn pop(&self) -> Option<Order> {
        self.lock().orders.pop_front()
    }

    /// Whether it is this server that rings for an offer. The answer is `true` once, on one server.
    pub(crate) async fn claims(
        &self,
        token: Token,
        now: DateTime<Utc>,
    ) -> Result<bool, RecordsError> {
        let claim = || Leg {
            sid: None,
            server: self.server.clone(),
            at: now,
        };
        let mut first = false;
        let key = key(token);
        let claimed = self.records.update(&key, |there: Option<Leg>| {
            first = there.is_none();
            there.or_else(|| Some(claim()))
        });
        claimed.await?;
        Ok(first)
    }

    /// Remembers which leg rings for an offer. `false` if it should ring no more.
    pub(crate) async fn ringing(&self, token: Token, leg: CallSid) -> Result<bool, RecordsError> {
        let key = key(token);
        let rings = self.records.update(&key, |there: Option<Leg>| {
            there.map(|there| Leg {
                sid: Some(leg.to_string()),
                ..there
            })
        });
        Ok(rings.await?.is_some())
    }

    /// Forgets the leg of an offer: it has ended, or is about to.
    pub(crate) async fn forget(&self, token: Token) -> Result<Option<CallSid>, RecordsError> {
        let mut leg = None;
        let key = key(token);
        let forgotten = self.records.update(&key, |there: Option<Leg>| {
            leg = there.and_then(|there| there.sid?.parse().ok());
            None
        });
        forgotten.await?;
        Ok(leg)
    }

    /// Compares the queue's offers with the legs. What does not fit, and did not for a while, becomes an order; answers
    /// when to look again if something does not fit yet.
    pub(crate) fn astray(&self, queue: &Queue, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let legs: BTreeMap<Token, Leg> = self
            .records
            .all()
            .into_iter()
            .filter_map(|(key, leg)| Some((Token::new(key.parse().ok()?), leg)))
            .collect();
        let unrung = queue
            .offers()
            .filter(|(offer, stage)| is_rung(offer, *stage) && !legs.contains_key(&offer.token))
            .map(|(offer, _)| Order::Ring(offer));
        let closed = legs
            .keys()
            .filter(|token| queue.offer(**token).is_none())
            .map(|token| Order::StopRinging(*token));
        let orders: BTreeMap<Token, Order> = unrung
            .chain(closed)
            .map(|order| (order.token(), order))
            .collect();
        let mut inner = self.lock();
        inner.astray.retain(|token, _| orders.contains_key(token));
        let mut next = None::<DateTime<Utc>>;
        for (token, order) in orders {
            let due = *inner.astray.entry(token).or_insert(now) + OTHERS_WAIT;
            if inner.orders.iter().any(|order| order.token() == token) {
                // It is about to be done.
            } else if due <= now {
                inner.orders.push_back(order);
                inner.astray.remove(&token);
            } else {
                next = Some(next.map_or(due, |next| next.min(due)));
            }
        }
        next
    }

    // Every change is a single call on a collection, so what a panicking thread left behind is whole.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a phone is to ring for an offer at this stage. Whoever is offered a caller alone sees it on their console, and
/// their phone rings once they answer; whoever is on the line asks for it.
pub(crate) fn is_rung(offer: &Offer, stage: OfferStage) -> bool {
    let everyone = matches!(offer.why, Why::Everyone { .. });
    offer.reach == Reach::Rung
        && (stage == OfferStage::Connecting || stage == OfferStage::Ringing && everyone)
}

/// The key of a leg's record.
fn key(token: Token) -> String {
    token.number().to_string()
}
