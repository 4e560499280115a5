use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use reqwest::redirect::Policy;
use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls_platform_verifier::BuilderVerifierExt as _;

use crate::{ConfigError, HttpTransport, TransportError};

/// HTTP/1.1 by reqwest, TLS by rustls with ring, certificates checked as the operating system
/// does. Connections are kept and shared by clones.
#[derive(Debug, Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
}

impl ReqwestTransport {
    /// How long making a connection may take, TLS included.
    const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

    /// A transport for `https` and `http`.
    ///
    /// A crypto provider that the program has installed as rustls' default is used; ring
    /// otherwise, without installing it.
    ///
    /// # Errors
    /// [`ConfigError::Tls`] if the certificates that the system trusts cannot be read.
    pub fn new() -> Result<Self, ConfigError> {
        let provider = CryptoProvider::get_default()
            .cloned()
            .unwrap_or_else(|| Arc::new(ring::default_provider()));
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_platform_verifier())
            .map_err(|error| ConfigError::Tls(error.into()))?
            .with_no_client_auth();
        Self::build(tls)
    }

    /// A transport for `http` alone, such as a simulator on loopback. It needs no certificates and
    /// trusts none: every `https` request fails.
    ///
    /// # Errors
    /// [`ConfigError::Tls`] if reqwest cannot be set up.
    pub fn plain() -> Result<Self, ConfigError> {
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| ConfigError::Tls(error.into()))?
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        Self::build(tls)
    }

    /// Uses a client of the host's own. Let it follow no redirects: a form must not be sent to
    /// another place than it was meant for.
    #[must_use]
    pub const fn from_client(client: reqwest::Client) -> Self {
        Self { client }
    }

    fn build(tls: ClientConfig) -> Result<Self, ConfigError> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            // The client above this decides what may be sent again.
            .retry(reqwest::retry::never())
            .connect_timeout(Self::CONNECT_TIMEOUT)
            .build()
            .map_err(|error| ConfigError::Tls(error.into()))?;
        Ok(Self { client })
    }
}

#[async_trait]
impl HttpTransport for ReqwestTransport {
    async fn send(
        &self,
        request: Request<Bytes>,
        body_limit: usize,
    ) -> Result<Response<Bytes>, TransportError> {
        let request = reqwest::Request::try_from(request.map(reqwest::Body::from))
            .map_err(TransportError::not_sent)?;
        let mut received = self.client.execute(request).await.map_err(classify)?;
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = received.status();
        *response.headers_mut() = std::mem::take(received.headers_mut());
        let mut body = BytesMut::new();
        while let Some(chunk) = received.chunk().await.map_err(TransportError::lost)? {
            if body.len() + chunk.len() > body_limit {
                return Err(TransportError::TooLarge { limit: body_limit });
            }
            body.extend_from_slice(&chunk);
        }
        *response.body_mut() = body.freeze();
        Ok(response)
    }
}

fn classify(error: reqwest::Error) -> TransportError {
    // The URL in the message would repeat account and call SIDs in every log line.
    let error = error.without_url();
    if error.is_connect() || error.is_builder() {
        TransportError::not_sent(error)
    } else if error.is_timeout() {
        TransportError::TimedOut
    } else {
        TransportError::lost(error)
    }
}
