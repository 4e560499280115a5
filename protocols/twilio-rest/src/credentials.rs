use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use twilio_webhook::{AccountSid, ApiKeySid};

use crate::ConfigError;

/// Who we are to Twilio. `Debug` shows no secret.
#[derive(Clone)]
pub struct Credentials {
    /// An API key's SID; none for the account itself.
    key: Option<ApiKeySid>,
    secret: String,
}

impl Credentials {
    /// The account's own auth token, which opens everything: better kept for checking webhooks.
    #[must_use]
    pub fn auth_token(token: impl Into<String>) -> Self {
        Self {
            key: None,
            secret: token.into(),
        }
    }

    /// An API key and its secret: can be revoked alone. A key belongs to one region.
    #[must_use]
    pub fn api_key(key: ApiKeySid, secret: impl Into<String>) -> Self {
        Self {
            key: Some(key),
            secret: secret.into(),
        }
    }

    /// The `Authorization` header, marked as sensitive so that no one logs it.
    pub(crate) fn header(&self, account: &AccountSid) -> Result<HeaderValue, ConfigError> {
        if self.secret.is_empty() {
            return Err(ConfigError::EmptySecret);
        }
        let user = self
            .key
            .as_ref()
            .map_or(account.as_str(), ApiKeySid::as_str);
        let basic = format!(
            "Basic {}",
            STANDARD.encode(format!("{user}:{}", self.secret))
        );
        let mut header = HeaderValue::try_from(basic).expect("base64 is visible ASCII");
        header.set_sensitive(true);
        Ok(header)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
