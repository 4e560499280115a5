//! What one run has under way: deliveries, and the calls to the store that they share.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use chrono::{DateTime, TimeDelta, Utc};

use super::Engine;
use super::calls::Calls;
use super::tasks::Tasks;
use super::time::Time;
use crate::{
    AttemptStart, Begun, Channel, Claim, Doubt, Settled, Settlement, StoreError, TenantId, trace,
};

/// So many spread the cost of a claim that more would not make it noticeably cheaper.
const WORTH_A_CLAIM: usize = 100;

/// The calls that the deliveries of a run share.
#[derive(Default)]
pub(super) struct Desk {
    pub(super) begins: Calls<AttemptStart, Begun>,
    pub(super) settlements: Calls<Settlement, Settled>,
}

pub(super) struct Work<'a> {
    engine: &'a Engine,
    time: Time<'a>,
    desk: Arc<Desk>,
    tasks: Tasks<'a, Ended>,
    deliveries: usize,
    /// What has ended and was not told yet.
    ended: Vec<Result<(), StoreError>>,
}

enum Ended {
    Delivery(Result<(), StoreError>),
    Call(Result<(), StoreError>),
}

impl<'a> Work<'a> {
    pub(super) fn new(engine: &'a Engine, time: Time<'a>) -> Self {
        Self {
            engine,
            time,
            desk: Arc::default(),
            tasks: Tasks::new(),
            deliveries: 0,
            ended: Vec::new(),
        }
    }

    /// For how many more deliveries there is room.
    pub(super) fn free(&self) -> usize {
        self.engine.concurrency.saturating_sub(self.deliveries)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty() && self.ended.is_empty()
    }

    /// Until when a claim would be leased; `None` on the last day of the calendar, where no lease
    /// has room and nothing can be claimed.
    pub(super) fn lease_until(&self) -> Option<DateTime<Utc>> {
        // The longest that anything here is told to wait is a lease without a timer.
        let longest = TimeDelta::days(3);
        let now = self.time.now();
        now.checked_add_signed(longest)?;
        now.checked_add_signed(self.engine.lease)
    }

    /// Claims as much as there is room for, or half of that room if this is many: so while some are
    /// claimed others are delivered.
    pub(super) async fn claim(&mut self) -> Result<(), StoreError> {
        let half = self.engine.concurrency.div_ceil(2).max(WORTH_A_CLAIM);
        let (free, now) = (self.free().min(half), self.time.now());
        let Some(lease_until) = self.lease_until().filter(|_| free > 0) else {
            return Ok(());
        };
        let engine = self.engine;
        let claims = engine.store.claim(free, lease_until, now);
        let claims = self
            .meanwhile(claims)
            .await
            .inspect_err(|error| trace::store_failed("claim", error))?;
        trace::claimed(claims.len());
        for parcel in engine.parcels(claims) {
            let (desk, time) = (Arc::clone(&self.desk), self.time);
            self.deliveries += 1;
            self.tasks
                .push(async move { Ended::Delivery(engine.attempt(parcel, &desk, time).await) });
        }
        Ok(())
    }

    /// Waits for an answer of the store; what is under way goes on meanwhile.
    pub(super) async fn meanwhile<T>(&mut self, answer: impl Future<Output = T>) -> T {
        let mut answer = pin!(answer);
        poll_fn(|context| {
            self.go_on(context);
            answer.as_mut().poll(context)
        })
        .await
    }

    /// Waits until a delivery has ended or a call has failed, and answers all that have; nothing
    /// at once if there is none.
    pub(super) async fn finished(&mut self) -> Vec<Result<(), StoreError>> {
        poll_fn(|context| self.poll_finished(context)).await
    }

    pub(super) fn poll_finished(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Vec<Result<(), StoreError>>> {
        self.go_on(context);
        if self.ended.is_empty() && !self.tasks.is_empty() {
            return Poll::Pending;
        }
        Poll::Ready(std::mem::take(&mut self.ended))
    }

    /// Lets what is under way go on as far as it can.
    fn go_on(&mut self, context: &mut Context<'_>) {
        loop {
            match self.tasks.poll_next(context) {
                Poll::Ready(Some(Ended::Delivery(result))) => {
                    self.deliveries -= 1;
                    self.ended.push(result);
                }
                Poll::Ready(Some(Ended::Call(Ok(())))) => {}
                Poll::Ready(Some(Ended::Call(failed))) => self.ended.push(failed),
                // Only now does no task have more to ask for the next call.
                Poll::Pending | Poll::Ready(None) if self.call_store() => {}
                Poll::Pending | Poll::Ready(None) => return,
            }
        }
    }

    /// Begins to ask what tasks want to know; answers whether there was anything.
    fn call_store(&mut self) -> bool {
        let (store, time) = (&self.engine.store, self.time);
        let mut called = false;
        if let Some(call) = self.desk.begins.next() {
            let desk = Arc::clone(&self.desk);
            self.tasks.push(async move {
                let (attempts, replies) = call.into_parts();
                let begun = store.begin(attempts, time.now()).await;
                let begun = begun.inspect_err(|error| trace::store_failed("begin", error));
                Ended::Call(desk.begins.answered(replies, begun))
            });
            called = true;
        }
        if let Some(call) = self.desk.settlements.next() {
            let desk = Arc::clone(&self.desk);
            self.tasks.push(async move {
                let (settlements, replies) = call.into_parts();
                let settled = store.settle(settlements, time.now()).await;
                let settled = settled.inspect_err(|error| trace::store_failed("settle", error));
                Ended::Call(desk.settlements.answered(replies, settled))
            });
            called = true;
        }
        called
    }
}

impl Engine {
    /// Sorts claims into those that are delivered together.
    fn parcels(&self, claims: Vec<Claim>) -> Vec<Vec<Claim>> {
        type Bundle = (TenantId, Channel, Option<String>, String);
        let mut parcels: Vec<Vec<Claim>> = Vec::with_capacity(claims.len());
        let mut by_bundle: HashMap<Bundle, usize> = HashMap::new();
        for claim in claims {
            let notification = &claim.notification;
            let bundles = self
                .routes
                .get(notification.channel())
                .is_some_and(|route| route.policy.bundling.is_some());
            // What is in doubt is sent as it was sent before: under its own key.
            let Some(bundle) = notification
                .bundle()
                .filter(|_| bundles && claim.doubt == Doubt::None)
            else {
                parcels.push(vec![claim]);
                continue;
            };
            let bundle = (
                claim.tenant.clone(),
                notification.channel().clone(),
                notification.destination().map(str::to_owned),
                bundle.to_owned(),
            );
            let parcel = *by_bundle.entry(bundle).or_insert(parcels.len());
            match parcels.get_mut(parcel) {
                Some(parcel) => parcel.push(claim),
                None => parcels.push(vec![claim]),
            }
        }
        parcels
    }
}
