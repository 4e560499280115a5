//! What can go wrong, told apart by what the caller can do.

use std::path::PathBuf;

use business_hours::{ScheduleId, StoreError};
use rusqlite::ErrorCode;

/// Why a file cannot be used as a store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file is no SQLite database, or a damaged one.
    #[error("`{}` is not an intact SQLite database: restore it or name another file", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// Another program has locked the file for longer than we wait.
    #[error("`{}` is locked by another program: try again when that is done", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The file or its folder may not be written.
    #[error("`{}` cannot be written: give this program the right to", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The file was written by a newer release.
    #[error("`{}` has schema version {found}, and this release knows up to {known}: upgrade", path.display())]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// The version it has.
        found: i64,
        /// The newest version that this release knows.
        known: i64,
    },
    /// The file cannot be opened, or its tables cannot be made.
    #[error("`{}` cannot be opened", path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The thread that does the work cannot be started.
    #[error("the thread of the store cannot be started")]
    Thread(#[source] std::io::Error),
}

impl OpenError {
    pub(crate) fn new(path: PathBuf, source: rusqlite::Error) -> Self {
        match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                Self::Corrupt { path, source }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::Locked { path, source }
            }
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                Self::ReadOnly { path, source }
            }
            _ => Self::Failed { path, source },
        }
    }
}

/// What went wrong inside a job.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JobError {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("an override cannot be read or written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("the version {0} is negative, which nothing here writes")]
    Version(i64),
    /// Only a panic inside SQLite's bindings can bring it about.
    #[error("the thread of the store has ended")]
    ThreadGone,
}

impl JobError {
    pub(crate) fn about(self, schedule: &ScheduleId) -> StoreError {
        let corrupt = match &self {
            Self::Sqlite(source) => matches!(
                source.sqlite_error_code(),
                Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
            ),
            Self::Json(_) | Self::Version(_) => true,
            Self::ThreadGone => false,
        };
        if corrupt {
            StoreError::Corrupt {
                schedule: schedule.clone(),
                source: self.into(),
            }
        } else {
            StoreError::Unavailable(self.into())
        }
    }
}
