//! The in-memory store keeps the contract of `OverrideStore`, and each promise of the contract can be seen
//! to be broken: a store that breaks it fails.

#![cfg(feature = "conformance")]

use std::panic::AssertUnwindSafe;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use business_hours::{
    InMemoryOverrides, Override, OverrideId, OverrideStore, ScheduleId, Snapshot, StoreError,
    Version, conformance, override_store_conformance,
};
use chrono::{DateTime, Utc};

override_store_conformance!(tokio::test, async { InMemoryOverrides::new() });

/// What a broken store does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    InventsAnOverride,
    LosesTheReason,
    CannotReadYearlyRules,
    SortsById,
    KeepsThePlaceOnReplacement,
    RemovesEverything,
    CountsEmptyRemovals,
    DoesNotCountRemovals,
    SnapshotsAreStale,
    MixesSchedules,
    ExpiresTooLate,
    ForgetsVersions,
}

#[derive(Debug)]
struct Broken {
    store: InMemoryOverrides,
    fault: Fault,
    extra: AtomicU64,
    first: Mutex<Option<Version>>,
}

impl Broken {
    fn with(fault: Fault) -> Self {
        Self {
            store: InMemoryOverrides::new(),
            fault,
            extra: AtomicU64::new(0),
            first: Mutex::default(),
        }
    }

    fn place(&self, schedule: &ScheduleId) -> ScheduleId {
        let one = || "all of them".parse().expect("an id");
        if self.fault == Fault::MixesSchedules {
            one()
        } else {
            schedule.clone()
        }
    }

    fn told(&self, version: Version) -> Version {
        Version::from_number(version.number() + self.extra.load(Ordering::Relaxed))
    }
}

#[async_trait]
impl OverrideStore for Broken {
    async fn put(
        &self,
        schedule: &ScheduleId,
        mut exception: Override,
    ) -> Result<Version, StoreError> {
        let place = self.place(schedule);
        if self.fault == Fault::LosesTheReason {
            exception.reason = None;
        }
        if self.fault == Fault::CannotReadYearlyRules && exception.when.to_string().contains(" of ")
        {
            return Ok(self.told(self.store.version(&place).await?));
        }
        if self.fault == Fault::KeepsThePlaceOnReplacement {
            let old = self.store.snapshot(&place).await?.overrides;
            if let Some(index) = old.iter().position(|one| one.id == exception.id) {
                self.store.put(&place, exception).await?;
                for later in &old[index + 1..] {
                    self.store.put(&place, later.clone()).await?;
                }
                return self.store.version(&place).await;
            }
        }
        let version = self.told(self.store.put(&place, exception).await?);
        self.first.lock().expect("whole").get_or_insert(version);
        Ok(version)
    }

    async fn remove(&self, schedule: &ScheduleId, id: &OverrideId) -> Result<Version, StoreError> {
        let place = self.place(schedule);
        let before = self.store.version(&place).await?;
        if self.fault == Fault::RemovesEverything {
            for one in self.store.snapshot(&place).await?.overrides {
                self.store.remove(&place, &one.id).await?;
            }
        }
        let after = self.store.remove(&place, id).await?;
        match self.fault {
            Fault::CountsEmptyRemovals if after == before => {
                self.extra.fetch_add(1, Ordering::Relaxed);
            }
            Fault::DoesNotCountRemovals => return Ok(before),
            Fault::ForgetsVersions => return Ok(Version::INITIAL),
            _ => {}
        }
        Ok(self.told(after))
    }

    async fn remove_expired(
        &self,
        schedule: &ScheduleId,
        now: DateTime<Utc>,
    ) -> Result<Version, StoreError> {
        let late = chrono::TimeDelta::seconds(i64::from(self.fault == Fault::ExpiresTooLate));
        self.store
            .remove_expired(&self.place(schedule), now - late)
            .await
    }

    async fn version(&self, schedule: &ScheduleId) -> Result<Version, StoreError> {
        Ok(self.told(self.store.version(&self.place(schedule)).await?))
    }

    async fn snapshot(&self, schedule: &ScheduleId) -> Result<Snapshot, StoreError> {
        let mut snapshot = self.store.snapshot(&self.place(schedule)).await?;
        snapshot.version = self.told(snapshot.version);
        match self.fault {
            Fault::InventsAnOverride if snapshot.overrides.is_empty() => {
                let id = "invented".parse().expect("an id");
                snapshot
                    .overrides
                    .push(Override::closed(id, "12-25".parse().expect("a date rule")));
            }
            Fault::SortsById => snapshot.overrides.sort_by(|a, b| a.id.cmp(&b.id)),
            Fault::SnapshotsAreStale => {
                let first = *self.first.lock().expect("whole");
                snapshot.version = first.unwrap_or(snapshot.version);
            }
            _ => {}
        }
        Ok(snapshot)
    }
}

/// Runs one promise on a store that breaks it.
fn fails<F: Future<Output = ()>>(fault: Fault, case: impl FnOnce(&'static Broken) -> F) {
    // A store per case for the length of the test: the promise borrows it across an unwind.
    let store: &'static Broken = Box::leak(Box::new(Broken::with(fault)));
    let run = AssertUnwindSafe(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        runtime.block_on(case(store));
    });
    assert!(
        std::panic::catch_unwind(run).is_err(),
        "{fault:?} was not noticed"
    );
}

macro_rules! each_promise_can_fail {
    ($($case:ident: $fault:ident,)*) => {
        #[test]
        fn each_promise_can_be_seen_to_be_broken() {
            $(fails(Fault::$fault, |store| conformance::$case(store));)*
        }
    };
}

each_promise_can_fail! {
    a_schedule_never_written_is_empty: InventsAnOverride,
    put_is_read_back_as_it_was: LosesTheReason,
    every_kind_of_override_is_read_back: CannotReadYearlyRules,
    overrides_are_the_oldest_first: SortsById,
    put_replaces_the_same_id_as_the_latest: KeepsThePlaceOnReplacement,
    remove_takes_away_only_that_override: RemovesEverything,
    removing_what_is_not_there_changes_nothing: CountsEmptyRemovals,
    every_change_gives_a_greater_version: DoesNotCountRemovals,
    version_and_snapshot_agree: SnapshotsAreStale,
    schedules_do_not_see_each_other: MixesSchedules,
    expired_overrides_are_removed: ExpiresTooLate,
    versions_are_not_reused_after_removal: ForgetsVersions,
    many_writes_leave_what_they_leave_in_memory: CountsEmptyRemovals,
}
