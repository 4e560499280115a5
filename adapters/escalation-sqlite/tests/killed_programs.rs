//! Two programs deliver from one file, and one of them is killed (SIGKILL) in the middle, again and
//! again: the ledger of what was sent balances.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Channel, DeadLetters, Delivery, Doubt, Engine, EscalationStore, Notification, Outcome,
    ProcessId, Response, StartRequest, notifier_fn,
};
use escalation_sqlite::SqliteStore;
use futures::executor::block_on;

const PROCESSES: usize = 60;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

/// Delivers all that is due; each delivery is a line in the ledger, which outlives a kill, and one
/// on standard output, by which the killer counts.
fn deliver(folder: &Path, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let ledger = OpenOptions::new()
        .append(true)
        .create(true)
        .open(folder.join("ledger"))
        .unwrap();
    let ledger = Arc::new(ledger);
    let notifier = notifier_fn(move |delivery: Delivery| {
        let line = format!("{} {:?}\n", delivery.key(), delivery.doubt());
        (&*ledger).write_all(line.as_bytes()).unwrap();
        println!("sent");
        async { Outcome::Delivered(Response::None) }
    });
    let store = SqliteStore::open(folder.join("escalations.db")).unwrap();
    let engine = Engine::builder(Arc::new(store))
        .notifier("phone", Arc::new(notifier))
        .concurrency(4)
        .build()
        .unwrap();
    block_on(engine.run_once(now)).unwrap()
}

/// The program that is killed: this test binary, asked for this one test. Asked for by anybody else, it has nothing to do.
#[test]
#[ignore = "started by the test below as a program of its own"]
fn worker() {
    if let Ok(folder) = std::env::var("ESCALATION_TEST_FOLDER") {
        deliver(Path::new(&folder), at(1));
    }
}

fn start_worker(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "worker", "--nocapture"])
        .env("ESCALATION_TEST_FOLDER", folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until the program has sent that many, and kills it; the number sent may be higher by then.
fn kill_after(mut worker: Child, sent: usize) {
    // Kept until the end: a program whose output nobody can read any more dies by itself.
    let mut output = BufReader::new(worker.stdout.take().unwrap()).lines();
    output
        .by_ref()
        .map_while(Result::ok)
        .filter(|line| line.ends_with("sent"))
        .take(sent)
        .for_each(drop);
    worker.kill().unwrap();
    worker.wait().unwrap();
}

#[test]
fn nothing_is_lost_and_what_is_sent_twice_was_in_doubt() {
    kill_rounds(5);
}

#[test]
#[ignore = "takes minutes: scripts/test --long runs it"]
fn long_nothing_is_lost_in_a_hundred_rounds() {
    kill_rounds(100);
}

fn kill_rounds(rounds: usize) {
    let mut sent_again = 0;
    for round in 0..rounds {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let store = SqliteStore::open(folder.join("escalations.db")).unwrap();
        for number in 0..PROCESSES {
            let process = ProcessId::new(format!("p{number}")).unwrap();
            let call = Notification::at(Channel::PHONE, at(0));
            let plan = StartRequest::new(process).notify(call).plan(at(0)).unwrap();
            block_on(store.start(plan, at(0))).unwrap();
        }

        let (killed, spared) = (start_worker(folder), start_worker(folder));
        kill_after(killed, 1 + round % 20);
        spared.wait_with_output().unwrap();
        // What the killed one had claimed comes back when its lease is over.
        let mut next = Some(at(2));
        while let Some(now) = next {
            next = deliver(folder, now + TimeDelta::milliseconds(1));
        }

        let ledger = std::fs::read_to_string(folder.join("ledger")).unwrap();
        let mut sent: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for line in ledger.lines() {
            let (key, doubt) = line.split_once(' ').unwrap();
            sent.entry(key).or_default().push(doubt);
        }
        assert_eq!(sent.len(), PROCESSES, "round {round}: all were sent");
        let in_doubt = format!("{:?}", Doubt::Unfinished);
        for (key, doubts) in &sent {
            let again = &doubts[1..];
            assert!(
                again.iter().all(|doubt| **doubt == in_doubt),
                "{key}: {doubts:?}"
            );
            sent_again += again.len();
        }
        assert_eq!(block_on(store.dead_letters(None, 9)).unwrap(), []);
        assert_eq!(block_on(store.next_due()).unwrap(), None);
    }
    println!("{rounds} rounds, {sent_again} sent again in doubt");
}
