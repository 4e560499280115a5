//! Nothing.

use chrono::TimeDelta;

use crate::{
    Begun, Cancelled, Cause, Delivery, Generation, InFlight, Lease, Outcome, ProcessId, RequestId,
    Settlement, StoreError,
};

pub(crate) struct AttemptSpan;

impl AttemptSpan {
    pub(crate) const fn new(_: &Delivery) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "as the one that tells")]
    pub(crate) const fn around<F: Future>(&self, future: F) -> F {
        future
    }
}

pub(crate) const fn claimed(_: usize) {}
pub(crate) const fn begun(_: &AttemptSpan) {}
pub(crate) const fn deferred(_: &Lease, _: Begun) {}
pub(crate) const fn stale(_: &Lease) {}
pub(crate) const fn skipped(_: &Lease) {}
pub(crate) const fn ended(_: &AttemptSpan, _: &Outcome) {}
pub(crate) const fn settled(_: &Settlement) {}
pub(crate) const fn passed_on(_: &Lease, _: Cause) {}
pub(crate) const fn buried(_: &Lease, _: Cause) {}
pub(crate) const fn started(_: &ProcessId, _: Generation) {}
pub(crate) const fn stopped(_: &ProcessId, _: Generation) {}
pub(crate) const fn cancelled(_: &InFlight, _: &Cancelled) {}
pub(crate) const fn rejected(_: &RequestId, _: Cause) {}
pub(crate) const fn clock_jumped(_: TimeDelta, _: TimeDelta) {}
pub(crate) const fn store_failed(_: &'static str, _: &StoreError) {}
