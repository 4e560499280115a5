//! The shell around the rules: claims what is due, has it delivered, records how it ended.

mod attempt;
mod builder;
mod calls;
mod explain;
mod gates;
mod intake;
mod panics;
mod run;
mod tasks;
mod time;
mod watch;
mod work;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::counters::count;
use crate::trace;
use crate::{
    Cancelled, Cause, Channel, Counters, Counts, DeliveryWindow, Error, EscalationStore, Held,
    Hold, InFlight, Installation, NewProcess, Precondition, ProcessId, ProcessSnapshot, Profile,
    RequestId, Run, StartRequest, Started, Stopped,
};
use builder::Route;
pub use builder::{BuildError, EngineBuilder};
pub use intake::Submitted;
use panics::unless_it_panics;
use time::Time;
use work::Work;

/// Delivers the notifications of escalation processes when they are due.
///
/// Any number of engines, in any number of programs, may share one store. An engine is driven by
/// [`run`](Self::run), or by [`run_once`](Self::run_once) from a timer, a cron job or a serverless
/// function; the other methods may be called at any time, from any task.
pub struct Engine {
    store: Arc<dyn EscalationStore>,
    routes: HashMap<Channel, Route>,
    precondition: Option<Arc<dyn Precondition>>,
    window: Option<Arc<dyn DeliveryWindow>>,
    profile: Profile,
    concurrency: usize,
    lease: TimeDelta,
    poll_interval: TimeDelta,
    installation: Option<Installation>,
    counters: Counters,
}

impl Engine {
    /// Begins to build an engine on a store.
    pub fn builder(store: Arc<dyn EscalationStore>) -> EngineBuilder {
        EngineBuilder::new(store)
    }

    /// Starts a process. When this has answered, it survives a crash.
    ///
    /// # Errors
    /// As for [`plan`](Self::plan), and [`Error::Store`] if the store cannot answer; either way
    /// nothing was started.
    pub async fn start(
        &self,
        request: &StartRequest,
        now: DateTime<Utc>,
    ) -> Result<Started, Error> {
        let mut started = self.store.start(self.plan(request, now)?, now).await?;
        if let Started::Replaced { in_flight, .. } = &mut started {
            self.cancel(in_flight).await;
        }
        if let Started::Created(generation)
        | Started::Replaced { generation, .. }
        | Started::Extended { generation, .. } = &started
        {
            count(&self.counters.started);
            trace::started(request.process(), *generation);
        }
        Ok(started)
    }

    /// What [`start`](Self::start) would ask the store to keep: for a store that can do so within a
    /// transaction of the host's own.
    ///
    /// # Errors
    /// [`Error::Plan`] if the request plans nothing that can be kept, [`Error::Message`] if a
    /// notification names a template that its channel does not have or cannot fill in.
    pub fn plan(&self, request: &StartRequest, now: DateTime<Utc>) -> Result<NewProcess, Error> {
        let plan = request.plan(now)?;
        for planned in &plan.notifications {
            let channels = self.ways(planned.notification.channel());
            for (channel, route) in channels {
                let sent = planned.notification.as_ref().clone().over(channel.clone());
                route.can_say(&plan.process, &sent)?;
            }
        }
        Ok(plan)
    }

    /// The channel, and those that its notifications may go over instead.
    fn ways(&self, channel: &Channel) -> Vec<(&Channel, &Route)> {
        let mut ways: Vec<(&Channel, &Route)> =
            self.routes.get_key_value(channel).into_iter().collect();
        let mut seen = 0;
        // `build` refuses circles, so that this ends.
        while let Some((_, route)) = ways.get(seen) {
            let alternatives = route.policy.alternatives();
            ways.extend(alternatives.filter_map(|channel| self.routes.get_key_value(channel)));
            seen += 1;
        }
        ways
    }

    /// Stops a process: nobody is notified any more.
    ///
    /// When this has answered, no further attempt starts. The attempts that had started before are
    /// in the answer; where the channel has a [`Canceller`](crate::Canceller), it has been asked
    /// to cancel them.
    ///
    /// # Errors
    /// [`Error::Store`] if the store cannot answer.
    pub async fn stop(
        &self,
        process: impl Into<Run<'_>>,
        now: DateTime<Utc>,
    ) -> Result<Stopped, Error> {
        self.stop_requested(process.into(), None, now).await
    }

    /// Somebody has settled what the process is about: the same as [`stop`](Self::stop).
    ///
    /// # Errors
    /// As for [`stop`](Self::stop).
    pub async fn resolve(
        &self,
        process: impl Into<Run<'_>>,
        now: DateTime<Utc>,
    ) -> Result<Stopped, Error> {
        self.stop(process, now).await
    }

    /// Somebody takes care of it: nobody is notified until the process is
    /// [resolved](Self::resolve) or [reopened](Self::reopen), or the time is over and it goes on
    /// where it stood.
    ///
    /// # Errors
    /// [`Error::Store`] if the store cannot answer.
    pub async fn acknowledge(
        &self,
        process: impl Into<Run<'_>>,
        reopens_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Held, Error> {
        self.acknowledge_requested(process.into(), reopens_at, None, now)
            .await
    }

    /// Suspends a process until then. Attempts under way go on.
    ///
    /// # Errors
    /// [`Error::Store`] if the store cannot answer.
    pub async fn snooze(
        &self,
        process: impl Into<Run<'_>>,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Held, Error> {
        Ok(self
            .store
            .hold(process.into(), Hold::Until(until), None, now)
            .await?)
    }

    /// Lets an acknowledged or snoozed process go on now.
    ///
    /// # Errors
    /// [`Error::Store`] if the store cannot answer.
    pub async fn reopen(
        &self,
        process: impl Into<Run<'_>>,
        now: DateTime<Utc>,
    ) -> Result<Held, Error> {
        let released = self.store.hold(process.into(), Hold::Release, None, now);
        Ok(released.await?)
    }

    /// What is left of a running process, `None` if none of that name runs.
    ///
    /// # Errors
    /// [`Error::Store`] if the store cannot answer.
    pub async fn process(&self, process: &ProcessId) -> Result<Option<ProcessSnapshot>, Error> {
        Ok(self.store.process(process).await?)
    }

    /// Delivers all that is due at `now`, and answers when to come back; `None` if nothing is
    /// planned.
    ///
    /// It waits for each delivery to end, and has no timer: bound the time in the notifiers. It
    /// may be dropped at any await point; deliveries under way are then taken up by the next run
    /// after their lease, as unknown.
    ///
    /// # Errors
    /// [`Error::Store`] if the store failed meanwhile; everything that could be delivered was.
    pub async fn run_once(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Error> {
        let mut work = Work::new(self, Time::Fixed(now));
        let mut failure = None;
        loop {
            if failure.is_none() {
                failure = work.claim().await.err();
            }
            if work.is_empty() {
                break;
            }
            for ended in work.finished().await {
                failure = failure.or(ended.err());
            }
        }
        match failure {
            Some(error) => Err(error.into()),
            None => Ok(self.store.next_due().await?),
        }
    }

    /// What this engine has done since it was built.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counters.snapshot()
    }

    /// The store it works on.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn EscalationStore> {
        &self.store
    }

    async fn acknowledge_requested(
        &self,
        run: Run<'_>,
        reopens_at: Option<DateTime<Utc>>,
        request: Option<&RequestId>,
        now: DateTime<Utc>,
    ) -> Result<Held, Error> {
        let hold = reopens_at.map_or(Hold::Open, Hold::Until);
        let mut held = self.store.hold(run, hold, request, now).await?;
        if let Held::Changed { in_flight, .. } = &mut held {
            self.cancel(in_flight).await;
        }
        Ok(held)
    }

    async fn stop_requested(
        &self,
        run: Run<'_>,
        request: Option<&RequestId>,
        now: DateTime<Utc>,
    ) -> Result<Stopped, Error> {
        let mut stopped = self.store.stop(run, request, now).await?;
        if let Stopped::Ended {
            generation,
            in_flight,
            ..
        } = &mut stopped
        {
            count(&self.counters.stopped);
            trace::stopped(run.process(), *generation);
            self.cancel(in_flight).await;
        }
        Ok(stopped)
    }

    /// Cancels attempts under way, where their channel has a [`Canceller`](crate::Canceller).
    ///
    /// [`stop`](Self::stop), [`acknowledge`](Self::acknowledge) and a replacing
    /// [`start`](Self::start) have done it already. It is for what a stop within the host's own
    /// transaction has answered (`stop_in` of the store's crate), once that is committed. What a
    /// channel cannot cancel goes on, which its own settlement will say; the process is over either
    /// way.
    pub async fn cancel(&self, in_flight: &mut [InFlight]) {
        for attempt in in_flight {
            attempt.set_installation(self.installation.as_ref());
            let route = self.routes.get(attempt.notification.channel());
            if let Some(canceller) = route.and_then(|route| route.canceller.as_ref()) {
                // What becomes of it is told by its own settlement.
                let panicked = || Cancelled::Failed(Cause::Other.into());
                let how = unless_it_panics(canceller.cancel(attempt), panicked).await;
                trace::cancelled(attempt, &how);
            }
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("store", &self.store)
            .field("channels", &self.routes.keys())
            .finish_non_exhaustive()
    }
}
