//! A schema of its own for each test, in the database that the environment names.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::sync::atomic::{AtomicU32, Ordering};

use deadpool_postgres::{Manager, Pool};
use hours_postgres::{PostgresOverrides, SchemaName};
use tokio_postgres::{Config, NoTls};

/// The database, or a pooler before it.
pub(crate) fn config(variable: &str) -> Config {
    let url = std::env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set: scripts/test sets it"));
    url.parse().unwrap()
}

/// Connections of one server.
pub(crate) fn pool(config: Config) -> Pool {
    Pool::builder(Manager::new(config, NoTls))
        .max_size(4)
        .build()
        .unwrap()
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

/// A server on that schema, with a pool of its own.
pub(crate) async fn server(variable: &str, schema: &SchemaName) -> PostgresOverrides {
    PostgresOverrides::builder(pool(config(variable)))
        .schema(schema.clone())
        .connect()
        .await
        .unwrap()
}
