//! Which number a call seems to come from.

use std::collections::BTreeMap;

/// Caller ids by the prefix of the number called; the longest prefix that fits wins.
///
/// Its JSON form is the original component's registry: an object from prefixes, or `default`, to
/// caller ids.
///
/// ```
/// use escalation_core::CallerIds;
///
/// let ids = CallerIds::new()
///     .prefix("+3", "+1555")
///     .prefix("+385", "+385123")
///     .otherwise("+1555000");
/// assert_eq!(ids.for_number("+38591"), Some("+385123"));
/// assert_eq!(ids.for_number("+4412"), Some("+1555000"));
/// assert_eq!(CallerIds::new().for_number("+1"), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct CallerIds {
    by_prefix: BTreeMap<String, String>,
}

/// The key that stands for every number; no number begins with it.
const DEFAULT: &str = "default";

impl CallerIds {
    /// No caller id for any number.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls numbers that begin like this from that caller id.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>, caller_id: impl Into<String>) -> Self {
        self.by_prefix.insert(prefix.into(), caller_id.into());
        self
    }

    /// Calls all other numbers from that caller id.
    #[must_use]
    pub fn otherwise(self, caller_id: impl Into<String>) -> Self {
        self.prefix(DEFAULT, caller_id)
    }

    /// The caller id for a call to this number, `None` if there is none.
    #[must_use]
    pub fn for_number(&self, number: &str) -> Option<&str> {
        self.by_prefix
            .iter()
            .filter(|(prefix, _)| prefix.as_str() != DEFAULT && number.starts_with(prefix.as_str()))
            .max_by_key(|(prefix, _)| prefix.len())
            .map(|(_, caller_id)| caller_id.as_str())
            .or_else(|| self.by_prefix.get(DEFAULT).map(String::as_str))
    }
}
