//! Open time between instants, and instants from open time.

use chrono::{DateTime, TimeDelta, Utc};

use crate::pieces::{Pieces, Place};
use crate::tick::{self, Tick};
use crate::timeline::Phase;
use crate::{QueryError, Schedule};

const NANOS: i64 = 1_000_000_000;

impl Schedule {
    /// How long it is open from `from` until `until`; negative when `until` is earlier.
    ///
    /// Within the years [compiled ahead](crate::ScheduleBuilder::compiled_for) it takes the same time
    /// whatever the distance; outside, each year that is crossed adds a step.
    ///
    /// # Errors
    /// [`QueryError::OutOfRange`]; [`QueryError::HolidaysUnknown`] if a date in between is not covered
    /// and the schedule treats that as an error.
    pub fn open_between(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<TimeDelta, QueryError> {
        if until < from {
            return self.open_between(until, from).map(|open| -open);
        }
        let (a, b) = (self.place(from)?, self.place(until)?);
        let parts = (subsecond(from), subsecond(until));
        self.pieces()
            .check_known(a.tick(), b.tick() + Tick::from(parts.1 > 0))?;
        let seconds = open_seconds(a, b);
        if parts == (0, 0) {
            return Ok(TimeDelta::seconds(seconds));
        }
        let counted = |place: Place<'_>, part| {
            if place.phase() == Phase::Open {
                part
            } else {
                0
            }
        };
        // At most 130 years of nanoseconds, which is less than half of what fits.
        Ok(TimeDelta::nanoseconds(
            seconds * NANOS + counted(b, parts.1) - counted(a, parts.0),
        ))
    }

    /// The earliest instant by which it has been open for `open` since `from`: when a deadline of so
    /// many working hours is up. `None` if the supported years do not have so much open time.
    ///
    /// Eight hours from Monday 09:00 of a desk that closes at 17:00 are up on Monday at 17:00, not on
    /// Tuesday at 09:00. Nothing added is `from` itself, open or not. A negative `open` subtracts.
    ///
    /// # Errors
    /// As [`open_between`](Self::open_between).
    pub fn add_open(
        &self,
        from: DateTime<Utc>,
        open: TimeDelta,
    ) -> Result<Option<DateTime<Utc>>, QueryError> {
        if open < TimeDelta::zero() {
            // The longest TimeDelta is symmetric, so negation cannot overflow.
            return self.subtract_open(from, -open);
        }
        let place = self.place(from)?.known()?;
        let Some(mut nanos) = open.num_nanoseconds() else {
            return Ok(None);
        };
        if nanos == 0 {
            return Ok(Some(from));
        }
        if place.phase() == Phase::Open {
            nanos = nanos.saturating_add(subsecond(from));
        }
        let seconds = nanos.div_euclid(NANOS) + i64::from(nanos % NANOS != 0);
        let end = earliest_with(place, seconds);
        self.pieces()
            .check_known(place.tick(), end.unwrap_or(tick::END))?;
        Ok(end.map(|end| tick::instant(end) - TimeDelta::nanoseconds(seconds * NANOS - nanos)))
    }

    /// The latest instant from which it is open for `open` until `until`: when to begin at the latest.
    /// `None` if the supported years do not have so much open time.
    ///
    /// The mirror image of [`add_open`](Self::add_open): eight hours before Tuesday 09:00 is Monday 09:00
    /// of a desk open from 09:00 to 17:00.
    ///
    /// # Errors
    /// As [`open_between`](Self::open_between).
    pub fn subtract_open(
        &self,
        until: DateTime<Utc>,
        open: TimeDelta,
    ) -> Result<Option<DateTime<Utc>>, QueryError> {
        if open < TimeDelta::zero() {
            return self.add_open(until, -open);
        }
        let place = self.place(until)?.known()?;
        let Some(mut nanos) = open.num_nanoseconds() else {
            return Ok(None);
        };
        if place.phase() == Phase::Open {
            nanos -= subsecond(until);
        }
        if nanos <= 0 || open.is_zero() {
            // Within the open second of `until`.
            return Ok(Some(until - open));
        }
        let seconds = nanos.div_euclid(NANOS) + i64::from(nanos % NANOS != 0);
        let start = latest_with(place, seconds);
        let known_from = start.unwrap_or(tick::FIRST);
        self.pieces().check_known(known_from, place.tick())?;
        Ok(start
            .map(|start| tick::instant(start) + TimeDelta::nanoseconds(seconds * NANOS - nanos)))
    }
}

/// Nanoseconds into the second; a leap second counts as the end of the second before.
fn subsecond(instant: DateTime<Utc>) -> i64 {
    i64::from(instant.timestamp_subsec_nanos()).min(NANOS - 1)
}

/// Open seconds from the tick of `from` to that of `until`, which is not before it.
fn open_seconds(from: Place<'_>, until: Place<'_>) -> i64 {
    let before = i64::from(from.line.open_until(from.index, from.tick()));
    let mut open = i64::from(until.line.open_until(until.index, until.tick())) - before;
    let mut line = from.line;
    while line.until <= until.tick() {
        open += i64::from(line.total_open());
        line = from.line_at(line.until);
    }
    open
}

/// The earliest tick with `open > 0` seconds between the tick of `from` and itself.
fn earliest_with(from: Place<'_>, open: i64) -> Option<Tick> {
    let (mut line, mut index) = (from.line, from.index);
    let mut open = open + i64::from(line.open_until(index, from.tick()));
    loop {
        let total = i64::from(line.total_open());
        if open <= total {
            // Not more than the line's total, which has 32 bits.
            return Some(line.earliest_with(index, open as u32));
        }
        open -= total;
        if line.until >= tick::END {
            return None;
        }
        (line, index) = (from.line_at(line.until), 0);
    }
}

/// The latest tick with `open > 0` seconds between itself and the tick of `until`.
fn latest_with(until: Place<'_>, open: i64) -> Option<Tick> {
    let (mut line, mut index) = (until.line, until.index);
    let mut before = i64::from(line.open_until(index, until.tick())) - open;
    while before < 0 {
        if line.from <= tick::FIRST {
            return None;
        }
        line = until.line_at(line.from - 1);
        index = line.len() - 1;
        before += i64::from(line.total_open());
    }
    // Not negative and less than the line's total, which has 32 bits.
    Some(line.latest_with(index, before as u32))
}

impl Pieces {
    /// Fails if something in `from..until` is not known.
    pub(crate) fn check_known(&self, from: Tick, until: Tick) -> Result<(), QueryError> {
        if !self.may_be_unknown() {
            return Ok(());
        }
        let mut place = Some(self.segment(from));
        while let Some(current) = place {
            if current.start() >= until {
                break;
            }
            place = current.known()?.next();
        }
        Ok(())
    }
}
