//! The in-memory store keeps its contract; and each promise's test fails on a store that breaks it.

#![cfg(feature = "conformance")]
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use queue_dispatch::conformance::{self, Fixture};
use queue_dispatch::*;

struct Memory(Arc<MemoryStore>);

#[async_trait]
impl Fixture for Memory {
    async fn open(&self) -> Arc<dyn QueueStore> {
        self.0.clone()
    }
}

queue_store_conformance!(tokio::test, Memory(Arc::default()));

/// What a broken store does wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    /// None: the store is as it should be.
    Sound,
    InventsALine,
    RoundsInstants,
    IgnoresTheLimit,
    TakesStaleAppends,
    TakesAppendsAhead,
    LetsAllRacersWin,
    WritesHalfABatch,
    KeepsHandlesApart,
    KeepsTheLastSnapshot,
    DropsTheSnapshotsLine,
    CountsAnewAfterASnapshot,
    WaitsForMoreThanIsThere,
    TellsOneOfThoseWhoWait,
    NoticesOwnAppendsOnly,
    CountsLinesForVersions,
    KeepsTheNoticeForWhoLeft,
}

/// Lines, snapshot, and how many lines were dropped.
type BrokenLog = Arc<Mutex<(Vec<Recorded>, Option<Snapshot>, u64)>>;

fn last_version(log: &(Vec<Recorded>, Option<Snapshot>, u64)) -> u64 {
    log.2 + log.0.len() as u64
}

#[derive(Debug)]
struct Broken {
    fault: Fault,
    log: BrokenLog,
    /// What was appended through this handle.
    own: Mutex<u64>,
    /// The version of which one who waited was told.
    told: Mutex<u64>,
    waits: Mutex<u32>,
}

struct BrokenFixture(Fault, BrokenLog);

#[async_trait]
impl Fixture for BrokenFixture {
    async fn open(&self) -> Arc<dyn QueueStore> {
        let log = if self.0 == Fault::KeepsHandlesApart {
            Arc::default()
        } else {
            self.1.clone()
        };
        Arc::new(Broken {
            fault: self.0,
            log,
            own: Mutex::default(),
            told: Mutex::default(),
            waits: Mutex::default(),
        })
    }
}

#[async_trait]
impl QueueStore for Broken {
    async fn append(&self, expected: u64, lines: &[Recorded]) -> Result<(), AppendError> {
        let mut log = self.log.lock().unwrap();
        let actual = log.2 + log.0.len() as u64;
        let tolerated = match self.fault {
            Fault::TakesStaleAppends => expected < actual,
            Fault::TakesAppendsAhead => expected > actual,
            // Says yes to everyone, writes only the first.
            Fault::LetsAllRacersWin if expected + 1 == actual => return Ok(()),
            _ => false,
        };
        if actual != expected && !tolerated {
            if self.fault == Fault::WritesHalfABatch {
                let half = lines.len() / 2;
                log.0.extend_from_slice(&lines[half..]);
            }
            return Err(AppendError::Conflict { expected, actual });
        }
        log.0.extend_from_slice(lines);
        *self.own.lock().unwrap() = last_version(&log);
        Ok(())
    }

    /// Polls once a second, on virtual time.
    async fn changed_since(&self, version: u64) -> Result<(), StoreError> {
        let at_first = last_version(&self.log.lock().unwrap());
        let since = match self.fault {
            Fault::WaitsForMoreThanIsThere => version.max(at_first),
            _ => version,
        };
        let waits = {
            let mut waits = self.waits.lock().unwrap();
            *waits += 1;
            *waits
        };
        loop {
            let last = match self.fault {
                Fault::NoticesOwnAppendsOnly => *self.own.lock().unwrap(),
                Fault::CountsLinesForVersions => self.log.lock().unwrap().0.len() as u64,
                _ => last_version(&self.log.lock().unwrap()),
            };
            let told = *self.told.lock().unwrap();
            let passed_over = match self.fault {
                Fault::TellsOneOfThoseWhoWait => told == last && at_first == version,
                Fault::KeepsTheNoticeForWhoLeft => waits > 1,
                _ => false,
            };
            if last > since && !passed_over {
                *self.told.lock().unwrap() = last;
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
    }

    async fn after(&self, version: u64, limit: usize) -> Result<Vec<Recorded>, StoreError> {
        let log = self.log.lock().unwrap();
        let limit = if self.fault == Fault::IgnoresTheLimit {
            usize::MAX
        } else {
            limit
        };
        let mut lines: Vec<Recorded> = log
            .0
            .iter()
            .filter(|line| line.version > version)
            .take(limit)
            .cloned()
            .collect();
        if self.fault == Fault::RoundsInstants {
            for line in &mut lines {
                line.at = chrono::DateTime::from_timestamp(line.at.timestamp(), 0).unwrap();
            }
        }
        if self.fault == Fault::InventsALine && lines.is_empty() {
            lines.push(Recorded::new(
                version + 1,
                chrono::DateTime::UNIX_EPOCH,
                Event::Tick,
            ));
        }
        Ok(lines)
    }

    async fn snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.log.lock().unwrap().1.clone())
    }

    async fn save_snapshot(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        let mut log = self.log.lock().unwrap();
        let newer_kept = log
            .1
            .as_ref()
            .is_some_and(|kept| kept.version() > snapshot.version());
        if newer_kept && self.fault != Fault::KeepsTheLastSnapshot {
            return Ok(());
        }
        log.1 = Some(snapshot.clone());
        if self.fault == Fault::DropsTheSnapshotsLine {
            let before = log.0.len();
            log.0.retain(|line| line.version > snapshot.version());
            log.2 += (before - log.0.len()) as u64;
        }
        if self.fault == Fault::CountsLinesForVersions {
            let before = log.0.len();
            log.0.retain(|line| line.version >= snapshot.version());
            log.2 += (before - log.0.len()) as u64;
        }
        if self.fault == Fault::CountsAnewAfterASnapshot {
            log.0.clear();
        }
        Ok(())
    }
}

macro_rules! run {
    ($case:expr, $fixture:expr, $($name:ident)*) => {
        match $case {
            $(stringify!($name) => conformance::$name($fixture).await,)*
            unknown => unreachable!("{unknown} is no case"),
        }
    };
}

/// Whether a case fails on a store with this fault: panics, or waits for an hour of virtual time.
async fn fails(case: &'static str, fault: Fault) -> bool {
    let run = async move {
        let fixture = BrokenFixture(fault, Arc::default());
        run!(case, &fixture,
            an_empty_log_has_no_lines
            lines_come_back_unchanged
            pages_follow_each_other
            a_stale_append_conflicts_and_writes_nothing
            an_append_ahead_conflicts_and_writes_nothing
            of_racing_appends_one_wins
            a_batch_is_whole
            other_handles_see_appends
            the_newest_snapshot_is_kept
            lines_from_the_snapshot_on_stay
            appending_goes_on_after_a_snapshot
            growth_that_is_there_is_noticed
            growth_is_noticed_by_all_who_wait
            growth_through_another_handle_is_noticed
            growth_is_noticed_after_a_snapshot
            who_stops_waiting_takes_no_notice_away
        );
    };
    let hour = std::time::Duration::from_secs(3600);
    let ended = tokio::spawn(async move { tokio::time::timeout(hour, run).await });
    !matches!(ended.await, Ok(Ok(())))
}

#[tokio::test(start_paused = true)]
async fn each_promise_can_be_broken() {
    for (case, fault) in [
        ("an_empty_log_has_no_lines", Fault::InventsALine),
        ("lines_come_back_unchanged", Fault::RoundsInstants),
        ("pages_follow_each_other", Fault::IgnoresTheLimit),
        (
            "a_stale_append_conflicts_and_writes_nothing",
            Fault::TakesStaleAppends,
        ),
        (
            "an_append_ahead_conflicts_and_writes_nothing",
            Fault::TakesAppendsAhead,
        ),
        ("of_racing_appends_one_wins", Fault::LetsAllRacersWin),
        ("a_batch_is_whole", Fault::WritesHalfABatch),
        ("other_handles_see_appends", Fault::KeepsHandlesApart),
        ("the_newest_snapshot_is_kept", Fault::KeepsTheLastSnapshot),
        (
            "lines_from_the_snapshot_on_stay",
            Fault::DropsTheSnapshotsLine,
        ),
        (
            "appending_goes_on_after_a_snapshot",
            Fault::CountsAnewAfterASnapshot,
        ),
        (
            "growth_that_is_there_is_noticed",
            Fault::WaitsForMoreThanIsThere,
        ),
        (
            "growth_is_noticed_by_all_who_wait",
            Fault::TellsOneOfThoseWhoWait,
        ),
        (
            "growth_through_another_handle_is_noticed",
            Fault::NoticesOwnAppendsOnly,
        ),
        (
            "growth_is_noticed_after_a_snapshot",
            Fault::CountsLinesForVersions,
        ),
        (
            "who_stops_waiting_takes_no_notice_away",
            Fault::KeepsTheNoticeForWhoLeft,
        ),
    ] {
        assert!(fails(case, fault).await, "{case} did not notice {fault:?}");
        assert!(
            !fails(case, Fault::Sound).await,
            "{case} fails on a sound store"
        );
    }
}
