//! A message that somebody writes to one of the host's numbers.

/// A message (SMS, MMS, or of a channel as WhatsApp) to one of the account's numbers.
///
/// ```
/// use twilio_simulator::TextMessage;
///
/// let order = TextMessage::from("+447700900001")
///     .to("+442079460000")
///     .body("Two cheese toasties, please")
///     .media("https://media.example/map.png", "image/png");
/// # let _ = order;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextMessage {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) media: Vec<(String, String)>,
    pub(crate) parameters: Vec<(String, String)>,
}

/// A message of which it is not yet said to whom it goes; see [`TextMessage::from`].
#[derive(Clone, Debug)]
pub struct TextMessageFrom(String);

impl TextMessageFrom {
    /// The number written to: one given to [`Simulator::number`](crate::Simulator::number).
    #[must_use]
    pub fn to(self, number: impl Into<String>) -> TextMessage {
        TextMessage {
            from: self.0,
            to: number.into(),
            body: String::new(),
            media: Vec::new(),
            parameters: Vec::new(),
        }
    }
}

impl TextMessage {
    /// A message from this number (E.164), or from a channel's address as `whatsapp:+447700900001`.
    #[must_use]
    pub fn from(number: impl Into<String>) -> TextMessageFrom {
        TextMessageFrom(number.into())
    }

    /// With this text.
    #[must_use]
    pub fn body(mut self, text: impl Into<String>) -> Self {
        self.body = text.into();
        self
    }

    /// With a picture or the like, of this content type.
    #[must_use]
    pub fn media(mut self, url: impl Into<String>, content_type: impl Into<String>) -> Self {
        self.media.push((url.into(), content_type.into()));
        self
    }

    /// A further parameter of the request, as geography (`FromCountry`) or a channel's own
    /// (`ProfileName`).
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }
}
