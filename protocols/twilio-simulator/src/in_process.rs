//! Requests straight to a web application in the same process.

use std::fmt;
use std::future::poll_fn;

use async_trait::async_trait;
use axum::body::HttpBody;
use bytes::Bytes;
use http::header::{HOST, HeaderValue};
use http_body_util::Full;
use tower_service::Service;

use crate::body;
use crate::transport::{Transport, TransportError};

/// A web application as a [`tower_service::Service`], asked without any socket: an axum `Router`,
/// or whatever else is one.
///
/// It sees each request as a server hands it over: the path as URI, the rest in the header `Host`.
///
/// ```
/// use std::sync::Arc;
/// use axum::{Router, routing::post};
/// use twilio_simulator::{Caller, InProcess, NumberConfig, Simulator};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), twilio_simulator::Error> {
/// let hello = || async { ([("content-type", "text/xml")], "<Response><Say>Hello</Say></Response>") };
/// let app = Router::new().route("/voice", post(hello));
/// let mut sim = Simulator::builder("AC0123456789abcdef0123456789abcdef", "auth token")
///     .transport(Arc::new(InProcess::new(app)))
///     .build()
///     .await?;
/// sim.number("+442079460000", NumberConfig::new("http://pbx.test/voice"))?;
/// let call = sim.call_at(sim.now(), Caller::from("+447700900001").to("+442079460000"))?;
/// sim.run_until_idle().await?;
/// assert!(sim.call(&call).is_some_and(|call| call.heard_text("Hello")));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct InProcess<S> {
    service: S,
}

impl<S> InProcess<S> {
    /// Asks this application.
    #[must_use]
    pub fn new(service: S) -> Self {
        Self { service }
    }
}

impl<S> fmt::Debug for InProcess<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess").finish_non_exhaustive()
    }
}

#[async_trait]
impl<S, B> Transport for InProcess<S>
where
    S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Error: fmt::Display,
    S::Future: Send,
    B: HttpBody + Send,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    async fn send(
        &self,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let broken = |error: S::Error| TransportError::Broken(error.to_string());
        if let Some(authority) = request.uri().authority()
            && let Ok(host) = HeaderValue::from_str(authority.as_str())
        {
            request.headers_mut().insert(HOST, host);
        }
        if let Some(path) = request.uri().path_and_query().cloned() {
            *request.uri_mut() = path.into();
        }
        let mut service = self.service.clone();
        poll_fn(|context| service.poll_ready(context))
            .await
            .map_err(broken)?;
        let response = service.call(request.map(Full::new)).await.map_err(broken)?;
        let (head, answer) = response.into_parts();
        let answer = body::read(answer).await?;
        Ok(http::Response::from_parts(head, answer))
    }
}
