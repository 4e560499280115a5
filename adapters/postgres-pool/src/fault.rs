//! What can go wrong inside a call, told apart by what the caller can do.

use deadpool_postgres::PoolError;
use tokio_postgres::error::{Severity, SqlState};

/// A call to the database that failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The pool had no connection in time, or could not make one. Nothing was sent.
    #[error("there is no connection to the database to be had")]
    Pool(#[from] PoolError),
    /// PostgreSQL, or the connection to it.
    #[error(transparent)]
    Postgres(#[from] tokio_postgres::Error),
}

impl CallError {
    /// What the caller can do about it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Pool(_) => Fault::Unavailable,
            Self::Postgres(error) => Fault::of(error),
        }
    }
}

/// A failed statement, by what the caller can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Lost against another transaction: a serialization failure or a deadlock. Nothing took effect;
    /// the whole transaction again, at once, may succeed.
    Contention,
    /// Nothing took effect, and later it may: no connection, no resources, cancelled by a timeout, still
    /// starting, or not the primary.
    Unavailable,
    /// The connection broke or was ended midway. What was sent last may have taken effect, or may still
    /// do so: the server notices late that nobody is there to hear.
    Interrupted,
    /// The same again will fail again.
    Refused,
}

impl Fault {
    /// Of what a statement in progress came to.
    #[must_use]
    pub fn of(error: &tokio_postgres::Error) -> Self {
        let Some(said) = error.as_db_error() else {
            // A value that does not fit its type never left; the rest is the connection.
            return if error.is_closed() || is_io(error) {
                Self::Interrupted
            } else {
                Self::Refused
            };
        };
        // A session that is told to end was perhaps told so after the commit.
        if matches!(
            said.parsed_severity(),
            Some(Severity::Fatal | Severity::Panic)
        ) {
            return Self::Interrupted;
        }
        let code = said.code();
        if [
            &SqlState::T_R_SERIALIZATION_FAILURE,
            &SqlState::T_R_DEADLOCK_DETECTED,
        ]
        .contains(&code)
        {
            return Self::Contention;
        }
        let later = [
            &SqlState::LOCK_NOT_AVAILABLE,
            &SqlState::QUERY_CANCELED,
            &SqlState::CANNOT_CONNECT_NOW,
            // After a fail-over: the pool still leads to what is a standby now.
            &SqlState::READ_ONLY_SQL_TRANSACTION,
        ];
        match &code.code()[..2] {
            "53" => Self::Unavailable,
            // 57P01 to 57P05: ended by an administrator, a crash or a timeout.
            "08" => Self::Interrupted,
            _ if later.contains(&code) => Self::Unavailable,
            "57" => Self::Interrupted,
            _ => Self::Refused,
        }
    }

    /// Whether the same again may succeed, sooner or later. After [`Interrupted`](Self::Interrupted),
    /// only what may be done twice should be.
    #[must_use]
    pub const fn may_pass(self) -> bool {
        !matches!(self, Self::Refused)
    }
}

fn is_io(error: &tokio_postgres::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.is::<std::io::Error>() {
            return true;
        }
        source = cause.source();
    }
    false
}
