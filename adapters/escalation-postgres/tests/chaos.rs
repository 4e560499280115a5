//! What goes wrong around a database, one thing after another, while two worker programs empty a
//! backlog: the throughput of each beside the undisturbed one, in one table, and nothing lost in
//! any.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::process::Command;
use std::time::Duration;

use deadpool_postgres::Pool;
use escalation_core::{
    Channel, DeadLetters, EscalationStore, Notification, ProcessId, StartRequest,
};
use escalation_postgres::PostgresStore;
use tokio::time::{Instant, sleep};
use tokio_postgres::NoTls;

mod database;
mod workers;

use database::{block_on, config, fresh_schema, pool};
use workers::{Work, Worker, all_done, connect, now, work};

#[test]
#[ignore = "started by the tests below as a program of its own"]
fn worker() {
    work();
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    None,
    HeldSnapshot,
    SlowNotifier,
    /// A back end is killed, so the server drops every session, recovers and starts again.
    DatabaseRestarted,
    BackEndsEnded,
    /// No connection is left for anybody.
    PoolExhausted,
    WorkerCrashed,
    RepeatedKills,
}

const TROUBLES: [(Trouble, &str); 8] = [
    (Trouble::None, "undisturbed"),
    (Trouble::HeldSnapshot, "a snapshot held"),
    (Trouble::SlowNotifier, "a notifier that takes 20 ms"),
    (
        Trouble::DatabaseRestarted,
        "the database crashed and restarted",
    ),
    (Trouble::BackEndsEnded, "its back ends ended, ten times"),
    (Trouble::PoolExhausted, "no connection to be had, 2 s"),
    (Trouble::WorkerCrashed, "one of two workers killed"),
    (Trouble::RepeatedKills, "workers killed six times"),
];

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn nothing_is_lost_when_back_ends_end() {
    block_on(async {
        drained(Trouble::BackEndsEnded, 1_000).await;
    });
}

#[test]
#[ignore = "needs PostgreSQL and takes minutes: scripts/test --long runs it"]
fn long_nothing_is_lost_whatever_happens() {
    block_on(async {
        let calls = 30_000;
        let mut rates = Vec::new();
        for (trouble, name) in TROUBLES {
            let (rate, again) = drained(trouble, calls).await;
            rates.push((name, rate, again));
        }
        let undisturbed = rates[0].1;
        println!(
            "{:<36} {:>12} {:>10} {:>10}",
            "", "deliveries/s", "of it", "in doubt"
        );
        for (name, rate, again) in rates {
            let share = 100.0 * rate / undisturbed;
            println!("{name:<36} {rate:>12.0} {share:>9.0}% {again:>10}");
        }
    });
}

/// Two workers empty a backlog in trouble. Answers deliveries per second and how many were made
/// again in doubt.
async fn drained(trouble: Trouble, calls: usize) -> (f64, usize) {
    let folder = tempfile::tempdir().unwrap();
    let schema = fresh_schema().await;
    let server = config("POSTGRES_URL");
    let store = connect(server.clone(), server.clone(), &schema).await;
    let per_process = 10;
    for number in 0..calls / per_process {
        let process = ProcessId::new(format!("process-{number}")).unwrap();
        let call = || Notification::at(Channel::PHONE, now()).to_phone_number("+385123456");
        let request = (0..per_process).fold(StartRequest::new(process), |request, _| {
            request.notify(call())
        });
        store
            .start(request.plan(now()).unwrap(), now())
            .await
            .unwrap();
    }
    let slow = trouble == Trouble::SlowNotifier;
    let work = Work {
        schema,
        folder: folder.path().to_owned(),
        concurrency: 64,
        takes: Duration::from_millis(if slow { 20 } else { 0 }),
    };
    let mut workers = vec![work.start(), work.start()];
    while work.ledger().lines() == 0 {
        sleep(Duration::from_millis(1)).await;
    }
    let began = Instant::now();
    while work.ledger().lines() < calls / 10 {
        sleep(Duration::from_millis(1)).await;
    }
    let single = postgres_pool::pool(server, NoTls, 1).unwrap();
    let done = async {
        all_done(&store).await;
        began.elapsed()
    };
    let (took, ()) = tokio::join!(done, disturb(trouble, &single, &work, &mut workers));
    workers.into_iter().for_each(Worker::end);
    let again = work.ledger().balances(calls);
    assert_eq!(store.dead_letters(None, 9).await.unwrap(), []);
    assert_eq!(next_due(&store).await, None);
    (calls as f64 / took.as_secs_f64(), again)
}

/// The first question after a restart may meet a dead connection.
async fn next_due(store: &PostgresStore) -> Option<chrono::DateTime<chrono::Utc>> {
    loop {
        match store.next_due().await {
            Ok(next) => return next,
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn disturb(trouble: Trouble, single: &Pool, work: &Work, workers: &mut Vec<Worker>) {
    match trouble {
        Trouble::None | Trouble::SlowNotifier => {}
        Trouble::HeldSnapshot => {
            let mut client = single.get().await.unwrap();
            let snapshot = client
                .build_transaction()
                .isolation_level(tokio_postgres::IsolationLevel::RepeatableRead)
                .start()
                .await
                .unwrap();
            snapshot.batch_execute("SELECT 1").await.unwrap();
            sleep(Duration::from_secs(8)).await;
        }
        Trouble::DatabaseRestarted => {
            let client = single.get().await.unwrap();
            let row = client
                .query_one("SELECT pg_backend_pid()", &[])
                .await
                .unwrap();
            let pid: i32 = row.get(0);
            let killed = Command::new("kill")
                .args(["-KILL", &pid.to_string()])
                .status();
            assert!(
                killed.unwrap().success(),
                "the server runs on this machine, as this user"
            );
        }
        Trouble::BackEndsEnded => {
            for _ in 0..10 {
                end_back_ends(single).await;
                sleep(Duration::from_millis(200)).await;
            }
        }
        Trouble::PoolExhausted => {
            let mut taken = Vec::new();
            end_back_ends(single).await;
            // As many as there are, for as long as others give theirs back.
            let until = Instant::now() + Duration::from_secs(2);
            while Instant::now() < until {
                match pool(config("POSTGRES_URL")).get().await {
                    Ok(connection) => taken.push(connection),
                    Err(_) => {
                        end_back_ends_but_idle(single).await;
                        sleep(Duration::from_millis(20)).await;
                    }
                }
            }
        }
        Trouble::WorkerCrashed => {
            workers.remove(0).kill();
            workers.push(work.start());
        }
        Trouble::RepeatedKills => {
            for _ in 0..6 {
                workers.remove(0).kill();
                workers.push(work.start());
                sleep(Duration::from_millis(500)).await;
            }
        }
    }
}

async fn end_back_ends(single: &Pool) {
    let all = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
               WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
    single
        .get()
        .await
        .unwrap()
        .batch_execute(all)
        .await
        .unwrap();
}

/// Those that work; the ones that only take room are idle and have never worked.
async fn end_back_ends_but_idle(single: &Pool) {
    let working = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                   WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND query <> ''";
    single
        .get()
        .await
        .unwrap()
        .batch_execute(working)
        .await
        .unwrap();
}
