//! What happens when the verbs run: what is never reached, what repeats, what is not allowed here.

use alloc::format;

use super::report::Report;
use super::{Delivery, Family, LintOptions, Purpose, Rule};
use crate::parse::Source;

pub(super) fn check(root: &Source, family: Family, options: &LintOptions, report: &mut Report<'_>) {
    unreachable(root, report);
    if family == Family::Voice {
        first_verbs(root, report);
        allowed(root, options.purpose, report);
        inline(root, options.delivery, report);
        loops(root, options.purpose, report);
    }
}

fn unreachable(root: &Source, report: &mut Report<'_>) {
    let Some(at) = root
        .children
        .iter()
        .position(|verb| why_last(verb).is_some())
    else {
        return;
    };
    let Some(why) = why_last(&root.children[at]) else {
        return;
    };
    if let Some(next) = root.children.get(at + 1) {
        let message = format!("<{}> never runs: {why}", next.name);
        // Older pages of Twilio's say that after silence the verb behind <Record> runs.
        let made = if root.children[at].name == "Record" {
            report.hint(next.offset, Rule::Unreachable, None, message)
        } else {
            report.warn(next.offset, Rule::Unreachable, None, message)
        };
        made.fix("remove what follows, or move it before");
    }
}

/// Why nothing after this verb runs, if so.
fn why_last(verb: &Source) -> Option<&'static str> {
    let has_action = || verb.attribute("action").is_some();
    match verb.name.as_str() {
        "Redirect" => Some("<Redirect> goes on with another document"),
        "Reject" => Some("<Reject> ends the call"),
        "Hangup" => Some("<Hangup> ends the call"),
        "Record" => Some("<Record> goes on with its action"),
        "Message" if has_action() => Some("a <Message> with action goes on there"),
        "Dial" if has_action() => Some("a <Dial> with action goes on there"),
        "Gather" if verb.attribute("actionOnEmptyResult") == Some("true") => {
            Some("a <Gather> with actionOnEmptyResult always goes on with its action")
        }
        "Connect" if verb.all("Stream").next().is_some() && has_action() => {
            Some("a <Connect> with action goes on there")
        }
        _ => None,
    }
}

fn first_verbs(root: &Source, report: &mut Report<'_>) {
    for (at, verb) in root.children.iter().enumerate() {
        if verb.name == "Reject" && at > 0 {
            let message = "<Reject> cannot refuse a call that an earlier verb has answered";
            report
                .warn(verb.offset, Rule::WrongContext, None, message)
                .fix("put it first, or use <Hangup>");
        }
    }
}

fn allowed(root: &Source, purpose: Purpose, report: &mut Report<'_>) {
    let (verbs, place, code): (&[&str], _, _) = match purpose {
        Purpose::Answer => return,
        Purpose::EnqueueWait => (
            &[
                "Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather",
            ],
            "waitUrl of <Enqueue>",
            None,
        ),
        Purpose::ConferenceWait => (
            &["Play", "Say", "Pause", "Redirect"],
            "waitUrl of <Conference>",
            Some(13238),
        ),
        Purpose::Whisper => (
            &["Play", "Say", "Gather", "Hangup"],
            "url of a noun of <Dial>",
            None,
        ),
        Purpose::QueueWhisper => (
            &["Play", "Say", "Pause", "Redirect"],
            "url of <Queue>",
            None,
        ),
    };
    for verb in root
        .children
        .iter()
        .filter(|verb| !verbs.contains(&verb.name.as_str()))
    {
        let code = if verb.name == "Dial" && purpose == Purpose::Whisper {
            Some(13201)
        } else {
            code
        };
        let message = format!(
            "<{}> may not stand in the document for {place}; allowed are {}",
            verb.name,
            verbs.join(", ")
        );
        report.error(verb.offset, Rule::WrongContext, code, message);
    }
}

fn inline(root: &Source, delivery: Delivery, report: &mut Report<'_>) {
    if delivery == Delivery::Fetched {
        return;
    }
    for verb in &root.children {
        if let Some(url) = verb.attribute("action") {
            if !url.contains("://") {
                let message = format!(
                    "action={url:?} of <{}> is relative, but inline TwiML has no URL of its own",
                    verb.name
                );
                report
                    .error(
                        verb.place("action"),
                        Rule::RelativeUrl,
                        Some(15004),
                        message,
                    )
                    .fix("write the whole URL");
            }
        } else if matches!(verb.name.as_str(), "Gather" | "Record" | "Pay") {
            let message = format!(
                "<{}> has no action, but inline TwiML has no URL to go back to",
                verb.name
            );
            report
                .error(verb.offset, Rule::RelativeUrl, Some(15004), message)
                .fix("add an absolute action");
        }
        if verb.name == "Redirect" && !verb.text.contains("://") {
            let message = "<Redirect> is relative, but inline TwiML has no URL of its own";
            report
                .error(verb.offset, Rule::RelativeUrl, None, message)
                .fix("write the whole URL");
        }
    }
}

fn loops(root: &Source, purpose: Purpose, report: &mut Report<'_>) {
    // A wait document is meant to come again.
    if !matches!(purpose, Purpose::Answer) {
        return;
    }
    for verb in &root.children {
        match verb.name.as_str() {
            "Gather" | "Record" if verb.attribute("action").is_none() => {
                let message = format!(
                    "<{}> has no action, so this document is requested again",
                    verb.name
                );
                report
                    .hint(verb.offset, Rule::Loop, None, message)
                    .fix("add action, unless the answer differs then");
            }
            "Redirect" if !verb.has_text() => {
                let message = "<Redirect> without a URL requests this document again";
                report
                    .hint(verb.offset, Rule::Loop, None, message)
                    .fix("name a URL, unless the answer differs then");
            }
            _ => {}
        }
    }
}
