//! What can go wrong inside a call.

use business_hours::{ScheduleId, StoreError};

#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    #[error(transparent)]
    Database(#[from] postgres_pool::CallError),
    #[error("an override cannot be read or written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("the version {0} is negative, which nothing here writes")]
    Version(i64),
}

impl From<tokio_postgres::Error> for CallError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error.into())
    }
}

impl CallError {
    pub(crate) fn about(self, schedule: &ScheduleId) -> StoreError {
        match self {
            Self::Database(_) => StoreError::Unavailable(self.into()),
            Self::Json(_) | Self::Version(_) => StoreError::Corrupt {
                schedule: schedule.clone(),
                source: self.into(),
            },
        }
    }
}
