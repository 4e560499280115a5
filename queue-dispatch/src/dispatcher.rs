//! The shell that many request handlers share.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::command::Commands;
use crate::config::Config;
use crate::event::Event;
use crate::queue::{Effect, Queue};
use crate::refusal::Refusal;
use crate::snapshot::SnapshotError;
use crate::store::{AppendError, MemoryStore, QueueStore, Recorded, StoreError};
use crate::sync::{Mutex, MutexGuard, RwLock};
use crate::time::{instant, micros};
use crate::trace;
use crate::turn::Turn;

/// A [`Queue`] and its log, shared by any number of handlers.
///
/// Each event is checked, logged, and only then takes effect: a reader sees the queue before or
/// after an event and never in between, and what a reader has seen is in the log. Writers take
/// turns; readers wait for none of them while the store is busy.
///
/// Long work belongs outside: nothing here waits for anything but the store.
///
/// # Several processes, one queue
///
/// Dispatchers in any number of processes may share a log, with the same configuration.
/// [`follow`](Self::follow) takes in what the others appended. Who does what:
///
/// * **Whoever appended an event carries out its commands**, and nobody else: [`apply`](Self::apply)
///   and [`run_once`](Self::run_once) return them to the one whose line is in the log. So any
///   process must be able to ring, and to stop ringing, any phone; what a token stands for at the
///   telephone system (a call SID, say) lives where all can read it. A question asked again, such as
///   [`Event::NextCaller`] or a second [`Event::OfferAccepted`], is answered again wherever it is
///   asked, with the same token.
/// * **Time is everyone's.** Each process comes back at `wake_at`; the first to log the tick carries
///   out what fell due, and to the others nothing is due any more. While one process lives, no
///   timeout is missed.
/// * **An append of unknown outcome** stays with the dispatcher that tried it: if its line turns out
///   to be in the log, its commands come with what that dispatcher returns next.
/// * **A process that dies between logging and carrying out** takes commands with it. Whoever learns
///   of its death, it itself when it starts again or another, says [`Event::Restart`]: every offer
///   not yet bridged is cancelled and made anew. What remains is a caller sent away by
///   [`Command::Leave`](crate::Command::Leave) who was never told: still on the line, but unknown to
///   [`Queue::call_state`]. The host sees it when the caller's wait music next asks, and sends them
///   on.
#[derive(Debug)]
pub struct Dispatcher {
    queue: RwLock<Queue>,
    turn: Turn,
    store: Arc<dyn QueueStore>,
    unsure: Mutex<Unsure>,
}

/// An append whose outcome is unknown: the store failed midway, or the handler's future was dropped.
#[derive(Debug, Default)]
struct Unsure {
    line: Option<Recorded>,
    /// If the line turns up in the log: what it commanded, which nobody has carried out.
    commands: Commands,
    /// Joins that turned up in the log after their handler was told that the store failed.
    landed: VecDeque<Recorded>,
}

/// So many joins are kept, for so long, until their handlers ask again.
const LANDED_AT_MOST: usize = 64;
const ASKED_AGAIN_WITHIN: TimeDelta = TimeDelta::minutes(1);

impl Unsure {
    /// The line that nobody was sure of is in the log.
    fn is_in_the_log(&mut self) {
        // Any other event that is said again is refused or answered again. A caller who joined, was
        // served and left before the join is said again would join a second time.
        if let Some(line) = self.line.take()
            && matches!(line.event, Event::Enqueue(_))
        {
            if self.landed.len() == LANDED_AT_MOST {
                self.landed.pop_front();
            }
            self.landed.push_back(line);
        }
    }

    /// Whether this event is one that has taken effect already, said again. Once.
    fn said_again(&mut self, event: &Event, now: DateTime<Utc>) -> bool {
        self.landed
            .retain(|line| now.signed_duration_since(line.at) <= ASKED_AGAIN_WITHIN);
        let known = self.landed.iter().position(|line| line.event == *event);
        known.and_then(|index| self.landed.remove(index)).is_some()
    }
}

/// What an event led to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// To be carried out in order. Those of an earlier event that nobody got to see, because the
    /// store failed or the handler's future was dropped after it was logged, come first.
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
    /// read again. Saying it again is safe, to the same dispatcher and within a minute: it takes
    /// effect once.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log holds an event that this queue cannot take in: another configuration wrote it, or
    /// another version of this crate.
    #[error(
        "line {version} of the log cannot be replayed: open it with the configuration that wrote it, and save a snapshot"
    )]
    Replay {
        /// The line's number.
        version: u64,
        /// Why the queue refuses it.
        source: Refusal,
    },
    /// The snapshot cannot be restored.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
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
    /// Opens the queue that the log describes: the newest snapshot, and what came after.
    ///
    /// Say [`Event::Restart`] next when the host does not know which phones it rang.
    ///
    /// To change the configuration, save a snapshot with the old one and open with the new: lines
    /// after the newest snapshot were written under the old one, and may not fit
    /// ([`Error::Replay`]).
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Snapshot`], [`Error::Replay`] or [`Error::Gap`] when the log
    /// cannot be read.
    pub async fn open(
        config: impl Into<Arc<Config>>,
        store: Arc<dyn QueueStore>,
    ) -> Result<Self, Error> {
        let config = config.into();
        let queue = match store.snapshot().await? {
            Some(snapshot) => Queue::restore(config, &snapshot)?,
            None => Queue::new(config),
        };
        let dispatcher = Self::over(queue, store);
        dispatcher.refresh().await?;
        Ok(dispatcher)
    }

    /// An empty queue that lives as long as this value. Its log is nobody else's, and is not kept;
    /// for dispatchers that share one in memory, [`open`](Self::open) them over a [`MemoryStore`].
    pub fn in_memory(config: impl Into<Arc<Config>>) -> Self {
        Self::over(Queue::new(config), Arc::new(MemoryStore::last_only()))
    }

    fn over(queue: Queue, store: Arc<dyn QueueStore>) -> Self {
        Self {
            queue: RwLock::new(queue),
            turn: Turn::default(),
            store,
            unsure: Mutex::default(),
        }
    }

    /// Takes in one event, and returns what is to be done.
    ///
    /// If the future is dropped midway the event may be in the log or not; the next call finds out,
    /// and returns its commands too.
    ///
    /// # Errors
    /// [`Error::Refused`] when it has no effect, the others when the log could not be written.
    pub async fn apply(&self, event: Event, now: DateTime<Utc>) -> Result<Applied, Error> {
        let _turn = self.turn.take().await;
        // What is logged is what the queue sees: whole microseconds.
        let now = instant(micros(now));
        let mut up_to_date = self.unsure().line.is_some();
        if up_to_date {
            self.catch_up().await?;
        }
        if self.unsure().said_again(&event, now) {
            return Ok(self.as_it_is());
        }
        loop {
            let (checked, version) = self.read(|queue| (queue.check(&event, now), queue.version()));
            if checked != Ok(Effect::Changes) {
                // Before saying no, or "nothing to do": somebody else may have changed that.
                if !up_to_date {
                    self.catch_up().await?;
                    up_to_date = true;
                    continue;
                }
                checked.inspect_err(trace::refused)?;
            } else {
                let line = Recorded::new(version + 1, now, event.clone());
                self.unsure().line = Some(line.clone());
                let appended = self
                    .store
                    .append(version, std::slice::from_ref(&line))
                    .await;
                if !matches!(appended, Err(AppendError::Backend(_))) {
                    self.unsure().line = None;
                }
                match appended {
                    Ok(()) => {}
                    Err(AppendError::Conflict { .. }) => {
                        self.catch_up().await?;
                        up_to_date = true;
                        continue;
                    }
                    Err(AppendError::Backend(error)) => {
                        trace::store_failed("append", &error);
                        return Err(error.into());
                    }
                }
            }
            let mut commands = std::mem::take(&mut self.unsure().commands);
            let mut queue = self.queue.write().unwrap_or_else(PoisonError::into_inner);
            queue.step(&event, now, &mut commands)?;
            trace::commanded(queue.version(), commands.as_slice());
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
    /// [`Error::Store`], [`Error::Snapshot`], [`Error::Replay`] or [`Error::Gap`] when the log
    /// cannot be read.
    pub async fn refresh(&self) -> Result<(), Error> {
        let _turn = self.turn.take().await;
        self.catch_up().await
    }

    /// Waits until the log is past this version, whoever appended, and takes in what others did.
    /// Returns when to come back with [`run_once`](Self::run_once) now; and commands only if an
    /// earlier event's were never heard (see [`Applied::commands`]).
    ///
    /// One loop in each process keeps time and follows the others; handlers just
    /// [`apply`](Self::apply):
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use chrono::{DateTime, Utc};
    /// # use queue_dispatch::{Commands, Dispatcher, Error};
    /// # async fn sleep_until(_: Option<DateTime<Utc>>) {}
    /// # fn now() -> DateTime<Utc> { DateTime::UNIX_EPOCH }
    /// # fn carry_out(_: &Commands) {}
    /// async fn keep_time(dispatcher: Arc<Dispatcher>) -> Result<(), Error> {
    ///     loop {
    ///         let applied = dispatcher.run_once(now()).await?;
    ///         carry_out(&applied.commands);
    ///         tokio::select! {
    ///             followed = dispatcher.follow(applied.version) => carry_out(&followed?.commands),
    ///             () = sleep_until(applied.wake_at) => {}
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Errors
    /// As [`refresh`](Self::refresh). Wait a little before trying again.
    pub async fn follow(&self, version: u64) -> Result<Applied, Error> {
        loop {
            let changed = self.store.changed_since(version).await;
            changed.inspect_err(|error| trace::store_failed("follow", error))?;
            let _turn = self.turn.take().await;
            // An event of this process may have moved the queue, and took in the others' lines
            // before its own: then there is nothing to read.
            if self.read(Queue::version) <= version {
                self.catch_up().await?;
            }
            let applied = self.as_it_is();
            if applied.version > version || !applied.commands.is_empty() {
                return Ok(applied);
            }
        }
    }

    /// Reads the queue as it is after the last event. The closure should be quick: the next event
    /// waits for it.
    pub fn read<R>(&self, look: impl FnOnce(&Queue) -> R) -> R {
        // A reader's panic does not poison the lock, and a step does not panic.
        look(&self.queue.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Saves a snapshot, so that opening is quick and the store may shorten the log. Writers wait
    /// while it is taken (O(calls)), not while it is saved.
    ///
    /// # Errors
    /// [`Error::Store`] when the store failed.
    pub async fn save_snapshot(&self) -> Result<(), Error> {
        let snapshot = self.read(Queue::snapshot);
        let saved = self.store.save_snapshot(&snapshot).await;
        Ok(saved.inspect_err(|error| trace::store_failed("save snapshot", error))?)
    }

    fn unsure(&self) -> MutexGuard<'_, Unsure> {
        // Nothing panics while it is held.
        self.unsure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn catch_up(&self) -> Result<(), Error> {
        loop {
            let version = self.read(Queue::version);
            let lines = self.store.after(version, PAGE).await;
            let lines = lines.inspect_err(|error| trace::store_failed("read", error))?;
            trace::took_in(lines.len());
            match lines.first() {
                None => break,
                Some(line) if line.version == version + 1 => self.replay(lines)?,
                Some(line) => self.jump(version, line.version).await?,
            }
        }
        // Everything logged is known now: a line still missing will never come.
        self.unsure().line = None;
        Ok(())
    }

    fn replay(&self, lines: Vec<Recorded>) -> Result<(), Error> {
        let mut unheard = Commands::new();
        let mut queue = self.queue.write().unwrap_or_else(PoisonError::into_inner);
        for line in lines {
            let expected = queue.version() + 1;
            if line.version != expected {
                return Err(Error::Gap {
                    expected,
                    found: line.version,
                });
            }
            let mut unsure = self.unsure();
            let ours = unsure.line.as_ref() == Some(&line);
            let commands = if ours {
                &mut unsure.commands
            } else {
                &mut unheard
            };
            queue
                .step(&line.event, line.at, commands)
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
            unheard.clear();
            if ours {
                unsure.is_in_the_log();
            }
        }
        Ok(())
    }

    /// The queue as it is, with the commands that nobody has heard.
    fn as_it_is(&self) -> Applied {
        let commands = std::mem::take(&mut self.unsure().commands);
        let (version, wake_at) = self.read(|queue| (queue.version(), queue.wake_at()));
        Applied {
            commands,
            version,
            wake_at,
        }
    }

    /// The lines that are due were dropped: a newer snapshot stands for them.
    async fn jump(&self, version: u64, found: u64) -> Result<(), Error> {
        match self.store.snapshot().await? {
            Some(snapshot) if snapshot.version() > version => {
                let config = self.read(Queue::shared_config);
                let restored = Queue::restore(config, &snapshot)?;
                *self.queue.write().unwrap_or_else(PoisonError::into_inner) = restored;
                Ok(())
            }
            _ => Err(Error::Gap {
                expected: version + 1,
                found,
            }),
        }
    }
}
