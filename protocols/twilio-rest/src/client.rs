use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Method, Request, Response};
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use twilio_webhook::AccountSid;

use crate::endpoint::Endpoint;
use crate::form::Form;
use crate::retry::{Repeat, Verdict, judge_status, judge_transport, retry_after};
use crate::{
    ApiError, Calls, ClientBuilder, Credentials, Error, HttpTransport, RetryPolicy, TransportError,
};

/// A client for one account. Clones share connections and limits; make one and clone it.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) account: AccountSid,
    pub(crate) authorization: HeaderValue,
    pub(crate) endpoint: Endpoint,
    pub(crate) transport: Arc<dyn HttpTransport>,
    pub(crate) retry: RetryPolicy,
    /// At most so many requests are under way at once.
    pub(crate) permits: Semaphore,
    pub(crate) timeout: Duration,
    pub(crate) body_limit: usize,
}

impl Client {
    pub(crate) fn new(inner: Inner) -> Self {
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Starts a client for `account`.
    #[must_use]
    pub fn builder(account: AccountSid, credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new(account, credentials)
    }

    /// The account that requests are made for.
    #[must_use]
    pub fn account(&self) -> AccountSid {
        self.inner.account
    }

    /// Calls: place them, look at them, end them.
    #[must_use]
    pub const fn calls(&self) -> Calls<'_> {
        Calls::new(self)
    }

    /// Sends `operation` as often as it may be, and reads the answer.
    pub(crate) async fn execute<T: DeserializeOwned>(
        &self,
        operation: Operation<'_>,
    ) -> Result<T, Error> {
        let response = self.send(&operation).await?;
        serde_json::from_slice(response.body()).map_err(|source| Error::Decode {
            status: response.status(),
            request_id: request_id(&response),
            source,
        })
    }

    async fn send(&self, operation: &Operation<'_>) -> Result<Response<Bytes>, Error> {
        let inner = &*self.inner;
        let url = format!(
            "{}{}",
            inner.endpoint.origin(operation.product),
            operation.path
        );
        let body = operation.form.map(|form| Bytes::from(form.encode()));
        let mut attempt = 0;
        loop {
            attempt += 1;
            let request = self.request(operation, &url, body.clone())?;
            let outcome = self.attempt(request).await;
            trace(operation, attempt, &outcome);
            let asked_to_wait = outcome
                .as_ref()
                .ok()
                .and_then(|answer| retry_after(answer.headers()));
            let (verdict, error) = match outcome {
                Ok(response) if response.status().is_success() => return Ok(response),
                Ok(response) => {
                    let verdict = judge_status(response.status(), operation.repeat);
                    (verdict, refused(&response, attempt, asked_to_wait, verdict))
                }
                Err(error) => {
                    let verdict = judge_transport(&error, operation.repeat);
                    (
                        verdict,
                        Error::Transport {
                            attempts: attempt,
                            source: error,
                        },
                    )
                }
            };
            match verdict {
                Verdict::Final => return Err(error),
                Verdict::Ambiguous => {
                    return Err(Error::Ambiguous {
                        cause: Box::new(error),
                    });
                }
                Verdict::TryAgain => {
                    let Some(wait) = inner.retry.wait(attempt, asked_to_wait, fastrand::f64())
                    else {
                        return Err(error);
                    };
                    // The permit is back by now: whoever waits must not keep others waiting.
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    async fn attempt(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let _permit = self
            .inner
            .permits
            .acquire()
            .await
            .map_err(TransportError::not_sent)?;
        let answer = self.inner.transport.send(request, self.inner.body_limit);
        tokio::time::timeout(self.inner.timeout, answer)
            .await
            .unwrap_or(Err(TransportError::TimedOut))
    }

    fn request(
        &self,
        operation: &Operation<'_>,
        url: &str,
        body: Option<Bytes>,
    ) -> Result<Request<Bytes>, Error> {
        let mut request = Request::builder()
            .method(operation.method.clone())
            .uri(url)
            .header(AUTHORIZATION, &self.inner.authorization)
            .header(ACCEPT, "application/json")
            .header(
                USER_AGENT,
                concat!("twilio-rest-rs/", env!("CARGO_PKG_VERSION")),
            );
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        request
            .body(body.unwrap_or_default())
            .map_err(|_| Error::Request {
                problem: "its URL is not one",
            })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("account", &self.inner.account)
            .field("endpoint", &self.inner.endpoint)
            .finish_non_exhaustive()
    }
}

/// One request, before it is sent.
#[derive(Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) product: &'static str,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) form: Option<&'a Form>,
    pub(crate) repeat: Repeat,
}

fn request_id(response: &Response<Bytes>) -> Option<String> {
    let id = response.headers().get("twilio-request-id")?;
    id.to_str().ok().map(str::to_owned)
}

fn refused(
    response: &Response<Bytes>,
    attempts: u32,
    retry_after: Option<Duration>,
    verdict: Verdict,
) -> Error {
    let refusal = Box::new(ApiError::read(response));
    match response.status().as_u16() {
        429 => Error::Throttled {
            attempts,
            retry_after,
            refusal,
        },
        500..=599 if verdict != Verdict::Final => Error::Server {
            attempts,
            failure: refusal,
        },
        _ => Error::Api(refusal),
    }
}

#[cfg(feature = "tracing")]
fn trace(
    operation: &Operation<'_>,
    attempt: u32,
    outcome: &Result<Response<Bytes>, TransportError>,
) {
    let Operation { method, path, .. } = operation;
    match outcome {
        Ok(response) => {
            let status = response.status().as_u16();
            let request_id = request_id(response);
            tracing::debug!(%method, path, attempt, status, request_id, "answered");
        }
        Err(reason) => tracing::warn!(%method, path, attempt, %reason, "not answered"),
    }
}

#[cfg(not(feature = "tracing"))]
const fn trace(_: &Operation<'_>, _: u32, _: &Result<Response<Bytes>, TransportError>) {}
