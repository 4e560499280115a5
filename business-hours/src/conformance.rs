//! The contract of [`OverrideStore`] as tests that every implementation runs.
//!
//! Each function is one promise and panics when it is broken. Each uses a schedule id of its own, so that
//! they may share one store. [`override_store_conformance!`](crate::override_store_conformance) makes a
//! test of each:
//!
//! ```
//! use business_hours::{InMemoryOverrides, override_store_conformance};
//!
//! override_store_conformance!(tokio::test, async { InMemoryOverrides::new() });
//! ```

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    Hours, InMemoryOverrides, Override, OverrideId, OverrideStore, ScheduleId, Snapshot, Version,
    When,
};

/// Makes a test of every promise in [`conformance`](crate::conformance).
///
/// The first argument is the attribute that makes a test of an async function, the second an expression
/// whose future is a fresh store; it is evaluated once per test. Several attributes are written out, for
/// tests that need a server: `#[tokio::test] #[ignore = "needs PostgreSQL"]`.
#[macro_export]
macro_rules! override_store_conformance {
    ($test:path, $store:expr) => {
        $crate::override_store_conformance! { #[$test], $store }
    };
    ($(#[$attribute:meta])+, $store:expr) => {
        $crate::override_store_conformance! { @cases [$(#[$attribute])+] $store,
            a_schedule_never_written_is_empty
            put_is_read_back_as_it_was
            every_kind_of_override_is_read_back
            overrides_are_the_oldest_first
            put_replaces_the_same_id_as_the_latest
            remove_takes_away_only_that_override
            removing_what_is_not_there_changes_nothing
            every_change_gives_a_greater_version
            version_and_snapshot_agree
            schedules_do_not_see_each_other
            expired_overrides_are_removed
            versions_are_not_reused_after_removal
            many_writes_leave_what_they_leave_in_memory
        }
    };
    (@cases $attributes:tt $store:expr, $($case:ident)*) => {
        $($crate::override_store_conformance! { @case $attributes $store, $case })*
    };
    (@case [$(#[$attribute:meta])+] $store:expr, $case:ident) => {
        $(#[$attribute])+
        async fn $case() {
            let store = $store.await;
            $crate::conformance::$case(&store).await;
        }
    };
}

/// Without a write, a schedule has no overrides and the initial version.
pub async fn a_schedule_never_written_is_empty(store: &dyn OverrideStore) {
    let schedule = schedule("never written");
    assert_eq!(
        snapshot(store, &schedule).await,
        Snapshot::new(Version::INITIAL, vec![])
    );
    let version = store.version(&schedule).await.expect("version");
    assert_eq!(version, Version::INITIAL);
}

/// All fields come back.
pub async fn put_is_read_back_as_it_was(store: &dyn OverrideStore) {
    let schedule = schedule("read back");
    let exception = Override::closed(id("pause ☕"), interval(14, 15))
        .because("Fire drill — \"back\" soon")
        .priority(-7)
        .by("Zoë")
        .expiring(hour(14) + TimeDelta::microseconds(1_234_567));
    put(store, &schedule, exception.clone()).await;
    assert_eq!(snapshot(store, &schedule).await.overrides, [exception]);
}

/// Each way to say when, and each kind of hours, comes back.
pub async fn every_kind_of_override_is_read_back(store: &dyn OverrideStore) {
    let schedule = schedule("every kind");
    let mut overrides = Vec::new();
    for (when, hours) in [
        ("2026-12-24", "09:00-12:00, 13:00-15:30:15"),
        ("2026-12-24 to 2026-12-31", "closed"),
        ("12-25", "open"),
        ("02-29", "22:00-02:00"),
        ("12-27 to 01-02", "10:00-34:00"),
        ("1st mon of may", "closed"),
        ("last fri of every month", "closed"),
        ("2026-12-01T14:00:01Z to 2026-12-01T15:00:00Z", "open"),
    ] {
        let exception = Override::new(
            id(when),
            when.parse().expect("a date rule"),
            hours.parse().expect("hours"),
        );
        put(store, &schedule, exception.clone()).await;
        overrides.push(exception);
    }
    assert_eq!(snapshot(store, &schedule).await.overrides, overrides);
}

/// The order is that of the writes, not of the ids or the times.
pub async fn overrides_are_the_oldest_first(store: &dyn OverrideStore) {
    let schedule = schedule("order");
    for name in ["m", "z", "a", "q"] {
        put(store, &schedule, pause(name, 10)).await;
    }
    assert_eq!(ids(&snapshot(store, &schedule).await), ["m", "z", "a", "q"]);
}

/// The new one takes the old one's place in the set, but is the latest.
pub async fn put_replaces_the_same_id_as_the_latest(store: &dyn OverrideStore) {
    let schedule = schedule("replace");
    put(store, &schedule, pause("a", 9)).await;
    put(store, &schedule, pause("b", 9)).await;
    put(store, &schedule, pause("a", 10)).await;
    let snapshot = snapshot(store, &schedule).await;
    assert_eq!(snapshot.overrides, [pause("b", 9), pause("a", 10)]);
}

/// Others stay as they are, in their order.
pub async fn remove_takes_away_only_that_override(store: &dyn OverrideStore) {
    let schedule = schedule("remove");
    for name in ["a", "b", "c"] {
        put(store, &schedule, pause(name, 9)).await;
    }
    store.remove(&schedule, &id("b")).await.expect("remove");
    assert_eq!(ids(&snapshot(store, &schedule).await), ["a", "c"]);
}

/// Removing twice, or from a schedule never written, is no error and no change.
pub async fn removing_what_is_not_there_changes_nothing(store: &dyn OverrideStore) {
    let (written, never_written) = (
        schedule("remove nothing"),
        schedule("remove nothing at all"),
    );
    let version = put(store, &written, pause("a", 9)).await;
    assert_eq!(
        store.remove(&written, &id("b")).await.expect("remove"),
        version
    );
    assert_eq!(snapshot(store, &written).await.version, version);
    let removed = store
        .remove(&never_written, &id("b"))
        .await
        .expect("remove");
    assert_eq!(removed, Version::INITIAL);
}

/// Put, replace and remove each give a greater version.
pub async fn every_change_gives_a_greater_version(store: &dyn OverrideStore) {
    let schedule = schedule("greater versions");
    let first = put(store, &schedule, pause("a", 9)).await;
    let replaced = put(store, &schedule, pause("a", 10)).await;
    let second = put(store, &schedule, pause("b", 10)).await;
    let removed = store.remove(&schedule, &id("a")).await.expect("remove");
    let versions = [Version::INITIAL, first, replaced, second, removed];
    assert!(
        versions.is_sorted_by(|a, b| a < b),
        "not increasing: {versions:?}"
    );
}

/// What a write gives is what `version` and `snapshot` give until the next write.
pub async fn version_and_snapshot_agree(store: &dyn OverrideStore) {
    let schedule = schedule("agree");
    for name in ["a", "b"] {
        let version = put(store, &schedule, pause(name, 9)).await;
        assert_eq!(store.version(&schedule).await.expect("version"), version);
        assert_eq!(snapshot(store, &schedule).await.version, version);
    }
    let version = store.remove(&schedule, &id("a")).await.expect("remove");
    assert_eq!(store.version(&schedule).await.expect("version"), version);
    assert_eq!(snapshot(store, &schedule).await.version, version);
}

/// The same id in two schedules is two overrides, and a write to one leaves the other's version alone.
pub async fn schedules_do_not_see_each_other(store: &dyn OverrideStore) {
    let (sales, support) = (schedule("sales"), schedule("support"));
    put(store, &sales, pause("a", 9)).await;
    let version = put(store, &support, pause("a", 10)).await;
    put(store, &sales, pause("b", 9)).await;
    store.remove(&sales, &id("a")).await.expect("remove");
    assert_eq!(
        snapshot(store, &support).await,
        Snapshot::new(version, vec![pause("a", 10)])
    );
}

/// What has expired or ended by `now` goes, including at that very instant; the rest stays.
pub async fn expired_overrides_are_removed(store: &dyn OverrideStore) {
    let schedule = schedule("expired");
    let date = When::date("2020-01-01".parse().expect("a date"));
    for exception in [
        Override::closed(id("ended"), interval(8, 9)),
        Override::closed(id("ends now"), interval(8, 10)),
        Override::closed(id("goes on"), interval(8, 11)),
        Override::closed(id("expired"), date).expiring(hour(9)),
        Override::closed(id("expires now"), date).expiring(hour(10)),
        Override::closed(id("expires later"), date).expiring(hour(11)),
        Override::new(id("past date"), date, Hours::all_day()),
    ] {
        put(store, &schedule, exception).await;
    }
    let before = store.version(&schedule).await.expect("version");
    let after = store
        .remove_expired(&schedule, hour(10))
        .await
        .expect("remove_expired");
    assert!(
        after > before,
        "something was removed, but {after:?} is not after {before:?}"
    );
    assert_eq!(
        ids(&snapshot(store, &schedule).await),
        ["goes on", "expires later", "past date"]
    );
    let again = store
        .remove_expired(&schedule, hour(10))
        .await
        .expect("remove_expired");
    assert_eq!(again, after, "nothing was left to remove");
}

/// After the last override has gone, versions go on where they were: a server that saw the old one must
/// notice.
pub async fn versions_are_not_reused_after_removal(store: &dyn OverrideStore) {
    let schedule = schedule("not reused");
    let first = put(store, &schedule, pause("a", 9)).await;
    let removed = store.remove(&schedule, &id("a")).await.expect("remove");
    let second = put(store, &schedule, pause("a", 9)).await;
    assert!(
        first < removed && removed < second,
        "{first:?}, {removed:?}, {second:?}"
    );
}

/// Hundreds of writes of all kinds, each followed by a look: the same overrides as
/// [`InMemoryOverrides`] has, and a greater version just when that has one.
pub async fn many_writes_leave_what_they_leave_in_memory(store: &dyn OverrideStore) {
    let schedule = schedule("many writes");
    let memory = InMemoryOverrides::new();
    let mut before = [Version::INITIAL; 2];
    // Knuth's linear congruential generator: the same writes each time, without a dependency.
    let mut state = 20_261_121_u64;
    let mut below = |limit: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    for step in 0..300 {
        let name = ["a", "B", "b", "\u{e4}", "a longer name"][below(5) as usize];
        let writes: [&dyn OverrideStore; 2] = [&memory, store];
        let mut versions = [Version::INITIAL; 2];
        let (kind, from) = (below(10), below(12) as i64);
        for (version, to) in versions.iter_mut().zip(writes) {
            *version = match kind {
                0..6 => put(to, &schedule, pause(name, from)).await,
                6..8 => to.remove(&schedule, &id(name)).await.expect("remove"),
                8 => {
                    let date = When::date("2026-12-25".parse().expect("a date"));
                    let dated = Override::open(id(name), date).expiring(hour(from));
                    put(to, &schedule, dated).await
                }
                _ => to
                    .remove_expired(&schedule, hour(from + 7))
                    .await
                    .expect("remove_expired"),
            };
        }
        let expected = snapshot(&memory, &schedule).await;
        let found = snapshot(store, &schedule).await;
        assert_eq!(found.overrides, expected.overrides, "after write {step}");
        assert_eq!(found.version, versions[1], "after write {step}");
        assert_eq!(
            versions[1].cmp(&before[1]),
            versions[0].cmp(&before[0]),
            "write {step} changed something, or nothing"
        );
        before = versions;
    }
}

async fn put(store: &dyn OverrideStore, schedule: &ScheduleId, exception: Override) -> Version {
    store.put(schedule, exception).await.expect("put")
}

async fn snapshot(store: &dyn OverrideStore, schedule: &ScheduleId) -> Snapshot {
    store.snapshot(schedule).await.expect("snapshot")
}

fn ids(snapshot: &Snapshot) -> Vec<&str> {
    snapshot
        .overrides
        .iter()
        .map(|exception| exception.id.as_str())
        .collect()
}

fn schedule(name: &str) -> ScheduleId {
    name.parse().expect("a schedule id")
}

fn id(name: &str) -> OverrideId {
    name.parse().expect("an override id")
}

fn hour(hour: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::hours(hour)
}

fn interval(from: i64, until: i64) -> When {
    When::between(hour(from), hour(until)).expect("not empty")
}

fn pause(name: &str, from: i64) -> Override {
    Override::closed(id(name), interval(from, 18))
}
