//! The behaviour cases of `tests/data/simulator-cases.json` pass, and each of them fails when it
//! expects anything else: every word of `expect` is compared, and an unknown word is a difference.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

use serde_json::{Value, json};
use twilio_sim::cases;

fn all() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("data/simulator-cases.json")).unwrap();
    cases::list(&file).unwrap().to_vec()
}

async fn run(case: &Value) -> Vec<String> {
    match cases::run(case).await {
        Ok(differences) => differences,
        Err(problem) => vec![problem.to_string()],
    }
}

#[tokio::test]
async fn all_cases_go_as_expected() {
    let cases = all();
    assert_eq!(cases.len(), 29);
    let mut failed = Vec::new();
    for case in &cases {
        for difference in run(case).await {
            failed.push(format!("{}: {difference}", case["id"]));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Other expectations than the case's own: each must be noticed.
fn mutations(case: &Value) -> Vec<Value> {
    let mut mutated = Vec::new();
    let mut with = |change: &dyn Fn(&mut Value)| {
        let mut copy = case.clone();
        change(&mut copy["expect"]);
        mutated.push(copy);
    };
    with(&|expect| {
        expect["requests"].as_array_mut().unwrap().pop();
    });
    with(&|expect| {
        let requests = expect["requests"].as_array_mut().unwrap();
        requests.push(requests[0].clone());
    });
    with(&|expect| expect["end"]["nobody"]["status"] = json!("completed"));
    with(&|expect| expect["weather"] = json!("fine"));
    with(&|expect| expect["requests"][0]["weather"] = json!("fine"));
    with(&|expect| {
        let messages = expect["messages_sent"].as_array().map_or(0, Vec::len);
        expect["messages_sent"] = vec![json!({}); messages + 1].into();
    });
    for list in ["heard", "log", "callbacks", "rest"] {
        if case["expect"][list]
            .as_array()
            .is_some_and(|list| !list.is_empty())
        {
            with(&|expect| {
                let first = expect[list][0].clone();
                expect[list].as_array_mut().unwrap().push(first);
            });
        }
    }
    let mut places = Vec::new();
    leaves(&case["expect"], "", &mut places);
    for place in places {
        with(&|expect| {
            let leaf = expect.pointer_mut(&place).unwrap();
            *leaf = match leaf.take() {
                Value::Bool(yes) => json!(!yes),
                Value::Number(number) => json!(number.as_f64().unwrap() + 1_000.0),
                Value::String(text) if text.starts_with("http") => {
                    json!("http://app.test/elsewhere")
                }
                Value::String(text) => json!(format!("{text}, but not quite")),
                other => other,
            };
        });
    }
    mutated
}

/// Every single value, but for those of which another one may hold just as well: what must not
/// happen, and the bounds of a range.
fn leaves(value: &Value, place: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if !["absent", "at_between_s", "never_requested"].contains(&name.as_str()) {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    leaves(value, &format!("{place}/{name}"), found);
                }
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                leaves(value, &format!("{place}/{index}"), found);
            }
        }
        _ => found.push(place.to_owned()),
    }
}

#[tokio::test]
async fn a_changed_expectation_fails() {
    let mut count = 0;
    for case in &all() {
        for mutated in mutations(case) {
            count += 1;
            assert!(
                !run(&mutated).await.is_empty(),
                "{} still passes as {}",
                case["id"],
                mutated["expect"]
            );
        }
    }
    assert!(count > 600, "only {count} mutations");
}
