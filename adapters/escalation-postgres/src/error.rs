//! What can go wrong inside a call.

use std::sync::Arc;

use escalation_core::StoreError;
use postgres_pool::{CallError, Fault};

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreFault {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("a row cannot be read or written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("a row holds {what}, which nothing here writes")]
    Row { what: String },
    /// The statement was shared with other calls.
    #[error(transparent)]
    Shared(Arc<Self>),
    /// The task that carried the call was ended with its runtime.
    #[error("the runtime has ended")]
    RuntimeGone,
}

impl StoreFault {
    pub(crate) fn row(what: impl ToString) -> Self {
        Self::Row {
            what: what.to_string(),
        }
    }

    /// What the caller can do about it.
    pub(crate) fn fault(&self) -> Fault {
        match self {
            Self::Call(call) => call.fault(),
            Self::Shared(shared) => shared.fault(),
            Self::Json(_) | Self::Row { .. } | Self::RuntimeGone => Fault::Refused,
        }
    }
}

impl From<tokio_postgres::Error> for StoreFault {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Call(error.into())
    }
}

impl From<StoreFault> for StoreError {
    fn from(fault: StoreFault) -> Self {
        if fault.fault().may_pass() {
            Self::Unavailable(fault.into())
        } else {
            Self::Failed(fault.into())
        }
    }
}
