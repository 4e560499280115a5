//! The comparison as a table.

use std::fmt::Write as _;

use crate::centre::Centre;
use crate::outcome::{Figures, Outcome};
use crate::theory::Theory;

/// Rule, class, callers, mean, ±, p50, p99, max, in time, hung up, voicemail, busy.
type Row = [String; 12];

const EMPTY: &str = "-";

/// The table, with what the formula says last.
pub(crate) fn draw(
    centre: &Centre,
    outcomes: &[Outcome],
    theory: &Result<Theory, String>,
) -> String {
    let mut rows = vec![[
        "policy".to_owned(),
        "class".to_owned(),
        "callers".to_owned(),
        "mean".to_owned(),
        "±".to_owned(),
        "p50".to_owned(),
        "p99".to_owned(),
        "max".to_owned(),
        format!("in {} s", centre.service_level),
        "hung up".to_owned(),
        "voicemail".to_owned(),
        "busy".to_owned(),
    ]];
    for outcome in outcomes {
        for (index, figures) in outcome.figures.iter().enumerate() {
            let rule = if index == 0 {
                outcome.rule.clone()
            } else {
                String::new()
            };
            let occupancy = figures
                .class
                .is_none()
                .then_some(outcome.occupancy)
                .flatten();
            rows.push(row(rule, figures, occupancy));
        }
    }
    if let Ok(theory) = theory {
        rows.push(theory_row(centre, theory));
    }
    let mut text = aligned(&rows);
    if let Err(why) = theory {
        let _ = writeln!(text, "No formula of Erlang's fits: {why}.");
    }
    text
}

fn row(rule: String, figures: &Figures, occupancy: Option<f64>) -> Row {
    [
        rule,
        figures.class.clone().unwrap_or_else(|| "all".to_owned()),
        figures.callers.to_string(),
        seconds(figures.mean),
        seconds(figures.within),
        seconds(figures.quantile(0.5)),
        seconds(figures.quantile(0.99)),
        seconds(figures.quantile(1.0)),
        percent(figures.service_level),
        percent(figures.hung_up),
        percent(figures.voicemail),
        percent(occupancy),
    ]
}

fn theory_row(centre: &Centre, theory: &Theory) -> Row {
    let in_time = theory
        .longer_than(centre.service_level)
        .map(|share| 1.0 - share);
    [
        theory.name().to_owned(),
        "all".to_owned(),
        EMPTY.to_owned(),
        seconds(Some(theory.mean_wait())),
        EMPTY.to_owned(),
        seconds(theory.quantile(0.5)),
        seconds(theory.quantile(0.99)),
        EMPTY.to_owned(),
        percent(in_time),
        percent(Some(theory.hung_up())),
        EMPTY.to_owned(),
        percent(Some(theory.occupancy())),
    ]
}

fn seconds(value: Option<f64>) -> String {
    match value {
        None => EMPTY.to_owned(),
        // Tenths tell something only about short waits.
        Some(value) if value < 9.95 => format!("{value:.1} s"),
        Some(value) => format!("{value:.0} s"),
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(
        || EMPTY.to_owned(),
        |share| format!("{:.1} %", share * 100.0),
    )
}

/// Columns beside each other: words to the left, numbers to the right; columns without any number
/// are left out.
fn aligned(rows: &[Row]) -> String {
    let nothing = |column: usize| {
        rows.iter()
            .skip(1)
            .all(|row| matches!(row[column].as_str(), EMPTY | "0.0 %"))
    };
    let columns: Vec<usize> = (0..12)
        .filter(|&column| column < 2 || !nothing(column))
        .collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        let mut line = String::new();
        for &column in &columns {
            let width = width(column);
            let _ = if column < 2 {
                write!(line, "{:<width$}  ", row[column])
            } else {
                write!(line, "{:>width$}  ", row[column])
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
        if number == 0 {
            text.push_str(&"─".repeat(line.trim_end().chars().count()));
            text.push('\n');
        }
    }
    text
}
