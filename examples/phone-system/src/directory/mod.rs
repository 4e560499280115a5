//! Who a caller is: what another system of the company knows of a number.
//!
//! A look-up runs beside the call and delays nothing: its progress, and what it found, are in the call's record. A
//! directory that is slow, wrong or dead costs the profile and no more.

mod fake;
mod http;
mod look_up;
mod reading;

use std::fmt::Debug;

use async_trait::async_trait;
use twilio_webhook::PhoneNumber;

pub use self::fake::FakeDirectory;
pub use self::http::{HttpDirectory, HttpDirectoryError};
pub(crate) use self::look_up::LookUps;
use crate::records::Profile;

/// Knows people by their numbers.
///
/// # Contract
/// - `Ok(None)` says that the directory knows nobody of that number: it is not asked again.
/// - [`DirectoryError::Unreachable`] may pass: the directory is asked again a little later. The other errors do not.
/// - It may take its time: whoever asks gives up after a few seconds, and drops the future.
#[async_trait]
pub trait Directory: Send + Sync + Debug {
    /// What it knows of whoever has this number.
    ///
    /// # Errors
    /// [`DirectoryError`] if it cannot say.
    async fn look_up(&self, number: &PhoneNumber) -> Result<Option<Profile>, DirectoryError>;
}

/// Why a directory cannot say who somebody is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// It does not answer, or not now.
    #[error("the directory cannot be reached: {0}")]
    Unreachable(String),
    /// It answers that it will not.
    #[error("the directory refuses: {0}")]
    Refused(String),
    /// Its answer makes no sense.
    #[error("the directory's answer makes no sense: {0}")]
    Unreadable(String),
}

impl DirectoryError {
    /// Whether the same question may be answered a little later.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }
}
