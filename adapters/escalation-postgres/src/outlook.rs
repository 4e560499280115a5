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
    /// When the last claim said that there may be more, unless something was written since.
    expected: Mutex<Option<(Instant, Option<i64>)>>,
}

/// A claim under way.
#[derive(Debug)]
pub(crate) struct Claiming<'a> {
    outlook: &'a Outlook,
    looking: Looking<'a>,
    writes: u64,
}

impl Outlook {
    fn lock(&self) -> MutexGuard<'_, Option<(Instant, Option<i64>)>> {
        // One move under the lock, so a poisoned one is still sound.
        self.expected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was written that is ready then, in the store's time.
    pub(crate) fn written(&self, ready_at: i64) {
        self.writes.fetch_add(1, Ordering::SeqCst);
        *self.lock() = None;
        self.lower(ready_at);
    }

    pub(crate) fn lower(&self, ready_at: i64) {
        self.floor.lower(ready_at);
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

    pub(crate) fn floors(&self) -> Floors {
        self.floor.floors()
    }

    pub(crate) fn look(&self) -> (Floors, Claiming<'_>) {
        let writes = self.writes.load(Ordering::SeqCst);
        let (floors, looking) = self.floor.look();
        let claiming = Claiming {
            outlook: self,
            looking,
            writes,
        };
        (floors, claiming)
    }

    /// What the claim right before has said, once.
    pub(crate) fn expected(&self) -> Option<Option<i64>> {
        let (said_at, next_due) = self.lock().take()?;
        (said_at.elapsed() <= BELIEVED).then_some(next_due)
    }
}

impl Claiming<'_> {
    /// The claim has ended, has taken these as the last of each tenant, and says when there may be
    /// more.
    pub(crate) fn found<'a>(
        self,
        last: impl IntoIterator<Item = (&'a str, Place)>,
        next_due: Option<i64>,
    ) {
        self.looking.found(last);
        let mut expected = self.outlook.lock();
        let unchanged = self.writes == self.outlook.writes.load(Ordering::SeqCst);
        *expected = unchanged.then(|| (Instant::now(), next_due));
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
