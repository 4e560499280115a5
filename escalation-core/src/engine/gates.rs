//! What is asked of a claimed notification before it is attempted.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Engine;
use super::builder::Route;
use super::panics::unless_it_panics;
use super::time::Time;
use crate::counters::count;
use crate::{
    Attempt, Cause, ChannelPolicy, Check, Claim, ClosedWindow, Delivery, Doubt, LatePolicy,
    Outcome, Reason, Reconciled, Settlement, UnknownPolicy, Verdict, Window, calendar, decision,
    trace,
};

/// How long until a precondition that has panicked is asked again.
const AFTER_A_PANIC: TimeDelta = TimeDelta::minutes(1);

/// How often a window may answer that it opens later still.
const OPENINGS: usize = 32;

impl Engine {
    /// The delivery of a claim, or its settlement if it is not to be delivered now.
    pub(super) async fn admitted(
        &self,
        claim: &Claim,
        route: &Route,
        time: Time<'_>,
    ) -> Result<Delivery, Settlement> {
        let delivery = Delivery::next(claim).of(self.installation.as_ref());
        let policy = &route.policy;
        let possible_from = self.possible_from(claim, policy, time.now()).await;
        if let Some(settlement) = decision::timely(claim, policy, possible_from, time.now()) {
            return Err(self.skipped(settlement));
        }
        let doubt = self.doubted(claim, &delivery, route, time).await?;
        let mut delivery = delivery.doubted(doubt);
        let check = match &self.precondition {
            Some(precondition) => {
                let again = || Check::AskAgainAt(calendar::later(time.now(), AFTER_A_PANIC));
                unless_it_panics(precondition.check(&delivery), again).await
            }
            None => Check::Proceed,
        };
        if let Some(settlement) = decision::checked(claim, check, time.now()) {
            return Err(self.skipped(settlement));
        }
        let window = match &self.window {
            Some(window) => {
                let asked = window.window(&delivery, time.now());
                unless_it_panics(asked, || Window::Unknown).await
            }
            None => Window::Now,
        };
        if let Some(settlement) = decision::opened(claim, window, &policy.closed, time.now()) {
            return Err(self.skipped(settlement));
        }
        match route.message(&delivery) {
            Ok(message) => delivery.says(message.map(Arc::from)),
            // It was there at the start; the templates have changed since.
            Err(error) => {
                let reason = Reason::new(Cause::BadMessage, error.to_string());
                return Err(Settlement::new(claim.lease.clone(), Verdict::Dead(reason)));
            }
        }
        Ok(delivery)
    }

    /// From when on a claim could have been sent: its time, or the opening of the window that was
    /// closed then and that it waits for. Only asked where that can make a difference.
    pub(super) async fn possible_from(
        &self,
        claim: &Claim,
        policy: &ChannelPolicy,
        now: DateTime<Utc>,
    ) -> DateTime<Utc> {
        let mut from = claim.due_at;
        let (LatePolicy::DropOlderThan(limit), ClosedWindow::Defer, Some(window)) =
            (policy.late, &policy.closed, &self.window)
        else {
            return from;
        };
        let delivery = Delivery::next(claim).of(self.installation.as_ref());
        for _ in 0..OPENINGS {
            if decision::delay(claim, policy, from, now) <= limit {
                break;
            }
            let asked = window.window(&delivery, from);
            match unless_it_panics(asked, || Window::Unknown).await {
                Window::NotBefore(opens) if opens > from => from = opens,
                _ => break,
            }
        }
        from
    }

    /// Counts what is settled without having been sent or given up.
    fn skipped(&self, settlement: Settlement) -> Settlement {
        if settlement.verdict == Verdict::Done {
            count(&self.counters.skipped);
            trace::skipped(&settlement.lease);
        }
        settlement
    }

    /// Finds out about an earlier attempt that may have been delivered, as the channel's policy
    /// says: what is still in doubt, or the claim's settlement if there is to be no attempt now.
    async fn doubted(
        &self,
        claim: &Claim,
        delivery: &Delivery,
        route: &Route,
        time: Time<'_>,
    ) -> Result<Doubt, Settlement> {
        if claim.doubt == Doubt::None {
            return Ok(Doubt::None);
        }
        let policy = &route.policy;
        let reconciler = match policy.unknown {
            UnknownPolicy::Resend => return Ok(claim.doubt),
            UnknownPolicy::Reconcile => route.reconciler.as_ref(),
            UnknownPolicy::DeadLetter => None,
        };
        let Some(reconciler) = reconciler else {
            let reason = Reason::new(Cause::Timeout, "an attempt may have been delivered");
            let mut settlement =
                Settlement::new(claim.lease.clone(), Verdict::Dead(reason.clone()));
            settlement.attempt = Some(Attempt::new(claim.attempts, time.now(), reason));
            return Err(settlement);
        };
        let mut earlier = delivery.clone().earlier();
        // Who looks for it may know it by its words; without them it would be sent again.
        if let Ok(message) = route.message(&earlier) {
            earlier.says(message.map(Arc::from));
        }
        let asked = unless_it_panics(reconciler.reconcile(&earlier), || {
            Reconciled::AskAgain(Reason::new(Cause::Other, "the reconciler panicked"))
        });
        let outcome = match asked.await {
            Reconciled::NeverSent => return Ok(Doubt::None),
            Reconciled::AskAgain(reason) => Outcome::Unknown(reason),
            Reconciled::Ended(outcome) => outcome,
        };
        Err(match outcome {
            Outcome::Unknown(reason) => {
                decision::still_unknown(claim, &earlier, reason, policy, time.now())
            }
            outcome => {
                if matches!(outcome, Outcome::Delivered(_)) {
                    count(&self.counters.delivered);
                }
                let mut known = claim.clone();
                known.doubt = Doubt::None;
                decision::ended(&known, &earlier, outcome, policy, time.now())
            }
        })
    }
}
