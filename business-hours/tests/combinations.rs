//! Combinations are what their members say, instant by instant, and they explain themselves.

use business_hours::{
    HolidayList, OnUnknown, Override, Provenance, QueryError, Rule, Schedule, ScheduleBuilder, Tz,
};
use chrono::{DateTime, TimeDelta, Utc};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn week(zone: Tz, days: &str, hours: &str) -> ScheduleBuilder {
    Schedule::builder(zone).week(days.parse().expect("days"), hours.parse().expect("hours"))
}

fn build(builder: ScheduleBuilder) -> Schedule {
    builder.build().expect("valid")
}

/// Desks in three zones, a night shift among them, one about which not all is known.
fn members() -> [Schedule; 3] {
    let covered = HolidayList::new(Provenance::new("test"))
        .covering("2026-01-01".parse().expect("a date")..="2026-11-03".parse().expect("a date"))
        .holiday("2026-11-02".parse().expect("a date"), "Founders' Day");
    [
        build(week(
            Tz::Europe__London,
            "mon-fri",
            "09:00-12:30, 13:30-17:30",
        )),
        build(week(Tz::America__New_York, "every-day", "20:00-04:00")),
        build(
            week(Tz::Australia__Lord_Howe, "mon-sat", "06:00-18:00")
                .holidays(covered)
                .on_unknown_holiday(OnUnknown::Error),
        ),
    ]
}

/// Open, closed or not known.
fn ask(schedule: &Schedule, instant: DateTime<Utc>) -> Option<bool> {
    match schedule.is_open(instant) {
        Ok(open) => Some(open),
        Err(QueryError::HolidaysUnknown { .. }) => None,
        Err(other) => panic!("{other}"),
    }
}

fn any(parts: &[Option<bool>]) -> Option<bool> {
    if parts.contains(&Some(true)) {
        Some(true)
    } else {
        parts.iter().all(Option::is_some).then_some(false)
    }
}

fn all(parts: &[Option<bool>]) -> Option<bool> {
    if parts.contains(&Some(false)) {
        Some(false)
    } else {
        parts.iter().all(Option::is_some).then_some(true)
    }
}

#[test]
fn combinations_are_what_their_members_say() {
    let members = members();
    let named = || {
        members
            .iter()
            .cloned()
            .zip(["a", "b", "c"])
            .map(|(schedule, name)| (name, schedule))
    };
    let split = || {
        let mut named = named();
        (named.next().expect("the first"), named.collect::<Vec<_>>())
    };
    let (first, others) = split();
    let combined_any = Schedule::any(first, others);
    let (first, others) = split();
    let combined_all = Schedule::all(first, others);
    let (first, others) = split();
    let combined_except = Schedule::except(first, others);
    let nested = Schedule::any(
        ("not b", combined_except.clone()),
        [("all", combined_all.clone())],
    );
    let mut seen = [false; 4];
    // Two weeks around the changes of clocks in London and New York, and the end of what is known.
    let start = at("2026-10-23T00:00:00Z");
    for minute in (0..14 * 24 * 60).step_by(15) {
        for second in [-1, 0] {
            let instant = start + TimeDelta::minutes(minute) + TimeDelta::seconds(second);
            let parts: Vec<_> = members.iter().map(|member| ask(member, instant)).collect();
            let not_others: Vec<_> = parts[1..]
                .iter()
                .map(|part| part.map(|open| !open))
                .chain([parts[0]])
                .collect();
            assert_eq!(ask(&combined_any, instant), any(&parts), "any at {instant}");
            assert_eq!(ask(&combined_all, instant), all(&parts), "all at {instant}");
            assert_eq!(
                ask(&combined_except, instant),
                all(&not_others),
                "except at {instant}"
            );
            assert_eq!(
                ask(&nested, instant),
                any(&[all(&not_others), all(&parts)]),
                "nested at {instant}"
            );
            if let Ok(status) = combined_any.status(instant) {
                let decided = match status.member() {
                    Some("a") => 0,
                    Some("b") => 1,
                    Some("c") => 2,
                    other => panic!("{other:?} decided"),
                };
                assert_eq!(
                    parts[decided],
                    Some(status.is_open()),
                    "{status} at {instant}"
                );
                seen[decided] = true;
            } else {
                seen[3] = true;
            }
        }
    }
    assert_eq!(
        seen, [true; 4],
        "each member decided, and something was not known"
    );
}

#[test]
fn combinations_explain_themselves() {
    let covered = HolidayList::new(Provenance::new("test"))
        .covering("2026-01-01".parse().expect("a date")..="2026-12-31".parse().expect("a date"))
        .holiday(
            "2026-05-04".parse().expect("a date"),
            "Early May bank holiday",
        );
    let desk = build(
        week(Tz::Europe__London, "mon-fri", "09:00-17:00")
            .holidays(covered)
            .on_unknown_holiday(OnUnknown::Normal),
    );
    let upkeep = build(week(Tz::UTC, "wed", "10:00-11:00"));
    let service = Schedule::except(("desk", desk), [("system upkeep", upkeep)]);

    let status = service.status(at("2026-05-04T10:00:00Z")).expect("known");
    assert_eq!(
        status.to_string(),
        "closed: Early May bank holiday; opens Tue 5 May 09:00"
    );
    assert!(matches!(status.decided_by(), Rule::Holiday(_)));
    assert_eq!(
        (status.member(), status.beaten().count()),
        (Some("desk"), 1)
    );

    let status = service.status(at("2026-05-06T10:30:00Z")).expect("known");
    assert_eq!(status.to_string(), "closed: system upkeep; opens 12:00");
    assert_eq!(status.member(), Some("system upkeep"));
    assert_eq!(status.since(), Some(at("2026-05-06T10:00:00Z")));

    assert_eq!(service.zone().name(), "Europe/London");
    assert_eq!(service.overrides().count(), 0);
    let pause = Override::closed(
        "pause".parse().expect("an id"),
        "2026-05-06".parse().expect("a date"),
    );
    assert_eq!(
        service
            .with_override(pause)
            .expect_err("not a member")
            .to_string(),
        "overrides.pause: a combination has no overrides of its own; give it to one of the members"
    );
}

#[test]
fn combinations_that_never_change_answer_at_once() {
    let now = at("2026-05-06T09:30:00Z");
    let never = Schedule::builder(Tz::UTC).build().expect("valid");
    let always = build(week(Tz::UTC, "every-day", "open"));
    let desk = build(week(Tz::UTC, "mon", "09:00-10:00"));
    let first = |one: &Schedule| ("first", one.clone());
    let second = |one: &Schedule| [("second", one.clone())];
    for (combined, open) in [
        (Schedule::any(first(&always), second(&desk)), true),
        (Schedule::any(first(&never), second(&never)), false),
        (Schedule::all(first(&never), second(&desk)), false),
        (Schedule::all(first(&always), second(&always)), true),
        (Schedule::except(first(&desk), second(&always)), false),
        (Schedule::except(first(&never), second(&desk)), false),
        (Schedule::except(first(&always), second(&never)), true),
    ] {
        let status = combined.status(now).expect("known");
        assert_eq!(
            (status.is_open(), status.until(), status.since()),
            (open, None, None)
        );
        // Nothing but the year that was asked about was compiled.
        assert!(
            combined.compiled_size() < 4_000,
            "{} bytes",
            combined.compiled_size()
        );
    }
}

#[test]
fn arithmetic_follows() {
    let day = build(week(Tz::UTC, "mon-fri", "09:00-17:00"));
    let night = build(week(Tz::UTC, "mon-fri", "17:00-01:00"));
    let both = Schedule::any(("day", day), [("night", night)]);
    let monday = at("2026-11-16T00:00:00Z");
    let intervals = both
        .intervals(monday, monday + TimeDelta::days(2))
        .expect("known");
    let hours: Vec<_> = intervals.map(|open| open.duration().num_hours()).collect();
    assert_eq!(
        hours,
        [16, 15],
        "what touches is one stretch; Tuesday's is cut at the end"
    );
    let by = both.add_open(at("2026-11-16T16:00:00Z"), TimeDelta::hours(10));
    assert_eq!(by, Ok(Some(at("2026-11-17T10:00:00Z"))));
    // Saturday has but the rest of Friday's night.
    let saturday = "2026-11-21".parse().expect("a date");
    assert_eq!(both.is_business_day(saturday), Ok(false));
    assert_eq!(both.open_on(saturday, saturday), Ok(TimeDelta::hours(1)));
}
