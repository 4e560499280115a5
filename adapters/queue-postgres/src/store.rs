//! The store of one queue.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use postgres_pool::{Fault, Parameters, Subscription, Wake, bigint, integer, text, texts};
use queue_dispatch::{AppendError, QueueStore, Recorded, Snapshot, StoreError};
use tokio::sync::{Mutex, watch};
use tokio_postgres::Row;

use crate::QueueName;
use crate::doubt::Doubts;
use crate::error::CallError;
use crate::queues::{Shared, TRIES};

/// The log of one queue, and its newest snapshot; made by [`PostgresQueues::queue`](crate::PostgresQueues::queue).
///
/// An append is one round trip and one commit. A connection that breaks meanwhile is not an error as long as the
/// database can be reached again: the store finds out whether its lines were written, and writes them if not. Where
/// the database stays away, the outcome is unknown; the next reading settles it, for what has not arrived by then
/// is turned away.
///
/// What others appended is noticed when it is heard of, and at the latest after the intervals of
/// [`poll_every`](crate::PostgresQueuesBuilder::poll_every) and
/// [`check_every`](crate::PostgresQueuesBuilder::check_every).
pub struct PostgresQueue {
    shared: Arc<Shared>,
    id: i32,
    name: QueueName,
    doubts: Doubts,
    /// The greatest version seen.
    known: watch::Sender<i64>,
    /// Whoever holds it listens for all who wait.
    ears: Mutex<Ears>,
}

#[derive(Debug)]
struct Ears {
    subscription: Option<Subscription>,
    /// Something was heard that says to look, and nobody has looked yet.
    woken: bool,
}

/// How long to wait before looking.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub(crate) listening: Duration,
    pub(crate) deaf: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            listening: Duration::from_secs(5),
            deaf: Duration::from_millis(250),
        }
    }
}

/// What is appended.
struct Lines {
    contents: Vec<String>,
    /// By the database's own clock, in microseconds; none for no lines.
    not_before: Option<i64>,
}

impl Lines {
    fn new(lines: &[Recorded], ahead: TimeDelta) -> Result<Self, CallError> {
        let latest = lines.iter().map(|line| line.at).max();
        Ok(Self {
            contents: lines
                .iter()
                .map(serde_json::to_string)
                .collect::<Result<_, _>>()?,
            not_before: latest.map(|at| {
                at.checked_sub_signed(ahead)
                    .unwrap_or(at)
                    .timestamp_micros()
            }),
        })
    }
}

/// What the database says to an append.
enum Answer {
    Written,
    Conflict {
        actual: i64,
    },
    /// Another fence, or a lost race under another isolation level than usual: the same again.
    Again,
}

impl PostgresQueue {
    pub(crate) fn new(
        shared: Arc<Shared>,
        id: i32,
        name: QueueName,
        version: i64,
        fence: i64,
    ) -> Self {
        let doubts = Doubts::default();
        doubts.fence_seen(fence);
        let topic = format!("{}.{id}", shared.database.schema());
        let subscription = shared
            .listener
            .as_ref()
            .map(|listener| listener.subscribe(&topic));
        Self {
            shared,
            id,
            name,
            doubts,
            known: watch::Sender::new(version),
            ears: Mutex::new(Ears {
                subscription,
                woken: false,
            }),
        }
    }

    /// The queue's name.
    #[must_use]
    pub fn name(&self) -> &QueueName {
        &self.name
    }

    fn reached(&self, version: i64) {
        self.known.send_if_modified(|known| {
            let grown = version > *known;
            *known = version.max(*known);
            grown
        });
    }

    /// One try. An error that is not [`Fault::Interrupted`] means that nothing was written.
    async fn try_append(
        &self,
        expected: i64,
        ticket: i64,
        lines: &Lines,
    ) -> Result<Answer, CallError> {
        let client = self.shared.database.client().await?;
        let fence = self.doubts.fence();
        let sending = self.doubts.sending();
        let answer = client
            .query_typed_one(
                &self.shared.statements.append,
                &[
                    integer(&self.id),
                    bigint(&expected),
                    bigint(&fence),
                    bigint(&ticket),
                    texts(&lines.contents),
                    bigint(&lines.not_before),
                ],
            )
            .await
            .map_err(CallError::from);
        // Not so where the connection broke, or nobody waits any more.
        if !matches!(&answer, Err(error) if error.fault() == Fault::Interrupted) {
            sending.known();
        }
        let row = answer?;
        if row.try_get(0)? {
            return Ok(Answer::Written);
        }
        let ahead = TimeDelta::microseconds(row.try_get::<_, Option<i64>>(3)?.unwrap_or(0));
        if ahead > TimeDelta::zero() {
            let ahead = ahead + self.shared.most_ahead;
            return Err(CallError::ClockAhead { ahead });
        }
        let actual = row.try_get::<_, Option<i64>>(1)?.ok_or(CallError::Gone)?;
        self.doubts.fence_seen(row.try_get(2)?);
        Ok(if actual == expected {
            Answer::Again
        } else {
            Answer::Conflict { actual }
        })
    }

    /// Makes sure that no append which was lost from sight arrives from here on.
    async fn settle(&self) -> Result<(), CallError> {
        let Some(unsettled) = self.doubts.unsettled().await else {
            return Ok(());
        };
        let statements = &self.shared.statements;
        let raised = self.query(&statements.raise_fence, &[]).await?;
        let fence = raised.first().ok_or(CallError::Gone)?.try_get(0)?;
        tracing::debug!(queue = %self.name, fence, "appends that were lost from sight are turned away");
        unsettled.settle(fence);
        Ok(())
    }

    /// Of this queue, which is `$1`, and may be done twice.
    async fn query(&self, statement: &str, rest: Parameters<'_>) -> Result<Vec<Row>, CallError> {
        let mut parameters = vec![integer(&self.id)];
        parameters.extend_from_slice(rest);
        self.shared.query_again(statement, &parameters).await
    }

    /// Whether the append with this ticket is in the log.
    async fn was_written(&self, expected: i64, ticket: i64) -> Result<bool, CallError> {
        self.settle().await?;
        let first = expected + 1;
        let rows = self
            .query(&self.shared.statements.ticket, &[bigint(&first)])
            .await?;
        let found = rows.first().map(|row| row.try_get::<_, i64>(0));
        Ok(found.transpose()? == Some(ticket))
    }

    async fn write(&self, expected: i64, lines: &Lines) -> Result<Answer, CallError> {
        let ticket = fastrand::i64(..);
        let mut tries = 0;
        loop {
            let tried = self.try_append(expected, ticket, lines).await;
            tries += 1;
            match tried {
                Ok(Answer::Again) if tries <= TRIES => {}
                Err(error) if tries <= TRIES => match error.fault() {
                    Fault::Contention => {}
                    Fault::Interrupted => {
                        tracing::debug!(queue = %self.name, %error, "looks whether lines were written");
                        if self.was_written(expected, ticket).await? {
                            return Ok(Answer::Written);
                        }
                    }
                    _ => return Err(error),
                },
                done => return done,
            }
        }
    }

    async fn look(&self) -> Result<(), CallError> {
        let rows = self.query(&self.shared.statements.version, &[]).await?;
        self.reached(rows.first().ok_or(CallError::Gone)?.try_get(0)?);
        Ok(())
    }

    /// Listens, and looks now and then, for all who wait; until it fails or is dropped, whereupon the next
    /// one takes over.
    async fn follow(&self) -> Result<(), CallError> {
        let mut ears = self.ears.lock().await;
        loop {
            if ears.woken {
                self.look().await?;
                ears.woken = false;
            }
            let patience = match &self.shared.listener {
                Some(listener) if listener.is_connected() => self.shared.patience.listening,
                _ => self.shared.patience.deaf,
            };
            let wake = match &mut ears.subscription {
                Some(heard) => heard.next_within(patience).await,
                None => {
                    tokio::time::sleep(patience).await;
                    Wake::Silence
                }
            };
            let version = match &wake {
                Wake::Notified(version) => version.parse().ok(),
                _ => None,
            };
            match version {
                Some(version) => self.reached(version),
                None => ears.woken = true,
            }
        }
    }

    async fn read_after(&self, version: u64, limit: usize) -> Result<Vec<Recorded>, CallError> {
        self.settle().await?;
        let version = i64::try_from(version).unwrap_or(i64::MAX);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let page = [bigint(&version), bigint(&limit)];
        let rows = self.query(&self.shared.statements.after, &page).await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let version = row.try_get(0)?;
            let line = serde_json::from_str(row.try_get(1)?)
                .map_err(|source| CallError::Line { version, source })?;
            lines.push(line);
            self.reached(version);
        }
        Ok(lines)
    }

    async fn read_snapshot(&self) -> Result<Option<Snapshot>, CallError> {
        let rows = self.query(&self.shared.statements.snapshot, &[]).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let version = row.try_get(0)?;
        let snapshot = serde_json::from_str(row.try_get(1)?)
            .map_err(|source| CallError::Snapshot { version, source })?;
        Ok(Some(snapshot))
    }

    async fn write_snapshot(&self, snapshot: &Snapshot) -> Result<(), CallError> {
        let version = row_version(snapshot.version())?;
        let content = serde_json::to_string(snapshot)?;
        let saved = [bigint(&version), text(&content)];
        self.query(&self.shared.statements.save_snapshot, &saved)
            .await?;
        Ok(())
    }
}

fn row_version(version: u64) -> Result<i64, CallError> {
    i64::try_from(version).map_err(|_| CallError::Version(version.into()))
}

#[async_trait]
impl QueueStore for PostgresQueue {
    async fn append(&self, expected: u64, lines: &[Recorded]) -> Result<(), AppendError> {
        let append = async {
            let start = row_version(expected)?;
            let lines = Lines::new(
                lines,
                self.shared.database.clock_offset() + self.shared.most_ahead,
            )?;
            Ok((self.write(start, &lines).await?, start))
        };
        let appended: Result<_, CallError> = append.await;
        match appended.map_err(StoreError::from)? {
            (Answer::Written, start) => {
                self.reached(start + lines.len() as i64);
                Ok(())
            }
            (Answer::Conflict { actual }, _) => Err(AppendError::Conflict {
                expected,
                actual: actual.unsigned_abs(),
            }),
            (Answer::Again, _) => {
                Err(StoreError::new("the fence of the queue keeps rising").into())
            }
        }
    }

    async fn after(&self, version: u64, limit: usize) -> Result<Vec<Recorded>, StoreError> {
        Ok(self.read_after(version, limit).await?)
    }

    async fn changed_since(&self, version: u64) -> Result<(), StoreError> {
        let version = i64::try_from(version).unwrap_or(i64::MAX);
        let mut known = self.known.subscribe();
        // Otherwise what is known was read, or appended, at this version: what comes later is heard of.
        if *known.borrow() < version {
            self.look().await?;
        }
        tokio::select! {
            biased;
            // The sender lives as long as `self`.
            _ = known.wait_for(|known| *known > version) => Ok(()),
            failed = self.follow() => Ok(failed?),
        }
    }

    async fn snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.read_snapshot().await?)
    }

    async fn save_snapshot(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        Ok(self.write_snapshot(snapshot).await?)
    }
}

impl fmt::Debug for PostgresQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresQueue")
            .field("name", &self.name.as_str())
            .field("database", &self.shared.database)
            .finish_non_exhaustive()
    }
}
