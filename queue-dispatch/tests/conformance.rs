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
}

/// Lines, snapshot, and how many lines were dropped.
type BrokenLog = Arc<Mutex<(Vec<Recorded>, Option<Snapshot>, u64)>>;

#[derive(Debug)]
struct Broken {
    fault: Fault,
    log: BrokenLog,
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
        Arc::new(Broken { fault: self.0, log })
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
        Ok(())
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
        if self.fault == Fault::CountsAnewAfterASnapshot {
            log.0.clear();
        }
        Ok(())
    }
}

/// Whether a case panics on a store with this fault.
async fn fails(case: &str, fault: Fault) -> bool {
    let case = case.to_owned();
    let run = async move {
        let fixture = BrokenFixture(fault, Arc::default());
        match case.as_str() {
            "an_empty_log_has_no_lines" => conformance::an_empty_log_has_no_lines(&fixture).await,
            "lines_come_back_unchanged" => conformance::lines_come_back_unchanged(&fixture).await,
            "pages_follow_each_other" => conformance::pages_follow_each_other(&fixture).await,
            "a_stale_append" => {
                conformance::a_stale_append_conflicts_and_writes_nothing(&fixture).await
            }
            "an_append_ahead" => {
                conformance::an_append_ahead_conflicts_and_writes_nothing(&fixture).await
            }
            "of_racing_appends_one_wins" => conformance::of_racing_appends_one_wins(&fixture).await,
            "a_batch_is_whole" => conformance::a_batch_is_whole(&fixture).await,
            "other_handles_see_appends" => conformance::other_handles_see_appends(&fixture).await,
            "the_newest_snapshot_is_kept" => {
                conformance::the_newest_snapshot_is_kept(&fixture).await
            }
            "lines_from_the_snapshot_on_stay" => {
                conformance::lines_from_the_snapshot_on_stay(&fixture).await
            }
            _ => conformance::appending_goes_on_after_a_snapshot(&fixture).await,
        }
    };
    tokio::spawn(run).await.is_err()
}

#[tokio::test]
async fn each_promise_can_be_broken() {
    for (case, fault) in [
        ("an_empty_log_has_no_lines", Fault::InventsALine),
        ("lines_come_back_unchanged", Fault::RoundsInstants),
        ("pages_follow_each_other", Fault::IgnoresTheLimit),
        ("a_stale_append", Fault::TakesStaleAppends),
        ("an_append_ahead", Fault::TakesAppendsAhead),
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
    ] {
        assert!(fails(case, fault).await, "{case} did not notice {fault:?}");
    }
}
