//! The program as an operator runs it: the demo, the commands, the service over HTTP, its mistakes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use twilio_webhook::{Params, sign};

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_escalation-service"));
    command
        .current_dir(folder)
        .env_remove("RUST_LOG")
        .env("ESCALATION_CONSOLE", "true");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    program(folder).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn folder_with(requests: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("requests.jsonl"), requests).unwrap();
    folder
}

const CONSOLE: &str = r#"{"process-id":"order-17","action":"start","notifications":[{"channel":"console","at":1000,"order":17}]}"#;
const FAR: &str = r#"{"process-id":"order-18","action":"start","notifications":[{"channel":"console","at":4000000000}]}"#;

/// Renew with `ESCALATION_BLESS=1 cargo test -p escalation-service`, and look at what has changed.
#[test]
fn the_demo_tells_the_story_of_the_readme() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["demo"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "",
        "only the story"
    );
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/demo.txt");
    let found = text(&output);
    if std::env::var_os("ESCALATION_BLESS").is_some() {
        fs::write(&golden, &found).unwrap();
    }
    assert_eq!(found, fs::read_to_string(&golden).unwrap());
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    assert!(
        fs::read_to_string(readme)
            .unwrap()
            .contains(found.trim_end())
    );
}

/// The README's table of settings is the program's own list.
#[test]
fn the_readme_names_every_setting_and_the_originals() {
    let help = text(&run(Path::new("."), &["--help"]));
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let names = help
        .split_whitespace()
        .filter(|word| word.starts_with("ESCALATION_"));
    let mut count = 0;
    for name in names {
        assert!(readme.contains(&format!("`{name}`")), "{name}");
        count += 1;
    }
    assert!(count > 30, "{help}");
    let originals = help
        .lines()
        .filter_map(|line| line.trim().strip_prefix("roesc: "));
    for original in originals.flat_map(|names| names.split(", ")) {
        let original = original.trim_start_matches("property ");
        assert!(readme.contains(original), "{original}");
    }
}

#[test]
fn requests_are_submitted_listed_explained_and_delivered() {
    let folder = folder_with(&format!("{CONSOLE}\n{FAR}\n{{\"x\"\n"));
    let output = run(folder.path(), &["submit", "requests.jsonl"]);
    assert!(!output.status.success(), "one was refused");
    let lines = text(&output);
    assert!(
        lines.starts_with("request 1: started\nrequest 2: started\nrequest 3: rejected"),
        "{lines}"
    );
    // The file again: nothing is started twice.
    let lines = text(&run(folder.path(), &["submit", "requests.jsonl"]));
    assert!(lines.starts_with("request 1: ignored"), "{lines}");

    let listed = text(&run(folder.path(), &["list"]));
    assert!(
        listed.contains("order-18  running  1 to come, the next at 2096-10-02T07:06:40Z"),
        "{listed}"
    );
    let explained = text(&run(folder.path(), &["explain", "order-18"]));
    assert!(
        explained.contains("2096-10-02 07:06:40 UTC  console"),
        "{explained}"
    );

    // What is held is not promised for the time before.
    let snooze = r#"{"version":2,"process-id":"order-18","action":"snooze","until":4000000100}"#;
    fs::write(folder.path().join("snooze.jsonl"), snooze).unwrap();
    run(folder.path(), &["submit", "snooze.jsonl"]);
    let listed = text(&run(folder.path(), &["list"]));
    let next = listed.rsplit_once("the next at ").unwrap().1;
    assert!(
        listed.contains("order-18  held until 2096-10-02T07:08:20Z") && next > "2166",
        "{listed}"
    );

    let delivered = text(&run(folder.path(), &["run-once"]));
    assert_eq!(delivered, "order-17/1/0 console You are wanted: order-17\n");
    assert_eq!(text(&run(folder.path(), &["run-once"])), "", "only once");
    let letters = text(&run(folder.path(), &["dead-letters"]));
    assert!(
        letters.starts_with("1  ") && letters.contains("request \"{\\\"x\\\"\""),
        "{letters}"
    );
    let replayed = run(folder.path(), &["replay", "1", "7"]);
    assert!(!replayed.status.success());
    assert_eq!(
        text(&replayed),
        "1 stays: it is a request, send that anew, corrected\n7 is not there\n"
    );
}

#[test]
fn mistakes_are_one_line() {
    let folder = folder_with("");
    let file = folder.path().join("wrong.toml");
    fs::write(&file, "listen = \"127.0.0.1:80\"\nphones = 3\n").unwrap();
    fs::create_dir(folder.path().join("a.db")).unwrap();
    let neighbour = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = neighbour.local_addr().unwrap().to_string();
    for (variables, arguments, told) in [
        (
            vec![],
            vec!["--config", "none.toml", "list"],
            "none.toml: No such file",
        ),
        (
            vec![],
            vec!["--config", "wrong.toml", "list"],
            "wrong.toml: TOML parse error at line 2",
        ),
        (
            vec![("ESCALATION_LISTEN", "0.0.0.0:1")],
            vec!["serve"],
            "lets others in",
        ),
        (
            vec![("ESCALATION_LISTEN", &*taken)],
            vec!["serve"],
            "cannot listen on 127.0.0.1:",
        ),
        (
            vec![("ESCALATION_DATABASE", "a.db")],
            vec!["list"],
            "the database a.db:",
        ),
        (
            vec![("ESCALATION_DATABASE", "postgresql://x@127.0.0.1:1/x")],
            vec!["list"],
            "the database",
        ),
        (
            vec![("ESCALATION_DATABASE", "mysql://x:secret@db/x")],
            vec!["list"],
            "the database: `mysql://` is not served",
        ),
        (vec![("ESCALATION_MESSAGE", "{")], vec!["list"], "message: "),
        (
            vec![("ESCALATION_WEBHOOK_SECRET", "short")],
            vec!["list"],
            "webhook: the webhook secret must be",
        ),
        (
            vec![],
            vec!["explain", "nobody"],
            "no process \"nobody\" runs",
        ),
        (
            vec![],
            vec!["submit", "none.jsonl"],
            "none.jsonl: No such file",
        ),
        (
            vec![],
            vec!["submit", "."],
            ".: the source of requests failed",
        ),
        (
            vec![
                ("ESCALATION_MAIL_HOST", "mail.example.com"),
                ("ESCALATION_MAIL_FROM", "orders@example.com"),
                ("ESCALATION_MAIL_USER", "orders"),
            ],
            vec!["list"],
            "mail: a log-in needs both `user` and `password`",
        ),
        (
            vec![
                ("ESCALATION_MAIL_HOST", "mail.example.com"),
                ("ESCALATION_MAIL_FROM", "orders@example.com"),
                ("ESCALATION_MAIL_TLS", "none"),
                ("ESCALATION_MAIL_USER", "orders"),
                ("ESCALATION_MAIL_PASSWORD", "secret"),
            ],
            vec!["list"],
            "mail: the password would go to mail.example.com for everybody to read",
        ),
        (
            vec![
                ("ESCALATION_MAIL_HOST", "mail.example.com"),
                ("ESCALATION_MAIL_FROM", "orders@example.com"),
                ("ESCALATION_MAIL_ROOTS", "none.pem"),
            ],
            vec!["list"],
            "mail: none.pem: No such file",
        ),
        (
            vec![
                ("ESCALATION_MAIL_HOST", "mail.example.com"),
                ("ESCALATION_MAIL_FROM", "orders@example.com"),
                ("ESCALATION_MAIL_ROOTS", "wrong.toml"),
            ],
            vec!["list"],
            "mail: wrong.toml: no certificate in PEM form",
        ),
        (
            vec![("ESCALATION_INSTALLATION", "hotel/7")],
            vec!["list"],
            "installation: `hotel/7` cannot name an installation",
        ),
        (
            vec![
                ("ESCALATION_PUBNUB_PUBLISH_KEY", "p"),
                ("ESCALATION_PUBNUB_SUBSCRIBE_KEY", "s"),
                ("ESCALATION_PUBNUB_SERVICE", "ps.pndsn.com"),
            ],
            vec!["list"],
            "pubnub: `ps.pndsn.com` is no PubNub service",
        ),
    ] {
        let output = program(folder.path())
            .args(&arguments)
            .envs(variables)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            !output.status.success() && said.contains(told),
            "{arguments:?}: {said}"
        );
        // The log of a listener that cannot connect comes before it.
        let lines: Vec<_> = said
            .lines()
            .filter(|line| !line.contains(" WARN "))
            .collect();
        assert_eq!(lines.len(), 1, "{said}");
    }
}

/// A file that was refused because a channel was not set up is handed in again as it is, when it is.
#[test]
fn what_was_refused_for_the_settings_is_taken_when_they_are_mended() {
    let folder = folder_with(FAR);
    let without = program(folder.path())
        .args(["submit", "requests.jsonl"])
        .env_remove("ESCALATION_CONSOLE")
        .output()
        .unwrap();
    assert!(
        text(&without).starts_with("request 1: rejected"),
        "{without:?}"
    );
    assert!(without.stderr.is_empty(), "told once: {without:?}");
    let with = run(folder.path(), &["submit", "requests.jsonl"]);
    assert_eq!(text(&with), "request 1: started\n");
}

/// The service on a port of its own; killed when dropped.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    fn start(folder: &Path) -> Self {
        Self::with(folder, &[])
    }

    fn with(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let mut child = program(folder)
            .arg("serve")
            .envs(settings.iter().copied())
            .env("ESCALATION_LISTEN", "127.0.0.1:0")
            .env("ESCALATION_TOKEN", "sesame")
            .env("NO_COLOR", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines
            .find_map(|line| Some(line.unwrap().split_once("address=")?.1.trim().to_owned()))
            .unwrap();
        // The rest of the log must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer[9..12].parse().unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1.to_owned();
        (status, body)
    }

    fn get(&self, path: &str) -> (u16, String) {
        self.ask("GET", path, "Authorization: Bearer sesame\r\n", "")
    }

    fn post(&self, path: &str, key: &str, body: &str) -> (u16, Value) {
        let headers = format!("Authorization: Bearer sesame\r\nIdempotency-Key: \"{key}\"\r\n");
        let (status, body) = self.ask("POST", path, &headers, body);
        (status, serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    /// SIGTERM.
    fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
    }

    /// SIGTERM, and what it wrote until its end.
    fn end(mut self) -> String {
        self.terminate();
        assert!(self.child.wait().unwrap().success(), "it ends by itself");
        let mut out = String::new();
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut out)
            .unwrap();
        out
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Ended already, most often.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_service_takes_requests_over_http() {
    let folder = folder_with("");
    let service = Service::start(folder.path());
    let (status, answer) = service.post("/requests", "r1", FAR);
    assert_eq!((status, &answer["outcome"]), (200, &Value::from("started")));
    let (_, again) = service.post("/requests", "r1", FAR);
    assert_eq!(again["outcome"], "ignored");
    let (status, answer) = service.post("/requests", "r2", "{");
    assert_eq!(
        (status, &answer["outcome"]),
        (422, &Value::from("rejected"))
    );

    // Who was refused may correct it under the same name.
    let corrected = FAR.replace("order-18", "order-21");
    let (status, answer) = service.post("/requests", "r2", &corrected);
    assert_eq!((status, &answer["outcome"]), (200, &Value::from("started")));

    // A name that cannot be one is told: as none, the request would not be known if it came again.
    for key in ["", "\u{17e}"] {
        assert_eq!(service.post("/requests", key, FAR).0, 400, "{key}");
    }

    // Without a name, the same words twice are two requests: the second finds the first one's process.
    let nameless = |body: &str| {
        service
            .ask(
                "POST",
                "/requests",
                "Authorization: Bearer sesame\r\n",
                body,
            )
            .1
    };
    let stop = r#"{"process-id":"order-19","action":"stop"}"#;
    let start = FAR.replace("order-18", "order-19");
    for _ in 0..2 {
        assert!(nameless(&start).contains("\"started\""));
        assert!(nameless(stop).contains("\"stopped\""));
    }

    let (_, processes) = service.get("/processes");
    assert!(
        processes.contains("\"process-id\":\"order-18\""),
        "{processes}"
    );
    let (_, explained) = service.get("/processes/order-18");
    assert!(
        explained.contains("2096-10-02 07:06:40 UTC  console"),
        "{explained}"
    );
    assert_eq!(service.get("/processes/nobody").0, 404);
    let (_, letters) = service.get("/dead-letters");
    assert!(letters.contains("invalid request"), "{letters}");
    assert_eq!(service.post("/dead-letters/1/replay", "x", "").0, 409);
    assert_eq!(service.post("/dead-letters/9/replay", "x", "").0, 404);

    let hostile = r#"{"process-id":"<script>","action":"start","notifications":[{"channel":"console","at":4000000000}]}"#;
    service.post("/requests", "r3", hostile);
    let (_, page) = service.get("/");
    assert!(
        page.contains("&lt;script&gt;") && !page.contains("<script"),
        "{page}"
    );
    assert_eq!(service.get("/healthz"), (200, "ok\n".to_owned()));
    assert_eq!(service.get("/readyz").0, 200);
    let (_, metrics) = service.get("/metrics");
    assert!(
        metrics.contains("escalation_started_total 5\n"),
        "{metrics}"
    );

    // Who has no token learns nothing.
    for (method, path) in [("GET", "/"), ("GET", "/processes"), ("POST", "/requests")] {
        for headers in [
            "",
            "Authorization: Bearer wrong!\r\n",
            "Authorization: Basic sesame\r\n",
        ] {
            assert_eq!(
                service.ask(method, path, headers, "").0,
                401,
                "{method} {path} {headers}"
            );
        }
    }
    // A browser asks for a name and a password: any name, to look and not to change anything.
    for (method, token, expected) in [
        ("GET", "eDpzZXNhbWU=", 200),
        ("GET", "eDpzZXNhbQ==", 401),
        ("GET", "c2VzYW1l", 401),
        ("POST", "eDpzZXNhbWU=", 401),
    ] {
        let headers = format!("Authorization: Basic {token}\r\n");
        let path = if method == "GET" { "/" } else { "/requests" };
        let (status, _) = service.ask(method, path, &headers, "");
        assert_eq!(status, expected, "{method} {token}");
    }
    // What is due is delivered while it serves, and it ends in order.
    service.post("/requests", "r4", CONSOLE);
    assert!(text_of(&service, "escalation_delivered_total 1\n"));
    assert_eq!(
        service.end(),
        "order-17/6/0 console You are wanted: order-17\n"
    );
}

/// Twilio says that a key was pressed: signed, and about the run that was called about.
#[test]
fn a_key_pressed_in_a_call_answers_for_its_run_of_the_process() {
    const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
    let folder = folder_with("");
    let settings = [
        ("ESCALATION_TWILIO_ACCOUNT", ACCOUNT),
        ("ESCALATION_TWILIO_TOKEN", "auth token"),
        ("ESCALATION_PHONE_CALLER_IDS", r#"{"default":"+15550100"}"#),
        ("ESCALATION_PHONE_PUBLIC_URL", "https://pbx.example.com"),
        ("ESCALATION_INSTALLATION", "hotel-7"),
    ];
    let service = Service::with(folder.path(), &settings);
    let press = |run: u32, digits: &str, token: &str| {
        let path = format!("/twilio/key?escalation=hotel-7%2Forder-18%2F{run}%2F0");
        let params = Params::new().with("Digits", digits);
        let signature = sign(token, &format!("https://pbx.example.com{path}"), &params);
        let headers = format!(
            "X-Twilio-Signature: {signature}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n"
        );
        service.ask("POST", &path, &headers, &format!("Digits={digits}"))
    };
    let explained = || service.get("/processes/order-18").1;

    service.post("/requests", "r1", FAR);
    let (status, _) = press(1, "4", "another token");
    assert_eq!(status, 403);
    let (status, page) = press(1, "9", "auth token");
    assert!(status == 200 && page.contains("press 4"), "{page}");
    assert!(!explained().contains("held"), "{}", explained());
    let (status, page) = press(1, "4", "auth token");
    assert!(status == 200 && page.contains("<Hangup/>"), "{page}");
    assert!(
        explained().contains("held until released"),
        "{}",
        explained()
    );

    // It ends and starts anew; somebody still talks about the first one.
    let stop = r#"{"process-id":"order-18","action":"stop"}"#;
    service.post("/requests", "r2", stop);
    service.post("/requests", "r3", FAR);
    assert_eq!(press(1, "6", "auth token").0, 200);
    assert!(!explained().contains("held"), "{}", explained());
    assert_eq!(press(2, "6", "auth token").0, 200);
    assert_eq!(service.get("/processes/order-18").0, 404, "resolved");
}

/// Whether the metrics say so before long: the delivery is the engine's own task.
fn text_of(service: &Service, line: &str) -> bool {
    (0..1_000).any(|_| service.get("/metrics").1.contains(line))
}

/// A receiver of webhooks that answers when it is told to.
struct Receiver(TcpListener);

impl Receiver {
    fn new() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    fn url(&self) -> String {
        format!("http://{}/", self.0.local_addr().unwrap())
    }

    /// The next webhook: its connection, not answered yet, and its head.
    fn next(&self) -> (TcpStream, String) {
        let (mut stream, _) = self.0.accept().unwrap();
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        (stream, String::from_utf8(head).unwrap())
    }
}

const HOOK: &str = r#"{"process-id":"order-20","action":"start","notifications":[{"channel":"webhook","at":1000}]}"#;
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[test]
fn what_is_under_way_at_sigterm_is_finished_and_recorded() {
    let folder = folder_with("");
    let receiver = Receiver::new();
    let settings = [
        ("ESCALATION_WEBHOOK_SECRET", SECRET),
        ("ESCALATION_WEBHOOK_URL", &*receiver.url()),
        ("ESCALATION_INSTALLATION", "hotel-7"),
    ];
    let service = Service::with(folder.path(), &settings);
    service.post("/requests", "r1", HOOK);
    let (mut webhook, head) = receiver.next();
    assert!(head.contains("webhook-id: hotel-7/order-20/1/0"), "{head}");
    service.terminate();
    // It listens no more, and waits for the answer.
    while TcpStream::connect(&service.address).is_ok() {}
    webhook
        .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
        .unwrap();
    assert!({ service }.child.wait().unwrap().success());
    assert_eq!(text(&run(folder.path(), &["list"])), "", "it is recorded");
}

#[test]
fn a_second_signal_ends_at_once_and_loses_nothing() {
    let folder = folder_with("");
    let receiver = Receiver::new();
    let settings = [
        ("ESCALATION_WEBHOOK_SECRET", SECRET),
        ("ESCALATION_WEBHOOK_URL", &*receiver.url()),
    ];
    let mut service = Service::with(folder.path(), &settings);
    service.post("/requests", "r1", HOOK);
    let (webhook, _) = receiver.next();
    service.terminate();
    while TcpStream::connect(&service.address).is_ok() {}
    service.terminate();
    assert!(service.child.wait().unwrap().success(), "nobody answered");
    drop(webhook);
    let listed = text(&run(folder.path(), &["list"]));
    assert!(
        listed.starts_with("order-20  running  1 to come"),
        "{listed}"
    );
}

#[test]
fn requests_that_are_far_too_long_are_refused_and_hold_up_nobody() {
    let folder = folder_with("");
    let service = Service::start(folder.path());
    let (status, answer) = service.post("/requests", "r1", &"x".repeat(2_000_000));
    assert_eq!(status, 422);
    let detail = answer["detail"].as_str().unwrap();
    assert!(detail.contains("the request has 2000000 bytes"), "{detail}");

    // Told before it is all sent: only the head is written, and the answer is there.
    let mut stream = TcpStream::connect(&service.address).unwrap();
    write!(
        stream,
        "POST /requests HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sesame\r\n\
         Content-Length: 10000000\r\n\r\n"
    )
    .unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 413 "), "{line}");

    // From a file as well, and the next line is read.
    let near = FAR.replace("order-18", "order-22");
    fs::write(
        folder.path().join("long.jsonl"),
        format!("{}\n{near}\n", "x".repeat(10 << 20)),
    )
    .unwrap();
    let lines = text(&run(folder.path(), &["submit", "long.jsonl"]));
    assert!(
        lines.starts_with("request 1: rejected ") && lines.ends_with("\nrequest 2: started\n"),
        "{lines}"
    );

    let (status, _) = service.post("/requests", "r2", &"[".repeat(100_000));
    assert_eq!(status, 422);
    let (status, _) = service.post("/requests", "r3", FAR);
    assert_eq!(status, 200);
    let (_, letters) = service.get("/dead-letters");
    let letters: Value = serde_json::from_str(&letters).unwrap();
    assert_eq!(letters.as_array().unwrap().len(), 3);
}
