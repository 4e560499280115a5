//! What goes wrong costs some speed and loses nothing: two programs deliver from one file while one
//! of them crashes, is killed again and again, or their notifier is slow, or another program holds
//! the file's lock or an old snapshot of it.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Channel, DeadLetters, Delivery, Doubt, Engine, EscalationStore, Notification, Outcome,
    ProcessId, Response, StartRequest, notifier_fn,
};
use escalation_sqlite::SqliteStore;
use futures::future::try_join_all;
use rusqlite::Connection;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.unwrap().block_on(future)
}

/// Delivers all that is due; each delivery takes `pause`, and is a line in the ledger, which outlives
/// a kill, and one on standard output, by which the killer counts.
fn deliver(folder: &Path, pause: Duration, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let ledger = OpenOptions::new()
        .append(true)
        .create(true)
        .open(folder.join("ledger"))
        .unwrap();
    let ledger = Arc::new(ledger);
    let notifier = notifier_fn(move |delivery: Delivery| {
        let ledger = Arc::clone(&ledger);
        async move {
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
            let line = format!("{} {:?}\n", delivery.key(), delivery.doubt());
            (&*ledger).write_all(line.as_bytes()).unwrap();
            println!("sent");
            Outcome::Delivered(Response::None)
        }
    });
    let store = SqliteStore::open(folder.join("escalations.db")).unwrap();
    let engine = Engine::builder(Arc::new(store))
        .notifier("phone", Arc::new(notifier))
        .concurrency(100)
        .build()
        .unwrap();
    block_on(engine.run_once(now)).unwrap()
}

/// One of the programs: this test binary, asked for this one test. Asked for by anybody else, it has
/// nothing to do.
#[test]
#[ignore = "started by the tests below as a program of its own"]
fn worker() {
    let Ok(folder) = std::env::var("ESCALATION_TEST_FOLDER") else {
        return;
    };
    let pause = std::env::var("ESCALATION_TEST_PAUSE").unwrap();
    let pause = Duration::from_millis(pause.parse().unwrap());
    deliver(Path::new(&folder), pause, at(1));
}

struct Worker {
    program: Child,
    output: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Worker {
    fn start(folder: &Path, pause: Duration) -> Self {
        let mut program = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "worker", "--nocapture"])
            .env("ESCALATION_TEST_FOLDER", folder)
            .env("ESCALATION_TEST_PAUSE", pause.as_millis().to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(program.stdout.take().unwrap()).lines();
        Self { program, output }
    }

    /// Waits until it has sent that many, or is done.
    fn has_sent(&mut self, sent: usize) {
        self.output
            .by_ref()
            .map_while(Result::ok)
            .filter(|line| line.ends_with("sent"))
            .take(sent)
            .for_each(drop);
    }

    fn kill(mut self) {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
    }

    fn finish(mut self) {
        self.has_sent(usize::MAX);
        assert!(self.program.wait().unwrap().success());
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Failure {
    None,
    Crash,
    RepeatedKills,
    SlowNotifier,
    OthersLock,
    HeldSnapshot,
}

impl Failure {
    const ALL: [(Self, &str); 6] = [
        (Self::None, "baseline"),
        (Self::Crash, "a worker crashed"),
        (Self::RepeatedKills, "a worker killed 8 times"),
        (Self::SlowNotifier, "each delivery takes 5 ms"),
        (Self::OthersLock, "lock held 20 ms of every 40"),
        (Self::HeldSnapshot, "a snapshot held throughout"),
    ];
}

/// How a failure was survived.
struct Survived {
    took: Duration,
    lost: usize,
    twice: usize,
}

fn survive(failure: Failure, processes: usize) -> Survived {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let path = folder.join("escalations.db");
    block_on(async {
        let store = SqliteStore::open(&path).unwrap();
        let starts = (0..processes).map(|number| {
            let process = ProcessId::new(format!("p{number}")).unwrap();
            let call = Notification::at(Channel::PHONE, at(0)).to_phone_number("+1");
            let plan = StartRequest::new(process).notify(call).plan(at(0)).unwrap();
            store.start(plan, at(0))
        });
        try_join_all(starts).await.unwrap();
    });

    let over = AtomicBool::new(false);
    let took = std::thread::scope(|scope| {
        let (over, path) = (&over, &path);
        match failure {
            Failure::OthersLock => {
                scope.spawn(move || {
                    let other = Connection::open(path).unwrap();
                    other.busy_timeout(Duration::from_secs(5)).unwrap();
                    while !over.load(Ordering::Relaxed) {
                        other.execute_batch("BEGIN IMMEDIATE").unwrap();
                        std::thread::sleep(Duration::from_millis(20));
                        other.execute_batch("COMMIT").unwrap();
                        std::thread::sleep(Duration::from_millis(20));
                    }
                });
            }
            Failure::HeldSnapshot => {
                scope.spawn(move || {
                    let other = Connection::open(path).unwrap();
                    other
                        .execute_batch("BEGIN; SELECT count(*) FROM escalation_notification")
                        .unwrap();
                    while !over.load(Ordering::Relaxed) {
                        std::thread::sleep(Duration::from_millis(1));
                    }
                });
            }
            _ => {}
        }
        let took = work(failure, folder, processes);
        over.store(true, Ordering::Relaxed);
        took
    });

    let ledger = std::fs::read_to_string(folder.join("ledger")).unwrap();
    let mut sent: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in ledger.lines() {
        let (key, doubt) = line.split_once(' ').unwrap();
        sent.entry(key).or_default().push(doubt);
    }
    let in_doubt = format!("{:?}", Doubt::Unfinished);
    for (key, doubts) in &sent {
        let again = &doubts[1..];
        assert!(
            again.iter().all(|doubt| **doubt == in_doubt),
            "{key}: {doubts:?}"
        );
    }
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(block_on(store.dead_letters(None, 9)).unwrap(), []);
    assert_eq!(block_on(store.next_due()).unwrap(), None);
    Survived {
        took,
        lost: processes - sent.len(),
        twice: ledger.lines().count() - sent.len(),
    }
}

/// Delivers everything, and says how long that took.
#[expect(
    clippy::disallowed_methods,
    reason = "what is measured is how long it takes"
)]
fn work(failure: Failure, folder: &Path, processes: usize) -> Duration {
    let begin = Instant::now();
    let pause = match failure {
        Failure::SlowNotifier => Duration::from_millis(5),
        _ => Duration::ZERO,
    };
    let (mut victim, spared) = (Worker::start(folder, pause), Worker::start(folder, pause));
    let kills = match failure {
        Failure::Crash => 1,
        Failure::RepeatedKills => 8,
        _ => 0,
    };
    for _ in 0..kills {
        victim.has_sent(processes / 20);
        victim.kill();
        victim = Worker::start(folder, pause);
    }
    victim.finish();
    spared.finish();
    // What the killed ones had claimed comes back when its lease is over.
    let mut next = (kills > 0).then(|| at(2));
    while let Some(now) = next {
        next = deliver(folder, pause, now + TimeDelta::milliseconds(1));
    }
    begin.elapsed()
}

#[test]
fn nothing_is_lost_whatever_fails() {
    for (failure, name) in Failure::ALL {
        let survived = survive(failure, 400);
        assert_eq!(survived.lost, 0, "{name}");
        let kills = matches!(failure, Failure::Crash | Failure::RepeatedKills);
        assert!(kills || survived.twice == 0, "{name}: {}", survived.twice);
    }
}

#[test]
#[ignore = "takes a minute: scripts/test --long runs it"]
fn long_what_failures_cost() {
    const PROCESSES: usize = 20_000;
    println!("{PROCESSES} deliveries by two programs from one file");
    println!("| failure | deliveries/s | of baseline | lost | sent twice, in doubt |");
    println!("|---|---:|---:|---:|---:|");
    let mut baseline = None;
    for (failure, name) in Failure::ALL {
        let survived = survive(failure, PROCESSES);
        let rate = PROCESSES as f64 / survived.took.as_secs_f64();
        let baseline = *baseline.get_or_insert(rate);
        println!(
            "| {name} | {rate:.0} | {:.0} % | {} | {} |",
            rate / baseline * 100.0,
            survived.lost,
            survived.twice
        );
        assert_eq!(survived.lost, 0, "{name}");
    }
}
