//! Requests to the simulator's REST interface, as a client library makes them.

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

/// Who asks, and whom.
#[derive(Clone, Copy)]
pub(crate) struct RestClient<'a> {
    pub(crate) base: &'a str,
    pub(crate) account: &'a str,
    pub(crate) token: &'a str,
}

impl RestClient<'_> {
    /// Sends a form to a path below the account, as `/Calls.json`: status and body.
    pub(crate) async fn request(
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
