//! What a queue is called.

use std::fmt;
use std::str::FromStr;

/// The name of a queue in the database: 1 to 200 bytes of text without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct QueueName(String);

impl QueueName {
    /// Checks and takes the name.
    ///
    /// # Errors
    /// When it is empty, too long, or has control characters.
    pub fn new(name: impl Into<String>) -> Result<Self, InvalidQueueName> {
        let name: String = name.into();
        if name.is_empty() || name.len() > 200 || name.chars().any(char::is_control) {
            return Err(InvalidQueueName { name });
        }
        Ok(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for QueueName {
    type Err = InvalidQueueName;

    fn from_str(text: &str) -> Result<Self, InvalidQueueName> {
        Self::new(text)
    }
}

/// A name that cannot be a [`QueueName`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} cannot name a queue: write 1 to 200 bytes without control characters")]
#[non_exhaustive]
pub struct InvalidQueueName {
    /// The name.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::QueueName;

    #[test]
    fn names_may_be_of_any_script_but_not_of_any_length() {
        for name in ["support", "1", "Anfragen – Köln", &"x".repeat(200)] {
            assert_eq!(
                QueueName::new(name).map(|name| name.to_string()),
                Ok(name.into())
            );
        }
        for name in ["", "a\0", "a\nb", &"x".repeat(201)] {
            let error = QueueName::new(name).expect_err("refused").to_string();
            assert!(error.contains(&format!("{name:?}")), "{error}");
        }
    }
}
