//! How requests reach the host.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

/// Why no answer came.
///
/// The numbers are those of Twilio's error dictionary, which the fallback URL gets as `ErrorCode`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// No connection could be made: 11200.
    #[error("no connection to the host: {0}")]
    Connect(String),
    /// The host's address does not answer at all: 11200. Twilio waits for 5 seconds, or as long as
    /// `#ct` says, in virtual time.
    #[error("no connection to the host within {0:?}")]
    ConnectTimedOut(Duration),
    /// The connection broke before the answer was complete: 11200.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// No complete answer within Twilio's 15 seconds: 11200.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    /// The body is longer than 64 kB: 11750.
    #[error("the answer is longer than {limit} bytes")]
    TooLarge {
        /// The longest body that is read.
        limit: usize,
    },
}

impl TransportError {
    /// The code in Twilio's error dictionary.
    #[must_use]
    pub fn code(&self) -> u32 {
        match self {
            Self::Connect(_) | Self::ConnectTimedOut(_) | Self::Broken(_) | Self::TimedOut(_) => {
                11200
            }
            Self::TooLarge { .. } => 11750,
        }
    }
}

/// How much virtual time an answer took: put it into the extensions of a response.
///
/// Without it an answer takes no virtual time at all. A transport that simulates a slow host says
/// so here instead of sleeping. Twilio waits for 15 seconds: more than that is
/// [`TransportError::TimedOut`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a newtype")]
pub struct Took(pub Duration);

/// The request has not been delivered, and is to be handed over again after so much virtual time:
/// put it into the extensions of a response, of which nothing else is then looked at.
///
/// What Twilio sends in the meantime overtakes it; this is how callbacks arrive out of order. The
/// request carries a `Held` of its own when it is handed over for the second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a newtype")]
pub struct Held(pub Duration);

/// Carries one signed request to the host and its answer back.
///
/// # Contract
/// - One request is under way at a time, unless the simulator was told
///   [otherwise](crate::SimulatorBuilder::requests_at_once).
/// - The request is complete: method, absolute URL, headers with `X-Twilio-Signature`, body.
/// - It reaches the host at most once, and unchanged.
/// - Redirects, cookies and retries are the simulator's business, as is the status: a transport
///   follows nothing, keeps nothing, repeats nothing, and hands back every answer it gets with all
///   its headers.
///
/// The feature `conformance` has this as tests.
#[async_trait]
pub trait Transport: Send + Sync + fmt::Debug {
    /// Sends the request.
    ///
    /// # Errors
    /// When no complete answer comes.
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError>;
}
