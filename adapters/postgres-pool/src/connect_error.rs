//! Why a store cannot start on a database.

use deadpool_postgres::PoolError;
use tokio_postgres::error::SqlState;

use crate::SchemaName;

/// Why a database cannot be used as a store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// There is no connection to be had.
    #[error("the database cannot be reached: check its address and that it runs")]
    Unreachable(#[source] PoolError),
    /// The role may not create the schema or its tables, or not use them.
    #[error(
        "the schema {schema} may not be created or used: let its owner connect once, \
         and grant this role USAGE on it and SELECT, INSERT, UPDATE and DELETE on its tables"
    )]
    NotPermitted {
        /// The schema.
        schema: SchemaName,
        /// What PostgreSQL says.
        source: tokio_postgres::Error,
    },
    /// The tables were made by a newer release.
    #[error(
        "{store} has tables of version {found} in the schema {schema}, and this release knows \
         up to {known}: upgrade"
    )]
    NewerSchema {
        /// Whose tables.
        store: &'static str,
        /// The schema.
        schema: SchemaName,
        /// The version they have.
        found: i32,
        /// The newest version that this release knows.
        known: i32,
    },
    /// The tables cannot be read or made.
    #[error("the schema {schema} cannot be set up")]
    Failed {
        /// The schema.
        schema: SchemaName,
        /// What PostgreSQL says.
        source: tokio_postgres::Error,
    },
}

impl ConnectError {
    /// What PostgreSQL says, when it says it about this schema.
    #[must_use]
    pub fn about(schema: &SchemaName, source: tokio_postgres::Error) -> Self {
        let schema = schema.clone();
        if source.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
            Self::NotPermitted { schema, source }
        } else {
            Self::Failed { schema, source }
        }
    }
}
