//! Where escalations are kept: an SQLite file, or PostgreSQL.

use std::sync::Arc;

use escalation_core::EscalationStore;
use escalation_postgres::{Listener, PostgresStore};
use escalation_sqlite::SqliteStore;
use tokio_postgres::{Config, NoTls};

/// Why the database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("the database {place}: {source}")]
    Sqlite {
        place: String,
        source: escalation_sqlite::OpenError,
    },
    // Not told whole: it may hold a password.
    #[error("the database: `{scheme}://` is not served: name a file, or postgresql://…")]
    Scheme { scheme: String },
    #[error("the database's address: {0}")]
    Address(tokio_postgres::Error),
    #[error("the database's connections: {0}")]
    Pool(Box<dyn std::error::Error + Send + Sync>),
    #[error("the database: {0}")]
    Postgres(#[from] escalation_postgres::ConnectError),
}

/// Connections to a PostgreSQL server; the listener has one more.
const CONNECTIONS: usize = 4;

/// Opens what the setting `database` names.
pub(crate) async fn open(database: &str) -> Result<Arc<dyn EscalationStore>, OpenError> {
    if database.starts_with("postgres://") || database.starts_with("postgresql://") {
        let server: Config = database.parse().map_err(OpenError::Address)?;
        let pool = postgres_pool::pool(server.clone(), NoTls, CONNECTIONS)
            .map_err(|error| OpenError::Pool(error.into()))?;
        let listener = Listener::start(server, PostgresStore::CHANNEL);
        let store = PostgresStore::builder(pool).listener(listener);
        return Ok(Arc::new(store.connect().await?));
    }
    if let Some((scheme, _)) = database.split_once("://") {
        let scheme = scheme.to_owned();
        return Err(OpenError::Scheme { scheme });
    }
    match SqliteStore::open(database) {
        Ok(store) => Ok(Arc::new(store)),
        Err(source) => Err(OpenError::Sqlite {
            place: database.to_owned(),
            source,
        }),
    }
}
