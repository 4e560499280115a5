//! The store: each call is one statement, or a few in one transaction.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use deadpool_postgres::{Object, Pool};
use escalation_core::{
    AttemptStart, Begun, Claim, DeadLetter, DeadLetters, Discarded, EscalationStore, Generation,
    Held, Hold, Lease, LetterId, NewProcess, ProcessId, ProcessSnapshot, ProcessSummary,
    RejectedRequest, Replayed, RequestId, Run, Settled, Settlement, Started, Stopped, StoreError,
};
use postgres_pool::{ConnectError, Database, Fault};
use tokio::time::Instant;

use crate::builder::PostgresStoreBuilder;
use crate::columns::{Leases, instant, micros, span};
use crate::error::StoreFault;
use crate::floor::Floors;
use crate::outlook::{Outlook, Watching};
use crate::statements::{Preparation, Statements, TimeSource};
use crate::together::{Part, Statement, Together};
use crate::{admissions, deliveries, letters, processes};

/// How often a transaction that has lost against another is tried.
const TRIES: usize = 5;

/// How often what nobody needs any more is swept out.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// An [`EscalationStore`] in PostgreSQL 13 or newer, shared by any number of workers.
///
/// What was answered is as durable as the server's `synchronous_commit` says, by default on its
/// disk. Only a claim does not wait for that: it is there with the first attempt that begins, or if
/// the server crashes before, what was claimed is to be had again at once, as nobody has sent it. The
/// pool must lead to the primary.
#[derive(Debug)]
pub struct PostgresStore {
    core: Arc<Core>,
    begins: Together<BeginAttempts>,
    finishes: Together<Finish>,
    outlook: Arc<Outlook>,
    /// The tenant that was served last.
    turn: Mutex<String>,
    /// How far the store's clock is ahead of the caller's, in microseconds.
    ahead: AtomicI64,
    swept: Mutex<Instant>,
    keep_dead_letters_for: TimeDelta,
    _watching: Option<Watching>,
}

/// What calls and the tasks of the store share.
pub(crate) struct Core {
    pub(crate) database: Database,
    pub(crate) statements: Statements,
    pub(crate) time: TimeSource,
}

impl Core {
    async fn client(&self) -> Result<Object, StoreFault> {
        Ok(self.database.client().await?)
    }

    async fn sweep(&self, keep: TimeDelta, now: DateTime<Utc>) -> Result<(), StoreFault> {
        let client = self.client().await?;
        letters::retain(&client, &self.statements, keep, now).await
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("database", &self.database)
            .field("time", &self.time)
            .finish_non_exhaustive()
    }
}

/// Runs a call, again if it has lost against another transaction: nothing of it took effect then.
macro_rules! retried {
    ($call:expr) => {{
        let mut tries = 1;
        loop {
            let answer: Result<_, StoreFault> = async { $call }.await;
            match answer {
                Err(error) if error.fault() == Fault::Contention && tries < TRIES => tries += 1,
                answer => break answer,
            }
        }
    }};
}

#[derive(Debug)]
struct BeginAttempts(Arc<Core>);

#[async_trait]
impl Statement for BeginAttempts {
    async fn run(&self, leases: Leases, lasts: Vec<i64>) -> Result<Vec<bool>, StoreFault> {
        let Self(core) = self;
        retried!({
            let client = core.client().await?;
            deliveries::begin(&client, &core.statements, &leases, &lasts, 0).await
        })
    }
}

#[derive(Debug)]
struct Finish(Arc<Core>);

#[async_trait]
impl Statement for Finish {
    async fn run(&self, leases: Leases, _: Vec<i64>) -> Result<Vec<bool>, StoreFault> {
        let Self(core) = self;
        retried!({
            let client = core.client().await?;
            deliveries::finish(&client, &core.statements, &leases).await
        })
    }
}

impl PostgresStore {
    /// The channel of `NOTIFY` on which workers tell each other that something is due soon: give
    /// it to [`Listener::start`](crate::Listener::start).
    pub const CHANNEL: &'static str = "escalation";

    /// Uses the schema `escalation`, and creates it and its tables if they are not there.
    ///
    /// # Errors
    /// [`ConnectError`] says whether the database cannot be reached, does not permit it, or is too
    /// new.
    pub async fn connect(pool: Pool) -> Result<Self, ConnectError> {
        Self::builder(pool).connect().await
    }

    /// Uses another schema or clock, or listens.
    pub fn builder(pool: Pool) -> PostgresStoreBuilder {
        PostgresStoreBuilder::new(pool)
    }

    pub(crate) fn new(
        database: Database,
        time: TimeSource,
        preparation: Preparation,
        outlook: Arc<Outlook>,
        watching: Option<Watching>,
        keep_dead_letters_for: TimeDelta,
    ) -> Self {
        let core = Arc::new(Core {
            statements: Statements::new(&database, time, preparation),
            database,
            time,
        });
        Self {
            begins: Together::new(BeginAttempts(Arc::clone(&core))),
            finishes: Together::new(Finish(Arc::clone(&core))),
            core,
            outlook,
            turn: Mutex::default(),
            ahead: AtomicI64::new(0),
            swept: Mutex::new(Instant::now()),
            keep_dead_letters_for,
            _watching: watching,
        }
    }

    /// The schema, its pool and its clock.
    pub fn database(&self) -> &Database {
        &self.core.database
    }

    /// Starts a process within a transaction of the host's own, in the same database: it is started
    /// if and only if that is committed.
    ///
    /// The transaction should be READ COMMITTED and short: starts, stops and holds of the same name
    /// wait for its end. Call [`committed`](Self::committed) afterwards, so that a running engine
    /// notices at once.
    ///
    /// ```
    /// use chrono::{DateTime, TimeDelta};
    /// use escalation_core::{Channel, Notification, ProcessId, StartRequest};
    /// use escalation_postgres::PostgresStore;
    /// # let Ok(url) = std::env::var("POSTGRES_URL") else { return Ok(()) };
    /// # tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
    /// # let pool = postgres_pool::pool(url.parse()?, tokio_postgres::NoTls, 4)?;
    /// # let schema = "escalation_doc_start_in".parse()?;
    /// # let store = PostgresStore::builder(pool.clone()).schema(schema).connect().await?;
    ///
    /// let now = DateTime::from_timestamp(1_700_000_000, 0).ok_or("out of range")?;
    /// let call = Notification::after(Channel::PHONE, TimeDelta::minutes(3)).to_phone_number("+1");
    /// let request = StartRequest::new(ProcessId::new("order-7")?).notify(call);
    ///
    /// let mut shop = pool.get().await?;
    /// let order = shop.transaction().await?;
    /// order.batch_execute("CREATE TEMPORARY TABLE orders AS SELECT 7 AS id").await?;
    /// store.start_in(&order, &request.plan(now)?, now).await?;
    /// order.commit().await?;
    /// store.committed();
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`StoreError`] if PostgreSQL cannot do it; roll the transaction back then.
    pub async fn start_in(
        &self,
        transaction: &tokio_postgres::Transaction<'_>,
        process: &NewProcess,
        now: DateTime<Utc>,
    ) -> Result<Started, StoreError> {
        let statements = &self.core.statements;
        Ok(processes::start(transaction.client(), statements, process, now).await?)
    }

    /// Stops a process within a transaction of the host's own, like [`start_in`](Self::start_in).
    ///
    /// No attempt begins after the commit; what is in flight is known before.
    ///
    /// # Errors
    /// [`StoreError`] if PostgreSQL cannot do it; roll the transaction back then.
    pub async fn stop_in(
        &self,
        transaction: &tokio_postgres::Transaction<'_>,
        process: &ProcessId,
        now: DateTime<Utc>,
    ) -> Result<Stopped, StoreError> {
        let statements = &self.core.statements;
        let run = Run::current(process);
        Ok(processes::stop(transaction.client(), statements, run, None, now).await?)
    }

    /// Says that a transaction with [`start_in`](Self::start_in) was committed.
    pub fn committed(&self) {
        self.outlook.changed_anywhere();
    }

    /// What the caller calls `now`, in the store's time.
    fn stored(&self, instant: DateTime<Utc>) -> i64 {
        micros(instant).saturating_add(self.ahead.load(Ordering::Relaxed))
    }

    /// The same, or a little earlier: clocks that differ are known to differ by less precisely than
    /// a microsecond.
    fn stored_at_least(&self, instant: DateTime<Utc>) -> i64 {
        let margin = match self.core.time {
            TimeSource::Database => 1_000_000,
            TimeSource::Caller => 0,
        };
        self.stored(instant).saturating_sub(margin)
    }

    /// Something was written that is ready then, by the caller's clock.
    fn written(&self, ready_at: DateTime<Utc>) {
        self.outlook.written(self.stored_at_least(ready_at));
    }

    /// Leases were given that end then, by the caller's clock.
    fn leased(&self, until: DateTime<Utc>) {
        self.outlook.leased(self.stored_at_least(until));
    }

    /// Now and then sweeps out what nobody needs any more, without keeping anybody waiting.
    fn sweep(&self, now: DateTime<Utc>) {
        {
            let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
            if swept.elapsed() < SWEEP_EVERY {
                return;
            }
            *swept = Instant::now();
        }
        let (core, keep) = (Arc::clone(&self.core), self.keep_dead_letters_for);
        tokio::spawn(async move {
            if let Err(error) = core.sweep(keep, now).await {
                tracing::warn!(%error, "could not sweep");
            }
        });
    }
}

#[async_trait]
impl EscalationStore for PostgresStore {
    async fn start(&self, process: NewProcess, now: DateTime<Utc>) -> Result<Started, StoreError> {
        let Core { statements, .. } = &*self.core;
        let started = retried!({
            let client = self.core.client().await?;
            processes::start(&client, statements, &process, now).await
        });
        let due = process.notifications.iter().map(|planned| planned.due_at);
        // Even if it failed: the answer may be all that is missing.
        self.written(due.min().unwrap_or(now));
        self.outlook.announce();
        Ok(started?)
    }

    async fn stop(
        &self,
        run: Run<'_>,
        request: Option<&RequestId>,
        now: DateTime<Utc>,
    ) -> Result<Stopped, StoreError> {
        let Core { statements, .. } = &*self.core;
        let stopped = retried!({
            let client = self.core.client().await?;
            processes::stop(&client, statements, run, request, now).await
        });
        self.written(DateTime::<Utc>::MAX_UTC);
        Ok(stopped?)
    }

    async fn hold(
        &self,
        run: Run<'_>,
        hold: Hold,
        request: Option<&RequestId>,
        now: DateTime<Utc>,
    ) -> Result<Held, StoreError> {
        let Core { statements, .. } = &*self.core;
        let held = retried!({
            let client = self.core.client().await?;
            processes::hold(&client, statements, run, hold, request, now).await
        });
        self.written(now);
        self.outlook.announce();
        Ok(held?)
    }

    async fn claim(
        &self,
        max: usize,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Claim>, StoreError> {
        self.sweep(now);
        let Core { statements, .. } = &*self.core;
        let (floors, looking) = self.outlook.look(self.stored(now));
        let turn = self
            .turn
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let lease = lease_until - now;
        let found = retried!({
            let client = self.core.client().await?;
            deliveries::claim(&client, statements, max, lease, now, &turn, &floors).await
        })?;
        if self.core.time == TimeSource::Database {
            self.ahead.store(found.now - micros(now), Ordering::Relaxed);
        }
        if let Some(served) = found.turn {
            *self.turn.lock().unwrap_or_else(PoisonError::into_inner) = served;
        }
        let last = found.last.iter();
        looking.found(
            last.map(|(tenant, place)| (tenant.as_str(), *place)),
            found.waiting,
            found.leased,
        );
        Ok(found.claims)
    }

    async fn gather(
        &self,
        lease: &Lease,
        max: usize,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Claim>, StoreError> {
        let Core { statements, .. } = &*self.core;
        let lasts = lease_until - now;
        let gathered = retried!({
            let client = self.core.client().await?;
            deliveries::gather(&client, statements, lease, max, lasts, now).await
        });
        // What was to be ready next may have been among it.
        self.written(DateTime::<Utc>::MAX_UTC);
        self.leased(lease_until);
        Ok(gathered?)
    }

    async fn begin(
        &self,
        attempts: Vec<AttemptStart>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Begun>, StoreError> {
        let Core {
            statements, time, ..
        } = &*self.core;
        let unlimited = |attempt: &AttemptStart| admissions::is_unlimited(&attempt.admission);
        let begun: Result<Vec<Begun>, StoreFault> = if attempts.iter().all(unlimited) {
            let lasts = attempts.iter().map(|attempt| match time {
                TimeSource::Database => span(attempt.lease_until - now),
                // From the beginning of time.
                TimeSource::Caller => micros(attempt.lease_until),
            });
            let part = Part {
                leases: attempts.iter().map(|attempt| &attempt.lease).collect(),
                details: lasts.collect(),
            };
            let started = self.begins.run(part).await;
            started.map(|started| {
                let begun = |started| {
                    if started {
                        Begun::Started
                    } else {
                        Begun::Stale
                    }
                };
                started.into_iter().map(begun).collect()
            })
        } else {
            retried!({
                let mut client = self.core.client().await?;
                admissions::begin(&mut client, statements, &attempts, now).await
            })
        };
        let ends = attempts.iter().map(|attempt| attempt.lease_until);
        let deferred = begun.iter().flatten().filter_map(|begun| match begun {
            Begun::Deferred { until } => Some(*until),
            _ => None,
        });
        if let Some(until) = deferred.min() {
            self.written(until);
        }
        self.leased(ends.min().unwrap_or(now));
        Ok(begun?)
    }

    async fn renew(
        &self,
        leases: &[Lease],
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Settled>, StoreError> {
        let Core { statements, .. } = &*self.core;
        let arrays: Leases = leases.iter().collect();
        let lasts = lease_until - now;
        let renewed = retried!({
            let client = self.core.client().await?;
            deliveries::renew(&client, statements, &arrays, lasts, now).await
        });
        self.leased(lease_until);
        Ok(renewed?.into_iter().map(settled).collect())
    }

    async fn settle(
        &self,
        settlements: Vec<Settlement>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Settled>, StoreError> {
        let Core { statements, .. } = &*self.core;
        if settlements.iter().all(deliveries::is_simple) {
            let part = Part {
                leases: settlements.iter().map(|settled| &settled.lease).collect(),
                details: Vec::new(),
            };
            let heard = self.finishes.run(part).await?;
            self.outlook.done();
            return Ok(heard.into_iter().map(settled).collect());
        }
        let recorded = retried!({
            let client = self.core.client().await?;
            deliveries::settle(&client, statements, &settlements, now).await
        });
        let earliest = settlements
            .iter()
            .map(|settlement| deliveries::ready_at(settlement, now));
        self.written(earliest.min().unwrap_or(now));
        self.outlook.announce();
        Ok(recorded?)
    }

    async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let Core { statements, .. } = &*self.core;
        let next = match self.outlook.expected() {
            Some(next) => next,
            None => {
                // To the letter, leases are looked for from the bottom. By the database's clock it may
                // be said too early when a lease ends, rather than to walk over dead rows each time.
                let spared = match self.core.time {
                    TimeSource::Database => self.outlook.spared(),
                    TimeSource::Caller => None,
                };
                let (floors, leases_end) = match spared {
                    Some((floors, end)) => (floors, (end < i64::MAX).then_some(end)),
                    None => (Floors::default(), None),
                };
                let next = retried!({
                    let client = self.core.client().await?;
                    deliveries::next_due(&client, statements, &floors).await
                })?;
                next.into_iter().chain(leases_end).min()
            }
        };
        let ahead = self.ahead.load(Ordering::Relaxed);
        let told = next.map(|next| instant(next.saturating_sub(ahead)));
        Ok(told.transpose()?)
    }

    async fn process(&self, process: &ProcessId) -> Result<Option<ProcessSnapshot>, StoreError> {
        let Core { statements, .. } = &*self.core;
        Ok(retried!({
            let mut client = self.core.client().await?;
            processes::snapshot(&mut client, statements, process).await
        })?)
    }

    async fn processes(
        &self,
        after: Option<Generation>,
        max: usize,
    ) -> Result<Vec<ProcessSummary>, StoreError> {
        let Core { statements, .. } = &*self.core;
        Ok(retried!({
            let client = self.core.client().await?;
            processes::list(&client, statements, after, max).await
        })?)
    }

    /// Resolves for changes made through this value, and, if the store
    /// [listens](PostgresStoreBuilder::listener), for what others have made due within 15 s.
    async fn changed(&self) {
        self.outlook.changed().await;
    }
}

fn settled(heard: bool) -> Settled {
    if heard {
        Settled::recorded()
    } else {
        Settled::Stale
    }
}

#[async_trait]
impl DeadLetters for PostgresStore {
    async fn reject(&self, request: RejectedRequest, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Core { statements, .. } = &*self.core;
        Ok(retried!({
            let client = self.core.client().await?;
            letters::reject(&client, statements, &request, now).await
        })?)
    }

    async fn dead_letters(
        &self,
        after: Option<LetterId>,
        max: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        let Core { statements, .. } = &*self.core;
        Ok(retried!({
            let client = self.core.client().await?;
            letters::list(&client, statements, after, max).await
        })?)
    }

    async fn replay(&self, letter: LetterId, now: DateTime<Utc>) -> Result<Replayed, StoreError> {
        let Core { statements, .. } = &*self.core;
        let replayed = retried!({
            let client = self.core.client().await?;
            letters::replay(&client, statements, letter, now).await
        });
        self.written(now);
        self.outlook.announce();
        Ok(replayed?)
    }

    async fn discard(&self, letter: LetterId) -> Result<Discarded, StoreError> {
        let Core { statements, .. } = &*self.core;
        Ok(retried!({
            let client = self.core.client().await?;
            letters::discard(&client, statements, letter).await
        })?)
    }
}
