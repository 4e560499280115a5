//! The program as it is run: what it prints and how it ends.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use axum::Form;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use serde_json::json;
use twilio_simulator::Params;

fn twilio_sim(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_twilio-sim"))
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn twiml(verbs: &str) -> impl IntoResponse + use<> {
    (
        [(CONTENT_TYPE, "text/xml")],
        format!("<Response>{verbs}</Response>"),
    )
}

/// A menu on a free port, for as long as the test's process lives.
fn app() -> String {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/voice", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let menu = |Form(form): Form<Vec<(String, String)>>| async move {
            let digits = form.iter().find(|(name, _)| name == "Digits");
            match digits.map(|(_, digits)| digits.as_str()) {
                Some("1") => twiml("<Say>Sales are closed</Say>"),
                _ => twiml("<Say>What?</Say><Redirect>/voice</Redirect>"),
            }
        };
        let voice = || async {
            twiml(r#"<Gather numDigits="1" action="/menu"><Say>Press 1</Say></Gather>"#)
        };
        let app = Router::new()
            .route("/voice", post(voice))
            .route("/menu", post(menu));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            listener.set_nonblocking(true).unwrap();
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
    });
    url
}

fn write(folder: &Path, name: &str, value: &serde_json::Value) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, value.to_string()).unwrap();
    path
}

fn scenario(expect: serde_json::Value) -> serde_json::Value {
    json!({
        "starts_at": "2026-01-05T09:00:00Z",
        "settings": {"seconds_per_text": 1},
        "calls": [{"caller": {
            "name": "Mrs Hall", "from": "+15550001001", "to": "+15550009001",
            "does": ["is_asked", {"waits": 0.5}, {"presses": "7"}, "is_asked", {"presses": "1"}],
        }}],
        "expect": expect,
    })
}

#[test]
fn cases_that_pass_and_cases_that_fail() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/simulator-cases.json"
    );
    let output = twilio_sim(&["run-cases", file]);
    assert!(output.status.success());
    assert_eq!(text(&output.stdout), "29 passed, 0 failed\n");

    let folder = tempfile::tempdir().unwrap();
    let mut cases: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    cases["cases"][0]["expect"]["end"]["caller"]["status"] = json!("busy");
    cases["cases"][1]["expect"]["mood"] = json!("good");
    cases["cases"][2]["documents"][0]["colour"] = json!("blue");
    let path = write(folder.path(), "cases.json", &cases);
    let output = twilio_sim(&["run-cases", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<String> = text(&output.stdout).lines().map(str::to_owned).collect();
    let id = |index: usize| cases["cases"][index]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        lines,
        [
            format!("{}: caller: status completed, expected \"busy\"", id(0)),
            format!("{}: \"mood\" is not a word of expect", id(1)),
            format!("{}: \"colour\" is not a word of a document", id(2)),
            "26 passed, 3 failed".to_owned(),
        ]
    );
}

#[test]
fn a_scenario_is_told_compared_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let good = scenario(json!({
        "heard": [{"say": "Press 1"}, {"say": "What?"}, {"say": "Press 1"}, {"say": "Sales are closed"}],
        "end": {"Mrs Hall": {"status": "completed", "ended_at_s": 2.5}},
    }));
    let path = write(folder.path(), "scenario.json", &good);
    let (path, app) = (path.to_str().unwrap(), app());
    let golden = folder.path().join("story.txt");
    let golden = golden.to_str().unwrap();
    let output = twilio_sim(&["run", path, "--app", &app, "--golden", golden]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let story = text(&output.stdout);
    assert!(
        story.contains("CA#1 Mrs Hall           presses 7"),
        "{story}"
    );
    assert_eq!(std::fs::read_to_string(golden).unwrap(), story);
    assert_eq!(text(&output.stderr), "1 calls, 4 requests, 0 complaints\n");

    // The same again is the same again; another story is not.
    assert!(
        twilio_sim(&["run", path, "--app", &app, "--golden", golden, "-q"])
            .status
            .success()
    );
    std::fs::write(golden, story.replace("presses 7", "presses 8")).unwrap();
    let output = twilio_sim(&["run", path, "--app", &app, "--golden", golden, "-q"]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(
        told.contains("- 09:00:00.500  CA#1 Mrs Hall           presses 8"),
        "{told}"
    );
    assert!(
        told.contains("+ 09:00:00.500  CA#1 Mrs Hall           presses 7"),
        "{told}"
    );

    let bad = scenario(json!({"end": {"Mrs Hall": {"status": "busy"}}}));
    let path = write(folder.path(), "bad.json", &bad);
    let output = twilio_sim(&["run", path.to_str().unwrap(), "--app", &app, "--quiet"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("Mrs Hall: status completed, expected \"busy\""));
}

#[test]
fn a_word_that_a_scenario_does_not_have_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut scenario = scenario(json!({}));
    scenario["calls"][0]["caller"]["does"][0] = json!({"shouts": "hello"});
    let path = write(folder.path(), "scenario.json", &scenario);
    let output = twilio_sim(&[
        "run",
        path.to_str().unwrap(),
        "--app",
        "http://127.0.0.1:9/",
    ]);
    assert_eq!(output.status.code(), Some(2));
    let error = text(&output.stderr);
    assert!(error.contains("unknown variant `shouts`"), "{error}");
}

#[test]
fn requests_are_printed_as_commands_that_are_signed() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "scenario.json", &scenario(json!({})));
    let app = app();
    let output = twilio_sim(&["run", path.to_str().unwrap(), "--app", &app, "--curl"]);
    let script = text(&output.stdout);
    assert_eq!(script.matches("curl -X POST").count(), 4, "{script}");
    assert_eq!(script.matches("-H 'X-Twilio-Signature: ").count(), 4);
}

#[test]
fn a_menu_is_explored() {
    let app = app();
    let arguments = [
        "explore",
        "--app",
        &app,
        "--keys",
        "12",
        "--document",
        "/never",
    ];
    let output = twilio_sim(&arguments);
    assert_eq!(output.status.code(), Some(1));
    let origin = app.trim_end_matches("/voice");
    assert_eq!(
        text(&output.stdout),
        format!(
            "4 calls, 1 questions\n\
             dead end: 1: the document has no more verbs\n\
             dead end: (nothing): the document has no more verbs\n\
             unreachable: {origin}/never\n"
        )
    );
}

#[test]
fn a_load_is_borne_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "scenario.json", &scenario(json!({})));
    let app = app();
    let output = twilio_sim(&[
        "run",
        path.to_str().unwrap(),
        "--app",
        &app,
        "--load",
        "200",
    ]);
    let report = text(&output.stdout);
    assert!(output.status.success(), "{report}{}", text(&output.stderr));
    assert!(
        report.starts_with("200 calls (200 legs), 800 requests in "),
        "{report}"
    );
    assert!(report.contains("webhook latency: 50% "), "{report}");
    assert!(report.contains("answers: 200: 800, none: 0"), "{report}");

    // An app that is not there bears nothing.
    let nobody = "http://127.0.0.1:9/voice";
    let output = twilio_sim(&[
        "run",
        path.to_str().unwrap(),
        "--app",
        nobody,
        "--load",
        "20",
    ]);
    assert_eq!(output.status.code(), Some(1));
    let report = text(&output.stdout);
    assert!(report.contains("answers: none: "), "{report}");
}

#[tokio::test]
async fn the_rest_interface_is_served() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_twilio-sim"))
        .args([
            "serve",
            "--app",
            &app(),
            "--number",
            "+15550009001",
            "--speed",
            "600",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let mut value = |name: &str| {
        let line = lines.next().unwrap().unwrap();
        line.strip_prefix(name).unwrap().trim().to_owned()
    };
    let url = value("REST interface");
    let client = twilio_sim::rest::RestClient::new(url, value("account SID"), value("auth token"));
    assert!(value("time").starts_with("--epoch "));
    let form: Params = [
        ("To", "+15550002001"),
        ("From", "+15550009001"),
        ("Twiml", "<Response/>"),
    ]
    .into_iter()
    .collect();
    let (status, call) = client
        .request(http::Method::POST, "/Calls.json", &form)
        .await
        .unwrap();
    assert_eq!((status, &call["status"]), (201, &json!("queued")));
    program.kill().unwrap();
    program.wait().unwrap();
}
