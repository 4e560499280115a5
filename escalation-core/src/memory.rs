//! The store of tests and of programs that may forget.

mod bundles;
mod lanes;
mod processes;
mod rates;
mod requests;
mod row;
mod rows;

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{
    AttemptStart, Begun, Changes, Claim, DeadLetter, DeadLetters, Discarded, EscalationStore,
    Generation, Held, Hold, Lease, LetterId, NewProcess, ProcessId, ProcessSnapshot,
    ProcessSummary, RejectedRequest, Replayed, RequestId, Run, Settled, Settlement, Started,
    Stopped, StoreError,
};
use processes::Processes;

/// An [`EscalationStore`] in memory: everything is forgotten with it.
///
/// Claiming and settling cost O(log n) of what is kept.
#[derive(Debug, Default)]
pub struct MemoryStore {
    processes: Mutex<Processes>,
    changes: Changes,
}

impl MemoryStore {
    /// A store that keeps nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Processes> {
        // No code of others runs under the lock, and ours does not panic in the middle of a change.
        self.processes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a change and wakes those who wait for earlier work.
    fn change<T>(&self, change: impl FnOnce(&mut Processes) -> T) -> T {
        let answer = change(&mut self.lock());
        self.changes.announce();
        answer
    }
}

#[async_trait]
impl EscalationStore for MemoryStore {
    async fn start(&self, process: NewProcess, now: DateTime<Utc>) -> Result<Started, StoreError> {
        Ok(self.change(|processes| processes.start(process, now)))
    }

    async fn stop(
        &self,
        run: Run<'_>,
        request: Option<&RequestId>,
        now: DateTime<Utc>,
    ) -> Result<Stopped, StoreError> {
        Ok(self.lock().stop(run, request, now))
    }

    async fn hold(
        &self,
        run: Run<'_>,
        hold: Hold,
        request: Option<&RequestId>,
        now: DateTime<Utc>,
    ) -> Result<Held, StoreError> {
        Ok(self.change(|processes| processes.hold(run, hold, request, now)))
    }

    async fn claim(
        &self,
        max: usize,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Claim>, StoreError> {
        Ok(self.lock().claim(max, lease_until, now))
    }

    async fn gather(
        &self,
        lease: &Lease,
        max: usize,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Claim>, StoreError> {
        Ok(self.lock().gather(lease, max, lease_until, now))
    }

    async fn begin(
        &self,
        attempts: Vec<AttemptStart>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Begun>, StoreError> {
        let mut processes = self.lock();
        Ok(attempts
            .iter()
            .map(|attempt| processes.begin(attempt, now))
            .collect())
    }

    async fn renew(
        &self,
        leases: &[Lease],
        lease_until: DateTime<Utc>,
        _now: DateTime<Utc>,
    ) -> Result<Vec<Settled>, StoreError> {
        let mut processes = self.lock();
        Ok(leases
            .iter()
            .map(|lease| processes.renew(lease, lease_until))
            .collect())
    }

    async fn settle(
        &self,
        settlements: Vec<Settlement>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Settled>, StoreError> {
        Ok(self.change(|processes| {
            settlements
                .into_iter()
                .map(|settlement| processes.settle(settlement, now))
                .collect()
        }))
    }

    async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(self.lock().next_due())
    }

    async fn process(&self, process: &ProcessId) -> Result<Option<ProcessSnapshot>, StoreError> {
        Ok(self.lock().snapshot(process))
    }

    async fn processes(
        &self,
        after: Option<Generation>,
        max: usize,
    ) -> Result<Vec<ProcessSummary>, StoreError> {
        Ok(self.lock().list(after, max))
    }

    async fn changed(&self) {
        self.changes.changed().await;
    }
}

#[async_trait]
impl DeadLetters for MemoryStore {
    async fn reject(&self, request: RejectedRequest, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.lock().reject(request, now);
        Ok(())
    }

    async fn dead_letters(
        &self,
        after: Option<LetterId>,
        max: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        Ok(self.lock().dead_letters(after, max))
    }

    async fn replay(&self, letter: LetterId, now: DateTime<Utc>) -> Result<Replayed, StoreError> {
        Ok(self.change(|processes| processes.replay(letter, now)))
    }

    async fn discard(&self, letter: LetterId) -> Result<Discarded, StoreError> {
        Ok(self.lock().discard(letter))
    }
}
