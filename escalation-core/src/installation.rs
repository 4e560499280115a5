//! Which of several databases an attempt belongs to.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The longest [`Installation`] in bytes.
const MAX_BYTES: usize = 64;

/// Names one database of processes among all that deliver through the same outside systems.
///
/// A store numbers its [generations](crate::Generation) from 1. Two stores behind one sender, or a
/// store that is created anew, would give the same [`IdempotencyKey`](crate::IdempotencyKey) to
/// different notifications, and the outside system would drop the second one as a duplicate. An
/// installation goes in front of every key, so that this cannot happen.
///
/// * All engines on one store name the same installation, always: a notification whose outcome is
///   unknown is sent again under its old key only if the name has not changed meanwhile.
/// * A store that is created anew is a new installation. For a
///   [`MemoryStore`](crate::MemoryStore) that is every start of the program.
///
/// The name is the host's to choose (nothing here draws random numbers): the name of the
/// deployment with the day of its database, or a UUID kept beside the database.
///
/// ```
/// use escalation_core::Installation;
///
/// let installation: Installation = "hotel-7.2026-11-21".parse()?;
/// assert_eq!(installation.as_str(), "hotel-7.2026-11-21");
/// assert!(Installation::new("hotel/7").is_err());
/// # Ok::<(), escalation_core::InvalidInstallation>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Installation(Arc<str>);

/// A text that cannot name an [`Installation`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` cannot name an installation: use 1 to {MAX_BYTES} of the letters a-z and A-Z, digits, \
     `.`, `_` and `-`"
)]
#[non_exhaustive]
pub struct InvalidInstallation {
    /// The text, cut if it is very long.
    pub text: String,
}

impl Installation {
    /// Takes 1 to 64 ASCII letters, digits, `.`, `_` and `-`: what every header, address and URL can
    /// carry as it is, and no `/`, which separates the parts of a key.
    ///
    /// # Errors
    /// [`InvalidInstallation`] if it is anything else.
    pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidInstallation> {
        let text = text.as_ref();
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if text.is_empty() || text.len() > MAX_BYTES || !text.chars().all(allowed) {
            return Err(InvalidInstallation {
                text: text.chars().take(2 * MAX_BYTES).collect(),
            });
        }
        Ok(Self(text.into()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Installation {
    type Err = InvalidInstallation;

    fn from_str(text: &str) -> Result<Self, InvalidInstallation> {
        Self::new(text)
    }
}
