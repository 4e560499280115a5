//! The timeline's own unit: whole seconds since 1969-12-30T00:00:00Z in 32 bits, half the memory of an
//! `i64` and so twice the transitions per cache line. They reach to February 2106; the two days before
//! 1970 leave room for local dates and for shifts that began the day before.

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, Utc};

use crate::QueryError;

/// The calendar years (in UTC) about which a schedule answers: 1970 to 2099.
///
/// Before 1970 the tz database merges zones that agree since, and chrono-tz knows no daylight saving
/// time from 2100 on; answers would be wrong without a sign. Queries outside, and answers that would lie
/// outside, are [`QueryError::OutOfRange`] or, where an answer is optional, `None`.
pub const SUPPORTED_YEARS: RangeInclusive<i32> = 1970..=2099;

pub(crate) type Tick = u32;

const BASE: i64 = -2 * 86_400;
/// 1970-01-01T00:00:00Z.
pub(crate) const FIRST: Tick = 2 * 86_400;
/// 2100-01-01T00:00:00Z, which is no longer supported.
pub(crate) const END: Tick = (4_102_444_800 - BASE) as Tick;

/// The tick that `instant` falls into.
pub(crate) fn of(instant: DateTime<Utc>) -> Result<Tick, QueryError> {
    match Tick::try_from(instant.timestamp() - BASE) {
        Ok(tick) if (FIRST..END).contains(&tick) => Ok(tick),
        _ => Err(QueryError::OutOfRange { instant }),
    }
}

/// Seconds of the Unix epoch as a tick; what cannot be one becomes the nearest.
pub(crate) fn clamped(seconds: i64) -> Tick {
    (seconds - BASE).clamp(0, i64::from(Tick::MAX)) as Tick
}

pub(crate) fn instant(tick: Tick) -> DateTime<Utc> {
    // Every 32-bit tick is a time that chrono knows, so the default is never taken.
    DateTime::from_timestamp(i64::from(tick) + BASE, 0).unwrap_or_default()
}

/// When a UTC calendar year begins, for years from 1970 to 2100.
pub(crate) fn of_year(year: i32) -> Tick {
    NaiveDate::from_ymd_opt(year, 1, 1).map_or(END, |date| {
        clamped(date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp())
    })
}

/// The UTC calendar year of a supported tick.
pub(crate) fn year(tick: Tick) -> i32 {
    let days = (tick - FIRST) / 86_400;
    // Every fourth year from 1972 is a leap year, 2000 among them, so that no century interrupts.
    1970 + ((4 * days + 2) / 1461) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_begin_and_end_where_the_calendar_says() {
        for year in SUPPORTED_YEARS {
            let (first, end) = (of_year(year), of_year(year + 1));
            assert_eq!((super::year(first), super::year(end - 1)), (year, year));
            assert_eq!(
                instant(first).to_string(),
                format!("{year}-01-01 00:00:00 UTC")
            );
        }
        assert_eq!((of_year(1970), of_year(2100)), (FIRST, END));
    }

    #[test]
    fn what_is_not_supported_is_an_error() {
        assert_eq!(of(DateTime::UNIX_EPOCH), Ok(FIRST));
        assert_eq!(of(instant(END - 1)), Ok(END - 1));
        for instant in [
            instant(FIRST - 1),
            instant(END),
            DateTime::<Utc>::MAX_UTC,
            DateTime::<Utc>::MIN_UTC,
        ] {
            assert_eq!(of(instant), Err(QueryError::OutOfRange { instant }));
        }
        assert_eq!(clamped(i64::MAX / 2), Tick::MAX);
        assert_eq!(clamped(i64::MIN / 2), 0);
    }
}
