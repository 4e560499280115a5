use alloc::string::String;

/// Why a document could not be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// A text or an attribute holds a character that XML 1.0 has no way to write.
    #[error(
        "U+{:04X} at byte {offset} of {place} cannot be written in XML 1.0: remove it, or render with Forbidden::Replace",
        u32::from(*character)
    )]
    ForbiddenCharacter {
        /// Where it stands, as in `attribute action of <Gather>` or `text of <Say>`.
        place: String,
        /// The character.
        character: char,
        /// Its byte offset in that text or attribute.
        offset: usize,
    },
    /// The name of an unchecked element or attribute is not an XML name.
    #[error(
        "{name:?} is not an XML name: use letters, digits, '-', '_', '.' and at most one ':', and start with a letter or '_'"
    )]
    BadName {
        /// The name.
        name: String,
    },
    /// Elements are nested deeper than any TwiML document is.
    #[error("elements are nested deeper than {limit} levels")]
    TooDeep {
        /// The deepest level that is written.
        limit: usize,
    },
    /// The sink refused what was written to it.
    #[error("the sink refused to be written to")]
    Sink,
}
