//! Runs the binary: on the London desk against files that were looked at (`UPDATE_GOLDEN=1` writes them anew), on
//! files with every kind of mistake, on hostile input, and into a pipe that nobody reads.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn hours(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hours"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments);
    command
}

fn output(arguments: &[&str]) -> Output {
    hours(arguments).output().expect("the program runs")
}

/// What it prints, with its exit status.
fn run(arguments: &[&str]) -> (String, i32) {
    let output = output(arguments);
    let mut text = String::from_utf8(output.stdout).expect("UTF-8");
    text += &String::from_utf8(output.stderr).expect("UTF-8");
    (text, output.status.code().expect("an exit status"))
}

fn answers(file: &str, questions: &[u8]) -> (String, i32) {
    let mut command = hours(&["query", file]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("valid");
    let mut input = child.stdin.take().expect("valid");
    let questions = questions.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&questions));
    let output = child.wait_with_output().expect("valid");
    writer.join().expect("valid").expect("valid");
    (
        String::from_utf8(output.stdout).expect("valid"),
        output.status.code().expect("valid"),
    )
}

fn golden(name: &str, text: &str) {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().expect("valid")).expect("valid");
        std::fs::write(&path, text).expect("valid");
    }
    let expected = std::fs::read_to_string(&path).expect(name);
    assert_eq!(text, expected, "{name}");
}

#[test]
fn the_london_desk_is_good_and_described() {
    let (text, code) = run(&["check", "london-desk.toml"]);
    assert_eq!(code, 0, "{text}");
    golden("check.txt", &text);
    let (words, _) = run(&["export", "london-desk.toml", "--to", "words"]);
    assert_eq!(text, format!("london-desk.toml: good: {words}"));
}

#[test]
fn the_london_desk_explains_itself() {
    let mut text = String::new();
    for at in [
        "2026-12-15T11:00",
        "2026-12-15T13:00",
        "2026-12-16T14:30:00Z",
        "2026-12-24T13:00",
        "2026-12-25T10:00",
        "2026-12-26T11:00",
        "2026-12-28T11:00",
        "2028-12-24T11:00",
        "2026-07-01T08:30:00Z",
        "2060-12-27T11:00",
    ] {
        let (status, code) = run(&["status", "london-desk.toml", "--at", at]);
        assert_eq!(code, 0, "{status}");
        text += &format!("{at}: {status}");
    }
    golden("status.txt", &text);
    let closed = [
        "status",
        "london-desk.toml",
        "--exit-code",
        "--at",
        "2026-12-25T10:00",
    ];
    assert_eq!(run(&closed).1, 3);
    assert_eq!(
        run(&[
            "status",
            "london-desk.toml",
            "--exit-code",
            "--at",
            "2026-12-15T11:00"
        ])
        .1,
        0
    );
    let (now, code) = run(&["status", "london-desk.toml"]);
    assert!(
        code == 0 && (now.starts_with("open") || now.starts_with("closed")),
        "{now}"
    );
}

#[test]
fn the_london_desk_is_drawn() {
    let calendar = [
        "calendar",
        "london-desk.toml",
        "--from",
        "2026-12-16",
        "--weeks",
        "4",
    ];
    let (text, code) = run(&calendar);
    assert_eq!(code, 0, "{text}");
    golden("calendar.txt", &text);
    let (svg, code) = run(&[&calendar[..], &["--svg"]].concat());
    assert_eq!(code, 0, "{svg}");
    golden("calendar.svg", &svg);
}

#[test]
fn a_night_on_which_clocks_are_put_back_is_drawn_too() {
    let directory = tempfile::tempdir().unwrap();
    let desk = directory.path().join("desk.toml");
    // From 01:30, the first, to 01:15, the second.
    let text = "zone = \"Europe/London\"\n[[overrides]]\nid = \"night\"\nwhen = \"2026-10-25T00:30:00Z to 2026-10-25T01:15:00Z\"\nhours = \"open\"\n";
    std::fs::write(&desk, text).unwrap();
    let calendar = [
        "calendar",
        desk.to_str().unwrap(),
        "--from",
        "2026-10-25",
        "--weeks",
        "1",
    ];
    let (text, code) = run(&calendar);
    assert!(
        code == 0 && text.contains("01:30–01:15") && text.contains("0 h 45 min"),
        "{text}"
    );
    let (svg, code) = run(&[&calendar[..], &["--svg"]].concat());
    assert!(code == 0 && svg.ends_with("</svg>\n"), "{svg}");
    // The ends of what is supported are said, not drawn.
    for date in ["1969-12-31", "2099-12-31", "9999-01-01"] {
        let (told, code) = run(&["calendar", "london-desk.toml", "--from", date]);
        assert!(
            code == 1 && told.contains("outside the supported years"),
            "{date}: {told}"
        );
    }
}

#[test]
fn the_london_desk_answers_a_script() {
    let questions =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/questions.jsonl"))
            .unwrap();
    let (text, code) = answers("london-desk.toml", &questions);
    assert_eq!(code, 1, "some lines are bad");
    golden("answers.jsonl", &text);
    for line in text.lines() {
        serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line)
            .expect("an object");
    }
    let good = b"{\"op\":\"is_open\",\"at\":\"2026-12-15T11:00:00Z\"}\n\n";
    let (text, code) = answers("london-desk.toml", good);
    assert_eq!(
        (text.as_str(), code),
        ("{\"line\":1,\"op\":\"is_open\",\"open\":true}\n", 0)
    );
    assert_eq!(answers("london-desk.toml", b""), (String::new(), 0));
}

#[test]
fn status_as_json_is_the_answer_of_query() {
    let (json, code) = run(&[
        "status",
        "london-desk.toml",
        "--json",
        "--at",
        "2026-12-28T11:00:00Z",
    ]);
    assert_eq!(code, 0);
    let status: serde_json::Value = serde_json::from_str(&json).unwrap();
    let question = b"{\"op\":\"status\",\"at\":\"2026-12-28T11:00:00Z\"}";
    let mut answer: serde_json::Map<_, _> =
        serde_json::from_str(&answers("london-desk.toml", question).0).unwrap();
    answer.remove("line");
    answer.remove("op");
    assert_eq!(status, serde_json::Value::Object(answer));
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once_with_their_lines() {
    let (toml, code) = run(&["check", "tests/data/wrong.toml"]);
    assert_eq!(code, 1);
    golden("wrong-toml.txt", &toml);
    let (json, code) = run(&["check", "tests/data/wrong.json"]);
    assert_eq!(code, 1);
    golden("wrong-json.txt", &json);
    assert!(include_str!("../README.md").contains(&json), "{json}");
    let (both, code) = run(&["check", "london-desk.toml", "tests/data/wrong.json"]);
    assert!(
        code == 1 && both.starts_with("london-desk.toml: good: ") && both.ends_with(&json),
        "{both}"
    );
    // What is left out of a file because it cannot be read is told once, and its absence is not.
    assert!(
        !toml.contains("missing field `when`") && !toml.contains("breaks:"),
        "{toml}"
    );
    // The other commands do not go on with such a file, and say why.
    let (refused, code) = run(&["status", "tests/data/wrong.json"]);
    assert_eq!((refused, code), (format!("hours: {json}"), 1));
}

#[test]
fn what_is_no_file_of_hours_is_said_in_one_line() {
    let directory = tempfile::tempdir().unwrap();
    let mut all = String::new();
    for (name, text) in [
        ("empty.toml", ""),
        (
            "syntax.toml",
            "zone = \"Europe/London\nweek = {\nmon = [\"09:00-17:00\"\n",
        ),
        (
            "twice.toml",
            "zone = \"Europe/London\"\nzone = \"Europe/Paris\"\n",
        ),
        ("list.json", "[]"),
        ("syntax.json", "{\n\"zone\": \"Europe/London\",\n}"),
        (
            "twice.json",
            "{\"zone\": \"Europe/London\",\n\"week\": {\"mon\": \"closed\",\n\"mon\": \"open\"}}",
        ),
        ("null.json", "null"),
        ("nothing.json", ""),
        (
            "calendars.toml",
            "zone = \"Europe/London\"\ncalendars = 3\n",
        ),
        (
            "unknown.toml",
            "zone = \"Europe/London\"\ncalendars = [\"GB-ENG\", 4]\n",
        ),
    ] {
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        let (told, code) = run(&["check", path.to_str().unwrap()]);
        assert_eq!(code, 1, "{name}: {told}");
        all += &told.replace(
            &format!(
                "{}{}",
                directory.path().display(),
                std::path::MAIN_SEPARATOR
            ),
            "",
        );
    }
    let deep = directory.path().join("deep.json");
    std::fs::write(&deep, "[".repeat(100_000)).unwrap();
    let (told, code) = run(&["check", deep.to_str().unwrap()]);
    assert!(code == 1 && told.lines().count() == 1, "{told}");
    std::fs::write(&deep, "[".repeat(100_000) + &"]".repeat(100_000)).unwrap();
    assert_eq!(run(&["check", deep.to_str().unwrap()]).1, 1);
    assert_eq!(run(&["check", "no-such-file.toml"]).1, 1);
    golden("no-hours.txt", &all);
}

#[test]
fn closures_come_from_an_icalendar_file_beside_the_description() {
    let directory = tempfile::tempdir().unwrap();
    let desk = directory.path().join("desk.toml");
    let text = "zone = \"Europe/London\"\ncalendars = [\"closures.ics\", \"GB-ENG\"]\nweek = { mon-fri = \"09:00-17:00\" }\nholidays = { unknown = \"closed\" }\n";
    std::fs::write(&desk, text).unwrap();
    let events = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Company outing\r\nDTSTART;VALUE=DATE:20260703\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    std::fs::write(directory.path().join("closures.ics"), events).unwrap();
    let desk = desk.to_str().unwrap();
    let status = |at: &str| run(&["status", desk, "--at", at]).0;
    assert_eq!(
        status("2026-07-03T10:00"),
        "closed: Company outing; opens Mon 6 Jul 09:00\n"
    );
    assert_eq!(
        status("2026-12-25T10:00"),
        "closed: Christmas Day; opens Tue 29 Dec 09:00\n"
    );
    let (words, _) = run(&["export", desk, "--to", "words"]);
    assert_eq!(
        words,
        "Mon–Fri 09:00–17:00, closed on the days of closures.ics and the public holidays of England, United Kingdom\n"
    );

    // What the program exports, it reads.
    let (file, code) = run(&[
        "export",
        desk,
        "--to",
        "icalendar",
        "--from",
        "2026-12-21",
        "--weeks",
        "2",
        "--id",
        "desk.example.com",
    ]);
    assert_eq!(code, 0, "{file}");
    std::fs::write(directory.path().join("closures.ics"), file).unwrap();
    assert_eq!(
        status("2026-12-28T10:00"),
        "closed: Boxing Day (observed); opens Tue 29 Dec 09:00\n"
    );
    assert_eq!(status("2026-07-03T10:00"), "open; closes 17:00\n");
}

#[test]
fn what_schema_org_cannot_say_is_told_line_by_line() {
    let (text, code) = run(&["export", "london-desk.toml", "--to", "schema-org"]);
    assert_eq!(code, 1);
    golden("schema-org.txt", &text);
}

#[test]
fn a_reader_that_has_read_enough_is_no_error() {
    let mut child = hours(&[
        "calendar",
        "london-desk.toml",
        "--from",
        "2026-01-01",
        "--weeks",
        "530",
    ])
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn hostile_lines_are_answered_one_by_one() {
    let mut questions = b"\xff\xfe\n\0\n{\"op\":\"is_open\",\"at\":\"\xff\"}\n".to_vec();
    questions.extend("[".repeat(100_000).into_bytes());
    questions.extend(
        b"\n{\"op\":\"intervals\",\"from\":\"2026-01-01T00:00\",\"to\":\"2025-01-01T00:00\"}\n",
    );
    questions.extend(b"{\"op\":\"is_open\",\"at\":\"2026-12-15T11:00:00Z\"}");
    let (text, code) = answers("london-desk.toml", &questions);
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((lines.len(), code), (6, 1), "{text}");
    for line in &lines[..4] {
        assert!(line["error"].is_string(), "{line}");
    }
    assert_eq!(lines[4]["intervals"], serde_json::json!([]));
    assert_eq!(
        lines[5],
        serde_json::json!({"line": 6, "op": "is_open", "open": true})
    );
}

#[test]
fn the_command_line_explains_itself() {
    let (help, code) = run(&["--help"]);
    assert_eq!(code, 0);
    let reference = include_str!("../src/reference.txt");
    for line in reference.lines().filter(|line| !line.is_empty()) {
        assert!(help.contains(line.trim_end()), "{line}");
        assert!(
            include_str!("../README.md").contains(line.trim_end()),
            "README: {line}"
        );
    }
    assert!(run(&["query", "--help"]).0.contains("add_seconds"));
    assert_eq!(run(&["fly"]).1, 2);
    assert_eq!(run(&["calendar", "london-desk.toml", "--weeks", "0"]).1, 2);
}
