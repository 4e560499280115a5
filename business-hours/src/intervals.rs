use std::iter::FusedIterator;

use chrono::{DateTime, TimeDelta, Utc};

use crate::pieces::Place;
use crate::tick::{self, Tick};
use crate::timeline::Phase;
use crate::{QueryError, Schedule};

/// A stretch of open time: open at `opens`, closed at `closes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct OpenInterval {
    /// The first instant of it.
    pub opens: DateTime<Utc>,
    /// The first instant after it.
    pub closes: DateTime<Utc>,
}

impl OpenInterval {
    /// How long it is; more than zero.
    #[must_use]
    pub fn duration(&self) -> TimeDelta {
        self.closes - self.opens
    }
}

/// The open intervals of a [`Schedule`] in a stretch of time, from either end; made by
/// [`Schedule::intervals`].
#[derive(Debug, Clone)]
#[must_use]
pub struct Intervals<'s> {
    front: Option<Place<'s>>,
    back: Option<Place<'s>>,
    /// What is left to be told, in whole ticks.
    from: Tick,
    until: Tick,
    /// The ends as they were asked for, which may be within a second.
    asked: (DateTime<Utc>, DateTime<Utc>),
}

impl Schedule {
    /// The open intervals between `from` and `until`, cut to that stretch, in order of time; from the
    /// last to the first with `.rev()`. There are none if `until` is not after `from`.
    ///
    /// Two of them never touch: stretches opened by different rules are told as one.
    ///
    /// # Errors
    /// As [`open_between`](Self::open_between).
    pub fn intervals(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Intervals<'_>, QueryError> {
        let (first, last) = (self.place(from)?, self.place(until)?);
        let (start, mut end) = (tick::of(from)?, tick::of(until)?);
        if until.timestamp_subsec_nanos() > 0 {
            end += 1;
        }
        if from < until {
            self.pieces().check_known(start, end)?;
        }
        Ok(Intervals {
            front: Some(first),
            back: Some(last),
            from: start,
            until: if from < until { end } else { start },
            asked: (from, until),
        })
    }
}

impl Intervals<'_> {
    fn interval(&self, opens: Tick, closes: Tick) -> OpenInterval {
        OpenInterval {
            opens: tick::instant(opens).max(self.asked.0),
            closes: tick::instant(closes).min(self.asked.1),
        }
    }
}

impl Iterator for Intervals<'_> {
    type Item = OpenInterval;

    fn next(&mut self) -> Option<OpenInterval> {
        let mut opens = None;
        while self.from < self.until {
            let place = self.front?;
            match (opens, place.phase() == Phase::Open) {
                (None, true) => opens = Some(self.from),
                (Some(opens), false) => return Some(self.interval(opens, self.from)),
                _ => {}
            }
            self.from = place.end().min(self.until);
            self.front = if place.end() < self.until {
                place.next()
            } else {
                None
            };
        }
        opens.map(|opens| self.interval(opens, self.until))
    }
}

impl DoubleEndedIterator for Intervals<'_> {
    fn next_back(&mut self) -> Option<OpenInterval> {
        let mut closes = None;
        while self.from < self.until {
            let place = self.back?;
            // The place of the very end holds nothing of the stretch when it begins there.
            if place.start() < self.until {
                match (closes, place.phase() == Phase::Open) {
                    (None, true) => closes = Some(self.until),
                    (Some(closes), false) => return Some(self.interval(self.until, closes)),
                    _ => {}
                }
                self.until = place.start().max(self.from);
            }
            self.back = if place.start() > self.from {
                place.previous()
            } else {
                None
            };
        }
        closes.map(|closes| self.interval(self.from, closes))
    }
}

impl FusedIterator for Intervals<'_> {}
