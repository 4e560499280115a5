//! What a delivery says.

use escalation_core::{Cause, Delivery, Reason, Template};

/// The message of each notification, or these words for one that has none; a line each.
pub(crate) fn words(delivery: &Delivery, otherwise: &Template) -> Result<String, Reason> {
    let lines: Result<Vec<String>, Reason> = delivery
        .all()
        .map(|each| match each.message() {
            Some(message) => Ok(message.to_owned()),
            None => filled(otherwise, each),
        })
        .collect();
    Ok(lines?.join("\n"))
}

/// The words of a template of the notifier's own.
pub(crate) fn filled(template: &Template, delivery: &Delivery) -> Result<String, Reason> {
    template
        .render(delivery)
        .map_err(|error| Reason::new(Cause::InvalidRequest, error.to_string()))
}

/// Without what would begin another line, or ring a terminal's bell.
pub(crate) fn on_one_line(words: &str) -> String {
    words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
