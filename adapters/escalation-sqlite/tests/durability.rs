//! What a file keeps: everything answered, through any end of the program, shared by several.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::path::Path;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use escalation_core::{
    Admission, AttemptStart, Begun, Channel, DeadLetters, Delivery, Doubt, Engine, EscalationStore,
    Hold, LetterContent, Notification, Outcome, ProcessId, Response, Run, Settlement, StartRequest,
    Started, Stopped, TenantId, Verdict, VirtualTimer, notifier_fn,
};
use escalation_sqlite::{OpenError, SqliteStore};
use futures::FutureExt;
use futures::executor::block_on;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn id(text: &str) -> ProcessId {
    ProcessId::new(text).unwrap()
}

fn overflow(process: &str, second: i64) -> StartRequest {
    let channel = Channel::new("overflow").unwrap();
    StartRequest::new(id(process)).notify(Notification::at(channel, at(second)))
}

/// An engine on the file, and the keys of what it delivers.
fn engine(path: &Path) -> (Engine, Arc<Mutex<Vec<String>>>) {
    let keys: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&keys);
    let notifier = notifier_fn(move |delivery: Delivery| {
        let seen = Arc::clone(&seen);
        async move {
            seen.lock().unwrap().push(delivery.key().to_string());
            Outcome::Delivered(Response::None)
        }
    });
    let engine = Engine::builder(Arc::new(SqliteStore::open(path).unwrap()))
        .notifier("overflow", Arc::new(notifier))
        .build()
        .unwrap();
    (engine, keys)
}

#[test]
fn a_started_process_fires_after_everything_was_dropped_without_shutdown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("escalations.db");
    block_on(async {
        let (first, _) = engine(&path);
        first.start(&overflow("kept", 180), at(0)).await.unwrap();
        first.start(&overflow("stopped", 180), at(0)).await.unwrap();
        first.stop(&id("stopped"), at(1)).await.unwrap();
        drop(first);

        let (second, keys) = engine(&path);
        assert_eq!(second.run_once(at(2)).await.unwrap(), Some(at(180)));
        assert_eq!(second.run_once(at(180)).await.unwrap(), None);
        assert_eq!(*keys.lock().unwrap(), ["kept/1/0"]);
    });
}

#[test]
fn an_attempt_that_died_with_its_program_is_in_doubt_in_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("escalations.db");
    block_on(async {
        let died = SqliteStore::open(&path).unwrap();
        let process = overflow("call", 0).plan(at(0)).unwrap();
        died.start(process, at(0)).await.unwrap();
        let claim = died.claim(1, at(60), at(0)).await.unwrap().remove(0);
        let unlimited = Arc::new(Admission::unlimited());
        let attempt = AttemptStart::new(claim.lease.clone(), at(60), unlimited);
        let begun = died.begin(vec![attempt], at(0)).await;
        assert_eq!(begun.unwrap(), [Begun::Started]);
        drop(died);

        let next = SqliteStore::open(&path).unwrap();
        assert_eq!(next.claim(1, at(120), at(59)).await.unwrap(), []);
        let again = next.claim(1, at(120), at(60)).await.unwrap().remove(0);
        assert_eq!(again.doubt, Doubt::Unfinished);
        assert_eq!(again.lease.key(), claim.lease.key());
        assert!(again.lease.token > claim.lease.token);
    });
}

/// What a claim need not give out takes no room in it.
#[test]
fn a_lease_that_a_stop_left_behind_does_not_keep_others_waiting() {
    let store = SqliteStore::in_memory().unwrap();
    block_on(async {
        for (name, second) in [("stopped", 0), ("held", 1), ("lost", 2)] {
            let process = overflow(name, second).plan(at(0)).unwrap();
            store.start(process, at(0)).await.unwrap();
            let until = at(60 + second);
            let claim = store.claim(1, until, at(second)).await.unwrap().remove(0);
            let unlimited = Arc::new(Admission::unlimited());
            let attempt = AttemptStart::new(claim.lease, until, unlimited);
            let begun = store.begin(vec![attempt], at(second)).await;
            assert_eq!(begun.unwrap(), [Begun::Started]);
        }
        store
            .stop(Run::current(&id("stopped")), None, at(3))
            .await
            .unwrap();
        let held = Hold::Open;
        store
            .hold(Run::current(&id("held")), held, None, at(3))
            .await
            .unwrap();
        let again = store.claim(1, at(200), at(100)).await.unwrap().remove(0);
        assert_eq!(again.lease.process, id("lost"));
        assert_eq!(again.doubt, Doubt::Unfinished);
        assert_eq!(store.next_due().await.unwrap(), Some(at(200)));
    });
}

/// Four engines with a connection of their own, as four programs would have.
#[test]
fn several_programs_share_a_file_and_deliver_each_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("escalations.db");
    let count = 200;
    block_on(async {
        let store = SqliteStore::open(&path).unwrap();
        for number in 0..count {
            let process = overflow(&format!("call-{number:03}"), number % 10);
            store
                .start(process.plan(at(0)).unwrap(), at(0))
                .await
                .unwrap();
        }
    });
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || {
                let (engine, keys) = engine(&path);
                block_on(engine.run_once(at(10))).unwrap();
                keys.lock().unwrap().clone()
            })
        })
        .collect();
    let mut keys: Vec<String> = workers
        .into_iter()
        .flat_map(|worker| worker.join().unwrap())
        .collect();
    keys.sort();
    let all = keys.len();
    keys.dedup();
    assert_eq!((all, keys.len()), (count as usize, count as usize));
}

#[test]
fn starts_that_race_for_a_name_create_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("escalations.db");
    let threads: Vec<_> = (0..4)
        .map(|number| {
            let path = path.clone();
            std::thread::spawn(move || {
                let store = SqliteStore::open(&path).unwrap();
                let process = overflow("one", number).plan(at(0)).unwrap();
                block_on(store.start(process, at(0))).unwrap()
            })
        })
        .collect();
    let created = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .filter(|started| matches!(started, Started::Created(_)))
        .count();
    assert_eq!(created, 1);
}

#[test]
fn a_file_that_is_no_database_is_one_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(
        &path,
        "Dear diary, today nothing escalated at all. ".repeat(100),
    )
    .unwrap();
    let refused = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(refused, OpenError::Corrupt { .. }), "{refused:?}");
    assert!(refused.to_string().contains("notes.txt"), "{refused}");
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(kept.starts_with("Dear diary"), "and it is left alone");
}

#[test]
fn a_locked_file_is_one_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("escalations.db");
    let holder = rusqlite::Connection::open(&path).unwrap();
    holder
        .execute_batch("PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE; CREATE TABLE t (x)")
        .unwrap();
    let refused = SqliteStore::open_within(&path, std::time::Duration::ZERO).unwrap_err();
    assert!(matches!(refused, OpenError::Locked { .. }), "{refused:?}");
}

#[test]
fn a_file_of_a_newer_release_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("escalations.db");
    drop(SqliteStore::open(&path).unwrap());
    let newer = rusqlite::Connection::open(&path).unwrap();
    newer
        .execute("INSERT INTO escalation_schema VALUES (99)", [])
        .unwrap();
    let refused = SqliteStore::open(&path).unwrap_err();
    assert!(
        matches!(refused, OpenError::NewerSchema { found: 99, .. }),
        "{refused:?}"
    );
}

#[test]
fn a_folder_that_does_not_exist_is_one_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    let refused = SqliteStore::open(folder.path().join("none/escalations.db")).unwrap_err();
    assert!(matches!(refused, OpenError::Failed { .. }), "{refused:?}");
}

/// As a database that the host may only read would answer; permissions do not bind the tests of a
/// superuser, so the file is opened read-only instead.
#[test]
fn a_file_that_may_only_be_read_is_one_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("escalations.db");
    drop(SqliteStore::open(&path).unwrap());
    let read_only = format!("file:{}?mode=ro", path.display());
    let refused = SqliteStore::open(read_only).unwrap_err();
    assert!(matches!(refused, OpenError::ReadOnly { .. }), "{refused:?}");
}

#[test]
fn what_a_damaged_row_holds_is_an_error_and_spoils_no_other_call() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("escalations.db");
    let store = SqliteStore::open(&path).unwrap();
    block_on(async {
        let process = overflow("damaged", 0).plan(at(0)).unwrap();
        store.start(process, at(0)).await.unwrap();
        let other = rusqlite::Connection::open(&path).unwrap();
        other
            .execute("UPDATE escalation_notification SET content = '{'", [])
            .unwrap();
        assert!(store.process(&id("damaged")).await.is_err());
        let process = overflow("sound", 5).plan(at(0)).unwrap();
        assert!(matches!(
            store.start(process, at(0)).await,
            Ok(Started::Created(_))
        ));
        let stopped = store
            .stop(Run::current(&id("damaged")), None, at(1))
            .await
            .unwrap();
        assert!(matches!(stopped, Stopped::Ended { cancelled: 1, .. }));
        assert_eq!(store.dead_letters(None, 9).await.unwrap(), []);
    });
}

/// As nothing of ours writes it: what is due beside it is delivered, and people are told.
#[test]
fn a_damaged_row_holds_up_nobody_and_is_a_dead_letter() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("escalations.db");
    let store = SqliteStore::open(&path).unwrap();
    block_on(async {
        for tenant in ["", "hotel"] {
            let tenant = TenantId::new(tenant).unwrap();
            for name in ["damaged", "sound"] {
                let channel = || Channel::new("overflow").unwrap();
                let request = StartRequest::new(id(name))
                    .tenant(tenant.clone())
                    .notify(Notification::at(channel(), at(0)))
                    .notify(Notification::at(channel(), at(1)));
                let process = request.plan(at(0)).unwrap();
                store.start(process, at(0)).await.unwrap();
            }
            let other = rusqlite::Connection::open(&path).unwrap();
            let damage = "UPDATE escalation_notification SET content = '{\"x'
                          WHERE process = 'damaged' AND due_at % 2000000 = 0";
            assert_eq!(other.execute(damage, []).unwrap(), 1);
            // Of a named tenant one at a time: in turn.
            let max = if tenant.as_str().is_empty() { 9 } else { 1 };
            for _ in 0..4 {
                for claim in store.claim(max, at(99), at(9)).await.unwrap() {
                    let done = Settlement::new(claim.lease, Verdict::Done);
                    store.settle(vec![done], at(9)).await.unwrap();
                }
            }
            assert_eq!(store.processes(None, 9).await.unwrap(), []);
            let letter = store.dead_letters(None, 9).await.unwrap().remove(0);
            assert!(
                matches!(&letter.content, LetterContent::Request { body, .. } if body == b"damaged {\"x"),
                "{letter:?}"
            );
            store.discard(letter.id).await.unwrap();
        }
    });
}

#[test]
fn a_start_in_the_hosts_transaction_shares_its_fate() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let store = SqliteStore::open(&path).unwrap();
    let mut shop = rusqlite::Connection::open(&path).unwrap();
    let started = |shop: &mut rusqlite::Connection, commit: bool| {
        let plan = overflow("order", 5).plan(at(0)).unwrap();
        let order = shop.transaction().unwrap();
        SqliteStore::start_in(&order, &plan, at(0)).unwrap();
        if commit {
            order.commit().unwrap();
        } else {
            order.rollback().unwrap();
        }
        block_on(store.next_due()).unwrap()
    };
    assert_eq!(started(&mut shop, false), None);
    assert_eq!(started(&mut shop, true), Some(at(5)));

    let cancelled = shop.transaction().unwrap();
    let stopped = SqliteStore::stop_in(&cancelled, &id("order"), at(1)).unwrap();
    assert!(matches!(stopped, Stopped::Ended { cancelled: 1, .. }));
    cancelled.commit().unwrap();
    assert_eq!(block_on(store.next_due()).unwrap(), None);
}

/// The host's commit, and it alone, wakes an engine that sleeps for ever otherwise.
#[test]
fn a_commit_of_the_host_wakes_the_engine_and_a_rollback_takes_both_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let store = Arc::new(SqliteStore::open(&path).unwrap());
    let mut shop = rusqlite::Connection::open(&path).unwrap();
    shop.execute_batch("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
        .unwrap();
    let (rung, ringing) = futures::channel::oneshot::channel();
    let rung = Mutex::new(Some(rung));
    let notifier = notifier_fn(move |delivery: Delivery| {
        let rung = rung.lock().unwrap().take().expect("it rings once");
        rung.send(delivery.key().to_string()).unwrap();
        async { Outcome::Delivered(Response::None) }
    });
    let engine = Engine::builder(store.clone())
        .notifier("overflow", Arc::new(notifier))
        .build()
        .unwrap();
    let timer = VirtualTimer::new(at(5));
    let mut order = |number: u32, commit: bool| {
        let transaction = shop.transaction().unwrap();
        transaction
            .execute("INSERT INTO orders VALUES (?1)", [number])
            .unwrap();
        let plan = overflow(&format!("order-{number}"), 5);
        SqliteStore::start_in(&transaction, &plan.plan(at(5)).unwrap(), at(5)).unwrap();
        if commit {
            transaction.commit().unwrap();
        } else {
            transaction.rollback().unwrap();
        }
        store.committed();
        let orders: u32 = shop
            .query_row("SELECT count(*) FROM orders", [], |row| row.get(0))
            .unwrap();
        orders
    };
    block_on(async {
        let host = async {
            // Meanwhile the engine looks, finds nothing, and sleeps.
            for _ in 0..9 {
                assert_eq!(store.next_due().await.unwrap(), None);
            }
            assert_eq!(order(1, false), 0);
            assert_eq!(store.process(&id("order-1")).await.unwrap(), None);
            assert_eq!(order(2, true), 1);
        };
        let (stop, stopped) = futures::channel::oneshot::channel::<()>();
        let caller = async {
            let ((), key) = futures::future::join(host, ringing).await;
            assert_eq!(key.unwrap(), "order-2/1/0");
            stop.send(()).unwrap();
        };
        let run = engine.run(&timer, async { stopped.await.unwrap() });
        futures::future::join(run, caller).await;
    });
    assert_eq!(engine.counts().delivered, 1);
}

/// Two values on one file are what two programs are: neither hears the other's announcements.
#[test]
fn what_another_program_starts_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.db");
    let (ours, theirs) = (
        SqliteStore::open(&path).unwrap(),
        SqliteStore::open(&path).unwrap(),
    );
    block_on(async {
        let mut changed = ours.changed();
        assert!((&mut changed).now_or_never().is_none(), "nothing happened");
        let plan = overflow("of-another", 5).plan(at(0)).unwrap();
        theirs.start(plan, at(0)).await.unwrap();
        changed.await;
    });
}
