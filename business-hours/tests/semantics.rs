//! The documented rules, one case each: precedence, tails, clock changes, unknown holidays, expiry.

use business_hours::{
    HolidayList, LocalOffset, OnUnknown, Override, Provenance, QueryError, Rule, Schedule,
    ScheduleBuilder, Season, Tails, Tz, Warning, When, Zone,
};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, Utc};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn holidays_2026() -> HolidayList {
    HolidayList::new(Provenance::new("test"))
        .covering(date("2026-01-01")..=date("2026-12-31"))
        .holiday(date("2026-05-04"), "Early May bank holiday")
        .holiday(date("2026-12-25"), "Christmas Day")
        .working_day(date("2026-12-26"), "Boxing Day sale")
}

fn london() -> ScheduleBuilder {
    Schedule::builder(Tz::Europe__London)
        .week(
            "mon-fri".parse().expect("days"),
            "09:00-17:00".parse().expect("hours"),
        )
        .holidays(holidays_2026())
        .on_unknown_holiday(OnUnknown::Normal)
}

fn week(zone: Tz, days: &str, hours: &str) -> ScheduleBuilder {
    Schedule::builder(zone).week(days.parse().expect("days"), hours.parse().expect("hours"))
}

fn exception(id: &str, when: &str, hours: &str) -> Override {
    Override::new(
        id.parse().expect("an id"),
        when.parse().expect("a date rule"),
        hours.parse().expect("hours"),
    )
}

fn say(schedule: &Schedule, instant: &str) -> String {
    schedule.status(at(instant)).expect("a status").to_string()
}

#[test]
fn ends_are_half_open() {
    let desk = london().build().expect("valid");
    for (instant, open) in [
        ("2026-11-20T08:59:59.999Z", false),
        ("2026-11-20T09:00:00Z", true),
        ("2026-11-20T16:59:59.999Z", true),
        ("2026-11-20T17:00:00Z", false),
    ] {
        assert_eq!(desk.is_open(at(instant)), Ok(open), "{instant}");
    }
}

#[test]
fn precedence_from_weak_to_strong() {
    let day = "2026-05-04T12:30:00Z"; // 13:30 in London, a Monday
    let mut builder = london();
    let desk = builder.clone().build().expect("valid");
    assert_eq!(
        say(&desk, day),
        "closed: Early May bank holiday; opens Tue 5 May 09:00"
    );
    for (id, when, hours, says) in [
        (
            "yearly range",
            "05-01 to 05-31",
            "13:00-14:00",
            "open: yearly range; closes 14:00",
        ),
        (
            "first monday",
            "1st mon of may",
            "closed",
            "closed: first monday; opens Tue 5 May 13:00",
        ),
        (
            "every 4 May",
            "05-04",
            "13:00-15:00",
            "open: every 4 May; closes 15:00",
        ),
        (
            "range",
            "2026-05-01 to 2026-05-06",
            "closed",
            "closed: range; opens Thu 7 May 13:00",
        ),
        (
            "date",
            "2026-05-04",
            "13:00-16:00",
            "open: date; closes 16:00",
        ),
        (
            "pause",
            "2026-05-04T12:00:00Z to 2026-05-04T13:00:00Z",
            "closed",
            "closed: pause; opens 14:00",
        ),
    ] {
        builder = builder.with_override(exception(id, when, hours));
        let desk = builder.clone().build().expect("valid");
        assert_eq!(say(&desk, day), says);
    }
    let desk = builder.build().expect("valid");
    let status = desk.status(at(day)).expect("a status");
    let beaten: Vec<_> = status.beaten().map(|rule| rule.to_string()).collect();
    assert_eq!(
        beaten,
        [
            "override \"date\"",
            "override \"range\"",
            "override \"every 4 May\"",
            "override \"first monday\"",
            "override \"yearly range\"",
            "holiday (test)",
            "weekly hours",
        ]
    );
    assert_eq!(
        status.holiday().map(|holiday| holiday.name),
        Some("Early May bank holiday")
    );
    // Priority comes before all that.
    let first = exception("strong", "05-01 to 05-31", "13:00-18:00").priority(1);
    let desk = desk.with_override(first).expect("valid");
    assert_eq!(say(&desk, day), "open: strong; closes 18:00");
}

#[test]
fn the_later_of_equals_wins() {
    let desk = london().build().expect("valid");
    let first = exception("a", "2026-11-20", "closed");
    let desk = desk.with_override(first.clone()).expect("valid");
    let desk = desk
        .with_override(exception("b", "2026-11-20", "12:00-13:00"))
        .expect("valid");
    assert_eq!(say(&desk, "2026-11-20T12:00:00Z"), "open: b; closes 13:00");
    let desk = desk.with_override(first).expect("valid");
    assert_eq!(
        say(&desk, "2026-11-20T12:00:00Z"),
        "closed: a; opens Mon 23 Nov 09:00"
    );
    let desk = desk.without_override(&"a".parse().expect("an id"));
    assert_eq!(say(&desk, "2026-11-20T12:00:00Z"), "open: b; closes 13:00");
}

#[test]
fn tails_are_kept_or_cut() {
    let club = week(Tz::Europe__London, "fri-sat", "22:00-02:00").with_override(exception(
        "closed saturday",
        "2026-11-21",
        "closed",
    ));
    let kept = club.clone().build().expect("valid");
    assert_eq!(say(&kept, "2026-11-21T01:00:00Z"), "open; closes 02:00");
    let cut = club.tails(Tails::Cut).build().expect("valid");
    assert_eq!(
        say(&cut, "2026-11-21T01:00:00Z"),
        "closed: closed saturday; opens Fri 27 Nov 22:00"
    );
    for club in [&kept, &cut] {
        // The closed Saturday's own shift is off with its part on Sunday.
        assert_eq!(club.is_open(at("2026-11-22T01:00:00Z")), Ok(false));
        // An ordinary Saturday does not cut Friday's shift.
        assert_eq!(club.is_open(at("2026-11-28T01:00:00Z")), Ok(true));
    }
}

#[test]
fn a_tail_alone_does_not_make_a_business_day() {
    let club = week(Tz::Europe__London, "fri", "22:00-02:00")
        .build()
        .expect("valid");
    assert_eq!(club.is_business_day(date("2026-11-20")), Ok(true));
    assert_eq!(club.is_business_day(date("2026-11-21")), Ok(false));
    assert_eq!(
        club.open_on(date("2026-11-21"), date("2026-11-21")),
        Ok(TimeDelta::hours(2))
    );
    let always = week(Tz::Europe__London, "every-day", "open")
        .build()
        .expect("valid");
    assert_eq!(always.is_business_day(date("2026-11-21")), Ok(true));
    assert_eq!(
        always
            .status(at("2026-11-21T00:00:00Z"))
            .expect("status")
            .to_string(),
        "open"
    );
}

#[test]
fn night_shifts_have_7_or_9_hours() {
    let night = week(Tz::Europe__Paris, "sat", "22:00-06:00")
        .build()
        .expect("valid");
    let hours = |from: &str, until: &str| {
        night
            .open_between(at(from), at(until))
            .expect("known")
            .num_hours()
    };
    assert_eq!(hours("2024-03-30T12:00:00Z", "2024-03-31T12:00:00Z"), 7);
    assert_eq!(hours("2024-10-26T12:00:00Z", "2024-10-27T12:00:00Z"), 9);
    assert_eq!(hours("2024-11-02T12:00:00Z", "2024-11-03T12:00:00Z"), 8);
}

#[test]
fn ends_in_gaps_and_folds() {
    // The facts' readings: a start in the gap moves forward by its length, a fold means the first time.
    let early = week(Tz::Europe__Paris, "sun", "02:30-05:00")
        .build()
        .expect("valid");
    assert_eq!(
        early.next_opening(at("2024-03-31T00:00:00Z")),
        Ok(Some(at("2024-03-31T01:30:00Z")))
    );
    let fold = week(Tz::America__New_York, "sun", "01:30-03:00")
        .build()
        .expect("valid");
    let shift: Vec<_> = fold
        .intervals(at("2026-11-01T00:00:00Z"), at("2026-11-02T00:00:00Z"))
        .expect("known")
        .map(|open| (open.opens, open.closes))
        .collect();
    assert_eq!(
        shift,
        [(at("2026-11-01T05:30:00Z"), at("2026-11-01T08:00:00Z"))]
    );
    let lord_howe = week(Tz::Australia__Lord_Howe, "sun", "02:15-05:00")
        .build()
        .expect("valid");
    assert_eq!(
        lord_howe.next_opening(at("2026-10-03T12:00:00Z")),
        Ok(Some(at("2026-10-03T15:45:00Z")))
    );
    // 24/7 is open in the last minute before clocks go back.
    let always = week(Tz::Europe__Paris, "every-day", "open")
        .build()
        .expect("valid");
    assert_eq!(always.is_open(at("2024-10-27T00:59:30Z")), Ok(true));
}

#[test]
fn midnight_changes() {
    let day = week(Tz::America__Sao_Paulo, "every-day", "open")
        .with_override(exception("closed", "2018-11-04", "closed"))
        .build()
        .expect("valid");
    // 2018-11-04 begins at 01:00 (-02) and has 23 hours; 2018-02-17 has 25.
    let closed = day.status(at("2018-11-04T12:00:00Z")).expect("status");
    assert_eq!(closed.since(), Some(at("2018-11-04T03:00:00Z")));
    assert_eq!(closed.until(), Some(at("2018-11-05T02:00:00Z")));
    let long = date("2018-02-17");
    assert_eq!(day.open_on(long, long), Ok(TimeDelta::hours(25)));
}

#[test]
fn a_skipped_date_has_no_hours() {
    let apia = week(Tz::Pacific__Apia, "fri", "09:00-17:00")
        .build()
        .expect("valid");
    let skipped = date("2011-12-30");
    let opened = apia
        .with_override(exception("skipped", "2011-12-30", "09:00-17:00"))
        .expect("valid");
    for apia in [apia, opened] {
        assert_eq!(apia.is_business_day(skipped), Ok(false));
        assert_eq!(apia.open_on(skipped, skipped), Ok(TimeDelta::zero()));
        assert_eq!(
            apia.next_opening(at("2011-12-29T12:00:00Z")),
            Ok(Some(at("2012-01-05T19:00:00Z"))),
            "the Friday after is the first"
        );
    }
    // A shift begun on Thursday goes on across the date line.
    let night = week(Tz::Pacific__Apia, "thu", "22:00-02:00")
        .build()
        .expect("valid");
    assert_eq!(
        night.next_closing(at("2011-12-30T09:00:00Z")),
        Ok(Some(at("2011-12-30T12:00:00Z")))
    );
}

#[test]
fn uncovered_dates_are_normal_closed_or_an_error() {
    let instant = at("2027-05-03T10:00:00Z");
    let desk = london().build().expect("valid");
    let status = desk.status(instant).expect("a status");
    assert!(status.is_open());
    assert_eq!(
        status.warning(),
        Some(Warning::MayBeHoliday(date("2027-05-03")))
    );

    let desk = london()
        .on_unknown_holiday(OnUnknown::Closed)
        .build()
        .expect("valid");
    let status = desk.status(instant).expect("a status");
    assert_eq!(status.to_string(), "closed: holidays not known");
    assert_eq!(status.decided_by(), Rule::UncoveredDate);

    let desk = london()
        .on_unknown_holiday(OnUnknown::Error)
        .build()
        .expect("valid");
    let unknown = |text| Err(QueryError::HolidaysUnknown { date: date(text) });
    assert_eq!(desk.is_open(instant), unknown("2027-05-03"));
    assert_eq!(
        desk.next_opening(at("2026-12-31T18:00:00Z")),
        unknown("2027-01-01").map(|_: bool| None)
    );
    let status = desk
        .status(at("2026-12-31T18:00:00Z"))
        .expect("closed for certain");
    assert_eq!(
        status.warning(),
        Some(Warning::NextChangeUnknown(date("2027-01-01")))
    );
    assert_eq!(status.until(), None);
    assert!(
        desk.open_between(at("2026-12-31T12:00:00Z"), at("2027-01-01T12:00:00Z"))
            .is_err()
    );
    assert!(
        desk.open_between(at("2026-12-31T12:00:00Z"), at("2027-01-01T00:00:00Z"))
            .is_ok()
    );
    // An override decides without asking a calendar.
    let desk = desk
        .with_override(exception("sure", "2027-05-03", "open"))
        .expect("valid");
    assert_eq!(desk.is_open(instant), Ok(true));
}

#[test]
fn working_days_have_the_hours_of_a_working_day() {
    let desk = london().build().expect("valid");
    assert_eq!(
        say(&desk, "2026-12-26T12:00:00Z"),
        "open: Boxing Day sale; closes 17:00"
    );
}

/// Found by the oracle in Python: Monday's break after midnight was cut into Friday's shift.
#[test]
fn a_working_day_does_not_borrow_breaks() {
    let working_saturday = HolidayList::new(Provenance::new("test"))
        .covering(date("2026-01-01")..=date("2026-12-31"))
        .working_day(date("2026-12-26"), "Boxing Day sale");
    let desk = week(Tz::UTC, "mon", "09:00-17:00")
        .week(
            "fri,sun".parse().expect("days"),
            "22:00-04:00".parse().expect("hours"),
        )
        .breaks(
            "mon".parse().expect("days"),
            "02:00-03:00".parse().expect("hours"),
        )
        .holidays(working_saturday)
        .on_unknown_holiday(OnUnknown::Closed)
        .build()
        .expect("valid");
    assert_eq!(desk.is_open(at("2026-12-26T02:30:00Z")), Ok(true));
    assert_eq!(desk.is_open(at("2026-12-28T02:30:00Z")), Ok(false));
}

#[test]
fn eves_close_early_but_never_open() {
    let desk = london()
        .eve_hours("09:00-13:00".parse().expect("hours"))
        .build()
        .expect("valid");
    assert_eq!(
        say(&desk, "2026-12-24T14:00:00Z"),
        "closed: eve of a holiday; opens Sat 26 Dec 09:00"
    );
    // Whether the last covered day is an eve depends on the day after, which is the one not covered.
    let strict = london()
        .eve_hours("09:00-13:00".parse().expect("hours"))
        .on_unknown_holiday(OnUnknown::Error)
        .build()
        .expect("valid");
    let date = date("2027-01-01");
    assert_eq!(
        strict.is_open(at("2026-12-31T10:00:00Z")),
        Err(QueryError::HolidaysUnknown { date })
    );
    // What is closed as if it were a holiday has an eve, too.
    let careful = london()
        .eve_hours("09:00-13:00".parse().expect("hours"))
        .on_unknown_holiday(OnUnknown::Closed)
        .build()
        .expect("valid");
    assert_eq!(
        say(&careful, "2026-12-31T10:00:00Z"),
        "open: eve of a holiday; closes 13:00"
    );
    // Sunday 3 May is the eve of the bank holiday, and closed anyway.
    assert_eq!(desk.is_open(at("2026-05-03T10:00:00Z")), Ok(false));
}

#[test]
fn seasons_replace_the_week() {
    let summer = Season::new("summer", "07-01 to 08-31".parse().expect("dates")).week(
        "mon-fri".parse().expect("days"),
        "08:00-14:00".parse().expect("hours"),
    );
    let desk = london().season(summer).build().expect("valid");
    assert_eq!(
        say(&desk, "2026-07-01T13:00:00Z"),
        "closed: summer; opens Thu 2 Jul 08:00"
    );
    assert_eq!(say(&desk, "2026-09-01T13:00:00Z"), "open; closes 17:00");
}

#[test]
fn an_expired_override_counts_as_never_made_even_within_the_day() {
    let closed = exception("flood", "2026-11-20 to 2026-11-30", "closed");
    let desk = london()
        .with_override(closed.expiring(at("2026-11-23T12:00:00Z")))
        .build()
        .expect("valid");
    assert_eq!(
        say(&desk, "2026-11-23T11:59:59Z"),
        "closed: flood; opens 12:00"
    );
    assert_eq!(say(&desk, "2026-11-23T12:00:00Z"), "open; closes 17:00");
}

#[test]
fn an_interval_ends_when_it_expires() {
    let pause = exception(
        "pause",
        "2026-11-20T14:00:00Z to 2026-11-20T16:00:00Z",
        "closed",
    );
    let desk = london()
        .with_override(pause.expiring(at("2026-11-20T15:00:00.9Z")))
        .build()
        .expect("valid");
    assert_eq!(
        say(&desk, "2026-11-20T14:00:00Z"),
        "closed: pause; opens 15:00"
    );
}

/// A zone whose clocks went from 23:30 on 14 June 2026 to 00:30 on the 15th, at 21:30Z, as Toronto's did in
/// 1919.
#[derive(Debug)]
struct Straddling;

impl Zone for Straddling {
    fn name(&self) -> &str {
        "straddling"
    }

    fn data_version(&self) -> &str {
        "made up"
    }

    fn offset_at(&self, instant: DateTime<Utc>) -> FixedOffset {
        let hours = if instant < at("2026-06-14T21:30:00Z") {
            2
        } else {
            3
        };
        FixedOffset::east_opt(hours * 3600).expect("an offset")
    }

    fn offset_of_local(&self, local: NaiveDateTime) -> LocalOffset {
        let change = at("2026-06-14T21:30:00Z");
        let before = self.offset_at(change - TimeDelta::seconds(1));
        let after = self.offset_at(change);
        if local < (change + TimeDelta::hours(2)).naive_utc() {
            LocalOffset::Unique(before)
        } else if local < (change + TimeDelta::hours(3)).naive_utc() {
            LocalOffset::Gap { before, change }
        } else {
            LocalOffset::Unique(after)
        }
    }
}

#[test]
fn a_gap_across_midnight() {
    let times = |schedule: &Schedule| -> Vec<String> {
        let range = schedule.intervals(at("2026-06-14T09:00:00Z"), at("2026-06-15T09:00:00Z"));
        range
            .expect("known")
            .map(|open| format!("{:?} {:?}", open.opens, open.closes))
            .collect()
    };
    let day = |days: &str, hours: &str| {
        let days = days.parse().expect("days");
        Schedule::builder(Straddling)
            .week(days, hours.parse().expect("hours"))
            .build()
            .expect("valid")
    };
    // Monday begins at the change, which is 00:30 on its clocks, and is open from there on.
    assert_eq!(
        times(&day("mon", "open")),
        ["2026-06-14T21:30:00Z 2026-06-15T09:00:00Z"]
    );
    assert_eq!(
        times(&day("sun", "10:00-24:00")),
        ["2026-06-14T09:00:00Z 2026-06-14T21:30:00Z"]
    );
    let always = day("every-day", "open");
    assert_eq!(
        times(&always),
        ["2026-06-14T09:00:00Z 2026-06-15T09:00:00Z"]
    );
    let off = always
        .with_override(exception("off", "2026-06-15", "closed"))
        .expect("valid");
    assert_eq!(times(&off), ["2026-06-14T09:00:00Z 2026-06-14T21:30:00Z"]);
    // 23:45 is read with the offset before: 00:45, which is Monday, and not from its beginning.
    assert_eq!(
        times(&day("sun", "23:45-02:00")),
        ["2026-06-14T21:45:00Z 2026-06-14T23:00:00Z"]
    );
}

#[test]
fn pause_until_three() {
    let desk = london().build().expect("valid");
    let now = at("2026-11-20T14:10:00Z");
    let until_three = When::between(now, at("2026-11-20T15:00:00Z")).expect("not empty");
    let pause =
        Override::closed("pause".parse().expect("an id"), until_three).because("Team meeting");
    let paused = desk.with_override(pause).expect("valid");
    let status = paused.status(now).expect("a status");
    assert_eq!(status.to_string(), "closed: Team meeting; opens 15:00");
    assert_eq!(
        status.spoken().to_string(),
        "We are closed: Team meeting. We open again today at 3 PM."
    );
    assert_eq!(
        desk.is_open(now),
        Ok(true),
        "the old schedule is what it was"
    );
}

#[test]
fn the_ends_of_time_are_errors_not_panics() {
    let desk = london().build().expect("valid");
    let out = |instant| QueryError::OutOfRange { instant };
    for instant in [
        DateTime::<Utc>::MAX_UTC,
        DateTime::<Utc>::MIN_UTC,
        at("2100-01-01T00:00:00Z"),
        at("1969-12-31T23:59:59.999Z"),
    ] {
        assert_eq!(desk.is_open(instant), Err(out(instant)));
        assert_eq!(desk.next_opening(instant), Err(out(instant)));
        assert_eq!(desk.previous_closing(instant), Err(out(instant)));
        assert_eq!(
            desk.add_open(instant, TimeDelta::hours(1)),
            Err(out(instant))
        );
        assert!(desk.status(instant).is_err());
        assert!(desk.is_business_day(instant.date_naive()).is_err() || instant.timestamp() > 0);
    }
    assert!(
        desk.is_business_day(NaiveDate::MAX).is_err()
            && desk.is_business_day(NaiveDate::MIN).is_err()
    );
    let (first, last) = (at("1970-01-01T00:00:00Z"), at("2099-12-31T23:59:59Z"));
    assert_eq!(desk.next_opening(last), Ok(None));
    assert_eq!(desk.previous_opening(first), Ok(None));
    assert_eq!(desk.add_open(last, TimeDelta::MAX), Ok(None));
    assert_eq!(desk.subtract_open(first, TimeDelta::hours(1)), Ok(None));
    assert_eq!(desk.add_open(first, TimeDelta::MIN), Ok(None));
    assert!(desk.open_between(first, last).is_ok());
}

#[test]
fn schedules_that_never_open_answer_at_once() {
    let never = Schedule::builder(Tz::Europe__London)
        .build()
        .expect("valid");
    let now = at("2026-11-20T14:10:00Z");
    assert_eq!(never.next_opening(now), Ok(None));
    assert_eq!(never.previous_opening(now), Ok(None));
    assert_eq!(never.status(now).expect("status").to_string(), "closed");
    assert_eq!(never.next_business_day(now.date_naive()), Ok(None));
    assert_eq!(never.add_open(now, TimeDelta::seconds(1)), Ok(None));
}

#[test]
fn deadlines() {
    let desk = london().build().expect("valid");
    let add = |from: &str, hours| {
        desk.add_open(at(from), TimeDelta::hours(hours))
            .expect("known")
    };
    assert_eq!(
        add("2026-11-20T09:00:00Z", 8),
        Some(at("2026-11-20T17:00:00Z"))
    );
    assert_eq!(
        add("2026-11-20T15:00:00Z", 4),
        Some(at("2026-11-23T11:00:00Z"))
    );
    assert_eq!(
        add("2026-11-21T12:00:00Z", 0),
        Some(at("2026-11-21T12:00:00Z"))
    );
    let back = desk.subtract_open(at("2026-11-23T09:00:00Z"), TimeDelta::hours(8));
    assert_eq!(back, Ok(Some(at("2026-11-20T09:00:00Z"))));
    // Fractions of a second are kept.
    let from = at("2026-11-20T16:59:59.750Z");
    let by = desk
        .add_open(from, TimeDelta::milliseconds(500))
        .expect("known");
    assert_eq!(by, Some(at("2026-11-23T09:00:00.250Z")));
    assert_eq!(
        desk.open_between(from, at("2026-11-23T09:00:00.250Z")),
        Ok(TimeDelta::milliseconds(500))
    );
    assert_eq!(
        desk.subtract_open(at("2026-11-23T09:00:00.250Z"), TimeDelta::milliseconds(500)),
        Ok(Some(from))
    );
}

#[test]
fn business_days() {
    let desk = london().build().expect("valid");
    // Friday before the bank holiday weekend.
    assert_eq!(
        desk.next_business_day(date("2026-05-01")),
        Ok(Some(date("2026-05-05")))
    );
    assert_eq!(
        desk.previous_business_day(date("2026-05-05")),
        Ok(Some(date("2026-05-01")))
    );
    assert_eq!(
        desk.add_business_days(date("2026-05-02"), 1),
        Ok(Some(date("2026-05-05")))
    );
    assert_eq!(
        desk.add_business_days(date("2026-05-05"), -2),
        Ok(Some(date("2026-04-30")))
    );
    assert_eq!(
        desk.business_days_between(date("2026-05-01"), date("2026-05-08")),
        Ok(4)
    );
    assert_eq!(
        desk.business_days_between(date("2026-05-08"), date("2026-05-01")),
        Ok(-4)
    );
}
