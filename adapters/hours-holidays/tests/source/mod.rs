//! Our data in the words of data/source.py, to compare the two.

use hours_holidays::{DayKind, PublicHoliday, PublicHolidays, Region};

/// What one day is called in data/source.py and data/digest.tsv, without its region.
pub(crate) fn line(day: PublicHoliday<'_>) -> String {
    let (kind, name, english) = match day.kind {
        DayKind::Public => ("public", day.name, day.english),
        DayKind::HalfDay => ("half-day", day.name, day.english),
        // The source has no names for these; ours is "Working day".
        DayKind::WorkingDay => ("working", "", ""),
        kind => unreachable!("the source has no {kind:?}"),
    };
    format!("{kind}\t{}\t{name}\t{english}\n", day.date)
}

/// All days of a region in the source's order: by kind, then by date.
pub(crate) fn days(holidays: &PublicHolidays) -> impl Iterator<Item = PublicHoliday<'_>> {
    holidays
        .iter()
        .chain(holidays.half_days())
        .chain(holidays.working_days())
}

/// A region as the source writes it: always as a part, or as nationwide.
pub(crate) fn region(region: Region) -> String {
    let part = region
        .subdivision()
        .map_or("nationwide", |part| part.code());
    format!("{}-{part}", region.country().code())
}
