//! Mixed content: text and SSML in the order they are spoken.

use alloc::vec::Vec;
use core::fmt;
use core::mem;
use core::ops::Deref;

use crate::Text;
use crate::voice::ssml::Node;

/// The content of `<Say>` and of the SSML elements that hold others.
///
/// Most hold one text, which costs no allocation here. And its `Drop` does not recurse: prosody in prosody in
/// prosody, a hundred thousand deep, must not overflow the stack.
#[derive(Clone, Default)]
pub(crate) struct Content(Nodes);

#[derive(Clone, Default)]
enum Nodes {
    #[default]
    None,
    One(Node),
    Many(Vec<Node>),
}

impl Content {
    /// One text, or nothing if that is empty.
    #[inline]
    pub(crate) fn text(text: impl Into<Text>) -> Self {
        let text = text.into();
        Self(if text.is_empty() {
            Nodes::None
        } else {
            Nodes::One(Node::Text(text))
        })
    }

    #[inline]
    pub(crate) fn push(&mut self, node: Node) {
        match &mut self.0 {
            Nodes::None => self.0 = Nodes::One(node),
            Nodes::Many(nodes) => nodes.push(node),
            Nodes::One(_) => self.push_second(node),
        }
    }

    fn push_second(&mut self, node: Node) {
        if let Nodes::One(first) = mem::take(&mut self.0) {
            let mut nodes = Vec::with_capacity(4);
            nodes.push(first);
            nodes.push(node);
            self.0 = Nodes::Many(nodes);
        }
    }

    /// Appends text so that adjacent texts are one, as they are after reading back.
    #[inline]
    pub(crate) fn push_text(&mut self, text: Text) {
        match self.0 {
            Nodes::None => *self = Self::text(text),
            _ => self.append_text(text),
        }
    }

    fn append_text(&mut self, text: Text) {
        match self.last_mut() {
            _ if text.is_empty() => {}
            Some(Node::Text(last)) => last.to_mut().push_str(&text),
            _ => self.push(Node::Text(text)),
        }
    }

    /// Moves everything to the end of `nodes`.
    pub(crate) fn move_to(&mut self, nodes: &mut Vec<Node>) {
        match mem::take(&mut self.0) {
            Nodes::None => {}
            Nodes::One(node) => nodes.push(node),
            Nodes::Many(mut many) => nodes.append(&mut many),
        }
    }

    fn last_mut(&mut self) -> Option<&mut Node> {
        match &mut self.0 {
            Nodes::None => None,
            Nodes::One(node) => Some(node),
            Nodes::Many(nodes) => nodes.last_mut(),
        }
    }
}

impl Deref for Content {
    type Target = [Node];

    #[inline]
    fn deref(&self) -> &[Node] {
        match &self.0 {
            Nodes::None => &[],
            Nodes::One(node) => core::slice::from_ref(node),
            Nodes::Many(nodes) => nodes,
        }
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Content {}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl Drop for Content {
    #[inline]
    fn drop(&mut self) {
        if matches!(&self.0, Nodes::None | Nodes::One(Node::Text(_))) {
            return;
        }
        // Two levels may be left to recursion.
        let is_deep = |node: &Node| node.content().iter().any(|node| !node.content().is_empty());
        if !self.iter().any(is_deep) {
            return;
        }
        let mut waiting = Vec::new();
        self.move_to(&mut waiting);
        while let Some(mut node) = waiting.pop() {
            node.move_content_to(&mut waiting);
        }
    }
}
