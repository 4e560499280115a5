//! What can go wrong, told apart by what the caller can do.

use business_hours::{ScheduleId, StoreError};
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
        "the schema {schema} has version {found}, and this release knows up to {known}: upgrade"
    )]
    NewerSchema {
        /// The schema.
        schema: SchemaName,
        /// The version it has.
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
    pub(crate) fn new(schema: &SchemaName, source: tokio_postgres::Error) -> Self {
        let schema = schema.clone();
        if source.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
            Self::NotPermitted { schema, source }
        } else {
            Self::Failed { schema, source }
        }
    }
}

/// What went wrong inside a call.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    #[error("there is no connection to be had")]
    Pool(#[from] PoolError),
    #[error(transparent)]
    Postgres(#[from] tokio_postgres::Error),
    #[error("an override cannot be read or written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("the version {0} is negative, which nothing here writes")]
    Version(i64),
}

impl CallError {
    pub(crate) fn about(self, schedule: &ScheduleId) -> StoreError {
        match self {
            Self::Pool(_) | Self::Postgres(_) => StoreError::Unavailable(self.into()),
            Self::Json(_) | Self::Version(_) => StoreError::Corrupt {
                schedule: schedule.clone(),
                source: self.into(),
            },
        }
    }
}
