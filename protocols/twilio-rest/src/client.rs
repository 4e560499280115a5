use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, USER_AGENT};
use http::{HeaderValue, Request, Response, StatusCode};
use serde::de::{DeserializeOwned, Error as _};
use tokio::sync::Semaphore;
use twilio_webhook::AccountSid;

use crate::calls::Calls;
use crate::conferences::Conferences;
use crate::conversations::Conversations;
use crate::endpoint::Endpoint;
use crate::incoming_numbers::IncomingNumbers;
use crate::messages::Messages;
use crate::operation::{Operation, Path};
use crate::queues::Queues;
use crate::rate::Bucket;
use crate::recordings::Recordings;
use crate::retry::{Repeat, Verdict, judge_status, judge_transport, retry_after};
use crate::trace::Span;
use crate::{
    ApiError, ClientBuilder, Credentials, Error, HttpTransport, RetryPolicy, TransportError,
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
    /// At most so many attempts are made in a time.
    pub(crate) rate: Option<Bucket>,
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

    /// Calls: place them, look at them, redirect them, end them.
    #[must_use]
    pub const fn calls(&self) -> Calls<'_> {
        Calls::new(self)
    }

    /// Messages: send them by SMS, MMS and other channels, look at them, take them back.
    #[must_use]
    pub const fn messages(&self) -> Messages<'_> {
        Messages::new(self)
    }

    /// Queues of calls, and who waits in them.
    #[must_use]
    pub const fn queues(&self) -> Queues<'_> {
        Queues::new(self)
    }

    /// Conferences, and who is in them.
    #[must_use]
    pub const fn conferences(&self) -> Conferences<'_> {
        Conferences::new(self)
    }

    /// Recordings of calls and conferences.
    #[must_use]
    pub const fn recordings(&self) -> Recordings<'_> {
        Recordings::new(self)
    }

    /// The account's phone numbers.
    #[must_use]
    pub const fn incoming_numbers(&self) -> IncomingNumbers<'_> {
        IncomingNumbers::new(self)
    }

    /// Conversations: their participants, messages and webhooks.
    #[must_use]
    pub fn conversations(&self) -> Conversations<'_> {
        Conversations::new(self)
    }

    /// A collection of the account.
    pub(crate) fn path(&self, collection: &str) -> Path {
        Path::of_account(&self.inner.account, collection)
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    /// Sends `operation` as often as it may be, and reads the answer.
    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        operation: &Operation,
    ) -> Result<T, Error> {
        self.read_with(operation, |body| serde_json::from_str(body))
            .await
    }

    pub(crate) async fn read_with<T>(
        &self,
        operation: &Operation,
        read: impl FnOnce(&str) -> serde_json::Result<T>,
    ) -> Result<T, Error> {
        let response = self.send(operation).await?;
        // Looked at once as a whole, which is faster than text by text.
        let body = std::str::from_utf8(response.body()).map_err(serde_json::Error::custom);
        body.and_then(read).map_err(|source| Error::Decode {
            status: response.status(),
            request_id: request_id(&response),
            source,
        })
    }

    /// Sends `operation` as often as it may be; the answer as it came.
    pub(crate) async fn bytes(&self, operation: &Operation) -> Result<Bytes, Error> {
        self.send(operation).await.map(Response::into_body)
    }

    /// Sends `operation` as often as it may be; that it is done is all there is to know.
    pub(crate) async fn done(&self, operation: &Operation) -> Result<(), Error> {
        self.send(operation).await.map(drop)
    }

    async fn send(&self, operation: &Operation) -> Result<Response<Bytes>, Error> {
        let span = Span::of(operation);
        span.cover(self.attempts(operation, &span)).await
    }

    async fn attempts(&self, operation: &Operation, span: &Span) -> Result<Response<Bytes>, Error> {
        let mut may_have_been_done = false;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let outcome = self.attempt(self.request(operation)?).await;
            span.attempted(attempt, &outcome);
            let asked_to_wait = outcome
                .as_ref()
                .ok()
                .and_then(|answer| retry_after(answer.headers()));
            let (verdict, error) = match outcome {
                Ok(response) if response.status().is_success() => return Ok(response),
                Ok(response)
                    if response.status() == StatusCode::NOT_FOUND
                        && operation.repeat == Repeat::Deletes
                        && may_have_been_done =>
                {
                    return Ok(response);
                }
                Ok(response) => {
                    may_have_been_done |= response.status().is_server_error();
                    let verdict = judge_status(response.status(), operation.repeat);
                    (verdict, refused(&response, attempt, asked_to_wait, verdict))
                }
                Err(source) => {
                    may_have_been_done |= source.may_have_been_done();
                    let verdict = judge_transport(&source, operation.repeat);
                    let attempts = attempt;
                    (verdict, Error::Transport { attempts, source })
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
                    let random = fastrand::f64();
                    let Some(wait) = self.inner.retry.wait(attempt, asked_to_wait, random) else {
                        return Err(error);
                    };
                    // The permit is back by now: whoever waits must not keep others waiting.
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    async fn attempt(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let inner = &*self.inner;
        let _permit = inner
            .permits
            .acquire()
            .await
            .map_err(TransportError::not_sent)?;
        if let Some(rate) = &inner.rate {
            // Only now, so that tokens do not gather behind slow answers and go out at once.
            rate.take().await;
        }
        let answer = inner.transport.send(request, inner.body_limit);
        tokio::time::timeout(inner.timeout, answer)
            .await
            .unwrap_or(Err(TransportError::TimedOut))
    }

    fn request(&self, operation: &Operation) -> Result<Request<Bytes>, Error> {
        let origin = self.inner.endpoint.origin(operation.product);
        let mut request = Request::builder()
            .method(&operation.method)
            .uri(origin + &operation.target)
            .header(AUTHORIZATION, &self.inner.authorization)
            .header(ACCEPT, HeaderValue::from_static(operation.accept))
            .header(USER_AGENT, AGENT);
        if operation.fires_webhooks {
            request = request.header(WEBHOOK_ENABLED, HeaderValue::from_static("true"));
        }
        let mut body = Bytes::new();
        if let Some(form) = &operation.form {
            request = request.header(CONTENT_TYPE, FORM);
            body = Bytes::from(form.encode());
        }
        request.body(body).map_err(|_| Error::Request {
            problem: "its URL is not one",
        })
    }
}

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("twilio-rest-rs/", env!("CARGO_PKG_VERSION")));
const WEBHOOK_ENABLED: HeaderName = HeaderName::from_static("x-twilio-webhook-enabled");

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("account", &self.inner.account)
            .field("endpoint", &self.inner.endpoint)
            .finish_non_exhaustive()
    }
}

/// Twilio's name of the request, for its support.
pub(crate) fn request_id(response: &Response<Bytes>) -> Option<String> {
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
