//! The program as its users start it: what it prints, and how it refuses what it cannot work with.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};

use twilio_webhook::{Params, sign};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phone-system"));
    command.env_clear().envs([
        ("TWILIO_ACCOUNT_SID", "AC0123456789abcdef0123456789abcdef"),
        ("TWILIO_AUTH_TOKEN", "secret"),
        ("PHONE_PUBLIC_URL", "https://phone.example.com"),
        ("PHONE_LINE", "+442079460100"),
        ("PHONE_REP_LINE", "+442079460200"),
        ("PHONE_REPS", "Ann=+447700900201"),
    ]);
    command.current_dir(std::env::temp_dir());
    command
}

/// The one line on standard error with which the program refuses to start.
fn refusal(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(text.trim_end().lines().count(), 1, "{text}");
    assert!(
        text.starts_with("phone-system: ") && !text.contains("secret"),
        "{text}"
    );
    text
}

#[test]
fn headless_it_plays_the_morning() {
    let output = program().arg("--headless").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for scene in [
        "premium before regular: head start 120 s",
        "hangs up",
        "everyone is rung, round 1",
        "closed; opens 09:00",
        "closed: Early May bank holiday",
        "refused with 403",
        "bank holiday cover",
    ] {
        assert!(text.contains(scene), "`{scene}` is missing in:\n{text}");
    }
}

#[test]
fn help_names_every_variable() {
    let output = program().arg("--help").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    for variable in phone_system::Settings::VARIABLES {
        assert!(
            text.contains(variable.name) && text.contains(variable.meaning),
            "{}",
            variable.name
        );
    }
    assert!(text.contains("--serve"));
}

#[test]
fn the_readme_names_every_variable() {
    for variable in phone_system::Settings::VARIABLES {
        let required = if variable.required { "required" } else { "" };
        let row = format!("| `{}` | {required}", variable.name);
        let row = include_str!("../README.md")
            .lines()
            .find(|line| line.starts_with(&row));
        assert!(
            row.is_some_and(|row| row.contains(variable.meaning)),
            "{}",
            variable.name
        );
    }
}

#[test]
fn a_missing_variable_is_named() {
    let output = program()
        .arg("--serve")
        .env_remove("PHONE_REPS")
        .output()
        .unwrap();
    assert!(refusal(&output).contains("PHONE_REPS is not set"));
}

#[test]
fn a_bad_zone_is_named_with_its_line() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hours.toml");
    std::fs::write(&file, "# ours\nzone = \"Europe/Lodnon\"\n").unwrap();
    let output = program()
        .arg("--serve")
        .arg("--hours")
        .arg(&file)
        .output()
        .unwrap();
    let line = refusal(&output);
    assert!(
        line.contains("hours.toml:2: ") && line.contains("Europe/Lodnon"),
        "{line}"
    );
}

#[test]
fn a_bad_hours_file_is_named_with_line_and_value() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hours.toml");
    std::fs::write(
        &file,
        "zone = \"Europe/London\"\n[week]\nmon-fri = \"9 to 5\"\n",
    )
    .unwrap();
    let output = program()
        .arg("--serve")
        .env("PHONE_HOURS", &file)
        .output()
        .unwrap();
    let line = refusal(&output);
    assert!(
        line.contains("hours.toml:3: ") && line.contains("9 to 5"),
        "{line}"
    );
}

#[test]
fn a_taken_port_is_named() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = program()
        .args(["--serve", "--listen", &address])
        .current_dir(directory.path())
        .output()
        .unwrap();
    let line = refusal(&output);
    assert!(line.contains(&address) && line.contains("in use"), "{line}");
}

#[test]
fn a_data_file_that_cannot_be_written_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("no/such/folder/phone.sqlite3");
    let output = program()
        .arg("--serve")
        .env("PHONE_DATABASE", &file)
        .output()
        .unwrap();
    assert!(refusal(&output).contains("phone.sqlite3"));
}

#[test]
fn it_serves_twilio_until_it_is_asked_to_end() {
    let directory = tempfile::tempdir().unwrap();
    let hours = directory.path().join("hours.toml");
    let always = "zone = \"Europe/London\"\n[week]\nmon-sun = \"00:00-24:00\"\n";
    std::fs::write(&hours, always).unwrap();
    let mut server = program()
        .args(["--serve", "--listen", "127.0.0.1:0", "--hours"])
        .arg(&hours)
        .current_dir(directory.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(server.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("listening on ") {
        line.clear();
        assert_ne!(
            log.read_line(&mut line).unwrap(),
            0,
            "it ended before it listened"
        );
    }
    let (_, address) = line.split_once("listening on ").unwrap();
    let (address, _) = address.split_once(';').unwrap();

    let form = "AccountSid=AC0123456789abcdef0123456789abcdef&CallSid=CA0123456789abcdef0123456789abcdef\
                &From=%2B447700900301&To=%2B442079460100&CallStatus=ringing&Direction=inbound&ApiVersion=2010-04-01";
    let params = Params::from_form(form).unwrap();
    let signature = sign("secret", "https://phone.example.com/voice", &params);
    let mut twilio = TcpStream::connect(address).unwrap();
    write!(
        twilio,
        "POST /voice HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nX-Twilio-Signature: {signature}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )
    .unwrap();
    let mut answer = String::new();
    twilio.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(
        answer.contains("press 1") && answer.contains("no-store"),
        "{answer}"
    );
    let database = directory.path().join("phone-system.sqlite3");
    assert!(database.exists(), "what it knows is durable");

    let end = ["-TERM", &server.id().to_string()];
    assert!(Command::new("kill").args(end).status().unwrap().success());
    assert!(server.wait().unwrap().success());
    let mut rest = String::new();
    log.read_to_string(&mut rest).unwrap();
    assert!(!rest.contains("secret"), "{rest}");
}
