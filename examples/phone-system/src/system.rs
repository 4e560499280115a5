//! The phone system: opening hours, the floor, and the three-minute rule.

use std::fmt;
use std::sync::Arc;

use business_hours::{Override, OverrideId, Schedule};
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{Clock, Engine};
use queue_dispatch::{CallId, CallState, Caller, Event, Queue, Refusal};
use tokio::sync::Notify;
use twilio_rest::Client;

use crate::caller::Carried;
use crate::database::Database;
use crate::floor::{Floor, FloorError};
use crate::journal::Journal;
use crate::opening::{OpeningHours, OverrideError};
use crate::records::{Records, RecordsError};
use crate::settings::Settings;
use crate::speed::Speed;
use crate::{one_line, overflow};

/// After a failed write, how long until the next attempt.
const AFTER_FAILURE: TimeDelta = TimeDelta::seconds(1);

/// Everything that outlives a request. Cheap to share; one per program.
#[derive(Debug)]
pub struct PhoneSystem {
    pub(crate) floor: Arc<Floor>,
    hours: OpeningHours,
    escalations: Engine,
    speed: Speed,
    /// Rung when there may be something to do before the instant that `run_once` named last.
    changed: Notify,
    /// Rung when there may be phones to ring.
    rings: Notify,
}

/// What the phone system reaches the world by.
#[derive(Clone)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a program must fill in all of it"
)]
pub struct Outside {
    /// Twilio's REST API, to ring phones.
    pub twilio: Client,
    /// Where everything is kept; what other phone systems on the same one do, this one knows.
    pub database: Database,
    /// The time; nothing else is asked for it.
    pub clock: Arc<dyn Clock>,
    /// How fast that clock runs: [`Speed::REAL`] in life.
    pub speed: Speed,
    /// Receives every decision.
    pub journal: Arc<Journal>,
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outside")
            .field("twilio", &self.twilio)
            .finish_non_exhaustive()
    }
}

/// Why the phone system cannot open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The queue cannot open.
    #[error(transparent)]
    Floor(#[from] FloorError),
    /// The escalation engine cannot be built.
    #[error(transparent)]
    Escalations(#[from] escalation_core::BuildError),
    /// The exceptions to the opening hours cannot be read.
    #[error(transparent)]
    Hours(#[from] OverrideError),
    /// The records cannot be read.
    #[error(transparent)]
    Records(#[from] RecordsError),
}

/// Why something could not be decided.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SystemError {
    #[error("the queue")]
    Queue(#[from] queue_dispatch::Error),
    #[error("the escalations")]
    Escalations(#[from] escalation_core::Error),
    #[error("the request for an escalation")]
    Request(#[from] overflow::RequestError),
    #[error("the opening hours")]
    Hours(#[from] business_hours::QueryError),
    #[error("the call's SID")]
    CallId(#[from] queue_dispatch::ParseCallIdError),
    #[error("the call's SID")]
    CallSid(#[from] twilio_webhook::SidError),
}

impl PhoneSystem {
    /// Opens the system.
    ///
    /// # Errors
    /// [`OpenError`] if the settings do not fit together, or the database cannot be read.
    pub async fn open(
        settings: Settings,
        hours: Schedule,
        outside: Outside,
    ) -> Result<Self, OpenError> {
        let Outside {
            twilio,
            database,
            clock,
            speed,
            journal,
        } = outside;
        let hours = OpeningHours::new(hours, database.overrides);
        hours.refresh().await?;
        let records = Arc::new(Records::open(database.records).await?);
        let floor = Floor::open(settings, twilio, database.queue, records, journal, clock);
        let floor = Arc::new(floor.await?);
        Ok(Self {
            escalations: overflow::engine(database.escalations, Arc::clone(&floor))?,
            hours,
            floor,
            speed,
            changed: Notify::new(),
            rings: Notify::new(),
        })
    }

    /// Lets happen what is due at `now`: overflows, time limits of the queue, callers who have vanished. Answers when to
    /// come back, unless [`changed`](Self::changed) calls before. What fails is written down and tried again. Phones are
    /// rung by [`ring_phones`](Self::ring_phones).
    pub async fn run_once(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // One that fails keeps the others from nothing.
        let overflows = self
            .escalations
            .run_once(now)
            .await
            .map_err(SystemError::from);
        let vanished = self.let_go_of_the_silent(now).await;
        let queue = self.floor.run_once(now).await.map_err(SystemError::from);
        self.rings.notify_one();
        let wakes = [overflows, vanished, queue].into_iter().map(|wake| {
            wake.unwrap_or_else(|error| {
                self.note("phone system", "cannot keep time", one_line(&error));
                Some(now + AFTER_FAILURE)
            })
        });
        wakes.flatten().min()
    }

    /// Rings the phones that are to be rung, and stops those that are to be stopped, through Twilio's API. What fails is
    /// written down; the queue tries again with its next round.
    pub async fn ring_phones(&self) {
        if let Err(error) = self.floor.ring_phones().await {
            self.note(
                "phone system",
                "cannot take in what became of a call",
                one_line(&error),
            );
        }
    }

    /// Returns when a request may have changed what is due, and when.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Returns when there may be phones to ring.
    pub async fn rings(&self) {
        self.rings.notified().await;
    }

    /// Adds an exception to the opening hours, on all servers, from the next call on; in place of one with the same id.
    ///
    /// # Errors
    /// What is wrong with the exception, or why it cannot be kept.
    pub async fn override_hours(&self, exception: Override) -> Result<(), OverrideError> {
        self.hours.put(exception).await
    }

    /// Withdraws an exception to the opening hours, on all servers, from the next call on.
    ///
    /// # Errors
    /// Why that cannot be kept.
    pub async fn end_override(&self, exception: &OverrideId) -> Result<(), OverrideError> {
        self.hours.remove(exception).await
    }

    /// The exceptions to the opening hours, oldest first.
    #[must_use]
    pub fn overrides(&self) -> Vec<Override> {
        self.hours.overrides()
    }

    /// The opening hours, exceptions included, as this server knows them.
    #[must_use]
    pub fn hours(&self) -> Schedule {
        self.hours.schedule()
    }

    /// What this server knows together with the others, beside queue and escalations.
    #[must_use]
    pub fn records(&self) -> &Arc<Records> {
        &self.floor.records
    }

    /// The opening hours as they are at this moment on all servers; as this one knows them, if the store does not answer.
    pub(crate) async fn current_hours(&self) -> Schedule {
        if let Err(error) = self.hours.refresh().await {
            self.note(
                "phone system",
                "cannot look for new exceptions to the hours",
                one_line(&error),
            );
        }
        self.hours()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.floor.settings
    }

    /// How many callers wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.floor.queue.read(Queue::waiting)
    }

    /// How fast the system's clock runs.
    #[must_use]
    pub fn speed(&self) -> Speed {
        self.speed
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.floor.now()
    }

    pub(crate) fn note(&self, who: impl AsRef<str>, what: impl AsRef<str>, why: impl AsRef<str>) {
        self.floor.journal.note(self.now(), who, what, why);
    }

    pub(crate) fn wake(&self) {
        self.changed.notify_one();
        self.rings.notify_one();
    }

    /// A caller waits in their Twilio queue: the queue and the three-minute rule know of them from now on. Said again and
    /// again while they wait, so a program that was restarted learns who waits from Twilio itself.
    pub(crate) async fn waits(
        &self,
        call: CallId,
        carried: Carried,
        who: &str,
        why: &str,
    ) -> Result<(), SystemError> {
        let (floor, now) = (&self.floor, self.now());
        let since = carried.since.min(now);
        if !floor.callers.heard_of(call, who.to_owned(), now) {
            return Ok(());
        }
        floor.callers.carry(call, carried);
        // The watch begins first: were the program to die in between, the caller would be watched over all the same, and
        // in line again with Twilio's next request. A caller whom the store cannot watch over waits in line nevertheless.
        if !floor.callers.is_watched(call) {
            match self.watch(call, since).await {
                Ok(()) => floor.callers.watch(call),
                Err(error) => self.note(who, "cannot be watched over yet", one_line(&error)),
            }
        }
        if floor.queue.read(|queue| queue.call_state(call).is_some()) {
            return Ok(());
        }
        self.note(who, "waits in line", why);
        match floor
            .tell(Event::Enqueue(
                Caller::new(call, carried.class.id()).waiting_since(since),
            ))
            .await
        {
            // Two requests for one call at the same instant: the other one was first.
            Ok(_) | Err(queue_dispatch::Error::Refused(Refusal::AlreadyInQueue { .. })) => {}
            Err(error) => return Err(error.into()),
        }
        self.wake();
        if floor.callers.has_ended(call) {
            // They hung up while this was being done, and were not in line yet to be let go.
            return self.has_hung_up(call).await;
        }
        Ok(())
    }

    async fn watch(&self, call: CallId, since: DateTime<Utc>) -> Result<(), SystemError> {
        let now = self.now();
        let request = overflow::request(call, since, self.settings().overflow_after, now)?;
        self.escalations.start(&request, now).await?;
        Ok(())
    }

    /// Caller and rep are joined: nobody needs to be rung any more.
    pub(crate) async fn connected(
        &self,
        call: CallId,
        since: DateTime<Utc>,
    ) -> Result<(), SystemError> {
        self.floor.callers.talks(call, since, self.now());
        self.stop_watching(call).await
    }

    /// The caller is not in line any more. The call may go on, and they may come back.
    pub(crate) async fn leaves_line(&self, call: CallId) -> Result<(), SystemError> {
        let told = self.floor.mention(Event::HungUp { call }).await;
        self.floor.callers.forget(call);
        self.stop_watching(call).await?;
        told?;
        Ok(())
    }

    /// The call has ended: whatever is said of it later does not bring it back.
    pub(crate) async fn has_hung_up(&self, call: CallId) -> Result<(), SystemError> {
        self.floor.callers.end(call, self.now());
        self.leaves_line(call).await
    }

    /// Callers of whom Twilio does not speak any more: the notices of their going were lost.
    async fn let_go_of_the_silent(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, SystemError> {
        let (silent, next) = self.floor.callers.silent(now);
        for call in silent {
            let state = self.floor.queue.read(|queue| queue.call_state(call));
            if matches!(state, Some(CallState::Connecting { .. })) {
                // Nothing is asked about them meanwhile, and the queue bounds the time.
                self.floor.callers.is_there(call, now);
                continue;
            }
            self.note(
                self.floor.callers.name(call),
                "is gone",
                "Twilio has long not spoken of them",
            );
            self.leaves_line(call).await?;
        }
        Ok(next)
    }

    async fn stop_watching(&self, call: CallId) -> Result<(), SystemError> {
        let process = overflow::process(call).map_err(overflow::RequestError::from)?;
        self.escalations.stop(&process, self.now()).await?;
        self.wake();
        Ok(())
    }
}
