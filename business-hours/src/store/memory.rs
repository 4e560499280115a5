use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{Override, OverrideId, OverrideStore, ScheduleId, Snapshot, StoreError, Version};

/// An [`OverrideStore`] in the memory of one process: for tests and for hosts with one server.
#[derive(Debug, Default)]
pub struct InMemoryOverrides {
    schedules: Mutex<HashMap<ScheduleId, Entry>>,
}

#[derive(Debug, Default)]
struct Entry {
    version: u64,
    overrides: Vec<Override>,
}

impl InMemoryOverrides {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn schedules(&self) -> MutexGuard<'_, HashMap<ScheduleId, Entry>> {
        // No code that can panic runs between the two halves of a change, so a poisoned map is whole.
        self.schedules
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn retain(&self, schedule: &ScheduleId, keep: impl FnMut(&Override) -> bool) -> Version {
        let mut schedules = self.schedules();
        let Some(entry) = schedules.get_mut(schedule) else {
            return Version::INITIAL;
        };
        let count = entry.overrides.len();
        entry.overrides.retain(keep);
        entry.version += u64::from(entry.overrides.len() != count);
        Version::from_number(entry.version)
    }
}

#[async_trait]
impl OverrideStore for InMemoryOverrides {
    async fn put(&self, schedule: &ScheduleId, exception: Override) -> Result<Version, StoreError> {
        let mut schedules = self.schedules();
        let entry = schedules.entry(schedule.clone()).or_default();
        if entry.overrides.last() != Some(&exception) {
            entry.overrides.retain(|other| other.id != exception.id);
            entry.overrides.push(exception);
            entry.version += 1;
        }
        Ok(Version::from_number(entry.version))
    }

    async fn remove(&self, schedule: &ScheduleId, id: &OverrideId) -> Result<Version, StoreError> {
        Ok(self.retain(schedule, |exception| exception.id != *id))
    }

    async fn remove_expired(
        &self,
        schedule: &ScheduleId,
        now: DateTime<Utc>,
    ) -> Result<Version, StoreError> {
        Ok(self.retain(schedule, |exception| !exception.is_over(now)))
    }

    async fn version(&self, schedule: &ScheduleId) -> Result<Version, StoreError> {
        let version = self
            .schedules()
            .get(schedule)
            .map_or(0, |entry| entry.version);
        Ok(Version::from_number(version))
    }

    async fn snapshot(&self, schedule: &ScheduleId) -> Result<Snapshot, StoreError> {
        let schedules = self.schedules();
        let (version, overrides) = schedules.get(schedule).map_or((0, Vec::new()), |entry| {
            (entry.version, entry.overrides.clone())
        });
        Ok(Snapshot::new(Version::from_number(version), overrides))
    }
}
