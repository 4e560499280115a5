use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac;

use crate::signature::{Algorithm, SigningKey, body_sha256};
use crate::url_forms::UrlForms;
use crate::{Params, SETTINGS_HEADER};

/// Checks that a request comes from Twilio and has not been changed on its way.
///
/// ```
/// use twilio_webhook::{Params, SignatureError, Verifier};
///
/// // During a rotation both tokens are good.
/// let verifier = Verifier::new("12345").or("the-next-token");
///
/// let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
/// let params = Params::from_form("CallSid=CA1234567890ABCDE&Caller=%2B14158675309\
///     &Digits=1234&From=%2B14158675309&To=%2B18005551212")?;
/// verifier.verify(url, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", &params)?;
///
/// let forged = params.with("Digits", "9");
/// assert_eq!(
///     verifier.verify(url, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", &forged),
///     Err(SignatureError::Mismatch),
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The URL must be the one that Twilio requested, byte for byte: behind a proxy that is not what
/// the server sees, see [`PublicUrl`](crate::PublicUrl). Twilio does not always sign the port, so
/// the URL is tried as given, with the scheme's port added or the port removed, and each of these
/// with the query escaped as a browser would.
///
/// A sub-account signs with its own auth token. `Debug` shows no secret.
#[derive(Clone)]
pub struct Verifier {
    keys: Vec<SigningKey>,
}

impl Verifier {
    /// Trusts requests signed with this auth token, or with this secret of a SharedKey.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        Self {
            keys: vec![SigningKey::new(secret)],
        }
    }

    /// Trusts another secret too: the next one during a rotation, or that of a sub-account.
    #[must_use]
    pub fn or(mut self, secret: &str) -> Self {
        self.keys.push(SigningKey::new(secret));
        self
    }

    /// Checks a request whose body is a form, or that has none.
    ///
    /// `params` are those of the body. For a `GET` and for the handshake of a WebSocket pass an
    /// empty list: their parameters are part of the URL. `signature` is the text of the header
    /// [`SIGNATURE_HEADER`](crate::SIGNATURE_HEADER), or a [`Signature`] where there is also the
    /// [`SETTINGS_HEADER`].
    ///
    /// # Errors
    /// [`SignatureError`]: answer `403`, and do not tell the sender why.
    pub fn verify<'a>(
        &self,
        url: &str,
        signature: impl Into<Signature<'a>>,
        params: &Params,
    ) -> Result<(), SignatureError> {
        self.check(url, signature.into(), params)
    }

    /// Checks a request whose body is not a form, but JSON or the like. Its hash must be in the
    /// URL, as the query parameter `bodySHA256`, and the URL must be signed: both, since either
    /// alone lets a forged body through.
    ///
    /// # Errors
    /// [`SignatureError`]: answer `403`, and do not tell the sender why.
    pub fn verify_body<'a>(
        &self,
        url: &str,
        signature: impl Into<Signature<'a>>,
        body: &[u8],
    ) -> Result<(), SignatureError> {
        check_body_hash(url, body)?;
        self.check(url, signature.into(), &Params::new())
    }

    fn check(
        &self,
        url: &str,
        signature: Signature<'_>,
        params: &Params,
    ) -> Result<(), SignatureError> {
        let algorithm = signature.algorithm()?;
        // No algorithm makes more than 32 bytes; the decoder asks for room in steps of 3.
        let mut claimed = [0; 33];
        let length = STANDARD
            .decode_slice(signature.value, &mut claimed)
            .map_err(|_| SignatureError::Malformed)?;
        let claimed = &claimed[..length];
        let matches = |url: &[&str]| {
            self.keys.iter().any(|key| match algorithm {
                // verify_slice compares in constant time.
                Algorithm::HmacSha1 => key.sha1(url, params).verify_slice(claimed).is_ok(),
                Algorithm::HmacSha256 => key.sha256(url, params).verify_slice(claimed).is_ok(),
            })
        };
        if matches(&[url]) || UrlForms::new(url).others(matches) {
            Ok(())
        } else {
            Err(SignatureError::Mismatch)
        }
    }
}

/// Whether the URL carries `bodySHA256`, without which nothing ties a body to the signature.
#[cfg(feature = "http")]
pub(crate) fn has_body_hash(url: &str) -> bool {
    body_hash(url).is_some()
}

fn body_hash(url: &str) -> Option<&str> {
    let (_, query) = url.split_once('?')?;
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix("bodySHA256="))
}

pub(crate) fn check_body_hash(url: &str, body: &[u8]) -> Result<(), SignatureError> {
    let claimed = body_hash(url).ok_or(SignatureError::BodyHashMissing)?;
    // Not a secret: whoever can send the body can hash it.
    if claimed.eq_ignore_ascii_case(&body_sha256(body)) {
        Ok(())
    } else {
        Err(SignatureError::BodyHashMismatch)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("secrets", &self.keys.len())
            .finish_non_exhaustive()
    }
}

/// The text of the signature header and, where it was sent, of the settings header.
///
/// A plain `&str` converts to one without settings.
///
/// ```
/// use twilio_webhook::{Params, Signature, Verifier};
///
/// let signature = Signature::new("zR1bv0TK6bRqCE7TnnHSDYUNyRcKYtmCXi/RQFJmxlc=")
///     .settings("key=SK0001,algorithm=HMAC_SHA256");
/// # let params = Params::new();
/// # let signature_text = twilio_webhook::sign_with(
/// #     twilio_webhook::Algorithm::HmacSha256, "shared", "https://example.com/", &params);
/// # let signature = Signature::new(&signature_text).settings("key=SK0001,algorithm=HMAC_SHA256");
/// Verifier::new("shared").verify("https://example.com/", signature, &params)?;
/// # Ok::<(), twilio_webhook::SignatureError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature<'a> {
    value: &'a str,
    settings: Option<&'a str>,
}

impl<'a> Signature<'a> {
    /// The value of the header [`SIGNATURE_HEADER`](crate::SIGNATURE_HEADER).
    #[must_use]
    pub const fn new(value: &'a str) -> Self {
        Self {
            value,
            settings: None,
        }
    }

    /// Adds the value of the [`SETTINGS_HEADER`]: comma-separated `name=value` pairs, of which
    /// `algorithm` counts. Without one the algorithm is HMAC-SHA1.
    #[must_use]
    pub const fn settings(mut self, settings: &'a str) -> Self {
        self.settings = Some(settings);
        self
    }

    fn algorithm(&self) -> Result<Algorithm, SignatureError> {
        let named = self
            .settings
            .unwrap_or_default()
            .split(',')
            .find_map(|setting| {
                let (name, value) = setting.split_once('=')?;
                (name.trim() == "algorithm").then(|| value.trim())
            });
        match named {
            None | Some("HMAC_SHA1") => Ok(Algorithm::HmacSha1),
            Some("HMAC_SHA256") => Ok(Algorithm::HmacSha256),
            Some(other) => Err(SignatureError::UnknownAlgorithm {
                algorithm: other.chars().take(64).collect(),
            }),
        }
    }
}

impl<'a> From<&'a str> for Signature<'a> {
    fn from(value: &'a str) -> Self {
        Self::new(value)
    }
}

impl<'a> From<&'a String> for Signature<'a> {
    fn from(value: &'a String) -> Self {
        Self::new(value)
    }
}

/// Why a request is not taken for one of Twilio's: answer `403`. The reason is for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// There is no signature header.
    #[error("the request has no X-Twilio-Signature header")]
    Missing,
    /// The signature is not base64, or too long for one.
    #[error("the signature is not base64 of at most 33 bytes")]
    Malformed,
    /// The settings header names an algorithm that is not known.
    #[error(
        "the {SETTINGS_HEADER} header names the unknown algorithm {algorithm:?}: \
         expected HMAC_SHA1 or HMAC_SHA256"
    )]
    UnknownAlgorithm {
        /// The name that was sent, cut to 64 characters.
        algorithm: String,
    },
    /// The signature is not that of this URL and these parameters under any of the secrets.
    #[error(
        "the signature does not match: is the public URL the one that Twilio requested, and is \
         the auth token that of the account, or sub-account, that sent this?"
    )]
    Mismatch,
    /// A body that is not a form, without `bodySHA256` in the query: nothing vouches for it.
    #[error("the body is not a form and the URL has no bodySHA256 that vouches for it")]
    BodyHashMissing,
    /// The body is not the one whose hash is in the query.
    #[error("the body is not the one that bodySHA256 in the URL vouches for")]
    BodyHashMismatch,
}
