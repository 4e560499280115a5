use std::fmt;
use std::time::Duration;

use http::StatusCode;
use serde_json::{Map, Value};

use crate::{TransportError, codes};

/// Why a request has no useful answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Twilio refused: correct the request. Nothing was done.
    #[error("Twilio refused: {0}")]
    Api(Box<ApiError>),
    /// Twilio is busy with this account's other requests (429), and was so at every attempt.
    /// Nothing was done; try later, or lower the concurrency.
    #[error("Twilio refused {attempts} attempts as too many requests at once: {refusal}")]
    Throttled {
        /// How often it was tried.
        attempts: u32,
        /// How long Twilio asks to wait, if it says so.
        retry_after: Option<Duration>,
        /// The last refusal.
        refusal: Box<ApiError>,
    },
    /// Something that must not happen twice **may have been done**: the answer was lost, came too
    /// late, or was an error of the server. It was not tried again.
    ///
    /// To find out, list what exists, or wait for its status callback, whose URL may name your own
    /// record of it; create it again only if it is not there. The crate's front page has that as an
    /// example, and each operation says where to look.
    #[error("this may or may not have been done, look before trying again: {cause}")]
    Ambiguous {
        /// What happened.
        #[source]
        cause: Box<Self>,
    },
    /// Twilio failed (5xx) at every attempt. What was asked is a read, or harmless to repeat.
    #[error("Twilio failed at {attempts} attempts: {failure}")]
    Server {
        /// How often it was tried.
        attempts: u32,
        /// The last answer.
        failure: Box<ApiError>,
    },
    /// No answer, at any attempt.
    #[error("no answer in {attempts} attempts")]
    Transport {
        /// How often it was tried.
        attempts: u32,
        /// Why there was none the last time.
        #[source]
        source: TransportError,
    },
    /// Twilio did as asked, but its answer cannot be read.
    #[error("the answer ({status}) cannot be read")]
    Decode {
        /// The status of the answer.
        status: StatusCode,
        /// Twilio's name of the request, for its support.
        request_id: Option<String>,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// A page of a list names a next page that must not be fetched.
    #[error("the next page of the list is not fetched: {problem} ({place})")]
    Page {
        /// Why not.
        problem: &'static str,
        /// Where it would be, without its query.
        place: String,
    },
    /// The request makes no sense; nothing was sent.
    #[error("the request was not sent: {problem}")]
    Request {
        /// What is wrong, and how to mend it.
        problem: &'static str,
    },
}

impl Error {
    /// What Twilio said, if it said something.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error)
            | Self::Throttled { refusal: error, .. }
            | Self::Server { failure: error, .. } => Some(error),
            Self::Ambiguous { cause } => cause.api(),
            Self::Transport { .. }
            | Self::Decode { .. }
            | Self::Page { .. }
            | Self::Request { .. } => None,
        }
    }

    /// Twilio's error code, if it gave one: `21211` for a bad `To`. Some have names in
    /// [`codes`].
    #[must_use]
    pub fn code(&self) -> Option<u32> {
        self.api().and_then(|error| error.code)
    }

    /// Whether there is no such thing (404). Just after its creation that may pass.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Api(error) if error.status == StatusCode::NOT_FOUND)
    }

    /// Whether there is one already (409): a unique name that is taken (50353), or a change of the
    /// same thing at the same moment (50391 and others). Fetch it, then decide.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        let taken =
            |code| code == codes::UNIQUE_NAME_TAKEN || codes::CHANGED_AT_ONCE.contains(&code);
        matches!(self, Self::Api(error)
            if error.status == StatusCode::CONFLICT || error.code.is_some_and(taken))
    }

    /// Whether whoever was to be added to a conversation is in it.
    #[must_use]
    pub fn is_already_participant(&self) -> bool {
        let there = |code| codes::ALREADY_PARTICIPANT.contains(&code);
        matches!(self, Self::Api(error) if error.code.is_some_and(there))
    }

    /// Whether the call is no longer in a state in which this can be done (21220): somebody has
    /// answered what was to be cancelled, or hung up what was to be ended.
    #[must_use]
    pub fn is_invalid_call_state(&self) -> bool {
        matches!(self, Self::Api(error) if error.code == Some(codes::INVALID_CALL_STATE))
    }
}

/// An answer that is an error, in Twilio's words.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// Twilio's error code, explained at `https://www.twilio.com/docs/errors/<code>`.
    pub code: Option<u32>,
    /// What went wrong.
    pub message: String,
    /// Where it is explained.
    pub more_info: Option<String>,
    /// Twilio's name of the request (`Twilio-Request-Id`), for its support.
    pub request_id: Option<String>,
    /// How many of the account's requests were under way (`Twilio-Concurrent-Requests`).
    pub concurrent_requests: Option<u32>,
    /// All that the answer says, as it says it.
    pub body: Map<String, Value>,
}

impl ApiError {
    /// Reads the three forms in use: `{code, message, more_info, status}` of the classic APIs, RFC
    /// 9457 (`{type, title, status, code, detail}`), and `{code, message, httpStatusCode}`. What
    /// is none of them (a proxy's page, nothing) still leaves the status.
    pub(crate) fn read(response: &http::Response<bytes::Bytes>) -> Self {
        let status = response.status();
        let body: Map<String, Value> = serde_json::from_slice(response.body()).unwrap_or_default();
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let code = body.get("code").and_then(|code| match code {
            Value::Number(number) => number.as_u64().and_then(|number| number.try_into().ok()),
            Value::String(text) => text.parse().ok(),
            _ => None,
        });
        Self {
            status,
            code,
            message: text("message")
                .or_else(|| text("detail"))
                .or_else(|| text("title"))
                .unwrap_or_else(|| status.canonical_reason().unwrap_or("no message").to_owned()),
            more_info: text("more_info").or_else(|| text("type")),
            request_id: header("twilio-request-id").map(str::to_owned),
            concurrent_requests: header("twilio-concurrent-requests")
                .and_then(|number| number.parse().ok()),
            body,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (status {}", self.message, self.status.as_u16())?;
        if let Some(code) = self.code {
            write!(f, ", code {code}")?;
        }
        if let Some(request_id) = &self.request_id {
            write!(f, ", request {request_id}")?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for ApiError {}

/// A client that cannot be built as configured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The base URL is not one that paths can be joined to.
    #[error("base URL {url:?}: {problem}; expected something like http://127.0.0.1:4010")]
    BaseUrl {
        /// The URL as given.
        url: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// An edge or region is not a plain word.
    #[error(
        "{name:?} is no edge or region: expected lower-case letters, digits and hyphens, as in dublin and ie1"
    )]
    Location {
        /// The name as given.
        name: String,
    },
    /// The auth token, or the secret of the API key, is empty.
    #[error("the auth token or API key secret is empty")]
    EmptySecret,
    /// A limit is 0, which would let nothing through.
    #[error("{name} is 0: nothing would ever be sent")]
    Zero {
        /// Which limit.
        name: &'static str,
    },
    /// No transport was given, and the feature `reqwest` is off.
    #[error("no transport: give one to the builder or switch on the feature `reqwest`")]
    NoTransport,
    /// TLS could not be set up.
    #[error("TLS could not be set up")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
}
