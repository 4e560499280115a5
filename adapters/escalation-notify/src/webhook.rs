use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use escalation_core::{Cause, Clock, Delivery, Notification, Notifier, Outcome, Reason, Response};
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, header};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use twilio_rest::HttpTransport;
use url::Url;

use crate::bundle::{Other, others};
use crate::http_answer::{BODY_LIMIT, success};

/// Posts each notification as JSON, signed, with an idempotency key.
///
/// ```
/// use std::sync::Arc;
/// use chrono::{DateTime, Utc};
/// use escalation_notify::{Webhook, WebhookSecret};
/// # use bytes::Bytes;
/// # let transport = |_: http::Request<Bytes>| Ok(http::Response::new(Bytes::new()));
/// # let clock = || DateTime::<Utc>::UNIX_EPOCH;
///
/// let secret = WebhookSecret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// let webhook = Webhook::new(Arc::new(transport), Arc::new(clock), secret)
///     .to("https://orders.example.com/escalations")?
///     .or_where_the_request_says(["https://hooks.example.com/"])?;
/// # let _ = webhook;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It follows [Standard Webhooks 1.0](https://www.standardwebhooks.com): `webhook-id`,
/// `webhook-timestamp` and `webhook-signature: v1,…` over `id.timestamp.body`, so that any of its
/// libraries can verify it. `webhook-id`, and `Idempotency-Key` beside it, is the notification's
/// [key](Delivery::key): every attempt has the same one, by which the receiver drops duplicates. The
/// body is the same too; the number of the attempt is in the header `escalation-attempt`.
///
/// A 2xx answer means delivered; `{"response":"acknowledged"}` or `{"response":"resolved"}` in it
/// answers for the people behind it. 425, 429 and 503 are tried again, after `Retry-After` if it is
/// there; 408, other 5xx and lost answers are unknown, so that the channel's
/// [`UnknownPolicy`](escalation_core::UnknownPolicy) decides (resending, the default, is right
/// here). Redirects are not followed; they and any other answer are a rejection.
pub struct Webhook {
    transport: Arc<dyn HttpTransport>,
    clock: Arc<dyn Clock>,
    secret: WebhookSecret,
    fixed: Option<Url>,
    allowed: Vec<Url>,
}

/// The secret that webhooks are signed with; never shown.
#[derive(Clone)]
pub struct WebhookSecret(Vec<u8>);

/// A webhook that cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The secret is no base64, or too short to be one.
    #[error(
        "the webhook secret must be 24 to 64 bytes in base64, with or without `whsec_` before it"
    )]
    Secret,
    /// The URL is none that a webhook can go to.
    #[error("`{url}` is no URL for a webhook: use http or https, with a host, without a password")]
    Url {
        /// The URL, cut after 200 characters.
        url: String,
    },
}

impl WebhookSecret {
    /// Reads a secret: base64 of 24 to 64 bytes, with or without `whsec_` before it.
    ///
    /// # Errors
    /// [`WebhookError::Secret`]; it does not repeat the secret.
    pub fn new(text: &str) -> Result<Self, WebhookError> {
        let text = text.trim();
        let text = text.strip_prefix("whsec_").unwrap_or(text);
        let secret = BASE64_STANDARD
            .decode(text)
            .map_err(|_| WebhookError::Secret)?;
        match secret.len() {
            24..=64 => Ok(Self(secret)),
            _ => Err(WebhookError::Secret),
        }
    }

    fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        // HMAC takes keys of any length.
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(id.as_bytes());
        mac.update(format!(".{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

impl Webhook {
    /// A webhook that goes nowhere yet: say [`to`](Self::to) whom.
    pub fn new(
        transport: Arc<dyn HttpTransport>,
        clock: Arc<dyn Clock>,
        secret: WebhookSecret,
    ) -> Self {
        Self {
            transport,
            clock,
            secret,
            fixed: None,
            allowed: Vec::new(),
        }
    }

    /// Posts to this URL.
    ///
    /// # Errors
    /// [`WebhookError::Url`].
    pub fn to(mut self, url: &str) -> Result<Self, WebhookError> {
        self.fixed = Some(checked(url)?);
        Ok(self)
    }

    /// Posts to the URL in the notification's detail `to` if it has one: of the same scheme, host
    /// and port as one of these, and below its path. Without this a notification cannot choose: it
    /// could reach into the network that the worker is in.
    ///
    /// # Errors
    /// [`WebhookError::Url`].
    pub fn or_where_the_request_says<'a>(
        mut self,
        places: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, WebhookError> {
        for place in places {
            self.allowed.push(checked(place)?);
        }
        Ok(self)
    }

    fn destination(&self, notification: &Notification) -> Result<Url, Reason> {
        let refused = |detail: String| Reason::new(Cause::BadDestination, detail);
        if let Some(asked) = notification.details().text("to") {
            let url = checked(asked).map_err(|error| refused(error.to_string()))?;
            return match self.allowed.iter().any(|place| below(place, &url)) {
                true => Ok(url),
                false => Err(refused(format!(
                    "webhooks to {} are not allowed here",
                    url.host_str().unwrap_or_default()
                ))),
            };
        }
        self.fixed
            .clone()
            .ok_or_else(|| refused("the notification has no detail `to`".to_owned()))
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").finish_non_exhaustive()
    }
}

fn checked(text: &str) -> Result<Url, WebhookError> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .filter(|url| url.username().is_empty() && url.password().is_none())
        .ok_or_else(|| WebhookError::Url {
            url: text.chars().take(200).collect(),
        })
}

/// Whether a URL is of that origin and under that path; `..` is resolved by the time it is a `Url`,
/// but not what a server sees as one after decoding a slash.
fn below(place: &Url, url: &Url) -> bool {
    let path = place.path();
    let decoded = url.path().to_ascii_lowercase();
    !decoded.contains("%2f")
        && !decoded.contains("%5c")
        && place.origin() == url.origin()
        && url
            .path()
            .strip_prefix(path)
            .is_some_and(|rest| path.ends_with('/') || rest.is_empty() || rest.starts_with('/'))
}

/// What is posted.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Body<'a> {
    key: &'a str,
    process_id: &'a str,
    round: u32,
    step: u32,
    due_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    notification: &'a Notification,
    /// Those that travel along.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    others: Vec<Other<'a>>,
}

/// What may be answered.
#[derive(Deserialize)]
struct Answer {
    response: Answered,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answered {
    Acknowledged,
    Resolved,
    #[serde(other)]
    None,
}

#[async_trait]
impl Notifier for Webhook {
    async fn notify(&self, delivery: &Delivery) -> Outcome {
        let now = self.clock.now();
        let request = match self.request(delivery, now) {
            Ok(request) => request,
            Err(reason) => return Outcome::Rejected(reason),
        };
        match success(self.transport.send(request, BODY_LIMIT).await, now) {
            Ok(response) => Outcome::Delivered(read(response.body())),
            Err(outcome) => outcome,
        }
    }
}

impl Webhook {
    fn request(&self, delivery: &Delivery, now: DateTime<Utc>) -> Result<Request<Bytes>, Reason> {
        let failed = |error: &dyn fmt::Display| Reason::new(Cause::Other, error.to_string());
        let url = self.destination(delivery.notification())?;
        let key = delivery.key();
        let body = serde_json::to_vec(&Body {
            key: key.as_str(),
            process_id: delivery.process().as_str(),
            round: delivery.stage().round(),
            step: delivery.stage().step(),
            due_at: delivery
                .due_at()
                .to_rfc3339_opts(SecondsFormat::AutoSi, true),
            message: delivery.message(),
            notification: delivery.notification(),
            others: others(delivery),
        })
        .map_err(|error| failed(&error))?;
        let id = crate::header_text(key.as_str());
        let timestamp = now.timestamp();
        let signature = self.secret.sign(&id, timestamp, &body);
        Request::post(url.as_str())
            .header(header::CONTENT_TYPE, "application/json")
            // A quoted string, as draft-ietf-httpapi-idempotency-key-header has it.
            .header("idempotency-key", format!("\"{id}\""))
            // Not in the body: under one idempotency key it is the same each time.
            .header("escalation-attempt", delivery.attempt())
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signature)
            .body(body.into())
            .map_err(|error| failed(&error))
    }
}

fn read(body: &[u8]) -> Response {
    match serde_json::from_slice(body) {
        Ok(Answer { response }) => match response {
            Answered::Acknowledged => Response::Acknowledged,
            Answered::Resolved => Response::Resolved,
            Answered::None => Response::None,
        },
        // Whatever else a receiver says to a 2xx is its own affair.
        Err(_) => Response::None,
    }
}
