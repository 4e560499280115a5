//! What is asked of a claimed notification before it is attempted.

use std::sync::Arc;

use chrono::TimeDelta;

use super::Engine;
use super::builder::Route;
use super::panics::unless_it_panics;
use super::time::Time;
use crate::{
    Attempt, Cause, Check, Claim, Delivery, Doubt, Outcome, Reason, Reconciled, Settlement,
    UnknownPolicy, Verdict, Window, decision,
};

/// How long until a precondition that has panicked is asked again.
const AFTER_A_PANIC: TimeDelta = TimeDelta::minutes(1);

impl Engine {
    /// The delivery of a claim, or its settlement if it is not to be delivered now.
    pub(super) async fn admitted(
        &self,
        claim: &Claim,
        route: &Route,
        time: Time<'_>,
    ) -> Result<Delivery, Settlement> {
        let mut delivery = Delivery::next(claim);
        let policy = &route.policy;
        if let Some(settlement) = decision::timely(claim, policy, time.now()) {
            return Err(settlement);
        }
        if let Some(settlement) = self.doubted(claim, &delivery, route, time).await {
            return Err(settlement);
        }
        let check = match &self.precondition {
            Some(precondition) => {
                let again = || Check::AskAgainAt(time.now() + AFTER_A_PANIC);
                unless_it_panics(precondition.check(&delivery), again).await
            }
            None => Check::Proceed,
        };
        if let Some(settlement) = decision::checked(claim, check, time.now()) {
            return Err(settlement);
        }
        let window = match &self.window {
            Some(window) => {
                let asked = window.window(&delivery, time.now());
                unless_it_panics(asked, || Window::Unknown).await
            }
            None => Window::Now,
        };
        if let Some(settlement) = decision::opened(claim, window, &policy.closed, time.now()) {
            return Err(settlement);
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
        let asked = unless_it_panics(reconciler.reconcile(delivery), || {
            Reconciled::AskAgain(Reason::new(Cause::Other, "the reconciler panicked"))
        });
        match asked.await {
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
}
