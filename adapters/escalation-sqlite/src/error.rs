//! What can go wrong, told apart by what the caller can do.

use std::path::PathBuf;

use escalation_core::StoreError;
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
    #[error("a row cannot be read or written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("a row holds {what}, which nothing here writes")]
    Row { what: String },
}

impl From<JobError> for StoreError {
    fn from(error: JobError) -> Self {
        let code = match &error {
            JobError::Sqlite(source) => source.sqlite_error_code(),
            JobError::Json(_) | JobError::Row { .. } => None,
        };
        match code {
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure,
            ) => Self::Unavailable(error.into()),
            _ => Self::Failed(error.into()),
        }
    }
}

/// The thread of the store is gone, which only a panic inside SQLite's bindings can bring about.
#[derive(Debug, thiserror::Error)]
#[error("the thread of the store has ended")]
pub(crate) struct WriterGone;

/// The commit that a call shared with others failed; all of them are undone.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the transaction failed: {words}")]
pub(crate) struct CommitFailed {
    pub(crate) words: String,
    pub(crate) code: Option<ErrorCode>,
}

impl CommitFailed {
    pub(crate) fn new(error: &rusqlite::Error) -> Self {
        Self {
            words: error.to_string(),
            code: error.sqlite_error_code(),
        }
    }

    pub(crate) fn store_error(self) -> StoreError {
        match self.code {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::DiskFull) => {
                StoreError::Unavailable(self.into())
            }
            _ => StoreError::Failed(self.into()),
        }
    }
}
