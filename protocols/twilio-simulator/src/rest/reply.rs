//! Answers of the REST interface.

use axum::body::Body;
use axum::response::Response;
use chrono::{DateTime, Utc};
use http::Method;
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use serde_json::{Value, json};

/// A JSON answer.
#[derive(Debug)]
pub(super) struct Reply {
    status: u16,
    code: Option<u32>,
    body: Value,
    /// A body that is no JSON, with its type.
    media: Option<(&'static str, Vec<u8>)>,
    /// In how many seconds to ask again.
    retry_after: Option<u32>,
}

impl Reply {
    pub(super) fn ok(status: u16, body: Value) -> Self {
        Self {
            status,
            code: None,
            body,
            media: None,
            retry_after: None,
        }
    }

    /// A refusal, in Twilio's form.
    pub(super) fn error(status: u16, code: u32, message: &str) -> Self {
        Self {
            status,
            code: Some(code),
            body: json!({
                "code": code,
                "message": message,
                "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
                "status": status,
            }),
            media: None,
            retry_after: None,
        }
    }

    /// A file.
    pub(super) fn media(content_type: &'static str, bytes: Vec<u8>) -> Self {
        Self {
            media: Some((content_type, bytes)),
            ..Self::ok(200, Value::Null)
        }
    }

    /// 429: ask again in so many seconds.
    pub(super) fn too_many(retry_after: u32) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::error(429, 20_429, "Too Many Requests")
        }
    }

    /// 204: it is no more.
    pub(super) fn deleted() -> Self {
        Self {
            status: 204,
            code: None,
            body: Value::Null,
            media: None,
            retry_after: None,
        }
    }

    pub(super) fn not_found(path: &str) -> Self {
        let message = format!("The requested resource {path} was not found");
        Self::error(404, 20_404, &message)
    }

    /// Twilio has it, the simulator has not: no client may take this for an answer of Twilio's.
    pub(super) fn not_simulated(method: &Method, path: &str) -> Self {
        let message = format!("{method} {path} is not simulated");
        Self {
            status: 501,
            code: None,
            body: json!({ "message": message, "status": 501 }),
            media: None,
            retry_after: None,
        }
    }

    pub(super) fn status(&self) -> u16 {
        self.status
    }

    pub(super) fn code(&self) -> Option<u32> {
        self.code
    }

    pub(super) fn into_response(self) -> Response {
        let (content_type, body) = match (self.media, &self.body) {
            (Some((content_type, bytes)), _) => (content_type, Body::from(bytes)),
            (None, Value::Null) => ("application/json", Body::empty()),
            (None, body) => ("application/json", Body::from(body.to_string())),
        };
        let mut response = Response::new(body);
        // All statuses used here are valid ones.
        *response.status_mut() = http::StatusCode::from_u16(self.status).unwrap_or_default();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// An instant as the REST interface writes it.
pub(super) fn rfc2822(instant: Option<DateTime<Utc>>) -> Option<String> {
    instant.map(|instant| instant.format("%a, %d %b %Y %H:%M:%S +0000").to_string())
}
