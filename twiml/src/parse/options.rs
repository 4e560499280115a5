/// How a document is read, and the bounds within which it must stay.
///
/// ```
/// use twiml::VoiceResponse;
/// use twiml::parse::ParseOptions;
///
/// let odd = "<Response><Say mood=\"merry\">Hi</Say></Response>";
/// assert!(VoiceResponse::parse(odd).is_err());
/// let kept = VoiceResponse::parse_with(odd, &ParseOptions::new().lenient())?;
/// assert_eq!(kept.to_xml_bare()?, odd);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseOptions {
    /// Keeps unknown elements, attributes and values instead of refusing them. Default: false.
    pub lenient: bool,
    /// The longest document in bytes. Default: 1 MiB, sixteen times what Twilio accepts.
    pub max_bytes: usize,
    /// The deepest nesting of elements, counting the document element. Default: 64; at most 200.
    pub max_depth: usize,
    /// The most attributes on one element. Default: 256.
    pub max_attributes: usize,
}

impl ParseOptions {
    /// Strict, with the default limits.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            lenient: false,
            max_bytes: 1 << 20,
            max_depth: 64,
            max_attributes: 256,
        }
    }

    /// Keeps what the vocabulary does not know.
    #[must_use]
    pub const fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }

    /// Sets the longest document in bytes.
    #[must_use]
    pub const fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Sets the deepest nesting; more than 200 counts as 200, which bounds the stack.
    #[must_use]
    pub const fn max_depth(mut self, depth: usize) -> Self {
        self.max_depth = if depth > 200 { 200 } else { depth };
        self
    }

    /// Sets the most attributes on one element.
    #[must_use]
    pub const fn max_attributes(mut self, attributes: usize) -> Self {
        self.max_attributes = attributes;
        self
    }
}

impl Default for ParseOptions {
    fn default() -> Self {
        Self::new()
    }
}
