//! The loop of a service.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::task::Poll;

use chrono::{DateTime, TimeDelta, Utc};

use super::Engine;
use super::time::Time;
use super::watch::{ClockWatch, Trust};
use super::work::Work;
use crate::counters::count;
use crate::{StoreError, Timer, trace};

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
    /// If the clock jumps by more than half a [lease](crate::EngineBuilder::lease), nothing is
    /// claimed until it has run steadily for a whole lease: by then every worker that is alive has
    /// renewed its leases by the new time, and what has run out was really lost. Deliveries under
    /// way go on.
    ///
    /// Dropping it is safe too: what was under way is taken up after its lease, as unknown.
    pub async fn run(&self, timer: &dyn Timer, shutdown: impl Future<Output = ()> + Send) {
        let time = Time::Flowing(timer);
        let mut shutdown = pin!(shutdown);
        let mut work = Work::new(self, time);
        let mut watch = ClockWatch::new(self.lease);
        loop {
            let changed = self.store.changed();
            let mut changed = pin!(changed);
            // Polled before the store is asked, so that a change between cannot be missed.
            let mut early = poll_fn(|context| Poll::Ready(changed.as_mut().poll(context))).await;

            let wake_at = match watch.look(timer) {
                Trust::Lost { by } => {
                    count(&self.counters.clock_jumps);
                    trace::clock_jumped(by, watch.left(timer));
                    timer.now().checked_add_signed(watch.left(timer))
                }
                Trust::NotYet => timer.now().checked_add_signed(watch.left(timer)),
                Trust::Steady => match self.claim_due(&mut work).await {
                    Ok(next_due) => {
                        let poll_at = timer.now().checked_add_signed(self.poll_interval);
                        poll_at.map(|poll_at| next_due.map_or(poll_at, |due| due.min(poll_at)))
                    }
                    Err(_) => timer.now().checked_add_signed(TimeDelta::seconds(1)),
                },
            };
            let mut sleep = pin!(async {
                match wake_at {
                    Some(wake_at) => timer.sleep_until(wake_at).await,
                    // There is no such time: the clock stands at the end of the calendar.
                    None => pending().await,
                }
            });
            let full = work.free() == 0;
            let woken = poll_fn(|context| {
                if shutdown.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Woken::Shutdown);
                }
                // The outcome is recorded; if that failed, the lease runs out and tells.
                if !work.is_empty() && work.poll_finished(context).is_ready() {
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
        while !work.is_empty() {
            work.finished().await;
        }
    }

    /// Claims as much as there is room for, and answers when there may be more.
    async fn claim_due(&self, work: &mut Work<'_>) -> Result<Option<DateTime<Utc>>, StoreError> {
        if work.lease_until().is_none() {
            return Ok(None);
        }
        work.claim().await?;
        let next_due = work.meanwhile(self.store.next_due()).await;
        next_due.inspect_err(|error| trace::store_failed("next due", error))
    }
}
