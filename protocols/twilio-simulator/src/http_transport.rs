//! Requests over HTTP/1.1 on the loopback interface.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::body;
use crate::transport::{Transport, TransportError};

/// The real thing: plain HTTP to a host that listens, no TLS and no proxy.
///
/// Answers are waited for in real time, at most Twilio's 15 seconds.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    client: Client<HttpConnector, Full<Bytes>>,
    patience: Duration,
}

impl HttpTransport {
    /// A transport with a connection pool of its own.
    #[must_use]
    pub fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(Duration::from_secs(5)));
        Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            patience: Duration::from_secs(15),
        }
    }

    /// Waits this long, in real time, for an answer.
    #[must_use]
    pub fn patience(mut self, time: Duration) -> Self {
        self.patience = time;
        self
    }

    async fn exchange(
        &self,
        request: http::Request<Full<Bytes>>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let response = self.client.request(request).await.map_err(|error| {
            if error.is_connect() {
                TransportError::Connect(chain(&error))
            } else {
                TransportError::Broken(chain(&error))
            }
        })?;
        let (head, answer) = response.into_parts();
        let answer = body::read(answer).await?;
        Ok(http::Response::from_parts(head, answer))
    }
}

impl Default for HttpTransport {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        tokio::time::timeout(self.patience, self.exchange(request.map(Full::new)))
            .await
            .unwrap_or(Err(TransportError::TimedOut(self.patience)))
    }
}

/// An error with its causes, which hyper keeps out of its own text.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
