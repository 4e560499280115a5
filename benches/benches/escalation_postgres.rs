//! Escalations on PostgreSQL, each figure beside what it is compared with, in the same run on the
//! same server:
//!
//! * claim and settle at batch 100, beside a bare lease-then-delete loop through the same driver; the
//!   leases of neither wait for the disk
//! * the same while somebody holds a snapshot
//! * the same among a thousand to two million rows that are scheduled for later
//! * what an idle worker asks of the database
//!
//! Needs POSTGRES_URL. A word after `--` chooses parts: `bare`, `snapshot`, `scheduled`, `idle`.
#![expect(clippy::unwrap_used, reason = "a bench that cannot set up may panic")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use deadpool_postgres::Pool;
use escalation_core::{Engine, EscalationStore, Notification, Settlement, Timer, Verdict};
use escalation_postgres::{Listener, PostgresStore, Preparation, TimeSource};
use tokio::time::Instant;
use tokio_postgres::NoTls;

const BATCH: usize = 100;
const ROWS: usize = 20_000;
const ROUNDS: usize = 5;

/// What a notification of the benches looks like in its row.
const CONTENT: &str = r#"{"channel":"phone","at":1700000000,"phone-number":"+385123456"}"#;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` only asks whether it runs.
    if arguments
        .iter()
        .any(|word| word == "--test" || word == "--list")
    {
        return;
    }
    let Ok(url) = std::env::var("POSTGRES_URL") else {
        eprintln!(
            "escalation_postgres: NOT MEASURED, for POSTGRES_URL is not set; scripts/bench sets it"
        );
        return;
    };
    let wanted = |part: &str| {
        let names = |word: &String| {
            word.starts_with('-') || format!("escalation_postgres/{part}").contains(word.as_str())
        };
        arguments.iter().all(names)
    };
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(async {
            let pool = postgres_pool::pool(url.parse().unwrap(), NoTls, 4).unwrap();
            if wanted("bare") {
                beside_the_bare_loop(&pool).await;
            }
            if wanted("snapshot") {
                under_a_held_snapshot(&pool).await;
            }
            if wanted("scheduled") {
                among_scheduled_rows(&pool).await;
            }
            if wanted("idle") {
                idle(&pool, &url).await;
            }
        });
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

async fn sql(pool: &Pool, script: &str) {
    pool.get()
        .await
        .unwrap()
        .batch_execute(script)
        .await
        .unwrap();
}

async fn store(pool: &Pool, time: TimeSource) -> PostgresStore {
    sql(pool, "DROP SCHEMA IF EXISTS bench CASCADE").await;
    PostgresStore::builder(pool.clone())
        .schema("bench".parse().unwrap())
        .time(time)
        .preparation(Preparation::Named)
        .connect()
        .await
        .unwrap()
}

/// Processes with one call each, from this generation on, the first due at second `from` and all
/// within as many microseconds as there are.
async fn fill(pool: &Pool, first: usize, rows: usize, from: i64) {
    let last = first + rows - 1;
    let due = at(from).timestamp_micros();
    sql(
        pool,
        &format!(
            "SET synchronous_commit TO off;
             INSERT INTO bench.tenant VALUES ('') ON CONFLICT DO NOTHING;
             INSERT INTO bench.notification (generation, sequence, due_at, ready_at, step, alone_since,
                                             process, tenant, channel, destination, content)
                 SELECT g, 0, {due} + g - {first}, {due} + g - {first}, 0, 0, 'process-' || g,
                        '', 'phone', '+385123456', '{CONTENT}'
                 FROM generate_series({first}, {last}) g;
             RESET synchronous_commit"
        ),
    )
    .await;
    sql(pool, "VACUUM ANALYZE bench.notification").await;
    sql(pool, "VACUUM ANALYZE bench.process").await;
}

/// Claims and settles up to `BATCH` of what is due; answers how many.
async fn claim_and_settle_a_batch(store: &PostgresStore) -> usize {
    let claims = store.claim(BATCH, at(160), at(100)).await.unwrap();
    let count = claims.len();
    let settlements: Vec<_> = claims
        .into_iter()
        .map(|claim| Settlement::new(claim.lease, Verdict::Done))
        .collect();
    if count > 0 {
        black_box(store.settle(settlements, at(100)).await.unwrap());
    }
    count
}

/// Claims and settles all that is due, `BATCH` at a time; answers rows per second.
async fn claim_and_settle(store: &PostgresStore, rows: usize) -> f64 {
    let (began, mut settled) = (Instant::now(), 0);
    loop {
        let count = claim_and_settle_a_batch(store).await;
        if count == 0 {
            assert_eq!(settled, rows);
            return settled as f64 / began.elapsed().as_secs_f64();
        }
        settled += count;
    }
}

async fn fill_bare(pool: &Pool, rows: usize) {
    sql(
        pool,
        &format!(
            "DROP TABLE IF EXISTS bench.job;
             CREATE TABLE bench.job (id bigint PRIMARY KEY, process text NOT NULL,
                 due_at bigint NOT NULL, token bigint NOT NULL, content json NOT NULL);
             CREATE INDEX ON bench.job (due_at);
             INSERT INTO bench.job SELECT g, 'process-' || g, g, 0, '{CONTENT}'
                 FROM generate_series(1, {rows}) g"
        ),
    )
    .await;
    sql(pool, "VACUUM ANALYZE bench.job").await;
}

/// What a lease needs and nothing else: no names, no generations, no doubt, no contract; one
/// connection, two prepared statements, two commits for each batch.
struct Bare {
    client: deadpool_postgres::Object,
    lease: tokio_postgres::Statement,
    acknowledge: tokio_postgres::Statement,
}

impl Bare {
    async fn prepare(pool: &Pool) -> Self {
        let client = pool.get().await.unwrap();
        let lease = client
            .prepare(
                // As ours, a lease does not wait for the disk; what ends it does.
                "UPDATE bench.job SET due_at = $2, token = token + 1 WHERE id IN
                     (SELECT id FROM bench.job WHERE due_at <= $1 ORDER BY due_at LIMIT $3
                      FOR UPDATE SKIP LOCKED)
                     AND (SELECT set_config('synchronous_commit', 'off', true)) = 'off'
                 RETURNING id, token, process, content::text",
            )
            .await
            .unwrap();
        let acknowledge = client
            .prepare(
                "DELETE FROM bench.job USING unnest($1::bigint[], $2::bigint[]) AS u (id, token)
                 WHERE job.id = u.id AND job.token = u.token RETURNING u.id",
            )
            .await
            .unwrap();
        Self {
            client,
            lease,
            acknowledge,
        }
    }

    /// Leases and acknowledges a batch of those that are due by now; answers how many.
    async fn batch(&self, now: i64) -> usize {
        let claims = self
            .client
            .query(&self.lease, &[&now, &(10 * now), &(BATCH as i64)])
            .await
            .unwrap();
        let (mut ids, mut tokens) = (Vec::new(), Vec::new());
        for row in &claims {
            // What it is for: the payload must be read to be delivered.
            let content: Notification = serde_json::from_str(row.get(3)).unwrap();
            black_box((row.get::<_, String>(2), content));
            ids.push(row.get::<_, i64>(0));
            tokens.push(row.get::<_, i64>(1));
        }
        let gone = self
            .client
            .query(&self.acknowledge, &[&ids, &tokens])
            .await
            .unwrap();
        gone.len()
    }
}

/// Batch by batch in turns, so that whatever else the machine does slows both.
async fn beside_the_bare_loop(pool: &Pool) {
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let store = store(pool, TimeSource::Caller).await;
        fill(pool, 1, ROWS, 0).await;
        fill_bare(pool, ROWS).await;
        let job = Bare::prepare(pool).await;
        let (mut took, mut bare_took) = (Duration::ZERO, Duration::ZERO);
        for _ in 0..ROWS / BATCH {
            let began = Instant::now();
            assert_eq!(claim_and_settle_a_batch(&store).await, BATCH);
            took += began.elapsed();
            let began = Instant::now();
            assert_eq!(job.batch(ROWS as i64).await, BATCH);
            bare_took += began.elapsed();
        }
        ours.push(ROWS as f64 / took.as_secs_f64());
        bare.push(ROWS as f64 / bare_took.as_secs_f64());
    }
    let ratios: Vec<f64> = ours
        .iter()
        .zip(&bare)
        .map(|(ours, bare)| ours / bare)
        .collect();
    let each: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
    let (ours, bare, ratio) = (median(ours), median(bare), median(ratios));
    println!(
        "claim and settle, batch {BATCH}: PostgresStore {ours:.0} rows/s, bare loop {bare:.0} rows/s, ratio {ratio:.2} (each round: {})",
        each.join(" ")
    );
}

async fn under_a_held_snapshot(pool: &Pool) {
    let rows = 100_000;
    let (mut free, mut held) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let store = store(pool, TimeSource::Caller).await;
        fill(pool, 1, rows, 0).await;
        free.push(claim_and_settle(&store, rows).await);

        fill(pool, rows + 1, rows, 1).await;
        let mut holder = pool.get().await.unwrap();
        let snapshot = holder
            .build_transaction()
            .isolation_level(tokio_postgres::IsolationLevel::RepeatableRead)
            .start()
            .await
            .unwrap();
        snapshot.batch_execute("SELECT 1").await.unwrap();
        held.push(claim_and_settle(&store, rows).await);
        snapshot.rollback().await.unwrap();
    }
    let loss = median(
        free.iter()
            .zip(&held)
            .map(|(free, held)| free / held)
            .collect(),
    );
    let (free, held) = (median(free), median(held));
    println!(
        "{rows} rows under a held snapshot: {held:.0} rows/s, without {free:.0} rows/s, loss {loss:.2}x"
    );
}

/// The time of one claim and settlement of a batch, in milliseconds; the median of many.
async fn cost_of_a_batch(pool: &Pool, store: &PostgresStore, first: usize) -> f64 {
    let batches = 100;
    fill(pool, first, BATCH * batches, 0).await;
    let mut figures = Vec::new();
    loop {
        let began = Instant::now();
        if claim_and_settle_a_batch(store).await == 0 {
            return median(figures);
        }
        figures.push(began.elapsed().as_secs_f64() * 1e3);
    }
}

async fn among_scheduled_rows(pool: &Pool) {
    let store = store(pool, TimeSource::Caller).await;
    let (mut there, mut first, mut costs) = (0, 1, Vec::new());
    for scheduled in [1_000, 30_000, 300_000, 2_000_000] {
        fill(pool, first, scheduled - there, 1_000_000).await;
        first += scheduled - there;
        there = scheduled;
        let mut figures = Vec::new();
        for _ in 0..3 {
            figures.push(cost_of_a_batch(pool, &store, first).await);
            first += 100 * BATCH;
        }
        let cost = median(figures);
        println!("claim and settle of {BATCH} among {scheduled} scheduled rows: {cost:.2} ms");
        costs.push(cost);
    }
    println!("from the fewest to the most: {:.2}x", costs[3] / costs[0]);
}

#[derive(Debug)]
struct WallTimer(Instant);

#[async_trait]
impl Timer for WallTimer {
    #[expect(clippy::disallowed_methods, reason = "this is the clock of the bench")]
    fn now(&self) -> DateTime<Utc> {
        std::time::SystemTime::now().into()
    }

    fn elapsed(&self) -> TimeDelta {
        TimeDelta::from_std(self.0.elapsed()).unwrap()
    }

    async fn sleep_until(&self, instant: DateTime<Utc>) {
        let wait = (instant - self.now()).to_std().unwrap_or_default();
        tokio::time::sleep(wait).await;
    }
}

/// The CPU time of this process so far, in clock ticks.
fn cpu_ticks() -> u64 {
    let Ok(stat) = std::fs::read_to_string("/proc/self/stat") else {
        return 0;
    };
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |index: usize| fields[index].parse::<u64>().unwrap();
    ticks(11) + ticks(12)
}

async fn transactions(pool: &Pool) -> i64 {
    let client = pool.get().await.unwrap();
    // Sessions report now and then; this one at once.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let row = client
        .query_one(
            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()",
            &[],
        )
        .await
        .unwrap();
    row.get(0)
}

async fn idle(pool: &Pool, url: &str) {
    drop(store(pool, TimeSource::Database).await);
    let own = postgres_pool::pool(url.parse().unwrap(), NoTls, 4).unwrap();
    let listener = Listener::start(url.parse().unwrap(), PostgresStore::CHANNEL);
    let store = PostgresStore::builder(own)
        .schema("bench".parse().unwrap())
        .listener(listener)
        .connect()
        .await
        .unwrap();
    let far = WallTimer(Instant::now()).now() + TimeDelta::days(1);
    fill(pool, 1, 1_000, (far - at(0)).num_seconds()).await;
    let ring = escalation_core::notifier_fn(|_: escalation_core::Delivery| async {
        escalation_core::Outcome::Delivered(escalation_core::Response::None)
    });
    let engine = Engine::builder(Arc::new(store))
        .notifier("phone", Arc::new(ring))
        .build()
        .unwrap();
    let seconds = 30;
    let worker = tokio::spawn(async move {
        let end = tokio::time::sleep(Duration::from_secs(seconds + 5));
        engine.run(&WallTimer(Instant::now()), end).await;
    });
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (before, ticks) = (transactions(pool).await, cpu_ticks());
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let used = cpu_ticks() - ticks;
    let queries = transactions(pool).await - before;
    worker.await.unwrap();
    println!(
        "an idle worker in {seconds} s: {queries} transactions of the whole server (those of this bench and of autovacuum included), {used} ticks of CPU"
    );
}
