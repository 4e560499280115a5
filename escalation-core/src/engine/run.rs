//! The loop of a service.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use chrono::{DateTime, TimeDelta, Utc};

use super::Engine;
use super::tasks::Tasks;
use super::time::Time;
use crate::{StoreError, Timer};

/// Why the loop goes round again.
enum Woken {
    Delivered,
    Time,
    Changed,
    Shutdown,
}

impl Engine {
    /// Delivers what is due, sleeps until there is more, and goes on until `shutdown` resolves;
    /// then claims nothing more, waits for what is under way, and answers.
    ///
    /// It is woken by its store for anything that becomes due earlier, and looks every
    /// [`poll_interval`](crate::EngineBuilder::poll_interval) for what other programs have
    /// started. An attempt that exceeds its channel's
    /// [`attempt_timeout`](crate::ChannelPolicy::attempt_timeout) counts as unknown. A store that
    /// fails is asked again after a second.
    ///
    /// Dropping it is safe too: what was under way is taken up after its lease, as unknown.
    pub async fn run(&self, timer: &dyn Timer, shutdown: impl Future<Output = ()> + Send) {
        let time = Time::Flowing(timer);
        let mut shutdown = pin!(shutdown);
        let mut tasks = Tasks::new();
        loop {
            let changed = self.store.changed();
            let mut changed = pin!(changed);
            // Polled before the store is asked, so that a change between cannot be missed.
            let mut early = poll_fn(|context| Poll::Ready(changed.as_mut().poll(context))).await;

            let wake_at = match self.claim_due(&mut tasks, time).await {
                Ok(next_due) => {
                    let poll_at = timer.now() + self.poll_interval;
                    next_due.map_or(poll_at, |due| due.min(poll_at))
                }
                Err(_) => timer.now() + TimeDelta::seconds(1),
            };
            let mut sleep = pin!(timer.sleep_until(wake_at));
            let full = tasks.len() >= self.concurrency;
            let woken = poll_fn(|context| {
                if shutdown.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Woken::Shutdown);
                }
                // The outcome is recorded; if that failed, the lease runs out and tells.
                if !tasks.is_empty() && tasks.poll_finished(context).is_ready() {
                    return Poll::Ready(Woken::Delivered);
                }
                if full {
                    return Poll::Pending;
                }
                if early.is_ready() || changed.as_mut().poll(context).is_ready() {
                    early = Poll::Pending;
                    return Poll::Ready(Woken::Changed);
                }
                sleep.as_mut().poll(context).map(|()| Woken::Time)
            })
            .await;
            if matches!(woken, Woken::Shutdown) {
                break;
            }
        }
        while !tasks.is_empty() {
            tasks.finished().await;
        }
    }

    /// Claims as much as there is room for, and answers when there may be more.
    async fn claim_due<'a>(
        &'a self,
        tasks: &mut Tasks<'a, Result<(), StoreError>>,
        time: Time<'a>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let free = self.concurrency.saturating_sub(tasks.len());
        if free > 0 {
            let now = time.now();
            for claim in self.store.claim(free, now + self.lease, now).await? {
                tasks.push(self.attempt(claim, time));
            }
        }
        self.store.next_due().await
    }
}
