//! What every webhook has in common: reading the request, answering with TwiML, apologising.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequest, Query, Request};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use twilio_webhook::{FromParams, Rejection, SignatureCheck, Signed};
use twiml::VoiceResponse;
use twiml::voice::Hangup;

use crate::offer_ref::OfferRef;
use crate::one_line;
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

/// A request of Twilio's, checked and read: `T` from its parameters, `Q` from what our own URL carries.
///
/// Anybody else gets 403 and no more. What cannot be understood gets 400 with a spoken apology, its reason goes to the
/// timeline alone.
pub(crate) struct Webhook<T, Q = Nothing> {
    pub(crate) request: T,
    pub(crate) ours: Q,
}

/// For URLs of ours that carry nothing.
#[derive(Debug, Deserialize)]
pub(crate) struct Nothing {}

/// For URLs of ours that are about an offer.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct About {
    pub(crate) offer: OfferRef,
}

impl<T: FromParams + Send, Q: DeserializeOwned + Send> FromRequest<Web> for Webhook<T, Q> {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let ours = Query::try_from_uri(request.uri()).map_err(|rejection| one_line(&rejection));
        // The signature first: nobody else shall learn what our URLs carry.
        let Signed(request) = Signed::from_request(request, web)
            .await
            .map_err(|rejection| web.refuse(rejection))?;
        let Query(ours) = ours.map_err(|why| {
            web.system.note("webhook", "refused with 400", why);
            (StatusCode::BAD_REQUEST, Page(apology())).into_response()
        })?;
        web.system.catch_up().await;
        Ok(Self { request, ours })
    }
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
    fn refuse(&self, rejection: Rejection) -> Response {
        self.system.note_of_strangers(
            "webhook",
            &format!("refused with {}", rejection.status().as_u16()),
            &rejection.to_string(),
        );
        rejection.with_twiml(apology().to_string())
    }

    /// The page, or a spoken apology where the system failed. Twilio speaks only pages that come with 200.
    pub(crate) fn page(&self, page: Result<VoiceResponse, SystemError>) -> Response {
        self.page_or(page, apology)
    }

    /// The page, or another where the system failed: somebody who may wait until it works again shall not hear an apology
    /// and be hung up on.
    pub(crate) fn page_or(
        &self,
        page: Result<VoiceResponse, SystemError>,
        instead: impl FnOnce() -> VoiceResponse,
    ) -> Response {
        Page(page.unwrap_or_else(|error| {
            self.system
                .note("phone system", "cannot answer a webhook", one_line(&error));
            instead()
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
