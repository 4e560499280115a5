//! Every path of a menu is walked, and what is wrong with it is found by the shortest path.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

mod support;

use support::*;
use twilio_simulator::{Document, Exploration, Explorer, Finding};

async fn explore(documents: Vec<Document>) -> Exploration {
    let known: Vec<String> = ["/voice", "/menu", "/number", "/forgotten"]
        .iter()
        .map(|path| format!("http://app.test{path}"))
        .collect();
    Explorer::new(CALLER, LINE, || async {
        Ok(simulator(documents.clone()).await)
    })
    .keys("12")
    .says("help")
    .documents(known)
    .explore()
    .await
    .unwrap()
}

fn told(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn dead_ends_errors_and_what_nobody_reaches_are_found() {
    let found = explore(vec![
        page(
            "/voice",
            r#"<Gather input="dtmf speech" numDigits="1" action="/menu"><Say>Press 1 or 2</Say></Gather><Hangup/>"#,
        ),
        page("/menu", r#"<Gather numDigits="1" action="/number"/><Say>Nothing?</Say>"#).when("Digits", "1"),
        page("/menu", "<Redirect>/missing</Redirect>").when("Digits", "2"),
        page("/menu", "<Say>No help</Say><Hangup/>"),
        page("/number", "<Say>Thank you</Say><Hangup/>"),
        page("/forgotten", "<Hangup/>"),
    ])
    .await;
    assert_eq!(found.questions, 2);
    // After 1, whatever is neither 1 nor 2: saying something counts for nothing there.
    assert_eq!(
        told(&found.dead_ends),
        [
            "1, “help”: the document has no more verbs",
            "1, (nothing): the document has no more verbs",
        ]
    );
    assert_eq!(
        told(&found.errors),
        ["2: 11200: the host answered 404 Not Found"]
    );
    assert_eq!(found.unreachable, ["http://app.test/forgotten"]);
    assert!(found.loops.is_empty() && found.cut.is_empty());
    assert!(!found.is_clean());
}

#[tokio::test]
async fn a_menu_that_lets_nobody_go_is_a_loop() {
    let ask = r#"<Gather numDigits="1" action="/menu"><Say>Press a key</Say></Gather>"#;
    let found = explore(vec![
        page("/voice", &format!("{ask}<Redirect>/voice</Redirect>")),
        page("/menu", "<Redirect>/voice</Redirect>"),
    ])
    .await;
    assert_eq!(told(&found.loops), ["at once: no choice ever leads out"]);

    // With one way out it is a loop only for those who do nothing.
    let found = explore(vec![
        page("/voice", &format!("{ask}<Redirect>/voice</Redirect>")),
        page("/menu", "<Hangup/>").when("Digits", "1"),
        page("/menu", "<Redirect>/voice</Redirect>"),
    ])
    .await;
    assert_eq!(
        told(&found.loops),
        ["at once: whoever does nothing is asked for ever"]
    );
}

#[tokio::test]
async fn what_is_deeper_than_the_explorer_goes_is_said() {
    let ask = |n: u32| {
        let verbs = format!(r#"<Gather numDigits="1" action="/q{}"/><Hangup/>"#, n + 1);
        page(&format!("/q{n}"), &verbs)
    };
    let documents: Vec<Document> = (0..5)
        .map(ask)
        .chain([page("/voice", "<Redirect>/q0</Redirect>")])
        .collect();
    let explorer = Explorer::new(CALLER, LINE, || async {
        Ok(simulator(documents.clone()).await)
    });
    let found = explorer.keys("1").depth(2).explore().await.unwrap();
    assert_eq!(
        told(&found.cut),
        ["1, 1: there is a question after 2 others"]
    );
    assert_eq!(found.questions, 2);
}
