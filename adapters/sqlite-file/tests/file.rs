//! What a file promises: calls that share a commit do not share their failures, watches notice, and
//! what cannot be opened is told apart.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::executor::block_on;
use futures::future::join_all;
use futures::{FutureExt, future};
use rusqlite::{Connection, ErrorCode};
use sqlite_file::{OpenError, Schema, SqliteFile, ThreadEnded, is_temporary};

const SCHEMA: Schema = Schema::new(
    "note_schema",
    &["CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT"],
);

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Ended(#[from] ThreadEnded),
    #[error("changed my mind")]
    ChangedMyMind,
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.db");
    (folder, path)
}

fn open(path: &PathBuf) -> SqliteFile {
    SqliteFile::options().open(path, &SCHEMA).unwrap()
}

async fn write(file: &SqliteFile, text: &'static str) -> Result<i64, Error> {
    file.write(move |notes| {
        notes.execute("INSERT INTO note (text) VALUES (?1)", [text])?;
        Ok(notes.last_insert_rowid())
    })
    .await
}

async fn texts(file: &SqliteFile) -> Vec<String> {
    file.read(|notes| {
        let mut select = notes.prepare("SELECT text FROM note ORDER BY id")?;
        let texts = select.query_map([], |row| row.get(0))?;
        Ok::<_, Error>(texts.collect::<Result<_, _>>()?)
    })
    .await
    .unwrap()
}

/// Keeps the thread busy until it is told to go on, so that what is asked meanwhile is done together.
fn block(file: &SqliteFile) -> (Arc<AtomicBool>, impl Future<Output = Result<(), Error>>) {
    let go = Arc::new(AtomicBool::new(false));
    let (seen, file) = (Arc::clone(&go), file);
    let mut waiting = Box::pin(file.read(move |_| {
        while !seen.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        Ok::<_, Error>(())
    }));
    // Asked for by being polled.
    assert!(waiting.as_mut().now_or_never().is_none());
    (go, waiting)
}

#[test]
fn a_job_that_fails_spoils_none_that_share_its_commit() {
    let (_folder, path) = place();
    let file = open(&path);
    let (go, blocked) = block(&file);
    let halfway = file.write(|notes| {
        notes.execute("INSERT INTO note (text) VALUES ('half')", [])?;
        Err::<i64, _>(Error::ChangedMyMind)
    });
    let jobs = [
        write(&file, "one").boxed_local(),
        halfway.boxed_local(),
        write(&file, "two").boxed_local(),
    ];
    let release = async { go.store(true, Ordering::Release) };
    let (_, answers, ()) = block_on(future::join3(blocked, join_all(jobs), release));
    assert!(matches!(answers[0], Ok(1)), "{answers:?}");
    assert!(matches!(answers[1], Err(Error::ChangedMyMind)));
    assert!(matches!(answers[2], Ok(2)), "{answers:?}");
    assert_eq!(block_on(texts(&file)), ["one", "two"]);
}

#[test]
fn a_job_that_fails_alone_leaves_nothing() {
    let (_folder, path) = place();
    let file = open(&path);
    let halfway = file.write(|notes| {
        notes.execute("INSERT INTO note (text) VALUES ('half')", [])?;
        Err::<i64, _>(Error::ChangedMyMind)
    });
    assert!(matches!(block_on(halfway), Err(Error::ChangedMyMind)));
    assert_eq!(block_on(texts(&file)), [""; 0]);
}

/// SQLite undoes the whole transaction when the disk is full, not only the job that filled it.
#[test]
fn a_full_disk_fails_all_that_share_the_commit_and_nobody_is_told_a_lie() {
    let (_folder, path) = place();
    let file = open(&path);
    let limit = |pages: u32| {
        let pragma = format!("PRAGMA max_page_count = {pages}");
        block_on(file.read(move |notes| {
            let set: u32 = notes.query_row(&pragma, [], |row| row.get(0))?;
            Ok::<_, Error>(set)
        }))
        .unwrap();
    };
    limit(1);
    let (go, blocked) = block(&file);
    let fill = file.write(|notes| {
        let text = "x".repeat(100_000);
        notes.execute("INSERT INTO note (text) VALUES (?1)", [text])?;
        Ok(notes.last_insert_rowid())
    });
    let jobs = [
        write(&file, "before").boxed_local(),
        fill.boxed_local(),
        write(&file, "after").boxed_local(),
    ];
    let release = async { go.store(true, Ordering::Release) };
    let (_, answers, ()) = block_on(future::join3(blocked, join_all(jobs), release));
    let Err(Error::Sqlite(full)) = &answers[1] else {
        panic!("{answers:?}")
    };
    assert_eq!(full.sqlite_error_code(), Some(ErrorCode::DiskFull));
    assert!(is_temporary(full));
    for (answer, text) in [(&answers[0], "before"), (&answers[2], "after")] {
        let kept = block_on(texts(&file)).iter().any(|kept| kept == text);
        assert_eq!(answer.is_ok(), kept, "{text}: {answer:?}");
    }
    limit(1_000_000);
    block_on(write(&file, "room again")).unwrap();
}

/// As it does of its own accord when it cannot go on.
#[test]
fn a_job_with_which_sqlite_undoes_everything_does_not_leave_the_next_without_a_transaction() {
    let (_folder, path) = place();
    let file = open(&path);
    block_on(write(&file, "there")).unwrap();
    let (go, blocked) = block(&file);
    let undoes = file.write(|notes| {
        notes.execute("INSERT OR ROLLBACK INTO note VALUES (1, 'twice')", [])?;
        Ok(1)
    });
    let halfway = file.write(|notes| {
        notes.execute("INSERT INTO note (text) VALUES ('half')", [])?;
        Err::<i64, _>(Error::ChangedMyMind)
    });
    let jobs = [
        write(&file, "before").boxed_local(),
        undoes.boxed_local(),
        write(&file, "after").boxed_local(),
        halfway.boxed_local(),
    ];
    let release = async { go.store(true, Ordering::Release) };
    let (_, answers, ()) = block_on(future::join3(blocked, join_all(jobs), release));
    let Err(Error::Sqlite(before)) = &answers[0] else {
        panic!("{answers:?}")
    };
    assert!(is_temporary(before), "{before:?}");
    let Err(Error::Sqlite(own)) = &answers[1] else {
        panic!("{answers:?}")
    };
    assert_eq!(
        own.sqlite_error_code(),
        Some(ErrorCode::ConstraintViolation)
    );
    assert!(answers[2].is_ok(), "{answers:?}");
    assert_eq!(block_on(texts(&file)), ["there", "after"]);
}

#[test]
fn what_was_asked_for_is_done_even_if_nobody_waits() {
    let (_folder, path) = place();
    let file = open(&path);
    let (go, blocked) = block(&file);
    assert!(write(&file, "one").now_or_never().is_none());
    go.store(true, Ordering::Release);
    block_on(blocked).unwrap();
    assert_eq!(block_on(texts(&file)), ["one"]);
}

#[test]
fn what_a_reader_writes_is_undone() {
    let (_folder, path) = place();
    let file = open(&path);
    let written = file.read(|notes| {
        notes.execute("INSERT INTO note (text) VALUES ('by a reader')", [])?;
        Ok::<_, Error>(())
    });
    block_on(written).unwrap();
    assert_eq!(block_on(texts(&file)), [""; 0]);
}

#[test]
fn a_watch_notices_this_files_commits_and_those_of_others() {
    let (_folder, path) = place();
    let options = SqliteFile::options().look_every(Duration::from_millis(1));
    let file = options.open(&path, &SCHEMA).unwrap();
    let other = Connection::open(&path).unwrap();
    block_on(async {
        let mut watch = file.watch();
        write(&file, "own").await.unwrap();
        watch.changed().await;
        for _ in 0..20 {
            // Whatever is announced late is heard before the next commit.
            while watch.changed().now_or_never().is_some() {}
            other
                .execute("INSERT INTO note (text) VALUES ('others')", [])
                .unwrap();
            watch.changed().await;
        }
    });
}

#[test]
fn a_job_that_panics_ends_the_thread_and_all_are_told() {
    let file = SqliteFile::options().in_memory(&SCHEMA).unwrap();
    let mut watch = file.watch();
    let panics = file.write(|_| -> Result<(), Error> { panic!("in a job") });
    assert!(matches!(block_on(panics), Err(Error::Ended(_))));
    assert!(matches!(
        block_on(write(&file, "late")),
        Err(Error::Ended(_))
    ));
    block_on(watch.changed());
}

const FIRST: Schema = Schema::new("pet_schema", &["CREATE TABLE pet (name TEXT)"]);
const SECOND: Schema = Schema::new(
    "pet_schema",
    &[
        "CREATE TABLE pet (name TEXT)",
        "ALTER TABLE pet ADD COLUMN legs INTEGER NOT NULL DEFAULT 4",
    ],
);

#[test]
fn a_file_of_an_older_release_is_brought_up_to_date_and_keeps_what_it_holds() {
    let (_folder, path) = place();
    let old = SqliteFile::options().open(&path, &FIRST).unwrap();
    let insert =
        old.write(|pets| Ok::<_, Error>(pets.execute("INSERT INTO pet VALUES ('Tom')", [])?));
    block_on(insert).unwrap();
    drop(old);
    let new = SqliteFile::options().open(&path, &SECOND).unwrap();
    let legs = new.read(|pets| {
        let query = "SELECT legs FROM pet WHERE name = 'Tom'";
        Ok::<i64, Error>(pets.query_row(query, [], |row| row.get(0))?)
    });
    assert_eq!(block_on(legs).unwrap(), 4);
    drop(new);
    let error = SqliteFile::options().open(&path, &FIRST).unwrap_err();
    assert!(
        matches!(
            error,
            OpenError::NewerSchema {
                found: 2,
                known: 1,
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn schemas_share_a_file() {
    let (_folder, path) = place();
    let (notes, pets) = (
        open(&path),
        SqliteFile::options().open(&path, &SECOND).unwrap(),
    );
    block_on(write(&notes, "one")).unwrap();
    drop((notes, pets));
    assert_eq!(block_on(texts(&open(&path))), ["one"]);
}

#[test]
fn a_script_that_fails_changes_nothing() {
    const BROKEN: Schema = Schema::new("pet_schema", &["CREATE TABLE pet (name TEXT); NONSENSE"]);
    let (_folder, path) = place();
    let error = SqliteFile::options().open(&path, &BROKEN).unwrap_err();
    assert!(matches!(error, OpenError::Failed { .. }), "{error:?}");
    SqliteFile::options().open(&path, &FIRST).unwrap();
}

/// Started below, as a program of its own: this test binary, asked for this one test.
#[test]
#[ignore = "started by the test below as a program of its own"]
fn opener() {
    if let Some(path) = std::env::var_os("SQLITE_FILE_TEST_PATH") {
        block_on(write(&open(&path.into()), "here")).unwrap();
    }
}

/// Programs that start at once on a file that is not there. In one program SQLite settles more by
/// itself than between several.
#[test]
fn a_new_file_may_be_opened_by_many_programs_at_once() {
    for _ in 0..30 {
        let (_folder, path) = place();
        let programs: Vec<_> = (0..6)
            .map(|_| {
                std::process::Command::new(std::env::current_exe().unwrap())
                    .args(["--ignored", "--exact", "opener"])
                    .env("SQLITE_FILE_TEST_PATH", &path)
                    .stdout(std::process::Stdio::piped())
                    .stderr(std::process::Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        for program in programs {
            let ended = program.wait_with_output().unwrap();
            assert!(ended.status.success(), "{ended:?}");
        }
        assert_eq!(block_on(texts(&open(&path))).len(), 6);
    }
}

#[test]
fn files_that_cannot_be_used_are_told_apart() {
    let (folder, path) = place();
    std::fs::write(&path, "Dear diary, today nothing was opened. ".repeat(100)).unwrap();
    let error = SqliteFile::options().open(&path, &SCHEMA).unwrap_err();
    assert!(matches!(error, OpenError::Corrupt { .. }), "{error:?}");

    let missing = folder.path().join("none/notes.db");
    let error = SqliteFile::options().open(missing, &SCHEMA).unwrap_err();
    assert!(matches!(error, OpenError::Failed { .. }), "{error:?}");

    let path = folder.path().join("sound.db");
    drop(open(&path));
    // By URI, since a superuser may write whatever the permissions say.
    let uri = format!("file:{}?mode=ro", path.display());
    let error = SqliteFile::options().open(uri, &SCHEMA).unwrap_err();
    assert!(matches!(error, OpenError::ReadOnly { .. }), "{error:?}");

    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let impatient = SqliteFile::options().busy_timeout(Duration::ZERO);
    let error = impatient.open(&path, &SCHEMA).unwrap_err();
    assert!(matches!(error, OpenError::Locked { .. }), "{error:?}");
    assert!(error.to_string().contains("sound.db"), "{error}");
}
