//! The console in a browser, as agents meet it: the scenes are in `browser/console.test.mjs`, and are played twice, against
//! a stand-in that is quick and knows no telephone, and against the program itself; those that need a telephone are in
//! `browser/telephone.test.mjs`. Pictures of what was seen are kept.

use std::path::Path;
use std::process::Command;

fn play(files: &[&str], program: Option<&str>) {
    let browser = std::env::var("TEST_BROWSER").expect(
        "TEST_BROWSER is to name a Chromium, and `npm ci` to be run in tests/browser: scripts/test does both",
    );
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join(match program {
        Some(_) => "screenshots/program/",
        None => "screenshots/stand-in/",
    });
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=spec", "--test-timeout=240000"])
        .args(files)
        .current_dir(folder)
        .env("TEST_BROWSER", browser)
        .env("SCREENSHOTS", &pictures)
        .env_remove("PHONE_SYSTEM");
    if let Some(program) = program {
        node.env("PHONE_SYSTEM", program);
    }
    let played = node.output().expect("node runs");
    assert!(
        played.status.success(),
        "{}{}",
        String::from_utf8_lossy(&played.stdout),
        String::from_utf8_lossy(&played.stderr)
    );
    println!("pictures in {}", pictures.display());
}

#[test]
#[ignore = "needs a browser: scripts/test starts it"]
fn the_page_alone() {
    play(
        &["sources.test.mjs", "time.test.mjs", "console.test.mjs"],
        None,
    );
}

#[test]
#[ignore = "needs a browser: scripts/test starts it"]
fn the_page_and_the_program() {
    play(
        &["console.test.mjs", "telephone.test.mjs"],
        Some(env!("CARGO_BIN_EXE_phone-system")),
    );
}
