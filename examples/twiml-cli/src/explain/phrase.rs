//! Turns of phrase that several verbs share.

use twiml::voice::{Method, Seconds};
use twiml::{Element, Node};

use super::outline::Step;

/// `POST /menu`.
pub(super) fn request(method: Option<&Method>, url: &str) -> String {
    let method = method.map_or("POST", Method::as_str);
    if url.is_empty() {
        format!("{method} this document's own URL")
    } else {
        format!("{method} {url}")
    }
}

/// Where a verb goes on that sends its result to `action`, or to this document where there is none.
pub(super) fn action(action: Option<&str>, method: Option<&Method>) -> String {
    request(method, action.unwrap_or_default())
}

/// `5 s`.
pub(super) fn seconds(time: Seconds) -> String {
    format!("{time} s")
}

/// Appends how often something is repeated.
pub(super) fn times(text: String, loop_: Option<u32>) -> String {
    match loop_ {
        None | Some(1) => text,
        Some(0) => format!("{text}, over and over until the call ends"),
        Some(times) => format!("{text}, {times} times"),
    }
}

/// What the vocabulary does not know here.
pub(super) fn unknown(node: &Node) -> Step {
    match node {
        Node::Element(element) => unknown_element(element),
        Node::Text(text) => Step::new(format!(
            "text that may not stand here, ignored: {:?}",
            &**text
        )),
        _ => Step::new("something unknown, ignored"),
    }
}

fn unknown_element(element: &Element) -> Step {
    Step::new(format!(
        "<{}>, which is unknown or may not stand here: Twilio ignores it",
        element.name()
    ))
}
