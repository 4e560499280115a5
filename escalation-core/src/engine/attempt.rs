//! One claimed notification, from the claim to its settlement.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use chrono::TimeDelta;

use super::Engine;
use super::builder::Route;
use super::time::Time;
use crate::counters::count;
use crate::{
    Attempt, AttemptStart, Begun, Cause, Check, Claim, Delivery, Doubt, Outcome, Reason,
    Reconciled, Settled, Settlement, StoreError, UnknownPolicy, Verdict, Window, decision,
};

impl Engine {
    /// Delivers a claimed notification, or settles why not.
    pub(super) async fn attempt(&self, claim: Claim, time: Time<'_>) -> Result<(), StoreError> {
        let Some(route) = self.routes.get(claim.notification.channel()) else {
            let reason = Reason::new(Cause::NoNotifier, claim.notification.channel().as_str());
            return self
                .settle(
                    Settlement::new(claim.lease.clone(), Verdict::Dead(reason)),
                    time,
                )
                .await;
        };
        let delivery = Delivery::next(&claim);
        if let Some(settlement) = self.refused(&claim, &delivery, route, time).await {
            return self.settle(settlement, time).await;
        }

        let now = time.now();
        let lease = time.lease(self.lease, route.policy.attempt_timeout);
        let admission = Arc::clone(&route.policy.admission);
        let start = AttemptStart::new(claim.lease.clone(), now + lease, admission);
        let begun = self.store.begin(vec![start], now).await?.pop();
        match begun.unwrap_or(Begun::Stale) {
            Begun::Started => count(&self.counters.attempts),
            Begun::Deferred { .. } => {
                count(&self.counters.deferred);
                return Ok(());
            }
            Begun::Stale => {
                count(&self.counters.stale);
                return Ok(());
            }
        }
        let outcome = self.deliver(&delivery, route, time).await;
        match &outcome {
            Outcome::Delivered(_) => count(&self.counters.delivered),
            Outcome::Unknown(_) => count(&self.counters.unknown),
            Outcome::Rejected(_) | Outcome::RetryAfter { .. } => {}
        }
        let settlement = decision::ended(&claim, &delivery, outcome, &route.policy, time.now());
        self.settle(settlement, time).await
    }

    /// The settlement of a claim that is not to be delivered now.
    async fn refused(
        &self,
        claim: &Claim,
        delivery: &Delivery,
        route: &Route,
        time: Time<'_>,
    ) -> Option<Settlement> {
        let policy = &route.policy;
        if let Some(settlement) = decision::timely(claim, policy, time.now()) {
            return Some(settlement);
        }
        if let Some(settlement) = self.doubted(claim, delivery, route, time).await {
            return Some(settlement);
        }
        let check = match &self.precondition {
            Some(precondition) => precondition.check(delivery).await,
            None => Check::Proceed,
        };
        if let Some(settlement) = decision::checked(claim, check, time.now()) {
            return Some(settlement);
        }
        let window = match &self.window {
            Some(window) => window.window(delivery, time.now()).await,
            None => Window::Now,
        };
        decision::opened(claim, window, policy.closed, time.now())
    }

    /// Settles a claim whose earlier attempt may have been delivered, as the channel's policy says.
    async fn doubted(
        &self,
        claim: &Claim,
        delivery: &Delivery,
        route: &Route,
        time: Time<'_>,
    ) -> Option<Settlement> {
        if claim.doubt == Doubt::None {
            return None;
        }
        let reconciler = match route.policy.unknown {
            UnknownPolicy::Resend => return None,
            UnknownPolicy::Reconcile => route.reconciler.as_ref(),
            UnknownPolicy::DeadLetter => None,
        };
        let reason = Reason::new(Cause::Timeout, "an attempt may have been delivered");
        let Some(reconciler) = reconciler else {
            let mut settlement =
                Settlement::new(claim.lease.clone(), Verdict::Dead(reason.clone()));
            settlement.attempt = Some(Attempt::new(claim.attempts, time.now(), reason));
            return Some(settlement);
        };
        let earlier = delivery.clone().earlier();
        match reconciler.reconcile(delivery).await {
            Reconciled::NeverSent => None,
            Reconciled::Ended(outcome) => {
                let mut known = claim.clone();
                known.doubt = Doubt::None;
                Some(decision::ended(
                    &known,
                    &earlier,
                    outcome,
                    &route.policy,
                    time.now(),
                ))
            }
            Reconciled::AskAgain(reason) => Some(decision::ended(
                claim,
                &earlier,
                Outcome::Unknown(reason),
                &route.policy,
                time.now(),
            )),
        }
    }

    /// Calls the notifier, within its time if there is a timer, keeping the lease alive meanwhile.
    async fn deliver(&self, delivery: &Delivery, route: &Route, time: Time<'_>) -> Outcome {
        let Some(notifier) = &route.notifier else {
            // `build` refuses a route without a notifier.
            return Outcome::Rejected(Cause::NoNotifier.into());
        };
        let timeout_at = time.now() + route.policy.attempt_timeout;
        let mut notify = pin!(notifier.notify(delivery));
        // A notifier that panics must not take the other deliveries with it.
        let notify = std::future::poll_fn(|context| {
            match catch_unwind(AssertUnwindSafe(|| notify.as_mut().poll(context))) {
                Ok(poll) => poll,
                Err(_) => Poll::Ready(Outcome::Unknown(Reason::new(
                    Cause::Other,
                    "the notifier panicked",
                ))),
            }
        });
        let mut notify = pin!(notify);
        loop {
            let beat_at = (time.now() + self.lease / 3).min(timeout_at);
            if let Some(outcome) = time.until(beat_at, notify.as_mut()).await {
                return outcome;
            }
            let now = time.now();
            if now >= timeout_at {
                return Outcome::Unknown(Cause::Timeout.into());
            }
            // If this fails the lease runs out, and the settlement will tell.
            let _ = self
                .store
                .renew(&[delivery.lease().clone()], now + self.lease, now)
                .await;
        }
    }

    async fn settle(&self, settlement: Settlement, time: Time<'_>) -> Result<(), StoreError> {
        match (&settlement.verdict, &settlement.attempt) {
            (Verdict::Dead(_), _) => count(&self.counters.dead),
            (Verdict::Again { .. }, Some(_)) => count(&self.counters.retried),
            (Verdict::Again { .. } | Verdict::Instead { .. }, _) => count(&self.counters.deferred),
            (Verdict::Done, _) => {}
        }
        let settled = self.store.settle(vec![settlement], time.now()).await?;
        for settled in settled {
            match settled {
                // Somebody has answered: the other phones need not ring on.
                Settled::Recorded { in_flight } => self.cancel(&in_flight).await,
                Settled::Stale => count(&self.counters.stale),
            }
        }
        Ok(())
    }
}

/// Without a timer nobody can renew a lease, so it must outlast the attempt.
pub(super) fn lease_without_timer(lease: TimeDelta, attempt_timeout: TimeDelta) -> TimeDelta {
    lease.max(attempt_timeout * 2)
}
