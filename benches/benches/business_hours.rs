//! `business-hours` against `opening-hours` 2.1.4 and `workclock` 0.1.4, in one run: a London desk, Monday
//! to Friday 09:00-12:00 and 13:00-17:00, closed on bank holidays.
//!
//! Ours has five overrides on top, which the others cannot say. Random instants of three years, so that
//! caches and branch predictors see what a real caller shows them.

use std::hint::black_box;

use business_hours::{
    HolidayList, OnUnknown, Override, Provenance, Schedule, ScheduleBuilder, Tz, When,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

/// Bank holidays of England and Wales that fall on weekdays, 2025 to 2027 (GOV.UK).
const HOLIDAYS: [&str; 24] = [
    "2025-01-01",
    "2025-04-18",
    "2025-04-21",
    "2025-05-05",
    "2025-05-26",
    "2025-08-25",
    "2025-12-25",
    "2025-12-26",
    "2026-01-01",
    "2026-04-03",
    "2026-04-06",
    "2026-05-04",
    "2026-05-25",
    "2026-08-31",
    "2026-12-25",
    "2026-12-28",
    "2027-01-01",
    "2027-03-26",
    "2027-03-29",
    "2027-05-03",
    "2027-05-31",
    "2027-08-30",
    "2027-12-27",
    "2027-12-28",
];

/// The same hours in the words of OpenStreetMap.
const OSM: &str = "Mo-Fr 09:00-12:00,13:00-17:00; PH off";

fn dates() -> impl Iterator<Item = NaiveDate> {
    HOLIDAYS.iter().map(|date| date.parse().expect("a date"))
}

fn desk() -> ScheduleBuilder {
    let covered = NaiveDate::from_ymd_opt(2020, 1, 1).zip(NaiveDate::from_ymd_opt(2034, 12, 31));
    let (first, last) = covered.expect("dates");
    let list = HolidayList::new(Provenance::new("GOV.UK")).covering(first..=last);
    let list = dates().fold(list, |list, date| list.holiday(date, "bank holiday"));
    let mut desk = Schedule::builder(Tz::Europe__London)
        .week(
            "mon-fri".parse().expect("days"),
            "09:00-12:00, 13:00-17:00".parse().expect("hours"),
        )
        .holidays(list)
        .on_unknown_holiday(OnUnknown::Normal);
    for (id, when, hours) in [
        ("christmas eve", "12-24", "09:00-13:00"),
        ("new year's eve", "12-31", "09:00-13:00"),
        ("launch", "2026-05-04", "10:00-14:00"),
        (
            "training",
            "1st wed of every month",
            "10:00-12:00, 13:00-17:00",
        ),
        (
            "fire drill",
            "2026-06-10T10:00:00Z to 2026-06-10T10:30:00Z",
            "closed",
        ),
    ] {
        desk = desk.with_override(Override::new(
            id.parse().expect("an id"),
            when.parse().expect("a date rule"),
            hours.parse().expect("hours"),
        ));
    }
    desk
}

/// Instants of 2025 to 2027, always the same ones.
fn instants() -> Vec<DateTime<Utc>> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    (0..4096)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let second = (state % (3 * 365 * 86_400)) as i64;
            DateTime::from_timestamp(1_735_689_600 + second, 0).expect("in range")
        })
        .collect()
}

fn cycle<T: Copy>(items: &[T]) -> impl FnMut() -> T + '_ {
    let mut items = items.iter().cycle();
    move || *items.next().expect("endless")
}

fn theirs_osm() -> opening_hours::OpeningHours<opening_hours::localization::TzLocation<Tz>> {
    let calendar: compact_calendar::CompactCalendar = dates().collect();
    let holidays = opening_hours::ContextHolidays::new(calendar.into(), Default::default());
    let context = opening_hours::Context::default()
        .with_holidays(holidays)
        .with_locale(opening_hours::localization::TzLocation::new(
            Tz::Europe__London,
        ));
    OSM.parse::<opening_hours::OpeningHours>()
        .expect("valid")
        .with_context(context)
}

fn theirs_workclock() -> workclock::Schedule {
    use jiff::civil::time;
    use workclock::{Break, Holidays, Weekdays, WorkDay};
    let dates = HOLIDAYS
        .iter()
        .map(|date| date.parse::<jiff::civil::Date>().expect("a date"));
    workclock::Schedule::builder()
        .time_zone("Europe/London")
        .rule(WorkDay::new(
            time(9, 0, 0, 0),
            time(17, 0, 0, 0),
            Weekdays::MON_TO_FRI,
        ))
        .rule(Break::new(
            time(12, 0, 0, 0),
            time(13, 0, 0, 0),
            Weekdays::MON_TO_FRI,
        ))
        .rule(Holidays::new(dates))
        .build()
        .expect("valid")
}

fn jiff_of(instant: DateTime<Utc>) -> jiff::Timestamp {
    jiff::Timestamp::from_second(instant.timestamp()).expect("in range")
}

fn questions(c: &mut Criterion) {
    let ours = desk().compiled_for(2025..=2034).build().expect("valid");
    let on_demand = desk().build().expect("valid");
    let (osm, workclock) = (theirs_osm(), theirs_workclock());
    let utc = instants();
    let london: Vec<_> = utc
        .iter()
        .map(|t| t.with_timezone(&Tz::Europe__London))
        .collect();
    let jiff: Vec<_> = utc.iter().map(|t| jiff_of(*t)).collect();
    // All answer the same question, or the comparison would be idle: without our overrides they agree.
    let same = ours
        .overrides()
        .fold(ours.clone(), |same, one| same.without_override(&one.id));
    for ((utc, london), jiff) in utc.iter().zip(&london).zip(&jiff) {
        let open = same.is_open(*utc).expect("known");
        assert_eq!(osm.is_open(*london), open, "opening-hours at {utc}");
        let period = workclock.next_period(*jiff).expect("a period");
        assert_eq!(period.start <= *jiff, open, "workclock at {utc}");
    }

    let mut group = c.benchmark_group("business-hours/is_open");
    let mut next = cycle(&utc);
    group.bench_function("ours, ten years compiled", |b| {
        b.iter(|| ours.is_open(black_box(next())))
    });
    let mut next = cycle(&utc);
    group.bench_function("ours, years on demand", |b| {
        b.iter(|| on_demand.is_open(black_box(next())))
    });
    let mut next = cycle(&london);
    group.bench_function("opening-hours", |b| {
        b.iter(|| osm.is_open(black_box(next())))
    });
    group.finish();

    let mut group = c.benchmark_group("business-hours/status");
    let mut next = cycle(&utc);
    group.bench_function("ours", |b| b.iter(|| ours.status(black_box(next()))));
    let mut next = cycle(&london);
    group.bench_function("opening-hours state and next_change", |b| {
        b.iter(|| {
            let instant = black_box(next());
            (osm.state(instant), osm.next_change(instant))
        });
    });
    group.finish();

    let mut group = c.benchmark_group("business-hours/next");
    let mut next = cycle(&utc);
    group.bench_function("ours, next_opening", |b| {
        b.iter(|| ours.next_opening(black_box(next())))
    });
    let mut next = cycle(&utc);
    group.bench_function("ours, previous_closing", |b| {
        b.iter(|| ours.previous_closing(black_box(next())))
    });
    let mut next = cycle(&london);
    group.bench_function("opening-hours next_change", |b| {
        b.iter(|| osm.next_change(black_box(next())))
    });
    let mut next = cycle(&jiff);
    group.bench_function("workclock next_period", |b| {
        b.iter(|| workclock.next_period(black_box(next())))
    });
    group.finish();

    let mut group = c.benchmark_group("business-hours/open_between");
    for (name, span) in [
        ("1 h", TimeDelta::hours(1)),
        ("1 year", TimeDelta::days(365)),
        ("7 years", TimeDelta::days(7 * 365)),
    ] {
        let mut next = cycle(&utc);
        group.bench_function(BenchmarkId::new("ours", name), |b| {
            b.iter(|| {
                let from = black_box(next());
                ours.open_between(from, from + span)
            });
        });
        let mut next = cycle(&utc);
        group.bench_function(BenchmarkId::new("ours, years on demand", name), |b| {
            b.iter(|| {
                let from = black_box(next());
                on_demand.open_between(from, from + span)
            });
        });
        let mut next = cycle(&jiff);
        let span = jiff::SignedDuration::from_secs(span.num_seconds());
        group.bench_function(BenchmarkId::new("workclock", name), |b| {
            b.iter(|| {
                let from = black_box(next());
                workclock.between(from, from + span)
            });
        });
    }
    group.finish();

    let mut group = c.benchmark_group("business-hours/add_open");
    for hours in [8, 400] {
        let mut next = cycle(&utc);
        group.bench_function(BenchmarkId::new("ours", hours), |b| {
            b.iter(|| ours.add_open(black_box(next()), TimeDelta::hours(hours)));
        });
        let mut next = cycle(&jiff);
        group.bench_function(BenchmarkId::new("workclock", hours), |b| {
            b.iter(|| workclock.add(black_box(next()), jiff::SignedDuration::from_hours(hours)));
        });
    }
    group.finish();
}

fn compiling(c: &mut Criterion) {
    let mut group = c.benchmark_group("business-hours/compile");
    for (name, years) in [("3 years", 2025..=2027), ("10 years", 2025..=2034)] {
        let desk = desk().compiled_for(years);
        group.bench_function(name, |b| b.iter(|| desk.clone().build()));
    }
    let schedule = desk().compiled_for(2025..=2027).build().expect("valid");
    let now = DateTime::from_timestamp(1_790_000_000, 0).expect("in range");
    let soon = When::between(now, now + TimeDelta::minutes(30)).expect("not empty");
    let pause = Override::closed("pause".parse().expect("an id"), soon);
    group.bench_function("with_override, a pause in 3 years", |b| {
        b.iter(|| schedule.with_override(black_box(pause.clone())));
    });
    group.bench_function("opening-hours parse", |b| {
        b.iter(|| black_box(OSM).parse::<opening_hours::OpeningHours>());
    });
    group.finish();
}

criterion_group!(benches, questions, compiling);
criterion_main!(benches);
