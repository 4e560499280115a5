//! Requests to the simulator's REST interface, as a client library makes them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Method;
use serde_json::Value;
use twilio_simulator::{HttpTransport, Params, Transport, TransportError};

/// An answer that does not come, or is no JSON.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RestError {
    /// The URL made of base and path is none.
    #[error("{0:?} is no URL")]
    Url(String),
    /// No answer came.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The body is no JSON.
    #[error("the answer is no JSON")]
    Json(#[from] serde_json::Error),
}

/// A client of one account.
#[derive(Clone)]
pub struct RestClient {
    base: String,
    account: String,
    token: String,
}

impl RestClient {
    /// Asks the interface at this base URL for this account.
    #[must_use]
    pub fn new(
        base: impl Into<String>,
        account: impl Into<String>,
        token: impl Into<String>,
    ) -> Self {
        Self {
            base: base.into(),
            account: account.into(),
            token: token.into(),
        }
    }

    /// Sends a form to a path below the account, as `/Calls.json`: status and body.
    ///
    /// # Errors
    /// When no answer comes, or one that is not JSON.
    pub async fn request(
        &self,
        method: Method,
        path: &str,
        form: &Params,
    ) -> Result<(u16, Value), RestError> {
        let url = format!("{}/2010-04-01/Accounts/{}{path}", self.base, self.account);
        let pair = STANDARD.encode(format!("{}:{}", self.account, self.token));
        let request = http::Request::builder()
            .method(method)
            .uri(&url)
            .header("authorization", format!("Basic {pair}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(form.to_form()))
            .map_err(|_| RestError::Url(url))?;
        let response = HttpTransport::new().send(request).await?;
        let status = response.status().as_u16();
        if response.body().is_empty() {
            return Ok((status, Value::Null));
        }
        Ok((status, serde_json::from_slice(response.body())?))
    }
}

impl fmt::Debug for RestClient {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RestClient")
            .field("base", &self.base)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}
