//! Claiming and acknowledging on SQLite at batch 100, beside a bare loop over the same rows, with the
//! same library and the same durability; and what a claim costs among many rows planned for later.
//!
//! Store and bare loop take turns within the same run, so that what the machine does otherwise happens
//! to both. The bare loop does what a lease needs and nothing else: no names, no generations, no doubt,
//! no tenants, no thread. What the store costs beyond it is the price of the promises.
#![expect(clippy::unwrap_used, reason = "a bench that cannot set up may panic")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use escalation_core::{
    Admission, AttemptStart, Channel, EscalationStore, Notification, ProcessId, Settlement,
    StartRequest, Verdict,
};
use escalation_sqlite::SqliteStore;
use futures::executor::block_on;
use futures::future::try_join_all;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};

const ROUNDS: usize = 15;
const BATCH: usize = 100;
/// Claimed and settled by each in one round.
const ROWS: usize = 10_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` only asks whether it runs; a word that is no flag asks for some benches.
    let asked =
        |word: &String| word.starts_with('-') || "escalation_sqlite".contains(word.as_str());
    if arguments
        .iter()
        .any(|word| word == "--test" || word == "--list")
        || !arguments.iter().all(asked)
    {
        return;
    }
    claim_and_settle();
    among_scheduled();
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    #[expect(clippy::disallowed_methods, reason = "measures")]
    let start = Instant::now();
    let done = work();
    (start.elapsed(), done)
}

fn median<T: PartialOrd + Copy>(mut values: Vec<T>) -> T {
    values.sort_by(|one, other| one.partial_cmp(other).unwrap());
    values[values.len() / 2]
}

/// What the slowest of the quickest tenth takes.
fn quick(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 10]
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn claim_and_settle() {
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("escalations.db")).unwrap();
        block_on(fill(&store, ROWS, 0));
        let mut bare = Bare::open(&folder);
        bare.fill(ROWS);
        let run_store = || {
            let (time, settled) = timed(|| block_on(run(&store)));
            assert_eq!(settled, ROWS);
            time
        };
        let mut run_bare = || {
            let (time, settled) = timed(|| bare.run());
            assert_eq!(settled, ROWS);
            time
        };
        // Whoever comes first in one round comes second in the next.
        let (store, bare) = if round % 2 == 0 {
            (run_store(), run_bare())
        } else {
            let bare = run_bare();
            (run_store(), bare)
        };
        ratios.push(bare.as_secs_f64() / store.as_secs_f64());
        ours.push(store);
        theirs.push(bare);
    }
    let per_second = |times: Vec<Duration>| ROWS as f64 / median(times).as_secs_f64();
    println!("escalation_sqlite: claim and settle {ROWS} rows, {BATCH} at a time, {ROUNDS} rounds");
    println!("  SqliteStore  {:>9.0} rows/s", per_second(ours));
    println!("  bare loop    {:>9.0} rows/s", per_second(theirs));
    let (least, most) = ratios
        .iter()
        .fold((f64::MAX, 0.0_f64), |(least, most), ratio| {
            (least.min(*ratio), most.max(*ratio))
        });
    println!(
        "  {:.2}x the bare loop (median of the rounds; {least:.2} to {most:.2})",
        median(ratios)
    );
}

/// Rows that are due then, one process each.
async fn fill(store: &SqliteStore, rows: usize, second: i64) {
    let plans = (0..rows).map(|number| {
        let call = Notification::at(Channel::PHONE, at(second)).to_phone_number("+385123456");
        let process = ProcessId::new(format!("process-{second}-{number}")).unwrap();
        let plan = StartRequest::new(process).notify(call).plan(at(0)).unwrap();
        store.start(plan, at(0))
    });
    // Asked for together, so that the store may share its commits.
    try_join_all(plans).await.unwrap();
}

/// Claims and settles everything, `BATCH` at a time; answers how many there were.
async fn run(store: &SqliteStore) -> usize {
    let mut settled = 0;
    loop {
        let claims = store.claim(BATCH, at(60), at(1)).await.unwrap();
        if claims.is_empty() {
            return settled;
        }
        settled += claims.len();
        let settlements = claims
            .into_iter()
            .map(|claim| Settlement::new(claim.lease, Verdict::Done))
            .collect();
        black_box(store.settle(settlements, at(1)).await.unwrap());
    }
}

/// One table, one statement to lease, one to delete each row, two commits.
struct Bare(Connection);

impl Bare {
    fn open(folder: &tempfile::TempDir) -> Self {
        let connection = Connection::open(folder.path().join("bare.db")).unwrap();
        connection
            .pragma_update(None, "journal_mode", "wal")
            .unwrap();
        connection
            .pragma_update(None, "synchronous", "full")
            .unwrap();
        // As in the store: or SQLite would prepare the statement with a `LIMIT ?1` at each claim.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .unwrap();
        connection
            .execute_batch(
                "CREATE TABLE job (id INTEGER PRIMARY KEY, process TEXT NOT NULL,
                     due_at INTEGER NOT NULL, token INTEGER NOT NULL, content TEXT NOT NULL);
                 CREATE INDEX job_due ON job (due_at);",
            )
            .unwrap();
        Self(connection)
    }

    fn fill(&mut self, rows: usize) {
        let change = self.0.transaction().unwrap();
        for number in 0..rows {
            let content = r#"{"at":1700000000,"channel":"phone","phone-number":"+385123456"}"#;
            change
                .prepare_cached("INSERT INTO job VALUES (NULL, ?1, 0, 0, ?2)")
                .unwrap()
                .execute((format!("process-{number}"), content))
                .unwrap();
        }
        change.commit().unwrap();
    }

    fn begin(&mut self) -> rusqlite::Transaction<'_> {
        self.0
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .unwrap()
    }

    fn run(&mut self) -> usize {
        let mut settled = 0;
        loop {
            let change = self.begin();
            let claims: Vec<(i64, i64, String, String)> = change
                .prepare_cached(
                    "UPDATE job SET due_at = 60, token = token + 1 WHERE id IN
                         (SELECT id FROM job WHERE due_at <= 1 ORDER BY due_at LIMIT ?1)
                     RETURNING id, token, process, content",
                )
                .unwrap()
                .query_map([BATCH as i64], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })
                .unwrap()
                .map(Result::unwrap)
                .collect();
            change.commit().unwrap();
            if claims.is_empty() {
                return settled;
            }
            let change = self.begin();
            for (id, token, process, content) in claims {
                // What it is for: the payload must be read to be delivered.
                let content: Notification = serde_json::from_str(&content).unwrap();
                black_box((process, content));
                settled += change
                    .prepare_cached("DELETE FROM job WHERE id = ?1 AND token = ?2")
                    .unwrap()
                    .execute((id, token))
                    .unwrap();
            }
            change.commit().unwrap();
        }
    }
}

/// A delivery must not cost more because much is planned for later. The stores take turns, and of
/// each the quickest tenth counts: handing work over to a thread takes what the machine lets it.
fn among_scheduled() {
    const DELIVERIES: i64 = 2_000;
    const SCHEDULED: [i64; 3] = [1_000, 100_000, 2_000_000];
    println!("escalation_sqlite: claim, begin and settle one, in memory, among rows for later");
    let stores = SCHEDULED.map(|scheduled| {
        let store = SqliteStore::in_memory().unwrap();
        for hour in 0..(scheduled / 1_000) {
            block_on(fill(&store, 1_000, 1_000_000 + hour));
        }
        store
    });
    let mut times = SCHEDULED.map(|_| Vec::new());
    for second in 0..DELIVERIES {
        for (store, times) in stores.iter().zip(&mut times) {
            block_on(fill(store, 1, second));
            times.push(timed(|| block_on(deliver_one(store, second))).0);
        }
    }
    let times = times.map(quick);
    for (scheduled, time) in SCHEDULED.iter().zip(times) {
        println!(
            "  {scheduled:>9} rows  {time:>9.1?}  {:.2}x",
            time.as_secs_f64() / times[0].as_secs_f64()
        );
    }
}

async fn deliver_one(store: &SqliteStore, second: i64) {
    let (now, lease_until) = (at(second), at(second + 60));
    let lease = store.claim(1, lease_until, now).await.unwrap()[0]
        .lease
        .clone();
    let admission = Arc::new(Admission::unlimited());
    let attempt = AttemptStart::new(lease.clone(), lease_until, admission);
    store.begin(vec![attempt], now).await.unwrap();
    let done = Settlement::new(lease, Verdict::Done);
    store.settle(vec![done], now).await.unwrap();
}
