//! Python beside us: an environment of its own with pinned packages.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A virtual environment with what `requirements` lists, and its Python.
pub(crate) fn python(name: &str, requirements: &Path) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let python = folder.join("bin/python");
    run(Command::new("python3").args(["-m", "venv"]).arg(folder));
    let quietly = ["--quiet", "--disable-pip-version-check", "-r"];
    run(Command::new(&python)
        .args(["-m", "pip", "install"])
        .args(quietly)
        .arg(requirements));
    python
}

/// What a command writes.
pub(crate) fn run(command: &mut Command) -> String {
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
