//! What a file keeps when its program is gone, and what is said of files that cannot be used.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::path::PathBuf;
use std::time::Duration;

use business_hours::{Override, OverrideStore, ScheduleId, StoreError, Version};
use hours_sqlite::{OpenError, SqliteOverrides};
use rusqlite::Connection;

fn sales() -> ScheduleId {
    "sales".parse().unwrap()
}

fn closed_on(date: &str) -> Override {
    Override::closed(date.parse().unwrap(), date.parse().unwrap())
}

fn file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hours.db");
    (folder, path)
}

#[tokio::test]
async fn everything_is_there_after_reopening() {
    let (_folder, path) = file();
    let first = SqliteOverrides::open(&path).unwrap();
    first.put(&sales(), closed_on("2026-12-25")).await.unwrap();
    first.put(&sales(), closed_on("2026-12-24")).await.unwrap();
    let gone = first.put(&sales(), closed_on("2026-12-31")).await.unwrap();
    let id = "2026-12-31".parse().unwrap();
    let version = first.remove(&sales(), &id).await.unwrap();
    drop(first);

    let second = SqliteOverrides::open(&path).unwrap();
    let snapshot = second.snapshot(&sales()).await.unwrap();
    assert_eq!(snapshot.version, version);
    let expected = [closed_on("2026-12-25"), closed_on("2026-12-24")];
    assert_eq!(snapshot.overrides, expected);
    let next = second.put(&sales(), closed_on("2026-12-31")).await.unwrap();
    assert!(next > version && version > gone);
}

#[tokio::test]
async fn the_same_word_twice_changes_nothing() {
    let store = SqliteOverrides::in_memory().unwrap();
    let version = store.put(&sales(), closed_on("2026-12-25")).await.unwrap();
    let again = store.put(&sales(), closed_on("2026-12-25")).await.unwrap();
    assert_eq!(again, version);
}

/// Four programs start at once on a file that is not there, and write to one schedule.
#[test]
fn programs_that_start_at_once_lose_no_write() {
    let (_folder, path) = file();
    let programs: Vec<_> = (0..4)
        .map(|program| {
            let path = path.clone();
            std::thread::spawn(move || {
                let store = SqliteOverrides::open(path).unwrap();
                block_on(async {
                    for day in 1..=8 {
                        let date = format!("2026-0{}-0{day}", program + 1);
                        store.put(&sales(), closed_on(&date)).await.unwrap();
                    }
                });
            })
        })
        .collect();
    for program in programs {
        program.join().unwrap();
    }
    let store = SqliteOverrides::open(path).unwrap();
    let snapshot = block_on(store.snapshot(&sales())).unwrap();
    assert_eq!(snapshot.overrides.len(), 32);
    assert_eq!(snapshot.version, Version::from_number(32));
}

#[test]
fn a_file_that_is_no_database_is_corrupt() {
    let (_folder, path) = file();
    std::fs::write(&path, "Monday to Friday, nine to five. ".repeat(100)).unwrap();
    let error = SqliteOverrides::open(&path).unwrap_err();
    assert!(matches!(error, OpenError::Corrupt { .. }), "{error:?}");
    assert!(error.to_string().contains("hours.db"), "{error}");
}

#[test]
fn a_file_that_another_program_holds_is_locked() {
    let (_folder, path) = file();
    drop(SqliteOverrides::open(&path).unwrap());
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let error = SqliteOverrides::open_within(&path, Duration::ZERO).unwrap_err();
    assert!(matches!(error, OpenError::Locked { .. }), "{error:?}");
}

#[tokio::test]
async fn a_lock_while_running_is_temporary() {
    let (_folder, path) = file();
    let store = SqliteOverrides::open_within(&path, Duration::ZERO).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = store.put(&sales(), closed_on("2026-12-25")).await;
    assert!(
        matches!(error, Err(StoreError::Unavailable(_))),
        "{error:?}"
    );
    // Readers are not held up by a writer.
    assert_eq!(store.version(&sales()).await.unwrap(), Version::INITIAL);
    other.execute_batch("COMMIT").unwrap();
    store.put(&sales(), closed_on("2026-12-25")).await.unwrap();
}

#[test]
fn a_folder_that_may_not_be_written_is_read_only() {
    // By URI, since a superuser may write whatever the permissions say.
    let (_folder, path) = file();
    drop(SqliteOverrides::open(&path).unwrap());
    let uri = format!("file:{}?mode=ro", path.display());
    let error = SqliteOverrides::open(uri).unwrap_err();
    assert!(matches!(error, OpenError::ReadOnly { .. }), "{error:?}");
}

#[test]
fn a_file_of_a_newer_release_is_refused() {
    let (_folder, path) = file();
    drop(SqliteOverrides::open(&path).unwrap());
    Connection::open(&path)
        .unwrap()
        .execute("INSERT INTO hours_schema VALUES (99)", [])
        .unwrap();
    let error = SqliteOverrides::open(&path).unwrap_err();
    let newer = matches!(
        error,
        OpenError::NewerSchema {
            found: 99,
            known: 1,
            ..
        }
    );
    assert!(newer, "{error:?}");
}

#[tokio::test]
async fn an_unreadable_override_is_corrupt_and_names_its_schedule() {
    let (_folder, path) = file();
    let store = SqliteOverrides::open(&path).unwrap();
    store.put(&sales(), closed_on("2026-12-25")).await.unwrap();
    Connection::open(&path)
        .unwrap()
        .execute("UPDATE hours_override SET content = '{\"id\": 7}'", [])
        .unwrap();
    let error = store.snapshot(&sales()).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Corrupt { schedule, .. } if *schedule == sales()),
        "{error:?}"
    );
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}
