//! What can go wrong in a job, and what its caller is told.

use business_hours::{ScheduleId, StoreError};
use sqlite_file::{ThreadEnded, is_corrupt};

/// What went wrong inside a job.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JobError {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("an override cannot be read or written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("the version {0} is negative, which nothing here writes")]
    Version(i64),
    #[error(transparent)]
    Ended(#[from] ThreadEnded),
}

impl JobError {
    pub(crate) fn about(self, schedule: &ScheduleId) -> StoreError {
        let corrupt = match &self {
            Self::Sqlite(source) => is_corrupt(source),
            Self::Json(_) | Self::Version(_) => true,
            Self::Ended(_) => false,
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
