//! Pages read as they are found in the wild, refusals by name, and what goes out comes in again: the same
//! hours, second by second.

use business_hours::{
    Hours, Override, Schedule, ScheduleSpec, Season, TimeOfDay, TimeRange, Weekdays, When,
};
use chrono::{DateTime, NaiveDate, Utc};
use hours_exchange::schema_org::{HolidaySource, PlaceHours};
use proptest::prelude::*;

fn place(json: &str) -> PlaceHours {
    serde_json::from_str(json).expect("a place")
}

fn refusals(json: &str) -> String {
    place(json)
        .to_spec("Europe/London")
        .expect_err("refused")
        .to_string()
}

fn spec(toml: &str) -> ScheduleSpec {
    toml::from_str(toml).expect("a description")
}

#[test]
fn a_shop_as_google_documents_it() {
    // The examples of Google's page on LocalBusiness structured data, put together.
    let shop = place(
        r#"{"@context": "https://schema.org", "@type": "Store", "openingHoursSpecification": [
            {"@type": "OpeningHoursSpecification", "dayOfWeek": ["Monday", "Tuesday"], "opens": "09:00", "closes": "21:00"},
            {"@type": "OpeningHoursSpecification", "dayOfWeek": "https://schema.org/Saturday", "opens": "18:00", "closes": "03:00"},
            {"@type": "OpeningHoursSpecification", "dayOfWeek": "http://schema.org/Sunday", "opens": "00:00", "closes": "00:00"},
            {"@type": "OpeningHoursSpecification", "dayOfWeek": "Friday", "opens": "00:00:00", "closes": "23:59"},
            {"@type": "OpeningHoursSpecification", "opens": "00:00", "closes": "00:00", "validFrom": "2026-12-23", "validThrough": "2027-01-05"}
        ]}"#,
    );
    let spec = shop.to_spec("Europe/London").unwrap();
    let expected = spec_of_shop();
    assert_eq!(spec, expected);
    Schedule::from_spec(&spec).unwrap();
}

fn spec_of_shop() -> ScheduleSpec {
    spec(
        r#"
        zone = "Europe/London"
        week = { mon-tue = "09:00-21:00", fri = "open", sat = "18:00-03:00" }
        seasons = [{ name = "2026-12-23 to 2027-01-05", when = "2026-12-23 to 2027-01-05", week = {} }]
    "#,
    )
}

#[test]
fn what_a_schedule_cannot_take_over_is_refused_by_name() {
    let object = |fields: &str| format!(r#"{{"openingHoursSpecification": [{{{fields}}}]}}"#);
    for (fields, words) in [
        (r#""dayOfWeek": "Monday", "opens": "09:00""#, "closes"),
        (
            r#""dayOfWeek": "Monday", "opens": "09:00", "closes": "09:00""#,
            "09:00-09:00",
        ),
        (r#""opens": "09:00", "closes": "10:00""#, "dayOfWeek"),
        (
            r#""dayOfWeek": "Monday", "opens": "09:00", "closes": "10:00", "eligibleRegion": "x""#,
            "eligibleRegion",
        ),
        (
            r#""dayOfWeek": "Monday", "opens": "09:00", "closes": "26:00""#,
            "26:00",
        ),
        (
            r#""dayOfWeek": "Monday", "opens": "09:00", "closes": "10:00", "validFrom": "2026-02-01", "validThrough": "2026-01-01""#,
            "ends before",
        ),
        (
            r#""dayOfWeek": "PublicHolidays", "opens": "09:00", "closes": "10:00", "validFrom": "2026-02-01""#,
            "PublicHolidays",
        ),
        (
            r#""dayOfWeek": "Monday", "opens": "09:00", "closes": "10:00", "name": "Early""#,
            "Early",
        ),
    ] {
        let text = refusals(&object(fields));
        assert!(
            text.contains(words) && text.contains("openingHoursSpecification[0]"),
            "{fields}: {text}"
        );
    }
    let overlapping = refusals(
        r#"{"openingHours": "Mo-Fr 09:00-17:00", "openingHoursSpecification": [
            {"dayOfWeek": "Monday", "opens": "09:00", "closes": "12:00"},
            {"dayOfWeek": "Monday", "opens": "11:00", "closes": "17:00"},
            {"dayOfWeek": "Tuesday", "opens": "00:00", "closes": "00:00"},
            {"dayOfWeek": "Tuesday", "opens": "11:00", "closes": "17:00"}],
          "specialOpeningHoursSpecification": [
            {"opens": "00:00", "closes": "00:00", "validFrom": "2026-12-24", "validThrough": "2026-12-26"},
            {"opens": "10:00", "closes": "12:00", "validFrom": "2026-12-26", "validThrough": "2026-12-26"},
            {"opens": "10:00", "closes": "12:00", "validFrom": "2026-01-26"},
            {"dayOfWeek": "Monday", "opens": "10:00", "closes": "12:00", "validFrom": "2026-03-01", "validThrough": "2026-03-26"}]}"#,
    );
    for words in [
        "openingHours",
        "overlap",
        "Tuesday",
        "open and closed at once",
        "2026-12-24 to 2026-12-26 and 2026-12-26",
        "validThrough",
        "special hours to days of the week",
    ] {
        assert!(overlapping.contains(words), "{words}: {overlapping}");
    }
    // Not even read: neither a time nor a day of schema.org.
    for fields in [
        r#""opens": "9am""#,
        r#""opens": "09:00+01:00""#,
        r#""dayOfWeek": "mon""#,
        r#""@type": "Event""#,
    ] {
        let json = object(fields);
        serde_json::from_str::<PlaceHours>(&json).expect_err(fields);
    }
}

#[test]
fn what_schema_org_cannot_say_is_refused_by_name() {
    let full = spec(
        r#"
        zone = "Europe/London"
        tails = "cut"
        week = { mon-fri = "20:00-04:00", sat = "00:00-23:59" }
        breaks = { tue = "01:00-01:30" }
        seasons = [{ name = "summer", when = "07-01 to 08-31", week = {} }]
        holidays = { unknown = "normal", covers = "2026-01-01 to 2026-12-31", eve = "09:00-13:00", working_days = { 2026-03-07 = "Work" } }
        overrides = [
            { id = "pause", when = "2026-12-01T14:00:00Z to 2026-12-01T15:00:00Z", hours = "closed" },
            { id = "may", when = "1st mon of may", hours = "closed" },
            { id = "inventory", when = "2026-01-05", hours = "10:00-34:00", expires = "2026-01-01T00:00:00Z" },
        ]
    "#,
    );
    let text = PlaceHours::from_spec(&full, HolidaySource::ListedDates)
        .unwrap_err()
        .to_string();
    for rule in [
        "tails: \"cut\"",
        "week: \"00:00-23:59\"",
        "breaks: ",
        "seasons.summer: ",
        "holidays.eve: ",
        "holidays.working_days: ",
        "overrides.pause: ",
        "overrides.may: ",
        "overrides.inventory: \"10:00-34:00\"",
        "2026-01-01 00:00:00 UTC",
    ] {
        assert!(text.contains(rule), "{rule}: {text}");
    }
}

#[test]
fn holidays_go_out_as_special_days_and_as_public_holidays() {
    let desk = spec(
        r#"
        zone = "Europe/London"
        week = { mon-fri = "09:00-17:00" }
        breaks = { mon-fri = "12:30-13:00" }
        holidays = { unknown = "normal", covers = "2026-01-01 to 2026-12-31", dates = { 2026-05-04 = "Early May", 2026-12-25 = "Christmas" } }
        overrides = [{ id = "may", when = "2026-05-04", hours = "10:00-14:00", reason = "Launch" }]
    "#,
    );
    let place = PlaceHours::from_spec(&desk, HolidaySource::PublicHolidays).unwrap();
    let json = serde_json::to_string_pretty(&place).unwrap();
    assert_eq!(json, include_str!("data/place.json").trim_end());
    let read: PlaceHours = serde_json::from_str(&json).unwrap();
    assert_eq!(read, place);
    let mut back = read.to_spec("Europe/London").unwrap();
    assert_eq!(back.overrides.len(), 2, "the launch, and Christmas");
    back.holidays = None;
    assert_same_hours(&desk, &back, "2026-01-01", "2027-01-01");
}

/// The same open intervals in `first..last`.
fn assert_same_hours(a: &ScheduleSpec, b: &ScheduleSpec, first: &str, last: &str) {
    let midnight =
        |date: &str| -> DateTime<Utc> { format!("{date}T00:00:00Z").parse().expect("valid") };
    let intervals = |spec: &ScheduleSpec| {
        let schedule = Schedule::from_spec(spec).expect("valid");
        let intervals = schedule
            .intervals(midnight(first), midnight(last))
            .expect("valid");
        intervals
            .map(|interval| (interval.opens, interval.closes))
            .collect::<Vec<_>>()
    };
    assert_eq!(intervals(a), intervals(b), "{a:?}\n{b:?}");
}

fn hours() -> impl Strategy<Value = Hours> {
    let edges = proptest::collection::btree_set(0_u32..96, 0..6);
    let ranges = edges.prop_map(|edges| {
        let edges: Vec<u32> = edges.into_iter().map(|quarter| quarter * 900).collect();
        let time = |seconds| TimeOfDay::from_seconds(seconds).expect("valid");
        let ranges = edges
            .chunks_exact(2)
            .map(|pair| TimeRange::new(time(pair[0]), time(pair[1])).expect("valid"));
        Hours::new(ranges).expect("valid")
    });
    prop_oneof![4 => ranges, 1 => Just("open".parse().expect("valid")), 1 => Just("20:30-24:00".parse().expect("valid"))]
}

/// A week with a shift past midnight, for which the following day leaves room.
fn week() -> impl Strategy<Value = Vec<(Weekdays, Hours)>> {
    (proptest::collection::vec(hours(), 7), 0..7_usize).prop_map(|(mut hours, night)| {
        hours[night] = "09:00-12:00, 21:00-03:15".parse().expect("valid");
        hours[(night + 1) % 7] = "10:00-24:00".parse().expect("valid");
        let days = Weekdays::EVERY_DAY.iter().map(Weekdays::from);
        days.zip(hours).collect()
    })
}

fn dates() -> impl Strategy<Value = Vec<(NaiveDate, NaiveDate)>> {
    let edges = proptest::collection::btree_set(0_u32..700, 0..8);
    edges.prop_map(|edges| {
        let start: NaiveDate = "2026-01-01".parse().expect("valid");
        let date = |day: u32| {
            start
                .checked_add_days(chrono::Days::new(day.into()))
                .expect("valid")
        };
        let edges: Vec<_> = edges.into_iter().map(date).collect();
        edges
            .chunks_exact(2)
            .map(|pair| (pair[0], pair[1].pred_opt().expect("valid").max(pair[0])))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_goes_out_comes_in_again(
        weeks in proptest::collection::vec(week(), 5),
        exceptions in proptest::collection::vec(hours(), 4),
        (seasons, overrides) in (dates(), dates()),
    ) {
        let mut spec = ScheduleSpec::new("Europe/London");
        let mut weeks = weeks.into_iter();
        spec.week = weeks.next().unwrap().into_iter().collect();
        // Breaks within two shifts, one of which goes on past midnight.
        for (days, hours) in &spec.week {
            match hours.to_string().as_str() {
                "10:00-24:00" => spec.breaks.insert(*days, "12:00-12:30, 23:45-24:00".parse().unwrap()),
                "09:00-12:00, 21:00-03:15" => spec.breaks.insert(*days, "21:30-22:00".parse().unwrap()),
                _ => None,
            };
        }
        prop_assert!(!spec.breaks.is_empty());
        for ((first, last), week) in seasons.into_iter().zip(weeks) {
            let mut season = Season::new(format!("from {first}"), When::dates(first, last).unwrap());
            season.week = week.into_iter().collect();
            spec.seasons.push(season);
        }
        for ((first, last), hours) in overrides.into_iter().zip(exceptions) {
            let id = format!("override of {first}").parse().unwrap();
            spec.overrides.push(Override::new(id, When::dates(first, last).unwrap(), hours).because("Test"));
        }
        let out = PlaceHours::from_spec(&spec, HolidaySource::ListedDates).unwrap();
        let json = serde_json::to_string(&out).unwrap();
        let read: PlaceHours = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&read, &out);
        let back = read.to_spec("Europe/London").unwrap();
        assert_same_hours(&spec, &back, "2025-12-01", "2028-02-01");
        // And once more: now nothing is left to be put another way.
        let again = PlaceHours::from_spec(&back, HolidaySource::ListedDates).unwrap();
        prop_assert_eq!(again.to_spec("Europe/London").unwrap(), back);
    }
}
