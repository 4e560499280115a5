//! No question allocates, once the years it is about are compiled.

use std::alloc::System;

use business_hours::{HolidayList, OnUnknown, Override, Provenance, Schedule, Tz};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn ask_everything(desk: &Schedule, at: DateTime<Utc>, date: NaiveDate) -> u64 {
    let mut told = 0;
    let later = at + TimeDelta::days(100);
    told += u64::from(desk.is_open(at).expect("known"));
    let status = desk.status(at).expect("known");
    told += u64::from(status.is_open()) + status.beaten().count() as u64;
    told += u64::from(status.reason().is_some()) + u64::from(status.holiday().is_some());
    told += u64::from(status.since() < status.until());
    for answer in [
        desk.next_opening(at),
        desk.next_closing(at),
        desk.previous_opening(at),
        desk.previous_closing(at),
        desk.add_open(at, TimeDelta::hours(400)),
        desk.subtract_open(at, TimeDelta::hours(400)),
    ] {
        told += u64::from(answer.expect("known").is_some());
    }
    told += desk.open_between(at, later).expect("known").num_hours() as u64;
    told += desk.intervals(at, later).expect("known").count() as u64;
    told += desk.intervals(at, later).expect("known").rev().count() as u64;
    told += u64::from(desk.is_business_day(date).expect("known"));
    told += u64::from(desk.add_business_days(date, 30).expect("known").is_some());
    told + desk.open_on(date, date).expect("known").num_hours() as u64
}

#[test]
fn questions_do_not_allocate() {
    let date: NaiveDate = "2026-05-04".parse().expect("a date");
    let list = HolidayList::new(Provenance::new("test"))
        .covering("2020-01-01".parse().expect("a date")..="2030-12-31".parse().expect("a date"))
        .holiday(date, "Early May bank holiday");
    let cover = Override::new(
        "cover".parse().expect("an id"),
        "1st fri of every month".parse().expect("a date rule"),
        "10:00-12:00, 22:00-02:00".parse().expect("hours"),
    );
    let builder = Schedule::builder(Tz::Europe__London)
        .week(
            "mon-fri".parse().expect("days"),
            "09:00-12:30, 13:30-17:30".parse().expect("hours"),
        )
        .holidays(list)
        .on_unknown_holiday(OnUnknown::Error)
        .with_override(cover);
    for desk in [builder.clone().compiled_for(2025..=2027), builder] {
        let desk = desk.build().expect("valid");
        let instants: Vec<DateTime<Utc>> = (0..1000)
            .map(|hour| {
                DateTime::from_timestamp(1_770_000_000 + hour * 3_600, 0).expect("in range")
            })
            .collect();
        // The first question about a year compiles it.
        let first: u64 = instants
            .iter()
            .map(|at| ask_everything(&desk, *at, date))
            .sum();
        let region = Region::new(ALLOCATOR);
        let second: u64 = instants
            .iter()
            .map(|at| ask_everything(&desk, *at, date))
            .sum();
        let change = region.change();
        assert_eq!(
            (change.allocations, change.reallocations),
            (0, 0),
            "{change:?}"
        );
        assert_eq!(first, second);
    }
}
