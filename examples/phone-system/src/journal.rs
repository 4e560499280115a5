//! The timeline: what was decided, when, about whom, and why.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// Whom it concerns: a caller's number, an agent's name.
    pub who: String,
    /// What was decided.
    pub what: String,
    /// Why; empty where `what` says it all.
    pub why: String,
}

/// How many entries are kept: a busy week. Older ones are in the log alone.
const KEPT: usize = 10_000;

/// Keeps the last entries, and passes each of them to the log.
#[derive(Debug, Default)]
pub struct Journal {
    entries: Mutex<VecDeque<Entry>>,
    names: BTreeMap<String, String>,
}

impl Journal {
    /// A journal that calls these numbers by their owners' names.
    #[must_use]
    pub fn with_names<N: Into<String>>(names: impl IntoIterator<Item = (N, N)>) -> Self {
        let names = names
            .into_iter()
            .map(|(number, name)| (number.into(), name.into()));
        Self {
            names: names.collect(),
            ..Self::default()
        }
    }

    /// Whose number this is, if that is known.
    #[must_use]
    pub fn name_of(&self, number: &str) -> Option<&str> {
        self.names.get(number).map(String::as_str)
    }

    /// Writes one decision down.
    pub fn note(
        &self,
        at: DateTime<Utc>,
        who: impl Into<String>,
        what: impl Into<String>,
        why: impl Into<String>,
    ) {
        let entry = Entry {
            at,
            who: who.into(),
            what: what.into(),
            why: why.into(),
        };
        tracing::info!(who = entry.who, why = entry.why, "{}", entry.what);
        let mut entries = self.lock();
        if entries.len() == KEPT {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    /// The entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.lock().iter().cloned().collect()
    }

    /// The timeline in the civil time of `zone`, a line an entry.
    #[must_use]
    pub fn timeline(&self, zone: Tz) -> String {
        Timeline {
            entries: &self.lock(),
            zone,
        }
        .to_string()
    }

    // A panic while pushing leaves the entries whole, so a poisoned journal is still good to read and write.
    fn lock(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Timeline<'a> {
    entries: &'a VecDeque<Entry>,
    zone: Tz,
}

impl fmt::Display for Timeline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = self
            .entries
            .iter()
            .map(|entry| entry.who.chars().count())
            .max()
            .unwrap_or(0);
        let mut day: Option<NaiveDate> = None;
        for entry in self.entries {
            let local = entry.at.with_timezone(&self.zone);
            if day != Some(local.date_naive()) {
                let gap = if day.is_some() { "\n" } else { "" };
                writeln!(f, "{gap}{}, {}", local.format("%A %-d %B %Y"), self.zone)?;
                day = Some(local.date_naive());
            }
            write!(
                f,
                "  {}  {:who$}  {}",
                local.format("%H:%M:%S"),
                entry.who,
                entry.what
            )?;
            if !entry.why.is_empty() {
                write!(f, "  ({})", entry.why)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_headed_and_reasons_follow_in_brackets() {
        let journal = Journal::default();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        journal.note(at("2026-05-01T08:30:00Z"), "Ann", "signs in", "");
        journal.note(
            at("2026-05-03T23:30:00Z"),
            "+442079460101",
            "turned away",
            "closed: night",
        );
        assert_eq!(
            journal.timeline(Tz::Europe__London),
            "Friday 1 May 2026, Europe/London\n  \
             09:30:00  Ann            signs in\n\n\
             Monday 4 May 2026, Europe/London\n  \
             00:30:00  +442079460101  turned away  (closed: night)\n"
        );
    }
}
