use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use twilio_webhook::AccountSid;

use crate::client::Inner;
use crate::endpoint::Endpoint;
use crate::rate::Bucket;
use crate::{Client, ConfigError, Credentials, HttpTransport, RateLimit, RetryPolicy};

/// Settings of a [`Client`].
#[derive(Clone)]
pub struct ClientBuilder {
    account: AccountSid,
    credentials: Credentials,
    place: Place,
    transport: Option<Arc<dyn HttpTransport>>,
    retry: RetryPolicy,
    concurrency: usize,
    rate_limit: Option<RateLimit>,
    timeout: Duration,
    body_limit: usize,
}

#[derive(Debug, Clone)]
enum Place {
    Twilio,
    Near { edge: String, region: String },
    Base(String),
}

impl ClientBuilder {
    /// How many requests are under way at once unless told otherwise. Twilio refuses more than a
    /// number per account that it does not publish; 20 is well below what others report.
    pub const DEFAULT_CONCURRENCY: usize = 20;
    /// How long an attempt may take unless told otherwise.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(15);
    /// The longest answer that is read unless told otherwise, in bytes. A page of 1,000 calls has
    /// about 1 MB.
    pub const DEFAULT_BODY_LIMIT: usize = 8 * 1024 * 1024;

    pub(crate) fn new(account: AccountSid, credentials: Credentials) -> Self {
        Self {
            account,
            credentials,
            place: Place::Twilio,
            transport: None,
            retry: RetryPolicy::default(),
            concurrency: Self::DEFAULT_CONCURRENCY,
            rate_limit: None,
            timeout: Self::DEFAULT_TIMEOUT,
            body_limit: Self::DEFAULT_BODY_LIMIT,
        }
    }

    /// Talks to Twilio at this edge, about the data of this region: `("dublin", "ie1")`,
    /// `("sydney", "au1")`, `("tokyo", "jp1")`. Both or neither: Twilio ended hosts that name a
    /// region alone on 28 April 2026. An edge for the United States has the region `us1`.
    #[must_use]
    pub fn edge_and_region(mut self, edge: impl Into<String>, region: impl Into<String>) -> Self {
        self.place = Place::Near {
            edge: edge.into(),
            region: region.into(),
        };
        self
    }

    /// Sends every request to one server that stands in for Twilio: a simulator, a mock. Takes the
    /// place of edge and region.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.place = Place::Base(url.into());
        self
    }

    /// Sends requests through `transport` instead of the built-in one.
    #[must_use]
    pub fn transport(mut self, transport: impl HttpTransport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// When and how often a request is tried again.
    #[must_use]
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// At most `requests` are under way at once, over all clones of the client.
    #[must_use]
    pub const fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests;
        self
    }

    /// At most so many attempts are made in a span of time, over all clones of the client. No limit
    /// unless told otherwise.
    #[must_use]
    pub const fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// How long one attempt may take, from sending to the end of the answer. The wait for other
    /// requests, and between attempts, does not count.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The longest answer that is read, in bytes.
    #[must_use]
    pub const fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// The client.
    ///
    /// # Errors
    /// [`ConfigError`] if it cannot work as configured. Nothing is sent to find out.
    pub fn build(self) -> Result<Client, ConfigError> {
        let zero = |name| Err(ConfigError::Zero { name });
        if self.concurrency == 0 {
            return zero("the concurrency");
        }
        if self.timeout.is_zero() {
            return zero("the timeout");
        }
        if self.body_limit == 0 {
            return zero("the body limit");
        }
        if self.rate_limit.is_some_and(|limit| limit.is_nothing()) {
            return zero("the rate limit");
        }
        let endpoint = match self.place {
            Place::Twilio => Endpoint::Twilio,
            Place::Near { edge, region } => Endpoint::near(&edge, &region)?,
            Place::Base(url) => Endpoint::fixed(&url)?,
        };
        let transport = match self.transport {
            Some(transport) => transport,
            None => built_in(&endpoint)?,
        };
        Ok(Client::new(Inner {
            account: self.account,
            authorization: self.credentials.header(&self.account)?,
            endpoint,
            transport,
            retry: self.retry,
            permits: Semaphore::new(self.concurrency.min(Semaphore::MAX_PERMITS)),
            rate: self.rate_limit.map(Bucket::new),
            timeout: self.timeout,
            body_limit: self.body_limit,
        }))
    }
}

#[cfg(feature = "reqwest")]
fn built_in(endpoint: &Endpoint) -> Result<Arc<dyn HttpTransport>, ConfigError> {
    // A simulator on loopback must work on a machine without any certificates.
    let transport = if endpoint.is_plain() {
        crate::ReqwestTransport::plain()?
    } else {
        crate::ReqwestTransport::new()?
    };
    Ok(Arc::new(transport))
}

#[cfg(not(feature = "reqwest"))]
const fn built_in(_: &Endpoint) -> Result<Arc<dyn HttpTransport>, ConfigError> {
    Err(ConfigError::NoTransport)
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("account", &self.account)
            .field("credentials", &self.credentials)
            .field("place", &self.place)
            .field("retry", &self.retry)
            .field("concurrency", &self.concurrency)
            .field("rate_limit", &self.rate_limit)
            .field("timeout", &self.timeout)
            .field("body_limit", &self.body_limit)
            .finish_non_exhaustive()
    }
}
