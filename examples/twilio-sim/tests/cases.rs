//! The behaviour cases of `tests/data/simulator-cases.json` pass, and each of them fails when it
//! expects anything else: every word of `expect` is compared, and an unknown word is a difference.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

use serde_json::{Value, json};
use twilio_sim::cases;

/// Cases that need what is not simulated yet.
const NOT_YET: &[(&str, &str)] = &[("sms-01-empty-response", "messages are not simulated")];

fn all() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("data/simulator-cases.json")).unwrap();
    cases::list(&file).unwrap().to_vec()
}

fn is_simulated(case: &Value) -> bool {
    !NOT_YET.iter().any(|(id, _)| case["id"] == **id)
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
    for case in cases.iter().filter(|case| is_simulated(case)) {
        for difference in run(case).await {
            failed.push(format!("{}: {difference}", case["id"]));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[tokio::test]
async fn what_is_not_simulated_fails_rather_than_passes() {
    for case in all().iter().filter(|case| !is_simulated(case)) {
        assert!(!run(case).await.is_empty(), "{} passes by now", case["id"]);
    }
}

/// Other expectations than the case's own: each must be noticed.
fn mutations(case: &Value) -> Vec<Value> {
    let mut mutated = Vec::new();
    let mut with = |change: &dyn Fn(&mut Value)| {
        let mut copy = case.clone();
        change(&mut copy["expect"]);
        mutated.push(copy);
    };
    with(&|expect| expect["requests"][0]["url"] = json!("http://app.test/elsewhere"));
    with(&|expect| {
        let last = expect["requests"].as_array().map_or(0, Vec::len).max(1) - 1;
        expect["requests"][last]["params"]["CallSid"] = json!("CA0");
    });
    with(&|expect| {
        expect["requests"].as_array_mut().unwrap().pop();
    });
    with(&|expect| expect["end"]["caller"]["status"] = json!("failed"));
    with(&|expect| expect["end"]["caller"]["ended_at_s"] = json!(12_345));
    with(&|expect| expect["weather"] = json!("fine"));
    if case["expect"]["heard"].as_array().is_some() {
        with(&|expect| {
            let heard = expect["heard"].as_array_mut().unwrap();
            heard.push(json!({"say": "something else"}));
        });
    }
    for list in ["callbacks", "log", "rest"] {
        if case["expect"][list].as_array().is_some() {
            with(&|expect| {
                let first = &mut expect[list][0];
                for word in ["code", "status"] {
                    if first.get(word).is_some() {
                        first[word] = json!(999);
                    }
                }
                if first.get("params").is_some() {
                    first["params"]["SequenceNumber"] = json!("999");
                }
            });
        }
    }
    mutated
}

#[tokio::test]
async fn a_changed_expectation_fails() {
    let mut count = 0;
    for case in all().iter().filter(|case| is_simulated(case)) {
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
    assert!(count > 150, "only {count} mutations");
}
