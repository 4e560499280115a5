//! What can go wrong in a job, and what its caller is told.

use escalation_core::StoreError;
use sqlite_file::{ThreadEnded, is_temporary};

/// What went wrong inside a job.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JobError {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Ended(#[from] ThreadEnded),
    #[error("a row cannot be read or written as JSON")]
    Json(#[from] serde_json::Error),
    #[error(
        "generation {generation} cannot have a notification {sequence}: 16777216 is the most for \
         one process; start another"
    )]
    Full { generation: i64, sequence: u32 },
    #[error("a row holds {what}, which nothing here writes")]
    Row { what: String },
}

impl From<JobError> for StoreError {
    fn from(error: JobError) -> Self {
        match &error {
            JobError::Sqlite(source) if is_temporary(source) => Self::Unavailable(error.into()),
            _ => Self::Failed(error.into()),
        }
    }
}
