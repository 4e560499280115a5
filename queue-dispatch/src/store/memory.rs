//! The log in memory.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use super::{AppendError, QueueStore, Recorded, StoreError};

/// A log that lives as long as the process: for tests, and for hosts whose calls do not outlive it.
#[derive(Debug, Default)]
pub struct MemoryStore {
    lines: Mutex<Vec<Recorded>>,
}

impl MemoryStore {
    /// An empty log.
    pub const fn new() -> Self {
        Self {
            lines: Mutex::new(Vec::new()),
        }
    }
}

#[async_trait]
impl QueueStore for MemoryStore {
    async fn append(&self, expected: u64, lines: &[Recorded]) -> Result<(), AppendError> {
        // A panic elsewhere cannot leave the list half written: it only ever grows by whole calls.
        let mut log = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let actual = log.len() as u64;
        if actual != expected {
            return Err(AppendError::Conflict { expected, actual });
        }
        log.extend_from_slice(lines);
        Ok(())
    }

    async fn after(&self, version: u64, limit: usize) -> Result<Vec<Recorded>, StoreError> {
        let log = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let start = usize::try_from(version)
            .unwrap_or(usize::MAX)
            .min(log.len());
        Ok(log[start..].iter().take(limit).cloned().collect())
    }
}
