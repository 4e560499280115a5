//! The program as its users start it: what it prints, and how it refuses what it cannot work with.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};

use twilio_webhook::{Params, sign};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phone-system"));
    command.env_clear().envs([
        ("TWILIO_ACCOUNT_SID", "AC0123456789abcdef0123456789abcdef"),
        ("TWILIO_AUTH_TOKEN", "secret"),
        ("PHONE_PUBLIC_URL", "https://phone.example.com"),
        ("PHONE_LINE", "+442079460100"),
        ("PHONE_REP_LINE", "+442079460200"),
        ("PHONE_REP_PIN", "none"),
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

/// The program, once it has said something with these words; and the rest of that line.
fn started(command: &mut Command, words: &str) -> (Child, String) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let said = lines.find_map(|line| {
        let line = line.unwrap();
        line.split_once(words)
            .map(|(_, rest)| rest.trim().to_owned())
    });
    (child, said.expect("it says where it is"))
}

fn asked_to_end(mut child: Child, signal: &str) {
    let end = [signal, &child.id().to_string()];
    assert!(Command::new("kill").args(end).status().unwrap().success());
    assert!(child.wait().unwrap().success());
}

/// A server for an account, once it listens; and where.
fn serving(command: &mut Command) -> (Child, String) {
    let mut server = command
        .args(["--serve", "--listen", "127.0.0.1:0"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(server.stderr.take().unwrap()).lines();
    let listens = log.find_map(|line| {
        let line = line.unwrap();
        let (_, rest) = line.split_once("listening on ")?;
        Some(rest.split(';').next().unwrap_or_default().to_owned())
    });
    // Somebody must read on, or the server would wait for it.
    std::thread::spawn(move || log.for_each(drop));
    (server, listens.expect("it says where it listens"))
}

/// The status line and all that follows.
fn get(url: &str) -> String {
    let (address, path) = url.trim_start_matches("http://").split_once('/').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn without_options_it_shows_itself() {
    let mut command = program();
    command.env_clear().args(["--listen", "127.0.0.1:0"]);
    let (demo, console) = started(&mut command, "console ");
    let page = get(&format!("{console}/sign-in"));
    assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
    assert!(
        page.contains("demo-line"),
        "the page tells the password: {page}"
    );
    asked_to_end(demo, "-INT");
}

#[test]
fn without_options_it_takes_the_next_port_that_is_free() {
    // Somebody else may have it already, which is just as well.
    let _taken = TcpListener::bind(("127.0.0.1", 8080));
    let (demo, console) = started(program().env_clear(), "console ");
    assert!(!console.contains(":8080/"), "{console}");
    asked_to_end(demo, "-TERM");
}

#[test]
fn it_bears_a_load_and_says_how() {
    let arguments = [
        "--load", "40", "--agents", "10", "--for", "5", "--speed", "25",
    ];
    let output = program().env_clear().args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{complaints}");
    for words in ["10 agents", "99% within", "0 failed", " 0 lost", "memory"] {
        assert!(text.contains(words), "`{words}` is missing in:\n{text}");
    }
}

#[test]
fn who_has_an_account_may_sign_in_and_the_server_says_that_it_is_well() {
    let directory = tempfile::tempdir().unwrap();
    let account = |password: &str, arguments: &[&str]| {
        let mut command = program();
        let mut child = command
            .current_dir(directory.path())
            .args(["--account", "Ann"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
        child.wait_with_output().unwrap()
    };
    let line = refusal(&account("short", &["--agent", "1"]));
    assert!(line.contains("at least"), "{line}");
    let added = account("long enough", &["--supervisor", "--agent", "1"]);
    assert!(added.status.success(), "{added:?}");
    assert!(!format!("{added:?}").contains("long enough"), "{added:?}");

    let mut server = program();
    let (server, address) = serving(server.current_dir(directory.path()));
    let form = "name=ann&password=long+enough";
    let mut browser = TcpStream::connect(&address).unwrap();
    write!(
        browser,
        "POST /console/sign-in HTTP/1.1\r\nHost: phone.example.com\r\nOrigin: https://phone.example.com\r\n\
         Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )
    .unwrap();
    let mut answer = String::new();
    browser.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");

    let ask = || {
        program()
            .args(["--health", "--listen", &address])
            .output()
            .unwrap()
    };
    assert!(ask().status.success());
    asked_to_end(server, "-TERM");
    assert!(refusal(&ask()).contains(&address));
}

#[test]
fn options_that_do_not_go_together_are_refused() {
    for wrong in [
        vec!["--serve", "--load", "5"],
        vec!["--headless", "--speed", "3"],
        vec!["--transcript"],
        vec!["--agents", "5"],
        vec!["--agent", "1"],
        vec!["--supervisor"],
        vec!["--health", "--serve"],
        vec!["--account", "ann", "--serve"],
        vec!["--account", "ann", "--remove-account", "ben"],
        vec!["--remove-account", "ann", "--serve"],
        vec!["--remove-account", "ann", "--supervisor"],
        vec!["--database", "memory"],
        vec!["--hours", "hours.toml"],
        vec!["--speed", "0"],
        vec!["--speed", "fast"],
        vec!["--load", "0"],
        vec!["--listen", "localhost"],
        vec!["serve"],
    ] {
        let output = program().args(&wrong).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(
            output.stdout.is_empty() && !output.stderr.is_empty(),
            "{wrong:?}"
        );
    }
}

/// There is no engine here to build it with; but what it names is there.
#[test]
fn the_container_file_names_what_is_there() {
    let file = include_str!("../Containerfile");
    let lines: Vec<&str> = file.lines().map(str::trim).collect();
    let begins = |words: &str| lines.iter().filter(|line| line.starts_with(words)).count();
    assert_eq!(
        (
            begins("FROM "),
            begins("ENTRYPOINT "),
            begins("HEALTHCHECK ")
        ),
        (2, 1, 1)
    );
    let names = phone_system::Settings::VARIABLES.map(|variable| variable.name);
    let set = file.lines().filter_map(|line| {
        let line = line
            .trim()
            .trim_start_matches("ENV ")
            .trim_end_matches('\\');
        line.split_once('=')
            .map(|(name, _)| name)
            .filter(|name| name.starts_with("PHONE_"))
    });
    let set: Vec<&str> = set.collect();
    assert_eq!(set.len(), 2, "{set:?}");
    assert!(set.iter().all(|name| names.contains(name)), "{set:?}");
    let help = program().arg("--help").output().unwrap();
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    for option in ["--health", "--serve", "--listen"] {
        assert!(file.contains(option) && help.contains(option), "{option}");
    }
    let user = lines.iter().find_map(|line| line.strip_prefix("USER "));
    assert!(user.is_some_and(|user| user != "0" && file.contains(&format!("--uid {user}"))));
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

#[test]
fn an_account_is_kept_without_its_password() {
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("phone.sqlite3");
    let keep = |input: &str, more: &[&str]| {
        let mut command = program();
        command
            .args(["--account", "Ann", "--database"])
            .arg(&database)
            .args(more);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut command = command.spawn().unwrap();
        command
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        command.wait_with_output().unwrap()
    };
    let kept = keep("correct horse battery\n", &["--agent", "1", "--supervisor"]);
    let says = String::from_utf8_lossy(&kept.stdout).into_owned();
    assert!(
        kept.status.success() && says.contains("can sign in"),
        "{kept:?}"
    );
    assert!(!says.contains("correct horse"), "{says}");
    // The newest is in a file beside the database.
    let files = std::fs::read_dir(directory.path()).unwrap();
    let file: Vec<u8> = files
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    let holds = |text: &[u8]| file.windows(text.len()).any(|bytes| bytes == text);
    assert!(holds(b"$argon2id$") && !holds(b"correct horse"));

    let remove = || {
        program()
            .args(["--remove-account", "ANN", "--database"])
            .arg(&database)
            .output()
            .unwrap()
    };
    let removed = remove();
    let says = String::from_utf8_lossy(&removed.stdout).into_owned();
    assert!(
        removed.status.success() && says.contains("no more"),
        "{removed:?}"
    );
    assert!(refusal(&remove()).contains("no account \"ANN\""));

    let made_up = keep("\n", &[]);
    assert!(String::from_utf8_lossy(&made_up.stdout).contains("Password: "));
    assert!(refusal(&keep("short\n", &[])).contains("at least 8 characters"));
    assert!(
        refusal(
            &program()
                .args(["--account", "ann", "--database", "memory"])
                .output()
                .unwrap()
        )
        .contains("--database")
    );
}
