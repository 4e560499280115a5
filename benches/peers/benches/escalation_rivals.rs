//! Escalations on PostgreSQL beside the job queues that one would take instead, in the same run on
//! the same server, with the same durability (what was begun and what is done is on the disk):
//! `graphile_worker` (as it comes, and with its local queue), `apalis-postgres` and `underway`.
//!
//! * a backlog of jobs that do nothing: jobs per second
//! * jobs due at even intervals, beside a million that are scheduled for later: from the instant
//!   when one is due to the start of its handler; only beside `graphile_worker` with its local
//!   queue, which asks the database without a pause. It walks over all that is scheduled, so it is
//!   measured with nothing else scheduled too
//!
//! Needs POSTGRES_URL. A word after `--` chooses a part: `backlog`, `latency`.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Channel, Delivery, Engine, Notification, Outcome, Response, Timer, notifier_fn,
};
use escalation_postgres::{Listener, PostgresStore, Preparation};
use graphile_worker::{
    IntoTaskHandlerResult, JobSpec, LocalQueueConfig, RawJobSpec, TaskHandler, Worker,
    WorkerContext, WorkerOptions,
};
use serde::{Deserialize, Serialize};
use tokio_postgres::NoTls;

type Outcomes<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How many were handled, and how late each was, in microseconds, of those due from then on.
static HANDLED: AtomicUsize = AtomicUsize::new(0);
static LATE: Mutex<Vec<i64>> = Mutex::new(Vec::new());
static COUNTED_FROM: AtomicI64 = AtomicI64::new(0);

fn micros() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_micros() as i64)
}

fn handled(due: i64) {
    if due > COUNTED_FROM.load(Ordering::Relaxed)
        && let Ok(mut late) = LATE.lock()
    {
        late.push(micros() - due);
    }
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

fn reset() {
    HANDLED.store(0, Ordering::Relaxed);
    if let Ok(mut late) = LATE.lock() {
        late.clear();
    }
}

/// Waits until so many were handled, or so long; answers jobs per second.
async fn rate_of(count: usize, patience: Duration) -> f64 {
    let began = Instant::now();
    while HANDLED.load(Ordering::Relaxed) < count && began.elapsed() < patience {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    HANDLED.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}

fn main() -> Outcomes<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` only asks whether it runs.
    if arguments
        .iter()
        .any(|word| word == "--test" || word == "--list")
    {
        return Ok(());
    }
    let Ok(url) = std::env::var("POSTGRES_URL") else {
        eprintln!(
            "escalation_rivals: NOT MEASURED, for POSTGRES_URL is not set; scripts/bench sets it"
        );
        return Ok(());
    };
    let wanted = |part: &str| {
        let name = format!("escalation_rivals/{part}");
        let mut words = arguments.iter();
        words.all(|word| word.starts_with('-') || name.contains(word.as_str()))
    };
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(async {
            if wanted("backlog") {
                backlog(&url).await?;
            }
            if wanted("latency") {
                latency(&url).await?;
            }
            Ok(())
        })
}

const BACKLOG: usize = 20_000;
const ROUNDS: usize = 7;

async fn backlog(url: &str) -> Outcomes<()> {
    println!("a backlog of {BACKLOG} jobs that do nothing, jobs/s");
    let mut ratios = Vec::new();
    for round in 1..=ROUNDS {
        // In turns, so that neither always finds the machine as the other left it.
        let (ours, local) = if round % 2 == 1 {
            let ours = ours_backlog(url).await?;
            (ours, graphile_backlog(url, true).await?)
        } else {
            let local = graphile_backlog(url, true).await?;
            (ours_backlog(url).await?, local)
        };
        ratios.push(ours / local);
        println!(
            "round {round}: escalation-postgres {ours:.0} | graphile_worker with local queue {local:.0} | {:.2}x",
            ours / local
        );
    }
    ratios.sort_by(f64::total_cmp);
    println!("median {:.2}x", ratios[ROUNDS / 2]);
    let apalis = apalis_backlog(url).await?;
    let underway = underway_backlog(url).await?;
    let plain = graphile_backlog(url, false).await?;
    println!(
        "apalis {apalis:.0} | underway {underway:.0} | graphile_worker as it comes {plain:.0}"
    );
    Ok(())
}

async fn sql(url: &str, script: &str) -> Outcomes<()> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let connection = tokio::spawn(connection);
    client.batch_execute(script).await?;
    drop(client);
    connection.await??;
    Ok(())
}

#[derive(Debug)]
struct WallTimer(Instant);

#[async_trait]
impl Timer for WallTimer {
    fn now(&self) -> DateTime<Utc> {
        SystemTime::now().into()
    }

    fn elapsed(&self) -> TimeDelta {
        TimeDelta::from_std(self.0.elapsed()).unwrap_or(TimeDelta::MAX)
    }

    async fn sleep_until(&self, instant: DateTime<Utc>) {
        let wait = (instant - self.now()).to_std().unwrap_or_default();
        tokio::time::sleep(wait).await;
    }
}

async fn our_store(url: &str) -> Outcomes<PostgresStore> {
    let pool = postgres_pool::pool(url.parse()?, NoTls, 6)?;
    let listener = Listener::start(url.parse()?, PostgresStore::CHANNEL);
    Ok(PostgresStore::builder(pool)
        .schema("rivals_ours".parse()?)
        .preparation(Preparation::Named)
        .listener(listener)
        .connect()
        .await?)
}

fn call(due: i64) -> Outcomes<Notification> {
    let due = DateTime::from_timestamp_micros(due).ok_or("out of range")?;
    Ok(Notification::at(Channel::PHONE, due).to_phone_number("+385123456"))
}

/// One process for each job, as `start` writes it; at once, as the others take theirs in.
async fn fill(url: &str, due: &[i64]) -> Outcomes<()> {
    let contents: Vec<String> = due
        .iter()
        .map(|due| Ok(serde_json::to_string(&call(*due)?)?))
        .collect::<Outcomes<_>>()?;
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let connection = tokio::spawn(connection);
    client
        .execute(
            "INSERT INTO rivals_ours.tenant VALUES ('') ON CONFLICT DO NOTHING",
            &[],
        )
        .await?;
    client
        .execute(
            "INSERT INTO rivals_ours.notification (generation, sequence, due_at, ready_at, step,
                     alone_since, process, tenant, channel, destination, content)
                 SELECT g, 0, due, due, 0, 0, 'job-' || g, '', 'phone', '+385123456', content::json
                 FROM (SELECT nextval('rivals_ours.generation') AS g, due, content
                       FROM unnest($1::bigint[], $2::text[]) AS u (due, content)) AS u",
            &[&due, &contents],
        )
        .await?;
    drop(client);
    connection.await??;
    Ok(())
}

/// An engine at work until the answer is dropped.
fn our_worker(store: PostgresStore, timed: bool) -> Outcomes<tokio::task::JoinHandle<()>> {
    let notifier = notifier_fn(move |delivery: Delivery| {
        let due = match delivery.notification().when() {
            escalation_core::When::At(at) if timed => at.timestamp_micros(),
            _ => 0,
        };
        handled(due);
        async { Outcome::Delivered(Response::None) }
    });
    let engine = Engine::builder(Arc::new(store))
        .notifier("phone", Arc::new(notifier))
        .concurrency(500)
        .build()?;
    Ok(tokio::spawn(async move {
        engine
            .run(&WallTimer(Instant::now()), std::future::pending())
            .await;
    }))
}

async fn ours_backlog(url: &str) -> Outcomes<f64> {
    sql(url, "DROP SCHEMA IF EXISTS rivals_ours CASCADE").await?;
    let store = our_store(url).await?;
    fill(url, &vec![micros(); BACKLOG]).await?;
    sql(url, "VACUUM ANALYZE").await?;
    reset();
    let worker = our_worker(store, false)?;
    let rate = rate_of(BACKLOG, Duration::from_secs(60)).await;
    worker.abort();
    Ok(rate)
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Job {
    due: i64,
}

impl TaskHandler for Job {
    const IDENTIFIER: &'static str = "job";

    async fn run(self, _: WorkerContext) -> impl IntoTaskHandlerResult {
        handled(self.due);
        Ok::<(), String>(())
    }
}

async fn graphile(url: &str, local_queue: bool) -> Outcomes<Worker> {
    let options = WorkerOptions::default()
        .schema("rivals_graphile")
        .concurrency(16)
        .database_url(url)
        .max_pg_conn(10)
        .listen_os_shutdown_signals(false)
        .define_job::<Job>();
    let options = if local_queue {
        options
            .local_queue(LocalQueueConfig::default().with_size(500))
            .complete_job_batch_delay(Duration::from_millis(1))
    } else {
        options
    };
    Ok(options.init().await?)
}

async fn graphile_backlog(url: &str, local_queue: bool) -> Outcomes<f64> {
    sql(url, "DROP SCHEMA IF EXISTS rivals_graphile CASCADE").await?;
    let worker = Arc::new(graphile(url, local_queue).await?);
    let utils = worker.create_utils();
    for _ in 0..BACKLOG / 1_000 {
        let jobs = vec![raw(0, None)?; 1_000];
        utils.add_raw_jobs(&jobs).await?;
    }
    sql(url, "VACUUM ANALYZE").await?;
    reset();
    let running = tokio::spawn({
        let worker = Arc::clone(&worker);
        async move { worker.run().await.map_err(|error| error.to_string()) }
    });
    let patience = Duration::from_secs(if local_queue { 60 } else { 10 });
    let rate = rate_of(BACKLOG, patience).await;
    worker.request_shutdown();
    let _ = tokio::time::timeout(Duration::from_secs(10), running).await;
    Ok(rate)
}

fn raw(due: i64, run_at: Option<DateTime<Utc>>) -> Outcomes<RawJobSpec> {
    Ok(RawJobSpec {
        identifier: Job::IDENTIFIER.to_owned(),
        payload: serde_json::to_value(Job { due })?,
        spec: JobSpec {
            run_at,
            ..JobSpec::default()
        },
    })
}

async fn apalis_backlog(url: &str) -> Outcomes<f64> {
    use apalis::prelude::*;
    use apalis_postgres::{Config, PgPool, PostgresStorage};
    sql(
        url,
        "DROP SCHEMA IF EXISTS apalis CASCADE; DROP TABLE IF EXISTS _sqlx_migrations",
    )
    .await?;
    let pool = PgPool::connect(url).await?;
    PostgresStorage::setup(&pool).await?;
    let config = Config::default().queue("rivals").batch_size(100);
    let mut backend = PostgresStorage::new(&pool).with_config(config);
    for _ in 0..BACKLOG / 1_000 {
        let tasks = (0..1_000).map(|_| TaskBuilder::new(Job { due: 0 }).build());
        let mut tasks = futures::stream::iter(tasks);
        backend.push_all(&mut tasks).await?;
    }
    sql(url, "VACUUM ANALYZE").await?;
    reset();
    async fn handle(job: Job) -> Result<(), BoxDynError> {
        handled(job.due);
        Ok(())
    }
    let worker = WorkerBuilder::new("rivals")
        .backend(backend)
        .concurrency(16)
        .build(handle);
    let running = tokio::spawn(async move {
        let _ = worker.run().await;
    });
    let rate = rate_of(BACKLOG, Duration::from_secs(30)).await;
    running.abort();
    Ok(rate)
}

async fn underway_backlog(url: &str) -> Outcomes<f64> {
    use underway::{Queue, Task, Worker};

    struct NoOp;

    impl Task for NoOp {
        type Input = Job;
        type Output = ();

        async fn execute(
            &self,
            _: sqlx_of_underway::Transaction<'_, sqlx_of_underway::Postgres>,
            job: Job,
        ) -> underway::task::Result<()> {
            handled(job.due);
            Ok(())
        }
    }

    sql(
        url,
        "DROP SCHEMA IF EXISTS underway CASCADE; DROP TABLE IF EXISTS _sqlx_migrations",
    )
    .await?;
    // Each of its workers listens on two connections.
    let pool = sqlx_of_underway::postgres::PgPoolOptions::new()
        .max_connections(30)
        .connect(url)
        .await?;
    underway::run_migrations(&pool).await?;
    let queue: Queue<NoOp> = Queue::builder()
        .name("rivals")
        .pool(pool.clone())
        .build()
        .await?;
    // A task each; what it does in 20 s is enough to tell its speed.
    queue
        .enqueue_multi(&pool, &NoOp, &vec![Job { due: 0 }; BACKLOG])
        .await?;
    sql(url, "VACUUM ANALYZE").await?;
    reset();
    // A worker begins with one task at a time, and takes more only as others are enqueued or a minute
    // has passed: for a backlog that is there already, eight workers are at work at once.
    let mut running = tokio::task::JoinSet::new();
    let queue = Arc::new(queue);
    for _ in 0..8 {
        let worker = Worker::new(Arc::clone(&queue), NoOp);
        running.spawn(async move {
            let _ = worker.run().await;
        });
    }
    let rate = rate_of(BACKLOG, Duration::from_secs(20)).await;
    running.abort_all();
    Ok(rate)
}

/// p50 and p99 in milliseconds.
fn percentiles() -> (f64, f64, usize) {
    let mut late = LATE.lock().map(|late| late.clone()).unwrap_or_default();
    late.sort_unstable();
    let at = |share: f64| {
        let index = (late.len() as f64 * share) as usize;
        late.get(index.min(late.len().saturating_sub(1)))
            .map_or(f64::NAN, |late| *late as f64 / 1e3)
    };
    (at(0.5), at(0.99), late.len())
}

const SCHEDULED: usize = 1_000_000;
const RATES: [usize; 4] = [27, 200, 1_000, 5_000];

async fn latency(url: &str) -> Outcomes<()> {
    let far = micros() + 86_400_000_000;
    sql(url, "DROP SCHEMA IF EXISTS rivals_ours CASCADE").await?;
    drop(our_store(url).await?);
    sql(
        url,
        &format!(
            "SET synchronous_commit TO off;
             INSERT INTO rivals_ours.tenant VALUES ('') ON CONFLICT DO NOTHING;
             INSERT INTO rivals_ours.notification (generation, sequence, due_at, ready_at, step,
                     alone_since, process, tenant, channel, destination, content)
                 SELECT g, 0, {far} + g, {far} + g, 0, 0, 'later-' || g, '', 'phone', '+385123456',
                     '{{\"channel\":\"phone\",\"at\":4000000000,\"phone-number\":\"+385123456\"}}'
                 FROM generate_series(1000001, 1000000 + {SCHEDULED}) g"
        ),
    )
    .await?;
    sql(url, "DROP SCHEMA IF EXISTS rivals_graphile CASCADE").await?;
    let mut alone = Vec::new();
    for per_second in RATES {
        alone.push(graphile_latency(url, per_second).await?);
    }
    let worker = graphile(url, true).await?;
    let utils = worker.create_utils();
    let tomorrow = DateTime::from_timestamp_micros(far);
    for _ in 0..SCHEDULED / 10_000 {
        utils.add_raw_jobs(&vec![raw(0, tomorrow)?; 10_000]).await?;
    }
    drop(worker);
    // So that the disk is not still busy with it.
    sql(url, "VACUUM ANALYZE").await?;
    sql(url, "CHECKPOINT").await?;
    println!("from due to attempt beside {SCHEDULED} scheduled for later, p50 / p99 in ms");
    for (per_second, alone) in RATES.into_iter().zip(alone) {
        let ours = our_latency(url, per_second).await?;
        let beside = graphile_latency(url, per_second).await?;
        println!(
            "{per_second:>5}/s: escalation-postgres {:.1} / {:.1} ({}) | graphile_worker's busy loop {} \
             | with nothing else scheduled {}",
            ours.0,
            ours.1,
            ours.2,
            compared(ours, beside),
            compared(ours, alone),
        );
    }
    Ok(())
}

fn compared(ours: (f64, f64, usize), theirs: (f64, f64, usize)) -> String {
    format!(
        "{:.1} / {:.1} ({}): {:.2}x / {:.2}x",
        theirs.0,
        theirs.1,
        theirs.2,
        ours.0 / theirs.0,
        ours.1 / theirs.1
    )
}

/// When the jobs are due: evenly, after there was time to insert them. The first second, in which
/// connections are made and plans, is not counted.
fn due(per_second: usize) -> Vec<i64> {
    let count = per_second + (per_second * 4).max(400);
    let begin = micros() + 4_000_000 + count as i64 * 200;
    COUNTED_FROM.store(begin + 1_000_000, Ordering::Relaxed);
    (0..count)
        .map(|number| begin + (number * 1_000_000 / per_second) as i64)
        .collect()
}

async fn our_latency(url: &str, per_second: usize) -> Outcomes<(f64, f64, usize)> {
    let store = our_store(url).await?;
    let due = due(per_second);
    fill(url, &due).await?;
    in_time(&due)?;
    reset();
    let worker = our_worker(store, true)?;
    rate_of(due.len(), Duration::from_secs(90)).await;
    // So that the last is settled too.
    tokio::time::sleep(Duration::from_millis(200)).await;
    worker.abort();
    Ok(percentiles())
}

async fn graphile_latency(url: &str, per_second: usize) -> Outcomes<(f64, f64, usize)> {
    let worker = Arc::new(graphile(url, true).await?);
    let utils = worker.create_utils();
    let due = due(per_second);
    for some in due.chunks(1_000) {
        let jobs: Outcomes<Vec<RawJobSpec>> = some
            .iter()
            .map(|due| raw(*due, DateTime::from_timestamp_micros(*due)))
            .collect();
        utils.add_raw_jobs(&jobs?).await?;
    }
    in_time(&due)?;
    reset();
    let running = tokio::spawn({
        let worker = Arc::clone(&worker);
        async move { worker.run().await.map_err(|error| error.to_string()) }
    });
    rate_of(due.len(), Duration::from_secs(90)).await;
    worker.request_shutdown();
    let _ = tokio::time::timeout(Duration::from_secs(10), running).await;
    Ok(percentiles())
}

/// The jobs must be there before the first is due.
fn in_time(due: &[i64]) -> Outcomes<()> {
    if due.first().is_some_and(|first| micros() + 500_000 > *first) {
        return Err("the jobs could not be inserted in time: the machine is too busy".into());
    }
    Ok(())
}
