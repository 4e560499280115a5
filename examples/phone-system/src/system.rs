//! The phone system: opening hours, the floor, and the three-minute rule.
//!
//! # Several servers, any of which may die at any instant
//!
//! Nothing that matters is in a process alone. Who waits, whom an agent has and which offers are open is in the queue's
//! log, to which all servers append; who is to be rung for when is in the escalations; the rest is [records](crate::records).
//! Each webhook is answered by any server, which first reads what the others have written ([`PhoneSystem::catch_up`]).
//!
//! What if a server is killed between two of its steps?
//!
//! * **A caller comes into line.** In this order: their record (heard of), "overflow due" (an escalation), the record
//!   again (watched), the queue. After a death behind any of these steps Twilio has no answer: it asks the fallback URL,
//!   which puts the caller back, or repeats the request after the next announcement, 20 s later. Each step is done again
//!   unless it shows that it was done: starting the same escalation twice starts it once, and a caller is in line once. The
//!   place is by the time waited, which our URLs carry, not by the order of these requests. A caller who hangs up before the
//!   end of it is in the record, so that the silence is noticed, and the escalation ends as their call has.
//! * **Overflow is due.** An engine claims the notice with a lease. If its server dies before the queue has logged it, the
//!   lease runs out and another engine delivers it; if after, saying it twice is refused.
//! * **The queue has decided that phones are to ring, or to stop.** The server that logged the event acts on it. The others
//!   see the offers in the log too, compare them with the `leg` records, and after 6 s do what is left undone. Only who
//!   writes the `leg` record rings; see [`outbox`](crate::outbox).
//! * **An agent has taken a caller, and the page that joins them is lost.** The agent's leg falls back and asks again: the
//!   same offer, the same answer. If the leg is lost too, the queue gives up after 45 s, and the caller is at the head of
//!   the line.
//! * **They were joined, and the notice of it is lost.** The fallback of the caller's page puts them back in line; the
//!   end of the agent's `<Dial>` frees the agent.
//! * **The call is over, and no notice reaches anybody.** Twilio does not speak of the caller any more. After 90 s any server
//!   lets them go, and reads the newest records before it does.
//!
//! No server is ever declared dead, so none can be wrongly: heartbeats are for people to see. One that wakes up after its
//! machine has slept finds each of its steps refused or done: appends to the log compare versions, `leg` records are written
//! once, escalations carry tokens; and it does not take its own sleep for the callers' silence.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use business_hours::{Override, OverrideId, Schedule};
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{Clock, Counts, Engine, Notifier};
use queue_dispatch::{
    AgentId, AgentState, CallId, CallState, Caller, Event, Exit, Offer, Queue, Refusal,
};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use twilio_rest::Client;

use crate::call_back;
use crate::callers::Waits;
use crate::database::Database;
use crate::directory::{Directory, LookUps};
use crate::floor::{Floor, FloorError};
use crate::journal::Journal;
use crate::metrics::Metrics;
use crate::opening::{OpeningHours, OverrideError};
use crate::records::{Records, RecordsError, Server, TimelineEntry};
use crate::settings::Settings;
use crate::speed::Speed;
use crate::{console, on_call, one_line, overflow, tidy};

/// After a failed write, how long until the next attempt.
const AFTER_FAILURE: TimeDelta = TimeDelta::seconds(1);
/// A look that comes so much later than it was meant to shows that this program, or its machine, has stood still.
const LATE: TimeDelta = TimeDelta::seconds(20);

/// Everything that outlives a request. Cheap to share; one per program.
#[derive(Debug)]
pub struct PhoneSystem {
    pub(crate) floor: Arc<Floor>,
    hours: Arc<OpeningHours>,
    pub(crate) escalations: Engine,
    pub(crate) on_call: on_call::Known,
    speed: Speed,
    steady: Mutex<Steady>,
    /// How the other servers call this one.
    server: String,
    ending: watch::Sender<bool>,
    pub(crate) metrics: Metrics,
    pub(crate) look_ups: Option<Arc<LookUps>>,
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
    /// Who knows callers by their numbers, if anybody does.
    pub directory: Option<Arc<dyn Directory>>,
    /// Writes e-mail to people on call, if anything does.
    pub email: Option<Arc<dyn Notifier>>,
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
    #[error("an escalation's name")]
    Process(#[from] escalation_core::InvalidId),
    #[error("an escalation's channel")]
    Channel(#[from] escalation_core::InvalidChannel),
    #[error("what an escalation says")]
    Detail(#[from] escalation_core::DetailError),
    #[error("the call's SID")]
    CallId(#[from] queue_dispatch::ParseCallIdError),
    #[error("the call's SID")]
    CallSid(#[from] twilio_webhook::SidError),
    #[error("the records")]
    Records(#[from] RecordsError),
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
            directory,
            email,
            journal,
        } = outside;
        let hours = Arc::new(OpeningHours::new(hours, database.overrides));
        hours.refresh().await?;
        let records = Arc::new(Records::open(database.records).await?);
        let server = format!("{:08x}", fastrand::u32(..));
        let steady = Steady {
            since: clock.now(),
            next: None,
            kept: None,
        };
        let floor = Floor::open(
            settings,
            twilio,
            database.queue,
            records,
            server.clone(),
            journal,
            clock,
        );
        let floor = Arc::new(floor.await?);
        Ok(Self {
            escalations: overflow::engine(database.escalations, &floor, &hours, email)?,
            on_call: on_call::Known::default(),
            hours,
            floor,
            speed,
            steady: Mutex::new(steady),
            server,
            ending: watch::Sender::new(false),
            metrics: Metrics::default(),
            look_ups: directory.map(|directory| Arc::new(LookUps::new(directory))),
            changed: Notify::new(),
            rings: Notify::new(),
        })
    }

    /// Lets happen what is due at `now`: overflows, time limits of the queue, callers who have vanished. Answers when to
    /// come back, unless [`changed`](Self::changed) calls before. What fails is written down and tried again. Phones are
    /// rung by [`ring_phones`](Self::ring_phones).
    pub async fn run_once(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.steady().look(now);
        // One that fails keeps the others from nothing.
        let overflows = self
            .escalations
            .run_once(now)
            .await
            .map_err(SystemError::from);
        let vanished = self.let_go_of_the_silent(now).await;
        let queue = self.floor.run_once(now).await.map_err(SystemError::from);
        self.rings.notify_one();
        let mut failed = false;
        let wakes = [overflows, vanished, queue].into_iter().map(|wake| {
            wake.unwrap_or_else(|error| {
                failed = true;
                self.note("phone system", "cannot keep time", one_line(&error));
                self.steady().since = now;
                Some(now + AFTER_FAILURE)
            })
        });
        let wake = wakes
            .flatten()
            .chain(self.next_call_back(now))
            .chain(self.next_on_call(now))
            .chain(self.next_rating())
            .min();
        let mut steady = self.steady();
        steady.next = wake;
        if !failed {
            steady.kept = Some(Instant::now());
        }
        wake
    }

    /// Rings the phones that are to be rung, and stops those that are to be stopped, through Twilio's API, one after the
    /// other. What fails is written down; the queue tries again with its next round.
    pub async fn ring_phones(&self) {
        self.ring_phones_at_once(1).await;
    }

    /// The same, so many at once: when every phone is to ring, the last shall not wait for Twilio's answer to each before.
    pub(crate) async fn ring_phones_at_once(&self, phones: usize) {
        if let Err(error) = self.floor.ring_phones(phones).await {
            self.note(
                "phone system",
                "cannot take in what became of a call",
                one_line(&error),
            );
        }
        if let Err(error) = self.call_back().await {
            self.note("phone system", "cannot call back", one_line(&error));
        }
        if let Err(error) = self.ask_for_ratings().await {
            self.note("phone system", "cannot ask for ratings", one_line(&error));
        }
        if let Err(error) = self.see_to_on_call().await {
            self.note(
                "phone system",
                "cannot see to people on call",
                one_line(&error),
            );
        }
    }

    /// Writes the decisions since the last time into the records, for every server's console. If that fails they are in
    /// the log alone.
    pub async fn write_journal(&self) {
        let entries = self.floor.journal.take_unwritten();
        if entries.is_empty() {
            return;
        }
        let server = &self.server;
        let written = self.floor.records.together(|draft| {
            for (number, entry) in entries.iter().enumerate() {
                let at = entry.at.timestamp_micros();
                let key = format!("{at:016}-{server}-{number:04}");
                draft.put(&key, &TimelineEntry::from(entry));
            }
        });
        if let Err(error) = written.await {
            tracing::warn!("cannot write the timeline: {}", one_line(&error));
        }
    }

    /// Lets go of what nobody needs any more, now and then.
    pub(crate) async fn tidy(&self, now: DateTime<Utc>) {
        let heard = self.settings().service.voicemails;
        if let Err(error) = tidy::tidy(&self.floor.records, heard, now).await {
            tracing::warn!("cannot tidy up: {}", one_line(&error));
        }
        // Also on a night when nobody looks at the board.
        console::day_began(self, now).await;
    }

    /// Tells the other servers that this one lives. Nothing depends on it but what people see: whatever a server leaves
    /// undone, another does after a moment, whether the first is dead or merely slow.
    pub(crate) async fn says_that_it_lives(&self) {
        self.says(Server {
            alive_at: self.now(),
            ended_at: None,
        })
        .await;
    }

    /// Tells the other servers that this one ends, and leaves a queue that opens quickly.
    pub(crate) async fn says_goodbye(&self) {
        let now = self.now();
        self.says(Server {
            alive_at: now,
            ended_at: Some(now),
        })
        .await;
        if let Err(error) = self.floor.queue.save_snapshot().await {
            tracing::warn!("cannot save the queue: {}", one_line(&error));
        }
    }

    async fn says(&self, server: Server) {
        if let Err(error) = self.floor.records.put(&self.server, &server).await {
            tracing::warn!("cannot tell the other servers: {}", one_line(&error));
        }
    }

    /// The server is about to end: no new requests should come.
    pub(crate) fn is_to_end(&self) {
        self.ending.send_replace(true);
    }

    pub(crate) fn is_ending(&self) -> bool {
        *self.ending.borrow()
    }

    /// How the other servers call this one.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// Tells what goes on for ever, as the consoles' events do, that it is to end.
    pub(crate) fn ending(&self) -> watch::Receiver<bool> {
        self.ending.subscribe()
    }

    /// How long ago on the wall time was last kept without a failure.
    pub(crate) fn kept_time(&self) -> Option<Duration> {
        self.steady().kept.map(|kept| kept.elapsed())
    }

    /// Whether the database answers.
    pub(crate) async fn reaches_database(&self) -> bool {
        self.hours.refresh().await.is_ok() && self.floor.records.catch_up().await.is_ok()
    }

    /// What the escalation engine of this server has done.
    pub(crate) fn escalation_counts(&self) -> Counts {
        self.escalations.counts()
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

    /// What an agent is doing; `None` for one who is not known.
    #[must_use]
    pub fn agent_state(&self, agent: AgentId) -> Option<AgentState> {
        self.floor.queue.read(|queue| queue.agent_state(agent))
    }

    /// How many callers wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.floor.queue.read(Queue::waiting)
    }

    /// How many callers have been in line since the queue began, were answered, and have given up.
    pub(crate) fn counted(&self) -> (u64, u64, u64) {
        let stats = self.floor.queue.read(|queue| queue.stats());
        (stats.joined, stats.answered, stats.abandoned)
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

    /// As [`note`](Self::note), for what anybody in the world can cause.
    pub(crate) fn note_of_strangers(&self, who: &str, what: &str, why: &str) {
        self.floor
            .journal
            .note_of_strangers(self.now(), who, what, why);
    }

    pub(crate) fn wake(&self) {
        self.changed.notify_one();
        self.rings.notify_one();
    }

    /// Takes in what other servers have done until now: a request that follows theirs must find what they left. What this
    /// server knows anyway has to do where the database does not answer.
    pub async fn catch_up(&self) {
        let (queue, records) =
            tokio::join!(self.floor.queue.refresh(), self.floor.records.catch_up());
        let failures = [
            queue.map_err(SystemError::from),
            records.map_err(SystemError::from),
        ];
        for error in failures.into_iter().filter_map(Result::err) {
            self.note(
                "phone system",
                "cannot hear of the other servers",
                one_line(&error),
            );
        }
    }

    /// A caller waits in their Twilio queue: the queue and the three-minute rule know of them from now on. Said again and
    /// again while they wait, so a program that was restarted learns who waits from Twilio itself.
    pub(crate) async fn waits(
        &self,
        call: CallId,
        waits: Waits<'_>,
        why: &str,
    ) -> Result<(), SystemError> {
        let (floor, now) = (&self.floor, self.now());
        let carried = waits.carried;
        let since = carried.since.min(now);
        let Some(known) = floor.callers.heard_of(call, waits, now).await? else {
            return Ok(());
        };
        let who = waits.name.unwrap_or(waits.from);
        // The watch begins first: were the program to die in between, the caller would be watched over all the same, and
        // in line again with Twilio's next request. A caller whom the store cannot watch over waits in line nevertheless.
        if !known.watched {
            match self.watch(call, since).await {
                Ok(()) => floor.callers.watch(call).await?,
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
    pub(crate) async fn connected(&self, offer: &Offer) -> Result<(), SystemError> {
        let (call, since) = (offer.call, offer.waiting_since);
        let talks = self
            .floor
            .callers
            .talks(call, offer.agent, since, self.now());
        let talks = talks.await;
        let served = call_back::is_served(self, call).await;
        self.stop_watching(call).await?;
        talks?;
        served
    }

    /// The caller is not in line any more. The call may go on, and they may come back.
    pub(crate) async fn leaves_line(&self, call: CallId) -> Result<(), SystemError> {
        self.leaves(call, Event::HungUp { call }).await
    }

    /// The same, and they have not given up: they are to be called back.
    pub(crate) async fn is_to_be_called_back(&self, call: CallId) -> Result<(), SystemError> {
        let exit = Exit::Callback;
        self.leaves(call, Event::Left { call, exit }).await
    }

    async fn leaves(&self, call: CallId, event: Event) -> Result<(), SystemError> {
        let told = self.floor.mention(event).await;
        let forgotten = self.floor.callers.forget(call).await;
        self.stop_watching(call).await?;
        told?;
        Ok(forgotten?)
    }

    /// The call has ended: whatever is said of it later does not bring it back.
    pub(crate) async fn has_hung_up(&self, call: CallId) -> Result<(), SystemError> {
        let ended = self.floor.callers.end(call, self.now()).await;
        if let Err(error) = self.asks_for_rating(call).await {
            self.note("phone system", "cannot ask for a rating", one_line(&error));
        }
        self.leaves_line(call).await?;
        Ok(ended?)
    }

    /// Callers of whom Twilio does not speak any more: the notices of their going were lost.
    async fn let_go_of_the_silent(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, SystemError> {
        let steady = self.steady().since;
        let (silent, next) = self.floor.callers.silent(steady, now);
        if silent.is_empty() {
            return Ok(next);
        }
        // Another server may have heard of them since this one looked, above all if this one has slept.
        self.floor.records.catch_up().await?;
        self.floor.queue.refresh().await?;
        let (silent, next) = self.floor.callers.silent(steady, now);
        for call in silent {
            let state = self.floor.queue.read(|queue| queue.call_state(call));
            if matches!(state, Some(CallState::Connecting { .. })) {
                // Nothing is asked about them meanwhile, and the queue bounds the time.
                self.floor.callers.is_there(call, now).await?;
                continue;
            }
            self.note(
                self.floor.callers.name(call),
                "is gone",
                "Twilio has long not spoken of them",
            );
            if self.floor.callers.has_talked(call) {
                self.has_hung_up(call).await?;
                continue;
            }
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

    fn steady(&self) -> MutexGuard<'_, Steady> {
        // Written in single assignments, so what a panicking thread left behind is whole.
        self.steady.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Since when this server has looked after the line without a gap. Silence means something only while somebody listens.
#[derive(Debug, Clone, Copy)]
struct Steady {
    since: DateTime<Utc>,
    /// When it meant to look again.
    next: Option<DateTime<Utc>>,
    /// When it looked last and nothing failed.
    kept: Option<Instant>,
}

impl Steady {
    /// A look at `now`, which came when it was meant to, or late.
    fn look(&mut self, now: DateTime<Utc>) {
        if self.next.is_some_and(|next| now > next + LATE) {
            self.since = now;
        }
    }
}
