//! Rules of single elements that need more than one attribute or child to judge.

use alloc::format;

use super::Rule;
use super::report::Report;
use super::vocabulary::Element;
use crate::parse::Source;

pub(super) fn check(source: &Source, element: &Element, report: &mut Report<'_>) {
    match element.key {
        "Dial" => dial(source, report),
        "Sip" => sip(source, report),
        "Client" => text_or(source, "Identity", report),
        "Application" => text_or(source, "ApplicationSid", report),
        "Message" => message(source, report),
        "Response" => many_messages(source, report),
        "Enqueue" => enqueue(source, report),
        "Gather" => gather(source, report),
        "Record" => record(source, report),
        "Pay" => pay(source, report),
        "Say" => say(source, report),
        "Play" => play(source, report),
        "Connect" => connect(source, report),
        "Stream" => stream(source, report),
        _ => {}
    }
    callbacks(source, element, report);
}

fn dial(source: &Source, report: &mut Report<'_>) {
    if source.has_text() && !source.children.is_empty() {
        let message = "<Dial> has a number as text and nouns as well";
        report
            .warn(source.text_offset, Rule::Conflict, None, message)
            .fix("put the number into <Number>");
    }
    if source.children.len() > 10 {
        let message = format!(
            "<Dial> has {} nouns; Twilio dials at most 10 at once",
            source.children.len()
        );
        report.warn(source.children[10].offset, Rule::TooMany, None, message);
    }
    if let Some(conference) = source.all("Conference").next()
        && source.children.len() > 1
    {
        let message = "<Conference> stands beside other nouns";
        report
            .warn(conference.offset, Rule::Conflict, Some(13000), message)
            .fix("give it a <Dial> of its own");
    }
    if !source.has_text() && source.children.is_empty() {
        report.warn(source.offset, Rule::Missing, None, "<Dial> dials nobody");
    }
}

fn sip(source: &Source, report: &mut Report<'_>) {
    let uris = source.all("Uri").count();
    if uris > 5 {
        report.warn(
            source.offset,
            Rule::TooMany,
            Some(13250),
            format!("<Sip> has {uris} <Uri>; Twilio takes 5"),
        );
    }
    let headers = source
        .all("Headers")
        .flat_map(|headers| headers.all("Header"));
    let length: usize = headers
        .flat_map(|header| [header.attribute("name"), header.attribute("value")])
        .flatten()
        .map(|text| text.chars().count())
        .sum();
    if length > 1024 {
        let message = format!("the headers of <Sip> have {length} characters; Twilio takes 1024");
        report.warn(source.offset, Rule::OutOfRange, Some(13253), message);
    }
    text_or(source, "Uri", report);
}

/// The text and that child say the same thing, so exactly one of them is wanted.
fn text_or(source: &Source, child: &str, report: &mut Report<'_>) {
    let other = source.all(child).next();
    match (source.has_text(), other) {
        (true, Some(other)) => {
            let message = format!("<{}> has both text and <{child}>", source.name);
            report
                .warn(other.offset, Rule::Conflict, None, message)
                .fix("keep one");
        }
        (false, None) => {
            let message = format!("<{}> has neither text nor <{child}>", source.name);
            report.warn(source.offset, Rule::Missing, None, message);
        }
        _ => {}
    }
}

fn message(source: &Source, report: &mut Report<'_>) {
    if source.has_text()
        && let Some(child) = source.children.first()
    {
        let message = format!("<Message> has both text and <{}>", child.name);
        report
            .warn(source.text_offset, Rule::Conflict, None, message)
            .fix("put the text into <Body>");
    }
    let media = source.all("Media").count();
    if media > 10 {
        report.warn(
            source.offset,
            Rule::TooMany,
            None,
            format!("<Message> has {media} <Media>; Twilio takes 10"),
        );
    }
    if !source.has_text() && source.children.is_empty() {
        report.warn(
            source.offset,
            Rule::Missing,
            Some(14103),
            "<Message> is empty",
        );
    }
}

fn many_messages(source: &Source, report: &mut Report<'_>) {
    if let Some(eleventh) = source.all("Message").nth(10) {
        report.warn(
            eleventh.offset,
            Rule::TooMany,
            Some(14109),
            "Twilio sends at most 10 replies to a message",
        );
    }
}

fn enqueue(source: &Source, report: &mut Report<'_>) {
    if !source.has_text() && source.attribute("workflowSid").is_none() {
        let message = "<Enqueue> names neither a queue nor a workflow";
        report.warn(source.offset, Rule::Missing, Some(14204), message);
    }
    if let Some(task) = source.all("Task").next()
        && source.attribute("workflowSid").is_none()
    {
        report.warn(
            task.offset,
            Rule::Pointless,
            None,
            "<Task> does nothing without workflowSid on <Enqueue>",
        );
    }
}

fn gather(source: &Source, report: &mut Report<'_>) {
    if source.attribute("speechTimeout") == Some("auto")
        && source.attribute("speechModel") == Some("default")
    {
        let message = "speechTimeout=\"auto\" does not go with speechModel=\"default\"";
        report.warn(
            source.place("speechTimeout"),
            Rule::Conflict,
            Some(13335),
            message,
        );
    }
    let listens = source
        .attribute("input")
        .is_some_and(|input| input.contains("speech"));
    for name in [
        "hints",
        "speechModel",
        "speechTimeout",
        "partialResultCallback",
        "maxSpeechTime",
    ] {
        if source.attribute(name).is_some() && !listens {
            let message = format!("{name} does nothing while input of <Gather> lacks speech");
            report
                .hint(source.place(name), Rule::Pointless, None, message)
                .fix("add input=\"dtmf speech\"");
        }
    }
    for play in source.all("Play") {
        if play.attribute("digits").is_some() {
            report.warn(
                play.place("digits"),
                Rule::Conflict,
                None,
                "<Play> may not send digits inside <Gather>",
            );
        }
    }
}

fn record(source: &Source, report: &mut Report<'_>) {
    let seconds: Option<u32> = source
        .attribute("maxLength")
        .and_then(|value| value.parse().ok());
    if source.attribute("transcribe") == Some("true")
        && seconds.is_some_and(|seconds| seconds > 120)
    {
        let message = "recordings longer than 120 seconds are not transcribed";
        report.warn(
            source.place("maxLength"),
            Rule::OutOfRange,
            Some(13615),
            message,
        );
    }
}

fn pay(source: &Source, report: &mut Report<'_>) {
    let method = source.attribute("paymentMethod").unwrap_or("credit-card");
    if method == "credit-card" && source.attribute("bankAccountType").is_some() {
        let message = "bankAccountType does not go with a credit card";
        report.warn(
            source.place("bankAccountType"),
            Rule::Conflict,
            Some(64017),
            message,
        );
    }
    let has_name = source
        .all("Parameter")
        .any(|parameter| parameter.attribute("name") == Some("AVSName"));
    if method == "ach-debit" && !has_name {
        let message = "ach-debit needs the parameter AVSName";
        report
            .warn(source.offset, Rule::Missing, Some(64014), message)
            .fix("add <Parameter name=\"AVSName\" value=\"…\"/>");
    }
}

fn say(source: &Source, report: &mut Report<'_>) {
    if !source.has_text() && source.children.is_empty() {
        report.warn(
            source.offset,
            Rule::Missing,
            Some(13520),
            "<Say> says nothing",
        );
    }
    // Google's voices carry their language in their names; those of others do not say.
    let (Some(voice), Some(language)) = (source.attribute("voice"), source.attribute("language"))
    else {
        return;
    };
    let Some(name) = voice.strip_prefix("Google.") else {
        return;
    };
    let spoken: alloc::vec::Vec<&str> = name.splitn(3, '-').take(2).collect();
    let spoken = spoken.join("-");
    if spoken.len() >= 5 && !spoken.eq_ignore_ascii_case(language) {
        let message = format!("the voice {voice} speaks {spoken}, not {language}");
        report
            .warn(
                source.place("language"),
                Rule::LanguageMismatch,
                None,
                message,
            )
            .fix("leave language out");
    }
}

fn play(source: &Source, report: &mut Report<'_>) {
    if !source.has_text() && source.attribute("digits").is_none() {
        report.warn(
            source.offset,
            Rule::Missing,
            None,
            "<Play> has neither a URL nor digits",
        );
    }
}

fn connect(source: &Source, report: &mut Report<'_>) {
    if source.children.is_empty() {
        report.warn(
            source.offset,
            Rule::Missing,
            None,
            "<Connect> connects to nothing",
        );
    }
    for stream in source.all("Stream") {
        if stream
            .attribute("track")
            .is_some_and(|track| track != "inbound_track")
        {
            let message = "a <Stream> in <Connect> carries inbound_track only";
            report.warn(stream.place("track"), Rule::BadValue, None, message);
        }
    }
}

fn stream(source: &Source, report: &mut Report<'_>) {
    for parameter in source.all("Parameter") {
        let length = |name| {
            parameter
                .attribute(name)
                .map_or(0, |value: &str| value.chars().count())
        };
        if length("name") + length("value") >= 500 {
            let message = "name and value of a <Parameter> of <Stream> have 500 characters or more";
            report.warn(parameter.offset, Rule::OutOfRange, None, message);
        }
    }
}

/// A callback's events or method without the callback.
fn callbacks(source: &Source, element: &Element, report: &mut Report<'_>) {
    for attribute in &source.attributes {
        let name = attribute.name.as_str();
        let Some(callback) = name
            .strip_suffix("Event")
            .or_else(|| name.strip_suffix("Method"))
        else {
            continue;
        };
        let knows = |name: &str| element.attributes.iter().any(|known| known.name == name);
        let url = if knows(callback) {
            callback.to_owned()
        } else {
            format!("{callback}Url")
        };
        if knows(&url) && knows(name) && source.attribute(&url).is_none() {
            let message = format!("{name} of <{}> does nothing without {url}", element.name);
            report.hint(attribute.offset, Rule::Pointless, None, message);
        }
    }
}
