use chrono::{NaiveDate, TimeDelta};

/// Easter Sunday of the Western churches: the anonymous Gregorian algorithm (Nature, 1876).
pub(super) fn western(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let p = h + l - 7 * m + 114;
    date(year, p / 31, p % 31 + 1)
}

/// Easter Sunday of the Eastern churches, in the Gregorian calendar: Meeus's algorithm for the Julian
/// calendar, moved by the 13 days between the two that hold from 1900 to 2099.
pub(super) fn orthodox(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 4, year % 7, year % 19);
    let d = (19 * c + 15) % 30;
    let e = (2 * a + 4 * b - d + 34) % 7;
    let f = d + e + 114;
    date(year, f / 31, f % 31 + 1)?.checked_add_signed(TimeDelta::days(13))
}

fn date(year: i32, month: i32, day: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month.try_into().ok()?, day.try_into().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_sundays() {
        for (year, west, east) in [
            (2000, "2000-04-23", "2000-04-30"),
            (2008, "2008-03-23", "2008-04-27"),
            (2025, "2025-04-20", "2025-04-20"),
            (2026, "2026-04-05", "2026-04-12"),
            (2038, "2038-04-25", "2038-04-25"),
            (2049, "2049-04-18", "2049-04-25"),
        ] {
            assert_eq!(western(year), west.parse().ok());
            assert_eq!(orthodox(year), east.parse().ok());
        }
    }
}
