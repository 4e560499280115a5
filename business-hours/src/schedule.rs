use std::ops::RangeInclusive;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveTime, Utc};

use crate::pieces::{Pieces, Place};
use crate::rules::Rules;
use crate::source::Source;
use crate::tick::{self, Tick};
use crate::timeline::Phase;
use crate::zone::{local_time, start_of_day};
use crate::{BuildError, BuildErrors, Override, OverrideId, QueryError, Status, Zone, validate};

/// The compiled opening hours of one desk, shop or line: immutable, cheap to clone and to share between
/// threads.
///
/// All answers come from one timeline, so they cannot contradict each other; a range is open at its
/// first second and closed at its last. Times are read in the schedule's zone by these rules:
///
/// * A wall-clock time that occurs twice when clocks go back means its first occurrence; one that is
///   skipped when they go forward is read with the offset before the change, as in RFC 5545. What lies
///   between the two ends of a range is open, so a night shift may have 7 or 9 hours.
/// * A date runs from its first instant to the first instant of the next date, which are what `00:00` and
///   `24:00` mean on it, also when a change of clocks skips midnight. A date that a zone skipped
///   altogether has no hours.
///
/// Answers reach over [`SUPPORTED_YEARS`](crate::SUPPORTED_YEARS). Years that were not
/// [compiled ahead](crate::ScheduleBuilder::compiled_for) are compiled at the first question about them
/// and kept; searches for the next or previous change go on to the end of the range, which takes a
/// few milliseconds once for schedules that hardly ever change and nothing for those that never do.
#[derive(Debug, Clone)]
pub struct Schedule {
    pieces: Arc<Pieces>,
}

impl Schedule {
    pub(crate) fn compile(source: Source, years: Option<RangeInclusive<i32>>) -> Self {
        Self {
            pieces: Arc::new(Pieces::new(source, years)),
        }
    }

    /// Whether it is open at this instant.
    ///
    /// # Errors
    /// [`QueryError::OutOfRange`]; [`QueryError::HolidaysUnknown`] if the date is not covered and the
    /// schedule treats that as an error.
    #[inline]
    pub fn is_open(&self, at: DateTime<Utc>) -> Result<bool, QueryError> {
        let place = self.place(at)?;
        Ok(place.known()?.phase() == Phase::Open)
    }

    /// Whether it is closed at this instant.
    ///
    /// # Errors
    /// As [`is_open`](Self::is_open).
    pub fn is_closed(&self, at: DateTime<Utc>) -> Result<bool, QueryError> {
        self.is_open(at).map(|open| !open)
    }

    /// Open or closed, why, since when and until when.
    ///
    /// # Errors
    /// As [`is_open`](Self::is_open). That the *next* change depends on a date which is not covered is
    /// no error but a [`Status::warning`].
    pub fn status(&self, at: DateTime<Utc>) -> Result<Status<'_>, QueryError> {
        let place = self.place(at)?.known()?;
        Ok(Status::new(self, at, place))
    }

    /// The first instant after `after` at which it opens; `None` if there is none in the supported years.
    ///
    /// # Errors
    /// [`QueryError::OutOfRange`]; [`QueryError::HolidaysUnknown`] if the search meets a date that is
    /// not covered and the schedule treats that as an error.
    pub fn next_opening(&self, after: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, QueryError> {
        self.next_start_of(Phase::Open, after)
    }

    /// The first instant after `after` at which it closes; `None` if there is none in the supported years.
    ///
    /// # Errors
    /// As [`next_opening`](Self::next_opening).
    pub fn next_closing(&self, after: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, QueryError> {
        self.next_start_of(Phase::Closed, after)
    }

    /// The last instant, at or before `until`, at which it opened; `None` if there is none in the
    /// supported years.
    ///
    /// # Errors
    /// As [`next_opening`](Self::next_opening).
    pub fn previous_opening(
        &self,
        until: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, QueryError> {
        self.previous_start_of(Phase::Open, until)
    }

    /// The last instant, at or before `until`, at which it closed; `None` if there is none in the
    /// supported years.
    ///
    /// # Errors
    /// As [`next_opening`](Self::next_opening).
    pub fn previous_closing(
        &self,
        until: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, QueryError> {
        self.previous_start_of(Phase::Closed, until)
    }

    /// This schedule with one more override, which takes the place of one with the same id. Only what it
    /// may affect is compiled anew.
    ///
    /// # Errors
    /// What is wrong with the override by itself. That it contradicts another one is no error here: the
    /// later word counts. A combination has no overrides of its own: give them to its members.
    pub fn with_override(&self, exception: Override) -> Result<Self, BuildErrors> {
        self.with_overrides([exception])
    }

    /// This schedule with more overrides, as if each had been added in turn, but compiled only once.
    ///
    /// # Errors
    /// As [`with_override`](Self::with_override), of all of them at once.
    pub fn with_overrides(
        &self,
        exceptions: impl IntoIterator<Item = Override>,
    ) -> Result<Self, BuildErrors> {
        let mut errors = Vec::new();
        let mut rules = self.rules().cloned();
        let mut changed = Some((Tick::MAX, Tick::MIN));
        for exception in exceptions {
            let Some(rules) = &mut rules else {
                errors.push(BuildError::OverrideOfCombination { id: exception.id });
                continue;
            };
            errors.extend(validate::check_override(&exception));
            if let Some(replaced) = rules.remove(&exception.id) {
                changed = union(changed, self.affected(&replaced.spec));
            }
            changed = union(changed, self.affected(&exception));
            rules.add(exception);
        }
        BuildErrors::check(errors)?;
        Ok(match rules {
            Some(rules) => self.changed(rules, changed),
            None => self.clone(),
        })
    }

    /// This schedule without the override of this id; the same if it has none.
    #[must_use]
    pub fn without_override(&self, id: &OverrideId) -> Self {
        let Source::Rules(rules) = self.pieces.source() else {
            return self.clone();
        };
        let mut rules = rules.clone();
        match rules.remove(id) {
            Some(old) => self.changed(rules, self.affected(&old.spec)),
            None => self.clone(),
        }
    }

    /// The overrides, the oldest first. A combination has none of its own.
    pub fn overrides(&self) -> impl Iterator<Item = &Override> {
        let overrides = self.rules().map_or(&[][..], |rules| &rules.overrides);
        overrides.iter().map(|exception| &exception.spec)
    }

    /// The zone that its times are read in.
    #[must_use]
    pub fn zone(&self) -> &dyn Zone {
        self.pieces.source().zone()
    }

    /// Bytes on the heap of what is compiled so far.
    #[must_use]
    pub fn compiled_size(&self) -> usize {
        self.pieces.heap_size()
    }

    pub(crate) fn pieces(&self) -> &Pieces {
        &self.pieces
    }

    /// Its rules; a combination has none of its own.
    pub(crate) fn rules(&self) -> Option<&Rules> {
        match self.pieces.source() {
            Source::Rules(rules) => Some(rules),
            Source::Combination(_) => None,
        }
    }

    #[inline]
    pub(crate) fn place(&self, at: DateTime<Utc>) -> Result<Place<'_>, QueryError> {
        Ok(self.pieces.segment(tick::of(at)?))
    }

    #[inline]
    fn next_start_of(
        &self,
        phase: Phase,
        after: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, QueryError> {
        let place = self.place(after)?.known()?;
        if !self.pieces.may_be_unknown()
            && let Some(start) = place.line.next_start_of(phase, place.index)
        {
            return Ok(Some(tick::instant(start)));
        }
        let mut next = place.end_of_phase()?;
        if place.phase() == phase
            && let Some(other) = next
        {
            next = other.end_of_phase()?;
        }
        Ok(next.map(|place| tick::instant(place.start())))
    }

    #[inline]
    fn previous_start_of(
        &self,
        phase: Phase,
        until: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, QueryError> {
        let place = self.place(until)?.known()?;
        let mut start = place.start_of_phase()?;
        if place.phase() != phase
            && let Some(first) = start
        {
            start = match first.previous() {
                Some(previous) => previous.known()?.start_of_phase()?,
                None => None,
            };
        }
        Ok(start.map(|place| tick::instant(place.start())))
    }

    fn changed(&self, rules: Rules, changed: Option<(Tick, Tick)>) -> Self {
        Self {
            pieces: Arc::new(self.pieces.changed(Source::Rules(rules), changed)),
        }
    }

    /// The stretch outside of which an override has no effect; `None` if it recurs.
    fn affected(&self, exception: &Override) -> Option<(Tick, Tick)> {
        if let Some((from, until)) = exception.when.instants() {
            return Some((
                tick::clamped(from.timestamp()),
                tick::clamped(until.timestamp()),
            ));
        }
        let (first, last) = exception.when.date_span()?;
        // A shift that begins on the last date may run on to the end of the next, and a change of clocks
        // at that midnight may move its end beyond.
        let after = last.checked_add_days(Days::new(3))?;
        let start = |date: chrono::NaiveDate| {
            tick::clamped(start_of_day(self.zone(), date.and_time(NaiveTime::MIN)))
        };
        Some((start(first), start(after)))
    }

    /// The wall-clock time in its zone.
    pub(crate) fn local(&self, instant: DateTime<Utc>) -> chrono::NaiveDateTime {
        local_time(self.zone(), instant)
    }
}

fn union(a: Option<(Tick, Tick)>, b: Option<(Tick, Tick)>) -> Option<(Tick, Tick)> {
    let ((from_a, until_a), (from_b, until_b)) = (a?, b?);
    Some((from_a.min(from_b), until_a.max(until_b)))
}
