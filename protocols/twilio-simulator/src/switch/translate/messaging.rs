//! Messaging TwiML: `<Message>` and `<Redirect>`.

use twiml::messaging::{Message, MessageNoun, Method, Redirect, Verb};
use twiml::{MessagingResponse, ParseError};

use super::{Outline, unknown_attributes, unknown_node};
use crate::switch::program::{Link, Replies, Reply};

/// Reads the answer to a message.
pub(crate) fn translate_replies(document: &str) -> Result<Replies, ParseError> {
    let response = MessagingResponse::parse_lenient(document)?;
    let mut replies = Replies::default();
    let mut outline = Outline::default();
    unknown_attributes(&mut replies.warnings, "Response", response.unchecked());
    for verb in response.verbs() {
        match verb {
            Verb::Message(message) => {
                outline.add("Message");
                replies.verbs.push(reply(&mut replies.warnings, message));
                // The page on <Message>: verbs after one with an action are not run.
                if message.action.is_some() {
                    break;
                }
            }
            Verb::Redirect(redirect) => {
                unknown_attributes(&mut replies.warnings, "Redirect", redirect.unchecked());
                let link = redirection(redirect);
                outline.add(&format!("Redirect {}", link.url.trim()));
                replies.verbs.push(Reply::Redirect(link));
                break;
            }
            Verb::Unchecked(node) => unknown_node(&mut replies.warnings, "Response", node),
            _ => {}
        }
    }
    replies.summary = outline.text;
    Ok(replies)
}

fn reply(warnings: &mut Vec<(u32, String)>, message: &Message) -> Reply {
    unknown_attributes(warnings, "Message", message.unchecked());
    let mut body = message.text.as_deref().unwrap_or_default().to_owned();
    let mut media = Vec::new();
    for noun in message.nouns() {
        match noun {
            MessageNoun::Body(own) => body.push_str(&own.text),
            MessageNoun::Media(own) => media.push(own.url.trim().to_owned()),
            MessageNoun::Unchecked(node) => unknown_node(warnings, "Message", node),
            _ => {}
        }
    }
    let link = |url: &str| Link {
        url: url.to_owned(),
        method: method(message.method.as_ref()),
    };
    let callback = message.status_callback.as_deref();
    let action = message
        .action
        .as_deref()
        .filter(|action| callback != Some(*action));
    Reply::Message {
        from: message.from.as_deref().map(str::to_owned),
        to: message.to.as_deref().map(str::to_owned),
        body: body.trim().to_owned(),
        media,
        callbacks: callback.into_iter().chain(action).map(link).collect(),
    }
}

fn redirection(redirect: &Redirect) -> Link {
    Link {
        url: redirect.url.as_deref().unwrap_or_default().to_owned(),
        method: method(redirect.method.as_ref()),
    }
}

fn method(method: Option<&Method>) -> http::Method {
    match method {
        Some(Method::Get) => http::Method::GET,
        _ => http::Method::POST,
    }
}
