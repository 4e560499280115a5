//! The JSON Schema of the format and the types that read it say the same: the same fields and choices;
//! whatever the types write is valid; and both take or refuse the same values.

#[path = "../python/mod.rs"]
mod python;
#[path = "../oracle/schedules.rs"]
#[expect(dead_code, reason = "the oracle uses more of it")]
mod schedules;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use business_hours::{HolidaySpec, OnUnknown, Override, ScheduleSpec, Season, Tails};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// What serde would have taken instead of this.
fn expected<T: DeserializeOwned>(nonsense: Value) -> BTreeSet<String> {
    let error = match serde_json::from_value::<T>(nonsense) {
        Ok(_) => panic!("nonsense was taken"),
        Err(error) => error.to_string(),
    };
    // "unknown field `x`, expected one of `a`, `b`": every second piece is between backticks.
    let mut quoted = error.split('`').skip(1).step_by(2);
    assert_eq!(quoted.next(), Some("nonsense"), "{error}");
    quoted.map(String::from).collect()
}

fn fields<T: DeserializeOwned>() -> BTreeSet<String> {
    expected::<T>(json!({"nonsense": 0}))
}

#[test]
fn fields_and_choices_are_those_of_the_types() {
    let schema: Value = serde_json::from_str(ScheduleSpec::JSON_SCHEMA).expect("JSON");
    let properties = |path: &str| -> BTreeSet<String> {
        let properties = schema.pointer(path).and_then(Value::as_object);
        properties.expect(path).keys().cloned().collect()
    };
    let choices = |path: &str| -> BTreeSet<String> {
        let choices = schema.pointer(path).and_then(Value::as_array).expect(path);
        let text = |choice: &Value| choice.as_str().expect("text").to_owned();
        choices.iter().map(text).collect()
    };
    assert_eq!(properties("/properties"), fields::<ScheduleSpec>());
    assert_eq!(properties("/$defs/season/properties"), fields::<Season>());
    assert_eq!(
        properties("/$defs/holidays/properties"),
        fields::<HolidaySpec>()
    );
    assert_eq!(
        properties("/$defs/override/properties"),
        fields::<Override>()
    );
    let nonsense = || json!("nonsense");
    assert_eq!(
        choices("/properties/tails/enum"),
        expected::<Tails>(nonsense())
    );
    assert_eq!(
        choices("/$defs/holidays/properties/unknown/enum"),
        expected::<OnUnknown>(nonsense())
    );
}

/// A schedule with one thing in it.
fn with(field: &str, value: Value) -> Value {
    json!({"zone": "Europe/London", field: value})
}

fn hours(value: Value) -> Value {
    with("week", json!({"mon": value}))
}

fn days(key: &str) -> Value {
    with("week", json!({key: "open"}))
}

fn when(text: &str) -> Value {
    with(
        "overrides",
        json!([{"id": "x", "when": text, "hours": "open"}]),
    )
}

fn taken() -> Vec<Value> {
    let mut documents = vec![json!({"zone": "UTC"})];
    for text in [
        "09:00-17:30",
        "09:00 - 17:30",
        "09:00–17:30",
        "09:00:30-09:00:45",
        "22:00-02:00",
        "22:00-26:00",
        "00:00-24:00",
        "23:59-47:59:00",
        "09:00-12:00,13:00-17:00",
        "09:00-12:00 , 13:00-17:00",
        "open",
        "closed",
        " open ",
    ] {
        documents.push(hours(json!(text)));
    }
    documents.extend([
        hours(json!([])),
        hours(json!(["09:00-12:00", "13:00-17:00"])),
    ]);
    for key in [
        "mon",
        "Monday",
        "mon-fri",
        "sat,sun",
        "fri-mon",
        "mon-wed, fri",
        "every-day",
        "thursday",
    ] {
        documents.push(days(key));
    }
    for text in [
        "2026-12-25",
        "2026-12-24 to 2026-12-31",
        "12-25",
        "02-29",
        "12-27 to 01-02",
        "1st mon of may",
        "5th Sunday of July",
        "last fri of every month",
        "2026-12-01T14:00:00Z to 2026-12-01T15:00:00Z",
        "2026-12-01T14:00:00.5+01:00 to 2026-12-01T15:00:00-03:30",
    ] {
        documents.push(when(text));
    }
    documents.push(with("holidays", json!({"unknown": "error", "covers": "2026-01-01 to 2026-12-31",
        "dates": {"2026-12-25": "Christmas Day"}, "working_days": {}, "hours": "closed", "eve": null, "working_days_as": "Tue"})));
    documents.push(with(
        "overrides",
        json!([{"id": "ü", "when": "12-25", "hours": [], "reason": null, "author": "me",
        "priority": -3, "expires": "2026-12-01T14:00:00.123456Z"}]),
    ));
    documents
}

fn refused() -> Vec<Value> {
    let mut documents = vec![
        json!({}),
        json!([]),
        json!({"zone": 1}),
        with("weeks", json!({})),
        with("tails", json!("maybe")),
    ];
    for text in [
        "",
        "9-17",
        "9:00-17:00",
        "09:00",
        "09:00-25:61",
        "24:00-25:00",
        "09:00-48:01",
        "09:00-17:00,",
        "09.00-17.00",
        "OPEN",
    ] {
        documents.push(hours(json!(text)));
    }
    documents.extend([
        hours(json!(9)),
        hours(json!(null)),
        hours(json!(["open"])),
        hours(json!([9])),
    ]);
    for key in [
        "",
        "mo",
        "mon-",
        "mon,",
        ",mon",
        "mon fri",
        "every day",
        "mon--fri",
    ] {
        documents.push(days(key));
    }
    for text in [
        "",
        "2026",
        "2026-13-01",
        "2026-12-32",
        "25-12",
        "2026-12-24 - 2026-12-31",
        "2026-12-24 to",
        "12-24 to 2026-12-31",
        "6th mon of may",
        "mon of may",
        "1st mon",
        "1st mon of mai",
        "2026-12-01T14:00:00 to 2026-12-01T15:00:00",
        "2026-12-01T14:00:00Z",
    ] {
        documents.push(when(text));
    }
    documents.push(with("holidays", json!({"unknown": "ignore"})));
    documents.push(with(
        "holidays",
        json!({"unknown": "error", "covers": "2026"}),
    ));
    documents.push(with(
        "holidays",
        json!({"unknown": "error", "dates": {"25 December": "Christmas"}}),
    ));
    documents.push(with("holidays", json!({"working_days_as": "someday"})));
    documents.push(with(
        "overrides",
        json!([{"id": "", "when": "12-25", "hours": "open"}]),
    ));
    documents.push(with(
        "overrides",
        json!([{"id": "a\u{7}", "when": "12-25", "hours": "open"}]),
    ));
    documents.push(with(
        "overrides",
        json!([{"id": "x".repeat(201), "when": "12-25", "hours": "open"}]),
    ));
    documents.push(with("overrides", json!([{"id": "x", "hours": "open"}])));
    documents.push(with(
        "overrides",
        json!([{"id": "x", "when": "12-25", "hours": "open", "priority": 1.5}]),
    ));
    documents.push(with(
        "overrides",
        json!([{"id": "x", "when": "12-25", "hours": "open", "expires": "2026-12-01"}]),
    ));
    documents.push(with("seasons", json!([{"name": "x", "when": "12-25"}])));
    documents
}

/// Of the right form each, but not together: refused when the schedule is built.
fn refused_as_a_whole() -> Vec<Value> {
    let interval = "2026-12-01T14:00:00Z to 2026-12-01T15:00:00Z";
    vec![
        with(
            "overrides",
            json!([{"id": "x", "when": interval, "hours": "09:00-10:00"}]),
        ),
        with(
            "seasons",
            json!([{"name": "x", "when": interval, "week": {}}]),
        ),
        with("holidays", json!({"covers": "2026-01-01 to 2026-12-31"})),
    ]
}

#[test]
fn the_types_take_and_refuse_what_the_tables_say() {
    let read = |document: &Value| serde_json::from_value::<ScheduleSpec>(document.clone());
    let build = |document: &Value| read(document).map(|spec| spec.into_builder().build().is_ok());
    for document in taken() {
        assert!(build(&document).is_ok_and(|built| built), "{document}");
    }
    for document in refused() {
        assert!(read(&document).is_err(), "{document}");
    }
    for document in refused_as_a_whole() {
        assert!(build(&document).is_ok_and(|built| !built), "{document}");
    }
}

#[test]
#[ignore = "needs Python 3.10 with venv, and PyPI: scripts/test starts it"]
fn the_schema_takes_and_refuses_the_same() {
    let mut valid = taken();
    let mut runner = TestRunner::deterministic();
    for _ in 0..200 {
        let case = schedules::cases()
            .new_tree(&mut runner)
            .expect("a case")
            .current();
        valid.push(serde_json::to_value(case.spec).expect("JSON"));
    }
    let invalid = [refused(), refused_as_a_whole()].concat();
    let documents: Vec<&Value> = valid.iter().chain(&invalid).collect();
    let lines: String = documents
        .iter()
        .map(|document| format!("{document}\n"))
        .collect();

    let crate_ = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schema-documents.jsonl");
    std::fs::write(&file, lines).expect("a file for the documents");
    let python = python::python("schema-venv", &crate_.join("tests/schema/requirements.txt"));
    let answers = python::run(
        Command::new(python)
            .arg("-B")
            .arg(crate_.join("tests/schema/validate.py"))
            .arg(crate_.join("schedule.schema.json"))
            .arg(file),
    );
    let answers: Vec<&str> = answers.lines().collect();
    assert_eq!(answers.len(), documents.len());
    let wrong: Vec<String> = (0..)
        .zip(documents.iter().zip(&answers))
        .filter(|&(index, (_, answer))| (index < valid.len()) != (*answer == "valid"))
        .map(|(_, (document, answer))| format!("{document}: {answer}"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
