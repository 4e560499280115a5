use std::error::Error as StdError;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};

/// Carries one HTTP request: the seam between this crate and the network.
///
/// [`ReqwestTransport`](crate::ReqwestTransport) is the one for production. A closure from request
/// to response is one too, for tests and for recording traffic.
///
/// # Contract
/// - The request is sent as it is, once: no retry, no redirect followed, no header but those that
///   HTTP itself needs. The [`Client`](crate::Client) sees to retries and timeouts.
/// - Any answer with a status is `Ok`, errors of the server too.
/// - A response body longer than `body_limit` bytes is [`TransportError::TooLarge`]; no more than
///   that is kept in memory.
/// - [`TransportError::NotSent`] promises that the server has not seen the request. In doubt it is
///   [`TransportError::Lost`]: a wrong promise makes the client place a call twice.
/// - Dropping the future gives the request up; whether the server has seen it is then unknown.
#[async_trait]
pub trait HttpTransport: Send + Sync {
    /// Sends `request` and waits for the whole response.
    ///
    /// # Errors
    /// [`TransportError`] if there is no complete response.
    async fn send(
        &self,
        request: Request<Bytes>,
        body_limit: usize,
    ) -> Result<Response<Bytes>, TransportError>;
}

#[async_trait]
impl<F> HttpTransport for F
where
    F: Fn(Request<Bytes>) -> Result<Response<Bytes>, TransportError> + Send + Sync,
{
    async fn send(
        &self,
        request: Request<Bytes>,
        body_limit: usize,
    ) -> Result<Response<Bytes>, TransportError> {
        let response = self(request)?;
        if response.body().len() > body_limit {
            return Err(TransportError::TooLarge { limit: body_limit });
        }
        Ok(response)
    }
}

/// Why there is no response.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The server has certainly not seen the request: no connection could be made.
    #[error("no connection could be made, so nothing was sent")]
    NotSent(#[source] Box<dyn StdError + Send + Sync>),
    /// The connection broke after the request may have been sent.
    #[error("the connection broke before the answer was complete")]
    Lost(#[source] Box<dyn StdError + Send + Sync>),
    /// No complete answer came in time.
    #[error("no complete answer came in time")]
    TimedOut,
    /// The answer is longer than the limit.
    #[error("the answer is longer than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
}

impl TransportError {
    /// Wraps the cause of a failure to connect: see [`TransportError::NotSent`].
    pub fn not_sent(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::NotSent(cause.into())
    }

    /// Wraps the cause of a broken connection: see [`TransportError::Lost`].
    pub fn lost(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Lost(cause.into())
    }

    /// Whether the server may have done what was asked.
    #[must_use]
    pub const fn may_have_been_done(&self) -> bool {
        !matches!(self, Self::NotSent(_))
    }
}
