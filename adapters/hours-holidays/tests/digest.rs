//! Our data are the source's, date for date and name for name, for all countries and subdivisions from 2000 to
//! 2050, and cover the years that it knows: each region's days are counted and hashed here and, independently of
//! our format, by data/generate.py.

mod source;

use std::collections::HashMap;

use business_hours::HolidayCalendar;
use chrono::Datelike;
use hours_holidays::{DayKind, PublicHolidays, Region};

#[test]
fn every_region_has_the_days_of_the_source() {
    let expected: HashMap<_, _> = include_str!("../data/digest.tsv")
        .lines()
        .map(|line| line.split_once('\t').expect("a region and its digest"))
        .collect();
    assert_eq!(expected.len(), 250 + 629);

    let mut seen = 0;
    for region in Region::all() {
        let holidays = PublicHolidays::of(region);
        let name = source::region(region);
        assert_eq!(
            expected.get(name.as_str()),
            Some(&digest(&holidays).as_str()),
            "{name}"
        );
        seen += 1;
    }
    assert_eq!(seen, expected.len());
}

#[test]
fn the_digest_notices_one_changed_letter() {
    let day = PublicHolidays::of("IE".parse().expect("Ireland"));
    let lines: Vec<_> = source::days(&day).map(source::line).collect();
    let mut changed = lines.clone();
    changed[7] = changed[7].replace('a', "b");
    assert_ne!(lines, changed);
    assert_ne!(fnv1a(&lines.concat()), fnv1a(&changed.concat()));
}

/// A few hundred kB for the world: a new release that doubles them deserves a look at the format.
#[test]
fn the_data_stay_small() -> std::io::Result<()> {
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let mut total = data.join("names.bin").metadata()?.len();
    let mut countries = 0;
    for file in data.join("countries").read_dir()? {
        total += file?.metadata()?.len();
        countries += 1;
    }
    assert_eq!(countries, 250);
    assert!(total < 300_000, "{total} bytes");
    Ok(())
}

/// First and last year, public holidays, half-days, working days, and the hash of all their lines.
fn digest(holidays: &PublicHolidays) -> String {
    let mut counts = [0; 3];
    let mut lines = String::new();
    for day in source::days(holidays) {
        let kind = [DayKind::Public, DayKind::HalfDay, DayKind::WorkingDay]
            .iter()
            .position(|kind| *kind == day.kind);
        counts[kind.expect("a kind of the source")] += 1;
        lines += &source::line(day);
    }
    let [public, half, working] = counts;
    let coverage = holidays.coverage().expect("our data vouch for years");
    let (first, last) = (coverage.start().year(), coverage.end().year());
    format!(
        "{first}\t{last}\t{public}\t{half}\t{working}\t{:016x}",
        fnv1a(&lines)
    )
}

fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
