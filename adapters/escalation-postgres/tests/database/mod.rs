//! A schema of its own for each test, in the database that the environment names.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]
#![allow(dead_code, reason = "each test file uses its part")]

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use deadpool_postgres::Pool;
use escalation_postgres::{
    PostgresStore, PostgresStoreBuilder, Preparation, SchemaName, TimeSource,
};
use tokio::runtime::Runtime;
use tokio_postgres::{Config, NoTls};

/// The database, or a pooler before it.
pub(crate) fn config(variable: &str) -> Config {
    let url = std::env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set: scripts/test sets it"));
    url.parse().unwrap()
}

pub(crate) fn pool(config: Config) -> Pool {
    postgres_pool::pool(config, NoTls, 4).unwrap()
}

/// One runtime for all tests of a binary: a store may outlive the call that made it.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap()
        })
        .block_on(future)
}

/// A name that no test had before: processes of the same id are not of the same time.
pub(crate) async fn fresh_schema() -> SchemaName {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let schema: SchemaName = format!("test_{}_{count}", std::process::id())
        .parse()
        .unwrap();
    let drop = format!("DROP SCHEMA IF EXISTS {schema} CASCADE");
    let client = pool(config("POSTGRES_URL")).get().await.unwrap();
    client.batch_execute(&drop).await.unwrap();
    schema
}

/// A worker on that schema, with a pool of its own, in the time that it is told.
pub(crate) fn worker(variable: &str, schema: &SchemaName) -> PostgresStoreBuilder {
    PostgresStore::builder(pool(config(variable)))
        .schema(schema.clone())
        .time(TimeSource::Caller)
}

/// A store that keeps nothing yet.
pub(crate) fn empty(variable: &str, preparation: Preparation) -> Arc<PostgresStore> {
    block_on(async {
        let empty = worker(variable, &fresh_schema().await).preparation(preparation);
        Arc::new(empty.connect().await.unwrap())
    })
}
