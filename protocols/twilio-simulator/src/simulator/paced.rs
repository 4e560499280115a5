//! The loop under a pace, where time does not stand still for anybody.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::pace::Pace;
use crate::simulator::Simulator;
use crate::transport::TransportError;

/// A request's number and what came of it.
pub(super) type Answered = (u64, Result<http::Response<Bytes>, TransportError>);

impl Simulator {
    /// Plays what is due when it is due, and takes answers when they come. Requests that are under way when this ends go on,
    /// and are taken up by the next run.
    pub(super) async fn run_paced(
        &mut self,
        pace: &Pace,
        until: Option<DateTime<Utc>>,
    ) -> Result<(), Error> {
        self.last_activity = self.clock.now();
        self.run_tasks().await?;
        loop {
            self.send_requests();
            if self.switch().rest_requests() != self.rest_requests_seen {
                self.run_tasks().await?;
                continue;
            }
            let event = self.switch().next_event_at();
            let wake = self.tasks.iter().filter_map(|slot| slot.wake).min();
            let next = [event, wake, until].into_iter().flatten().min();
            if until.is_none() && self.under_way.is_empty() && event.is_none() {
                let quiet = wake.map(|wake| wake.signed_duration_since(self.last_activity));
                if quiet.is_none_or(|quiet| quiet > self.idle_after) {
                    return Ok(());
                }
            }
            let next = next.unwrap_or(DateTime::<Utc>::MAX_UTC);
            tokio::select! {
                biased;
                Some(answered) = self.under_way.join_next() => {
                    // It is later by now than when something last happened, though nothing that is still to happen has.
                    self.clock.advance_to(pace.now().min(next));
                    // None is ever aborted, and what panics in a transport panics here.
                    let (number, answer) = answered
                        .unwrap_or_else(|lost| std::panic::resume_unwind(lost.into_panic()));
                    self.take_answer(number, answer).await?;
                }
                has_come = pace.reaches(next) => {
                    if !has_come {
                        continue;
                    }
                    self.clock.advance_to(next);
                    if event == Some(next) {
                        self.last_activity = next;
                        let mut switch = self.switch();
                        switch.handle_next();
                        switch.refusal()?;
                    } else if wake == Some(next) {
                        self.run_tasks().await?;
                    } else {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Sends what waits to be sent, as much of it as may be under way.
    fn send_requests(&mut self) {
        while self.under_way.len() < self.at_once {
            let Some(outgoing) = self.switch().next_request() else {
                return;
            };
            let transport = Arc::clone(&self.transport);
            self.under_way
                .spawn(async move { (outgoing.number, transport.send(outgoing.http).await) });
        }
    }
}
