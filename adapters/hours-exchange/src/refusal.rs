use std::fmt;

use thiserror::Error;

/// One thing that the other form cannot say exactly, or that ours cannot. It is never left out in silence.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{rule}: {value:?} {problem}")]
pub struct Refusal {
    rule: String,
    value: String,
    problem: &'static str,
}

impl Refusal {
    pub(crate) fn new(
        rule: impl Into<String>,
        value: impl ToString,
        problem: &'static str,
    ) -> Self {
        Self {
            rule: rule.into(),
            value: value.to_string(),
            problem,
        }
    }

    /// Where it stands: `overrides.launch`, `openingHoursSpecification[2]`, or the rule of an OSM expression.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// What stands there.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// Everything that could not be carried over, at once; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusals(Vec<Refusal>);

impl Refusals {
    /// `Err` if anything was refused.
    pub(crate) fn check(refusals: Vec<Refusal>) -> Result<(), Self> {
        if refusals.is_empty() {
            Ok(())
        } else {
            Err(Self(refusals))
        }
    }

    /// The refusals in the order of the source.
    pub fn iter(&self) -> impl Iterator<Item = &Refusal> {
        self.0.iter()
    }
}

#[cfg(feature = "osm")]
impl From<Refusal> for Refusals {
    fn from(refusal: Refusal) -> Self {
        Self(vec![refusal])
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, refusal) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{refusal}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusals {}

impl IntoIterator for Refusals {
    type Item = Refusal;
    type IntoIter = std::vec::IntoIter<Refusal>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
