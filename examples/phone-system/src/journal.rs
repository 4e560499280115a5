//! The timeline: what was decided, when, about whom, and why.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::records::TimelineEntry;

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// When it was decided; the last time, if it was decided more than once in a row.
    pub at: DateTime<Utc>,
    /// Whom it concerns: a caller's number, a rep's name.
    pub who: String,
    /// What was decided.
    pub what: String,
    /// Why; empty where `what` says it all.
    pub why: String,
    /// How many times in a row.
    pub times: u32,
}

impl From<&Entry> for TimelineEntry {
    fn from(entry: &Entry) -> Self {
        Self {
            at: entry.at,
            who: entry.who.clone(),
            what: entry.what.clone(),
            why: entry.why.clone(),
        }
    }
}

/// How many entries are kept in memory, as many as in the database. Older ones are in the log alone.
const KEPT: usize = 1_000;
/// How many entries wait for a database that does not answer.
const UNWRITTEN: usize = 1_000;
/// How many different entries a minute strangers may cause: whoever is not signed in, or not Twilio. More are in the log
/// alone, so that nobody outside can fill the database or drive out the rest.
const OF_STRANGERS: u32 = 10;
/// The longest text that is kept, in characters. Names and reasons may come from outside.
const LONGEST: usize = 240;

/// Keeps the last entries, and passes each of them to the log.
#[derive(Debug, Default)]
pub struct Journal {
    entries: Mutex<VecDeque<Entry>>,
    /// Those that are not in the database yet.
    unwritten: Mutex<VecDeque<Entry>>,
    /// Since when, and how many, entries that strangers caused are counted.
    strangers: Mutex<(DateTime<Utc>, u32)>,
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

    /// Writes one decision down. The same again is counted, so that a flood does not drive out the rest.
    pub fn note(
        &self,
        at: DateTime<Utc>,
        who: impl AsRef<str>,
        what: impl AsRef<str>,
        why: impl AsRef<str>,
    ) {
        self.enter(at, [who.as_ref(), what.as_ref(), why.as_ref()], false);
    }

    /// As [`note`](Self::note), for what anybody in the world can cause.
    pub(crate) fn note_of_strangers(&self, at: DateTime<Utc>, who: &str, what: &str, why: &str) {
        self.enter(at, [who, what, why], true);
    }

    fn enter(&self, at: DateTime<Utc>, texts: [&str; 3], of_strangers: bool) {
        let [who, what, why] = texts.map(plain);
        tracing::info!(who, why, "{what}");
        let mut entries = self.lock();
        if let Some(last) = entries
            .back_mut()
            .filter(|last| last.who == who && last.what == what && last.why == why)
        {
            last.at = at;
            last.times = last.times.saturating_add(1);
            return;
        }
        if of_strangers && !self.may_strangers(at) {
            return;
        }
        if entries.len() == KEPT {
            entries.pop_front();
        }
        let entry = Entry {
            at,
            who,
            what,
            why,
            times: 1,
        };
        let mut unwritten = self.unwritten();
        if unwritten.len() == UNWRITTEN {
            unwritten.pop_front();
        }
        unwritten.push_back(entry.clone());
        entries.push_back(entry);
    }

    fn may_strangers(&self, now: DateTime<Utc>) -> bool {
        // Written in single assignments, so what a panicking thread left behind is whole.
        let mut counted = self
            .strangers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if (now - counted.0).abs() >= TimeDelta::minutes(1) {
            *counted = (now, 0);
        }
        counted.1 = counted.1.saturating_add(1);
        counted.1 <= OF_STRANGERS
    }

    /// The entries since this was asked last, for the database. What happens again and again is there once.
    pub(crate) fn take_unwritten(&self) -> Vec<Entry> {
        self.unwritten().drain(..).collect()
    }

    // As below.
    fn unwritten(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        self.unwritten
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
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

/// A text in one line of sane length, whatever was in it: a caller chooses what their phone calls them.
fn plain(text: &str) -> String {
    let visible = text.chars().map(|c| {
        if c.is_control() {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    });
    let mut plain: String = visible.take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        plain.push('…');
    }
    plain
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
            .unwrap_or(0)
            .min(24);
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
            if entry.times > 1 {
                write!(f, ", {} times", entry.times)?;
            }
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

    #[test]
    fn what_comes_from_outside_stays_in_its_line() {
        let journal = Journal::default();
        let at = "2026-05-01T08:30:00Z".parse::<DateTime<Utc>>().unwrap();
        journal.note(
            at,
            "client:a\n  09:00:00  Ann\u{1b}[31m",
            "x".repeat(50_000),
            "",
        );
        let timeline = journal.timeline(Tz::UTC);
        assert_eq!(timeline.lines().count(), 2, "{timeline}");
        assert!(
            timeline.len() < 500 && !timeline.contains('\u{1b}'),
            "{timeline}"
        );
    }

    #[test]
    fn the_same_again_is_counted() {
        let journal = Journal::default();
        let at = "2026-05-01T08:30:00Z".parse::<DateTime<Utc>>().unwrap();
        for _ in 0..20_000 {
            journal.note(at, "webhook", "refused with 403", "not signed");
        }
        assert_eq!(journal.entries().len(), 1);
        assert!(
            journal
                .timeline(Tz::UTC)
                .contains("refused with 403, 20000 times  (not signed)")
        );
    }

    #[test]
    fn strangers_drive_out_nobody() {
        let journal = Journal::default();
        let nine = "2026-05-01T09:00:00Z".parse::<DateTime<Utc>>().unwrap();
        for n in 0..6_000 {
            let at = nine + TimeDelta::milliseconds(n * 10);
            let why = format!("from 198.51.100.{}", n % 250);
            journal.note_of_strangers(at, "console", "refuses a password", &why);
        }
        journal.note(nine, "Ann", "is ready for calls", "");
        assert_eq!(journal.entries().len() as u32, OF_STRANGERS + 1);
        assert_eq!(journal.take_unwritten().len() as u32, OF_STRANGERS + 1);
        let later = nine + TimeDelta::minutes(1);
        journal.note_of_strangers(later, "webhook", "refused with 403", "");
        assert_eq!(journal.entries().len() as u32, OF_STRANGERS + 2);
    }
}
