//! The program as a shell or CI meets it: the built binary, its output against files under `golden`, its exit
//! status, standard input, files that cannot be read, colours and a reader that goes away.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs the program in `tests/data`.
fn twiml(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the program starts")
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twiml"));
    command
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data"))
        .env_remove("NO_COLOR")
        .stdin(Stdio::null());
    command
}

/// As [`twiml`], with this on standard input.
fn piped(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("it was piped");
    stdin.write_all(input).expect("the program reads");
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("it writes UTF-8")
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("it writes UTF-8")
}

#[track_caller]
fn golden(file: &str, status: i32, arguments: &[&str]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(file);
    let output = twiml(arguments);
    let expected = fs::read_to_string(path).expect("the golden file");
    assert_eq!(out(&output), expected, "{arguments:?}");
    assert_eq!(err(&output), "", "{arguments:?}");
    assert_eq!(output.status.code(), Some(status), "{arguments:?}");
}

#[test]
fn lint_as_text() {
    golden(
        "lint.txt",
        1,
        &["lint", "faulty.xml", "queue.xml", "broken.xml"],
    );
}

#[test]
fn lint_as_json() {
    golden(
        "lint.json",
        1,
        &["lint", "--json", "faulty.xml", "queue.xml"],
    );
}

#[test]
fn lint_exit_status_is_by_level() {
    let loops = b"<Response><Gather/></Response>";
    let status = |arguments: &[&str], input: &[u8]| piped(arguments, input).status.code();
    assert_eq!(status(&["lint", "-"], loops), Some(0), "a hint");
    assert_eq!(status(&["lint", "--deny", "hint", "-"], loops), Some(1));
    let unknown = b"<Response><Tomorrow/></Response>";
    assert_eq!(status(&["lint", "-"], unknown), Some(1), "a warning");
    assert_eq!(status(&["lint", "--deny", "error", "-"], unknown), Some(0));
    assert_eq!(
        status(&["lint", "--deny", "error", "-"], b"OK"),
        Some(1),
        "an error"
    );
    assert_eq!(
        status(&["lint", "--deny", "hint", "-"], b"<Response/>"),
        Some(0)
    );
}

#[test]
fn lint_knows_purpose_delivery_and_family() {
    let whisper = b"<Response><Dial>+15550001</Dial></Response>";
    assert_eq!(out(&piped(&["lint", "-"], whisper)), "");
    let found = piped(&["lint", "--for", "whisper", "-"], whisper);
    assert!(
        out(&found).starts_with("<stdin>:1:11: error 13201: <Dial>"),
        "{found:?}"
    );
    let relative = b"<Response><Redirect>/menu</Redirect></Response>";
    assert_eq!(out(&piped(&["lint", "-"], relative)), "");
    let found = piped(&["lint", "--inline", "-"], relative);
    assert!(out(&found).contains("[relative-url]"), "{found:?}");
    let message = b"<Response><Message>Hi</Message></Response>";
    assert_eq!(out(&piped(&["lint", "-"], message)), "");
    let found = piped(&["lint", "--family", "voice", "-"], message);
    assert!(out(&found).contains("[unknown-element]"), "{found:?}");
}

#[test]
fn lint_of_bytes_that_are_not_utf8() {
    let found = piped(&["lint", "-"], b"<Response>\n<Say>\xff</Say></Response>");
    assert!(
        out(&found).starts_with("<stdin>:2:6: error 12100: the document is not UTF-8"),
        "{found:?}"
    );
    assert_eq!(found.status.code(), Some(1));
}

#[test]
fn fmt_indented_and_compact() {
    golden("fmt.xml", 0, &["fmt", "menu.xml"]);
    golden("fmt-compact.xml", 0, &["fmt", "--compact", "menu.xml"]);
    golden("fmt-four.xml", 0, &["fmt", "--indent", "4", "reply.xml"]);
}

#[test]
fn fmt_is_stable_and_loses_nothing_unknown() {
    for style in [&["fmt", "-"][..], &["fmt", "--compact", "-"]] {
        for document in [
            "<Response><Say>a <break/> b<!-- c --> <s> d </s></Say>  <Tomorrow x='1'>e<F/> g </Tomorrow></Response>",
            "<!-- a --><Response mood='merry'><Say loop='07'> x&#13;&#10;\ty </Say><Dial>\n+1555\n</Dial></Response><!-- z -->",
            "<Response><Tomorrow><A><B/></A></Tomorrow><Say>x</Say></Response>",
            "\u{FEFF}<Response><Say><![CDATA[a < b]]></Say><Gather finishOnKey=''/></Response>",
        ] {
            let once = piped(style, document.as_bytes());
            assert_eq!(
                (err(&once), once.status.code()),
                ("", Some(0)),
                "{document}"
            );
            let twice = piped(style, &once.stdout);
            assert_eq!(out(&twice), out(&once));
        }
    }
    let mixed = piped(
        &["fmt", "-"],
        b"<Response><Say> a <break/> b </Say><T>e<F/> g </T></Response>",
    );
    assert!(
        out(&mixed).contains("  <Say> a <break/> b </Say>\n  <T>e<F/> g </T>\n"),
        "{mixed:?}"
    );
}

#[test]
fn fmt_write_and_check() {
    let folder = tempfile::tempdir().unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let [menu, reply] = ["menu.xml", "reply.xml"].map(|name| {
        let path = folder.path().join(name);
        fs::copy(data.join(name), &path).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let check = twiml(&["fmt", "--check", &menu, &reply]);
    assert_eq!(out(&check), format!("{menu}\n{reply}\n"));
    assert_eq!(check.status.code(), Some(1));
    let write = twiml(&["fmt", "--write", &menu]);
    assert_eq!((out(&write), write.status.code()), ("", Some(0)));
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/fmt.xml");
    assert_eq!(fs::read(&menu).unwrap(), fs::read(golden).unwrap());
    assert_eq!(
        out(&twiml(&["fmt", "--check", &menu, &reply])),
        format!("{reply}\n")
    );
    assert_eq!(twiml(&["fmt", "--check", &menu]).status.code(), Some(0));
}

#[test]
fn fmt_refuses_what_it_would_lose() {
    let refused = piped(
        &["fmt", "-"],
        b"<Response><?keep me?><Say>Hi</Say></Response>",
    );
    assert_eq!((out(&refused), refused.status.code()), ("", Some(2)));
    assert!(err(&refused).contains("<?keep me?>"), "{refused:?}");
    let broken = twiml(&["fmt", "broken.xml"]);
    assert_eq!((out(&broken), broken.status.code()), ("", Some(2)));
    assert!(
        err(&broken).starts_with("twiml: broken.xml: line 2, column 13: "),
        "{broken:?}"
    );
    let bytes = piped(&["fmt", "-"], b"<Response>\xff</Response>");
    assert!(err(&bytes).contains("not UTF-8"), "{bytes:?}");
}

#[test]
fn explain_as_text() {
    golden(
        "explain.txt",
        0,
        &[
            "explain",
            "menu.xml",
            "queue.xml",
            "services.xml",
            "reply.xml",
            "faulty.xml",
        ],
    );
}

#[test]
fn explain_as_json() {
    golden("explain.json", 0, &["explain", "--json", "reply.xml"]);
}

#[test]
fn explain_says_how_a_document_ends() {
    let end =
        |document: &[u8]| out(&piped(&["explain", "-"], document)).contains("end: the call ends");
    assert!(end(b"<Response><Say>Bye</Say></Response>"));
    assert!(end(b"<Response/>"));
    assert!(!end(b"<Response><Redirect/></Response>"));
    assert!(!end(b"<Response><Dial action='/x'>+1555</Dial></Response>"));
}

#[test]
fn the_terminal_is_not_given_escape_sequences_from_a_document() {
    let found = piped(
        &["explain", "-"],
        "<Response><Say>\u{9b}31m</Say></Response>".as_bytes(),
    );
    assert!(out(&found).contains("\\u{9b}31m"), "{found:?}");
}

#[test]
fn one_unreadable_file_does_not_hide_the_others() {
    for command in ["lint", "explain", "fmt"] {
        let output = twiml(&[command, "missing.xml", "faulty.xml"]);
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert!(
            err(&output).starts_with("twiml: missing.xml: "),
            "{output:?}"
        );
        assert!(out(&output).contains("Tomorrow"), "{output:?}");
    }
    assert_eq!(twiml(&["lint", "."]).status.code(), Some(2), "a folder");
}

#[test]
fn wrong_usage_is_2() {
    for wrong in [
        &["lint"][..],
        &["lint", "--deny", "never", "-"],
        &["frobnicate"],
        &[],
        &["fmt", "--write", "--check", "-"],
    ] {
        let output = twiml(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert_eq!(out(&output), "", "{wrong:?}");
        assert!(
            err(&output).contains("twiml") || err(&output).contains("--help"),
            "{output:?}"
        );
    }
    assert_eq!(twiml(&["--help"]).status.code(), Some(0));
}

#[test]
fn colours_are_for_terminals() {
    let colored = |arguments: &[&str]| out(&twiml(arguments)).contains('\u{1b}');
    assert!(!colored(&["lint", "faulty.xml"]), "a pipe is no terminal");
    assert!(colored(&["lint", "--color", "always", "faulty.xml"]));
    assert!(colored(&["explain", "--color", "always", "faulty.xml"]));
    assert!(!colored(&["lint", "--color", "never", "faulty.xml"]));
    assert!(!colored(&[
        "lint",
        "--json",
        "--color",
        "always",
        "faulty.xml"
    ]));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = command(&["explain", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Nobody reads any more before the program has anything to write.
    drop(child.stdout.take());
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"<Response><Say>Hi</Say></Response>")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((err(&output), output.status.code()), ("", Some(0)));
}
