use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{Method, StatusCode};

use crate::verifier::{check_body_hash, has_body_hash};
use crate::{
    FromParams, ParamError, Params, PublicUrl, SETTINGS_HEADER, SIGNATURE_HEADER, Signature,
    SignatureError, Verifier,
};

/// How requests are checked and decoded: secrets, public URL and size limit. Cheap to clone.
///
/// [`Signed`](crate::Signed) and [`VerifyLayer`](crate::VerifyLayer) work through one; call
/// [`check`](Self::check) yourself where neither fits.
#[derive(Debug, Clone)]
pub struct SignatureCheck {
    verifier: Arc<Verifier>,
    public_url: Arc<PublicUrl>,
    body_limit: usize,
}

impl SignatureCheck {
    /// The largest body that is taken unless told otherwise: 64 KiB. Twilio's own are a few
    /// hundred bytes; 1,600 characters of text and WhatsApp's data come to 10 KiB at worst.
    pub const DEFAULT_BODY_LIMIT: usize = 64 * 1024;

    /// Requests must be signed with one of `verifier`'s secrets for the URL under `public_url`.
    #[must_use]
    pub fn new(verifier: Verifier, public_url: PublicUrl) -> Self {
        Self {
            verifier: Arc::new(verifier),
            public_url: Arc::new(public_url),
            body_limit: Self::DEFAULT_BODY_LIMIT,
        }
    }

    /// Takes bodies of at most `bytes` bytes.
    #[must_use]
    pub const fn with_body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// The largest body that is taken, in bytes.
    #[must_use]
    pub const fn body_limit(&self) -> usize {
        self.body_limit
    }

    /// Checks a request and gives its parameters: those of a form body, or of the query if there
    /// is no body to have them. A JSON body that its URL vouches for gives the query's; read the
    /// body itself for the rest.
    ///
    /// # Errors
    /// [`Rejection`]: the signature first, so that nobody else learns what the service expects.
    pub fn check(&self, parts: &Parts, body: &[u8]) -> Result<Params, Rejection> {
        if body.len() > self.body_limit {
            return Err(Rejection::TooLarge {
                limit: self.body_limit,
            });
        }
        let header = |name: &str| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let signature = Signature::new(header(SIGNATURE_HEADER).ok_or(SignatureError::Missing)?);
        let signature = match header(SETTINGS_HEADER) {
            Some(settings) => signature.settings(settings),
            None => signature,
        };
        let path_and_query = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let url = self.public_url.of_request(path_and_query, header);

        let is_form = parts.headers.get(CONTENT_TYPE).is_some_and(|content_type| {
            let media_type = content_type.as_bytes().split(|byte| *byte == b';').next();
            media_type
                .unwrap_or_default()
                .trim_ascii()
                .eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
        });
        if is_form && !body.is_empty() && parts.method != Method::GET {
            // A URL that names a hash was signed for that body, whatever the type says now.
            if has_body_hash(&url) {
                check_body_hash(&url, body).map_err(Rejection::Forbidden)?;
            }
            // Not UTF-8 means that the signed text cannot be told: an honest 400, as it comes
            // before any check.
            let params = Params::from_form(body).map_err(Rejection::BadRequest)?;
            self.verifier
                .verify(&url, signature, &params)
                .map_err(Rejection::Forbidden)?;
            return Ok(params);
        }
        if body.is_empty() && !has_body_hash(&url) {
            self.verifier
                .verify(&url, signature, &Params::new())
                .map_err(Rejection::Forbidden)?;
        } else {
            self.verifier
                .verify_body(&url, signature, body)
                .map_err(Rejection::Forbidden)?;
        }
        Params::from_query(parts.uri.query().unwrap_or_default()).map_err(Rejection::BadRequest)
    }

    /// Checks a request and reads it as a `T`.
    ///
    /// # Errors
    /// [`Rejection`], as [`check`](Self::check); also if a parameter is missing or malformed.
    pub fn read<T: FromParams>(&self, parts: &Parts, body: &[u8]) -> Result<T, Rejection> {
        let params = self.check(parts, body)?;
        T::from_params(&params).map_err(Rejection::BadRequest)
    }
}

/// Why a request is turned away. The `Display` text is for the log; a sender gets the
/// [`status`](Self::status) and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// Not from Twilio, or changed on its way: 403.
    #[error("refused as not from Twilio: {0}")]
    Forbidden(#[from] SignatureError),
    /// From Twilio, but a parameter is missing or malformed: 400.
    #[error("cannot be understood: {0}")]
    BadRequest(#[from] ParamError),
    /// The body is longer than the limit: 413.
    #[error("the body is longer than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The body ended before it was complete: 400.
    #[error("the body broke off")]
    BrokenBody,
}

impl Rejection {
    /// The status to answer with.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::BadRequest(_) | Self::BrokenBody => StatusCode::BAD_REQUEST,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    /// Writes the reason to the log, if the feature `tracing` is on.
    #[cfg(any(feature = "axum", feature = "tower"))]
    pub(crate) fn log(&self, parts: &Parts) {
        #[cfg(feature = "tracing")]
        tracing::warn!(
            method = %parts.method,
            path = parts.uri.path(),
            status = self.status().as_u16(),
            reason = %self,
            "webhook turned away"
        );
        #[cfg(not(feature = "tracing"))]
        let _ = parts;
    }
}
