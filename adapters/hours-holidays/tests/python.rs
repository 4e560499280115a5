//! Our data against the `holidays` package itself: every day of every region with its names, read from the
//! pinned release through its public interface, without our generator, its digest or its format.

mod source;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use hours_holidays::{PublicHolidays, Region};

#[test]
#[ignore = "needs Python 3.10 with venv, and PyPI: scripts/test starts it"]
fn every_day_is_that_of_the_python_package() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("holidays-venv");
    let python = venv.join("bin/python");
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv));
    run(Command::new(&python)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
        ])
        .arg(data.join("requirements.txt")));
    let answer = run(Command::new(&python).arg("-B").arg(data.join("source.py")));

    let theirs: BTreeSet<&str> = answer.split_inclusive('\n').collect();
    let mut ours = BTreeSet::new();
    for region in Region::all() {
        let name = source::region(region);
        let holidays = PublicHolidays::of(region);
        ours.extend(source::days(&holidays).map(|day| format!("{name}\t{}", source::line(day))));
    }
    let ours: BTreeSet<&str> = ours.iter().map(String::as_str).collect();
    let missing: Vec<_> = theirs.difference(&ours).take(20).collect();
    let extra: Vec<_> = ours.difference(&theirs).take(20).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "missing {missing:#?}, extra {extra:#?}"
    );
    assert!(ours.len() > 600_000, "{} days compared", ours.len());
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
