//! What came of an exploration of a menu.

use std::fmt;

/// What a caller can do when they are asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Choice {
    /// Press these keys.
    Keys(String),
    /// Say these words.
    Words(String),
    /// Nothing, until the time for it is over.
    Nothing,
    /// Hang up.
    HangsUp,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys(keys) => f.write_str(keys),
            Self::Words(words) => write!(f, "“{words}”"),
            Self::Nothing => f.write_str("(nothing)"),
            Self::HangsUp => f.write_str("(hangs up)"),
        }
    }
}

/// Something that was found, and how to get there: what was chosen at each question, as
/// `1, (nothing), 2`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The choices, in order.
    pub path: Vec<Choice>,
    /// What was found there.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path: Vec<String> = self.path.iter().map(ToString::to_string).collect();
        match path.is_empty() {
            true => write!(f, "at once: {}", self.what),
            false => write!(f, "{}: {}", path.join(", "), self.what),
        }
    }
}

/// What came of an exploration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exploration {
    /// How many calls were made.
    pub calls: usize,
    /// How many different questions callers were asked.
    pub questions: usize,
    /// Calls that end because the document has no more verbs, though the caller has reached nobody,
    /// left no message and was not hung up on by a `<Hangup>` or `<Reject>`.
    pub dead_ends: Vec<Finding>,
    /// Questions from which no choice ever leads out of the menu, and questions that come back for
    /// ever to a caller who does nothing.
    pub loops: Vec<Finding>,
    /// Whatever stands in Twilio's error log.
    pub errors: Vec<Finding>,
    /// Documents that should be there and that no path asks for.
    pub unreachable: Vec<String>,
    /// Paths that were not followed further, as they are as deep as the explorer goes.
    pub cut: Vec<Finding>,
}

impl Exploration {
    /// Whether nothing is wrong, and everything was seen.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let findings = [&self.dead_ends, &self.loops, &self.errors, &self.cut];
        findings.iter().all(|found| found.is_empty()) && self.unreachable.is_empty()
    }
}

impl fmt::Display for Exploration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} calls, {} questions", self.calls, self.questions)?;
        for (kind, findings) in [
            ("dead end", &self.dead_ends),
            ("loop", &self.loops),
            ("error", &self.errors),
            ("not followed", &self.cut),
        ] {
            for finding in findings {
                writeln!(f, "{kind}: {finding}")?;
            }
        }
        for url in &self.unreachable {
            writeln!(f, "unreachable: {url}")?;
        }
        Ok(())
    }
}
