//! Escalations as JSON, for the API, and as lines, for a terminal.

use chrono::{DateTime, SecondsFormat, Utc};
use escalation_core::{
    DeadLetter, Held, HoldState, LetterContent, ProcessSummary, Started, Stopped, Submitted,
};
use serde_json::{Value, json};

/// An error with its causes, on one line.
pub(crate) fn problem(error: &(dyn std::error::Error + 'static)) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        // Many errors repeat their cause.
        let cause_words = cause.to_string();
        if !words.contains(&cause_words) {
            words = format!("{words}: {cause_words}");
        }
        source = cause.source();
    }
    // Whatever a parser says over several.
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// RFC 3339, as short as it can be.
pub(crate) fn time(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// To the second, for people.
pub(crate) fn second(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub(crate) fn process(summary: &ProcessSummary) -> Value {
    json!({
        "process-id": summary.process.as_str(),
        "tenant": summary.tenant.as_str(),
        "started-at": time(summary.started_at),
        "state": hold(summary.hold),
        "open": summary.open,
        "next-at": next(summary).map(time),
    })
}

/// When its next notification is looked at, if that does not depend on somebody: of one that is held,
/// as far after the hold as it was away when that began.
pub(crate) fn next(summary: &ProcessSummary) -> Option<DateTime<Utc>> {
    match summary.hold {
        HoldState::Held { since, until } => {
            let left = summary.ready_at?.max(since).signed_duration_since(since);
            until?.max(since).checked_add_signed(left)
        }
        _ => summary.ready_at,
    }
}

pub(crate) fn process_line(summary: &ProcessSummary) -> String {
    let next = next(summary).map_or("-".to_owned(), second);
    format!(
        "{}  {}  {} to come, the next at {next}",
        summary.process,
        hold(summary.hold),
        summary.open
    )
}

pub(crate) fn hold(hold: HoldState) -> String {
    match hold {
        HoldState::Running => "running".to_owned(),
        HoldState::Held {
            until: Some(until), ..
        } => format!("held until {}", second(until)),
        HoldState::Held { until: None, .. } => "held".to_owned(),
        other => format!("{other:?}"),
    }
}

pub(crate) fn letter(letter: &DeadLetter) -> Value {
    let mut shown = json!({
        "id": letter.id.number(),
        "died-at": time(letter.died_at),
        "reason": letter.reason.to_string(),
    });
    let content = match &letter.content {
        LetterContent::Notification {
            process,
            sequence,
            notification,
            history,
            ..
        } => json!({
            "process-id": process.as_str(),
            "sequence": sequence.to_string(),
            "notification": **notification,
            "attempts": history.iter().map(|attempt| json!({
                "at": time(attempt.ended_at),
                "reason": attempt.reason.to_string(),
            })).collect::<Vec<_>>(),
        }),
        LetterContent::Request { request, body } => json!({
            "request": request.as_ref().map(ToString::to_string),
            "body": String::from_utf8_lossy(body).chars().take(2_000).collect::<String>(),
        }),
        _ => Value::Null,
    };
    shown["content"] = content;
    shown
}

/// What a dead letter is about.
pub(crate) fn subject(letter: &DeadLetter) -> String {
    match &letter.content {
        LetterContent::Notification {
            process,
            notification,
            ..
        } => {
            let to = notification.destination();
            let to = to.map_or_else(String::new, |to| format!(" to {to}"));
            format!("{process}: {}{to}", notification.channel())
        }
        LetterContent::Request { body, .. } => {
            let start: String = String::from_utf8_lossy(body).chars().take(60).collect();
            format!("request {start:?}")
        }
        _ => "unknown".to_owned(),
    }
}

pub(crate) fn letter_line(letter: &DeadLetter) -> String {
    let (died_at, what) = (second(letter.died_at), subject(letter));
    format!("{}  {died_at}  {what}: {}", letter.id, letter.reason)
}

pub(crate) fn submitted(submitted: &Submitted) -> (&'static str, String) {
    match submitted {
        Submitted::Rejected(reason) => ("rejected", reason.to_string()),
        Submitted::Started(Started::Created(_)) => ("started", String::new()),
        Submitted::Started(Started::Replaced { .. }) => ("replaced", String::new()),
        Submitted::Started(Started::Extended { .. }) => ("extended", String::new()),
        Submitted::Started(Started::AlreadyRunning(_)) => ("ignored", "it runs already".to_owned()),
        Submitted::Started(_) => ("ignored", "it was handled before".to_owned()),
        Submitted::Stopped(Stopped::Ended { in_flight, .. }) => {
            ("stopped", format!("{} in flight", in_flight.len()))
        }
        Submitted::Stopped(Stopped::NotRunning) => ("ignored", "it does not run".to_owned()),
        Submitted::Stopped(_) => ("ignored", "it was handled before".to_owned()),
        Submitted::Held(Held::Changed { in_flight, .. }) => {
            ("changed", format!("{} in flight", in_flight.len()))
        }
        Submitted::Held(Held::NotRunning) => ("ignored", "it does not run".to_owned()),
        Submitted::Held(_) => ("ignored", "it was handled before".to_owned()),
        _ => ("done", String::new()),
    }
}
