//! A schema of its own for each test, in the database that the environment names.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]
#![allow(dead_code, reason = "each test file uses some of it")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use queue_dispatch::{Config as Rules, Dispatcher};
use queue_postgres::postgres_pool::pool;
use queue_postgres::{PostgresQueue, PostgresQueues, SchemaName};
use tokio_postgres::{Config, NoTls};

/// The database, or a pooler before it.
pub(crate) fn config(variable: &str) -> Config {
    let url = std::env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set: scripts/test sets it"));
    url.parse().unwrap()
}

pub(crate) async fn execute(script: &str) {
    let pool = pool(config("POSTGRES_URL"), NoTls, 1).unwrap();
    let client = pool.get().await.unwrap();
    client.batch_execute(script).await.unwrap();
}

/// A name that no test had before: processes of the same id are not of the same time.
pub(crate) async fn fresh_schema() -> SchemaName {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let schema: SchemaName = format!("test_queue_{}_{count}", std::process::id())
        .parse()
        .unwrap();
    execute(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE")).await;
    schema
}

/// The queues as one server sees them that polls, with a pool of its own.
pub(crate) async fn polling(config: Config, schema: &SchemaName) -> PostgresQueues {
    PostgresQueues::builder(pool(config, NoTls, 4).unwrap())
        .schema(schema.clone())
        .poll_every(std::time::Duration::from_millis(20))
        .connect()
        .await
        .unwrap()
}

/// The same with a direct connection to listen on, and no polling that would hide that it does not work.
pub(crate) async fn listening(config: Config, schema: &SchemaName) -> PostgresQueues {
    let never = std::time::Duration::from_secs(3600);
    PostgresQueues::builder(pool(config, NoTls, 4).unwrap())
        .schema(schema.clone())
        .listen(self::config("POSTGRES_URL"))
        .poll_every(never)
        .check_every(never)
        .connect()
        .await
        .unwrap()
}

pub(crate) async fn support(queues: &PostgresQueues) -> Arc<PostgresQueue> {
    Arc::new(queues.queue("support".parse().unwrap()).await.unwrap())
}

pub(crate) async fn dispatcher(queues: &PostgresQueues) -> Dispatcher {
    Dispatcher::open(Rules::premium_and_regular(), support(queues).await)
        .await
        .unwrap()
}

/// So many servers: every other one goes through PgBouncer, the first half listens. Sessions that do not go through
/// PgBouncer have the schema's name.
pub(crate) async fn servers(schema: &SchemaName, count: usize) -> Vec<Arc<Dispatcher>> {
    let mut servers = Vec::new();
    for number in 0..count {
        let mut config = config(["POSTGRES_URL", "PGBOUNCER_URL"][number % 2]);
        if number % 2 == 0 {
            config.application_name(schema.as_str());
        }
        let queues = if number < count / 2 {
            listening(config, schema).await
        } else {
            polling(config, schema).await
        };
        servers.push(Arc::new(dispatcher(&queues).await));
    }
    servers
}
