//! The shape of the vocabulary's tables, which are generated.

/// The kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// The answer to a call.
    Voice,
    /// The answer to a message.
    Messaging,
}

/// What the vocabulary says about an element.
#[derive(Debug)]
pub(crate) struct Element {
    /// Its name, made unique within its family: `ReferSip`, `SsmlBreak`.
    pub(crate) key: &'static str,
    pub(crate) family: Family,
    pub(crate) name: &'static str,
    pub(crate) text: TextKind,
    pub(crate) text_check: &'static str,
    /// Keys.
    pub(crate) children: &'static [&'static str],
    /// Why not to use it; empty if there is no reason.
    pub(crate) deprecated: &'static str,
    pub(crate) attributes: &'static [Attribute],
}

/// Whether an element holds text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextKind {
    None,
    Optional,
    Required,
    /// Text between elements.
    Mixed,
}

/// What the vocabulary says about an attribute.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    /// Words for the bounds of its value, see `value::check`; empty for none.
    pub(crate) check: &'static str,
    /// Why not to use it; empty if there is no reason.
    pub(crate) deprecated: &'static str,
    pub(crate) misspelt: &'static [&'static str],
    /// Twilio's codes for a bad value.
    pub(crate) codes: &'static [u32],
}

/// The type of an attribute's value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Text,
    Bool,
    Integer,
    Decimal,
    Integers,
    SpeechTimeout,
    Time,
    Url,
    Tag,
    /// One value of a list.
    OneOf(&'static [&'static str]),
    /// Values of a list, separated by blanks.
    SomeOf(&'static [&'static str]),
    /// One value of a list that grows: another is no mistake.
    Open(&'static [&'static str]),
}

impl Attribute {
    pub(crate) const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            required: false,
            check: "",
            deprecated: "",
            misspelt: &[],
            codes: &[],
        }
    }

    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(crate) const fn check(mut self, check: &'static str) -> Self {
        self.check = check;
        self
    }

    pub(crate) const fn deprecated(mut self, why: &'static str) -> Self {
        self.deprecated = why;
        self
    }

    pub(crate) const fn misspelt(mut self, misspelt: &'static [&'static str]) -> Self {
        self.misspelt = misspelt;
        self
    }

    pub(crate) const fn codes(mut self, codes: &'static [u32]) -> Self {
        self.codes = codes;
        self
    }
}

/// The element with this key.
pub(crate) fn element(family: Family, key: &str) -> Option<&'static Element> {
    crate::generated::vocabulary::ELEMENTS
        .iter()
        .find(|element| element.family == family && element.key == key)
}

/// The child of `parent` with this name.
pub(crate) fn child(parent: &Element, name: &str) -> Option<&'static Element> {
    parent
        .children
        .iter()
        .filter_map(|key| element(parent.family, key))
        .find(|element| element.name == name)
}
