//! The log in memory.

use std::sync::PoisonError;

use async_trait::async_trait;

use super::growth::Growth;
use super::{AppendError, QueueStore, Recorded, StoreError};
use crate::snapshot::Snapshot;
use crate::sync::{Mutex, MutexGuard};

/// A log that lives as long as the process: for tests, and for hosts whose calls do not outlive it.
///
/// Growth is noticed at once.
#[derive(Debug, Default)]
pub struct MemoryStore {
    log: Mutex<Log>,
    growth: Growth,
}

#[derive(Debug, Default)]
struct Log {
    /// How many lines a snapshot made superfluous.
    dropped: u64,
    lines: Vec<Recorded>,
    /// Keep no more than the last line: nobody reads the others.
    last_only: bool,
    snapshot: Option<Snapshot>,
}

impl MemoryStore {
    /// An empty log. It grows until a snapshot is saved.
    pub fn new() -> Self {
        Self::default()
    }

    /// A log for one reader, who knows all that was appended: it does not grow.
    pub(crate) fn last_only() -> Self {
        let log = Log {
            last_only: true,
            ..Log::default()
        };
        Self {
            log: Mutex::new(log),
            growth: Growth::default(),
        }
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        // Nothing panics while the log is held, so a poisoned one is whole.
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl QueueStore for MemoryStore {
    async fn append(&self, expected: u64, lines: &[Recorded]) -> Result<(), AppendError> {
        let grown = {
            let mut log = self.log();
            let actual = log.dropped + log.lines.len() as u64;
            if actual != expected {
                return Err(AppendError::Conflict { expected, actual });
            }
            if log.last_only {
                log.dropped += log.lines.len() as u64;
                log.lines.clear();
            }
            log.lines.extend_from_slice(lines);
            log.dropped + log.lines.len() as u64
        };
        self.growth.reached(grown);
        Ok(())
    }

    async fn after(&self, version: u64, limit: usize) -> Result<Vec<Recorded>, StoreError> {
        let log = self.log();
        let skip = usize::try_from(version.saturating_sub(log.dropped)).unwrap_or(usize::MAX);
        Ok(log.lines.iter().skip(skip).take(limit).cloned().collect())
    }

    async fn changed_since(&self, version: u64) -> Result<(), StoreError> {
        self.growth.past(version).await;
        Ok(())
    }

    async fn snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.log().snapshot.clone())
    }

    async fn save_snapshot(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        let mut log = self.log();
        if log
            .snapshot
            .as_ref()
            .is_some_and(|kept| kept.version() > snapshot.version())
        {
            return Ok(());
        }
        log.snapshot = Some(snapshot.clone());
        let superfluous = snapshot
            .version()
            .saturating_sub(1)
            .saturating_sub(log.dropped);
        let superfluous = usize::try_from(superfluous)
            .unwrap_or(usize::MAX)
            .min(log.lines.len());
        log.lines.drain(..superfluous);
        log.dropped += superfluous as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::event::Event;

    /// A program that runs for months in memory keeps no log of them.
    #[test]
    fn a_log_that_nobody_reads_does_not_grow() {
        shuttle::check_random(append_and_look, 1);
    }

    fn append_and_look() {
        let store = MemoryStore::last_only();
        shuttle::future::block_on(async {
            for version in 0..100 {
                let line = Recorded::new(version + 1, DateTime::UNIX_EPOCH, Event::Tick);
                store.append(version, &[line]).await.unwrap();
            }
            assert_eq!(store.log().lines.len(), 1);
            assert_eq!(store.after(99, 5).await.unwrap()[0].version, 100);
        });
    }
}
