//! What can go wrong inside a call.

use chrono::TimeDelta;
use postgres_pool::Fault;
use queue_dispatch::StoreError;

#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    #[error(transparent)]
    Database(#[from] postgres_pool::CallError),
    #[error("line {version} of the log cannot be read")]
    Line {
        version: i64,
        source: serde_json::Error,
    },
    #[error("the snapshot of version {version} cannot be read")]
    Snapshot {
        version: i64,
        source: serde_json::Error,
    },
    #[error("the queue cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    #[error(
        "this server's clock is {ahead} ahead of the database's: set it, or take the time from \
         PostgresQueues::now; a host on a simulated time sets the clock_offset"
    )]
    ClockAhead { ahead: TimeDelta },
    #[error("the queue is no longer in the database")]
    Gone,
    #[error("version {0}: a log has at most 2^63 lines, and the first is 1")]
    Version(i128),
}

impl From<tokio_postgres::Error> for CallError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<CallError> for StoreError {
    fn from(error: CallError) -> Self {
        Self::new(error)
    }
}

impl CallError {
    pub(crate) fn fault(&self) -> Fault {
        match self {
            Self::Database(error) => error.fault(),
            _ => Fault::Refused,
        }
    }
}
