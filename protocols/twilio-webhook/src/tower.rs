use std::error::Error as StdError;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use tower_layer::Layer;
use tower_service::Service;

use crate::SignatureCheck;
use crate::body::collect;

/// A tower layer that lets only signed requests through.
///
/// The service within gets the request with its whole body, and its [`Params`](crate::Params)
/// among the extensions. What is turned away is logged (feature `tracing`) and answered with the
/// bare status.
///
/// ```
/// use axum::{Extension, Router, routing::post};
/// use twilio_webhook::{Params, PublicUrl, SignatureCheck, Verifier, VerifyLayer};
///
/// async fn incoming(Extension(params): Extension<Params>) -> String {
///     format!("<Response><!-- {} --></Response>", params.len())
/// }
///
/// let check = SignatureCheck::new(Verifier::new("12345"), PublicUrl::at("https://pbx.example.com")?);
/// let app: Router = Router::new()
///     .route("/incoming", post(incoming))
///     .layer(VerifyLayer::new(check));
/// # Ok::<(), twilio_webhook::PublicUrlError>(())
/// ```
#[derive(Debug, Clone)]
pub struct VerifyLayer {
    check: SignatureCheck,
}

impl VerifyLayer {
    /// Checks with `check`.
    #[must_use]
    pub const fn new(check: SignatureCheck) -> Self {
        Self { check }
    }
}

impl<S> Layer<S> for VerifyLayer {
    type Service = Verify<S>;

    fn layer(&self, inner: S) -> Verify<S> {
        Verify {
            inner,
            check: self.check.clone(),
        }
    }
}

/// The service that a [`VerifyLayer`] makes.
#[derive(Debug, Clone)]
pub struct Verify<S> {
    inner: S,
    check: SignatureCheck,
}

impl<S, In, Out> Service<Request<In>> for Verify<S>
where
    S: Service<Request<Full<Bytes>>, Response = Response<Out>> + Clone + Send + 'static,
    S::Future: Send,
    In: Body + Send + 'static,
    In::Data: Send,
    In::Error: Into<Box<dyn StdError + Send + Sync>>,
    Out: Default,
{
    type Response = Response<Out>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Out>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<In>) -> Self::Future {
        // The one that is ready must take the request; a clone of it takes its place.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        let check = self.check.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let checked = match collect(body, check.body_limit()).await {
                Ok(body) => check.check(&parts, &body).map(|params| (params, body)),
                Err(rejection) => Err(rejection),
            };
            match checked {
                Ok((params, body)) => {
                    parts.extensions.insert(params);
                    inner
                        .call(Request::from_parts(parts, Full::new(body)))
                        .await
                }
                Err(rejection) => {
                    rejection.log(&parts);
                    let mut response = Response::new(Out::default());
                    *response.status_mut() = rejection.status();
                    Ok(response)
                }
            }
        })
    }
}
