//! The program as a user runs it: its table, its picture, its complaints; and what must be true of
//! any table, by Erlang's formulas and by the conservation law.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn lab(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_queue-lab"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}

fn table(arguments: &[&str]) -> String {
    let output = lab(arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The numbers of the rows for all classes together: callers, mean, ±, and so on.
fn of_all(table: &str) -> impl Iterator<Item = Vec<f64>> + '_ {
    let rows = table
        .lines()
        .filter(|line| line.trim_start().starts_with("all "));
    rows.map(numbers)
}

fn numbers(line: &str) -> Vec<f64> {
    line.split_whitespace()
        .filter_map(|cell| cell.parse().ok())
        .collect()
}

/// Renew with `QUEUE_LAB_BLESS=1 cargo test -p queue-lab`, and look at what has changed.
#[test]
fn the_tables_of_the_readme() {
    for (file, golden) in [
        ("support-desk.toml", "support-desk.txt"),
        ("busy-day.toml", "busy-day.txt"),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/golden")
            .join(golden);
        let found = table(&[file]);
        if std::env::var_os("QUEUE_LAB_BLESS").is_some() {
            fs::write(&path, &found).unwrap();
        }
        assert_eq!(found, fs::read_to_string(&path).unwrap(), "{golden}");
        let readme =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
        assert!(
            readme.contains(found.trim_end()),
            "the README shows {golden}"
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_table_and_another_seed_another() {
    let short = |seed| table(&["support-desk.toml", "--hours", "20", "--seed", seed]);
    assert_eq!(short("7"), short("7"));
    assert_ne!(short("7"), short("8"));
}

/// Work-conserving rules that do not look at the length of talks share the waiting out differently,
/// but cannot change its mean: the law of conservation (Kleinrock 1965). Here each caller has a talk of
/// their own, so the order does move the sum, by a little in either direction.
#[test]
fn every_policy_has_the_same_mean_wait() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("support-desk.toml"))
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.toml");
    // Without warm-up every caller counts, so the sums are of the same callers.
    fs::write(
        &file,
        text.replace("warm_up_hours = 4", "warm_up_hours = 0"),
    )
    .unwrap();
    let table = table(&[file.to_str().unwrap(), "--hours", "400"]);
    let means: Vec<f64> = of_all(&table).map(|row| row[1]).collect();
    assert_eq!(means.len(), 5, "{table}");
    assert!(
        means
            .iter()
            .all(|mean| (mean / means[0] - 1.0).abs() < 0.03),
        "{means:?}"
    );
    assert!(means[0] > 10.0);
}

/// 4,000 hours of the simulated desk against the formulas, within the interval that the table gives.
#[test]
fn the_simulation_agrees_with_erlang() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.toml");
    for (patience, formula) in [("", "Erlang C"), ("patience = 300", "Erlang A")] {
        let text = format!(
            "hours = 4000\nwarm_up_hours = 10\nagents = 10\n\
             [[class]]\nname = \"all of them\"\ncalls_per_hour = 180\ntalk = 180\n{patience}\n\
             [[policy]]\nrule = \"first-come\"\n"
        );
        fs::write(&file, text).unwrap();
        let table = table(&[file.to_str().unwrap()]);
        let all = of_all(&table).next().unwrap();
        let (mean, within) = (all[1], all[2]);
        let theory = table
            .lines()
            .find(|line| line.starts_with(formula))
            .unwrap();
        let expected = numbers(theory)[0];
        // 95 % intervals miss one time in twenty; one and a half times the width, once in 300.
        assert!((mean - expected).abs() <= 1.5 * within, "{table}");
        assert!(
            within < expected / 5.0,
            "an interval that means something: {table}"
        );
    }
}

#[test]
fn the_picture_is_well_formed_and_shows_every_policy() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plot.svg");
    table(&[
        "busy-day.toml",
        "--hours",
        "48",
        "--svg",
        file.to_str().unwrap(),
    ]);
    let svg = fs::read_to_string(&file).unwrap();
    let mut reader = quick_xml::Reader::from_str(&svg);
    let mut curves = 0;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Empty(element) => {
                let class = element.try_get_attribute("class").unwrap();
                curves += usize::from(class.is_some_and(|class| class.value == "curve"));
            }
            _ => {}
        }
    }
    // A curve and an entry in the legend for each class: 3 panels of 2 classes, and 2 entries.
    assert_eq!(curves, 8, "{svg}");
    assert!(!svg.contains("NaN"));
}

#[test]
fn mistakes_are_one_line_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.toml");
    fs::write(&file, "agents = 1\nclass = []\npolicy = []\n").unwrap();
    let name = file.to_str().unwrap();
    for (arguments, told) in [
        (
            vec!["missing.toml"],
            "missing.toml: No such file".to_owned(),
        ),
        (vec![name], format!("{name}: there is no [[class]]")),
        (
            vec!["support-desk.toml", "--hours", "3"],
            "warm_up_hours is 4, hours 3".to_owned(),
        ),
        (
            vec![
                "support-desk.toml",
                "--hours",
                "9",
                "--svg",
                "no/such/folder.svg",
            ],
            "no/such/folder.svg: No such file".to_owned(),
        ),
    ] {
        let output = lab(&arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            !output.status.success() && said.contains(&told),
            "{arguments:?}: {said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}
