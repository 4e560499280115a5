//! Phones to ring and to stop ringing.
//!
//! A webhook must be answered at once, so handlers only note here what is to be asked of Twilio; a loop of its own carries
//! it out, in order. A call is therefore always created before it is cancelled, and a slow API delays nothing else.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use queue_dispatch::{Offer, Token};
use twilio_rest::CallSid;

/// Something to ask of Twilio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Ring the phone of the offer's agent.
    Ring(Offer),
    /// Stop ringing for this offer.
    StopRinging(Token),
}

/// What waits to be asked of Twilio, and the call legs that came of it.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    orders: VecDeque<Order>,
    /// The phones that ring or are about to, and their legs once there is one.
    legs: HashMap<Token, Option<CallSid>>,
}

impl Outbox {
    pub(crate) fn push(&self, order: Order) {
        let mut inner = self.lock();
        if let Order::Ring(offer) = order {
            inner.legs.entry(offer.token).or_default();
        }
        inner.orders.push_back(order);
    }

    /// Whether a phone rings for this offer, or is about to.
    pub(crate) fn rings(&self, token: Token) -> bool {
        self.lock().legs.contains_key(&token)
    }

    pub(crate) fn pop(&self) -> Option<Order> {
        self.lock().orders.pop_front()
    }

    /// Remembers which leg rings for an offer.
    pub(crate) fn ringing(&self, token: Token, leg: CallSid) {
        self.lock().legs.insert(token, Some(leg));
    }

    /// Forgets the leg of an offer: it has ended, or is about to.
    pub(crate) fn forget(&self, token: Token) -> Option<CallSid> {
        self.lock().legs.remove(&token).flatten()
    }

    // Every change is a single call on a collection, so what a panicking thread left behind is whole.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
