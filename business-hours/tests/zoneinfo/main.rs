//! Answers equal those of a second oracle: the documented rules in Python, where the standard library's
//! zoneinfo says what wall-clock times mean, on the release of the tz database that chrono-tz embeds.
//!
//! Random schedules around changes of clocks, leap days, year ends and skipped days, and a change of every
//! zone that has had one since 2000. Python chooses the questions, so that a change which the crate
//! overlooks is asked about too, one second before it, at it and one second after.

#[path = "../python/mod.rs"]
mod python;
#[path = "../oracle/schedules.rs"]
#[expect(dead_code, reason = "the other oracle uses more of it")]
mod schedules;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use business_hours::{OpenInterval, QueryError, Rule, Schedule, ScheduleSpec, Tz};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// Random schedules beside those of every zone; `PROPTEST_CASES` asks for more.
const CASES: u32 = 400;

struct Case {
    zone: Tz,
    spec: ScheduleSpec,
    around: i64,
}

#[test]
#[ignore = "needs Python 3.10 with venv, and PyPI: scripts/test starts it"]
fn every_answer_is_that_of_python() {
    let cases = cases();
    let answers = ask_python(&cases);
    assert_eq!(answers.len(), cases.len());

    let mut counts = BTreeMap::<String, usize>::new();
    for (case, asked) in cases.iter().zip(&answers) {
        // Contradictions are errors in a description, though not in what is added later.
        let mut spec = case.spec.clone();
        let overrides = std::mem::take(&mut spec.overrides);
        let schedule = Schedule::from_spec(&spec)
            .and_then(|schedule| schedule.with_overrides(overrides))
            .expect("valid");
        for question in asked {
            let question = question.as_array().expect("a list");
            let (expected, asked) = question.split_last().expect("not empty");
            let (name, arguments) = asked.split_first().expect("a question");
            let name = name.as_str().expect("text");
            let answer = answer(&schedule, name, arguments);
            assert_eq!(
                answer,
                *expected,
                "{name}{arguments:?} in {}: {}",
                case.zone,
                serde_json::to_string(&case.spec).expect("JSON")
            );
            *counts.entry(name.to_owned()).or_default() += 1;
        }
    }
    let total: usize = counts.values().sum();
    println!(
        "{total} questions about {} schedules: {counts:#?}",
        cases.len()
    );
    assert!(total >= 200_000, "only {total} questions");
    assert!(
        counts.len() == 15 && counts.values().all(|count| *count >= 500),
        "some question is hardly asked: {counts:#?}"
    );
}

/// Every zone at a change since 2000, if it has one, and in a year before or long after; and random
/// ones.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (index, zone) in chrono_tz::TZ_VARIANTS.into_iter().enumerate() {
        let changes = schedules::changes(zone);
        if !changes.is_empty() {
            cases.push(Case {
                zone,
                spec: schedules::night_and_day(zone),
                // Zones share their rules: each looks at another year of them.
                around: changes[index * 7 % changes.len()],
            });
        }
        // Weeks of 1970 to 1999 and of 2038 to 2098 in turn, most of them in March and October, some at
        // the turn of a year.
        let year = [1970 + index % 30, 2038 + index % 61][index % 2];
        let (month, day) = [(3, 28), (10, 28), (4, 4), (12, 30)][index / 2 % 4];
        let noon = NaiveDate::from_ymd_opt(year as i32, month, day)
            .and_then(|date| date.and_hms_opt(12, 0, 0));
        cases.push(Case {
            zone,
            spec: schedules::night_and_day(zone),
            around: noon.expect("a date").and_utc().timestamp(),
        });
    }
    assert!(cases.len() > 800, "only {} of zones", cases.len());
    let mut runner = TestRunner::deterministic();
    let asked = std::env::var("PROPTEST_CASES").ok();
    let count = asked.map_or(CASES, |asked| asked.parse().expect("a number of cases"));
    for _ in 0..count {
        let case = schedules::cases()
            .new_tree(&mut runner)
            .expect("a case")
            .current();
        cases.push(Case {
            zone: case.zone,
            spec: case.spec,
            around: case.around,
        });
    }
    cases
}

fn answer(schedule: &Schedule, question: &str, arguments: &[Value]) -> Value {
    let at = |index: usize| -> DateTime<Utc> {
        let seconds = arguments[index].as_i64().expect("a number");
        DateTime::from_timestamp(seconds, 0).expect("in range")
    };
    let span = || TimeDelta::seconds(arguments[1].as_i64().expect("a number"));
    let date = |index: usize| -> NaiveDate {
        let text = arguments[index].as_str().expect("a date");
        text.parse().expect("a date")
    };
    let pair = |open: OpenInterval| json!([open.opens.timestamp(), open.closes.timestamp()]);
    let given = match question {
        "is_open" => schedule.is_open(at(0)).map(Value::from),
        "status" => schedule.status(at(0)).map(|status| {
            let seconds = |at: Option<DateTime<Utc>>| at.map(|at| at.timestamp());
            let (rule, since) = (rule_name(status.decided_by()), seconds(status.since()));
            json!([status.is_open(), rule, since, seconds(status.until())])
        }),
        "next_opening" => schedule.next_opening(at(0)).map(instant),
        "next_closing" => schedule.next_closing(at(0)).map(instant),
        "previous_opening" => schedule.previous_opening(at(0)).map(instant),
        "previous_closing" => schedule.previous_closing(at(0)).map(instant),
        "open_between" => schedule.open_between(at(0), at(1)).map(seconds),
        "add_open" => schedule.add_open(at(0), span()).map(instant),
        "subtract_open" => schedule.subtract_open(at(0), span()).map(instant),
        "intervals" => schedule
            .intervals(at(0), at(1))
            .map(|all| all.map(pair).collect()),
        "intervals_backwards" => schedule
            .intervals(at(0), at(1))
            .map(|all| all.rev().map(pair).collect()),
        "is_business_day" => schedule.is_business_day(date(0)).map(Value::from),
        "open_on" => schedule.open_on(date(0), date(1)).map(seconds),
        "business_days_between" => schedule
            .business_days_between(date(0), date(1))
            .map(Value::from),
        "add_business_days" => {
            let count = arguments[1]
                .as_i64()
                .and_then(|count| i32::try_from(count).ok());
            schedule
                .add_business_days(date(0), count.expect("a small number"))
                .map(|date| json!(date))
        }
        other => panic!("Python asks {other:?}"),
    };
    match given {
        Ok(value) => value,
        Err(QueryError::HolidaysUnknown { .. }) => Value::Null,
        Err(error) => panic!("{question}{arguments:?}: {error}"),
    }
}

fn instant(instant: Option<DateTime<Utc>>) -> Value {
    json!(instant.map(|instant| instant.timestamp()))
}

fn seconds(open: TimeDelta) -> Value {
    assert_eq!(open.subsec_nanos(), 0, "{open}");
    json!(open.num_seconds())
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
        other => panic!("a rule that the oracle does not know: {other}"),
    }
}

fn ask_python(cases: &[Case]) -> Vec<Vec<Value>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/zoneinfo");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let python = python::python("zoneinfo-venv", &folder.join("requirements.txt"));
    let questions: String = (0..)
        .zip(cases)
        .map(|(seed, case): (u32, _)| {
            json!({"spec": case.spec, "around": case.around, "seed": seed}).to_string() + "\n"
        })
        .collect();
    let file = target.join("zoneinfo-cases.jsonl");
    std::fs::write(&file, questions).expect("a file for the cases");
    let answers = python::run(
        Command::new(python)
            .arg("-B")
            .arg(folder.join("oracle.py"))
            .arg(file)
            .arg(chrono_tz::IANA_TZDB_VERSION),
    );
    answers
        .lines()
        .map(|line| serde_json::from_str(line).expect("a list of questions"))
        .collect()
}
