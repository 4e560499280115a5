//! The status page: plain HTML without a script, so that it works everywhere.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{Counts, DeadLetter, ProcessSummary};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::show;

const STYLE: &str = ":root{color-scheme:light dark}\
    body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}\
    h1{margin:0}h2{margin:2rem 0 .5rem}p,small{opacity:.75}p{margin:.25rem 0}\
    dl{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:1.5rem 0}dt{opacity:.75}\
    dd{margin:0;font-size:1.75rem;font-variant-numeric:tabular-nums}.bad dd{color:light-dark(#b3261e,#ff8a80)}\
    table{border-collapse:collapse;width:100%}\
    th,td{text-align:left;vertical-align:top;padding:.4rem 1rem .4rem 0;border-bottom:1px solid #8884;\
    overflow-wrap:anywhere}th{font-weight:normal;opacity:.75}td:last-child,th:last-child{padding-right:0}\
    time,small{display:block}span{white-space:nowrap}time{font-variant-numeric:tabular-nums}@media(min-width:40rem){time{white-space:nowrap}}\
    @media(max-width:40rem){body{margin:1rem auto}thead{display:none}\
    tr{display:block;border-bottom:1px solid #8884;padding:.5rem 0}td{display:block;border:0;padding:0}\
    td:first-child{font-weight:600}}";

/// What the page shows of each list, and whether there is more.
pub(crate) struct Shown<'a, T> {
    pub(crate) first: &'a [T],
    pub(crate) more: bool,
}

impl<T> Shown<'_, T> {
    fn count(&self) -> String {
        let plus = if self.more { "+" } else { "" };
        format!("{}{plus}", self.first.len())
    }
}

pub(crate) fn draw(
    running: &Shown<'_, ProcessSummary>,
    letters: &Shown<'_, DeadLetter>,
    counts: &Counts,
    now: DateTime<Utc>,
) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta http-equiv=\"refresh\" content=\"5\">\
         <title>Escalations</title><style>{STYLE}</style><h1>Escalations</h1>\
         <p>{}; anew every 5 s</p><dl>",
        show::second(now)
    );
    for (name, value, bad) in [
        ("running", running.count(), false),
        ("delivered", counts.delivered.to_string(), false),
        ("tried again", counts.retried.to_string(), false),
        ("dead letters", letters.count(), !letters.first.is_empty()),
    ] {
        let class = if bad { " class=\"bad\"" } else { "" };
        let _ = write!(html, "<div{class}><dt>{name}</dt><dd>{value}</dd></div>");
    }
    html += "</dl>";
    let rows = running.first.iter().map(|process| {
        let id = process.process.as_str();
        let link = utf8_percent_encode(id, NON_ALPHANUMERIC);
        [
            format!("<a href=\"/processes/{link}\">{}</a>", escaped(id)),
            escaped(&show::hold(process.hold)),
            format!("{} to come", process.open),
            show::next(process).map_or("-".to_owned(), |at| when(at, now)),
        ]
    });
    table(
        &mut html,
        "Running",
        "Nobody is being escalated to.",
        ["process", "state", "left", "next"],
        rows,
    );
    let rows = letters.first.iter().map(|letter| {
        [
            format!("<span>no. {}</span>", letter.id),
            escaped(&show::subject(letter)),
            escaped(&letter.reason.to_string()),
            when(letter.died_at, now),
        ]
    });
    table(
        &mut html,
        "Dead letters",
        "None.",
        ["", "what", "why", "since"],
        rows,
    );
    html
}

fn table(
    html: &mut String,
    title: &str,
    empty: &str,
    head: [&str; 4],
    rows: impl Iterator<Item = [String; 4]>,
) {
    let _ = write!(html, "<h2>{title}</h2>");
    let rows: String = rows
        .map(|row| format!("<tr><td>{}</td></tr>", row.join("</td><td>")))
        .collect();
    if rows.is_empty() {
        let _ = write!(html, "<p>{empty}</p>");
        return;
    }
    let head = head.join("</th><th>");
    let _ = write!(
        html,
        "<table><thead><tr><th>{head}</th></tr></thead><tbody>{rows}</tbody></table>"
    );
}

/// An instant to the second, and how far away it is.
fn when(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    format!(
        "<time>{}</time><small>{}</small>",
        show::second(at),
        away(at.signed_duration_since(now))
    )
}

fn away(span: TimeDelta) -> String {
    let far = span.abs();
    let words = match far.num_seconds() {
        0 => return "now".to_owned(),
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ ..7_200 => format!("{} min", seconds / 60),
        seconds @ ..172_800 => format!("{} h", seconds / 3_600),
        seconds => format!("{} days", seconds / 86_400),
    };
    match span > TimeDelta::zero() {
        true => format!("in {words}"),
        false => format!("{words} ago"),
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

    #[test]
    fn times_are_told_to_the_second_and_with_how_far_away_they_are() {
        let now = DateTime::from_timestamp_nanos(1_700_000_000_123_456_789);
        for (seconds, words) in [
            (0, "now"),
            (119, "in 119 s"),
            (180, "in 3 min"),
            (-7_200, "2 h ago"),
            (864_000, "in 10 days"),
        ] {
            let told = when(now + TimeDelta::seconds(seconds), now);
            assert!(told.contains(words) && !told.contains(".123"), "{told}");
        }
        let told = when(DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC);
        assert!(told.contains("days"), "{told}");
    }
}
