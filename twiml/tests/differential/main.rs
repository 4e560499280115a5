//! The same random documents written by us and by the `twilio` package from PyPI are canonically equal.
//!
//! A document is drawn from the vocabulary's tables, written as XML that neither library wrote, read strictly into
//! our typed model and rendered; the package builds it through its own methods. What has to be left out, because
//! the package does it wrong or cannot do it, stands in this file with the reason and is itself checked: when
//! the package learns it, the test fails and the exception goes.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod document;
#[path = "../generator/names.rs"]
#[allow(dead_code, reason = "the generator's; only snake is needed here")]
mod names;
#[path = "../generator/vocabulary.rs"]
#[allow(dead_code, reason = "the generator's; not every column is needed here")]
mod vocabulary;
mod well_formed;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use document::{Documents, Tree, quoted};
use twiml::voice::{Gather, GatherInput, Say};
use twiml::{MessagingResponse, VoiceResponse};
use vocabulary::Vocabulary;

const DOCUMENTS: usize = 6_000;
const SEED: u64 = 20_261_121;

/// Children that the package cannot add with a method; its generic node writes them all the same.
const NO_METHOD: &[(&str, &str)] = &[
    // Dropped from the package; Twilio's other libraries still have it, and old documents hold it.
    ("voice.Assistant", "Language"),
    ("voice.Assistant", "Parameter"),
    ("voice.Connect", "Assistant"),
    // In Twilio's pages only.
    ("voice.Stop", "Recording"),
];

#[test]
#[ignore = "needs Python 3.10 with venv, and PyPI: scripts/test starts it"]
fn six_thousand_documents_are_those_of_the_python_package() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let vocabulary = Vocabulary::read(&folder.join("vocabulary"));
    let mut documents = Documents::new(&vocabulary, SEED);
    let mut input = String::new();
    let mut written = BTreeSet::new();
    for number in 0.. {
        if written.len() == DOCUMENTS {
            break;
        }
        let family = if number % 6 == 0 {
            "messaging"
        } else {
            "voice"
        };
        let tree = documents.document(family);
        let ours = ours(&tree, family);
        // Each counts once: short ones come up again and again.
        if !written.contains(&ours) {
            line(&mut input, &tree, &ours);
            written.insert(ours);
        }
    }
    everything_came_up(&vocabulary, &documents.seen);
    // One that differs, so that a comparison which sees nothing fails.
    let control = documents.document("voice");
    line(
        &mut input,
        &control,
        "<Response><Say>control</Say></Response>",
    );

    let output = compare(&input);
    let rows: Vec<Vec<&str>> = output
        .lines()
        .map(|row| row.split('\t').collect())
        .collect();
    let all = |kind: &str| rows.iter().filter(|row| row[0] == kind).collect::<Vec<_>>();

    let different = all("different");
    assert_eq!(
        different.len(),
        1,
        "beside the control: {:#?}",
        &different[..different.len().min(5)]
    );
    assert_eq!(different[0][1], DOCUMENTS.to_string());
    assert_eq!(
        all("compared"),
        [&vec!["compared", (DOCUMENTS + 1).to_string().as_str()]]
    );

    let no_method: Vec<(&str, &str)> = all("element").iter().map(|row| (row[1], row[2])).collect();
    assert_eq!(no_method, NO_METHOD, "children without a method");
    let no_parameter: BTreeSet<(&str, &str)> = all("attribute")
        .iter()
        .map(|row| (row[1], row[2]))
        .collect();
    assert_eq!(
        no_parameter,
        not_in_python(&vocabulary),
        "attributes without a parameter"
    );

    for bug in all("bug") {
        known_bug(bug[1], bug[2]);
    }
    assert_eq!(all("bug").len(), 4);
}

/// What the package writes in the cases that are left out, and what we write.
fn known_bug(name: &str, theirs: &str) {
    let (wrong, right) = match name {
        // Python's own notation of a list; so lists are handed to it joined by blanks.
        "list" => (
            r#""<Response><Gather input=\"['dtmf', 'speech']\" /></Response>""#,
            VoiceResponse::new()
                .gather(Gather::new().input([GatherInput::Dtmf, GatherInput::Speech])),
        ),
        // The first text is lost; so texts that follow one another are handed to it as one.
        "text then text" => (
            r#""<Response><Say> world</Say></Response>""#,
            VoiceResponse::new().say(Say::from("Hello").text(" world")),
        ),
        // Written raw, so that Twilio reads a line feed; so our texts have none.
        "carriage return" => (
            r#""<Response><Say>a\rb</Say></Response>""#,
            VoiceResponse::new().say("a\rb"),
        ),
        // Not well-formed: Twilio answers with error 12100. We refuse.
        "forbidden character" => (
            r#""<Response><Say>a\u000bb</Say></Response>""#,
            VoiceResponse::new().say("a\u{b}b"),
        ),
        _ => panic!("unknown bug {name}"),
    };
    assert_eq!(
        theirs, wrong,
        "{name}: mended there? Then take the exception away"
    );
    match (name, right.to_xml_bare()) {
        ("list", Ok(ours)) => assert_eq!(
            ours,
            r#"<Response><Gather input="dtmf speech"/></Response>"#
        ),
        ("text then text", Ok(ours)) => {
            assert_eq!(ours, "<Response><Say>Hello world</Say></Response>")
        }
        ("carriage return", Ok(ours)) => {
            assert_eq!(ours, "<Response><Say>a&#13;b</Say></Response>")
        }
        ("forbidden character", Err(_)) => {}
        (_, ours) => panic!("{name}: {ours:?}"),
    }
}

/// Attributes of the vocabulary for which the package's methods have no parameter.
fn not_in_python(vocabulary: &Vocabulary) -> BTreeSet<(&str, &str)> {
    let mut missing = BTreeSet::new();
    for element in &vocabulary.elements {
        // Built as a generic node, which has no parameters to miss.
        if NO_METHOD
            .iter()
            .any(|(_, child)| *child == element.name && element.name != "Recording")
        {
            continue;
        }
        for attribute in element.typed() {
            if !attribute
                .seen_in
                .split_whitespace()
                .any(|source| source == "python")
            {
                missing.insert((element.id.as_str(), attribute.name.as_str()));
            }
        }
    }
    missing
}

/// The document as our typed model writes it.
fn ours(tree: &Tree, family: &str) -> String {
    let mut xml = String::new();
    tree.xml(&mut xml);
    let rendered = if family == "messaging" {
        MessagingResponse::parse(&xml).map(|answer| answer.to_xml())
    } else {
        VoiceResponse::parse(&xml).map(|answer| answer.to_xml())
    };
    match rendered {
        Ok(Ok(document)) => document,
        Ok(Err(error)) => panic!("{error}: {xml}"),
        Err(error) => panic!("{error}: {xml}"),
    }
}

fn line(input: &mut String, tree: &Tree, ours: &str) {
    input.push_str("{\"ours\":");
    quoted(input, ours);
    input.push_str(",\"tree\":");
    tree.json(input);
    input.push_str("}\n");
}

fn everything_came_up(vocabulary: &Vocabulary, seen: &BTreeSet<String>) {
    let attributes = vocabulary.elements.iter().flat_map(|element| {
        element
            .typed()
            .map(|attribute| format!("{} {}", element.id, attribute.name))
    });
    let children = vocabulary.elements.iter().flat_map(|element| {
        element
            .children
            .iter()
            .map(|child| format!("{} > {child}", element.id))
    });
    let missing: Vec<String> = attributes
        .chain(children)
        .filter(|it| !seen.contains(it))
        .collect();
    assert!(missing.is_empty(), "never drawn: {missing:?}");
}

/// Runs the comparison in a virtual environment of its own.
fn compare(input: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential");
    let temporary = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let venv = temporary.join("twilio-venv");
    let python = venv.join("bin/python");
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv));
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
    ];
    run(Command::new(&python)
        .args(install)
        .arg(folder.join("requirements.txt")));
    let documents = temporary.join("twilio-documents.jsonl");
    fs::write(&documents, input).expect("the temporary folder");
    let stdin = fs::File::open(&documents).expect("the file just written");
    run(Command::new(&python)
        .arg("-B")
        .arg(folder.join("render.py"))
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::from(stdin)))
}

fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap_or_else(|error| panic!("{command:?}: {error}"))
}
