//! Telling the queues of one file apart.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The name of a queue within its file: 1 to 200 bytes.
///
/// ```
/// use queue_sqlite::QueueName;
///
/// let name: QueueName = "support".parse()?;
/// assert_eq!(name.as_str(), "support");
/// assert!(QueueName::new("").is_err());
/// # Ok::<(), queue_sqlite::QueueNameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueueName(Arc<str>);

impl QueueName {
    /// The longest name in bytes: each line of the log repeats it.
    pub const MAX_LEN: usize = 200;

    /// A name.
    ///
    /// # Errors
    /// [`QueueNameError`] if it is empty or too long.
    pub fn new(name: impl Into<Arc<str>>) -> Result<Self, QueueNameError> {
        let name = name.into();
        match name.len() {
            0 => Err(QueueNameError::Empty),
            len if len > Self::MAX_LEN => Err(QueueNameError::TooLong { len }),
            _ => Ok(Self(name)),
        }
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for QueueName {
    type Err = QueueNameError;

    fn from_str(name: &str) -> Result<Self, QueueNameError> {
        Self::new(name)
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is no name of a queue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueueNameError {
    /// It is empty.
    #[error("a queue's name must not be empty")]
    Empty,
    /// It is too long.
    #[error("a queue's name of {len} bytes is longer than {max}", max = QueueName::MAX_LEN)]
    TooLong {
        /// Its length in bytes.
        len: usize,
    },
}
