//! Mixed content: text and SSML in the order they are spoken.

use alloc::vec::Vec;
use core::ops::Deref;

use crate::Text;
use crate::voice::ssml::Node;

/// The content of `<Say>` and of the SSML elements that hold others.
///
/// Its own type for the sake of `Drop`: prosody in prosody in prosody, a hundred thousand deep, must not
/// overflow the stack when it is dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Content(Vec<Node>);

impl Content {
    pub(crate) fn as_mut_vec(&mut self) -> &mut Vec<Node> {
        &mut self.0
    }

    pub(crate) fn push_text(&mut self, text: Text) {
        push_text(&mut self.0, text);
    }

    pub(crate) fn push(&mut self, node: Node) {
        self.0.push(node);
    }
}

impl Deref for Content {
    type Target = [Node];

    fn deref(&self) -> &[Node] {
        &self.0
    }
}

impl Drop for Content {
    fn drop(&mut self) {
        if self.0.iter().all(|node| node.content().is_empty()) {
            return;
        }
        let mut waiting = core::mem::take(&mut self.0);
        while let Some(mut node) = waiting.pop() {
            waiting.append(&mut node.take_content());
        }
    }
}

/// Appends text so that adjacent texts are one, as they are after reading back.
pub(crate) fn push_text(content: &mut Vec<Node>, text: Text) {
    match content.last_mut() {
        _ if text.is_empty() => {}
        Some(Node::Text(last)) => last.to_mut().push_str(&text),
        _ => content.push(Node::Text(text)),
    }
}
