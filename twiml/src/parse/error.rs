use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

/// Why a document could not be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    kind: ParseErrorKind,
    position: Position,
}

/// A place in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// The byte offset, from 0.
    pub offset: usize,
}

impl Position {
    /// The place of byte `offset` of `document`.
    #[must_use]
    pub fn of(document: &str, offset: usize) -> Self {
        let mut end = offset.min(document.len());
        while !document.is_char_boundary(end) {
            end -= 1;
        }
        let before = &document[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            line: count(before.bytes().filter(|&byte| byte == b'\n').count() + 1),
            column: count(before[line_start..].chars().count() + 1),
            offset,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// What was wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// There is no document element.
    #[error("the document is empty: answer with at least <Response/>")]
    Empty,
    /// The document is too long to be read.
    #[error("the document has {bytes} bytes, more than the limit of {limit}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Elements are nested too deep.
    #[error("elements are nested deeper than the limit of {limit}")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// One element has too many attributes.
    #[error("an element has more than {limit} attributes")]
    TooManyAttributes {
        /// The limit.
        limit: usize,
    },
    /// The bytes are not UTF-8.
    #[error("the document is not UTF-8")]
    NotUtf8,
    /// The document declares another encoding than UTF-8 or its subset ASCII.
    #[error("the document declares the encoding {encoding:?}: only UTF-8 is read")]
    Encoding {
        /// The declared encoding.
        encoding: String,
    },
    /// The document has a DTD, which TwiML never needs and attackers like.
    #[error("the document has a DOCTYPE: remove it")]
    Doctype,
    /// The document refers to an entity that XML itself does not define.
    #[error("the entity &{name}; is not defined: write the character itself")]
    UnknownEntity {
        /// Its name.
        name: String,
    },
    /// The document is not well-formed XML.
    #[error("not well-formed XML: {message}")]
    Malformed {
        /// What is wrong.
        message: String,
    },
    /// The document holds a character that XML 1.0 does not allow.
    #[error("U+{:04X} is not allowed in XML 1.0", u32::from(*character))]
    ForbiddenCharacter {
        /// The character.
        character: char,
    },
    /// The document element is not the expected one.
    #[error("the document element is <{found}>, not <{expected}>")]
    WrongRoot {
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// The vocabulary does not know this element here.
    #[error("<{name}> may not stand in <{parent}>")]
    UnknownElement {
        /// The element.
        name: String,
        /// The element around it.
        parent: String,
    },
    /// The vocabulary does not know this attribute here.
    #[error("<{element}> has no attribute {name}")]
    UnknownAttribute {
        /// The attribute.
        name: String,
        /// The element.
        element: String,
    },
    /// An attribute stands twice on one element.
    #[error("<{element}> has the attribute {name} twice")]
    DuplicateAttribute {
        /// The attribute.
        name: String,
        /// The element.
        element: String,
    },
    /// A required attribute is missing.
    #[error("<{element}> needs the attribute {name}")]
    MissingAttribute {
        /// The attribute.
        name: &'static str,
        /// The element.
        element: &'static str,
    },
    /// The value of an attribute does not have its type.
    #[error("{attribute}={value:?} of <{element}> is not {expected}")]
    InvalidValue {
        /// The element.
        element: String,
        /// The attribute.
        attribute: String,
        /// Its value.
        value: String,
        /// What was expected.
        expected: &'static str,
    },
    /// Text stands where only elements may.
    #[error("<{element}> holds text where only elements may stand: {text:?}")]
    UnexpectedText {
        /// The element.
        element: String,
        /// The text, shortened.
        text: String,
    },
}

impl ParseError {
    pub(crate) fn new(kind: ParseErrorKind, position: Position) -> Self {
        Self(Box::new(Inner { kind, position }))
    }

    /// What was wrong.
    #[must_use]
    pub fn kind(&self) -> &ParseErrorKind {
        &self.0.kind
    }

    /// Where.
    #[must_use]
    pub fn position(&self) -> Position {
        self.0.position
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.position, self.0.kind)
    }
}

impl core::error::Error for ParseError {}
