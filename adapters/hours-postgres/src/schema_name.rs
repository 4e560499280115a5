use std::fmt;
use std::str::FromStr;

/// The PostgreSQL schema that our tables are in: 1 to 63 lower-case letters, digits and underscores, the
/// first no digit, and not beginning with `pg_`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SchemaName(String);

impl SchemaName {
    /// Checks and takes the name.
    ///
    /// # Errors
    /// When it would need quotes, or is PostgreSQL's own.
    pub fn new(name: impl Into<String>) -> Result<Self, InvalidSchemaName> {
        let name: String = name.into();
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let starts_well = name
            .bytes()
            .next()
            .is_some_and(|byte| !byte.is_ascii_digit());
        if !starts_well || name.len() > 63 || !name.bytes().all(allowed) || name.starts_with("pg_")
        {
            return Err(InvalidSchemaName { name });
        }
        Ok(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `business_hours`.
impl Default for SchemaName {
    fn default() -> Self {
        Self("business_hours".into())
    }
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
            assert_eq!(SchemaName::new(name).map(|name| name.0), Ok(name.into()));
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
