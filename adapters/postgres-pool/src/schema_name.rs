//! The name of the schema that a store's tables are in.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// The PostgreSQL schema that our tables are in: 1 to 63 lower-case letters, digits and underscores, the
/// first no digit, and not beginning with `pg_`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SchemaName(Cow<'static, str>);

impl SchemaName {
    /// Checks and takes the name.
    ///
    /// # Errors
    /// When it would need quotes, or is PostgreSQL's own.
    pub fn new(name: impl Into<String>) -> Result<Self, InvalidSchemaName> {
        let name: String = name.into();
        if fits(name.as_bytes()) {
            Ok(Self(name.into()))
        } else {
            Err(InvalidSchemaName { name })
        }
    }

    /// The name that a store has by default.
    ///
    /// # Panics
    /// As [`new`](Self::new) fails. In a `const`, that is an error of the compiler's.
    #[must_use]
    pub const fn from_static(name: &'static str) -> Self {
        assert!(fits(name.as_bytes()), "the name cannot name a schema");
        Self(Cow::Borrowed(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const fn fits(name: &[u8]) -> bool {
    if name.is_empty() || name.len() > 63 || name[0].is_ascii_digit() {
        return false;
    }
    if name.len() > 2 && name[0] == b'p' && name[1] == b'g' && name[2] == b'_' {
        return false;
    }
    let mut at = 0;
    while at < name.len() {
        let byte = name[at];
        if !(byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
            return false;
        }
        at += 1;
    }
    true
}

impl fmt::Display for SchemaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SchemaName {
    type Err = InvalidSchemaName;

    fn from_str(text: &str) -> Result<Self, InvalidSchemaName> {
        Self::new(text)
    }
}

/// A name that cannot be a [`SchemaName`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{name:?} cannot name a schema: write 1 to 63 lower-case letters, digits and underscores, \
     the first no digit, not beginning with pg_"
)]
#[non_exhaustive]
pub struct InvalidSchemaName {
    /// The name.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::SchemaName;

    #[test]
    fn names_that_need_no_quotes_are_taken() {
        for name in ["business_hours", "_", "a1", &"x".repeat(63)] {
            assert_eq!(
                SchemaName::new(name).map(|name| name.to_string()),
                Ok(name.into())
            );
        }
        for name in [
            "",
            "1a",
            "Hours",
            "a-b",
            "a\"b",
            "ä",
            "pg_hours",
            &"x".repeat(64),
        ] {
            let error = SchemaName::new(name).expect_err("refused").to_string();
            assert!(error.contains(&format!("{name:?}")), "{error}");
        }
    }
}
