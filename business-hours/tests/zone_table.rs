//! A `ZoneTable` of a zone's changes means the same as chrono-tz's own tables, at and around every change.

use business_hours::{LocalOffset, Schedule, Tz, Zone, ZoneTable};
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

const DAY: i64 = 86_400;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).expect("in range")
}

/// The zone's changes from 1970 to 2099, found by looking at each day.
fn table(zone: Tz, step: i64) -> ZoneTable {
    let mut changes = Vec::new();
    let first = zone.offset_at(at(0));
    let mut offset = first;
    for day in (0..47_482).step_by(step as usize) {
        let mut high = at((day + step) * DAY);
        if zone.offset_at(high) == offset {
            continue;
        }
        let mut low = at(day * DAY);
        while high - low > TimeDelta::seconds(1) {
            let middle = low + (high - low) / 2;
            let middle = at(middle.timestamp());
            if zone.offset_at(middle) == offset {
                low = middle
            } else {
                high = middle
            }
        }
        offset = zone.offset_at(high);
        changes.push((high, offset));
    }
    ZoneTable::new(zone.name(), "from chrono-tz", first, changes).expect("in order")
}

#[test]
fn a_table_means_what_the_zone_means() {
    let mut kinds = [0; 3];
    for zone in [
        Tz::Europe__London,
        Tz::America__Sao_Paulo,
        Tz::America__Havana,
        Tz::Asia__Beirut,
        Tz::Australia__Lord_Howe,
        Tz::Pacific__Apia,
        Tz::Africa__Monrovia,
        Tz::Africa__Casablanca,
        Tz::Antarctica__Troll,
        Tz::America__St_Johns,
        Tz::Asia__Kathmandu,
    ] {
        // In a year of two changes they are weeks apart.
        let table = table(zone, 3);
        for day in 0..10_957 {
            for second in [
                0, 1, 3_599, 3_600, 5_400, 7_199, 7_200, 9_000, 43_200, 82_800, 86_399,
            ] {
                let instant = at(day * DAY + second);
                assert_eq!(
                    table.offset_at(instant),
                    zone.offset_at(instant),
                    "{zone} at {instant}"
                );
                let local = instant.naive_utc();
                let meaning = table.offset_of_local(local);
                assert_eq!(meaning, zone.offset_of_local(local), "{zone}: {local}");
                kinds[match meaning {
                    LocalOffset::Unique(_) => 0,
                    LocalOffset::Fold { .. } => 1,
                    LocalOffset::Gap { .. } => 2,
                }] += 1;
            }
        }
    }
    assert!(kinds.iter().all(|count| *count > 100), "{kinds:?}");
}

#[test]
fn a_schedule_follows_its_table() {
    let hours = |hours: i32| FixedOffset::east_opt(hours * 3600).expect("an offset");
    let stays = [(
        "2026-03-08T10:00:00Z".parse().expect("an instant"),
        hours(-7),
    )];
    let vancouver =
        ZoneTable::new("America/Vancouver", "2026f", hours(-8), stays).expect("one change");
    let desk = Schedule::builder(vancouver)
        .week(
            "mon-fri".parse().expect("days"),
            "09:00-17:00".parse().expect("hours"),
        )
        .build()
        .expect("valid");
    assert_eq!(desk.zone().data_version(), "2026f");
    let opens = desk.next_opening("2026-12-01T00:00:00Z".parse().expect("an instant"));
    assert_eq!(
        opens,
        Ok(Some("2026-12-01T16:00:00Z".parse().expect("an instant")))
    );
}

#[test]
fn changes_must_be_in_order() {
    let utc = FixedOffset::east_opt(0).expect("an offset");
    for pair in [[0, 0], [10 * DAY, 0], [0, 2 * DAY]] {
        let error = ZoneTable::new("X", "1", utc, pair.map(|second| (at(second), utc)))
            .expect_err("too near");
        assert!(
            error.to_string().contains("must be in order of time"),
            "{error}"
        );
    }
}
