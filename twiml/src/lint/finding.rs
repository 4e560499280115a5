use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use crate::parse::Position;

/// Something about a document that Twilio will refuse, ignore or do otherwise than its author thinks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Where.
    pub position: Position,
    /// How bad it is.
    pub severity: Severity,
    /// Which rule found it.
    pub rule: Rule,
    /// Twilio's own error or warning for it, such as 12200, where there is one.
    pub code: Option<u32>,
    /// What is wrong.
    pub message: String,
    /// How to mend it, where that is known.
    pub fix: Option<Cow<'static, str>>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Twilio accepts it, but the author may want to know.
    Hint,
    /// Twilio logs a warning and ignores part of the document, or something never runs.
    Warning,
    /// Twilio refuses the document, or ends the call.
    Error,
}

macro_rules! rules {
    ($( $(#[$doc:meta])* $rule:ident = $name:literal, )*) => {
        /// What a finding is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $( $(#[$doc])* $rule, )*
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$( Self::$rule, )*];

            /// Its name, such as `unknown-attribute`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $( Self::$rule => $name, )*
                }
            }
        }
    };
}

rules! {
    /// The document is not well-formed XML, or has a DTD, or a character that XML does not allow.
    Malformed = "malformed",
    /// The document is empty.
    Empty = "empty",
    /// The document is longer than Twilio reads.
    TooLong = "too-long",
    /// The document element is not `<Response>`.
    WrongRoot = "wrong-root",
    /// An element stands where the vocabulary does not allow it.
    UnknownElement = "unknown-element",
    /// The vocabulary does not know an attribute.
    UnknownAttribute = "unknown-attribute",
    /// A value does not have its attribute's type, or is not in its list.
    BadValue = "bad-value",
    /// A value is out of its range, too long, or has the wrong form.
    OutOfRange = "out-of-range",
    /// A required attribute or text is missing.
    Missing = "missing",
    /// Text stands where only elements may.
    UnexpectedText = "unexpected-text",
    /// Two ways to say a thing are used at once.
    Conflict = "conflict",
    /// More of something than Twilio takes.
    TooMany = "too-many",
    /// An element, attribute or value should not be used any more.
    Deprecated = "deprecated",
    /// A verb never runs, because one before it ends the document.
    Unreachable = "unreachable",
    /// The document would be requested again and again.
    Loop = "loop",
    /// A relative URL where Twilio has nothing to resolve it against.
    RelativeUrl = "relative-url",
    /// The verb may not stand in a document for this purpose.
    WrongContext = "wrong-context",
    /// The voice speaks another language than the one set.
    LanguageMismatch = "language-mismatch",
    /// Text looks as if it was escaped once too often.
    DoubleEscaped = "double-escaped",
    /// An attribute does nothing without another.
    Pointless = "pointless",
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hint => "hint",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.position, self.severity)?;
        if let Some(code) = self.code {
            write!(f, " {code}")?;
        }
        write!(f, ": {}", self.message)?;
        match &self.fix {
            Some(fix) => write!(f, ": {fix}"),
            None => Ok(()),
        }
    }
}
