//! The opening hours as they are now: those of the file, and over them what people have decided since.

use std::sync::{Arc, PoisonError, RwLock};

use business_hours::{
    BuildErrors, Override, OverrideId, OverrideStore, Schedule, ScheduleId, Snapshot, StoreError,
    Version,
};

/// What the override store calls our hours.
const DESK: &str = "phone";

/// Hours with exceptions that all servers share. A change is in force on each of them with its next call.
#[derive(Debug)]
pub(crate) struct OpeningHours {
    written: Schedule,
    desk: ScheduleId,
    store: Arc<dyn OverrideStore>,
    current: RwLock<Current>,
}

#[derive(Debug, Clone)]
struct Current {
    schedule: Schedule,
    snapshot: Snapshot,
}

/// Why an exception to the opening hours cannot be made or withdrawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OverrideError {
    /// It does not fit the hours.
    #[error(transparent)]
    Rules(#[from] BuildErrors),
    /// It cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OpeningHours {
    /// These hours, without exceptions until the first [`refresh`](Self::refresh).
    pub(crate) fn new(written: Schedule, store: Arc<dyn OverrideStore>) -> Self {
        Self {
            current: RwLock::new(Current {
                schedule: written.clone(),
                snapshot: Snapshot::new(Version::INITIAL, Vec::new()),
            }),
            written,
            // A short word without control characters, which is all that is asked.
            desk: ScheduleId::new(DESK).expect("a name that schedules may have"),
            store,
        }
    }

    /// Takes in what other servers have changed. Answers whether they have.
    pub(crate) async fn refresh(&self) -> Result<bool, OverrideError> {
        if self.store.version(&self.desk).await? == self.read(|now| now.snapshot.version) {
            return Ok(false);
        }
        let snapshot = self.store.snapshot(&self.desk).await?;
        let schedule = snapshot.apply_to(&self.written)?;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        // Two who look at once: whoever saw more counts.
        if snapshot.version > current.snapshot.version {
            *current = Current { schedule, snapshot };
        }
        Ok(true)
    }

    /// The hours with their exceptions.
    pub(crate) fn schedule(&self) -> Schedule {
        self.read(|now| now.schedule.clone())
    }

    /// The exceptions, oldest first.
    pub(crate) fn overrides(&self) -> Vec<Override> {
        self.read(|now| now.snapshot.overrides.clone())
    }

    /// Adds an exception, in place of one with the same id.
    pub(crate) async fn put(&self, exception: Override) -> Result<(), OverrideError> {
        // One that does not fit is refused before it is everybody's.
        self.schedule().with_override(exception.clone())?;
        self.store.put(&self.desk, exception).await?;
        self.refresh().await.map(drop)
    }

    /// Withdraws an exception, if it is there.
    pub(crate) async fn remove(&self, exception: &OverrideId) -> Result<(), OverrideError> {
        self.store.remove(&self.desk, exception).await?;
        self.refresh().await.map(drop)
    }

    fn read<R>(&self, look: impl FnOnce(&Current) -> R) -> R {
        // Written in one assignment, so what a panicking thread left behind is whole.
        look(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}
