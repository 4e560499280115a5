use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use escalation_core::{Cause, Clock, Delivery, Notification, Notifier, Outcome, Reason, Response};
use http::{Request, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use twilio_rest::HttpTransport;

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
/// let pubnub = PubNub::new(Arc::new(transport), Arc::new(clock), "pub-c-1", "sub-c-1")
///     .user("orders");
/// # let _ = pubnub;
/// ```
///
/// The message is a JSON object with `key`, `process-id`, `attempt` and `notification`; the key is
/// the same for every attempt, by which a client drops duplicates. It is not stored. The original
/// component published an empty body on a channel that it did not encode; both are mended here
/// (PubNub's REST API, *Publish to channel with POST*).
pub struct PubNub {
    transport: Arc<dyn HttpTransport>,
    clock: Arc<dyn Clock>,
    service: String,
    publish_key: String,
    subscribe_key: String,
    user: Option<String>,
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

    /// Publishes with these keys.
    pub fn new(
        transport: Arc<dyn HttpTransport>,
        clock: Arc<dyn Clock>,
        publish_key: impl Into<String>,
        subscribe_key: impl Into<String>,
    ) -> Self {
        Self {
            transport,
            clock,
            service: Self::SERVICE.to_owned(),
            publish_key: publish_key.into(),
            subscribe_key: subscribe_key.into(),
            user: None,
        }
    }

    /// Publishes as this user (`uuid`), which PubNub counts and which access rules may ask for.
    #[must_use]
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// Uses another service than `https://ps.pndsn.com`: without a slash at the end.
    #[must_use]
    pub fn service(mut self, url: impl Into<String>) -> Self {
        self.service = url.into();
        self
    }

    fn request(&self, delivery: &Delivery) -> Result<Request<Bytes>, Reason> {
        let failed = |error: &dyn fmt::Display| Reason::new(Cause::Other, error.to_string());
        let channel = delivery
            .notification()
            .destination()
            .filter(|channel| !channel.is_empty())
            .ok_or_else(|| Reason::new(Cause::BadDestination, "no PubNub channel is given"))?;
        let mut url = format!(
            "{}/publish/{}/{}/0/{}/0?store=0",
            self.service,
            encoded(&self.publish_key),
            encoded(&self.subscribe_key),
            encoded(channel)
        );
        if let Some(user) = &self.user {
            url.push_str(&format!("&uuid={}", encoded(user)));
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
            .header(header::CONTENT_TYPE, "application/json")
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
        match success(answer, self.clock.now()) {
            Ok(response) => published(response.body()),
            Err(outcome) => outcome,
        }
    }
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
