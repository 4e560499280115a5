//! What can go wrong with an engine.

use crate::{MessageError, PlanError, StoreError};

/// Why an [`Engine`](crate::Engine) could not do what it was asked. Nothing was half done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request plans nothing that can be kept: correct it.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The message of a notification cannot be written: correct the template or the details.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The store could not answer: ask again if it is only [unavailable](StoreError::Unavailable).
    #[error(transparent)]
    Store(#[from] StoreError),
}
