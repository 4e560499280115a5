//! Dates on which the schedule is open, and counting in them.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};

use crate::tick::{self, Tick};
use crate::timeline::Phase;
use crate::zone::start_of_day;
use crate::{QueryError, Schedule};

impl Schedule {
    /// Whether `date` is a business day: whether there is open time on it other than the rest of a shift
    /// that began the day before.
    ///
    /// # Errors
    /// [`QueryError::OutOfRange`] if no part of the date is in the supported years;
    /// [`QueryError::HolidaysUnknown`] if the date is not covered and the schedule treats that as an error.
    pub fn is_business_day(&self, date: NaiveDate) -> Result<bool, QueryError> {
        let (from, until) = self.day(date)?;
        if from >= until {
            return Ok(false);
        }
        let mut place = self.pieces().segment(from);
        loop {
            let known = place.known()?;
            if known.phase() == Phase::Open && !known.cause().tail {
                return Ok(true);
            }
            place = match known.next() {
                Some(next) if next.start() < until => next,
                _ => return Ok(false),
            };
        }
    }

    /// The first business day after `date`; `None` if there is none in the supported years.
    ///
    /// # Errors
    /// As [`is_business_day`](Self::is_business_day), for any date that the search meets.
    pub fn next_business_day(&self, date: NaiveDate) -> Result<Option<NaiveDate>, QueryError> {
        self.add_business_days(date, 1)
    }

    /// The last business day before `date`; `None` if there is none in the supported years.
    ///
    /// # Errors
    /// As [`is_business_day`](Self::is_business_day), for any date that the search meets.
    pub fn previous_business_day(&self, date: NaiveDate) -> Result<Option<NaiveDate>, QueryError> {
        self.add_business_days(date, -1)
    }

    /// The `count`-th business day after `date` (before it, if `count` is negative), which itself does not
    /// count: one business day after Saturday is Monday, and so is one after Friday. `date` itself if
    /// `count` is zero. `None` if the supported years do not have so many.
    ///
    /// # Errors
    /// As [`is_business_day`](Self::is_business_day), for any date that the search meets.
    pub fn add_business_days(
        &self,
        date: NaiveDate,
        count: i32,
    ) -> Result<Option<NaiveDate>, QueryError> {
        self.day(date)?;
        if count != 0 && self.pieces().never_leaves(Phase::Closed) {
            return Ok(None);
        }
        let (mut at, mut left) = (date, count.unsigned_abs());
        while left > 0 {
            let next = if count > 0 {
                at.succ_opt()
            } else {
                at.pred_opt()
            };
            at = match next {
                Some(next) if self.day(next).is_ok() => next,
                _ => return Ok(None),
            };
            left -= u32::from(self.is_business_day(at)?);
        }
        Ok(Some(at))
    }

    /// How many business days there are from `from` (included) until `until` (not included); negative if
    /// `until` is earlier.
    ///
    /// # Errors
    /// As [`is_business_day`](Self::is_business_day), for any date in between.
    pub fn business_days_between(
        &self,
        from: NaiveDate,
        until: NaiveDate,
    ) -> Result<i64, QueryError> {
        if until < from {
            return self.business_days_between(until, from).map(|days| -days);
        }
        self.day(from)?;
        self.day(until)?;
        let mut count = 0;
        for date in from.iter_days().take_while(|date| *date < until) {
            count += i64::from(self.is_business_day(date)?);
        }
        Ok(count)
    }

    /// How long it is open on the dates from `first` to `last`, both included: the total of a day or week.
    /// What lies past midnight counts on the date it lies on.
    ///
    /// # Errors
    /// [`QueryError::OutOfRange`]; [`QueryError::HolidaysUnknown`] if a date is not covered and the
    /// schedule treats that as an error.
    pub fn open_on(&self, first: NaiveDate, last: NaiveDate) -> Result<TimeDelta, QueryError> {
        let ((from, _), (_, until)) = (self.day(first)?, self.day(last)?);
        if from >= until {
            return Ok(TimeDelta::zero());
        }
        self.pieces().check_known(from, until)?;
        let last = tick::instant(until - 1);
        let open = self.open_between(tick::instant(from), last)?;
        // The last second is asked for by itself: the very end may be out of range.
        Ok(open + TimeDelta::seconds(i64::from(self.is_open(last)?)))
    }

    /// The part of a date that is in the supported years, from its first instant to the next date's.
    fn day(&self, date: NaiveDate) -> Result<(Tick, Tick), QueryError> {
        let out_of_range = || QueryError::OutOfRange {
            instant: date.and_time(NaiveTime::MIN).and_utc(),
        };
        let next = date
            .checked_add_days(Days::new(1))
            .ok_or_else(out_of_range)?;
        let start = |date: NaiveDate| {
            tick::clamped(start_of_day(self.zone(), date.and_time(NaiveTime::MIN)))
        };
        let (from, until) = (start(date), start(next));
        if until <= tick::FIRST || from >= tick::END {
            return Err(out_of_range());
        }
        Ok((from.max(tick::FIRST), until.min(tick::END)))
    }
}
