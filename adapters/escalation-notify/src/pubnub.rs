use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use escalation_core::{Cause, Clock, Delivery, Notification, Notifier, Outcome, Reason, Response};
use http::{Request, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use twilio_rest::HttpTransport;
use url::Url;

use crate::bundle::{Other, others};
use crate::http_answer::{BODY_LIMIT, shortened, success};

/// Publishes each notification on its PubNub channel.
///
/// ```
/// use std::sync::Arc;
/// use chrono::{DateTime, Utc};
/// use escalation_notify::PubNub;
/// # use bytes::Bytes;
/// # let transport = |_: http::Request<Bytes>| Ok(http::Response::new(Bytes::new()));
/// # let clock = || DateTime::<Utc>::UNIX_EPOCH;
///
/// let pubnub = PubNub::new(Arc::new(transport), Arc::new(clock), "pub-c-1", "sub-c-1")?
///     .user("orders");
/// # let _ = pubnub;
/// # Ok::<(), escalation_notify::PubNubError>(())
/// ```
///
/// The message is a JSON object with `key`, `process-id`, `attempt` and `notification`; the key is
/// the same for every attempt, by which a client drops duplicates. It is not stored, and may have
/// 32 KiB; PubNub refuses a longer one, which is then a dead letter. The original
/// component published an empty body on a channel that it did not encode; both are mended here
/// (PubNub's REST API, *Publish to channel with POST*).
pub struct PubNub {
    transport: Arc<dyn HttpTransport>,
    clock: Arc<dyn Clock>,
    service: String,
    publish_key: String,
    subscribe_key: String,
    user: String,
    token: Option<String>,
}

/// Why PubNub cannot be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PubNubError {
    /// A key is blank.
    #[error("the {which} key is blank: copy it from PubNub's Admin Portal")]
    Key {
        /// Which one: `publish` or `subscribe`.
        which: &'static str,
    },
    /// The service is none that can be published to.
    #[error(
        "`{url}` is no PubNub service: use http or https with a host and perhaps a port, and nothing \
         behind it, such as https://ps.pndsn.com"
    )]
    Service {
        /// The URL, cut after 200 characters.
        url: String,
    },
}

/// What stays as it is in a path or query: RFC 3986's unreserved characters.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

fn encoded(text: &str) -> impl fmt::Display + '_ {
    utf8_percent_encode(text, UNRESERVED)
}

impl PubNub {
    /// Where PubNub listens.
    const SERVICE: &'static str = "https://ps.pndsn.com";

    /// Publishes with these keys, as the user `escalation`.
    ///
    /// # Errors
    /// [`PubNubError::Key`] if one is blank.
    pub fn new(
        transport: Arc<dyn HttpTransport>,
        clock: Arc<dyn Clock>,
        publish_key: impl Into<String>,
        subscribe_key: impl Into<String>,
    ) -> Result<Self, PubNubError> {
        let key = |which, key: String| match key.trim() {
            "" => Err(PubNubError::Key { which }),
            key => Ok(key.to_owned()),
        };
        Ok(Self {
            transport,
            clock,
            service: Self::SERVICE.to_owned(),
            publish_key: key("publish", publish_key.into())?,
            subscribe_key: key("subscribe", subscribe_key.into())?,
            user: "escalation".to_owned(),
            token: None,
        })
    }

    /// Publishes as this user (`uuid`, up to 92 characters), which PubNub counts and which access
    /// rules may ask for.
    #[must_use]
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = user.into();
        self
    }

    /// Publishes with this token of the Access Manager (`auth`), where the account controls access.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Uses another service than `https://ps.pndsn.com`: its scheme, host and port. Plain `http`
    /// shows keys and messages to the network; it is for services on this machine.
    ///
    /// # Errors
    /// [`PubNubError::Service`] if it is anything but that.
    pub fn service(mut self, url: &str) -> Result<Self, PubNubError> {
        let origin = Url::parse(url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .filter(|url| url.username().is_empty() && url.password().is_none())
            .filter(|url| matches!(url.path(), "" | "/"))
            .filter(|url| url.query().is_none() && url.fragment().is_none())
            .map(|url| url.origin().ascii_serialization());
        self.service = origin.ok_or_else(|| PubNubError::Service {
            url: url.chars().take(200).collect(),
        })?;
        Ok(self)
    }

    fn request(&self, delivery: &Delivery) -> Result<Request<Bytes>, Reason> {
        let failed = |error: &dyn fmt::Display| Reason::new(Cause::Other, error.to_string());
        let channel = delivery
            .notification()
            .destination()
            .filter(|channel| !channel.is_empty())
            .ok_or_else(|| Reason::new(Cause::BadDestination, "no PubNub channel is given"))?;
        if matches!(channel, "." | "..") {
            // As a segment of a path they mean another place, however they are encoded.
            let reason = format!("`{channel}` is no PubNub channel");
            return Err(Reason::new(Cause::BadDestination, reason));
        }
        let mut url = format!(
            "{}/publish/{}/{}/0/{}/0?store=0&uuid={}",
            self.service,
            encoded(&self.publish_key),
            encoded(&self.subscribe_key),
            encoded(channel),
            encoded(&self.user)
        );
        if let Some(token) = &self.token {
            url.push_str(&format!("&auth={}", encoded(token)));
        }
        let body = serde_json::to_vec(&Message {
            key: delivery.key().as_str(),
            process_id: delivery.process().as_str(),
            attempt: delivery.attempt(),
            message: delivery.message(),
            notification: delivery.notification(),
            others: others(delivery),
        })
        .map_err(|error| failed(&error))?;
        Request::post(url)
            .header(header::CONTENT_TYPE, "application/json; charset=UTF-8")
            .body(body.into())
            .map_err(|error| failed(&error))
    }
}

impl fmt::Debug for PubNub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PubNub")
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Message<'a> {
    key: &'a str,
    process_id: &'a str,
    attempt: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    notification: &'a Notification,
    /// Those that travel along.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    others: Vec<Other<'a>>,
}

#[async_trait]
impl Notifier for PubNub {
    async fn notify(&self, delivery: &Delivery) -> Outcome {
        let request = match self.request(delivery) {
            Ok(request) => request,
            Err(reason) => return Outcome::Rejected(reason),
        };
        let answer = self.transport.send(request, BODY_LIMIT).await;
        let said = answer.as_ref().ok().and_then(|it| words(it.body()));
        match (success(answer, self.clock.now()), said) {
            (Ok(response), _) => published(response.body()),
            // Not only the status, but which key or channel it does not like.
            (Err(Outcome::Rejected(reason)), Some(said)) => {
                let detail = shortened(&format!("{}: {said}", reason.detail()));
                Outcome::Rejected(Reason::new(reason.cause(), detail))
            }
            (Err(outcome), _) => outcome,
        }
    }
}

/// Why PubNub refused: the second item of its list, or the `message` of its Access Manager.
fn words(body: &[u8]) -> Option<String> {
    let said: serde_json::Value = serde_json::from_slice(body).ok()?;
    let why = said.get(1).or_else(|| said.get("message"))?;
    why.as_str().map(str::to_owned)
}

/// `[1,"Sent","timetoken"]`; `[0,"why"]` for what PubNub did not take.
fn published(body: &[u8]) -> Outcome {
    let said: Option<Vec<serde_json::Value>> = serde_json::from_slice(body).ok();
    match said.as_deref() {
        Some([serde_json::Value::Number(one), ..]) if one.as_u64() == Some(1) => {
            Outcome::Delivered(Response::None)
        }
        Some([_, why, ..]) => {
            Outcome::Rejected(Reason::new(Cause::Other, shortened(&why.to_string())))
        }
        _ => Outcome::Unknown(Reason::new(Cause::Other, "PubNub's answer cannot be read")),
    }
}
