use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use crate::body::collect;
use crate::{FromParams, Rejection, SignatureCheck};

/// An axum extractor: a request whose signature is right, read as a `T`.
///
/// The application's state gives the [`SignatureCheck`]. Use [`Params`](crate::Params) as the `T`
/// to take any request of Twilio.
///
/// ```
/// use axum::{Router, extract::FromRef, routing::post};
/// use twilio_webhook::{IncomingCall, PublicUrl, SignatureCheck, Signed, Verifier};
///
/// #[derive(Clone)]
/// struct Pbx {
///     check: SignatureCheck,
/// }
///
/// impl FromRef<Pbx> for SignatureCheck {
///     fn from_ref(pbx: &Pbx) -> Self {
///         pbx.check.clone()
///     }
/// }
///
/// async fn incoming(Signed(call): Signed<IncomingCall>) -> String {
///     format!("<Response><Say>You called {}.</Say></Response>", call.call.to)
/// }
///
/// let check = SignatureCheck::new(Verifier::new("12345"), PublicUrl::at("https://pbx.example.com")?);
/// let app: Router = Router::new().route("/incoming", post(incoming)).with_state(Pbx { check });
/// # Ok::<(), twilio_webhook::PublicUrlError>(())
/// ```
///
/// A request that is turned away is logged with its reason (feature `tracing`) and answered with
/// 403, 400 or 413 and no reason. To say something to the caller instead of leaving the call to
/// Twilio's error announcement, take a `Result`:
///
/// ```
/// use axum::response::{IntoResponse, Response};
/// use twilio_webhook::{IncomingCall, Rejection, Signed};
///
/// async fn incoming(request: Result<Signed<IncomingCall>, Rejection>) -> Response {
///     match request {
///         Ok(Signed(call)) => format!("<Response><!-- {} --></Response>", call.call.sid).into_response(),
///         Err(rejection) => rejection.with_twiml("<Response><Say>Sorry.</Say></Response>"),
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "taken apart in the arguments of a handler"
)]
pub struct Signed<T>(pub T);

impl<S, T> FromRequest<S> for Signed<T>
where
    S: Send + Sync,
    SignatureCheck: FromRef<S>,
    T: FromParams,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let check = SignatureCheck::from_ref(state);
        let (parts, body) = request.into_parts();
        let read = match collect(body, check.body_limit()).await {
            Ok(body) => check.read(&parts, &body),
            Err(rejection) => Err(rejection),
        };
        match read {
            Ok(request) => Ok(Self(request)),
            Err(rejection) => {
                rejection.log(&parts);
                Err(rejection)
            }
        }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}

impl Rejection {
    /// The answer with TwiML in it, for instance an apology to be spoken. A sender who is not
    /// Twilio gets the bare status.
    #[must_use]
    pub fn with_twiml(self, twiml: impl Into<String>) -> Response {
        if matches!(self, Self::Forbidden(_)) {
            return self.into_response();
        }
        let mut response = (self.status(), twiml.into()).into_response();
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/xml; charset=utf-8"),
        );
        response
    }
}
