//! The loop that joins the switch, the host and the host's tasks.

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::simulator::Simulator;
use crate::transport::TransportError;

/// How often the host's tasks are asked again at one instant before that is called an error.
const ROUNDS_AT_ONE_INSTANT: u32 = 1_000;

impl Simulator {
    pub(super) async fn run(&mut self, until: Option<DateTime<Utc>>) -> Result<(), Error> {
        if let Some(pace) = self.pace.clone() {
            return self.run_paced(&pace, until).await;
        }
        self.last_activity = self.clock.now();
        self.run_tasks().await?;
        loop {
            self.exchange_all().await?;
            let event = self.switch().next_event_at();
            let wake = self.tasks.iter().filter_map(|slot| slot.wake).min();
            let next = match (event, wake) {
                (Some(event), Some(wake)) => event.min(wake),
                (Some(event), None) => event,
                (None, Some(wake)) => {
                    let quiet = wake.signed_duration_since(self.last_activity);
                    if until.is_none() && quiet > self.idle_after {
                        return Ok(());
                    }
                    wake
                }
                (None, None) => return Ok(()),
            };
            if until.is_some_and(|until| next > until) {
                return Ok(());
            }
            self.clock.advance_to(next);
            if event == Some(next) {
                self.last_activity = next;
                let mut switch = self.switch();
                switch.handle_next();
                while self.at_once > 1 && switch.next_event_at() == Some(next) {
                    switch.handle_next();
                }
                switch.refusal()?;
            } else {
                self.run_tasks().await?;
            }
        }
    }

    /// Sends what waits to be sent, and lets the host's tasks react to each answer.
    async fn exchange_all(&mut self) -> Result<(), Error> {
        let mut under_way = VecDeque::new();
        loop {
            while self.at_once > 1 && under_way.len() < self.at_once {
                let Some(outgoing) = self.switch().next_request() else {
                    break;
                };
                let transport = Arc::clone(&self.transport);
                let sent = tokio::spawn(async move { transport.send(outgoing.http).await });
                under_way.push_back((outgoing.number, sent));
            }
            if let Some((number, sent)) = under_way.pop_front() {
                let lost =
                    |error: tokio::task::JoinError| TransportError::Broken(error.to_string());
                let answer = sent.await.map_err(lost).flatten();
                self.take_answer(number, answer).await?;
                continue;
            }
            let outgoing = self.switch().next_request();
            let Some(outgoing) = outgoing else {
                let rest_requests = self.switch().rest_requests();
                if rest_requests == self.rest_requests_seen {
                    return Ok(());
                }
                self.run_tasks().await?;
                continue;
            };
            let answer = self.transport.send(outgoing.http).await;
            self.take_answer(outgoing.number, answer).await?;
        }
    }

    pub(super) async fn take_answer(
        &mut self,
        number: u64,
        answer: Result<http::Response<bytes::Bytes>, TransportError>,
    ) -> Result<(), Error> {
        {
            let mut switch = self.switch();
            switch.answered(number, answer);
            switch.refusal()?;
        }
        self.last_activity = self.clock.now();
        self.run_tasks().await
    }

    /// Asks every task, again and again until all name the same instants as before.
    pub(super) async fn run_tasks(&mut self) -> Result<(), Error> {
        let now = self.clock.now();
        let mut rounds = 0;
        loop {
            let mut restless = None;
            for slot in &mut self.tasks {
                let wake = slot
                    .task
                    .run_once(now)
                    .await
                    .map_err(|source| Error::HostTask {
                        task: slot.task.name().to_owned(),
                        source,
                    })?;
                if wake != slot.wake || wake.is_some_and(|wake| wake <= now) {
                    restless = Some(slot.task.name().to_owned());
                }
                slot.wake = wake;
            }
            let rest_requests = self.switch().rest_requests();
            if rest_requests != self.rest_requests_seen {
                self.rest_requests_seen = rest_requests;
                self.last_activity = now;
            }
            let Some(task) = restless else {
                return Ok(());
            };
            rounds += 1;
            if rounds == ROUNDS_AT_ONE_INSTANT {
                return Err(Error::RestlessTask { task, at: now });
            }
        }
    }
}
