//! What a store knows without asking: what it has written, and what others have announced.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use escalation_core::Changes;
use postgres_pool::{Listener, Wake};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::floor::{Floor, Floors, Looking, Place};

/// How long the outlook of a claim is believed: long enough for the question that follows it.
const BELIEVED: Duration = Duration::from_millis(50);

#[derive(Debug, Default)]
pub(crate) struct Outlook {
    floor: Floor,
    changes: Changes,
    /// Counts what was written or announced.
    writes: AtomicU64,
    /// Counts what was said about leases.
    words: AtomicU64,
    /// What the last claim said, unless it is not true any more.
    expected: Mutex<Option<Expected>>,
}

/// What a claim has said about the time after it.
#[derive(Debug)]
struct Expected {
    said_at: Instant,
    next_due: Option<i64>,
    /// Then something becomes ready that nobody has, so no word about a lease makes it later.
    waits: bool,
}

/// A claim under way.
#[derive(Debug)]
pub(crate) struct Claiming<'a> {
    outlook: &'a Outlook,
    looking: Looking<'a>,
    writes: u64,
    words: u64,
}

impl Outlook {
    fn lock(&self) -> MutexGuard<'_, Option<Expected>> {
        // One move under the lock, so a poisoned one is still sound.
        self.expected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was written that is ready then, in the store's time.
    pub(crate) fn written(&self, ready_at: i64) {
        self.writes.fetch_add(1, Ordering::SeqCst);
        *self.lock() = None;
        self.floor.lower(ready_at);
    }

    /// Leases were given or lengthened that end then, in the store's time.
    pub(crate) fn leased(&self, until: i64) {
        self.floor.leased(until);
        self.words.fetch_add(1, Ordering::SeqCst);
        self.lock().take_if(|expected| !expected.waits);
    }

    /// What was leased is done.
    pub(crate) fn done(&self) {
        self.leased(i64::MAX);
    }

    /// Wakes those who wait for a change.
    pub(crate) fn announce(&self) {
        self.changes.announce();
    }

    /// Anything may have been written.
    pub(crate) fn changed_anywhere(&self) {
        self.floor.reset();
        self.written(i64::MIN);
        self.announce();
    }

    pub(crate) async fn changed(&self) {
        self.changes.changed().await;
    }

    /// A claim begins, at this instant of the store's time.
    pub(crate) fn look(&self, now: i64) -> (Floors, Claiming<'_>) {
        let writes = self.writes.load(Ordering::SeqCst);
        let words = self.words.load(Ordering::SeqCst);
        let (floors, looking) = self.floor.look(now);
        let claiming = Claiming {
            outlook: self,
            looking,
            writes,
            words,
        };
        (floors, claiming)
    }

    /// See [`Floor::spared`].
    pub(crate) fn spared(&self) -> Option<(Floors, i64)> {
        self.floor.spared()
    }

    /// What the claim right before has said, once.
    pub(crate) fn expected(&self) -> Option<Option<i64>> {
        let expected = self.lock().take()?;
        (expected.said_at.elapsed() <= BELIEVED).then_some(expected.next_due)
    }
}

impl Claiming<'_> {
    /// The claim has ended, and has taken these as the last of each tenant. Above where it started,
    /// something that waits becomes ready, and a lease ends, at these instants.
    pub(crate) fn found<'a>(
        self,
        last: impl IntoIterator<Item = (&'a str, Place)>,
        waiting: Option<i64>,
        leased: Option<i64>,
    ) {
        let (leases_end, is_sure) = self.looking.found(last, leased.unwrap_or(i64::MAX));
        let waits = waiting.is_some_and(|ready_at| ready_at <= leases_end);
        let mut expected = self.outlook.lock();
        let unwritten = self.writes == self.outlook.writes.load(Ordering::SeqCst);
        let unchanged = is_sure && self.words == self.outlook.words.load(Ordering::SeqCst);
        *expected = (unwritten && (waits || unchanged)).then(|| Expected {
            said_at: Instant::now(),
            next_due: waiting.into_iter().chain(leased).min(),
            waits,
        });
    }
}

/// The task that hears what other workers announce; ends with its store.
#[derive(Debug)]
pub(crate) struct Watching(JoinHandle<()>);

impl Watching {
    /// Hears what is announced about the tables in this schema.
    pub(crate) fn start(outlook: Arc<Outlook>, listener: &Listener, schema: &str) -> Self {
        let mut subscription = listener.subscribe(schema);
        Self(tokio::spawn(async move {
            loop {
                match subscription.next().await {
                    // Of several in a row only the last is heard, so a look from the bottom finds the
                    // others; that is never far away.
                    Wake::Notified(due_at) => {
                        outlook.written(due_at.parse().unwrap_or(i64::MIN));
                        outlook.announce();
                    }
                    _ => outlook.changed_anywhere(),
                }
            }
        }))
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.abort();
    }
}
