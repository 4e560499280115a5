//! Open time between instants, and instants from open time.

use chrono::{DateTime, TimeDelta, Utc};

use crate::pieces::Pieces;
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
        let (first, last) = (tick::of(from)?, tick::of(until)?);
        let end = last + Tick::from(subsecond(until) > 0);
        self.pieces().check_known(first, end)?;
        let seconds = self.pieces().open_seconds(first, last);
        let part = |phase: Phase, instant| {
            if phase == Phase::Open {
                subsecond(instant)
            } else {
                0
            }
        };
        // At most 130 years of nanoseconds, which is less than half of what fits.
        Ok(TimeDelta::nanoseconds(
            seconds * NANOS + part(b.phase(), until) - part(a.phase(), from),
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
        let start = tick::of(from)?;
        let end = self.pieces().earliest_with(start, seconds);
        self.pieces().check_known(start, end.unwrap_or(tick::END))?;
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
        let end = tick::of(until)?;
        let start = self.pieces().latest_with(end, seconds);
        self.pieces()
            .check_known(start.unwrap_or(tick::FIRST), end)?;
        Ok(start
            .map(|start| tick::instant(start) + TimeDelta::nanoseconds(seconds * NANOS - nanos)))
    }
}

/// Nanoseconds into the second; a leap second counts as the end of the second before.
fn subsecond(instant: DateTime<Utc>) -> i64 {
    i64::from(instant.timestamp_subsec_nanos()).min(NANOS - 1)
}

impl Pieces {
    /// Open seconds in `from..until`.
    fn open_seconds(&self, from: Tick, until: Tick) -> i64 {
        let mut line = self.at(from);
        let mut open = -i64::from(line.open_until(from));
        while until >= line.until {
            open += i64::from(line.total_open());
            line = self.at(line.until);
        }
        open + i64::from(line.open_until(until))
    }

    /// The earliest tick with `open > 0` seconds between `from` and itself.
    fn earliest_with(&self, from: Tick, open: i64) -> Option<Tick> {
        let mut line = self.at(from);
        let mut open = open + i64::from(line.open_until(from));
        loop {
            let total = i64::from(line.total_open());
            if open <= total {
                // Not more than the line's total, which has 32 bits.
                return Some(line.earliest_with(open as u32));
            }
            open -= total;
            if line.until >= tick::END {
                return None;
            }
            line = self.at(line.until);
        }
    }

    /// The latest tick with `open > 0` seconds between itself and `until`.
    fn latest_with(&self, until: Tick, open: i64) -> Option<Tick> {
        let mut line = self.at(until);
        let mut before = i64::from(line.open_until(until)) - open;
        while before < 0 {
            if line.from <= tick::FIRST {
                return None;
            }
            line = self.at(line.from - 1);
            before += i64::from(line.total_open());
        }
        // Not negative and less than the line's total, which has 32 bits.
        Some(line.latest_with(before as u32))
    }

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
