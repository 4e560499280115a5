//! What the vocabulary does not know: the unchecked escape hatches, and comments.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::Text;

/// An element that nobody checked, for what Twilio adds tomorrow.
///
/// ```
/// use twiml::{Element, VoiceResponse};
///
/// let answer = VoiceResponse::new()
///     .element_unchecked(Element::new("Tomorrow").attribute("mode", "new").text("hello"));
/// assert_eq!(answer.to_xml_bare()?, r#"<Response><Tomorrow mode="new">hello</Tomorrow></Response>"#);
/// # Ok::<(), twiml::RenderError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    name: Text,
    attributes: Vec<Attribute>,
    nodes: Vec<Node>,
}

impl Element {
    /// An empty element. A name that XML cannot carry makes rendering fail.
    #[must_use]
    pub fn new(name: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            attributes: Vec::new(),
            nodes: Vec::new(),
        }
    }

    /// Sets an attribute, replacing an earlier one of that name.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<Text>, value: impl Into<Text>) -> Self {
        set(&mut self.attributes, name.into(), value.into());
        self
    }

    /// Appends text.
    #[must_use]
    pub fn text(mut self, text: impl Into<Text>) -> Self {
        push_text(&mut self.nodes, text.into());
        self
    }

    /// Appends a child element.
    #[must_use]
    pub fn child(mut self, child: Self) -> Self {
        self.nodes.push(Node::Element(Box::new(child)));
        self
    }

    /// Appends a comment.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nodes.push(Node::Comment(comment));
        self
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The attributes in order.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The children, text and comments in order.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    #[cfg(feature = "parse")]
    pub(crate) fn from_parts(name: Text, attributes: Vec<Attribute>, nodes: Vec<Node>) -> Self {
        Self {
            name,
            attributes,
            nodes,
        }
    }
}

impl Drop for Element {
    /// Takes the tree apart level by level: dropping it by recursion would overflow the stack when
    /// somebody nests elements a hundred thousand deep.
    fn drop(&mut self) {
        let mut waiting = core::mem::take(&mut self.nodes);
        while let Some(node) = waiting.pop() {
            if let Node::Element(mut element) = node {
                waiting.append(&mut element.nodes);
            }
        }
    }
}

/// An attribute that nobody checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attribute {
    /// Its name, such as `timeout` or `xml:lang`.
    pub name: Text,
    /// Its value, not escaped.
    pub value: Text,
}

impl Attribute {
    #[cfg(feature = "parse")]
    pub(crate) fn new(name: Text, value: Text) -> Self {
        Self { name, value }
    }
}

/// What may stand between the tags of an [`Element`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Node {
    /// A child element.
    Element(Box<Element>),
    /// Text, not escaped.
    Text(Text),
    /// A comment.
    Comment(Comment),
}

impl Node {
    pub(crate) fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }
}

/// A comment, which Twilio ignores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment(Text);

impl Comment {
    /// A comment with this text.
    ///
    /// # Errors
    /// [`InvalidComment`] if the text holds `--` or ends in `-`, which would end the comment early.
    pub fn new(text: impl Into<Text>) -> Result<Self, InvalidComment> {
        let text = text.into();
        if text.contains("--") || text.ends_with('-') {
            Err(InvalidComment { text })
        } else {
            Ok(Self(text))
        }
    }

    /// What it says.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A text that cannot be a comment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} cannot be a comment: it holds \"--\" or ends in \"-\"")]
#[non_exhaustive]
pub struct InvalidComment {
    /// The text.
    pub text: Text,
}

/// Attributes and nodes that were added to a typed element unchecked.
///
/// They are written after the typed ones; an unchecked attribute wins over a typed one of the same name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unchecked(Option<Box<Additions>>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Additions {
    attributes: Vec<Attribute>,
    nodes: Vec<Node>,
}

impl Unchecked {
    /// The attributes in order.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        self.0
            .as_ref()
            .map_or(&[], |additions| &additions.attributes)
    }

    /// Elements, text and comments inside an element for which the vocabulary knows no children.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        self.0.as_ref().map_or(&[], |additions| &additions.nodes)
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn set_attribute(&mut self, name: Text, value: Text) {
        set(&mut self.0.get_or_insert_default().attributes, name, value);
    }

    pub(crate) fn push(&mut self, node: Node) {
        let nodes = &mut self.0.get_or_insert_default().nodes;
        match node {
            Node::Text(text) => push_text(nodes, text),
            node => nodes.push(node),
        }
    }
}

impl Drop for Unchecked {
    /// Looks, and takes apart elsewhere what is hardly ever there: every element has one of these.
    #[inline]
    fn drop(&mut self) {
        #[cold]
        fn take_apart(additions: Option<Box<Additions>>) {
            drop(additions);
        }

        if self.0.is_some() {
            take_apart(self.0.take());
        }
    }
}

fn set(attributes: &mut Vec<Attribute>, name: Text, value: Text) {
    match attributes
        .iter_mut()
        .find(|attribute| attribute.name == name)
    {
        Some(attribute) => attribute.value = value,
        None => attributes.push(Attribute { name, value }),
    }
}

/// Appends text so that adjacent texts are one, as they are after reading back.
pub(crate) fn push_text(nodes: &mut Vec<Node>, text: Text) {
    match nodes.last_mut() {
        _ if text.is_empty() => {}
        Some(Node::Text(last)) => last.to_mut().push_str(&text),
        _ => nodes.push(Node::Text(text)),
    }
}

/// Whether `name` can name an element or attribute: ASCII names and one prefix, which is all that TwiML uses.
pub(crate) fn is_name(name: &str) -> bool {
    fn part(part: &str) -> bool {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    }
    match name.split_once(':') {
        Some((prefix, local)) => part(prefix) && part(local),
        None => part(name),
    }
}
