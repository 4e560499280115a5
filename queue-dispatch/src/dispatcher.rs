//! The shell that many request handlers share.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};

use crate::command::Commands;
use crate::config::Config;
use crate::event::Event;
use crate::queue::{Effect, Queue};
use crate::refusal::Refusal;
use crate::store::{AppendError, MemoryStore, QueueStore, Recorded, StoreError};
use crate::time::{instant, micros};
use crate::turn::Turn;

/// A [`Queue`] and its log, shared by any number of handlers.
///
/// Each event is checked, logged, and only then takes effect: a reader sees the queue before or
/// after an event and never in between, and what a reader has seen is in the log. Writers take
/// turns; readers wait for none of them while the store is busy.
///
/// Other processes may append to the same log. What they appended is taken in before the next
/// event, and on [`refresh`](Self::refresh); whoever appended an event carries out its commands.
#[derive(Debug)]
pub struct Dispatcher {
    queue: RwLock<Queue>,
    turn: Turn,
    store: Arc<dyn QueueStore>,
}

/// What an event led to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// To be carried out in order.
    pub commands: Commands,
    /// The queue's version after the event.
    pub version: u64,
    /// When to come back with [`Dispatcher::run_once`].
    pub wake_at: Option<DateTime<Utc>>,
}

/// Why an event was not applied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The queue refused it; nothing has changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed. If the event reached the log all the same, it takes effect when the log is
    /// read again; asking again is safe, for events about calls and offers are taken in once.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log holds an event that this queue cannot take in: another configuration wrote it, or
    /// another version of this crate.
    #[error("line {version} of the log cannot be replayed")]
    Replay {
        /// The line's number.
        version: u64,
        /// Why the queue refuses it.
        source: Refusal,
    },
    /// The log skips a line.
    #[error("the log goes on with line {found} where {expected} was due")]
    Gap {
        /// The line that was due.
        expected: u64,
        /// The line that came.
        found: u64,
    },
}

/// How many lines of the log are read at once.
const PAGE: usize = 4096;

impl Dispatcher {
    /// Opens the queue that the log describes.
    ///
    /// Say [`Event::Restart`] next when the host does not know which phones it rang.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Replay`] or [`Error::Gap`] when the log cannot be read.
    pub async fn open(
        config: impl Into<Arc<Config>>,
        store: Arc<dyn QueueStore>,
    ) -> Result<Self, Error> {
        let dispatcher = Self {
            queue: RwLock::new(Queue::new(config)),
            turn: Turn::default(),
            store,
        };
        dispatcher.refresh().await?;
        Ok(dispatcher)
    }

    /// An empty queue with its log in memory.
    pub fn in_memory(config: impl Into<Arc<Config>>) -> Self {
        Self {
            queue: RwLock::new(Queue::new(config)),
            turn: Turn::default(),
            store: Arc::new(MemoryStore::new()),
        }
    }

    /// Takes in one event, and returns what is to be done.
    ///
    /// If the future is dropped midway the event may be in the log or not; the next call finds out.
    ///
    /// # Errors
    /// [`Error::Refused`] when it has no effect, the others when the log could not be written.
    pub async fn apply(&self, event: Event, now: DateTime<Utc>) -> Result<Applied, Error> {
        let _turn = self.turn.take().await;
        // What is logged is what the queue sees: whole microseconds.
        let now = instant(micros(now));
        let mut up_to_date = false;
        loop {
            let (checked, version) = self.read(|queue| (queue.check(&event, now), queue.version()));
            if checked != Ok(Effect::Changes) {
                // Before saying no, or "nothing to do": somebody else may have changed that.
                if !up_to_date {
                    self.catch_up().await?;
                    up_to_date = true;
                    continue;
                }
                checked?;
            } else {
                let line = Recorded::new(version + 1, now, event.clone());
                match self
                    .store
                    .append(version, std::slice::from_ref(&line))
                    .await
                {
                    Ok(()) => {}
                    Err(AppendError::Conflict { .. }) => {
                        self.catch_up().await?;
                        up_to_date = true;
                        continue;
                    }
                    Err(AppendError::Backend(error)) => return Err(error.into()),
                }
            }
            let mut commands = Commands::new();
            let mut queue = self.queue.write().unwrap_or_else(PoisonError::into_inner);
            queue.step(&event, now, &mut commands)?;
            return Ok(Applied {
                commands,
                version: queue.version(),
                wake_at: queue.wake_at(),
            });
        }
    }

    /// Lets happen what is due by now.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub async fn run_once(&self, now: DateTime<Utc>) -> Result<Applied, Error> {
        self.apply(Event::Tick, now).await
    }

    /// Takes in what others have appended to the log.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Replay`] or [`Error::Gap`] when the log cannot be read.
    pub async fn refresh(&self) -> Result<(), Error> {
        let _turn = self.turn.take().await;
        self.catch_up().await
    }

    /// Reads the queue as it is after the last event. The closure should be quick: the next event
    /// waits for it.
    pub fn read<R>(&self, look: impl FnOnce(&Queue) -> R) -> R {
        // A reader's panic does not poison the lock, and a step does not panic.
        look(&self.queue.read().unwrap_or_else(PoisonError::into_inner))
    }

    async fn catch_up(&self) -> Result<(), Error> {
        loop {
            let version = self.read(Queue::version);
            let lines = self.store.after(version, PAGE).await?;
            if lines.is_empty() {
                return Ok(());
            }
            let mut commands = Commands::new();
            let mut queue = self.queue.write().unwrap_or_else(PoisonError::into_inner);
            for line in lines {
                let expected = queue.version() + 1;
                if line.version != expected {
                    return Err(Error::Gap {
                        expected,
                        found: line.version,
                    });
                }
                commands.clear();
                queue
                    .step(&line.event, line.at, &mut commands)
                    .map_err(|source| Error::Replay {
                        version: line.version,
                        source,
                    })?;
                if queue.version() != expected {
                    return Err(Error::Gap {
                        expected,
                        found: queue.version(),
                    });
                }
            }
        }
    }
}
