//! A phone number of the account, and the host's URLs behind it.

use http::Method;

/// What Twilio requests when one of the account's numbers is rung.
///
/// ```
/// use twilio_simulator::NumberConfig;
///
/// let line = NumberConfig::new("http://127.0.0.1:8080/voice")
///     .fallback_url("http://127.0.0.1:8080/sorry")
///     .status_callback("http://127.0.0.1:8080/ended");
/// # let _ = line;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberConfig {
    pub(crate) voice_url: String,
    pub(crate) voice_method: Method,
    pub(crate) fallback: Option<(String, Method)>,
    pub(crate) status_callback: Option<(String, Method)>,
    pub(crate) messaging: Option<(String, Method)>,
    pub(crate) messaging_fallback: Option<(String, Method)>,
}

impl NumberConfig {
    /// A number whose calls are answered by this URL, requested with POST.
    #[must_use]
    pub fn new(voice_url: impl Into<String>) -> Self {
        Self {
            voice_url: voice_url.into(),
            voice_method: Method::POST,
            fallback: None,
            status_callback: None,
            messaging: None,
            messaging_fallback: None,
        }
    }

    /// Request the voice URL with this method (GET or POST).
    #[must_use]
    pub fn voice_method(mut self, method: Method) -> Self {
        self.voice_method = method;
        self
    }

    /// Requested with `ErrorCode` and `ErrorUrl` when a document of a call cannot be had or read.
    #[must_use]
    pub fn fallback_url(mut self, url: impl Into<String>) -> Self {
        self.fallback = Some((url.into(), Method::POST));
        self
    }

    /// Told once, when a call to the number has ended.
    #[must_use]
    pub fn status_callback(mut self, url: impl Into<String>) -> Self {
        self.status_callback = Some((url.into(), Method::POST));
        self
    }

    /// Requested with POST when somebody writes to the number. Without it, messages arrive and
    /// nobody is told.
    #[must_use]
    pub fn messaging_url(mut self, url: impl Into<String>) -> Self {
        let method = self.messaging.map_or(Method::POST, |(_, method)| method);
        self.messaging = Some((url.into(), method));
        self
    }

    /// Request the messaging URL, which is to be given first, with this method (GET or POST).
    #[must_use]
    pub fn messaging_method(mut self, method: Method) -> Self {
        if let Some((_, own)) = &mut self.messaging {
            *own = method;
        }
        self
    }

    /// Requested with `ErrorCode` and `ErrorUrl` when the answer of the messaging URL cannot be had
    /// or read.
    #[must_use]
    pub fn messaging_fallback_url(mut self, url: impl Into<String>) -> Self {
        self.messaging_fallback = Some((url.into(), Method::POST));
        self
    }
}
