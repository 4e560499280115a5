//! What every webhook has in common: reading the request, answering with TwiML, apologising.

use std::sync::Arc;

use axum::extract::FromRef;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use queue_dispatch::Token;
use serde::Deserialize;
use twilio_webhook::{Rejection, SignatureCheck, Signed};
use twiml::VoiceResponse;
use twiml::voice::Hangup;

use crate::floor::one_line;
use crate::system::{PhoneSystem, SystemError};

/// The state of the web application.
#[derive(Debug, Clone)]
pub(crate) struct Web {
    pub(crate) system: Arc<PhoneSystem>,
    pub(crate) check: SignatureCheck,
}

impl FromRef<Web> for SignatureCheck {
    fn from_ref(web: &Web) -> Self {
        web.check.clone()
    }
}

/// A webhook as a handler receives it.
pub(crate) type Webhook<T> = Result<Signed<T>, Rejection>;

/// The offer that a URL of ours is about.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct AboutOffer {
    pub(crate) token: Token,
}

/// A page of TwiML.
pub(crate) struct Page(pub(crate) VoiceResponse);

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        // Twilio may cache answers to GET, and every answer of ours is true only now.
        let headers = [
            (CONTENT_TYPE, twiml::CONTENT_TYPE),
            (CACHE_CONTROL, "no-store"),
        ];
        (headers, self.0.to_string()).into_response()
    }
}

/// What a caller hears when something is wrong on our side.
pub(crate) fn apology() -> VoiceResponse {
    VoiceResponse::new()
        .say("We are sorry, something went wrong on our side. Please call again in a few minutes. Goodbye.")
        .hangup(Hangup::new())
}

impl Web {
    /// The request, or the answer to a bad one: 403 and no more for a sender who is not Twilio, else 400 with a spoken
    /// apology. Why is for the timeline alone.
    pub(crate) fn read<T>(&self, webhook: Webhook<T>) -> Result<T, Box<Response>> {
        webhook.map(|Signed(request)| request).map_err(|rejection| {
            self.system.note(
                "webhook",
                format!("refused with {}", rejection.status().as_u16()),
                rejection.to_string(),
            );
            Box::new(rejection.with_twiml(apology().to_string()))
        })
    }

    /// The page, or a spoken apology where the system failed. Twilio speaks only pages that come with 200.
    pub(crate) fn page(&self, page: Result<VoiceResponse, SystemError>) -> Response {
        Page(page.unwrap_or_else(|error| {
            self.system
                .note("phone system", "cannot answer a webhook", one_line(&error));
            apology()
        }))
        .into_response()
    }

    /// The answer to a notice, of which Twilio reads only the status.
    pub(crate) fn noticed(&self, done: Result<(), SystemError>) -> Response {
        match done {
            Ok(()) => StatusCode::NO_CONTENT.into_response(),
            Err(error) => {
                self.system
                    .note("phone system", "cannot take a notice", one_line(&error));
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}
