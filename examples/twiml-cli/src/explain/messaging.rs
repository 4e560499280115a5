//! The answer to a message.

use twiml::MessagingResponse;
use twiml::lint::Rule;
use twiml::messaging::{Message, MessageNoun, Redirect, Verb};
use twiml::render::DECLARATION;

use super::outline::{Outline, Step};
use super::phrase::{action, request, unknown};

pub(super) fn outline(answer: &MessagingResponse) -> Outline {
    let verbs: Vec<&Verb> = answer
        .verbs()
        .iter()
        .filter(|verb| !matches!(verb, Verb::Comment(_)))
        .collect();
    let mut outline = Outline {
        family: "messaging",
        steps: verbs.iter().map(|verb| step(verb)).collect(),
        end: None,
    };
    let (bytes, finding) = unreachable(&verbs);
    outline.mark(&bytes, finding);
    outline
}

/// As for the answer to a call.
fn unreachable(verbs: &[&Verb]) -> (Vec<usize>, Option<(usize, String)>) {
    let opening = DECLARATION.len() + "<Response>".len();
    let around = opening + "</Response>".len();
    let mut all = MessagingResponse::new();
    let mut bytes = Vec::with_capacity(verbs.len());
    for verb in verbs {
        let mut alone = MessagingResponse::new();
        alone.push((*verb).clone());
        bytes.push(alone.to_string().len() - around);
        all.push((*verb).clone());
    }
    let finding = all
        .message("last")
        .lint()
        .into_iter()
        .find(|finding| finding.rule == Rule::Unreachable)
        .map(|finding| {
            let why = finding
                .message
                .split_once(": ")
                .map(|(_, why)| why.to_owned());
            (
                finding.position.offset - opening,
                why.unwrap_or(finding.message),
            )
        });
    (bytes, finding)
}

fn step(verb: &Verb) -> Step {
    match verb {
        Verb::Message(it) => message(it),
        Verb::Redirect(it) => redirect(it),
        Verb::Unchecked(node) => unknown(node),
        _ => Step::new("a verb that this program does not know"),
    }
}

fn message(message: &Message) -> Step {
    let bodies = message.nouns().iter().filter_map(|noun| match noun {
        MessageNoun::Body(body) => Some(&body.text),
        _ => None,
    });
    let text: Vec<&str> = message
        .text
        .iter()
        .chain(bodies)
        .map(|text| &**text)
        .collect();
    let to = message.to.as_deref().unwrap_or("the sender");
    let mut step = Step::new(if text.is_empty() {
        format!("sends a message without text to {to}")
    } else {
        format!("sends \u{201c}{}\u{201d} to {to}", text.concat())
    });
    for noun in message.nouns() {
        match noun {
            MessageNoun::Media(media) => step = step.detail(format!("with {}", media.url.trim())),
            MessageNoun::Unchecked(node) => step = step.detail(unknown(node)),
            _ => {}
        }
    }
    step.maybe(message.from.as_ref(), |from| format!("from {from}"))
        .maybe(message.action.as_deref(), |url| {
            format!("then goes to: {}", request(message.method.as_ref(), url))
        })
}

fn redirect(redirect: &Redirect) -> Step {
    let url = redirect.url.as_deref();
    Step::new(format!(
        "goes to: {}",
        action(url, redirect.method.as_ref())
    ))
}
