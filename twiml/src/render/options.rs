/// How a document is written.
///
/// ```
/// use twiml::{VoiceResponse, render::RenderOptions};
///
/// let mut out = String::new();
/// VoiceResponse::new().say("Hi").write_to(&mut out, &RenderOptions::new().declaration(false))?;
/// assert_eq!(out, "<Response><Say>Hi</Say></Response>");
/// # Ok::<(), twiml::RenderError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RenderOptions {
    /// Whether `<?xml version="1.0" encoding="UTF-8"?>` comes first. Default: true.
    pub declaration: bool,
    /// Spaces per level of indentation; `None`, the default, writes everything on one line.
    ///
    /// Elements that hold text stay on one line, because Twilio speaks or sends what is in them.
    pub indent: Option<u8>,
    /// What happens to a character that XML 1.0 cannot carry. Default: refuse.
    pub forbidden: Forbidden,
}

/// What happens to a character that XML 1.0 cannot carry, such as U+0000 or U+000B.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Forbidden {
    /// Rendering fails with [`RenderError::ForbiddenCharacter`](super::RenderError).
    #[default]
    Refuse,
    /// The character becomes U+FFFD, the replacement character.
    Replace,
}

impl RenderOptions {
    /// Compact, with a declaration, refusing forbidden characters.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            declaration: true,
            indent: None,
            forbidden: Forbidden::Refuse,
        }
    }

    /// Sets whether the XML declaration is written.
    #[must_use]
    pub const fn declaration(mut self, written: bool) -> Self {
        self.declaration = written;
        self
    }

    /// Indents each level by `spaces`.
    #[must_use]
    pub const fn indent(mut self, spaces: u8) -> Self {
        self.indent = Some(spaces);
        self
    }

    /// Sets what happens to a character that XML 1.0 cannot carry.
    #[must_use]
    pub const fn forbidden(mut self, rule: Forbidden) -> Self {
        self.forbidden = rule;
        self
    }
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self::new()
    }
}
