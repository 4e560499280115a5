//! What a caller hears of `<Say>`: its words without SSML.

use alloc::string::String;
use alloc::vec;

use crate::voice::Say;
use crate::voice::ssml::Node;

impl Say {
    /// The words, without markup: text as it stands, and of `<sub>` its alias.
    ///
    /// ```
    /// use twiml::voice::Say;
    /// use twiml::voice::ssml::{Break, Sub};
    ///
    /// let say = Say::new().text("The ").sub(Sub::new("W3C", "World Wide Web Consortium")).break_(Break::new());
    /// assert_eq!(say.plain_text(), "The World Wide Web Consortium");
    /// ```
    #[must_use]
    pub fn plain_text(&self) -> String {
        let mut out = String::new();
        // An explicit stack: content built by hand may be nested deeper than the call stack.
        let mut open = vec![self.content().iter()];
        while let Some(nodes) = open.last_mut() {
            let Some(node) = nodes.next() else {
                open.pop();
                continue;
            };
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Phoneme(phoneme) => out.push_str(&phoneme.text),
                Node::SayAs(say_as) => out.push_str(&say_as.text),
                Node::Sub(sub) => out.push_str(&sub.alias),
                nested => open.push(nested.content().iter()),
            }
        }
        out
    }
}
