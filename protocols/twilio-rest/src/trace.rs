//! What is told about a request to `tracing`: a span for it and an event for each attempt, without
//! secrets, numbers, names or bodies. Nothing at all without the feature.

use bytes::Bytes;
use http::Response;

use crate::TransportError;
use crate::operation::Operation;

type Outcome = Result<Response<Bytes>, TransportError>;

/// The span of one request, retries included.
#[cfg(feature = "tracing")]
pub(crate) struct Span(tracing::Span);

#[cfg(feature = "tracing")]
impl Span {
    pub(crate) fn of(operation: &Operation) -> Self {
        Self(tracing::debug_span!(
            "twilio_request",
            product = operation.product.host(),
            method = %operation.method,
            path = operation.shown(),
            attempts = tracing::field::Empty,
            status = tracing::field::Empty,
            request_id = tracing::field::Empty,
        ))
    }

    pub(crate) async fn cover<T>(&self, work: impl Future<Output = T>) -> T {
        tracing::Instrument::instrument(work, self.0.clone()).await
    }

    pub(crate) fn attempted(&self, attempt: u32, outcome: &Outcome) {
        self.0.record("attempts", attempt);
        match outcome {
            Ok(response) => {
                let status = response.status().as_u16();
                let request_id = crate::client::request_id(response);
                self.0.record("status", status);
                self.0.record("request_id", request_id.as_deref());
                if response.status().is_success() {
                    tracing::debug!(attempt, status, request_id, "answered");
                } else {
                    tracing::warn!(attempt, status, request_id, "refused");
                }
            }
            Err(reason) => tracing::warn!(attempt, %reason, "not answered"),
        }
    }
}

/// Nothing.
#[cfg(not(feature = "tracing"))]
pub(crate) struct Span;

#[cfg(not(feature = "tracing"))]
impl Span {
    pub(crate) const fn of(_: &Operation) -> Self {
        Self
    }

    pub(crate) async fn cover<T>(&self, work: impl Future<Output = T>) -> T {
        work.await
    }

    #[expect(clippy::unused_self, reason = "has one with the feature")]
    pub(crate) const fn attempted(&self, _: u32, _: &Outcome) {}
}
