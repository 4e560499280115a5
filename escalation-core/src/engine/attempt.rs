//! A parcel of claimed notifications, mostly of one, from the claim to its settlement.

use std::pin::pin;
use std::sync::Arc;

use chrono::TimeDelta;

use super::Engine;
use super::builder::Route;
use super::panics::unless_it_panics;
use super::time::Time;
use super::work::Desk;
use crate::counters::count;
use crate::trace::{self, AttemptSpan};
use crate::{
    Admission, AttemptStart, Begun, Cause, Claim, Delivery, Doubt, Lease, Outcome, Reason, Settled,
    Settlement, StoreError, Verdict, calendar, decision,
};

impl Engine {
    /// Delivers claimed notifications of one channel as one, or settles why not.
    pub(super) async fn attempt(
        &self,
        parcel: Vec<Claim>,
        desk: &Desk,
        time: Time<'_>,
    ) -> Result<(), StoreError> {
        let Some(channel) = parcel.first().map(|claim| claim.notification.channel()) else {
            return Ok(());
        };
        let Some(route) = self.routes.get(channel) else {
            let reason = Reason::new(Cause::NoNotifier, channel.as_str());
            let dead = parcel
                .into_iter()
                .map(|claim| Settlement::new(claim.lease, Verdict::Dead(reason.clone())));
            self.settle(dead.collect(), desk).await;
            return Ok(());
        };

        let parcel = self.filled(parcel, route, desk, time).await?;
        let (mut admitted, mut refused) = (Vec::with_capacity(parcel.len()), Vec::new());
        for mut claim in parcel {
            match self.admitted(&claim, route, time).await {
                Ok(delivery) => {
                    claim.doubt = delivery.doubt();
                    admitted.push((claim, delivery));
                }
                Err(settlement) => refused.push(settlement),
            }
        }
        self.settle(refused, desk).await;

        let (claims, deliveries): (Vec<_>, Vec<_>) = self
            .begin(admitted, route, desk, time)
            .await
            .into_iter()
            .unzip();
        let Some(delivery) = Delivery::together(deliveries) else {
            return Ok(());
        };
        let span = AttemptSpan::new(&delivery);
        trace::begun(&span);
        let outcome = span.around(self.deliver(&delivery, route, time)).await;
        trace::ended(&span, &outcome);
        match &outcome {
            Outcome::Delivered(_) => {
                for _ in &claims {
                    count(&self.counters.delivered);
                }
            }
            Outcome::Unknown(_) => count(&self.counters.unknown),
            Outcome::Rejected(_) | Outcome::RetryAfter { .. } => {}
        }
        let settlements =
            decision::ended_together(&claims, &delivery, &outcome, &route.policy, time.now());
        self.settle(settlements, desk).await;
        Ok(())
    }

    /// Adds what may travel along, or puts the whole parcel off until more may have come.
    async fn filled(
        &self,
        mut parcel: Vec<Claim>,
        route: &Route,
        desk: &Desk,
        time: Time<'_>,
    ) -> Result<Vec<Claim>, StoreError> {
        let Some(bundling) = route.policy.bundling else {
            return Ok(parcel);
        };
        let Some(lead) = parcel.first() else {
            return Ok(parcel);
        };
        if lead.notification.bundle().is_none() || lead.doubt != Doubt::None {
            return Ok(parcel);
        }
        let now = time.now();
        // The longest waiting decides for all.
        if parcel.iter().all(|claim| bundling.waits(claim, now)) {
            let waiting = parcel.iter().map(|claim| bundling.put_off(claim));
            self.settle(waiting.collect(), desk).await;
            return Ok(Vec::new());
        }
        let room = bundling.max.saturating_sub(parcel.len());
        if room > 0 {
            let lead = lead.lease.clone();
            let more = self
                .store
                .gather(&lead, room, calendar::later(now, self.lease), now)
                .await
                .inspect_err(|error| trace::store_failed("gather", error))?;
            parcel.extend(more);
            parcel
                .sort_by_key(|claim| (claim.due_at, claim.lease.generation, claim.lease.sequence));
        }
        Ok(parcel)
    }

    /// Commits the start of the attempts: the first within the limits, the others along with it.
    async fn begin(
        &self,
        admitted: Vec<(Claim, Delivery)>,
        route: &Route,
        desk: &Desk,
        time: Time<'_>,
    ) -> Vec<(Claim, Delivery)> {
        let lasts = time.lease(self.lease, route.policy.attempt_timeout);
        let lease_until = calendar::later(time.now(), lasts);
        let mut admitted = admitted.into_iter();
        let mut started: Vec<(Claim, Delivery)> = Vec::with_capacity(admitted.len());
        let mut next: Vec<_> = admitted.by_ref().take(1).collect();
        while !next.is_empty() {
            let admission = if started.is_empty() {
                Arc::clone(&route.policy.admission)
            } else {
                Arc::new(Admission::unlimited())
            };
            let attempts = next
                .iter()
                .map(|(claim, _)| {
                    let lease = claim.lease.clone();
                    AttemptStart::new(lease, lease_until, Arc::clone(&admission))
                })
                .collect();
            let Some(begun) = desk.begins.ask(attempts).await else {
                break;
            };
            for (begun, attempt) in begun.into_iter().zip(next) {
                match begun {
                    Begun::Started => {
                        count(&self.counters.attempts);
                        started.push(attempt);
                    }
                    Begun::Deferred { .. } => {
                        count(&self.counters.deferred);
                        trace::deferred(&attempt.0.lease, begun);
                    }
                    Begun::Stale => {
                        count(&self.counters.stale);
                        trace::stale(&attempt.0.lease);
                    }
                }
            }
            next = admitted.by_ref().collect();
        }
        started
    }

    /// Calls the notifier, within its time if there is a timer, keeping the leases alive meanwhile.
    async fn deliver(&self, delivery: &Delivery, route: &Route, time: Time<'_>) -> Outcome {
        let Some(notifier) = &route.notifier else {
            // `build` refuses a route without a notifier.
            return Outcome::Rejected(Cause::NoNotifier.into());
        };
        let leases: Vec<Lease> = delivery.all().map(|each| each.lease().clone()).collect();
        let timeout = route.policy.attempt_timeout;
        let begun = time.elapsed();
        let notify = unless_it_panics(notifier.notify(delivery), || {
            Outcome::Unknown(Reason::new(Cause::Other, "the notifier panicked"))
        });
        let mut notify = pin!(notify);
        loop {
            // By the time that passes, not by the clock, which may be set meanwhile.
            let passed = calendar::difference(time.elapsed(), begun);
            let left = calendar::difference(timeout, passed);
            if left <= TimeDelta::zero() {
                return Outcome::Unknown(Cause::Timeout.into());
            }
            let beat_at = time.now().checked_add_signed(left.min(self.lease / 3));
            let Some(beat_at) = beat_at else {
                // The clock stands at the end of the calendar, where nothing can be waited for.
                return notify.await;
            };
            if let Some(outcome) = time.until(beat_at, notify.as_mut()).await {
                return outcome;
            }
            let now = time.now();
            // If this fails the lease runs out, and the settlement will tell.
            let lease_until = calendar::later(now, self.lease);
            let _ = self
                .store
                .renew(&leases, lease_until, now)
                .await
                .inspect_err(|error| trace::store_failed("renew", error));
        }
    }

    async fn settle(&self, settlements: Vec<Settlement>, desk: &Desk) {
        for settlement in &settlements {
            trace::settled(settlement);
            match (&settlement.verdict, &settlement.attempt) {
                (Verdict::Dead(_), _) => count(&self.counters.dead),
                (Verdict::Again { .. }, Some(_)) => count(&self.counters.retried),
                (Verdict::Again { .. }, None) => count(&self.counters.deferred),
                (Verdict::Instead { .. }, _) => count(&self.counters.rerouted),
                (Verdict::Done | Verdict::PassedOn(_), _) => {}
            }
        }
        // If this fails the lease runs out, and the next claim is told that it is in doubt.
        let told: Vec<(Lease, Option<Cause>)> = settlements
            .iter()
            .map(|each| {
                let passed_on = match &each.verdict {
                    Verdict::PassedOn(reason) => Some(reason.cause()),
                    _ => None,
                };
                (each.lease.clone(), passed_on)
            })
            .collect();
        let settled = desk.settlements.ask(settlements).await.unwrap_or_default();
        for (settled, (lease, passed_on)) in settled.into_iter().zip(&told) {
            match settled {
                // Somebody has answered: the other phones need not ring on.
                Settled::Recorded { mut in_flight } => {
                    if let Some(cause) = passed_on {
                        count(&self.counters.passed_on);
                        trace::passed_on(lease, *cause);
                    }
                    self.cancel(&mut in_flight).await;
                }
                Settled::Buried { mut in_flight } => {
                    count(&self.counters.dead);
                    trace::buried(lease, passed_on.unwrap_or(Cause::Other));
                    self.cancel(&mut in_flight).await;
                }
                Settled::Stale => {
                    count(&self.counters.stale);
                    trace::stale(lease);
                }
            }
        }
    }
}

/// Without a timer nobody can renew a lease, so it must outlast the attempt.
pub(super) fn lease_without_timer(lease: TimeDelta, attempt_timeout: TimeDelta) -> TimeDelta {
    lease.max(attempt_timeout * 2)
}
