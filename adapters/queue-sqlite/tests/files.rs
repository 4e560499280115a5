//! What a file keeps, how it is shared by several queues, and what is said of files that cannot be
//! used.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::error::Error as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use queue_dispatch::{
    AppendError, CallId, ClassId, Config, Dispatcher, Event, Queue, QueueStore, Recorded,
    StoreError,
};
use queue_sqlite::{Error, OpenError, QueueName, SqliteQueue, SqliteQueues};
use rusqlite::Connection;

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("queues.db");
    (folder, path)
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
}

fn line(version: u64) -> Recorded {
    let call = CallId::new(version.into());
    Recorded::new(version, at(0), Event::enqueue(call, ClassId::REGULAR))
}

fn named(queues: &SqliteQueues, name: &str) -> SqliteQueue {
    queues.queue(name.parse().unwrap())
}

async fn dispatcher(queues: &SqliteQueues, name: &str) -> Dispatcher {
    let store = Arc::new(named(queues, name));
    Dispatcher::open(Config::premium_and_regular(), store)
        .await
        .unwrap()
}

/// What is behind a store's error.
fn cause(error: &StoreError) -> &Error {
    error.source().unwrap().downcast_ref().unwrap()
}

#[tokio::test]
async fn everything_is_there_after_reopening() {
    let (_folder, path) = place();
    let queues = SqliteQueues::open(&path).unwrap();
    let before = dispatcher(&queues, "support").await;
    for caller in 1..=50 {
        let event = Event::enqueue(CallId::new(caller), ClassId::REGULAR);
        before.apply(event, at(caller as i64)).await.unwrap();
        if caller == 30 {
            before.save_snapshot().await.unwrap();
        }
    }
    drop(queues);
    let after = dispatcher(&SqliteQueues::open(&path).unwrap(), "support").await;
    let state = |dispatcher: &Dispatcher| dispatcher.read(Queue::snapshot);
    assert_eq!(state(&after), state(&before));
}

#[tokio::test]
async fn queues_in_one_file_know_nothing_of_each_other() {
    let (_folder, path) = place();
    let queues = SqliteQueues::open(&path).unwrap();
    let (sales, support) = (named(&queues, "sales"), named(&queues, "support"));
    assert_eq!(queues.names().await.unwrap(), []);
    sales.append(0, &[line(1), line(2)]).await.unwrap();
    support.append(0, &[line(1)]).await.unwrap();
    let mut queue = Queue::new(Config::premium_and_regular());
    for line in [line(1), line(2)] {
        let mut out = queue_dispatch::Commands::new();
        queue.step(&line.event, line.at, &mut out).unwrap();
    }
    sales.save_snapshot(&queue.snapshot()).await.unwrap();
    assert_eq!(sales.after(0, 9).await.unwrap(), [line(2)]);
    assert_eq!(support.after(0, 9).await.unwrap(), [line(1)]);
    assert!(support.snapshot().await.unwrap().is_none());
    let names: Vec<QueueName> = ["sales", "support"]
        .map(|name| name.parse().unwrap())
        .into();
    assert_eq!(queues.names().await.unwrap(), names);
}

#[test]
fn names_are_neither_empty_nor_endless() {
    assert_eq!(
        QueueName::new("").unwrap_err().to_string(),
        "a queue's name must not be empty"
    );
    assert_eq!(
        QueueName::new("x".repeat(201)).unwrap_err().to_string(),
        "a queue's name of 201 bytes is longer than 200"
    );
    assert_eq!(QueueName::new("Büro ☎").unwrap().to_string(), "Büro ☎");
}

/// More lines than are dropped in one go.
#[tokio::test]
async fn a_snapshot_shortens_a_long_log_to_one_line() {
    let queues = SqliteQueues::in_memory().unwrap();
    let store = named(&queues, "support");
    let lines: Vec<_> = (1..=12_345).map(line).collect();
    store.append(0, &lines).await.unwrap();
    let dispatcher = dispatcher(&queues, "support").await;
    dispatcher.save_snapshot().await.unwrap();
    assert_eq!(store.after(0, 9).await.unwrap(), [line(12_345)]);
}

#[tokio::test]
async fn a_follower_on_another_connection_wakes_in_the_stated_time() {
    let (_folder, path) = place();
    let options = SqliteQueues::options().look_every(Duration::from_millis(1));
    let one = named(&SqliteQueues::open_with(options, &path).unwrap(), "support");
    let two = named(&SqliteQueues::open(&path).unwrap(), "support");
    for version in 0..20 {
        let (waited, ()) = tokio::join!(one.changed_since(version), async {
            two.append(version, &[line(version + 1)]).await.unwrap();
        });
        waited.unwrap();
        assert_eq!(one.after(version, 9).await.unwrap(), [line(version + 1)]);
    }
}

#[tokio::test]
async fn a_lock_while_running_is_temporary_and_readers_go_on() {
    let (_folder, path) = place();
    let options = SqliteQueues::options().busy_timeout(Duration::ZERO);
    let store = named(&SqliteQueues::open_with(options, &path).unwrap(), "support");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let Err(AppendError::Backend(error)) = store.append(0, &[line(1)]).await else {
        panic!("appended under another's lock")
    };
    assert!(matches!(cause(&error), Error::Unavailable(_)), "{error:?}");
    assert_eq!(store.after(0, 9).await.unwrap(), []);
    other.execute_batch("COMMIT").unwrap();
    store.append(0, &[line(1)]).await.unwrap();
}

#[tokio::test]
async fn a_line_that_somebody_has_changed_is_an_error_that_names_it() {
    let (_folder, path) = place();
    let store = named(&SqliteQueues::open(&path).unwrap(), "support");
    store.append(0, &[line(1), line(2), line(3)]).await.unwrap();
    let other = Connection::open(&path).unwrap();
    let damage = |version: u64, line: &str| {
        let update = "UPDATE queue_line SET line = ?2 WHERE version = ?1";
        other.execute(update, (version as i64, line)).unwrap();
    };
    damage(3, r#"{"format":99,"event":"eclipse"}"#);
    let error = store.after(0, 9).await.unwrap_err();
    let Error::Line {
        version: 3, source, ..
    } = cause(&error)
    else {
        panic!("{error:?}")
    };
    assert!(source.to_string().contains("format 99"), "{source}");
    assert!(cause(&error).to_string().contains("`support`"));

    damage(2, &serde_json::to_string(&line(7)).unwrap());
    let error = store.after(0, 9).await.unwrap_err();
    let misnumbered = matches!(
        cause(&error),
        Error::Misnumbered {
            version: 2,
            found: 7,
            ..
        }
    );
    assert!(misnumbered, "{error:?}");
    assert_eq!(store.after(0, 1).await.unwrap(), [line(1)]);

    other
        .execute("INSERT INTO queue_snapshot VALUES ('support', 2, '{}')", [])
        .unwrap();
    let error = store.snapshot().await.unwrap_err();
    assert!(matches!(cause(&error), Error::Snapshot { .. }), "{error:?}");
}

#[tokio::test]
async fn a_damaged_log_is_corrupt() {
    let (_folder, path) = place();
    let queues = SqliteQueues::open(&path).unwrap();
    let store = named(&queues, "support");
    let lines: Vec<_> = (1..=2_000).map(line).collect();
    store.append(0, &lines).await.unwrap();
    let other = Connection::open(&path).unwrap();
    other
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'queue_line'";
    let root: u32 = other.query_row(root, [], |row| row.get(0)).unwrap();
    let page = root as usize * 4096;
    drop((store, queues, other));
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[page - 4096..page].fill(0xA5);
    std::fs::write(&path, bytes).unwrap();
    let store = named(&SqliteQueues::open(&path).unwrap(), "support");
    let error = store.after(0, 9).await.unwrap_err();
    assert!(matches!(cause(&error), Error::Corrupt(_)), "{error:?}");
}

#[test]
fn files_that_cannot_be_used_are_told_apart() {
    let (folder, path) = place();
    std::fs::write(&path, "Dear diary, today nobody called. ".repeat(100)).unwrap();
    let error = SqliteQueues::open(&path).unwrap_err();
    assert!(matches!(error, OpenError::Corrupt { .. }), "{error:?}");

    let path = folder.path().join("sound.db");
    drop(SqliteQueues::open(&path).unwrap());
    // By URI, since a superuser may write whatever the permissions say.
    let uri = format!("file:{}?mode=ro", path.display());
    let error = SqliteQueues::open(uri).unwrap_err();
    assert!(matches!(error, OpenError::ReadOnly { .. }), "{error:?}");

    let other = Connection::open(&path).unwrap();
    other
        .execute("INSERT INTO queue_schema VALUES (99)", [])
        .unwrap();
    let error = SqliteQueues::open(&path).unwrap_err();
    let newer = matches!(
        error,
        OpenError::NewerSchema {
            found: 99,
            known: 1,
            ..
        }
    );
    assert!(newer, "{error:?}");

    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let impatient = SqliteQueues::options().busy_timeout(Duration::ZERO);
    let error = SqliteQueues::open_with(impatient, &path).unwrap_err();
    assert!(matches!(error, OpenError::Locked { .. }), "{error:?}");
}

/// Started below, as a program of its own that may not write files beyond a size: it appends until
/// there is no room left, and says how far it came.
#[tokio::test]
#[ignore = "started by the test below as a program of its own"]
async fn fill_the_disk() {
    let Some(path) = std::env::var_os("QUEUE_TEST_PATH") else {
        return;
    };
    let store = named(&SqliteQueues::open(path).unwrap(), "support");
    for version in 0..100_000 {
        match store.append(version, &[line(version + 1)]).await {
            Ok(()) => println!("answered {}", version + 1),
            Err(AppendError::Backend(error)) => {
                assert!(matches!(cause(&error), Error::Unavailable(_)), "{error:?}");
                return;
            }
            Err(conflict) => panic!("{conflict}"),
        }
    }
    panic!("there was room for everything");
}

#[cfg(unix)]
#[tokio::test]
async fn a_full_disk_is_temporary_and_loses_nothing_that_was_answered() {
    let (_folder, path) = place();
    // As on a full disk, a write fails; the signal that would end the program is left out.
    let limited =
        r#"trap "" XFSZ; ulimit -f 600; exec "$0" --ignored --exact fill_the_disk --nocapture"#;
    let ended = std::process::Command::new("sh")
        .args(["-c", limited])
        .arg(std::env::current_exe().unwrap())
        .env("QUEUE_TEST_PATH", &path)
        .output()
        .unwrap();
    assert!(ended.status.success(), "{ended:?}");
    let output = String::from_utf8(ended.stdout).unwrap();
    let answered = output.lines().filter(|line| line.contains("answered"));
    let answered = answered.count() as u64;
    assert!(answered > 10, "{output}");

    let store = named(&SqliteQueues::open(&path).unwrap(), "support");
    let log = store.after(0, usize::MAX).await.unwrap();
    let expected: Vec<_> = (1..=log.len() as u64).map(line).collect();
    assert_eq!(log, expected);
    // The one that failed may be in the log all the same, as the contract has it.
    let last = log.len() as u64;
    assert!(
        last == answered || last == answered + 1,
        "{last}: {answered}"
    );
    store.append(last, &[line(last + 1)]).await.unwrap();
}
