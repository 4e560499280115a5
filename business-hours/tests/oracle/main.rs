//! Every answer equals that of a minute-by-minute model, for random schedules in all zones, in the days
//! around changes of clocks, year ends, leap days and skipped days.

mod model;
mod schedules;

use std::collections::HashMap;

use business_hours::{QueryError, Rule, Schedule, Tz};
use chrono::{DateTime, TimeDelta, Utc};
use model::{Model, State};
use proptest::prelude::*;
use schedules::{Case, cases};

const MINUTE: i64 = 60;
/// Minutes on either side of the instant that a case is about.
const REACH: i64 = 4 * 24 * 60;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).expect("in range")
}

fn rule_name(rule: Rule<'_>) -> String {
    match rule {
        Rule::WeeklyHours => "week".into(),
        Rule::Break => "break".into(),
        Rule::Season(name) => name.into(),
        Rule::HolidayEve => "eve".into(),
        Rule::Holiday(_) => "holiday".into(),
        Rule::WorkingDay(_) => "working day".into(),
        Rule::UncoveredDate => "unknown".into(),
        Rule::Override(exception) => exception.id.to_string(),
        other => panic!("a rule that the model does not know: {other}"),
    }
}

/// The truth in the minutes around a case.
struct Truth {
    start: i64,
    states: Vec<State>,
    /// Open minutes before each.
    open: Vec<i64>,
    /// The nearest minutes before and after at which the phase changes, by minute.
    all_known: bool,
}

impl Truth {
    fn of(case: &Case, model: &Model) -> Self {
        let start = (case.around / MINUTE - REACH) * MINUTE;
        let states: Vec<State> = (0..2 * REACH)
            .map(|minute| model.state(start + minute * MINUTE))
            .collect();
        let mut open = vec![0];
        open.extend(states.iter().scan(0, |sum, state| {
            *sum += i64::from(state.is_open());
            Some(*sum)
        }));
        let all_known = !states.contains(&State::Unknown);
        Self {
            start,
            states,
            open,
            all_known,
        }
    }

    fn time(&self, minute: usize) -> i64 {
        self.start + minute as i64 * MINUTE
    }

    /// The first minute from `from` on at which it goes to open or closed.
    fn next(&self, open: bool, after: usize) -> Option<usize> {
        (after + 1..self.states.len()).find(|&minute| {
            self.states[minute].is_open() == open && self.states[minute - 1].is_open() != open
        })
    }

    fn previous(&self, open: bool, until: usize) -> Option<usize> {
        (1..=until).rev().find(|&minute| {
            self.states[minute].is_open() == open && self.states[minute - 1].is_open() != open
        })
    }
}

fn check_states(schedule: &Schedule, truth: &Truth) {
    for (minute, state) in truth.states.iter().enumerate() {
        let instant = at(truth.time(minute));
        let answer = schedule.is_open(instant);
        match state {
            State::Unknown => {
                assert!(
                    matches!(answer, Err(QueryError::HolidaysUnknown { .. })),
                    "{instant}: {answer:?}"
                );
            }
            known => assert_eq!(answer, Ok(known.is_open()), "{instant}: {state:?}"),
        }
        if minute % 7 == 0 && *state != State::Unknown {
            let status = schedule.status(instant).expect("known");
            let (State::Open(name) | State::Closed(name)) = state else {
                continue;
            };
            assert_eq!(&rule_name(status.decided_by()), name, "{instant}");
            assert_eq!(status.is_open(), state.is_open());
        }
    }
}

/// One second before each change, at it, and one second after.
fn check_boundaries(schedule: &Schedule, model: &Model, truth: &Truth) {
    for minute in 1..truth.states.len() {
        if truth.states[minute] != truth.states[minute - 1] {
            for second in [-1, 0, 1] {
                let seconds = truth.time(minute) + second;
                let expected = model.state(seconds);
                if expected != State::Unknown {
                    assert_eq!(
                        schedule.is_open(at(seconds)),
                        Ok(expected.is_open()),
                        "{}",
                        at(seconds)
                    );
                }
            }
        }
    }
}

fn check_searches(schedule: &Schedule, truth: &Truth, minutes: &[usize]) {
    for &minute in minutes {
        let instant = at(truth.time(minute));
        let status = schedule.status(instant).expect("known");
        assert_eq!(
            status.until(),
            next_change(schedule, instant, status.is_open())
        );
        for open in [true, false] {
            let (next, previous) = if open {
                (
                    schedule.next_opening(instant),
                    schedule.previous_opening(instant),
                )
            } else {
                (
                    schedule.next_closing(instant),
                    schedule.previous_closing(instant),
                )
            };
            // What the window does not show must lie outside of it.
            let last = at(truth.time(truth.states.len() - 1));
            match truth.next(open, minute) {
                Some(minute) => {
                    assert_eq!(next, Ok(Some(at(truth.time(minute)))), "after {instant}")
                }
                None => assert!(
                    next.is_err() || next.is_ok_and(|next| next.is_none_or(|next| next > last))
                ),
            }
            match truth.previous(open, minute) {
                Some(minute) => assert_eq!(
                    previous,
                    Ok(Some(at(truth.time(minute)))),
                    "until {instant}"
                ),
                None => assert!(
                    previous.is_err()
                        || previous
                            .is_ok_and(|previous| previous.is_none_or(|p| p <= at(truth.start)))
                ),
            }
            if status.is_open() == open {
                assert_eq!(status.since(), previous.unwrap_or(None));
            }
        }
    }
}

fn next_change(schedule: &Schedule, instant: DateTime<Utc>, open: bool) -> Option<DateTime<Utc>> {
    let next = if open {
        schedule.next_closing(instant)
    } else {
        schedule.next_opening(instant)
    };
    next.unwrap_or(None)
}

fn check_arithmetic(schedule: &Schedule, truth: &Truth, pairs: &[(usize, usize)]) {
    for &(a, b) in pairs {
        let (from, until) = (at(truth.time(a)), at(truth.time(b)));
        let minutes = truth.open[b] - truth.open[a];
        let open = TimeDelta::minutes(minutes);
        assert_eq!(
            schedule.open_between(from, until),
            Ok(open),
            "{from} to {until}"
        );
        if minutes > 0 {
            let reached = (a..)
                .find(|&at| truth.open[at] - truth.open[a] == minutes)
                .expect("in the window");
            assert_eq!(
                schedule.add_open(from, open),
                Ok(Some(at(truth.time(reached)))),
                "{from} + {open}"
            );
            let begun = (0..=b)
                .rev()
                .find(|&at| truth.open[b] - truth.open[at] == minutes)
                .expect("in the window");
            assert_eq!(
                schedule.subtract_open(until, open),
                Ok(Some(at(truth.time(begun)))),
                "{until} - {open}"
            );
        }
    }
}

fn check_intervals(schedule: &Schedule, truth: &Truth) {
    let last = truth.states.len() - 1;
    let mut expected = Vec::new();
    let mut opens = None;
    for minute in 0..=last {
        match (opens, truth.states[minute].is_open() && minute < last) {
            (None, true) => opens = Some(minute),
            (Some(open), false) => {
                expected.push((at(truth.time(open)), at(truth.time(minute))));
                opens = None;
            }
            _ => {}
        }
    }
    let intervals = schedule
        .intervals(at(truth.start), at(truth.time(last)))
        .expect("known");
    let forwards: Vec<_> = intervals
        .clone()
        .map(|open| (open.opens, open.closes))
        .collect();
    assert_eq!(forwards, expected);
    let mut backwards: Vec<_> = intervals
        .clone()
        .rev()
        .map(|open| (open.opens, open.closes))
        .collect();
    backwards.reverse();
    assert_eq!(backwards, expected);
    // From both ends at once.
    let (mut intervals, mut both, mut rest) = (intervals, Vec::new(), Vec::new());
    while let Some(front) = intervals.next() {
        both.push((front.opens, front.closes));
        rest.extend(intervals.next_back().map(|open| (open.opens, open.closes)));
    }
    both.extend(rest.into_iter().rev());
    assert_eq!(both, expected);
}

fn check(case: &Case) {
    let model = Model::new(case.zone, case.spec.clone());
    let truth = Truth::of(case, &model);
    for schedule in case.schedules() {
        check_states(&schedule, &truth);
        check_boundaries(&schedule, &model, &truth);
        if truth.all_known {
            let limit = truth.states.len();
            let minutes: Vec<usize> = case.picks.iter().map(|pick| pick % limit).collect();
            check_searches(&schedule, &truth, &minutes);
            let pairs: Vec<_> = minutes
                .windows(2)
                .map(|pair| (pair[0].min(pair[1]), pair[0].max(pair[1])))
                .collect();
            check_arithmetic(&schedule, &truth, &pairs);
            check_intervals(&schedule, &truth);
        }
    }
}

/// Few cases, each of tens of thousands of questions; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let asked = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() {
        asked.cases
    } else {
        48
    };
    ProptestConfig {
        cases,
        max_shrink_iters: 200,
        ..asked
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_answer_equals_the_model(case in cases()) {
        check(&case);
    }
}

/// The documented reading of wall-clock times, against the model's, in every zone at every change since
/// 2000: a night shift and a day's hours with ends all through the night.
#[test]
fn every_change_of_clocks_in_every_zone() {
    let mut checked = 0;
    let mut seen = HashMap::new();
    for zone in chrono_tz::TZ_VARIANTS {
        for change in schedules::changes(zone) {
            // Zones share rules: the same change from the same offsets is the same case.
            let model = Model::new(zone, schedules::night_and_day(zone));
            let key = (change, model.offset(change - 1), model.offset(change));
            if seen.insert(key, zone).is_some() {
                continue;
            }
            let schedule = Schedule::from_spec(&schedules::night_and_day(zone)).expect("valid");
            let from = change - change.rem_euclid(900) - 30 * 3600;
            for quarter in 0..60 * 4 {
                let instant = from + quarter * 900;
                let expected = model.state(instant);
                assert_eq!(
                    schedule.is_open(at(instant)),
                    Ok(expected.is_open()),
                    "{zone} at {}: {expected:?}",
                    at(instant)
                );
                checked += 1;
            }
        }
    }
    assert!(checked > 100_000, "only {checked} instants were checked");
}

#[test]
fn the_model_knows_a_gap_and_a_fold() {
    let spec = schedules::night_and_day(Tz::Europe__Paris);
    let model = Model::new(Tz::Europe__Paris, spec);
    assert_eq!(model.offset(1_711_846_799), 3600);
    assert_eq!(model.offset(1_711_846_800), 7200);
}
