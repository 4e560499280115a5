//! The store: each call is a job of the writer.

use std::future::poll_fn;
use std::path::Path;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use escalation_core::{
    AttemptStart, Begun, Changes, Claim, DeadLetter, DeadLetters, Discarded, EscalationStore,
    Generation, Held, Hold, Lease, LetterId, NewProcess, ProcessId, ProcessSnapshot,
    ProcessSummary, RejectedRequest, Replayed, RequestId, Run, Settled, Settlement, Started,
    Stopped, StoreError,
};
use rusqlite::Connection;
use sqlite_file::{OpenError, OpenOptions, Schema, SqliteFile};

use crate::error::JobError;
use crate::{claims, deliveries, letters, processes};

const SCHEMA: Schema = Schema::new("escalation_schema", &[include_str!("schema/v1.sql")]);

fn options() -> OpenOptions {
    SqliteFile::options().look_when_idle_every(Duration::from_millis(500))
}

/// An [`EscalationStore`] in an SQLite file.
///
/// Every answered call is on the disk (`synchronous = FULL`, write-ahead log). A store in memory
/// ([`in_memory`](Self::in_memory)) is lost with its value.
#[derive(Debug)]
pub struct SqliteStore {
    file: SqliteFile,
    changes: Changes,
}

impl SqliteStore {
    /// Opens a file, and creates it and its tables if they are not there.
    ///
    /// Blocks for as long as that takes, at most five seconds if another program has it locked.
    ///
    /// # Errors
    /// [`OpenError`] says whether the file is damaged, locked, not writable or too new.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::opened(options(), path)
    }

    /// Opens a file like [`open`](Self::open), and waits for at most that long, now and in each
    /// later call, while another program has it locked.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn open_within(path: impl AsRef<Path>, busy_timeout: Duration) -> Result<Self, OpenError> {
        Self::opened(options().busy_timeout(busy_timeout), path)
    }

    /// A store in a file that is open already, beside another store's tables: both work on one thread
    /// and share its commits. How often it looks for what other programs commit, is for the file's
    /// options to say.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub async fn within(file: SqliteFile) -> Result<Self, OpenError> {
        file.add(&SCHEMA).await?;
        Ok(Self::on(file))
    }

    /// A store that is gone with its value, for tests.
    ///
    /// # Errors
    /// [`OpenError`] if there is no memory or no thread to be had.
    pub fn in_memory() -> Result<Self, OpenError> {
        Ok(Self::on(SqliteFile::options().in_memory(&SCHEMA)?))
    }

    /// Starts a process within a transaction of the host's own, on a connection to the same file:
    /// it is started if and only if that is committed.
    ///
    /// Call [`committed`](Self::committed) afterwards, so that a running engine notices at once and
    /// not only when it next looks for what others have committed.
    ///
    /// ```
    /// use chrono::{DateTime, TimeDelta};
    /// use escalation_core::{Channel, Notification, ProcessId, StartRequest};
    /// use escalation_sqlite::SqliteStore;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("shop.db");
    /// let store = SqliteStore::open(&path)?;
    /// let mut shop = rusqlite::Connection::open(&path)?;
    /// shop.execute_batch("CREATE TABLE orders (id INTEGER PRIMARY KEY)")?;
    ///
    /// let now = DateTime::from_timestamp(1_700_000_000, 0).ok_or("out of range")?;
    /// let call = Notification::after(Channel::PHONE, TimeDelta::minutes(3)).to_phone_number("+1");
    /// let request = StartRequest::new(ProcessId::new("order-7")?).notify(call);
    ///
    /// let order = shop.transaction()?;
    /// order.execute("INSERT INTO orders VALUES (7)", [])?;
    /// SqliteStore::start_in(&order, &request.plan(now)?, now)?;
    /// order.commit()?;
    /// store.committed();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`StoreError`] if SQLite cannot do it; roll the transaction back then.
    pub fn start_in(
        transaction: &rusqlite::Transaction<'_>,
        process: &NewProcess,
        now: DateTime<Utc>,
    ) -> Result<Started, StoreError> {
        Ok(processes::start(transaction, process, now)?)
    }

    /// Stops a process within a transaction of the host's own, like [`start_in`](Self::start_in).
    ///
    /// No attempt begins after the commit; what is in flight is known before.
    ///
    /// # Errors
    /// [`StoreError`] if SQLite cannot do it; roll the transaction back then.
    pub fn stop_in(
        transaction: &rusqlite::Transaction<'_>,
        process: &ProcessId,
        now: DateTime<Utc>,
    ) -> Result<Stopped, StoreError> {
        let run = Run::current(process);
        Ok(processes::stop(transaction, run, None, now)?)
    }

    /// Says that a transaction with [`start_in`](Self::start_in) was committed.
    pub fn committed(&self) {
        self.changes.announce();
    }

    fn opened(options: OpenOptions, path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Ok(Self::on(options.open(path, &SCHEMA)?))
    }

    fn on(file: SqliteFile) -> Self {
        Self {
            file,
            changes: Changes::new(),
        }
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, JobError> + Send + 'static,
    ) -> Result<T, StoreError> {
        Ok(self.file.write(work).await?)
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, JobError> + Send + 'static,
    ) -> Result<T, StoreError> {
        Ok(self.file.read(work).await?)
    }
}

/// The run that a call is about, as the writer's thread takes it along.
struct Meant {
    process: ProcessId,
    generation: Option<Generation>,
}

impl From<Run<'_>> for Meant {
    fn from(run: Run<'_>) -> Self {
        Self {
            process: run.process().clone(),
            generation: run.generation(),
        }
    }
}

impl Meant {
    const fn run(&self) -> Run<'_> {
        match self.generation {
            Some(generation) => Run::only(&self.process, generation),
            None => Run::current(&self.process),
        }
    }
}

#[async_trait]
impl EscalationStore for SqliteStore {
    async fn start(&self, process: NewProcess, now: DateTime<Utc>) -> Result<Started, StoreError> {
        let started = self
            .write(move |connection| processes::start(connection, &process, now))
            .await?;
        self.changes.announce();
        Ok(started)
    }

    async fn stop(
        &self,
        run: Run<'_>,
        request: Option<&RequestId>,
        now: DateTime<Utc>,
    ) -> Result<Stopped, StoreError> {
        let (meant, request) = (Meant::from(run), request.cloned());
        self.write(move |connection| {
            processes::stop(connection, meant.run(), request.as_ref(), now)
        })
        .await
    }

    async fn hold(
        &self,
        run: Run<'_>,
        hold: Hold,
        request: Option<&RequestId>,
        now: DateTime<Utc>,
    ) -> Result<Held, StoreError> {
        let (meant, request) = (Meant::from(run), request.cloned());
        let held = self
            .write(move |connection| {
                processes::hold(connection, meant.run(), hold, request.as_ref(), now)
            })
            .await?;
        self.changes.announce();
        Ok(held)
    }

    async fn claim(
        &self,
        max: usize,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Claim>, StoreError> {
        self.write(move |connection| claims::claim(connection, max, lease_until, now))
            .await
    }

    async fn gather(
        &self,
        lease: &Lease,
        max: usize,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Claim>, StoreError> {
        let lease = lease.clone();
        self.write(move |connection| claims::gather(connection, &lease, max, lease_until, now))
            .await
    }

    async fn begin(
        &self,
        attempts: Vec<AttemptStart>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Begun>, StoreError> {
        self.write(move |connection| deliveries::begin(connection, &attempts, now))
            .await
    }

    async fn renew(
        &self,
        leases: &[Lease],
        lease_until: DateTime<Utc>,
        _now: DateTime<Utc>,
    ) -> Result<Vec<Settled>, StoreError> {
        let leases = leases.to_vec();
        self.write(move |connection| deliveries::renew(connection, &leases, lease_until))
            .await
    }

    async fn settle(
        &self,
        settlements: Vec<Settlement>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Settled>, StoreError> {
        let settled = self
            .write(move |connection| deliveries::settle(connection, settlements, now))
            .await?;
        self.changes.announce();
        Ok(settled)
    }

    async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read(deliveries::next_due).await
    }

    async fn process(&self, process: &ProcessId) -> Result<Option<ProcessSnapshot>, StoreError> {
        let process = process.clone();
        self.read(move |connection| processes::snapshot(connection, &process))
            .await
    }

    async fn processes(
        &self,
        after: Option<Generation>,
        max: usize,
    ) -> Result<Vec<ProcessSummary>, StoreError> {
        self.read(move |connection| processes::list(connection, after, max))
            .await
    }

    /// Resolves at once for changes made through this value. For what others commit to the same
    /// file, in this program or another, within 25 ms while the store is used, and within half a
    /// second when nothing has happened for as long: an idle engine looks twice a second.
    async fn changed(&self) {
        let mut others = self.file.watch_others();
        let mut ours = pin!(self.changes.changed());
        let mut theirs = pin!(others.changed());
        poll_fn(|context| {
            if ours.as_mut().poll(context).is_ready() || theirs.as_mut().poll(context).is_ready() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}

#[async_trait]
impl DeadLetters for SqliteStore {
    async fn reject(&self, request: RejectedRequest, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(move |connection| letters::reject(connection, &request, now))
            .await
    }

    async fn dead_letters(
        &self,
        after: Option<LetterId>,
        max: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        self.read(move |connection| letters::list(connection, after, max))
            .await
    }

    async fn replay(&self, letter: LetterId, now: DateTime<Utc>) -> Result<Replayed, StoreError> {
        let replayed = self
            .write(move |connection| letters::replay(connection, letter, now))
            .await?;
        self.changes.announce();
        Ok(replayed)
    }

    async fn discard(&self, letter: LetterId) -> Result<Discarded, StoreError> {
        self.write(move |connection| letters::discard(connection, letter))
            .await
    }
}
