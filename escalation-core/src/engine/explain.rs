//! Saying beforehand what an engine will do.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Engine;
use crate::{
    Cause, Claim, Delivery, Error, Forecast, Generation, Lease, Notification, ProcessId, Reason,
    Sequence, StartRequest, Token, Verdict, decision, forecast::Expected,
};

impl Engine {
    /// What a request would send, when and why, if it were started at `now` and nobody reacted. A
    /// dry run: nothing is started.
    ///
    /// The delivery window is asked about each time, and what it makes too late is left out as the
    /// [`LatePolicy`](crate::LatePolicy) says; preconditions and limits are not asked, since what
    /// they will say is not known yet.
    ///
    /// # Errors
    /// As for [`plan`](Self::plan).
    pub async fn forecast(
        &self,
        request: &StartRequest,
        now: DateTime<Utc>,
    ) -> Result<Forecast, Error> {
        let plan = self.plan(request, now)?;
        let forecast = Forecast::of_plan(&plan);
        let notifications = plan
            .notifications
            .iter()
            .map(|planned| (planned.sequence, Arc::clone(&planned.notification)))
            .collect();
        Ok(self.foreseen(forecast, notifications).await)
    }

    /// What a running process will still send, when and why; `None` if none of that name runs.
    ///
    /// # Errors
    /// [`Error::Store`] if the store cannot answer.
    pub async fn explain(&self, process: &ProcessId) -> Result<Option<Forecast>, Error> {
        let Some(snapshot) = self.store.process(process).await? else {
            return Ok(None);
        };
        let forecast = Forecast::of_process(&snapshot);
        let notifications = snapshot
            .open
            .iter()
            .map(|open| {
                let planned = &open.planned;
                (planned.sequence, Arc::clone(&planned.notification))
            })
            .collect();
        Ok(Some(self.foreseen(forecast, notifications).await))
    }

    /// Takes into account what this engine is built of: its channels, its window, what is too late.
    async fn foreseen(
        &self,
        mut forecast: Forecast,
        notifications: Vec<(Sequence, Arc<Notification>)>,
    ) -> Forecast {
        let generation = forecast.generation.unwrap_or(Generation::new(0));
        let mut claims = Vec::with_capacity(forecast.expected.len());
        for expected in &mut forecast.expected {
            let found = notifications
                .iter()
                .find(|(sequence, _)| *sequence == expected.sequence);
            let Some((_, notification)) = found else {
                claims.push(None);
                continue;
            };
            let lease = Lease::new(
                forecast.process.clone(),
                generation,
                expected.sequence,
                Token::new(0),
            );
            let planned = expected.planned_at().unwrap_or_default();
            let tenant = forecast.tenant.clone();
            let notification = Arc::clone(notification);
            let attempts = expected.attempts();
            let claim = Claim::new(
                lease,
                tenant,
                expected.stage,
                planned,
                notification,
                attempts,
            );
            claims.push(self.foresee(expected, claim).await);
        }
        // All before any is left out: what is never sent is due until then.
        for index in 0..claims.len() {
            let superseded = forecast.superseded(index, &claims);
            if let Some(claim) = &mut claims[index] {
                claim.superseded = superseded;
            }
        }
        for (expected, claim) in forecast.expected.iter_mut().zip(claims) {
            let (Some(claim), Some(at)) = (claim, expected.at) else {
                continue;
            };
            let Some(route) = self.routes.get(&expected.channel) else {
                continue;
            };
            let from = self.possible_from(&claim, &route.policy, at).await;
            if let Some(settlement) = decision::timely(&claim, &route.policy, from, at) {
                match settlement.verdict {
                    Verdict::Dead(reason) => expected.never(reason),
                    _ => expected.leave_out(),
                }
            }
        }
        forecast.sorted()
    }

    /// Answers what will be claimed, if anything will.
    async fn foresee(&self, expected: &mut Expected, mut claim: Claim) -> Option<Claim> {
        // Ends, since no channel goes over to itself in the end.
        loop {
            let channel = claim.notification.channel();
            let Some(route) = self.routes.get(channel) else {
                expected.never(Reason::new(Cause::NoNotifier, channel.as_str()));
                return None;
            };
            let (Some(window), Some(at)) = (&self.window, expected.at) else {
                break;
            };
            let window = window
                .window(&Delivery::next(&claim).of(self.installation.as_ref()), at)
                .await;
            let Some(channel) = expected.through(window, &route.policy.closed) else {
                break;
            };
            claim.notification = Arc::new(claim.notification.as_ref().clone().over(channel));
            expected.destination = claim.notification.destination().map(str::to_owned);
        }
        Some(claim)
    }
}
