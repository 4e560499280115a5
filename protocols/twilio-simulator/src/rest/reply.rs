//! Answers of the REST interface.

use axum::body::Body;
use axum::response::Response;
use chrono::{DateTime, Utc};
use http::Method;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

/// A JSON answer.
#[derive(Debug)]
pub(super) struct Reply {
    status: u16,
    code: Option<u32>,
    body: Value,
}

impl Reply {
    pub(super) fn ok(status: u16, body: Value) -> Self {
        Self {
            status,
            code: None,
            body,
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
        }
    }

    /// 204: it is no more.
    pub(super) fn deleted() -> Self {
        Self {
            status: 204,
            code: None,
            body: Value::Null,
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
        }
    }

    pub(super) fn status(&self) -> u16 {
        self.status
    }

    pub(super) fn code(&self) -> Option<u32> {
        self.code
    }

    pub(super) fn into_response(self) -> Response {
        let mut response = match &self.body {
            Value::Null => Response::new(Body::empty()),
            body => Response::new(Body::from(body.to_string())),
        };
        // All statuses used here are valid ones.
        *response.status_mut() = http::StatusCode::from_u16(self.status).unwrap_or_default();
        response.headers_mut().insert(
            CONTENT_TYPE,
            http::HeaderValue::from_static("application/json"),
        );
        response
    }
}

/// An instant as the REST interface writes it.
pub(super) fn rfc2822(instant: Option<DateTime<Utc>>) -> Option<String> {
    instant.map(|instant| instant.format("%a, %d %b %Y %H:%M:%S +0000").to_string())
}
