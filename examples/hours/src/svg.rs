//! The days of some weeks as an SVG: a row a week, with a bar of the 24 hours in each day.

use std::fmt::Write as _;

use business_hours::Schedule;

use crate::calendar::{Day, Span, is_weekend, title};

const CELL: usize = 168;
const MARGIN: usize = 16;
const HEADER: usize = 76;
/// Room of a cell above its lines of text, and the height of one.
const TOP: usize = 56;
const LINE: usize = 15;
/// What fits beside each other in a cell.
const LETTERS: usize = 26;
const BAR: usize = CELL - 20;

const STYLE: &str = "text{font:12px system-ui,'DejaVu Sans',sans-serif;fill:#222}\
    .title{font-size:17px;font-weight:bold}.head{font-weight:bold;fill:#555}.date{font-weight:bold}\
    .note{fill:#a3262a}.tick{font-size:8px;fill:#888}";

/// Draws the days, seven a row.
pub(crate) fn draw(schedule: &Schedule, days: &[Day]) -> String {
    let rows: Vec<&[Day]> = days.chunks(7).collect();
    let heights: Vec<usize> = rows.iter().map(|row| height(row)).collect();
    let (width, height) = (
        2 * MARGIN + 7 * CELL,
        HEADER + heights.iter().sum::<usize>() + MARGIN,
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <style>{STYLE}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    let heading = format!(
        "Opening hours, {} ({})",
        title(days),
        schedule.zone().name()
    );
    text(&mut svg, "title", MARGIN, 32, &heading);
    for (column, name) in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        .into_iter()
        .enumerate()
    {
        text(
            &mut svg,
            "head",
            MARGIN + column * CELL + 10,
            HEADER - 12,
            name,
        );
    }
    let mut y = HEADER;
    for (row, height) in rows.iter().zip(heights) {
        for (column, day) in row.iter().enumerate() {
            cell(&mut svg, day, MARGIN + column * CELL, y, height);
        }
        y += height;
    }
    svg += "</svg>\n";
    svg
}

fn height(row: &[Day]) -> usize {
    let lines = row
        .iter()
        .map(|day| hours(day).len() + notes(day).len())
        .max();
    TOP + lines.unwrap_or(0) * LINE
}

fn cell(svg: &mut String, day: &Day, x: usize, y: usize, height: usize) {
    let fill = if !day.notes.is_empty() {
        "#fdf3f3"
    } else if is_weekend(day) {
        "#f6f6f6"
    } else {
        "white"
    };
    rect(svg, (x, y, CELL, height), fill, " stroke=\"#bbb\"");
    text(
        svg,
        "date",
        x + 10,
        y + 17,
        &day.date.format("%-d %b").to_string(),
    );
    rect(svg, (x + 10, y + 32, BAR, 8), "#e2e2e2", "");
    for Span { from, until } in &day.open {
        let at = |minute: u32| minute as usize * BAR / 1440;
        rect(
            svg,
            (
                x + 10 + at(*from),
                y + 32,
                at(*until).saturating_sub(at(*from)),
                8,
            ),
            "#2e7d32",
            "",
        );
    }
    for hour in [6, 12, 18] {
        let at = x + 10 + hour * BAR / 24;
        let label = if hour == 6 { 2 } else { 5 };
        rect(svg, (at, y + 30, 1, 12), "#888", "");
        text(svg, "tick", at - label, y + 28, &hour.to_string());
    }
    let hours = hours(day).into_iter().map(|line| ("hours", line));
    let lines = hours.chain(notes(day).into_iter().map(|line| ("note", line)));
    for (index, (class, line)) in lines.enumerate() {
        text(svg, class, x + 10, y + TOP + index * LINE, &line);
    }
}

fn hours(day: &Day) -> Vec<String> {
    match day.open.as_slice() {
        [] => vec!["closed".to_owned()],
        open => open.iter().map(Span::to_string).collect(),
    }
}

/// The notes in lines that fit.
fn notes(day: &Day) -> Vec<String> {
    let mut lines = Vec::new();
    for note in &day.notes {
        let mut line = String::new();
        for word in note.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > LETTERS {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line += word;
        }
        lines.push(line);
    }
    lines
}

fn rect(
    svg: &mut String,
    (x, y, width, height): (usize, usize, usize, usize),
    fill: &str,
    more: &str,
) {
    // Writing to a string cannot fail.
    let _ = writeln!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\"{more}/>"
    );
}

fn text(svg: &mut String, class: &str, x: usize, y: usize, text: &str) {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            // XML has no other control characters at all.
            control if control.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    let _ = writeln!(
        svg,
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{escaped}</text>"
    );
}
