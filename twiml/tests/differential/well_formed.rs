//! Documents with a few mistakes: whatever we read, however leniently, expat reads too.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use twiml::lint::{LintOptions, Rule, lint};
use twiml::{MessagingResponse, VoiceResponse};

use crate::document::{Documents, Random, quoted};
use crate::vocabulary::Vocabulary;
use crate::{SEED, ours, run};

const DOCUMENTS: usize = 20_000;

/// What authors and templates leave out, put in twice or in the wrong place.
const PIECES: &[&str] = &[
    "<",
    ">",
    "/",
    "=",
    "\"",
    "'",
    " ",
    "&",
    ";",
    "]]>",
    "<![CDATA[",
    "<!--",
    "-->",
    "--",
    "<?",
    "?>",
    "<?p x?>",
    "<?1?>",
    "<?xml version=\"1.0\"?>",
    "&#0;",
    "&#x1;",
    "&lt;",
    "&eacute;",
    "\u{1}",
    "\u{e4}",
    "\u{feff}",
    "1",
    "-",
    ":",
    "\n",
    " a=\"1\"",
    "a=\"1\"",
    "<Say>",
    "</Say>",
    "<Pause/>",
];

#[test]
#[ignore = "needs Python 3.10: scripts/test starts it"]
fn what_we_accept_is_well_formed() {
    let vocabulary = Vocabulary::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("vocabulary"));
    let mut documents = Documents::new(&vocabulary, SEED);
    let mut random = Random(SEED);
    let mut written = Vec::new();
    let mut input = String::new();
    while written.len() < DOCUMENTS {
        let tree = documents.document("voice");
        let mut document = ours(&tree, "voice");
        for _ in 0..random.below(3) {
            break_it(&mut document, &mut random);
        }
        quoted(&mut input, &document);
        input.push('\n');
        written.push(document);
    }

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("well-formed.jsonl");
    fs::write(&file, input).expect("the temporary folder");
    let stdin = fs::File::open(&file).expect("the file just written");
    let answer = run(Command::new("python3")
        .arg("-B")
        .arg(folder.join("well_formed.py"))
        .stdin(Stdio::from(stdin)));
    let theirs: Vec<bool> = answer.lines().map(|line| line == "True").collect();
    assert_eq!(theirs.len(), DOCUMENTS);

    let (mut taken, mut refused) = (0, 0);
    for (document, well_formed) in written.iter().zip(theirs) {
        let voice = VoiceResponse::parse_lenient(document).is_ok();
        assert_eq!(
            voice,
            MessagingResponse::parse_lenient(document).is_ok(),
            "{document}"
        );
        assert!(
            !voice || well_formed,
            "read, but not well-formed: {document}"
        );
        if !well_formed {
            let findings = lint(document, &LintOptions::new());
            let told = findings.iter().any(|it| it.rule == Rule::Malformed);
            assert!(told, "lint says nothing of {document}: {findings:?}");
            refused += 1;
        }
        taken += usize::from(voice);
    }
    // Both answers came up often enough to mean something.
    assert!(
        taken > DOCUMENTS / 4 && refused > DOCUMENTS / 4,
        "{taken} read, {refused} not well-formed"
    );
}

fn break_it(document: &mut String, random: &mut Random) {
    let mut place = || {
        let length = document.len() as u64;
        let mut at = usize::try_from(random.below(length)).expect("an index");
        while !document.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (from, to) = (place(), place());
    let piece = random.of::<&str>(PIECES);
    match random.below(3) {
        0 => document.insert_str(from, piece),
        1 => {
            document.remove(from);
        }
        _ => {
            let character = document[from..].chars().next();
            document.insert_str(to, &character.map(String::from).unwrap_or_default());
        }
    }
}
