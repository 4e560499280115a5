//! Random schedules, and the instants at which they are interesting.

use business_hours::{
    Dates, HolidaySpec, Hours, MonthDay, Nth, OnUnknown, Override, Schedule, ScheduleSpec, Season,
    Tails, TimeOfDay, TimeRange, Tz, Week, When,
};
use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeDelta, TimeZone, Weekday};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) zone: Tz,
    /// The instant in whose days it is tested.
    pub(crate) around: i64,
    pub(crate) spec: ScheduleSpec,
    pub(crate) picks: Vec<usize>,
}

impl Case {
    /// The same schedule, made in each way there is.
    pub(crate) fn schedules(&self) -> Vec<Schedule> {
        let mut bare = self.spec.clone();
        bare.overrides.clear();
        let year = DateTime::from_timestamp(self.around, 0)
            .expect("in range")
            .year();
        let ahead = bare
            .clone()
            .into_builder()
            .compiled_for(year - 1..=year + 1)
            .build()
            .expect("valid");
        let lazy = Schedule::from_spec(&bare).expect("valid");
        // Compile it before it changes, and bring in one override that goes again.
        let instant = DateTime::from_timestamp(self.around, 0).expect("in range");
        let _ = lazy.is_open(instant);
        let passing = Override::open(
            "passing".parse().expect("an id"),
            When::date(instant.date_naive()),
        );
        let lazy = lazy.with_override(passing.clone()).expect("valid");
        let _ = lazy.is_open(instant);
        let lazy = lazy.without_override(&passing.id);
        let add = |schedule: Schedule| {
            self.spec
                .overrides
                .iter()
                .fold(schedule, |schedule, exception| {
                    schedule.with_override(exception.clone()).expect("valid")
                })
        };
        let at_once = lazy
            .with_overrides(self.spec.overrides.clone())
            .expect("valid");
        let mut made = vec![add(ahead), at_once];
        // Contradictions are errors in a description, though not in what is added later.
        made.extend(Schedule::from_spec(&self.spec).ok());
        made
    }
}

/// A zone's changes of clocks from 2000 to 2037.
pub(crate) fn changes(zone: Tz) -> Vec<i64> {
    let offset = |seconds: i64| {
        let instant = DateTime::from_timestamp(seconds, 0)
            .expect("in range")
            .naive_utc();
        zone.offset_from_utc_datetime(&instant)
            .fix()
            .local_minus_utc()
    };
    const STEP: i64 = 86_400 * 4;
    let mut changes = Vec::new();
    for step in 0..38 * 366 * 86_400 / STEP {
        let (mut low, mut high) = (946_684_800 + step * STEP, 946_684_800 + (step + 1) * STEP);
        if offset(low) == offset(high) {
            continue;
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if offset(middle) == offset(low) {
                low = middle
            } else {
                high = middle
            }
        }
        changes.push(high);
    }
    changes
}

/// Hours with many ends at night, the half hours included.
pub(crate) fn night_and_day(zone: Tz) -> ScheduleSpec {
    let mut spec = ScheduleSpec::new(zone.name());
    for (days, hours) in [
        ("mon", "00:00-00:30, 01:30-02:15, 02:45-03:00, 23:30-24:30"),
        ("tue", "02:00-02:30, 03:30-12:00, 22:00-02:30"),
        ("wed,fri", "02:30-06:00, 23:00-24:00"),
        ("thu", "00:30-01:30, 23:45-24:15"),
        ("sat", "00:00-24:00"),
        ("sun", "00:15-01:00, 02:30-03:30, 23:30-23:45"),
    ] {
        spec.week
            .insert(days.parse().expect("days"), hours.parse().expect("hours"));
    }
    spec
}

/// Zones whose changes of clocks are at midnight, by half an hour or two hours, backwards, or irregular.
const ODD: [Tz; 13] = [
    Tz::America__Sao_Paulo,
    Tz::Asia__Beirut,
    Tz::Africa__Cairo,
    Tz::America__Havana,
    Tz::Pacific__Apia,
    Tz::Australia__Lord_Howe,
    Tz::Antarctica__Troll,
    Tz::Africa__Casablanca,
    Tz::Asia__Gaza,
    Tz::America__Scoresbysund,
    Tz::America__St_Johns,
    Tz::Asia__Tehran,
    Tz::Europe__London,
];

/// A zone and an instant worth testing: mostly changes of clocks.
fn moment() -> impl Strategy<Value = (Tz, i64)> {
    let change = |zones: &'static [Tz]| {
        (prop::sample::select(zones), any::<prop::sample::Index>()).prop_filter_map(
            "a zone without changes",
            |(zone, index)| {
                let changes = changes(zone);
                (!changes.is_empty()).then(|| (zone, *index.get(&changes)))
            },
        )
    };
    // Leap days, New Year, the ends of months.
    let dates = [
        "2024-02-29",
        "2025-02-28",
        "2026-12-31",
        "2027-01-01",
        "2026-05-31",
    ];
    let noon = prop::sample::select(dates.to_vec()).prop_map(|date| {
        let date: NaiveDate = date.parse().expect("a date");
        date.and_hms_opt(12, 0, 0)
            .expect("noon")
            .and_utc()
            .timestamp()
    });
    prop_oneof![
        5 => change(&ODD),
        4 => change(&chrono_tz::TZ_VARIANTS),
        2 => (prop::sample::select(&chrono_tz::TZ_VARIANTS[..]), noon),
        // 2011-12-30T10:00:00Z, when Samoa crossed the date line.
        1 => Just((Tz::Pacific__Apia, 1_325_239_200)),
    ]
}

fn time() -> impl Strategy<Value = u32> {
    // Quarters of an hour, most of them at night, up to 06:00 of the next day.
    prop_oneof![3 => 0..16_u32, 2 => 84..120_u32, 2 => 16..84_u32].prop_map(|quarter| quarter * 900)
}

fn range(from: u32, until: u32) -> Option<TimeRange> {
    let time = |seconds| TimeOfDay::from_seconds(seconds).ok();
    TimeRange::new(time(from)?, time(until)?).ok()
}

fn hours() -> impl Strategy<Value = Hours> {
    let some = vec(time(), 2..7).prop_map(|mut times| {
        times.sort_unstable();
        times.dedup();
        let ranges = times
            .chunks_exact(2)
            .filter_map(|pair| range(pair[0], pair[1]));
        Hours::new(ranges).expect("pairs of sorted times do not overlap")
    });
    prop_oneof![1 => Just(Hours::closed()), 1 => Just(Hours::all_day()), 6 => some]
}

fn week() -> impl Strategy<Value = Week> {
    vec(hours(), 7).prop_map(|days| {
        let mut week = Week::new();
        let mut day = Weekday::Mon;
        for (index, hours) in days.iter().enumerate() {
            // A shift must not run into the next day's hours: it ends at midnight then.
            let next = days[(index + 1) % 7].ranges().first();
            let free = next.map_or(86_400, |next| next.start().seconds());
            let ranges = hours.ranges().iter().filter_map(|given| {
                let until = given.end().seconds();
                let until = if until > 86_400 + free { 86_400 } else { until };
                range(given.start().seconds(), until)
            });
            week.insert(day.into(), Hours::new(ranges).expect("shorter than before"));
            day = day.succ();
        }
        week
    })
}

/// A rule for dates or instants near `around`.
fn when(around: i64, instants: bool) -> impl Strategy<Value = When> {
    let noon = DateTime::from_timestamp(around, 0).expect("in range");
    let date = noon.date_naive();
    let day = move |shift: i64| {
        date.checked_add_signed(TimeDelta::days(shift))
            .expect("in range")
    };
    let near = -4_i64..=4;
    let dated = prop_oneof![
        2 => near.clone().prop_map(move |shift| When::date(day(shift))),
        1 => (near.clone(), 0..6_i64).prop_map(move |(shift, days)| {
            When::dates(day(shift), day(shift + days)).expect("in order")
        }),
        1 => near.clone().prop_map(move |shift| When::yearly(MonthDay::from(day(shift)))),
        1 => (near.clone(), near.clone()).prop_map(move |(a, b)| {
            When::yearly_range(MonthDay::from(day(a)), MonthDay::from(day(b)))
        }),
        1 => near.prop_map(move |shift| {
            let day = day(shift);
            let nth = [Nth::First, Nth::Second, Nth::Third, Nth::Fourth, Nth::Last][(day.day0() / 7) as usize];
            When::nth_weekday(nth, day.weekday(), None)
        }),
    ];
    let interval = (-REACH_MINUTES..REACH_MINUTES, 1..3000_i64).prop_map(move |(from, minutes)| {
        let from = noon + TimeDelta::minutes(from);
        When::between(from, from + TimeDelta::minutes(minutes)).expect("not empty")
    });
    if instants {
        prop_oneof![2 => dated, 1 => interval].boxed()
    } else {
        dated.boxed()
    }
}

const REACH_MINUTES: i64 = 4 * 24 * 60;

fn exception(around: i64) -> impl Strategy<Value = Override> {
    let expiry = option::weighted(0.25, -REACH_MINUTES..REACH_MINUTES);
    (when(around, true), hours(), 0..3_i32, expiry).prop_map(
        move |(when, hours, priority, expiry)| {
            // An interval is open or closed as a whole.
            let hours = match when.instants() {
                Some(_) if hours.is_closed() => hours,
                Some(_) => Hours::all_day(),
                None => hours,
            };
            let id = "to be numbered".parse().expect("an id");
            let exception = Override::new(id, when, hours).priority(priority.saturating_sub(1));
            let Some(minutes) = expiry else {
                return exception;
            };
            exception.expiring(match when.instants() {
                // Within the interval, or it would have no effect at all.
                Some((from, until)) => {
                    from + TimeDelta::minutes(
                        1 + minutes.unsigned_abs() as i64 % (until - from).num_minutes(),
                    )
                }
                None => {
                    DateTime::from_timestamp(around, 0).expect("in range")
                        + TimeDelta::minutes(minutes)
                }
            })
        },
    )
}

fn holidays(around: i64) -> impl Strategy<Value = HolidaySpec> {
    let date = DateTime::from_timestamp(around, 0)
        .expect("in range")
        .date_naive();
    let day = move |shift: i64| {
        date.checked_add_signed(TimeDelta::days(shift))
            .expect("in range")
    };
    let unknown = prop_oneof![
        3 => Just(OnUnknown::Normal),
        2 => Just(OnUnknown::Closed),
        1 => Just(OnUnknown::Error),
    ];
    let covers = prop_oneof![3 => Just((-400, 400)), 1 => (-4..0_i64, 0..5_i64)];
    let days = vec((-4..5_i64, prop::bool::weighted(0.3)), 0..4);
    (unknown, covers, days, hours(), option::of(hours())).prop_map(
        move |(unknown, (first, last), days, hours, eve)| {
            let mut spec = HolidaySpec::default();
            spec.unknown = Some(unknown);
            spec.covers = Some(Dates::new(day(first), day(last)).expect("in order"));
            for (shift, working) in days {
                let date = day(shift.clamp(first, last));
                if working && !spec.dates.contains_key(&date) {
                    spec.working_days.insert(date, "working day".into());
                } else if !spec.working_days.contains_key(&date) {
                    spec.dates.insert(date, "holiday".into());
                }
            }
            spec.hours = hours;
            spec.eve = eve;
            spec.working_days_as = Some(date.weekday());
            spec
        },
    )
}

fn spec(zone: Tz, around: i64) -> impl Strategy<Value = ScheduleSpec> {
    let seasons = vec((when(around, false), week()), 0..3);
    let tails = prop_oneof![Just(Tails::Keep), Just(Tails::Cut)];
    let breaks = vec(time(), 2);
    let exceptions = vec(exception(around), 0..6);
    let parts = (
        week(),
        seasons,
        tails,
        breaks,
        option::of(holidays(around)),
        exceptions,
    );
    parts.prop_map(
        move |(week, seasons, tails, breaks, holidays, exceptions)| {
            let mut spec = ScheduleSpec::new(zone.name());
            spec.tails = tails;
            for (index, (when, week)) in seasons.into_iter().enumerate() {
                let mut season = Season::new(format!("season {index}"), when);
                season.week = week;
                spec.seasons.push(season);
            }
            // Breaks must cut something: those that do not are left out.
            if let Some(range) = range(breaks[0].min(breaks[1]), breaks[0].max(breaks[1])) {
                let pause = Hours::new([range]).expect("one range");
                for (days, hours) in &week {
                    let cuts = hours
                        .ranges()
                        .iter()
                        .any(|open| open.start() < range.end() && range.start() < open.end());
                    if cuts {
                        spec.breaks.insert(*days, pause.clone());
                    }
                }
            }
            spec.week = week;
            spec.holidays = holidays;
            for (index, mut exception) in exceptions.into_iter().enumerate() {
                exception.id = format!("override {index}").parse().expect("an id");
                spec.overrides.push(exception);
            }
            spec
        },
    )
}

pub(crate) fn cases() -> impl Strategy<Value = Case> {
    moment().prop_flat_map(|(zone, around)| {
        // Whole minutes: the model looks at one instant a minute.
        let around = around - around.rem_euclid(60);
        let picks = vec(any::<usize>(), 12);
        (spec(zone, around), picks).prop_map(move |(spec, picks)| Case {
            zone,
            around,
            spec,
            picks,
        })
    })
}
