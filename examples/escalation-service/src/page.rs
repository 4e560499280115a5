//! The status page: plain HTML without a script, so that it works everywhere.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use escalation_core::{Counts, DeadLetter, ProcessSummary};

use crate::show;

const STYLE: &str = ":root{color-scheme:light dark}\
    body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}\
    table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .8rem .3rem 0;\
    border-bottom:1px solid #8884;overflow-wrap:anywhere}dl{display:flex;flex-wrap:wrap;gap:1.5rem}\
    dt{opacity:.75}dd{margin:0;font-size:1.5rem}";

pub(crate) fn draw(
    running: &[ProcessSummary],
    letters: &[DeadLetter],
    counts: &Counts,
    now: DateTime<Utc>,
) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><meta http-equiv=\"refresh\" content=\"5\">\
         <title>Escalations</title><style>{STYLE}</style><h1>Escalations</h1><p>{}</p><dl>",
        show::time(now)
    );
    for (name, value) in [
        ("running", running.len() as u64),
        ("delivered", counts.delivered),
        ("tried again", counts.retried),
        ("dead letters", letters.len() as u64),
    ] {
        let _ = write!(html, "<div><dt>{name}</dt><dd>{value}</dd></div>");
    }
    html += "</dl>";
    table(
        &mut html,
        "Running",
        "Nobody is being escalated to.",
        running.iter().map(show::process_line),
    );
    table(
        &mut html,
        "Dead letters",
        "None.",
        letters.iter().map(show::letter_line),
    );
    html
}

fn table(html: &mut String, title: &str, empty: &str, rows: impl Iterator<Item = String>) {
    let rows: String = rows
        .map(|row| format!("<tr><td>{}</td></tr>", escaped(&row)))
        .collect();
    let _ = write!(html, "<h2>{title}</h2>");
    if rows.is_empty() {
        let _ = write!(html, "<p>{empty}</p>");
    } else {
        let _ = write!(html, "<table>{rows}</table>");
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_text() {
        assert_eq!(escaped("<script>\"&"), "&lt;script&gt;&quot;&amp;");
    }
}
