//! Sessions that are killed at random moments, and a database that crashes and comes back, take no answer with them
//! and give no caller to two reps. In a file of its own: whoever else uses the database meanwhile would suffer too.

mod database;
mod load;

use std::sync::Arc;
use std::time::Duration;

use database::{config, fresh_schema, polling, servers, support};
use queue_dispatch::QueueStore;
use queue_postgres::SchemaName;
use tokio::sync::Mutex;
use tokio_postgres::{Client, NoTls};

/// One test at a time.
static ALONE: Mutex<()> = Mutex::const_new(());

async fn administrator() -> Option<Client> {
    let (client, connection) = config("POSTGRES_URL").connect(NoTls).await.ok()?;
    tokio::spawn(connection);
    Some(client)
}

/// Says something to the database so many times, at random moments, whether or not it is there.
async fn again_and_again(script: String, times: u32, pause: std::ops::Range<u64>) {
    for _ in 0..times {
        tokio::time::sleep(Duration::from_millis(fastrand::u64(pause.clone()))).await;
        if let Some(administrator) = administrator().await {
            let _ = administrator.batch_execute(&script).await;
        }
    }
}

/// Those of the first server, and those of PgBouncer, in the middle of whatever.
fn kill_sessions(schema: &SchemaName) -> String {
    format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE pid <> pg_backend_pid()
           AND (application_name = '{schema}' OR query LIKE '%{schema}%')"
    )
}

async fn under_fire(
    callers_each: u64,
    fire: impl FnOnce(&SchemaName) -> String,
    times: u32,
    pause: std::ops::Range<u64>,
) {
    let _alone = ALONE.lock().await;
    let schema = fresh_schema().await;
    let store: Arc<dyn QueueStore> = support(&polling(config("POSTGRES_URL"), &schema).await).await;
    let servers = servers(&schema, 2).await;
    let fire = tokio::spawn(again_and_again(fire(&schema), times, pause));
    let ledger = load::work(&servers, &store, 3, callers_each).await;
    fire.abort();
    // A database that has crashed needs a moment.
    while administrator().await.is_none() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    load::balances(&*store, &ledger, callers_each * 2).await;
    println!(
        "{} answers, {} failures that the host saw",
        ledger.answered.len(),
        ledger.failures
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL and PgBouncer: scripts/test starts them"]
async fn killed_sessions_take_no_answer_with_them() {
    under_fire(60, kill_sessions, u32::MAX, 5..60).await;
}

/// A back end that dies by SIGKILL makes PostgreSQL end all sessions and recover from its log.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL and PgBouncer: scripts/test starts them"]
async fn nor_does_a_database_that_crashes() {
    under_fire(100, |_| crash(), 3, 100..400).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL and PgBouncer: scripts/test starts them; a minute"]
async fn long_sessions_are_killed_for_a_minute() {
    under_fire(2000, kill_sessions, u32::MAX, 5..60).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL and PgBouncer: scripts/test starts them; a minute"]
async fn long_a_database_crashes_for_a_minute() {
    under_fire(1000, |_| crash(), 12, 1000..5000).await;
}

/// The session that asks is the one that dies.
fn crash() -> String {
    "DO $$ BEGIN
         EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', 'kill -9 ' || pg_backend_pid());
     END $$"
        .to_owned()
}
